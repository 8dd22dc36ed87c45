// Runs inside a real VS Code's extension host, on a workspace that window.mjs makes: which tests, its name says.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import Mocha from 'mocha';
import * as vscode from 'vscode';
import type { Api } from '../../client/src/extension.ts';

declare const phase: 'first' | 'restored' | 'restricted';

async function api(): Promise<Api> {
  const extension = vscode.extensions.getExtension<Api>('cpython-probes.cpython-probes');
  assert.ok(extension, 'the extension is not there');
  return extension.activate();
}

function file(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  return vscode.Uri.joinPath(folder.uri, name);
}

/** Resolves when `holds` does; looks again at every event. */
async function until(probes: Api, holds: () => boolean, what: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const listeners = [probes.onDidChange(look), probes.onDidRender(look)];
    const timer = setTimeout(() => done(() => reject(new Error(`never happened: ${what}`))), 30_000);
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

async function trace(name: string): Promise<Api> {
  const probes = await api();
  await vscode.window.showTextDocument(file(name));
  void vscode.commands.executeCommand('cpythonProbes.traceFile');
  await until(probes, () => probes.state().phase === 'ended' && probes.state().name === name, `${name} ended`);
  return probes;
}

const countsOf = (probes: Api, name: string): Record<number, string> =>
  Object.fromEntries(
    probes.counts(file(name)).map(([line, count, stale]) => [line, `${String(count)}${stale ? '~' : ''}`]),
  );

const expected = { 1: '1', 2: '11', 3: '10', 4: '1', 6: '1', 7: '1', 8: '0' };

function firstWindow(): void {
  test('traces a file: exact counts, and calls on the def', async () => {
    const probes = await trace('counted.py');
    assert.deepEqual(countsOf(probes, 'counted.py'), expected);
    assert.equal(probes.state().ended?.exitCode, 0);
    await until(probes, () => probes.decorations(file('counted.py')).length === 7, 'the counts were drawn');
    assert.deepEqual(
      probes.decorations(file('counted.py')).map((each) => `${String(each.line)} ${each.text}`),
      ['1 1×  1 call', '2 11×', '3 10×', '4 1×', '6 1×', '7 1×', '8 never'],
    );
  });
  test('an inserted line moves the counts, an edited one dims', async () => {
    const probes = await api();
    const editor = await vscode.window.showTextDocument(file('counted.py'));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# new\n'));
    await editor.edit((edit) => edit.insert(new vscode.Position(3, 0), '    '));
    const moved = { 2: '1', 3: '11', 4: '10~', 5: '1', 7: '1', 8: '1', 9: '0' };
    assert.deepEqual(countsOf(probes, 'counted.py'), moved);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });
  test('counts are hidden, shown and cleared', async () => {
    const probes = await trace('counted.py');
    await until(probes, () => probes.decorations(file('counted.py')).length === 7, 'drawn');
    await vscode.commands.executeCommand('cpythonProbes.toggleCounts');
    await until(probes, () => probes.decorations(file('counted.py')).length === 0, 'hidden');
    await vscode.commands.executeCommand('cpythonProbes.toggleCounts');
    await until(probes, () => probes.decorations(file('counted.py')).length === 7, 'shown');
    await vscode.commands.executeCommand('cpythonProbes.clearCounts');
    await until(probes, () => probes.decorations(file('counted.py')).length === 0, 'cleared');
    assert.deepEqual(countsOf(probes, 'counted.py'), {});
  });
  test('an endless program shows its counts while it runs, and stops', async () => {
    const probes = await api();
    await vscode.window.showTextDocument(file('endless.py'));
    void vscode.commands.executeCommand('cpythonProbes.traceFile');
    await until(probes, () => probes.counts(file('endless.py')).some(([, count]) => count > 100), 'live counts');
    assert.equal(probes.state().phase, 'running');
    await vscode.commands.executeCommand('cpythonProbes.stop');
    await until(probes, () => probes.state().phase === 'ended', 'stopped');
    assert.equal(probes.state().ended?.reason, 'stopped');
  });
  test('a run that counts nothing says why', async () => {
    const settings = vscode.workspace.getConfiguration('cpythonProbes');
    await settings.update('include', ['elsewhere'], vscode.ConfigurationTarget.Workspace);
    const probes = await trace('counted.py');
    assert.deepEqual(probes.state().diagnostics.map((each) => each.code), ['run/no-hits']); // prettier-ignore
    await settings.update('include', undefined, vscode.ConfigurationTarget.Workspace);
  });
  test('an uncaught exception is the program’s own, and its counts are whole', async () => {
    const probes = await trace('raises.py');
    assert.deepEqual(countsOf(probes, 'raises.py'), { 1: '4', 2: '3', 3: '1' });
    assert.equal(probes.state().ended?.exitCode, 1);
  });
  test('leaves counts for the next window', async () => {
    await trace('counted.py');
    // The run is stored when it ends; a second one makes sure that the first store is behind us.
    await trace('counted.py');
    await new Promise((resolve) => setTimeout(resolve, 1500)); // VS Code writes its storage once a second
  });
}

function restoredWindow(): void {
  test('brings the last run back', async () => {
    const probes = await api();
    await vscode.window.showTextDocument(file('counted.py'));
    assert.equal(probes.state().phase, 'ended');
    assert.deepEqual(countsOf(probes, 'counted.py'), expected);
    await until(probes, () => probes.decorations(file('counted.py')).length === 7, 'the counts were drawn');
  });
}

function restrictedWindow(): void {
  test('nothing runs in Restricted Mode', async () => {
    const probes = await api();
    assert.equal(vscode.workspace.isTrusted, false);
    await vscode.window.showTextDocument(file('writes.py'));
    let ran = false;
    const listener = vscode.tasks.onDidStartTask(() => (ran = true));
    void vscode.commands.executeCommand('cpythonProbes.traceFile');
    await new Promise((resolve) => setTimeout(resolve, 3000)); // that nothing happens has no event
    listener.dispose();
    assert.equal(ran, false);
    assert.equal(probes.state().phase, 'idle');
    assert.equal(existsSync(file('written').fsPath), false);
  });
}

/** What VS Code calls: resolves if every test passed. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 60_000, reporter: 'min' });
  mocha.suite.emit('pre-require', globalThis as unknown as Mocha.MochaGlobals, null as unknown as string, mocha);
  ({ first: firstWindow, restored: restoredWindow, restricted: restrictedWindow })[phase]();
  await new Promise<void>((resolve, reject) => {
    const runner = mocha.run((failures) => {
      console.log(`CPP-DONE ${JSON.stringify({ passed: runner.stats?.passes ?? 0, failed: failures })}`);
      if (failures > 0) reject(new Error(`${String(failures)} failed`));
      else resolve();
    });
    runner.on('pass', (each) => console.log(`CPP ok ${each.title}`));
    runner.on('fail', (each, error: Error) => console.log(`CPP FAILED ${each.title}: ${error.stack ?? error.message}`));
  });
}
