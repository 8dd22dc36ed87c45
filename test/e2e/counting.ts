// Counting in a real window: exact counts while a program runs, what they look like, stopping, and runs that can't
// start or count nothing.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { api, counts, drawn, file, hoverAt, nextMessage, setting, show, start, trace, until } from './support.ts';

/** The counts of counted.py. */
export const expected = { 1: '1', 2: '11', 3: '10', 4: '1', 6: '1', 7: '1', 8: '0' };
const after = ['1 1× · 1 call', '2 11×', '3 10×', '4 1×', '6 1×', '7 1×', '8 never'];

export function counting(): void {
  test('activates quickly', async () => {
    const began = performance.now();
    const probes = await api();
    const whole = performance.now() - began;
    console.log(`CPP says activation: ${whole.toFixed(0)} ms, ${probes.activation.toFixed(0)} of them in activate()`);
    assert.ok(whole < 2000, `${whole.toFixed(0)} ms`);
  });
  test('traces a file: exact counts, and calls on the def', async () => {
    const probes = await trace('counted.py');
    assert.deepEqual(counts(probes, 'counted.py'), expected);
    assert.equal(probes.state().ended?.exitCode, 0);
    await until(probes, () => drawn(probes, 'counted.py').length === 7, 'the counts were drawn');
    assert.deepEqual(drawn(probes, 'counted.py'), after);
  });
  test('says how long each step from the command to the counts took', async () => {
    const probes = await api();
    await vscode.commands.executeCommand('cpythonProbes.clearCounts');
    await until(probes, () => drawn(probes, 'counted.py').length === 0, 'cleared');
    await trace('counted.py');
    await until(probes, () => probes.steps().has('drawn'), 'the counts were drawn');
    const steps = [...probes.steps()];
    console.log(`CPP says ms from the command: ${steps.map(([name, ms]) => `${name} ${String(ms)}`).join(', ')}`);
    assert.ok(steps.length >= 7);
    assert.deepEqual(
      steps.map(([, ms]) => ms),
      steps.map(([, ms]) => ms).sort((a, b) => a - b),
    );
  });
  test('counts are hidden, shown and cleared', async () => {
    const probes = await trace('counted.py');
    const shows = (count: number) => (): boolean => drawn(probes, 'counted.py').length === count;
    await until(probes, shows(7), 'drawn');
    await vscode.commands.executeCommand('cpythonProbes.toggleCounts');
    await until(probes, shows(0), 'hidden');
    await vscode.commands.executeCommand('cpythonProbes.toggleCounts');
    await until(probes, shows(7), 'shown');
    await vscode.commands.executeCommand('cpythonProbes.clearCounts');
    await until(probes, shows(0), 'cleared');
    assert.deepEqual(counts(probes, 'counted.py'), {});
  });
  test('placement: a column before all lines, or nothing', async () => {
    const probes = await trace('counted.py');
    await setting('counts.placement', 'left');
    await until(probes, () => drawn(probes, 'counted.py').length === 9, 'a column on all nine lines');
    const texts = probes.decorations(file('counted.py')).map((each) => each.text);
    assert.deepEqual(texts, ['1 call', '   11×', '   10×', '    1×', '      ', '    1×', '    1×', ' never', '      ']); // prettier-ignore
    await setting('counts.placement', 'off');
    await until(probes, () => drawn(probes, 'counted.py').length === 0, 'nothing');
  });
  test('counts lines alone, or functions alone', async () => {
    await setting('count', 'lines');
    const probes = await trace('counted.py');
    await until(probes, () => drawn(probes, 'counted.py')[0] === '1 1×', 'no calls');
    assert.deepEqual(counts(probes, 'counted.py'), expected);
    await setting('count', 'functions');
    await trace('counted.py');
    await until(probes, () => drawn(probes, 'counted.py').join() === '1 1 call', 'no lines');
  });
  test('the hover names the count, its shares and the function', async () => {
    await trace('counted.py');
    const text = await hoverAt('counted.py', 0);
    assert.match(text, /The line ran \*\*1\*\* time: 4\.0 % of this file’s line events, 4\.0 % of the run’s\./);
    assert.match(text, /`f`: \*\*1\*\* call, 1 return\./);
  });
  test('in a long file only lines near the visible ones are drawn', async () => {
    const probes = await trace('long.py');
    await until(probes, () => drawn(probes, 'long.py').length > 0, 'drawn');
    assert.equal(probes.counts(file('long.py')).length, 5000);
    const lines = probes.decorations(file('long.py')).map((each) => each.line);
    assert.ok(
      lines.length <= 1100 && Math.max(...lines) <= 700,
      `${String(lines.length)} up to ${String(lines.at(-1))}`,
    );
    const editor = await show('long.py');
    editor.revealRange(new vscode.Range(4000, 0, 4000, 0));
    await until(probes, () => probes.decorations(file('long.py')).some(({ line }) => line === 4001), 'after scrolling');
  });
}

export function running(): void {
  test('an endless program shows its counts while it runs, and stops', async () => {
    const probes = await start('endless.py');
    await until(probes, () => probes.counts(file('endless.py')).some(([, count]) => count > 100), 'live counts');
    assert.equal(probes.state().phase, 'running');
    const refused = nextMessage(probes);
    await show('counted.py');
    void vscode.commands.executeCommand('cpythonProbes.traceFile');
    assert.match(await refused, /^endless\.py is still being traced/);
    await vscode.commands.executeCommand('cpythonProbes.stop');
    await until(probes, () => probes.state().phase === 'ended', 'stopped');
    assert.equal(probes.state().ended?.reason, 'stopped');
  });
  test('ten million events: exact, at most four drawings a second, and the window stays responsive', async () => {
    const probes = await start('millions.py');
    let drawings = 0;
    const listener = probes.onDidRender((uri) => (drawings += uri.path.endsWith('millions.py') ? 1 : 0));
    await until(probes, () => probes.state().phase === 'running', 'running');
    const began = performance.now();
    let [last, longest] = [began, 0];
    const ticking = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }, 20);
    const over = (): boolean => probes.state().phase === 'ended' && probes.state().name === 'millions.py';
    await until(probes, over, 'ended');
    const seconds = (performance.now() - began) / 1000;
    clearInterval(ticking);
    listener.dispose();
    assert.deepEqual(counts(probes, 'millions.py'), { 1: '5000001', 2: '5000000' });
    console.log(`CPP says ten million events: ${seconds.toFixed(1)} s, ${String(drawings)} drawings, longest pause of the extension host ${longest.toFixed(0)} ms`); // prettier-ignore
    assert.ok(drawings >= 2, 'the counts were drawn while they grew');
    assert.ok(drawings <= 4 * seconds + 2, `${String(drawings)} drawings in ${seconds.toFixed(1)} s`);
    assert.ok(longest < 1000, `a pause of ${longest.toFixed(0)} ms`);
  });
  test('an uncaught exception is the program’s own, and its counts are whole', async () => {
    const probes = await trace('raises.py');
    assert.deepEqual(counts(probes, 'raises.py'), { 1: '4', 2: '3', 3: '1' });
    assert.equal(probes.state().ended?.exitCode, 1);
  });
  test('processes are told apart', async () => {
    const probes = await trace('forks.py');
    const two = probes.counts(file('forks.py')).find(([line]) => line === 3);
    assert.equal(two?.[1], 2);
    const text = await hoverAt('forks.py', 2);
    assert.equal(text.match(/\| 1 \| \d+ \| `forks\.py` \|/g)?.length, 2, text);
  });
}

export function reasons(): void {
  test('a run that counts nothing says why', async () => {
    await setting('include', ['elsewhere']);
    const probes = await trace('counted.py');
    assert.deepEqual(probes.state().diagnostics.map((each) => each.code), ['run/no-hits']); // prettier-ignore
  });
  test('a program that can’t be compiled counts nothing, and says that it ended by itself', async () => {
    const probes = await trace('broken.py');
    assert.match(probes.state().diagnostics[0]?.message ?? '', /ended with exit code 1 before it ran any code/);
  });
  test('an interpreter that does not work is named, before anything runs', async () => {
    const probes = await api();
    await setting('interpreter', '/nonexistent/python');
    const said = nextMessage(probes);
    await start('counted.py');
    assert.match(await said, /^\/nonexistent\/python can’t run a trace: there is no/);
    assert.notEqual(probes.state().phase, 'starting');
  });
  test('the setting chooses the interpreter, and the choice is told', async () => {
    const probes = await trace('counted.py');
    const first = probes.interpreter();
    assert.deepEqual([first?.from, first?.version], ['first found', probes.state().python?.version]);
    await setting('interpreter', first?.path);
    await trace('counted.py');
    assert.deepEqual([probes.interpreter()?.from, probes.interpreter()?.path], ['setting', first?.path]);
  });
  test('a file that is not on the disk is refused with the reason', async () => {
    const probes = await api();
    const tries: [Promise<vscode.TextDocument> | Thenable<vscode.TextDocument>, RegExp][] = [
      [vscode.workspace.openTextDocument({ language: 'python', content: 'x = 1\n' }), /^This file is not saved yet/],
      [vscode.workspace.openTextDocument(file('notes.txt')), /^Open a Python file first/],
    ];
    for (const [document, reason] of tries) {
      await vscode.window.showTextDocument(await document);
      const said = nextMessage(probes);
      void vscode.commands.executeCommand('cpythonProbes.traceFile');
      assert.match(await said, reason);
    }
    const elsewhere: [string, RegExp][] = [
      ['vscode-notebook-cell:/x.ipynb#1', /^A notebook’s cells/],
      ['git:/x.py', /^This file is not on a disk/],
    ];
    for (const [uri, reason] of elsewhere) {
      const said = nextMessage(probes);
      void vscode.commands.executeCommand('cpythonProbes.traceFile', vscode.Uri.parse(uri));
      assert.match(await said, reason);
    }
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
  test('a file outside the workspace is traced in its own folder', async () => {
    const outside = path.join(tmpdir(), `cpp-outside-${String(process.pid)}.py`);
    writeFileSync(outside, 'for i in range(2):\n    pass\n');
    const uri = vscode.Uri.file(outside);
    const probes = await trace(uri);
    assert.deepEqual(counts(probes, uri), { 1: '3', 2: '2' });
    rmSync(outside);
  });
  test('a file that is opened by a link is counted under that link', async () => {
    const probes = await trace('link.py');
    assert.deepEqual(counts(probes, 'link.py'), expected);
    assert.deepEqual(counts(probes, 'counted.py'), expected);
  });
}
