// The TextMate grammars, run by the engine that VS Code uses. What each construct is coloured as stands below its line
// in test/grammars (vscode-tmgrammar-test's format); C in SystemTap is coloured by the grammar that VS Code ships.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRegistry } from 'vscode-tmgrammar-test/dist/common/index.js';
import { parseGrammarTestCase, runGrammarTestCase } from 'vscode-tmgrammar-test/dist/unit/index.js';

const root = path.resolve(import.meta.dirname, '../../..');
const files = readdirSync(path.join(root, 'test/grammars'));
const registry = createRegistry([
  { path: path.join(root, 'syntaxes/dtrace.tmLanguage.json'), scopeName: 'source.dtrace' },
  { path: path.join(root, 'syntaxes/systemtap.tmLanguage.json'), scopeName: 'source.systemtap' },
  { path: createRequire(import.meta.url).resolve('tm-grammars/grammars/c.json'), scopeName: 'source.c' },
]);

test.each(files)('%s', async (file) => {
  const cases = parseGrammarTestCase(readFileSync(path.join(root, 'test/grammars', file), 'utf8'));
  const failures = await runGrammarTestCase(registry, cases);
  const rendered = failures.map((failure) => {
    const text = cases.source[failure.srcLine]?.slice(failure.start, failure.end) ?? '';
    return `line ${failure.line + 1}: ${JSON.stringify(text)} is ${failure.actual.join(' ')}, not ${failure.missing.join(' ')}`;
  });
  expect(rendered).toEqual([]);
});

type Grammar = NonNullable<Awaited<ReturnType<typeof registry.loadGrammar>>>;
type State = Parameters<Grammar['tokenizeLine']>[1];

async function rest(scope: string, script: string): Promise<string[]> {
  const grammar = await registry.loadGrammar(scope);
  let state: State = null;
  const uncoloured: string[] = [];
  for (const line of script.split('\n')) {
    const result: ReturnType<Grammar['tokenizeLine']> | undefined = grammar?.tokenizeLine(line, state);
    if (!result) throw new Error(`no grammar for ${scope}`);
    state = result.ruleStack;
    for (const token of result.tokens) {
      const text = line.slice(token.startIndex, token.endIndex).trim();
      if (text !== '' && token.scopes.at(-1) === scope) uncoloured.push(text);
    }
  }
  return [...uncoloured, `depth ${state?.depth ?? 0}`];
}

describe('no character of a whole script is left without a colour, and every construct is closed at its end', () => {
  test('D, in one line', async () => {
    const script = 'BEGIN,tick-1s/a/{@a[1]=count();printf("%d",1);}struct s{int a;};python$1:a:b:c{}';
    expect(await rest('source.dtrace', script)).toEqual(['depth 1']);
  });
  test('SystemTap, in one line', async () => {
    const script = 'global a%[2] probe b=c.d("e")?{f[g()]<<<1}function h:long(i){return i}function j(){%{ int k; %}}';
    expect(await rest('source.systemtap', script)).toEqual(['depth 1']);
  });
});
