// Runs inside a real VS Code's extension host, on a workspace that window.mjs makes: which tests, its name says.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import * as vscode from 'vscode';
import { counting, expected, reasons, running } from './counting.ts';
import { editing, leaving } from './editing.ts';
import { api, counts, drawn, file, nextMessage, show, tidy, until } from './support.ts';

declare const phase: 'first' | 'restored' | 'restricted';

function firstWindow(): void {
  teardown(tidy);
  counting();
  running();
  reasons();
  editing();
  leaving();
}

function restoredWindow(): void {
  test('brings the last run back', async () => {
    const probes = await api();
    await show('counted.py');
    assert.equal(probes.state().phase, 'ended');
    assert.deepEqual(counts(probes, 'counted.py'), expected);
    await until(probes, () => drawn(probes, 'counted.py').length === 7, 'the counts were drawn');
  });
}

function restrictedWindow(): void {
  test('nothing runs in Restricted Mode, and the reason shows', async () => {
    const probes = await api();
    assert.equal(vscode.workspace.isTrusted, false);
    let ran = false;
    const listener = vscode.tasks.onDidStartTask(() => (ran = true));
    const said = nextMessage(probes);
    await show('writes.py');
    // What the command does ends with the message, whose buttons nobody presses.
    void vscode.commands.executeCommand('cpythonProbes.traceFile');
    assert.match(await said, /off in Restricted Mode/);
    listener.dispose();
    assert.equal(ran, false);
    assert.equal(probes.state().phase, 'idle');
    assert.equal(probes.interpreter(), undefined);
    assert.equal(existsSync(file('written').fsPath), false);
  });
}

/** What VS Code calls: resolves if every test passed. */
export async function run(): Promise<void> {
  const mocha = new Mocha({
    ui: 'tdd',
    timeout: 90_000,
    reporter: 'min',
    ...(process.env.CPP_ONLY === undefined ? {} : { grep: process.env.CPP_ONLY }),
  });
  mocha.suite.emit('pre-require', globalThis as unknown as Mocha.MochaGlobals, null as unknown as string, mocha);
  ({ first: firstWindow, restored: restoredWindow, restricted: restrictedWindow })[phase]();
  await new Promise<void>((resolve, reject) => {
    const runner = mocha.run((failures) => {
      const done = JSON.stringify({ passed: runner.stats?.passes ?? 0, failed: failures });
      console.log(`CPP done ${done}`);
      // A desktop VS Code has no other way to say how many there were.
      if (process.env.CPP_RESULTS !== undefined) writeFileSync(process.env.CPP_RESULTS, done);
      if (failures > 0) reject(new Error(`${String(failures)} failed`));
      else resolve();
    });
    runner.on('pass', (each) => console.log(`CPP ok ${each.title}`));
    runner.on('fail', (each, error: Error) => console.log(`CPP FAILED ${each.title}: ${error.stack ?? error.message}`));
  });
}
