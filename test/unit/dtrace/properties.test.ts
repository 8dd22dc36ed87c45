// What holds for every text: the parser ends without throwing, tokens tile the text, children lie within their parents
// and in order, expression ids are unique, and the time grows with the length of the text and not faster.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyzeD, childrenOf, parseD } from '../../../server/src/languages/dtrace/index.ts';
import type { DNode, DTree } from '../../../server/src/languages/dtrace/syntax.ts';

const pieces = [
  'BEGIN', 'python$target:::function-entry', 'syscall::read*:entry', '/', '{', '}', '(', ')', '[', ']', ';', ',', '@a', '@',
  'self->x', 'this->', '=', '+=', '++', '->', '.', '?', ':', 'printf', '"%s\\n"', '"', "'a'", "'", '0x1f', '99999999999999999999',
  '1.5', 'struct s', 'int', 'x', 'typedef', 'inline', 'translator', 'provider', 'probe', 'enum', 'sizeof', 'xlate', '<', '>',
  'stringof', 'offsetof', '/*', '*/', '//', '#pragma D option quiet', '#define F(x) x + F(x)', '#define A B', '#define B A A',
  '#if 1', '#else', '#endif', 'F(', 'A', '\n', ' ', '\r\n', '\\\n', '$1', '$$target', '$', '`', 'k`s', '\0', '\u{1F40D}', 'é', 'if', 'else',
]; // prettier-ignore
const scripts = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(' '));
const texts = fc.oneof(scripts, fc.string({ unit: 'binary', maxLength: 200 }));

function checkTree(tree: DTree): void {
  const { tokens, text } = tree;
  expect(tokens.starts[tokens.count]).toBe(text.length);
  for (let i = 0; i < tokens.count; i++) {
    if (!((tokens.starts[i] ?? 0) < (tokens.starts[i + 1] ?? 0))) throw new Error(`token ${i} is empty`);
  }
  if (tokens.count > 0 && tokens.starts[0] !== 0) throw new Error('the first token does not begin the text');
  const ids = new Set<number>();
  const stack: DNode[] = [tree.program];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (!(node.start >= 0 && node.start <= node.end && node.end <= text.length))
      throw new Error(`${node.kind} is ${node.start}-${node.end}`);
    if ('id' in node) {
      if (ids.has(node.id) || node.id >= tree.expressionCount)
        throw new Error(`the id ${node.id} of ${node.kind} is wrong`);
      ids.add(node.id);
    }
    let before = node.start;
    for (const child of childrenOf(node)) {
      if (child.start < node.start || child.end > node.end) {
        throw new Error(
          `${child.kind} ${child.start}-${child.end} is outside of ${node.kind} ${node.start}-${node.end}`,
        );
      }
      if (child.start < before) throw new Error(`${child.kind} at ${child.start} in ${node.kind} is before ${before}`);
      before = child.start;
      stack.push(child);
    }
  }
  for (const { start, end } of tree.problems) {
    if (!(start >= 0 && start <= end && end <= text.length)) throw new Error(`a problem is at ${start}-${end}`);
  }
}

describe('any text', () => {
  test('has a well-formed tree', () => {
    fc.assert(
      fc.property(texts, (text) => checkTree(parseD(text))),
      { numRuns: 3000 },
    );
  });

  test('has a well-formed tree when the preprocessor runs', () => {
    fc.assert(
      fc.property(texts, (text) => checkTree(parseD(text, { runCpp: true }))),
      { numRuns: 1500 },
    );
  });
});

const whole = [
  'self int depth; this string s; int a[int, string]; struct t { int x : 3; char y[4]; } *p;',
  'inline int LIMIT = 5; typedef unsigned int u; enum e { A, B = 2 }; translator struct t < int *i > { x = *i; };',
  'python$target:::function-entry /self->depth++ < LIMIT && arg2/ { @c[copyinstr(arg0), arg2] = quantize(timestamp - self->ts); }',
  'BEGIN { this->s = "x"; a[1, "y"] = 2; p = (struct t *)alloca(sizeof (struct t)); p->x = A; printf("%s %d %*d", this->s, (u)3, 4, 5); }',
  'END { printa("%s %d %@d", @c); trunc(@c, 10); exit(a[1, "y"] ? p->y[2] : offsetof(struct t, y)); }',
  'syscall::read*:entry, tick-1s { speculate(speculation()); trace(args[0]); system("%d", $1); commit(1); }',
].join('\n'); // prettier-ignore

/** Real code with pieces cut out, doubled, and put elsewhere. */
const mutations = fc
  .array(fc.tuple(fc.nat(), fc.nat(40), fc.nat(), fc.constantFrom(...pieces)), { minLength: 1, maxLength: 5 })
  .map((edits) => edits.reduce((text, [from, length, to, piece], i) => {
    const at = from % (text.length + 1);
    const cut = text.slice(at, at + length);
    const rest = i % 2 === 0 ? text.slice(0, at) + text.slice(at + length) : text;
    const target = to % (rest.length + 1);
    return rest.slice(0, target) + (i % 3 === 0 ? piece : cut) + rest.slice(target);
  }, whole)); // prettier-ignore

test('any text has a model, whose parts lie in the text and in order', () => {
  const platforms = fc.constantFrom('linux' as const, 'macos' as const, 'freebsd' as const, 'illumos' as const);
  const property = fc.property(fc.oneof(mutations, texts), platforms, (text, platform) => {
    const model = analyzeD(parseD(text), { platform });
    for (const spans of [model.occurrences, model.tokens]) {
      let end = 0;
      for (const { span } of spans) {
        if (span.start < end || span.end < span.start || span.end > text.length)
          throw new Error(`${span.start}-${span.end} after ${end}`);
        ({ end } = span);
      }
    }
    for (const { span, code } of model.diagnostics) {
      if (span.start < 0 || span.end < span.start || span.end > text.length)
        throw new Error(`${code} is at ${span.start}-${span.end}`);
    }
    expect([model.outline, model.folds, model.probes, model.spansAt(text.length >> 1)]).toHaveLength(4);
  });
  fc.assert(property, { numRuns: 1500 });
});

const deep = 5_000;
test.each([
  ['braces', 'BEGIN ' + '{'.repeat(deep)],
  ['blocks', 'BEGIN ' + '{'.repeat(deep) + '}'.repeat(deep)],
  ['parentheses', `BEGIN { x = ${'('.repeat(deep)}1${')'.repeat(deep)}; }`],
  ['open parentheses', `BEGIN { x = ${'('.repeat(deep)}`],
  ['brackets', `BEGIN { x = ${'a['.repeat(deep)}`],
  ['calls', `BEGIN { ${'f('.repeat(deep)}`],
  ['a sum', `BEGIN { x = ${'1+'.repeat(deep)}1; }`],
  ['a chain of members', `BEGIN { x = a${'->b'.repeat(deep)}; }`],
  ['unary operators', `BEGIN { x = ${'!'.repeat(deep)}1; }`],
  ['conditions', `BEGIN { x = ${'a ? b : '.repeat(deep)}c; }`],
  ['assignments', `BEGIN { ${'x = '.repeat(deep)}1; }`],
  ['casts', `BEGIN { x = ${'(int)'.repeat(deep)}1; }`],
  ['structs', 'struct a { '.repeat(deep)],
  ['declarators', `int ${'('.repeat(deep)}`],
  ['ifs', `BEGIN { ${'if (1) '.repeat(deep)}`],
  ['elses', `BEGIN { ${'if (1) ; else '.repeat(deep)}`],
  ['conditionals of the preprocessor', '#if 1\n'.repeat(deep)],
  ['macros that double', Array.from({ length: 60 }, (_, i) => `#define m${i + 1} m${i} m${i}\n`).join('') + 'm60'],
  ['slashes', '/'.repeat(deep)],
  ['comments', '/*'.repeat(deep)],
  ['colons', ':'.repeat(deep)],
])('%s, deeply nested, are read without an overflow', (_, text) => {
  const tree = parseD(text);
  checkTree(tree);
  expect(tree.problems.length).toBeGreaterThanOrEqual(0);
});

test('10 MB are read in seconds', () => {
  const clause =
    'python$target:::function-entry\n/copyinstr(arg0) == "x.py"/\n{\n\t@calls[copyinstr(arg1), arg2] = count();\n}\n\n';
  const text = clause.repeat(Math.ceil(10_000_000 / clause.length));
  const began = performance.now();
  const tree = parseD(text);
  expect(tree.problems).toEqual([]);
  expect(performance.now() - began).toBeLessThan(15_000);
});
