// The view models: counts under edits, texts and heat.
import { describe, expect, test } from 'vitest';
import { annotations } from '../../../client/src/view/annotations.ts';
import { heat, shortCount } from '../../../client/src/view/heat.ts';
import { FileModel, type Change } from '../../../client/src/view/model.ts';

const fn = { name: 'f', qualname: 'f', line: 2, calls: 3, returns: 3 };

function model(): FileModel {
  const made = new FileModel();
  made.add(7, { path: '/x.py', lines: [[1, 1], [2, 1], [3, 1200], [4, 0]], functions: [fn] }); // prettier-ignore
  return made;
}

/** Applies an edit to text of four lines, and renders the counts that remain. */
function after(startLine: number, startCharacter: number, endLine: number, endCharacter: number, text: string): string {
  const lines = ['import os', 'def f():', '    return 1', '    unused()'];
  const whole = lines.join('\n');
  const offset = (line: number, character: number): number =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  const edited = whole.slice(0, offset(startLine, startCharacter)) + text + whole.slice(offset(endLine, endCharacter));
  const now = edited.split('\n');
  const change: Change = { startLine, startCharacter, endLine, endCharacter, text };
  const made = model();
  made.apply(change, (line) => now[line]?.length ?? 0, false);
  return made
    .entries()
    .map(([line, each]) => `${String(line)}:${String(each.count)}${each.stale ? '~' : ''}`)
    .join(' ');
}

test.each([
  ['a line inserted above shifts all', [0, 0, 0, 0, '# new\n'], '2:1 3:1 4:1200 5:0'],
  ['Enter at the end of a line leaves it', [0, 9, 0, 9, '\n'], '1:1 3:1 4:1200 5:0'],
  ['Enter in the middle of a line dims it', [0, 3, 0, 3, '\n'], '1:1~ 3:1 4:1200 5:0'],
  ['typing in a line dims that line alone', [2, 11, 2, 12, '22'], '1:1 2:1 3:1200~ 4:0'],
  ['a deleted line takes its count along', [2, 0, 3, 0, ''], '1:1 2:1 3:0'],
  ['two lines joined keep the first, dimmed', [0, 9, 1, 0, ' '], '1:1~ 2:1200 3:0'],
  ['lines replaced by others lose their counts', [1, 0, 3, 0, 'a\nb\nc\n'], '1:1 5:0'],
] as const)('%s', (_, [a, b, c, d, text], expected) => {
  expect(after(a, b, c, d, text)).toBe(expected);
});

test('counts that arrive after an edit land where their lines are now', () => {
  const made = model();
  made.apply({ startLine: 0, startCharacter: 0, endLine: 0, endCharacter: 0, text: '\n\n' }, () => 0, true);
  made.add(8, { path: '/x.py', lines: [[3, 5]], functions: [] });
  expect(made.line(5)?.count).toBe(1205);
  expect([...(made.line(5)?.processes ?? [])]).toEqual([[7, 1200], [8, 5]]); // prettier-ignore
});

test('clearing during a run keeps how its lines have moved', () => {
  const made = model();
  made.apply({ startLine: 0, startCharacter: 0, endLine: 0, endCharacter: 0, text: '\n\n' }, () => 0, true);
  made.clear();
  made.add(7, { path: '/x.py', lines: [[3, 5]], functions: [] });
  expect(made.entries().map(([line, each]) => [line, each.count])).toEqual([[5, 5]]);
});

test('the total of a function with letters of any language stands on its def', () => {
  const made = new FileModel();
  made.add(7, { path: '/x.py', lines: [], functions: [{ ...fn, name: 'größe', line: 1 }] });
  const text = ['@decorator', 'def größe():'];
  expect(annotations(made, 1, 2, (line) => text[line - 1])).toEqual([
    { line: 2, text: '3 calls', heat: 0, stale: false },
  ]);
  made.expire();
  expect(annotations(made, 1, 2, (line) => text[line - 1])[0]?.stale).toBe(true);
});

test('a model that is saved and restored is the same', () => {
  const saved = model().save('/x.py', 'h');
  const again = FileModel.restore(JSON.parse(JSON.stringify(saved)) as typeof saved).save('/x.py', 'h');
  expect(again).toEqual(saved);
});

test('annotations name counts, calls on the def, and lines that never ran', () => {
  const text = ['@decorator', 'def f():', '    return 1', '    unused()'];
  const decorated = new FileModel();
  decorated.add(7, { path: '/x.py', lines: [[1, 1], [2, 1], [3, 3], [4, 0]], functions: [{ ...fn, line: 1 }] }); // prettier-ignore
  const drawn = annotations(decorated, 1, 4, (line) => text[line - 1]);
  expect(drawn.map(({ line, text: words }) => `${String(line)} ${words}`)).toEqual([
    '1 1×',
    '2 1×  3 calls',
    '3 3×',
    '4 never',
  ]);
});

describe('texts and heat', () => {
  test.each([[0, '0'], [999, '999'], [1000, '1k'], [1234, '1.2k'], [9960, '10k'], [15_400, '15k'], [999_600, '1M'], [3_400_000, '3.4M'], [1.2e9, '1.2G']])('%d is %s', (count, text) => { expect(shortCount(count)).toBe(text); }); // prettier-ignore
  test('heat grows with the logarithm, up to the file’s largest', () => {
    expect([1, 5, 50, 500, 10_000].map((count) => heat(count, 10_000))).toEqual([0, 0, 1, 2, 3]);
  });
});
