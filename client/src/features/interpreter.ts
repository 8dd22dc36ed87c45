// Which Python runs the traces: the Python extension's active one, else the setting, else the first that works. The
// choice stands in the language status of Python files, before anything runs, and can be changed there.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';

export interface Choice {
  readonly path: string;
  readonly from: 'Python extension' | 'setting' | 'first found';
  /** Undefined if it does not answer as a Python would. */
  readonly version: string | undefined;
  /** Why it can't be traced; undefined if it can. */
  readonly problem: string | undefined;
}

export interface Interpreters {
  /** The interpreter for a file, or undefined if none was found. */
  readonly choose: (file: vscode.Uri) => Promise<Choice | undefined>;
  /** What was chosen last; undefined before, and if none was found. */
  readonly current: () => Choice | undefined;
  readonly onDidChange: vscode.Event<void>;
}

/** What `cpython-probes pythons` says of one. */
interface FoundPython {
  readonly path: string;
  readonly version: string | null;
  readonly supported: boolean;
  readonly reason: string | null;
}

/** The part of the Python extension's API that is used here. */
interface PythonApi {
  readonly environments?: {
    readonly onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(
      environment: unknown,
    ): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

export function activateInterpreter(context: vscode.ExtensionContext): Interpreters {
  const changed = new vscode.EventEmitter<void>();
  const answers = new Map<string, Promise<readonly FoundPython[]>>();
  let choice: Choice | undefined;
  let watched = false;

  /** Asks the command line once for the same words in the same folder. */
  const ask = (file: vscode.Uri | undefined, ...words: string[]): Promise<readonly FoundPython[]> => {
    const cwd = folderOf(file);
    const key = JSON.stringify([cwd, words]);
    let answer = answers.get(key);
    if (!answer) {
      answers.set(key, (answer = pythons(context, cwd, words)));
      answer.catch(() => answers.delete(key));
    }
    return answer;
  };
  const look = async (file: vscode.Uri): Promise<Choice | undefined> => {
    const api = await pythonExtension();
    if (api?.onDidChangeActiveEnvironmentPath && !watched) {
      watched = true;
      context.subscriptions.push(api.onDidChangeActiveEnvironmentPath(() => void show()));
    }
    const active = api && (await activePath(api, file));
    if (active !== undefined) return judged('Python extension', (await ask(file, active))[0]);
    const setting = vscode.workspace.getConfiguration('cpythonProbes', file).get<string>('interpreter', '').trim();
    if (setting !== '') return judged('setting', (await ask(file, setting))[0]);
    return judged('first found', (await ask(file, '--first'))[0]);
  };
  const item = vscode.languages.createLanguageStatusItem('cpythonProbes.interpreter', {
    language: 'python',
    scheme: 'file',
  });
  item.name = 'Python of the traces';
  const show = async (): Promise<void> => {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== 'python' || editor.document.uri.scheme !== 'file') return;
    if (!vscode.workspace.isTrusted) {
      item.text = 'Tracing is off';
      item.detail = 'in Restricted Mode';
      item.command = { title: 'Manage Trust', command: 'workbench.trust.manage' };
      return;
    }
    item.command = { title: 'Change', command: 'cpythonProbes.selectInterpreter' };
    item.busy = true;
    try {
      choice = await look(editor.document.uri);
    } catch {
      choice = undefined;
    }
    item.busy = false;
    item.text = choice?.version === undefined ? 'No Python to trace with' : `Python ${choice.version}`;
    item.detail = choice ? `runs the traces (${choice.from})` : 'none was found';
    item.severity =
      choice && choice.problem === undefined
        ? vscode.LanguageStatusSeverity.Information
        : vscode.LanguageStatusSeverity.Warning;
    item.command.tooltip = choice?.problem ?? choice?.path ?? 'Install CPython 3.8 or later, or name one';
    changed.fire();
  };
  let folder = '';
  // Not before `activate` has returned: looking for interpreters starts processes.
  const first = setImmediate(() => void show());
  context.subscriptions.push(
    changed,
    item,
    { dispose: () => clearImmediate(first) },
    vscode.window.onDidChangeActiveTextEditor((editor) => {
      const now = folderOf(editor?.document.uri) ?? '';
      if (editor?.document.languageId !== 'python' || (choice && now === folder)) return;
      folder = now;
      void show();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void show()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('cpythonProbes.interpreter')) void show();
    }),
    vscode.commands.registerCommand('cpythonProbes.selectInterpreter', async () => {
      if (!vscode.workspace.isTrusted) return;
      answers.clear(); // what was installed since should be found
      await select(() => ask(vscode.window.activeTextEditor?.document.uri));
      await show();
    }),
  );
  return {
    choose: async (file) => {
      choice = await look(file);
      changed.fire();
      return choice;
    },
    current: () => choice,
    onDidChange: changed.event,
  };
}

function judged(from: Choice['from'], python: FoundPython | undefined): Choice | undefined {
  if (!python) return undefined;
  const problem = python.supported ? undefined : (python.reason ?? 'it can’t be traced');
  return { path: python.path, from, version: python.version ?? undefined, problem };
}

function folderOf(file: vscode.Uri | undefined): string | undefined {
  const folder = file && vscode.workspace.getWorkspaceFolder(file);
  return (folder ?? vscode.workspace.workspaceFolders?.[0])?.uri.fsPath;
}

async function pythonExtension(): Promise<PythonApi['environments']> {
  try {
    return (await vscode.extensions.getExtension<PythonApi>('ms-python.python')?.activate())?.environments;
  } catch {
    return undefined; // another extension's failure is no reason not to trace
  }
}

async function activePath(api: NonNullable<PythonApi['environments']>, file: vscode.Uri): Promise<string | undefined> {
  try {
    return (await api.resolveEnvironment(api.getActiveEnvironmentPath(file)))?.executable.uri?.fsPath;
  } catch {
    return undefined;
  }
}

async function pythons(
  context: vscode.ExtensionContext,
  cwd: string | undefined,
  words: readonly string[],
): Promise<readonly FoundPython[]> {
  const cli = path.join(context.extensionPath, 'dist/cli.js');
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'pythons', '--format=json', ...words], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    timeout: 60_000,
    ...(cwd === undefined ? {} : { cwd }),
  });
  return JSON.parse(stdout) as FoundPython[];
}

/** Lets a person choose: in the Python extension's own list where it is there, else in ours, into the setting. */
async function select(found: () => Promise<readonly FoundPython[]>): Promise<void> {
  if (vscode.extensions.getExtension('ms-python.python')) {
    await vscode.commands.executeCommand('python.setInterpreter');
    return;
  }
  const items = found().then((all) => [
    ...all.map((each) => ({
      label: each.supported ? `Python ${each.version ?? ''}` : `$(circle-slash) Python ${each.version ?? ''}`,
      description: each.path,
      ...(each.reason === null ? {} : { detail: each.reason }),
      path: each.path,
    })),
    { label: '$(folder) Browse…', description: '', path: '' },
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
}
