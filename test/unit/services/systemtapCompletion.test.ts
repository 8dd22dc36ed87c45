// Completion in SystemTap, position by position, mostly in scripts that are half typed. A line is the position and the
// labels of the best rank; `…` and a number when there are more than six, then how many fit less well.
import { describe, expect, test } from 'vitest';
import type { ServiceContext } from '../../../server/src/services/language.ts';
import { systemtapServices } from '../../../server/src/services/systemtap/index.ts';
import { cursorIn } from '../../support/marked.ts';
import {
  best,
  contextOf,
  documentOf,
  python313,
  shared312,
  sorted,
  stapScript,
  taken,
} from '../../support/services.ts';

function listAt(marked: string, context: ServiceContext = contextOf()) {
  const { text, offset } = cursorIn(marked);
  return { text, list: systemtapServices.complete(documentOf(text, 'stp'), stapScript(text), offset, context) };
}

function offered(positions: readonly string[], context?: ServiceContext): string {
  return positions
    .map((marked) => {
      const { list } = listAt(marked, context);
      const first = best(list);
      const shown = first.length > 6 ? [...first.slice(0, 6), `… ${first.length}`] : first;
      const less = list.items.length - first.length;
      return `${JSON.stringify(marked).slice(1, -1)}   →   ${shown.join(', ') || 'nothing'}${less > 0 ? ` (+${less})` : ''}`;
    })
    .join('\n');
}

function accept(marked: string, label: string, context?: ServiceContext): string {
  const { text, list } = listAt(marked, context);
  const item = sorted(list).find((each) => each.label === label);
  if (!item) throw new Error(`${label} is not offered at ${marked}`);
  return taken(text, item);
}

const mark = 'probe process("/usr/bin/python3.11").mark("function__entry")';

describe('the top level and headers', () => {
  test('declarations', () => {
    expect(
      offered([
        '<|>',
        'pro<|>',
        'global x\n<|>',
        'probe begin { }\n<|>',
        'probe begin { x = 1 }\n\nfun<|>\nprobe end { }',
        'private <|>',
        'global <|>',
        'global x, <|>',
        'function <|>',
        'function f:<|>',
        'function f:lo<|>ng(x:string) { }',
        'function f(x:<|>',
        'function f(<|>',
        '%( <|>',
        '%( kernel_v >= "5" && <|> %? global x %)',
        '%( kernel_v >= "5" %? <|>',
        '@define X %( <|>',
        '@define X(a, b) %( @<|> %)',
      ]),
    ).toMatchInlineSnapshot(`
      "<|>   →   function, global, private, probe (+6)
      pro<|>   →   function, global, private, probe (+6)
      global x\\n<|>   →   function, global, private, probe (+6)
      probe begin { }\\n<|>   →   function, global, private, probe (+6)
      probe begin { x = 1 }\\n\\nfun<|>\\nprobe end { }   →   function, global, private, probe (+6)
      private <|>   →   function, global
      global <|>   →   nothing
      global x, <|>   →   nothing
      function <|>   →   nothing
      function f:<|>   →   long, string
      function f:lo<|>ng(x:string) { }   →   long, string
      function f(x:<|>   →   long, string
      function f(<|>   →   nothing
      %( <|>   →   $#, CONFIG_, arch, guru_mode, kernel_v, kernel_vr, … 9 (+3)
      %( kernel_v >= \\"5\\" && <|> %? global x %)   →   $#, CONFIG_, arch, guru_mode, kernel_v, kernel_vr, … 9 (+3)
      %( kernel_v >= \\"5\\" %? <|>   →   function, global, private, probe (+6)
      @define X %( <|>   →   printf, println (+546)
      @define X(a, b) %( @<|> %)   →   @a, @avg, @b, @count, @max, @min, … 8 (+97)"
    `);
  });
  test('probe points, component by component', () => {
    expect(
      offered([
        'probe <|>',
        'probe pro<|>',
        'probe begin, <|>',
        'probe a = <|>',
        'probe process(<|>',
        'probe process("<|>',
        'probe process("<|>") { }',
        'probe process("/usr/bin/py<|>thon3").mark("line") { }',
        'probe process("x").<|>',
        'probe process("x").ma<|>("line") { }',
        'probe process("x").mark("<|>',
        'probe process("x").mark("func<|>tion__entry") { }',
        'probe process("x").mark("<|>\nprobe end { }',
        'probe process("x").library("<|>',
        'probe process("x").library("y").<|>',
        'probe process("x").provider("<|>',
        'probe process("x").provider("python").<|>',
        'probe process("x").function("<|>',
        'probe process("/usr/bin/python3").function("<|>',
        'probe process("x").function("f").<|>',
        'probe process(1234).<|>',
        'probe process.<|>',
        'probe timer.<|>',
        'probe timer.s(<|>',
        'probe timer.s(1).<|>',
        'probe kernel.<|>',
        'probe kernel.function("vfs_*").<|>',
        'probe module("x").<|>',
        'probe syscall.<|>',
        'probe syscall.open.<|>',
        'probe syscall.{open,<|>',
        'probe {kernel,<|>',
        'probe scheduler.<|>',
        'probe nosuch.<|>',
        'probe begin <|>',
        'probe process("x").mark("y") <|>',
        'probe process("x").mark("y") <|>{ }',
        'probe begin if (<|>',
        'probe begin /* <|>',
        'probe my.own = begin { x = 1 }\nprobe my.<|>',
        'probe my.own = begin { x = 1 }\nprobe <|>',
      ]),
    ).toMatchInlineSnapshot(`
      "probe <|>   →   process(…).mark("audit"), process(…).mark("function__entry"), process(…).mark("function__return"), process(…).mark("gc__done"), process(…).mark("gc__start"), process(…).mark("import__find__load__done"), … 8 (+63)
      probe pro<|>   →   process(…).mark("audit"), process(…).mark("function__entry"), process(…).mark("function__return"), process(…).mark("gc__done"), process(…).mark("gc__start"), process(…).mark("import__find__load__done"), … 8 (+63)
      probe begin, <|>   →   process(…).mark("audit"), process(…).mark("function__entry"), process(…).mark("function__return"), process(…).mark("gc__done"), process(…).mark("gc__start"), process(…).mark("import__find__load__done"), … 8 (+63)
      probe a = <|>   →   process(…).mark("audit"), process(…).mark("function__entry"), process(…).mark("function__return"), process(…).mark("gc__done"), process(…).mark("gc__start"), process(…).mark("import__find__load__done"), … 8 (+63)
      probe process(<|>   →   "/usr/bin/python3.11"
      probe process(\\"<|>   →   /usr/bin/python3.11
      probe process(\\"<|>\\") { }   →   /usr/bin/python3.11
      probe process(\\"/usr/bin/py<|>thon3\\").mark(\\"line\\") { }   →   /usr/bin/python3.11
      probe process(\\"x\\").<|>   →   library("…"), mark("…") (+11)
      probe process(\\"x\\").ma<|>(\\"line\\") { }   →   library("…"), mark("…") (+11)
      probe process(\\"x\\").mark(\\"<|>   →   audit, function__entry, function__return, gc__done, gc__start, import__find__load__done, … 8 (+6)
      probe process(\\"x\\").mark(\\"func<|>tion__entry\\") { }   →   audit, function__entry, function__return, gc__done, gc__start, import__find__load__done, … 8 (+6)
      probe process(\\"x\\").mark(\\"<|>\\nprobe end { }   →   audit, function__entry, function__return, gc__done, gc__start, import__find__load__done, … 8 (+6)
      probe process(\\"x\\").library(\\"<|>   →   libpython3*.so*
      probe process(\\"x\\").library(\\"y\\").<|>   →   mark("…") (+7)
      probe process(\\"x\\").provider(\\"<|>   →   python
      probe process(\\"x\\").provider(\\"python\\").<|>   →   mark("…")
      probe process(\\"x\\").function(\\"<|>   →   nothing
      probe process(\\"/usr/bin/python3\\").function(\\"<|>   →   PyErr_SetObject, PyEval_EvalCode, PyImport_ImportModule, PyObject_Malloc, _PyEval_EvalFrameDefault, drop_gil, … 7
      probe process(\\"x\\").function(\\"f\\").<|>   →   call, callee("…"), callees, exported, inline, label("…"), … 7 (+3)
      probe process(1234).<|>   →   mark("…") (+11)
      probe process.<|>   →   library("…"), mark("…") (+13)
      probe timer.<|>   →   ms(…), profile, s(…), us(…) (+7)
      probe timer.s(<|>   →   nothing
      probe timer.s(1).<|>   →   randomize(…)
      probe kernel.<|>   →   data("…"), data(…), function("…"), function(…), statement("…"), statement(…), … 10
      probe kernel.function(\\"vfs_*\\").<|>   →   call, callee("…"), callees, callees(…), die(…), exported, … 10
      probe module(\\"x\\").<|>   →   function("…"), function(…), statement("…"), statement(…), tracepoint("…")
      probe syscall.<|>   →   accept, accept4, access, acct, add_key, adjtimex, … 397
      probe syscall.open.<|>   →   return
      probe syscall.{open,<|>   →   accept, accept4, access, acct, add_key, adjtimex, … 397
      probe {kernel,<|>   →   process(…).mark("audit"), process(…).mark("function__entry"), process(…).mark("function__return"), process(…).mark("gc__done"), process(…).mark("gc__start"), process(…).mark("import__find__load__done"), … 8 (+63)
      probe scheduler.<|>   →   balance, cpu_off, cpu_on, ctxswitch, kthread_stop, migrate, … 15
      probe nosuch.<|>   →   nothing
      probe begin <|>   →   { … } (+3)
      probe process(\\"x\\").mark(\\"y\\") <|>   →   { … } (+3)
      probe process(\\"x\\").mark(\\"y\\") <|>{ }   →   !, ? (+1)
      probe begin if (<|>   →   cpu, ctime, execname, gettimeofday_ns, gettimeofday_s, gettimeofday_us, … 22 (+429)
      probe begin /* <|>   →   nothing
      probe my.own = begin { x = 1 }\\nprobe my.<|>   →   own
      probe my.own = begin { x = 1 }\\nprobe <|>   →   my.own, process(…).mark("audit"), process(…).mark("function__entry"), process(…).mark("function__return"), process(…).mark("gc__done"), process(…).mark("gc__start"), … 9 (+63)"
    `);
  });
  test('markers of the process that is named come first; a shared libpython is named too', () => {
    const context = contextOf({ interpreters: [python313, shared312] });
    expect(
      offered(
        [
          'probe <|>',
          'probe process("/usr/bin/python3.13").mark("<|>',
          'probe process("/opt/python/bin/python3.12").mark("<|>',
          'probe process("/opt/python/bin/python3.12").library("<|>',
          'probe process("<|>',
        ],
        context,
      ),
    ).toMatchInlineSnapshot(`
      "probe <|>   →   process(…).mark("audit"), process(…).mark("gc__done"), process(…).mark("gc__start") (+63)
      probe process(\\"/usr/bin/python3.13\\").mark(\\"<|>   →   audit, gc__done, gc__start (+11)
      probe process(\\"/opt/python/bin/python3.12\\").mark(\\"<|>   →   gc__start (+13)
      probe process(\\"/opt/python/bin/python3.12\\").library(\\"<|>   →   /opt/python/lib/libpython3.12.so.1.0 (+1)
      probe process(\\"<|>   →   /usr/bin/python3.13 (+1)"
    `);
    expect(offered(['probe <|>', 'probe process("<|>'], contextOf({ interpreters: [] }))).toMatchInlineSnapshot(`
      "probe <|>   →   begin, begin(…), end, end(…), error, error(…), … 31 (+42)
      probe process(\\"<|>   →   nothing"
    `);
  });
  test.each([
    ['probe <|>', 'process(…).mark("gc__start")', 'probe process("/usr/bin/python3.11").mark("gc__start")\n{\n\t\n}'],
    ['probe <|> { }', 'process(…).mark("gc__start")', 'probe process("/usr/bin/python3.11").mark("gc__start") { }'],
    ['probe pro<|>', 'process("…")', 'probe process("")'],
    ['probe process("<|>', '/usr/bin/python3.11', 'probe process("/usr/bin/python3.11'],
    [
      'probe process("/usr/b<|>in/foo").mark("x")',
      '/usr/bin/python3.11',
      'probe process("/usr/bin/python3.11").mark("x")',
    ],
    ['probe process("x").m<|>', 'mark("…")', 'probe process("x").mark("function__entry")'],
    ['probe process("x").mark("<|>")', 'line', 'probe process("x").mark("line")'],
    ['probe timer.<|>', 'ms(…)', 'probe timer.ms(100)'],
    ['probe begin<|>', 'begin', 'probe begin'],
    ['probe begin <|>', '{ … }', 'probe begin {\n\t\n}'],
    ['fun<|>', 'function', 'function name:long(value:long)\n{\n\t\n}'],
  ])('%j with %s', (marked, label, text) => {
    expect(accept(marked, label)).toBe(text);
  });
  test('the whole point of a shared build names its library', () => {
    const context = contextOf({ interpreters: [shared312] });
    expect(accept('probe <|> { }', 'process(…).mark("gc__start")', context)).toBe(
      'probe process("/opt/python/bin/python3.12").library("/opt/python/lib/libpython3.12.so.1.0").mark("gc__start") { }',
    );
  });
});

describe('handlers', () => {
  test('statements', () => {
    expect(
      offered([
        'probe begin { <|> }',
        'probe begin { <|>',
        'probe begin {\n  x = 1\n  <|>\n}',
        'probe begin { x = 1; <|>',
        'probe begin { if (x) <|>',
        'probe begin { if (x) { y } else <|>',
        'probe begin { foreach (k in a) <|>',
        'probe begin { x <|>',
        'probe begin { next <|>',
        'probe begin { f(x) <|> }',
        `${mark} { <|>`,
        'probe process("x").mark("gc__*") { <|>',
        'probe syscall.open { <|>',
        'function f() { <|>',
        'probe begin { try { <|>',
        'probe begin { x = f(a,\n<|>',
        'probe begin { x = 1\n<|>probe end { }',
      ]),
    ).toMatchInlineSnapshot(`
      "probe begin { <|> }   →   printf, println (+546)
      probe begin { <|>   →   printf, println (+546)
      probe begin {\\n  x = 1\\n  <|>\\n}   →   x (+548)
      probe begin { x = 1; <|>   →   x (+548)
      probe begin { if (x) <|>   →   x (+548)
      probe begin { if (x) { y } else <|>   →   x, y (+548)
      probe begin { foreach (k in a) <|>   →   a, k (+548)
      probe begin { x <|>   →   nothing
      probe begin { next <|>   →   printf, println (+546)
      probe begin { f(x) <|> }   →   nothing
      probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { <|>   →   printf(filename, funcname, lineno), …[filename, funcname, lineno]++ (+548)
      probe process(\\"x\\").mark(\\"gc__*\\") { <|>   →   printf(generation), …[generation]++ (+548)
      probe syscall.open { <|>   →   argstr, filename, filename_unquoted, flags, flags_str, mode, … 9 (+546)
      function f() { <|>   →   f (+548)
      probe begin { try { <|>   →   printf, println (+546)
      probe begin { x = f(a,\\n<|>   →   a, cpu, ctime, execname, gettimeofday_ns, gettimeofday_s, … 24 (+429)
      probe begin { x = 1\\n<|>probe end { }   →   x (+548)"
    `);
  });
  test('context variables', () => {
    expect(
      offered([
        `${mark} { x = $<|>`,
        `${mark} { x = $ar<|>g1 }`,
        'probe process("x").mark("audit") { user_string($<|>',
        'probe process("x").mark("other") { $<|>',
        'probe kernel.function("f").return { $<|>',
        'probe kernel.function("f") { $$<|>',
        'probe begin { $x-><|>',
        'probe process("x").provider("ruby").mark("line") { $<|>',
      ]),
    ).toMatchInlineSnapshot(`
      "probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { x = $<|>   →   $arg1, $arg2, $arg3 (+9)
      probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { x = $ar<|>g1 }   →   $arg1, $arg2, $arg3 (+9)
      probe process(\\"x\\").mark(\\"audit\\") { user_string($<|>   →   $arg1, $arg2 (+9)
      probe process(\\"x\\").mark(\\"other\\") { $<|>   →   $$parms, $$vars (+8)
      probe kernel.function(\\"f\\").return { $<|>   →   $return (+10)
      probe kernel.function(\\"f\\") { $$<|>   →   $$parms, $$vars (+8)
      probe begin { $x-><|>   →   nothing
      probe process(\\"x\\").provider(\\"ruby\\").mark(\\"line\\") { $<|>   →   $$parms, $$vars (+8)"
    `);
  });
  test('expressions', () => {
    expect(
      offered([
        `${mark} { x = <|>`,
        `${mark} { calls[<|>`,
        `${mark} { calls[user_string($arg1), <|>`,
        `${mark} { if (<|>`,
        `${mark} { if (user_string($arg2) == <|>`,
        `${mark} { if ($arg3 > <|>`,
        `${mark} { strlen(<|>`,
        `${mark} { user_string(<|>`,
        `${mark} { printf("%s:%d\\n", <|>`,
        `${mark} { printf("%s:%d\\n", a, <|>`,
        `${mark} { printf("%*s%d\\n", a, b, <|>`,
        `${mark} { x = "a" . <|>`,
        `${mark} { if (x =~ <|>`,
        'probe begin { print(<|>',
        'probe begin { return <|>',
        'probe begin { x <<< <|>',
        'probe begin { foreach (<|>',
        'probe begin { foreach ([a, <|>',
        'probe begin { try { } catch (<|>',
        'probe begin { 12<|>',
        'probe begin { x ? <|> : 1',
        'probe my.own = begin { name = "x" }\nprobe my.own { println(<|>',
        'probe syscall.open { println(<|>',
      ]),
    ).toMatchInlineSnapshot(`
      "probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { x = <|>   →   $arg3, user_string($arg1), user_string($arg2) (+454)
      probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { calls[<|>   →   $arg3, user_string($arg1), user_string($arg2) (+454)
      probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { calls[user_string($arg1), <|>   →   $arg3, user_string($arg1), user_string($arg2) (+454)
      probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { if (<|>   →   $arg3, user_string($arg1), user_string($arg2) (+453)
      probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { if (user_string($arg2) == <|>   →   user_string($arg1), user_string($arg2) (+454)
      probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { if ($arg3 > <|>   →   $arg1, $arg2, $arg3 (+453)
      probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { strlen(<|>   →   user_string($arg1), user_string($arg2) (+454)
      probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { user_string(<|>   →   $arg1, $arg2, $arg3 (+453)
      probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { printf(\\"%s:%d\\\\n\\", <|>   →   user_string($arg1), user_string($arg2) (+454)
      probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { printf(\\"%s:%d\\\\n\\", a, <|>   →   $arg1, $arg2, $arg3 (+454)
      probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { printf(\\"%*s%d\\\\n\\", a, b, <|>   →   $arg1, $arg2, $arg3 (+455)
      probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { x = \\"a\\" . <|>   →   user_string($arg1), user_string($arg2) (+455)
      probe process(\\"/usr/bin/python3.11\\").mark(\\"function__entry\\") { if (x =~ <|>   →   user_string($arg1), user_string($arg2) (+455)
      probe begin { print(<|>   →   cpu, ctime, execname, gettimeofday_ns, gettimeofday_s, gettimeofday_us, … 22 (+429)
      probe begin { return <|>   →   cpu, ctime, execname, gettimeofday_ns, gettimeofday_s, gettimeofday_us, … 22 (+429)
      probe begin { x <<< <|>   →   cpu, ctime, execname, gettimeofday_ns, gettimeofday_s, gettimeofday_us, … 23 (+429)
      probe begin { foreach (<|>   →   nothing
      probe begin { foreach ([a, <|>   →   nothing
      probe begin { try { } catch (<|>   →   nothing
      probe begin { 12<|>   →   nothing
      probe begin { x ? <|> : 1   →   cpu, ctime, execname, gettimeofday_ns, gettimeofday_s, gettimeofday_us, … 23 (+429)
      probe my.own = begin { name = \\"x\\" }\\nprobe my.own { println(<|>   →   name (+451)
      probe syscall.open { println(<|>   →   argstr, filename, filename_unquoted, flags, flags_str, mode, … 7 (+451)"
    `);
  });
  test('operators, macros, formats, strings', () => {
    expect(
      offered([
        'probe begin { @<|>',
        'probe begin { x = @co<|>unt(s)',
        'probe begin { print(@<|>',
        '@define MINE(a) %( @a %)\nprobe begin { @<|>',
        'probe begin { printf("%<|>',
        'probe begin { printf("%<|>", execname()) }',
        'probe begin { printf("%s %<|>", execname(), pid()) }',
        'probe begin { printf("%-10<|>", pid()) }',
        'probe begin { printf("100%% <|>',
        'probe begin { println("%<|>',
        'probe begin { x = "a<|>',
        'probe begin { x = "a<|>"',
        '# <|>',
        'probe begin { // <|>',
        'probe begin { /* <|> */ }',
        'probe begin { # <|>\n x',
      ]),
    ).toMatchInlineSnapshot(`
      "probe begin { @<|>   →   @avg, @count, @max, @min, @sum, @variance (+96)
      probe begin { x = @co<|>unt(s)   →   @avg, @count, @max, @min, @sum, @variance (+96)
      probe begin { print(@<|>   →   @avg, @count, @hist_linear, @hist_log, @max, @min, … 8 (+94)
      @define MINE(a) %( @a %)\\nprobe begin { @<|>   →   @MINE, @avg, @count, @max, @min, @sum, … 7 (+96)
      probe begin { printf(\\"%<|>   →   d, s, x (+10)
      probe begin { printf(\\"%<|>\\", execname()) }   →   s (+12)
      probe begin { printf(\\"%s %<|>\\", execname(), pid()) }   →   d (+12)
      probe begin { printf(\\"%-10<|>\\", pid()) }   →   d (+12)
      probe begin { printf(\\"100%% <|>   →   nothing
      probe begin { println(\\"%<|>   →   nothing
      probe begin { x = \\"a<|>   →   nothing
      probe begin { x = \\"a<|>\\"   →   nothing
      # <|>   →   nothing
      probe begin { // <|>   →   nothing
      probe begin { /* <|> */ }   →   nothing
      probe begin { # <|>\\n x   →   nothing"
    `);
  });
  test('embedded C', () => {
    expect(
      offered([
        'function f:long(a:long, b:string) %{ <|>',
        'function f(a) %{ int x = STAP_<|> %}',
        'function f(a) %{ /* <|>',
        'function f(a) %{ /* pu<|>re */ %}',
        'function f(a) %{ /* a comment <|> */ %}',
        'function f(a) %{ "a <|>',
        'function f(a) %{ int x; %}\n<|>',
      ]),
    ).toMatchInlineSnapshot(`
      "function f:long(a:long, b:string) %{ <|>   →   STAP_ARG_a, STAP_ARG_b (+8)
      function f(a) %{ int x = STAP_<|> %}   →   STAP_ARG_a (+8)
      function f(a) %{ /* <|>   →   guru, myproc-unprivileged, pragma:read:NAME, pragma:suffix, pragma:write:NAME, pure, … 11
      function f(a) %{ /* pu<|>re */ %}   →   guru, myproc-unprivileged, pragma:read:NAME, pragma:suffix, pragma:write:NAME, pure, … 11
      function f(a) %{ /* a comment <|> */ %}   →   nothing
      function f(a) %{ \\"a <|>   →   nothing
      function f(a) %{ int x; %}\\n<|>   →   function, global, private, probe (+6)"
    `);
  });
  test.each([
    [
      `${mark} { <|> }`,
      '…[filename, funcname, lineno]++',
      `${mark} { calls[user_string($arg1), user_string($arg2), $arg3]++ }`,
    ],
    [
      `${mark} { <|> }`,
      'printf(filename, funcname, lineno)',
      `${mark} { printf("%s %s %d\\n", user_string($arg1), user_string($arg2), $arg3) }`,
    ],
    [`${mark} { x = <|> }`, 'user_string($arg2)', `${mark} { x = user_string($arg2) }`],
    [`${mark} { x = $a<|> }`, '$arg3', `${mark} { x = $arg3 }`],
    ['probe begin { x = t<|> }', 'tid', 'probe begin { x = tid() }'],
    ['probe begin { x = user_str<|>(1) }', 'user_string', 'probe begin { x = user_string(1) }'],
    ['probe begin { prin<|> }', 'printf', 'probe begin { printf("%s\\n", ) }'],
    ['probe begin { x = @c<|> }', '@count', 'probe begin { x = @count() }'],
    ['probe begin { x = @c<|>(s) }', '@count', 'probe begin { x = @count(s) }'],
    ['probe begin { printf("%<|>", pid()) }', 'd', 'probe begin { printf("%d", pid()) }'],
    ['probe begin { fore<|> }', 'foreach', 'probe begin { foreach (key in array) {\n\t\n} }'],
    ['probe begin { $$p<|> }', '$$parms', 'probe begin { $$parms }'],
  ])('%j with %s', (marked, label, text) => {
    expect(accept(marked, label)).toBe(text);
  });
});
