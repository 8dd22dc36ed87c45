// What the suites in the extension host share: the extension's API, the files of the workspace, and waiting on events.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Api } from '../../client/src/extension.ts';

export async function api(): Promise<Api> {
  const extension = vscode.extensions.getExtension<Api>('cpython-probes.cpython-probes');
  assert.ok(extension, 'the extension is not there');
  return extension.activate();
}

export function file(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  return vscode.Uri.joinPath(folder.uri, name);
}

export async function show(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(file(name));
}

/** Resolves when `holds` does; looks again at every event. */
export async function until(probes: Api, holds: () => boolean, what: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const listeners = [
      probes.onDidChange(look),
      probes.onDidRender(look),
      vscode.workspace.onDidChangeTextDocument(look),
    ];
    const timer = setTimeout(() => done(() => reject(new Error(`never happened: ${what}`))), 40_000);
    look();
    function look(): void {
      if (holds()) done(resolve);
    }
    function done(settle: () => void): void {
      clearTimeout(timer);
      for (const listener of listeners) listener.dispose();
      settle();
    }
  });
}

/** Resolves with the next message that the extension shows. */
export async function nextMessage(probes: Api): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no message was shown')), 40_000);
    const listener = probes.onDidSay(({ text }) => {
      clearTimeout(timer);
      listener.dispose();
      resolve(text);
    });
  });
}

/** Runs the command on a file of the workspace, and does not wait for the run. */
export async function start(name: string): Promise<Api> {
  const probes = await api();
  await show(name);
  void vscode.commands.executeCommand('cpythonProbes.traceFile');
  return probes;
}

/** Runs the command on a file, and waits until its run has ended. */
export async function trace(uri: vscode.Uri | string): Promise<Api> {
  const probes = await api();
  const target = typeof uri === 'string' ? file(uri) : uri;
  const name = target.path.split('/').at(-1) ?? '';
  await vscode.window.showTextDocument(target);
  const began = Date.now();
  void vscode.commands.executeCommand('cpythonProbes.traceFile');
  const over = (): boolean => {
    const { phase, name: traced, began: when } = probes.state();
    return phase === 'ended' && traced === name && when >= began;
  };
  await until(probes, over, `${name} ended`);
  return probes;
}

/** Counts by line, `~` after those that are stale. */
export function counts(probes: Api, uri: vscode.Uri | string): Record<number, string> {
  const target = typeof uri === 'string' ? file(uri) : uri;
  return Object.fromEntries(
    probes.counts(target).map(([line, count, stale]) => [line, `${String(count)}${stale ? '~' : ''}`]),
  );
}

/** What is drawn, `line text` each. */
export function drawn(probes: Api, name: string): string[] {
  return probes.decorations(file(name)).map((each) => `${String(each.line)} ${each.text}`);
}

/** Throws unsaved changes of the active editor away. */
export async function revert(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.files.revert');
}

const changed: [section: string, name: string][] = [];

/** Changes a setting for the workspace, until the test ends. */
export async function setting(name: string, value: unknown, section = 'cpythonProbes'): Promise<void> {
  changed.push([section, name]);
  await vscode.workspace.getConfiguration(section).update(name, value, vscode.ConfigurationTarget.Workspace);
}

/** After each test: no setting changed, no run going on, nothing unsaved. */
export async function tidy(): Promise<void> {
  for (const [section, name] of changed.splice(0)) {
    await vscode.workspace.getConfiguration(section).update(name, undefined, vscode.ConfigurationTarget.Workspace);
  }
  const probes = await api();
  await vscode.commands.executeCommand('cpythonProbes.stop');
  await until(probes, () => ['idle', 'ended'].includes(probes.state().phase), 'the run ended');
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty) continue;
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
}

/** What the hover says on a line, which counts from 0. */
export async function hoverAt(name: string, line: number): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    file(name),
    new vscode.Position(line, 1),
  );
  return hovers.flatMap(({ contents }) => contents.map((each) => (each as vscode.MarkdownString).value)).join('\n');
}
