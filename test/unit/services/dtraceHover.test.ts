// Hover and signature help in D.
import { expect, test } from 'vitest';
import type { ServiceContext } from '../../../server/src/services/language.ts';
import { dtraceServices } from '../../../server/src/services/dtrace/index.ts';
import { cursorIn } from '../../support/marked.ts';
import { contextOf, dScript, documentOf, hoverText, python313, signatureText, sorted } from '../../support/services.ts';

function hoverAt(marked: string, context: ServiceContext = contextOf()): string {
  const { text, offset } = cursorIn(marked);
  return hoverText(text, dtraceServices.hover(documentOf(text, 'd'), dScript(text), offset, context));
}

function signatureAt(marked: string): string {
  const { text, offset } = cursorIn(marked);
  return signatureText(dtraceServices.signatureHelp(documentOf(text, 'd'), dScript(text), offset, contextOf()));
}

test('an argument at a marker says what it is, and how to read it', () => {
  expect(hoverAt('python$target:::function-entry { copyinstr(ar<|>g0); }')).toMatchInlineSnapshot(`
    "‹arg0› \`arg0\`: **filename**, \`const char *\` in the target; wrap in \`copyinstr()\`

    The file that the code was compiled from, as \`co_filename\` has it.

    At \`function-entry\`."
  `);
  expect(hoverAt('python$target:::function-entry { x = arg<|>2; }')).toMatchInlineSnapshot(`
    "‹arg2› \`arg2\`: **lineno**, \`int\` in the target

    The line, counted from 1.

    At \`function-entry\`."
  `);
  expect(hoverAt('python$target:::function-entry { x = arg<|>3; }')).toMatchInlineSnapshot(`
    "‹arg3› \`arg3\`: **modulename**, \`const char *\` in the target; wrap in \`copyinstr()\`

    The module, as \`__name__\` of the frame's globals has it.

    ✗ \`python3.11\` does not pass it. It came with CPython 3.16.

    At \`function-entry\`."
  `);
  expect(hoverAt('python$target:::gc-start { x = arg<|>5; }')).toMatchInlineSnapshot(
    `"‹arg5› \`arg5\`: \`gc-start\` passes no such argument; it has only \`arg0\`."`,
  );
  expect(hoverAt('syscall::read:entry { x = <|>arg0; }')).toMatchInlineSnapshot(`
    "‹arg0› \`\`\`dtrace
    int64_t arg0
    \`\`\`

    The first argument of the probe, as a raw 64-bit integer. 0 if the probe has fewer arguments.

    *DTrace guide, Variables*"
  `);
});

test('a marker says which versions have it, and whether the selected interpreter does', () => {
  expect(hoverAt('python$target:::function-<|>entry { }')).toMatchInlineSnapshot(`
    "‹function-entry› \`\`\`dtrace
    python$target:::function-entry
    \`\`\`
    A Python function begins or goes on: a call, and every resume of a generator or coroutine. The first entry carries the line of \`def\` or of its decorator, a resume the line of the \`yield\`.

    - \`arg0\` **filename** (\`const char *\`, \`copyinstr(arg0)\`): The file that the code was compiled from, as \`co_filename\` has it.
    - \`arg1\` **funcname** (\`const char *\`, \`copyinstr(arg1)\`): The function's name, as \`co_name\` has it; \`<module>\` for a module.
    - \`arg2\` **lineno** (\`int\`): The line, counted from 1.

    In CPython 3.6 to 3.11 and from 3.15. Went with the changes of PEP 669 in 3.12 and came back in 3.15; the manual of 3.12 to 3.14 still describes it.

    ✓ \`python3.11\` has it, with 3 arguments.

    ⚠ CPython 3.11 fires it only while the marker \`line\` is armed too; alone it hardly fires."
  `);
  expect(hoverAt('python$target:::l<|>ine { }', contextOf({ interpreters: [python313] }))).toMatchInlineSnapshot(`
    "‹line› \`\`\`dtrace
    python$target:::line
    \`\`\`
    A line of Python is about to run. Fires for every line that runs: give it a predicate.

    - \`arg0\` **filename** (\`const char *\`, \`copyinstr(arg0)\`): The file that the code was compiled from, as \`co_filename\` has it.
    - \`arg1\` **funcname** (\`const char *\`, \`copyinstr(arg1)\`): The function's name, as \`co_name\` has it; \`<module>\` for a module.
    - \`arg2\` **lineno** (\`int\`): The line, counted from 1.

    In CPython 3.6 to 3.11. Went with the changes of PEP 669 in 3.12 and has not come back; the manual still describes it.

    ✗ \`python3.13\` does not have it.

    The manual of 3.13.18 describes it all the same."
  `);
  expect(hoverAt('python$target:::gc-<|>* { }')).toMatchInlineSnapshot(`
    "‹gc-*› \`\`\`dtrace
    gc-*
    \`\`\`
    - \`gc-start\`: The cyclic garbage collector begins.
    - \`gc-done\`: The cyclic garbage collector has ended."
  `);
  expect(hoverAt('python*:::instance-new-<|>start { }', contextOf({ interpreters: [] }))).toMatchInlineSnapshot(`
    "‹instance-new-start› \`\`\`dtrace
    python$target:::instance-new-start
    \`\`\`
    Meant for the begin of making an instance. Declared, and never fired by any CPython.

    - \`arg0\` **classname** (\`const char *\`, \`copyinstr(arg0)\`): The class.
    - \`arg1\` **filename** (\`const char *\`, \`copyinstr(arg1)\`): The file.

    Declared in CPython’s sources, and never fired by any version."
  `);
  expect(hoverAt('pyth<|>on$target:::line { }')).toMatchInlineSnapshot(`
    "‹python$target› \`\`\`dtrace
    python
    \`\`\`
    CPython’s own markers. Name the process: \`python$target\` for the one that \`-c\` starts or \`-p\` names."
  `);
});

test.each([
  ['BEG<|>IN { }', 'BEGIN'],
  ['syscall::read:en<|>try { }', 'syscall:::entry'],
  ['profile:::tick-<|>10ms { }', 'every 10 ms, on one CPU'],
  ['tick-<|>5s { }', 'every 5 s, on one CPU'],
  ['profile-<|>97 { }', '97 times a second, on every CPU'],
  ['sys<|>call::read:entry { }', 'syscall'],
  ['pid<|>$target:a.out:main:entry { }', 'pid'],
  ['BEGIN { copyin<|>str(x); }', 'string copyinstr(uintptr_t address, [size_t maximum])'],
  ['BEGIN { @ = quanti<|>ze(1); }', 'aggregating function'],
  ['BEGIN { pan<|>ic(); }', 'Destructive'],
  ['BEGIN { time<|>stamp; }', 'Nanoseconds'],
  ['BEGIN { timestamp<|>; }', 'Nanoseconds'],
  ['BEGIN { $tar<|>get; }', '-p'],
  ['BEGIN { $<|>1; }', 'Argument 1'],
  ['BEGIN { se<|>lf->x; }', 'Thread-local'],
  ['BEGIN { th<|>is->x; }', 'Clause-local'],
  ['BEGIN { size<|>of (int); }', 'bytes'],
  ['BEGIN { (uint<|>64_t)1; }', 'uint64_t'],
  ['BEGIN { ENOE<|>NT; }', 'inline int ENOENT = 2'],
  ['BEGIN { curpsinfo->pr_<|>pid; }', 'pid_t pr_pid'],
  ['io:::start { args[0]->b_<|>flags; }', 'int b_flags'],
  ['struct p { int x; }; BEGIN { ((struct p *)1)-><|>x; }', 'int x'],
  ['BEGIN { printf("%<|>d", 1); }', '%d'],
  ['BEGIN { printf("a %-2<|>0s", x); }', '%s'],
  ['#pragma D option qu<|>iet', '#pragma D option quiet'],
  ['#pragma D option buf<|>size=4m', 'Default'],
  ['#pragma D op<|>tion quiet', '#pragma D option NAME[=VALUE]'],
  ['BEGIN { setopt("qu<|>iet"); }', '#pragma D option quiet'],
])('%s has %j', (marked, words) => {
  expect(hoverAt(marked)).toContain(words);
});

test.each([
  'BEGIN <|> { }',
  '/* BEG<|>IN */',
  'BEGIN { "tim<|>estamp"; }',
  'BEGIN { 1<|>2; }',
  'BEGIN { <|>+ }',
  '',
  '<|>',
])('nothing at %j', (marked) => {
  expect(hoverAt(marked.includes('<|>') ? marked : '<|>')).toBe('nothing');
});

test('what is hovered is a whole word or part', () => {
  expect(hoverAt('python$target:::function-<|>entry { }')).toMatch(/^‹function-entry›/);
  expect(hoverAt('BEGIN { printf("a %-20<|>s b", x); }')).toMatch(/^‹%-20s›/);
  expect(hoverAt('BEGIN { copy<|>instr(x); }')).toMatch(/^‹copyinstr›/);
});

test('every item that completion offers can be documented', () => {
  const undocumented: string[] = [];
  for (const marked of [
    '<|>',
    'python$target:::<|>',
    'BEGIN { x = <|>',
    'BEGIN { <|>',
    'BEGIN { @ = <|>',
    'BEGIN { $<|>',
    'BEGIN { printf("%<|>',
    '#pragma D <|>',
    '#pragma D option <|>',
    'BEGIN { sizeof (<|>',
    'io:::start { args[0]-><|>',
  ]) {
    const { text, offset } = cursorIn(marked);
    const list = dtraceServices.complete(documentOf(text, 'd'), dScript(text), offset, contextOf());
    for (const item of sorted(list)) {
      if (item.data === undefined) continue;
      if (dtraceServices.resolve(item, contextOf()).documentation === undefined) undocumented.push(item.label);
    }
  }
  expect([...new Set(undocumented)]).toEqual([]);
});

test('signatures', () => {
  expect(
    [
      'BEGIN { copyinstr(<|>',
      'BEGIN { copyinstr(arg0, <|>) }',
      'BEGIN { @x = lquantize(a, <|>0, 100, 10); }',
      'BEGIN { @x = llquantize(a, 1, 2, 3, 4<|>',
      'BEGIN { printf(<|>',
      'BEGIN { printf("%s %-*d %%\\n", <|>',
      'BEGIN { printf("%s %-*d %%\\n", a, b, <|>c) }',
      'BEGIN { printf("%s", strjoin(a, <|>',
      'BEGIN { x = substr(a[1, 2], <|>',
      'BEGIN { exit(0)<|>; }',
      'BEGIN { exit(0<|>); }',
      'BEGIN { nosuch(<|>',
      'BEGIN { x = (1 + <|>',
      'BEGIN { tracemem(p, /* , */ <|>',
      'BEGIN { printf("(,%d", <|>',
      'BEGIN { copyinstr(\n  arg0,\n<|>',
      'BEGIN { x; } copyinstr(<|>',
    ]
      .map((marked) => `${JSON.stringify(marked).slice(1, -1)}   →   ${signatureAt(marked)}`)
      .join('\n'),
  ).toMatchInlineSnapshot(`
    "BEGIN { copyinstr(<|>   →   copyinstr(‹uintptr_t address›, [size_t maximum])
    BEGIN { copyinstr(arg0, <|>) }   →   copyinstr(uintptr_t address, ‹[size_t maximum]›)
    BEGIN { @x = lquantize(a, <|>0, 100, 10); }   →   lquantize(value, ‹int32_t lower›, int32_t upper, [step], [increment], …)
    BEGIN { @x = llquantize(a, 1, 2, 3, 4<|>   →   llquantize(value, int32_t factor, int32_t low, int32_t high, ‹int32_t steps›, [increment], …)
    BEGIN { printf(<|>   →   printf(‹string format›, [value], …)
    BEGIN { printf(\\"%s %-*d %%\\\\n\\", <|>   →   printf(format, ‹%s: char [] or string (or use stringof)›, %-*d: a width, %-*d: char, short, int, long, or long long)
    BEGIN { printf(\\"%s %-*d %%\\\\n\\", a, b, <|>c) }   →   printf(format, %s: char [] or string (or use stringof), %-*d: a width, ‹%-*d: char, short, int, long, or long long›)
    BEGIN { printf(\\"%s\\", strjoin(a, <|>   →   strjoin(const char *first, ‹const char *second›)
    BEGIN { x = substr(a[1, 2], <|>   →   substr(const char *string, ‹int from›, [int length])
    BEGIN { exit(0)<|>; }   →   nothing
    BEGIN { exit(0<|>); }   →   exit(‹int status›)
    BEGIN { nosuch(<|>   →   nothing
    BEGIN { x = (1 + <|>   →   nothing
    BEGIN { tracemem(p, /* , */ <|>   →   tracemem(address, ‹size_t size›, [size_t shown])
    BEGIN { printf(\\"(,%d\\", <|>   →   printf(format, ‹%d: char, short, int, long, or long long›)
    BEGIN { copyinstr(\\n  arg0,\\n<|>   →   copyinstr(uintptr_t address, ‹[size_t maximum]›)
    BEGIN { x; } copyinstr(<|>   →   nothing"
  `);
});
