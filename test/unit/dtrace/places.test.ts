// What stands at an offset: tokens, and nodes from the outside in.
import { expect, test } from 'vitest';
import { parseD } from '../../../server/src/languages/dtrace/index.ts';
import { T, tokenIndexAt } from '../../../server/src/languages/dtrace/tokens.ts';
import { nodesAt } from '../../../server/src/languages/dtrace/walk.ts';

function at(marked: string): { tree: ReturnType<typeof parseD>; offset: number } {
  const offset = marked.indexOf('<|>');
  return { tree: parseD(marked.replace('<|>', '')), offset };
}

test.each([
  ['BEGIN { x = <|>self->y + 1; }', 'program clause block expressionStatement assignment binary member identifier'],
  ['BEGIN { x = self-><|>y + 1; }', 'program clause block expressionStatement assignment binary member name'],
  ['BEG<|>IN { }', 'program clause probeDescription probePart'],
  ['BEGIN { f(1,<|> ); }', 'program clause block expressionStatement call missing'],
  ['BEGIN { x<|> }', 'program clause block expressionStatement identifier'],
  ['<|>', 'program'],
])('%s lies in %s', (marked, kinds) => {
  const { tree, offset } = at(marked);
  expect(nodesAt(tree.program, offset).map((node) => node.kind).join(' ')).toBe(kinds); // prettier-ignore
});

test.each([
  ['BEGIN { "a<|>b" }', T.string],
  ['BEGIN<|> { }', T.whitespace],
  ['BEGIN { /* <|> */ }', T.comment],
  ['BEGIN { }<|>', T.closeBrace],
])('the token at %s', (marked, kind) => {
  const { tree, offset } = at(marked);
  expect(tree.tokens.kinds[tokenIndexAt(tree.tokens, offset)]).toBe(kind);
});
