// What holds for every text: nothing is thrown, the tokens tile it, spans nest, and all lists are in order. The texts are
// random words of the language, and mutations of scripts that use all of it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeStap, parseStap } from '../../../server/src/languages/systemtap/index.ts';
import { childrenOf } from '../../../server/src/languages/systemtap/tree.ts';
import type { StapModel } from '../../../server/src/languages/systemtap/analyze.ts';
import type { SyntaxNode } from '../../../server/src/languages/systemtap/syntax.ts';

const script = `#!/usr/bin/stap -g
@define log(a, b) %( printf("%s %d\\n", @a, @b) %)
global calls[100], total = 0, names%
probe python.call = process("/usr/bin/python3").provider("python").mark("function__entry")? {
  file = user_string($arg1); line = $arg3
}, { total++ }
private function describe:string (path:string, line:long):2 {
  foreach ([a, b-] in calls[*, 1] limit 5) { if ([a, *] in calls) continue; else break }
  return path . sprintf(":%d", line)
}
%( kernel_v >= "3.0" && $# == 0 %? probe timer.{s(1), ms(100)} if (total > 3) { delete names } %: broken { %)
probe python.call, end {
  try { calls[file, line] <<< $x->y[0] } catch (e) { @log(e, @count(calls[file, line])) }
  x = @defined(&@cast($p, "struct s")->m) ? @hist_log(calls["a", 1])[2] : -0x1f /* c */
  if (file =~ "a+b" || !(x in names)) names[x]++ // end
  print(%{ 1 %}, @1) next
}
`;

const words = [
  ...'probe global private function if else for foreach in limit return delete while break continue next string long try catch'.split(
    ' ',
  ),
  ...'{ } ( ) [ ] ; , . ? : ! ~ + - * / % & ^ | < > = == <<< -> %( %? %: %) %{ %} =~ ++ << >>> .='.split(' '),
  ...'x y $x $$vars $1 @1 $# @count @define @x @cast @hist_log begin timer "a" "b 1 0x 09 "\\x" /* */ // # \u0000 é 😀'.split(
    ' ',
  ),
  '\n',
  ' ',
];

/** Problems with the invariants, in words; none is the wish. */
function problems(text: string): readonly string[] {
  const tree = parseStap(text);
  const found: string[] = [];
  const { tokens } = tree;
  let joined = '';
  for (let i = 0; i < tokens.count; i++) joined += text.slice(tokens.starts[i], tokens.starts[i + 1]);
  if (joined !== text) found.push('tokens do not tile the text');
  const pending: SyntaxNode[] = [...tree.declarations];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.start < 0 || node.end < node.start || node.end > text.length)
      found.push(`${node.kind} ${node.start}-${node.end} lies outside`);
    for (const child of childrenOf(node)) {
      if (child.start < node.start || child.end > node.end) {
        found.push(`${child.kind} ${child.start}-${child.end} is not in ${node.kind} ${node.start}-${node.end}`);
      }
      pending.push(child);
    }
  }
  const model = analyzeStap(tree);
  return [...found, ...disorder(model, text.length)];
}

function disorder(model: StapModel, length: number): readonly string[] {
  const found: string[] = [];
  for (const list of ['occurrences', 'tokens'] as const) {
    let end = 0;
    for (const { span } of model[list]) {
      if (span.start < end || span.end <= span.start || span.end > length)
        found.push(`${list}: ${span.start}-${span.end} after ${end}`);
      end = span.end;
    }
  }
  for (const { span } of [...model.diagnostics, ...model.folds, ...model.outline, ...model.probes]) {
    if (span.start < 0 || span.end < span.start || span.end > length)
      found.push(`${span.start}-${span.end} lies outside`);
  }
  for (const offset of [0, length >> 1, length]) {
    const spans = model.spansAt(offset);
    spans.forEach((span, i) => {
      const outer = spans[i - 1];
      if (outer && (span.start < outer.start || span.end > outer.end)) found.push('spansAt does not nest');
    });
  }
  return found;
}

describe('any text', () => {
  it('of words of the language', () => {
    const texts = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((list) => list.join(' '));
    fc.assert(fc.property(texts, (text) => { expect(problems(text)).toEqual([]); }), { numRuns: 800 }); // prettier-ignore
  });

  it('that is a script with parts cut out, doubled and put in', () => {
    const edits = fc.array(
      fc.tuple(
        fc.nat(script.length),
        fc.nat(30),
        fc.constantFrom('', ...words, 'probe x {', '%( 1 == 2 %?', '@define z(a) %('),
      ),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(edits, (list) => {
        const text = list.reduce((t, [at, size, word]) => t.slice(0, at) + word + t.slice(at + size), script);
        expect(problems(text)).toEqual([]);
      }),
      { numRuns: 800 },
    );
  });

  it('that is a script without a mistake', () => {
    expect(problems(script)).toEqual([]);
    const { diagnostics } = analyzeStap(parseStap(script));
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('deep nesting', () => {
  it.each([
    ['braces', (n: number) => `probe begin ${'{'.repeat(n)}${'}'.repeat(n)}`],
    ['unclosed braces', (n: number) => `probe begin ${'{'.repeat(n)}`],
    ['parentheses', (n: number) => `probe begin { x = ${'('.repeat(n)}1${')'.repeat(n)} }`],
    ['unclosed parentheses', (n: number) => `probe begin { x = ${'('.repeat(n)}`],
    ['brackets', (n: number) => `probe begin { x = ${'a['.repeat(n)}1${']'.repeat(n)} }`],
    ['members', (n: number) => `probe begin { x = $a${'->b[1]'.repeat(n)} }`],
    ['signs', (n: number) => `probe begin { x = ${'- '.repeat(n)}1 }`],
    ['sums', (n: number) => `probe begin { x = 1${' + 1'.repeat(n)} print(x) }`],
    ['concatenations', (n: number) => `probe begin { x = "a"${' . "b"'.repeat(n)} print(x) }`],
    ['conditionals', (n: number) => `probe begin { x = ${'1 ? 2 : '.repeat(n)}3 print(x) }`],
    ['assignments', (n: number) => `probe begin { ${'x = '.repeat(n)}3 }`],
    ['else ifs', (n: number) => `probe begin { ${'if (1) exit() else '.repeat(n)} exit() }`],
    ['ifs', (n: number) => `probe begin { ${'if (1) '.repeat(n)} exit() }`],
    ['groups', (n: number) => `probe ${'{a.'.repeat(n)}b${'}'.repeat(n)} { }`],
    ['preprocessor conditionals', (n: number) => `${'%( 1 == 1 %? '.repeat(n)}global a ${'%)'.repeat(n)}`],
  ])('%s, 5,000 levels', (_, make) => {
    expect(problems(make(5000))).toEqual([]);
  });

  it('10 MB', () => {
    const text = `probe begin { printf("%d\\n", pid()) x[1] = 2 }\n`.repeat(230_000);
    const began = performance.now();
    expect(parseStap(text).declarations).toHaveLength(230_000);
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
