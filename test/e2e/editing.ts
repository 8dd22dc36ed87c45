// Edits around the counts in a real window: in the editor, by undo, a formatter, a checkout under it, while a run goes
// on, a rename, and changes that are thrown away.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { expected } from './counting.ts';
import { api, counts, file, revert, setting, show, start, trace, until } from './support.ts';

export function editing(): void {
  test('an inserted line moves the counts, an edited one dims, and undo brings all back', async () => {
    const probes = await trace('counted.py');
    const editor = await show('counted.py');
    const options = { undoStopBefore: true, undoStopAfter: true };
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# new\n'), options);
    await editor.edit((edit) => edit.insert(new vscode.Position(3, 0), '    '), options);
    const moved = { 2: '1', 3: '11', 4: '10~', 5: '1', 7: '1', 8: '1', 9: '0' };
    assert.deepEqual(counts(probes, 'counted.py'), moved);
    await vscode.commands.executeCommand('undo');
    await vscode.commands.executeCommand('undo');
    assert.deepEqual(counts(probes, 'counted.py'), expected);
    await vscode.commands.executeCommand('redo');
    assert.equal(counts(probes, 'counted.py')[2], '1');
    await revert();
    assert.deepEqual(counts(probes, 'counted.py'), expected);
  });
  test('a deleted function takes its counts along, and undo brings them back', async () => {
    const probes = await trace('counted.py');
    const editor = await show('counted.py');
    await editor.edit((edit) => edit.delete(new vscode.Range(0, 0, 4, 0)));
    assert.deepEqual(counts(probes, 'counted.py'), { 2: '1', 3: '1', 4: '0' });
    await vscode.commands.executeCommand('undo');
    assert.deepEqual(counts(probes, 'counted.py'), expected);
    await revert();
  });
  test('a checkout under the editor keeps the counts of the lines that stay', async () => {
    const probes = await trace('checkout.py');
    assert.deepEqual(counts(probes, 'checkout.py'), { 1: '1', 2: '1', 3: '1' });
    writeFileSync(file('checkout.py').fsPath, '# another branch\na = 1\nb = 20\nc = 3\n');
    await until(probes, () => counts(probes, 'checkout.py')[4] === '1', 'the editor took the change in');
    assert.deepEqual(counts(probes, 'checkout.py'), { 2: '1', 3: '1~', 4: '1' });
  });
  test('unsaved changes are saved, and formatted, before the run: its counts are of that text', async () => {
    const formatter = vscode.languages.registerDocumentFormattingEditProvider('python', {
      provideDocumentFormattingEdits: () => [vscode.TextEdit.insert(new vscode.Position(0, 0), '# formatted\n')],
    });
    await setting('formatOnSave', true, 'editor');
    const editor = await show('formatted.py');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'y = 2\n'));
    const probes = await trace('formatted.py');
    formatter.dispose();
    assert.deepEqual(counts(probes, 'formatted.py'), { 2: '1', 3: '1' });
    assert.equal((await show('formatted.py')).document.isDirty, false);
  });
  test('edits while a run goes on: its counts go on with their lines, and stay when the edits are thrown away', async () => {
    const probes = await start('endless.py');
    const at = (line: number): number => probes.counts(file('endless.py')).find(([each]) => each === line)?.[1] ?? 0;
    await until(probes, () => at(6) > 50, 'live counts');
    const editor = await show('endless.py');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# one\n# two\n'));
    const then = at(8);
    await until(probes, () => at(8) > then + 50, 'the moved line counts on');
    assert.equal(at(6), 1); // `n = 0`, which was the fourth line
    await vscode.commands.executeCommand('cpythonProbes.stop');
    await until(probes, () => probes.state().phase === 'ended', 'stopped');
    await revert();
    assert.ok(at(6) > then + 50);
    assert.deepEqual(probes.counts(file('endless.py')).filter(([, , stale]) => stale), []); // prettier-ignore
  });
  test('a renamed file keeps its counts', async () => {
    const probes = await trace('old.py');
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(file('old.py'), file('new.py'));
    await vscode.workspace.applyEdit(edit);
    await show('new.py');
    assert.deepEqual(counts(probes, 'new.py'), { 1: '1' });
    assert.deepEqual(counts(probes, 'old.py'), {});
  });
}

export function leaving(): void {
  test('leaves counts for the next window, whatever is unsaved', async () => {
    const probes = await trace('counted.py');
    const editor = await show('counted.py');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# never saved\n'));
    await (await api()).stored();
    await revert();
    assert.deepEqual(counts(probes, 'counted.py'), expected);
  });
}
