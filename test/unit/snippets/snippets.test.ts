// Each snippet as an editor inserts it, with every tab stop at its default.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { expandSnippet } from '../../support/snippets.ts';

interface Snippet {
  readonly prefix: string | readonly string[];
  readonly body: string | readonly string[];
  readonly description: string;
}

function load(language: string): [string, Snippet][] {
  const file = path.resolve(import.meta.dirname, `../../../snippets/${language}.json`);
  return Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Snippet>);
}
const bodyOf = (snippet: Snippet) => [snippet.body].flat().join('\n');

test.each([
  ['a${1:b}c$0', 'abc'],
  ['${1|x,y|} $1 ${1:z}', 'x x z'],
  ['\\$arg1 ${2:{ \\} }$0', '$arg1 { } '],
  ['f(${1:g(${2:h})})', 'f(g(h))'],
])('%s expands to %s', (body, text) => {
  expect(expandSnippet(body)).toBe(text);
});

describe.each(['dtrace', 'systemtap'])('%s', (language) => {
  const snippets = load(language);
  test('no two snippets have the same prefix', () => {
    const prefixes = snippets.flatMap(([, snippet]) => [snippet.prefix].flat());
    expect(prefixes.filter((prefix, index) => prefixes.indexOf(prefix) !== index)).toEqual([]);
  });
  test.each(snippets)('%s ends at the last tab stop and leaves no dollar of its own', (_, snippet) => {
    const body = bodyOf(snippet);
    expect(body).toMatch(/\$0|\$\{0:|\|\}/);
    expect(expandSnippet(body)).not.toMatch(/\$\{|\$0/);
    expect(snippet.description).not.toMatch(/\.$/);
  });
});
