// Hover and signature help in SystemTap.
import { expect, test } from 'vitest';
import type { ServiceContext } from '../../../server/src/services/language.ts';
import { systemtapServices } from '../../../server/src/services/systemtap/index.ts';
import { cursorIn } from '../../support/marked.ts';
import {
  contextOf,
  documentOf,
  hoverText,
  python313,
  signatureText,
  sorted,
  stapScript,
} from '../../support/services.ts';

function hoverAt(marked: string, context: ServiceContext = contextOf()): string {
  const { text, offset } = cursorIn(marked);
  return hoverText(text, systemtapServices.hover(documentOf(text, 'stp'), stapScript(text), offset, context));
}

function signatureAt(marked: string): string {
  const { text, offset } = cursorIn(marked);
  return signatureText(systemtapServices.signatureHelp(documentOf(text, 'stp'), stapScript(text), offset, contextOf()));
}

const mark = 'probe process("/usr/bin/python3.11").mark("function__entry")';

test('an argument at a marker says what it is, and how to read it', () => {
  expect(hoverAt(`${mark} { user_string($ar<|>g1) }`)).toMatchInlineSnapshot(`
    "‹$arg1› \`$arg1\`: **filename**, \`const char *\` in the target; wrap in \`user_string()\`

    The file that the code was compiled from, as \`co_filename\` has it.

    At \`function__entry\`."
  `);
  expect(hoverAt(`${mark} { x = $arg<|>4 }`)).toMatchInlineSnapshot(`
    "‹$arg4› \`$arg4\`: **modulename**, \`const char *\` in the target; wrap in \`user_string()\`

    The module, as \`__name__\` of the frame's globals has it.

    ✗ \`python3.11\` does not pass it. It came with CPython 3.16.

    At \`function__entry\`."
  `);
  expect(hoverAt('probe process("x").mark("gc__done") { $arg<|>2 }')).toMatchInlineSnapshot(
    `"‹$arg2› \`$arg2\`: \`gc__done\` passes no such argument; it has only \`$arg1\`."`,
  );
  expect(hoverAt('probe process("x").mark("own") { $arg<|>2 }')).toMatchInlineSnapshot(`
    "‹$arg2› \`\`\`systemtap
    $arg1: long
    \`\`\`

    The marker's first argument; the others follow as \`$arg2\`, …

    *stapprobes(3stap)*"
  `);
});

test('a marker says which versions have it, and whether the selected interpreter does', () => {
  expect(hoverAt('probe process("x").mark("gc__<|>start") { }')).toMatchInlineSnapshot(`
    "‹gc__start› \`\`\`systemtap
    mark("gc__start")
    \`\`\`
    The cyclic garbage collector begins.

    - \`$arg1\` **generation** (\`int\`): The generation that is collected: 0, 1 or 2.

    In CPython from 3.6.

    ✓ \`python3.11\` has it, with 1 argument."
  `);
  expect(hoverAt('probe process("x").mark("li<|>ne") { }', contextOf({ interpreters: [python313] }))).toContain(
    '✗ `python3.13` does not have it.',
  );
  expect(hoverAt('probe process("x").mark("gc__<|>*") { }')).toMatchInlineSnapshot(`
    "‹gc__*› \`\`\`systemtap
    mark("gc__*")
    \`\`\`
    - \`gc__start\`: The cyclic garbage collector begins.
    - \`gc__done\`: The cyclic garbage collector has ended."
  `);
});

test.each([
  ['pro<|>be begin { }', 'probe POINT'],
  ['probe be<|>gin { }', 'When the script begins'],
  ['probe pro<|>cess("x").mark("line") { }', 'A program, library or running process'],
  ['probe process("/usr/<|>bin/x").mark("line") { }', 'A program, library or running process'],
  ['probe process("x").li<|>brary("y").mark("line") { }', 'library'],
  ['probe kernel.func<|>tion("f").call { }', 'function'],
  ['probe timer.m<|>s(1) { }', 'ms'],
  ['probe syscall.op<|>en { }', 'filename'],
  ['probe syscall.open { file<|>name }', 'filename: string'],
  ['probe a = begin { x = 1 }\nprobe a { <|>x }', 'Set by the alias `a`'],
  ['probe begin { user_str<|>ing(1) }', 'function user_string:string'],
  ['probe begin { user_string<|>(1) }', 'function user_string:string'],
  ['probe begin { print<|>f("x") }', 'printf("format", value, …)'],
  ['probe begin { @cou<|>nt(s) }', '@count(aggregate): long'],
  ['probe begin { @ca<|>st(p, "x") }', '@cast(pointer'],
  ['probe begin { @choose_de<|>fined($x, 1) }', '@choose_defined'],
  ['probe begin { @err<|>no }', 'A macro of the tapset library'],
  ['probe begin { $$pa<|>rms }', '$$parms: string'],
  ['probe begin { fore<|>ach (x in y) z }', 'foreach ([key'],
  ['probe begin { del<|>ete x }', 'delete'],
  ['probe begin { printf("a %<|>d", 1) }', '%d'],
  ['probe begin { printf("a %-1<|>0s", 1) }', '%s'],
  ['%( kernel<|>_v >= "5" %? global x %)', 'kernel_v'],
])('%s has %j', (marked, words) => {
  expect(hoverAt(marked)).toContain(words);
});

test.each([
  'probe begin <|> { }',
  '# pro<|>be',
  'probe begin { "tid<|>" }',
  'probe begin { 1<|>2 }',
  'probe begin { $x->tid<|> }',
  '<|>',
])('nothing at %j', (marked) => {
  expect(hoverAt(marked)).toBe('nothing');
});

test('what is hovered is a whole word or part', () => {
  expect(hoverAt('probe process("x").mark("gc__<|>start") { }')).toMatch(/^‹gc__start›/);
  expect(hoverAt('probe begin { printf("a %-20<|>s b", x) }')).toMatch(/^‹%-20s›/);
});

test('every item that completion offers can be documented', () => {
  const undocumented: string[] = [];
  for (const marked of [
    '<|>',
    'probe <|>',
    'probe process("x").<|>',
    'probe timer.<|>',
    'probe kernel.<|>',
    'probe syscall.<|>',
    'probe process("x").mark("<|>',
    `${mark} { <|>`,
    `${mark} { x = <|>`,
    `${mark} { $<|>`,
    'probe begin { @<|>',
    'probe begin { printf("%<|>',
    '%( <|>',
    'function f(a) %{ /* <|>',
  ]) {
    const { text, offset } = cursorIn(marked);
    const list = systemtapServices.complete(documentOf(text, 'stp'), stapScript(text), offset, contextOf());
    for (const item of sorted(list)) {
      if (item.data === undefined) continue;
      if (systemtapServices.resolve(item, contextOf()).documentation === undefined) undocumented.push(item.label);
    }
  }
  expect([...new Set(undocumented)]).toEqual([]);
});

test('signatures', () => {
  expect(
    [
      'probe begin { user_string(<|>',
      'probe begin { user_string(x, <|>',
      'probe begin { substr("a", 1, <|>2) }',
      'probe begin { tid(<|>) }',
      'probe begin { tid(1)<|> }',
      'probe begin { printf(<|>',
      'probe begin { printf("%s %*d %%\\n", <|>',
      'probe begin { printf("%s %*d %%\\n", a, b, <|>c) }',
      'probe begin { printd("|", <|>',
      'probe begin { @count(<|>',
      'probe begin { @hist_linear(s, <|>',
      'probe begin { @cast(p, <|>',
      'probe begin { @cast(p, "a", <|>',
      'probe begin { if (<|>',
      'probe begin { while (x[1, <|>',
      'probe begin { nosuch(<|>',
      'function f:long(a:string, b) { return 1 } probe begin { f("x", <|>',
      '@define M(a, b) %( @a %) probe begin { @M(1, <|>',
      'probe begin { x = strlen(a[tid(), <|>',
      'probe begin { } strlen(<|>',
    ]
      .map((marked) => `${JSON.stringify(marked).slice(1, -1)}   →   ${signatureAt(marked)}`)
      .join('\n'),
  ).toMatchInlineSnapshot(`
    "probe begin { user_string(<|>   →   user_string:string(‹addr:long›)
    probe begin { user_string(x, <|>   →   user_string:string(addr:long, ‹err_msg:string›)
    probe begin { substr(\\"a\\", 1, <|>2) }   →   substr:string(str:string, start:long, ‹length:long›)
    probe begin { tid(<|>) }   →   tid:long()
    probe begin { tid(1)<|> }   →   nothing
    probe begin { printf(<|>   →   printf(‹"format"›, value, …)
    probe begin { printf(\\"%s %*d %%\\\\n\\", <|>   →   printf(format, ‹%s: string›, %*d: a width, %*d: long)
    probe begin { printf(\\"%s %*d %%\\\\n\\", a, b, <|>c) }   →   printf(format, %s: string, %*d: a width, ‹%*d: long›)
    probe begin { printd(\\"|\\", <|>   →   printd("delimiter", ‹value›, value, …)
    probe begin { @count(<|>   →   @count(‹aggregate›)
    probe begin { @hist_linear(s, <|>   →   @hist_linear(aggregate, ‹low›, high, width)
    probe begin { @cast(p, <|>   →   @cast(pointer, ‹"type"›[, "module"])
    probe begin { @cast(p, \\"a\\", <|>   →   @cast(pointer, "type"[, ‹"module"›])
    probe begin { if (<|>   →   nothing
    probe begin { while (x[1, <|>   →   nothing
    probe begin { nosuch(<|>   →   nothing
    function f:long(a:string, b) { return 1 } probe begin { f(\\"x\\", <|>   →   f:long(a:string, ‹b›)
    @define M(a, b) %( @a %) probe begin { @M(1, <|>   →   @M(a, ‹b›)
    probe begin { x = strlen(a[tid(), <|>   →   strlen:long(‹s:string›)
    probe begin { } strlen(<|>   →   strlen:long(‹s:string›)"
  `);
});
