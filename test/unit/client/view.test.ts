// The view models: counts under edits, undo and changes from outside; texts, columns and heat.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { align, originsOf, type Origins } from '../../../client/src/view/align.ts';
import { annotations, column } from '../../../client/src/view/annotations.ts';
import { heat, shortCount } from '../../../client/src/view/heat.ts';
import { hoverText, type RunFacts } from '../../../client/src/view/hoverText.ts';
import { FileModel, linesOf, type PlacedFile } from '../../../client/src/view/model.ts';
import { afterChange, type Change } from '../../../client/src/view/origins.ts';

const program = ['import os', 'def f():', '    return 1', '    unused()'];
const fn = { name: 'f', qualname: 'f', line: 2, calls: 3, returns: 3 };

function model(): FileModel {
  const made = new FileModel();
  made.add(7, { path: '/x.py', lines: [[1, 1], [2, 1], [3, 1200], [4, 0]], functions: [fn] }); // prettier-ignore
  made.text = program;
  return made;
}

type Edit = readonly [startLine: number, startCharacter: number, endLine: number, endCharacter: number, text: string];

/** The lines after an edit. */
function edited(lines: readonly string[], [a, b, c, d, text]: Edit): string[] {
  const head = (lines[a] ?? '').slice(0, b);
  const tail = (lines[c] ?? '').slice(d);
  return [...lines.slice(0, a), ...linesOf(head + text + tail), ...lines.slice(c + 1)];
}

function change([startLine, startCharacter, endLine, endCharacter, text]: Edit): Change {
  return { startLine, startCharacter, endLine, endCharacter, text };
}

/** Applies edits as an editor reports them, and renders where the counts are: `line:count`, `~` where stale. */
function after(...edits: readonly Edit[]): string {
  let now = program;
  let origins: Origins = program.map((_, index) => index);
  for (const each of edits) {
    origins = afterChange(origins, change(each));
    now = edited(now, each);
  }
  return shown(model().placed(align(program, now, origins)));
}

function shown(file: PlacedFile): string {
  return file.lines.map(({ line, count, stale }) => `${String(line)}:${String(count)}${stale ? '~' : ''}`).join(' ');
}

describe('edits', () => {
  test.each([
    ['a line inserted above shifts all', [[0, 0, 0, 0, '# new\n']], '2:1 3:1 4:1200 5:0'],
    ['Enter at the end of a line leaves it', [[0, 9, 0, 9, '\n']], '1:1 3:1 4:1200 5:0'],
    ['Enter at the beginning of a line moves it', [[2, 0, 2, 0, '\n']], '1:1 2:1 4:1200 5:0'],
    ['Enter in the middle of a line dims it', [[0, 3, 0, 3, '\n']], '1:1~ 3:1 4:1200 5:0'],
    ['typing in a line dims that line alone', [[2, 11, 2, 12, '22']], '1:1 2:1 3:1200~ 4:0'],
    ['typing something else altogether still dims it', [[2, 0, 2, 12, 'print("hello")']], '1:1 2:1 3:1200~ 4:0'],
    ['a deleted line takes its count along', [[2, 0, 3, 0, '']], '1:1 2:1 3:0'],
    ['two lines joined keep the first, dimmed', [[0, 9, 1, 0, ' ']], '1:1~ 2:1200 3:0'],
    ['lines replaced by others lose their counts', [[1, 0, 3, 0, 'a\nb\nc\n']], '1:1 5:0'],
    ['an equal line above leaves the count with the old one', [[2, 0, 2, 0, '    return 1\n']], '1:1 2:1 4:1200 5:0'],
    ['an equal line below leaves the count with the old one', [[3, 0, 3, 0, '    return 1\n']], '1:1 2:1 3:1200 5:0'],
    ['a change that is taken back is none', [[2, 11, 2, 12, '22'], [2, 11, 2, 13, '1']], '1:1 2:1 3:1200 4:0'],
    ['a deletion that is taken back brings the counts back', [[1, 0, 3, 0, ''], [1, 0, 1, 0, 'def f():\n    return 1\n']], '1:1 2:1 3:1200 4:0'],
    ['all replaced by the same text is no change', [[0, 0, 3, 12, program.join('\n')]], '1:1 2:1 3:1200 4:0'],
    ['a line that is moved is dimmed, its neighbour not', [[2, 0, 3, 0, ''], [0, 0, 0, 0, '    return 1\n']], '1:1200~ 2:1 3:1 4:0'],
    ['a formatter that changes a line dims that line', [[0, 0, 3, 12, 'import os\n\n\ndef f():\n  return 1\n    unused()']], '1:1 4:1 5:1200~ 6:0'],
    ['line ends alone are no change', [[0, 0, 3, 12, program.join('\r\n')]], '1:1 2:1 3:1200 4:0'],
  ] as const)('%s', (_, edits: readonly Edit[], expected) => { expect(after(...edits)).toBe(expected); }); // prettier-ignore

  test('a text that changed unseen is aligned by its lines alone', () => {
    const now = ['# a checkout', ...program.slice(0, 2), '    return 2', 'more()', '    unused()'];
    expect(shown(model().placed(align(program, now)))).toBe('2:1 3:1 4:1200~ 6:0');
  });

  const word = fc.constantFrom('a', 'b', '    return', '', 'x = 1');
  const text = fc.array(word, { minLength: 1, maxLength: 12 });
  const edit = fc.record({
    at: fc.nat(),
    length: fc.nat(3),
    character: fc.nat(3),
    end: fc.nat(3),
    text: fc.array(word, { maxLength: 3 }).map((lines) => lines.join('\n')),
  });

  test('whatever is edited: a count that is not stale stands on its own text, in order', () => {
    fc.assert(
      fc.property(text, fc.array(edit, { maxLength: 6 }), (counted, edits) => {
        let now: string[] = counted;
        let origins: Origins = counted.map((_, index) => index);
        for (const each of edits) {
          const startLine = each.at % now.length;
          const endLine = Math.min(now.length - 1, startLine + each.length);
          const startCharacter = Math.min(each.character, now[startLine]?.length ?? 0);
          const from = endLine === startLine ? startCharacter : 0;
          const endCharacter = Math.max(from, Math.min(each.end, now[endLine]?.length ?? 0));
          const made: Edit = [startLine, startCharacter, endLine, endCharacter, each.text];
          now = edited(now, made);
          origins = afterChange(origins, change(made));
          expect(origins.length).toBe(now.length);
        }
        const alignment = align(counted, now, origins);
        const taken = new Set<number>();
        let last = 0;
        for (const [index, line] of counted.entries()) {
          const place = alignment(index + 1);
          if (!place) continue;
          expect(taken.has(place.line)).toBe(false);
          taken.add(place.line);
          if (!place.same) continue;
          expect(now[place.line - 1]).toBe(line);
          expect(place.line).toBeGreaterThan(last);
          last = place.line;
        }
        const kept = originsOf(alignment, counted.length, now.length);
        const back = align(counted, counted, afterChange(kept, change([0, 0, now.length - 1, 0, counted.join('\n')])));
        expect(counted.map((_, index) => back(index + 1))).toEqual(
          counted.map((_, index) => ({ line: index + 1, same: true })),
        );
      }),
    );
  });

  test('a file of 20,000 lines with changes everywhere is aligned in time', () => {
    const counted = Array.from({ length: 20_000 }, (_, i) => `value_${String(i % 7000)} = ${String(i % 5)}`);
    const now = counted.flatMap((line, i) => (i % 400 === 0 ? [line, '# new'] : i % 401 === 0 ? [] : [line]));
    const began = performance.now();
    const alignment = align(counted, now);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(alignment(20_000)?.line).toBe(now.length);
  });
});

test('counts from several processes add up, and a clear forgets them but not the text', () => {
  const made = model();
  made.add(8, { path: '/x.py', lines: [[3, 5]], functions: [{ ...fn, calls: 1, returns: 0 }] });
  const here = made.placed(align(program, program)).lines[2];
  expect(here).toMatchObject({ count: 1205, stale: false });
  expect([...(here?.processes ?? [])]).toEqual([[7, 1200], [8, 5]]); // prettier-ignore
  expect([made.total(), made.largest()]).toEqual([1207, 1205]);
  made.clear();
  made.add(7, { path: '/x.py', lines: [[3, 5]], functions: [] });
  expect(shown(made.placed(align(program, ['', ...program])))).toBe('4:5');
});

test('a model that is saved and restored is the same', () => {
  const saved = model().save('/x.py');
  const again = FileModel.restore(JSON.parse(JSON.stringify(saved)) as typeof saved);
  expect(again.save('/x.py')).toEqual(saved);
  expect(shown(again.placed(align(again.text ?? [], ['#', ...program])))).toBe('2:1 3:1 4:1200 5:0');
});

/** The annotations of counted lines, as text. */
function drawn(text: readonly string[], lines: [number, number][], functions = [fn], now = text): string[] {
  const made = new FileModel();
  made.add(7, { path: '/x.py', lines, functions });
  made.text = text;
  return annotations(made.placed(align(text, now)), 1, 99).map(
    (each) => `${String(each.line)} ${each.text}${each.stale ? '~' : ''}`,
  );
}

test('annotations name counts, calls on the def, and lines that never ran', () => {
  const text = ['@decorator', 'def f():', '    return 1', '    unused()'];
  const counts: [number, number][] = [[1, 1], [2, 1], [3, 3], [4, 0]]; // prettier-ignore
  const decorated = { ...fn, line: 1 };
  expect(drawn(text, counts, [decorated])).toEqual(['1 1×', '2 1× · 3 calls', '3 3×', '4 never']);
});

test('the total of a function with letters of any language stands on its def, and goes stale with it', () => {
  const text = ['@decorator', 'async def größe(a):'];
  const named = { ...fn, name: 'größe', line: 1 };
  expect(drawn(text, [], [named])).toEqual(['2 3 calls']);
  expect(drawn(text, [], [named], ['@decorator', 'async def größe(b):'])).toEqual(['2 3 calls~']);
});

test('a column before the lines is as wide on every line, counted or not', () => {
  const placed = model().placed(align(program, ['', ...program, '']));
  expect(column(placed, 1, 6).map((each) => each.text)).toEqual([
    '       ',
    '     1×',
    '3 calls',
    '  1.2k×',
    '  never',
    '       ',
  ]);
  expect(column(placed, 4, 4).map((each) => each.text)).toEqual(['  1.2k×']);
});

describe('hover', () => {
  const run: RunFacts = {
    lines: 12_020,
    processes: new Map([[7, { argv: ['/work/x.py'] }]]),
    python: { path: '/usr/bin/python3', version: '3.11.2' },
    engine: 'settrace',
    began: 'today',
  };
  const at = (line: number, facts = run, file = model().placed(align(program, program))): string | undefined =>
    hoverText(file, line, facts);

  test('says the exact count with its shares, and what ran it', () => {
    expect(at(3)).toBe(
      'The line ran **1,200** times: 99.8 % of this file’s line events, 10.0 % of the run’s.\n\nPython 3.11.2, counted by settrace, today',
    );
    expect(at(4)).toMatch(/^The line \*\*never ran\*\*\./);
    expect(at(2)).toContain('`f`: **3** calls, 3 returns.');
    expect(at(5)).toBeUndefined();
  });
  test('names each process with its command, and nothing in a command can be more than text', () => {
    const made = model();
    for (let pid = 10; pid < 17; pid++) made.add(pid, { path: '/x.py', lines: [[3, pid]], functions: [] });
    const argv = ['/work/x.py', '--name=`a|b`\n[x](command:evil)'];
    const processes = new Map([...run.processes, [16, { argv }] as const]);
    expect(
      at(3, { ...run, processes }, made.placed(align(program, program)))
        ?.split('\n')
        .slice(2, 10),
    ).toEqual([
      '| times | process | command |',
      '| --: | --: | :-- |',
      '| 1,200 | 7 | `x.py` |',
      '| 16 | 16 | `` x.py --name=`a\\|b` [x](command:evil) `` |',
      '| 15 | 15 |  |',
      '| 14 | 14 |  |',
      '| 13 | 13 |  |',
      '| 33 | | 3 more |',
    ]);
  });
  test('says that a line was edited since', () => {
    const now = ['import sys', ...program.slice(1)];
    expect(at(1, run, model().placed(align(program, now)))).toContain('*Edited since; trace again for its new count.*');
  });
});

describe('texts and heat', () => {
  test.each([[0, '0'], [999, '999'], [1000, '1k'], [1234, '1.2k'], [9960, '10k'], [15_400, '15k'], [999_600, '1M'], [3_400_000, '3.4M'], [1.2e9, '1.2G']])('%d is %s', (count, text) => { expect(shortCount(count)).toBe(text); }); // prettier-ignore
  test('heat is by the part of the file’s largest count', () => {
    expect([1, 38, 40, 624, 625, 4999, 5000, 10_000].map((count) => heat(count, 10_000))).toEqual([
      0, 0, 1, 1, 2, 2, 3, 3,
    ]);
    expect([1, 10, 100].map((count) => heat(count, 100))).toEqual([0, 1, 2]);
  });
});
