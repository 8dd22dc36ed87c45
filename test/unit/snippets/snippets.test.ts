// Each snippet as an editor inserts it, with every tab stop at its default.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { dScript, stapScript } from '../../support/services.ts';
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

/** What a part of a script needs around it. */
function whole(language: string, text: string): string {
  if (/^(?:@\w+\[|foreach|try)/.test(text))
    return language === 'dtrace'
      ? `BEGIN { ${text} }`
      : `global array[10] probe process("/usr/bin/python3").mark("audit") { array["a"] = 1 ${text} }`;
  if (text.startsWith('#') && language === 'dtrace') return `${text}\nBEGIN { }`;
  if (text.includes('printa(@name)')) return `BEGIN { @name = count(); }\n${text}`;
  if (text.includes('delete array')) return `global array probe begin { array["a"] = 1 }\n${text}`;
  return text;
}

describe('the front ends accept what a snippet expands to', () => {
  test.each(load('dtrace'))('D: %s', (_, snippet) => {
    const text = whole('dtrace', expandSnippet(bodyOf(snippet)));
    const found = dScript(text).diagnostics.filter(({ severity }) => severity === 'error');
    expect(found.map(({ message, span }) => `${message} ${text.slice(span.start, span.end)}`)).toEqual([]);
  });
  test.each(load('systemtap'))('SystemTap: %s', (name, snippet) => {
    // The tapset's aliases are in another file.
    if (name.includes('use of the tapset')) return;
    const text = whole('systemtap', expandSnippet(bodyOf(snippet)));
    const found = stapScript(text).diagnostics.filter(({ severity }) => severity === 'error');
    expect(found.map(({ message, span }) => `${message} ${text.slice(span.start, span.end)}`)).toEqual([]);
  });
});
