// Which Python runs the traces: the Python extension's active one, else the setting, else the first that works.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';

export interface Choice {
  readonly path: string;
  /** Why this one: shown in the status bar's tooltip. */
  readonly from: 'Python extension' | 'setting' | 'first found';
}

interface FoundPython {
  readonly path: string;
  readonly version: string;
  readonly supported: boolean;
  readonly reason: string | null;
}

/** The part of the Python extension's API that is used here. */
interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(
      environment: unknown,
    ): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

/** The interpreter for a file, or undefined if none was found. */
export async function chooseInterpreter(
  context: vscode.ExtensionContext,
  file: vscode.Uri,
): Promise<Choice | undefined> {
  const active = await fromPythonExtension(file);
  if (active !== undefined) return { path: active, from: 'Python extension' };
  const setting = vscode.workspace.getConfiguration('cpythonProbes', file).get<string>('interpreter', '').trim();
  if (setting !== '') return { path: setting, from: 'setting' };
  const first = (await findPythons(context)).find((each) => each.supported);
  return first && { path: first.path, from: 'first found' };
}

async function fromPythonExtension(file: vscode.Uri): Promise<string | undefined> {
  try {
    const extension = vscode.extensions.getExtension<PythonApi>('ms-python.python');
    const { environments } = (await extension?.activate()) ?? {};
    if (!environments) return undefined;
    const resolved = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(file));
    return resolved?.executable.uri?.fsPath;
  } catch {
    return undefined; // another extension's failure is no reason not to trace
  }
}

async function findPythons(context: vscode.ExtensionContext): Promise<readonly FoundPython[]> {
  const cwd = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(context.extensionPath, 'dist/cli.js'), 'pythons', '--format=json'],
    { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, timeout: 60_000, ...(cwd === undefined ? {} : { cwd }) },
  );
  return JSON.parse(stdout) as FoundPython[];
}

/** "Select Interpreter for Traces": writes the setting. */
export function activateInterpreter(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('cpythonProbes.selectInterpreter', async () => {
      if (!vscode.workspace.isTrusted) return;
      if (vscode.extensions.getExtension('ms-python.python')) {
        await vscode.commands.executeCommand('python.setInterpreter');
        return;
      }
      const browse = { label: '$(folder) Browse…', description: '', path: '' };
      const items = findPythons(context).then((found) => [
        ...found.map((each) => ({
          label: `Python ${each.version}`,
          description: each.path,
          ...(each.reason === null ? {} : { detail: each.reason }),
          path: each.path,
        })),
        browse,
      ]);
      const picked = await vscode.window.showQuickPick(items, {
        placeHolder: 'The Python that runs traced programs',
        matchOnDescription: true,
      });
      if (!picked) return;
      const chosen =
        picked.path === ''
          ? (await vscode.window.showOpenDialog({ title: 'Select a Python interpreter' }))?.[0]?.fsPath
          : picked.path;
      if (chosen === undefined) return;
      const where = vscode.workspace.workspaceFolders
        ? vscode.ConfigurationTarget.Workspace
        : vscode.ConfigurationTarget.Global;
      await vscode.workspace.getConfiguration('cpythonProbes').update('interpreter', chosen, where);
    }),
  );
}
