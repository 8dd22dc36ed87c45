// The services over the neutral model, on D: one text with a cursor, one answer. `‹…›` marks an answer's places.
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Range, TextEdit } from 'vscode-languageserver-types';
import { describe, expect, test } from 'vitest';
import { readSettings } from '../../../server/src/base/settings.ts';
import type { Diagnostic } from '../../../server/src/languages/model.ts';
import { analyze } from '../../../server/src/services/analysis.ts';
import { codeActions, withSeverities } from '../../../server/src/services/codeActions.ts';
import { codeLenses } from '../../../server/src/services/codeLens.ts';
import { definition } from '../../../server/src/services/definition.ts';
import { foldingRanges, selectionRange } from '../../../server/src/services/folding.ts';
import { fileLinks } from '../../../server/src/services/links.ts';
import type { Analyzed } from '../../../server/src/services/places.ts';
import { highlights, references } from '../../../server/src/services/references.ts';
import { prepareRename, rename } from '../../../server/src/services/rename.ts';
import { reservedNames } from '../../../server/src/services/reserved.ts';
import {
  semanticTokens,
  semanticTokensDelta,
  semanticTokensLegend,
} from '../../../server/src/services/semanticTokens.ts';
import { documentSymbols, workspaceSymbols } from '../../../server/src/services/symbols.ts';
import { noTapsets } from '../../../server/src/services/tapsets.ts';
import { cursorIn } from '../../support/marked.ts';
import { contextOf, python311, python313 } from '../../support/services.ts';

const settings = readSettings({});

function analyzed(
  text: string,
  uri = 'file:///w/script.d',
  read: (uri: string) => string | undefined = () => undefined,
): Analyzed {
  const language = uri.endsWith('.d') ? 'dtrace' : 'systemtap';
  const model = analyze[language](text, {
    uri,
    platform: 'linux',
    settings,
    read,
    tapsets: noTapsets(),
    interpreters: [],
  });
  return { document: TextDocument.create(uri, language, 1, text), model };
}

function at(marked: string): Analyzed & { readonly offset: number } {
  const { text, offset } = cursorIn(marked);
  return { ...analyzed(text), offset };
}

/** The text with `‹ ›` around ranges. */
function mark({ document }: Analyzed, ranges: readonly Range[]): string {
  const edits = ranges.flatMap(({ start, end }) => [
    { range: { start, end: start }, newText: '‹' },
    { range: { start: end, end }, newText: '›' },
  ]);
  return TextDocument.applyEdits(document, edits);
}

describe('definition', () => {
  test.each([
    ['typedef int t; BEGIN { this->x = (<|>t)1; }', 'typedef int ‹t›; BEGIN { this->x = (t)1; }'],
    ['inline int most = 3; BEGIN { x = mos<|>t; }', 'inline int ‹most› = 3; BEGIN { x = most; }'],
    [
      'struct s { int a; }; BEGIN { this->p = (struct s<|> *)0; }',
      'struct ‹s› { int a; }; BEGIN { this->p = (struct s *)0; }',
    ],
    ['BEGIN { x = 1; } END { trace(x<|>); }', 'BEGIN { ‹x› = 1; } END { trace(x); }'],
    ['BEGIN { trac<|>e(1); }', 'BEGIN { trace(1); }'],
    ['BEGIN { } <|>', 'BEGIN { } '],
  ])('%s', (marked, expected) => {
    const here = at(marked);
    const found = definition(here, here.offset, undefined);
    expect(
      mark(
        here,
        found.map((each) => each.targetSelectionRange),
      ),
    ).toBe(expected);
  });
});

describe('references and highlights', () => {
  test.each([
    ['BEGIN { <|>x = 1; } END { trace(x); x++; }', 'BEGIN { ‹x› = 1; } END { trace(‹x›); ‹x›++; }'],
    [
      'BEGIN { self->x = x; @x = count(); this->x = self-><|>x; }',
      'BEGIN { self->‹x› = x; @x = count(); this->x = self->‹x›; }',
    ],
    [
      'BEGIN { @a<|>[1] = sum(2); @b = count(); } END { printa(@a); clear(@a); }',
      'BEGIN { ‹@a›[1] = sum(2); @b = count(); } END { printa(‹@a›); clear(‹@a›); }',
    ],
    ['enum e { ONE, TWO }; BEGIN { x = ONE<|> + TWO; }', 'enum e { ‹ONE›, TWO }; BEGIN { x = ‹ONE› + TWO; }'],
  ])('%s', (marked, expected) => {
    const here = at(marked);
    expect(
      mark(
        here,
        references(here, here.offset, [], true).map(({ range }) => range),
      ),
    ).toBe(expected);
    expect(
      mark(
        here,
        highlights(here, here.offset).map(({ range }) => range),
      ),
    ).toBe(expected);
  });
  test('without the declaration', () => {
    const here = at('inline int m<|> = 1; BEGIN { x = m; }');
    expect(
      mark(
        here,
        references(here, here.offset, [], false).map(({ range }) => range),
      ),
    ).toBe('inline int m = 1; BEGIN { x = ‹m›; }');
  });
  test('reading and writing are told apart', () => {
    const here = at('BEGIN { <|>x = 1; y = x; }');
    expect(highlights(here, here.offset).map(({ kind }) => kind)).toEqual([3, 2]);
  });
});

/** The text after renaming, or the reason why not. */
function renamed(marked: string, name: string): string {
  const here = at(marked);
  const done = rename(here, here.offset, name, [], reservedNames('dtrace', 'linux'), () => true);
  if (!done.ok) return done.reason;
  return TextDocument.applyEdits(here.document, done.edit.changes?.[here.document.uri] ?? []);
}

describe('rename', () => {
  test.each([
    ['BEGIN { x<|> = 1; y = x; }', 'z', 'BEGIN { z = 1; y = z; }'],
    ['BEGIN { @x<|> = count(); } END { printa(@x); }', 'y', 'BEGIN { @y = count(); } END { printa(@y); }'],
    ['BEGIN { @x<|> = count(); } END { printa(@x); }', '@y', 'BEGIN { @y = count(); } END { printa(@y); }'],
    ['BEGIN { self->x = 1; } END { x = self-><|>x; }', 'y', 'BEGIN { self->y = 1; } END { x = self->y; }'],
    ['BEGIN { self->x = 1; } END { x = self-><|>x; }', 'self->y', 'BEGIN { self->y = 1; } END { x = self->y; }'],
    ['BEGIN { this->x<|> = 1; this->x++; }', 'timestamp', 'BEGIN { this->timestamp = 1; this->timestamp++; }'],
    ['BEGIN { x = 1; self->y = 2; this->z<|> = 3; }', 'y', 'BEGIN { x = 1; self->y = 2; this->y = 3; }'],
    ['BEGIN { x<|> = 1; }', 'x', 'BEGIN { x = 1; }'],
    ['BEGIN { x<|> = 1; }', '1x', '"1x" is no name: it needs letters, digits and _, and no digit first.'],
    ['BEGIN { x<|> = 1; }', 'a b', '"a b" is no name: it needs letters, digits and _, and no digit first.'],
    ['BEGIN { x<|> = 1; }', '', '"" is no name: it needs letters, digits and _, and no digit first.'],
    ['BEGIN { x<|> = 1; }', 'struct', 'struct is a keyword.'],
    ['BEGIN { x<|> = 1; }', 'timestamp', "timestamp is built in; a script's own timestamp would hide it."],
    ['BEGIN { x<|> = 1; }', 'printf', "printf is built in; a script's own printf would hide it."],
    ['BEGIN { x<|> = 1;\n y = 2; }', 'y', 'There is already a variable y in line 2.'],
    ['BEGIN { @x<|> = count(); @y = count(); }', 'y', 'There is already a aggregation y in line 1.'],
    ['BEGIN { trac<|>e(1); }', 'y', 'There is no name here that this script defines.'],
  ])('%s to %j', (marked, name, expected) => {
    expect(renamed(marked, name)).toBe(expected);
  });
  test.each([
    ['BEGIN { self-><|>x = 1; }', 'BEGIN { self->‹x› = 1; }', 'x'],
    ['BEGIN { @<|>x = count(); }', 'BEGIN { @‹x› = count(); }', 'x'],
  ])('%s begins with the name alone', (marked, expected, placeholder) => {
    const here = at(marked);
    const prepared = prepareRename(here, here.offset);
    expect(prepared).toMatchObject({ ok: true, placeholder });
    expect(mark(here, prepared.ok ? [prepared.range] : [])).toBe(expected);
  });
});

describe('symbols', () => {
  const text = 'typedef int t;\npython$target:::line { x = 1; }\nBEGIN, END { }\n';
  test('outline', () => {
    expect(documentSymbols(analyzed(text)).map(({ name, kind }) => [name, kind])).toEqual([
      ['t', 23],
      ['python$target:::line', 24],
      ['BEGIN, END', 24],
    ]);
  });
  test('every selection range lies in its range', () => {
    const inside = (symbols: ReturnType<typeof documentSymbols>): boolean =>
      symbols.every(
        ({ range, selectionRange: inner, children, name }) =>
          name !== '' &&
          (range.start.line < inner.start.line || range.start.character <= inner.start.character) &&
          inside(children ?? []),
      );
    expect(inside(documentSymbols(analyzed(text)))).toBe(true);
  });
  test('the workspace’s, best first', () => {
    const all = [analyzed('typedef int myline;', 'file:///w/a.d'), analyzed(text, 'file:///w/b.d')];
    const names = (query: string) => workspaceSymbols(all, query).map(({ name }) => name);
    expect(names('line')).toEqual(['myline', 'python$target:::line']);
    expect(names('T')).toEqual(['t', 'python$target:::line']);
    expect(names('pytln')).toEqual(['python$target:::line']);
    expect(names('zz')).toEqual([]);
    expect(names('')).toHaveLength(4);
  });
});

test('folding keeps a closing brace that stands alone', () => {
  const here = analyzed('/* a\n b */\nBEGIN\n{\n  x = 1;\n}\n\nEND {\n  y = 2; }\n');
  expect(foldingRanges(here).map(({ startLine, endLine, kind }) => [startLine, endLine, kind ?? ''])).toEqual([
    [0, 1, 'comment'],
    [3, 4, ''],
    [7, 8, ''],
  ]);
  expect(foldingRanges(here, 1)).toHaveLength(1);
});

test('selection grows from the name to the text', () => {
  const here = at('BEGIN { x = (a<|> + 1) * 2; }');
  const ranges: string[] = [];
  for (
    let range: ReturnType<typeof selectionRange> | undefined = selectionRange(here, here.offset);
    range;
    range = range.parent
  ) {
    ranges.push(here.document.getText(range.range));
  }
  expect(ranges).toEqual([
    'a',
    'a + 1',
    '(a + 1)',
    '(a + 1) * 2',
    'x = (a + 1) * 2',
    '{ x = (a + 1) * 2; }',
    'BEGIN { x = (a + 1) * 2; }',
  ]);
});

describe('semantic tokens', () => {
  /** `text:type` by the numbers. */
  function decoded(here: Analyzed, data: readonly number[]): string[] {
    const words: string[] = [];
    let line = 0;
    let character = 0;
    for (let index = 0; index < data.length; index += 5) {
      const [deltaLine = 0, delta = 0, length = 0, type = 0] = data.slice(index, index + 5);
      line += deltaLine;
      character = deltaLine === 0 ? character + delta : delta;
      const range = { start: { line, character }, end: { line, character: character + length } };
      words.push(`${here.document.getText(range)}:${semanticTokensLegend.tokenTypes[type] ?? ''}`);
    }
    return words;
  }
  const text = 'typedef int t;\r\n/* 😀\r\n two */\r\nBEGIN { x = "😀"; self->y = timestamp; }\r\n';
  test('lie where their text is, over several lines and beside surrogates', () => {
    const here = analyzed(text);
    const words = decoded(here, semanticTokens(here));
    expect(words).toEqual(expect.arrayContaining(['t:type', 'x:variable', 'timestamp:variable']));
    expect(words.some((word) => /[\r\n]/.test(word))).toBe(false);
  });
  test('a range holds the tokens that touch it', () => {
    const here = analyzed(text);
    const start = text.indexOf('self');
    const part = decoded(here, semanticTokens(here, { start, end: start + 5 }));
    expect(part.length).toBeGreaterThan(0);
    expect(part.length).toBeLessThan(4);
  });
  test('a delta makes the old numbers the new ones', () => {
    const apply = (before: number[], edits: ReturnType<typeof semanticTokensDelta>): number[] => {
      const data = [...before];
      for (const { start, deleteCount, data: more } of edits) data.splice(start, deleteCount, ...(more ?? []));
      return data;
    };
    for (const other of ['', text, text.replace('x', 'xyz'), `\n${text}`, text.slice(0, 40), `${text}END { }`]) {
      const before = semanticTokens(analyzed(text));
      const after = semanticTokens(analyzed(other));
      expect(apply(before, semanticTokensDelta(before, after))).toEqual(after);
    }
    expect(semanticTokensDelta([1, 2, 3], [1, 2, 3])).toEqual([]);
  });
});

test('links: includes and libraries, not those in comments', () => {
  const text = '#include "a/b.h"\n#include <sys/types.h>\n#pragma D depends_on library io.d\n/*\n#include "no.h"\n*/\n';
  const here = analyzed(text);
  expect(fileLinks(here.model).map(({ span, path, where }) => [text.slice(span.start, span.end), path, where])).toEqual(
    [
      ['a/b.h', 'a/b.h', 'beside'],
      ['sys/types.h', 'sys/types.h', 'system'],
      ['io.d', 'io.d', 'dtraceLibrary'],
    ],
  );
});

describe('quick fixes', () => {
  const text = 'aa bb aa bb';
  const document = TextDocument.create('file:///w/x.d', 'dtrace', 1, text);
  const finding = (start: number, code: string, newText: string, more: Partial<Diagnostic> = {}): Diagnostic => ({
    span: { start, end: start + 2 },
    code,
    severity: 'warning',
    message: 'm',
    fixes: [{ title: `Use ${newText}`, edits: [{ span: { start, end: start + 2 }, newText }] }],
    ...more,
  });
  const all = [finding(0, 'c/a', 'A'), finding(3, 'c/b', 'B', { fixes: [] }), finding(6, 'c/a', 'AA')];
  const applied = (edits: TextEdit[] | undefined): string => TextDocument.applyEdits(document, edits ?? []);

  test('one, and all of its kind', () => {
    const actions = codeActions(document, all, { start: 1, end: 1 }, undefined);
    expect(actions.map(({ title, kind, edit }) => [title, kind, applied(edit?.changes?.[document.uri])])).toEqual([
      ['Use A', 'quickfix', 'A bb aa bb'],
      ['Fix all c/a in this file', 'quickfix', 'A bb AA bb'],
      ['Fix all that can be fixed automatically', 'source.fixAll', 'A bb AA bb'],
    ]);
    expect(actions[0]?.diagnostics).toMatchObject([{ code: 'c/a', source: 'cpython-probes', severity: 2 }]);
  });
  test('only the kinds that are asked for', () => {
    const kinds = (only: string[]) => codeActions(document, all, { start: 0, end: 11 }, only).map((each) => each.kind);
    expect(kinds(['source'])).toEqual(['source.fixAll']);
    expect(kinds(['source.fixAll'])).toEqual(['source.fixAll']);
    expect(kinds(['refactor'])).toEqual([]);
  });
  test('fixes that touch each other are not both made', () => {
    const touching = [finding(0, 'c/a', 'A'), finding(1, 'c/a', 'B')];
    const [action] = codeActions(document, touching, { start: 9, end: 9 }, ['source.fixAll']);
    expect(applied(action?.edit?.changes?.[document.uri])).toBe('A bb aa bb');
  });
  test('severities of the settings, and those that are off', () => {
    const own = readSettings({ severities: { 'c/a': 'off', 'c/b': 'error' } });
    expect(withSeverities(all, own).map(({ code, severity }) => [code, severity])).toEqual([['c/b', 'error']]);
  });
});

describe('code lens', () => {
  const lens = (text: string, context = contextOf({ interpreters: [python313, python311] })): string[] => {
    const here = analyzed(text);
    return codeLenses(here, context, []).map(
      ({ range, command }) => `${String(range.start.line)} ${command?.title ?? ''}`,
    );
  };
  test.each([
    ['python$target:::gc-start { }', ['0 in python3.13']],
    ['python$target:::function-entry { }', ['0 not in python3.13 (in python3.11)']],
    [
      'python*:::function-entry, python*:::function-return { }',
      ['0 function-entry, function-return not in python3.13 (in python3.11)'],
    ],
    ['python$target:::gc-* { }', ['0 in python3.13']],
    ['\npython$target:::*-start { }', ['1 1 of 2 in python3.13']],
    ['BEGIN { } syscall::read:entry { } perl$target:::sub-entry { }', []],
  ])('%s', (text, expected) => {
    expect(lens(text)).toEqual(expected);
  });
  test('none while no interpreter is known, and none if they are not wanted', () => {
    expect(lens('python$target:::gc-start { }', contextOf({ interpreters: [] }))).toEqual([]);
    const off = contextOf({ settings: readSettings({ codeLens: { enabled: false } }) });
    expect(lens('python$target:::gc-start { }', off)).toEqual([]);
  });
});
