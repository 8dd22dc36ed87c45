// Completion in D, position by position, mostly in scripts that are half typed. A line is the position and the labels
// of the best rank; `…` and a number when there are more than six, then how many fit less well.
import { describe, expect, test } from 'vitest';
import type { ServiceContext } from '../../../server/src/services/language.ts';
import { dtraceServices } from '../../../server/src/services/dtrace/index.ts';
import { cursorIn } from '../../support/marked.ts';
import { best, contextOf, dScript, documentOf, python313, shared312, sorted, taken } from '../../support/services.ts';

function listAt(marked: string, context: ServiceContext = contextOf()) {
  const { text, offset } = cursorIn(marked);
  return { text, list: dtraceServices.complete(documentOf(text, 'd'), dScript(text), offset, context) };
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

describe('probe descriptions', () => {
  test('clauses, providers and the parts between colons', () => {
    expect(
      offered([
        '<|>',
        'py<|>',
        'BEGIN { } <|>',
        'BEGIN { }\n\n<|>\nEND { }',
        'int x;\n<|>',
        'python$target:<|>',
        'python$target::<|>',
        'python$target:::<|>',
        'python$target:::func<|>',
        'python$target:::func<|>tion-entry { }',
        'python*:::<|>',
        'python1234:::<|>',
        'python$target:::gc-start, python$target:::<|>',
        'syscall:<|>',
        'syscall::<|>',
        'syscall::read:<|>',
        'syscall:::<|>',
        'profile:::<|>',
        'pid$target:<|>',
        'pid$target:a.out:<|>',
        'pid$target:a.out:main:<|>',
        'io:::<|>',
        'proc:::<|>',
        'fbt::vfs_read:<|>',
        'a:b:c:d:<|>',
        'nosuch:::<|>',
      ]),
    ).toMatchInlineSnapshot(`
      "<|>   →   python$target:::audit, python$target:::function-entry, python$target:::function-return, python$target:::gc-done, python$target:::gc-start, python$target:::import-find-load-done, … 8 (+35)
      py<|>   →   python$target:::audit, python$target:::function-entry, python$target:::function-return, python$target:::gc-done, python$target:::gc-start, python$target:::import-find-load-done, … 8 (+35)
      BEGIN { } <|>   →   python$target:::audit, python$target:::function-entry, python$target:::function-return, python$target:::gc-done, python$target:::gc-start, python$target:::import-find-load-done, … 8 (+35)
      BEGIN { }\\n\\n<|>\\nEND { }   →   python$target:::audit, python$target:::function-entry, python$target:::function-return, python$target:::gc-done, python$target:::gc-start, python$target:::import-find-load-done, … 8 (+35)
      int x;\\n<|>   →   python$target:::audit, python$target:::function-entry, python$target:::function-return, python$target:::gc-done, python$target:::gc-start, python$target:::import-find-load-done, … 8 (+35)
      python$target:<|>   →   ::audit, ::function-entry, ::function-return, ::gc-done, ::gc-start, ::import-find-load-done, … 8 (+3)
      python$target::<|>   →   :audit, :function-entry, :function-return, :gc-done, :gc-start, :import-find-load-done, … 8 (+2)
      python$target:::<|>   →   audit, function-entry, function-return, gc-done, gc-start, import-find-load-done, … 8 (+6)
      python$target:::func<|>   →   audit, function-entry, function-return, gc-done, gc-start, import-find-load-done, … 8 (+6)
      python$target:::func<|>tion-entry { }   →   audit, function-entry, function-return, gc-done, gc-start, import-find-load-done, … 8 (+6)
      python*:::<|>   →   audit, function-entry, function-return, gc-done, gc-start, import-find-load-done, … 8 (+6)
      python1234:::<|>   →   audit, function-entry, function-return, gc-done, gc-start, import-find-load-done, … 8 (+6)
      python$target:::gc-start, python$target:::<|>   →   audit, function-entry, function-return, gc-done, gc-start, import-find-load-done, … 8 (+6)
      syscall:<|>   →   vmlinux (+2)
      syscall::<|>   →   accept, clone, close, connect, epoll_wait, execve, … 31
      syscall::read:<|>   →   entry, return
      syscall:::<|>   →   entry, return
      profile:::<|>   →   profile-, profile-997, tick-
      pid$target:<|>   →   a.out, libc.so.*, libpython3*
      pid$target:a.out:<|>   →   PyErr_SetObject, PyEval_EvalCode, PyImport_ImportModule, PyObject_Malloc, _PyEval_EvalFrameDefault, drop_gil, … 9
      pid$target:a.out:main:<|>   →   entry, return
      io:::<|>   →   done, start, wait-done, wait-start
      proc:::<|>   →   create, exec, exec-failure, exec-success, exit, lwp-create, … 13
      fbt::vfs_read:<|>   →   entry, return
      a:b:c:d:<|>   →   nothing
      nosuch:::<|>   →   nothing"
    `);
  });
  test('markers that the selected interpreter lacks come after those that it has', () => {
    expect(offered(['python$target:::<|>', '<|>'], contextOf({ interpreters: [python313] }))).toMatchInlineSnapshot(`
      "python$target:::<|>   →   audit, gc-done, gc-start (+11)
      <|>   →   python$target:::audit, python$target:::gc-done, python$target:::gc-start (+40)"
    `);
    expect(offered(['python$target:<|>'], contextOf({ interpreters: [shared312] }))).toMatchInlineSnapshot(
      `"python$target:<|>   →   ::gc-start (+10)"`,
    );
    expect(offered(['python$target:::<|>'], contextOf({ interpreters: [] }))).toMatchInlineSnapshot(
      `"python$target:::<|>   →   audit, cfunction-entry, cfunction-return, function-entry, function-return, gc-done, … 10 (+4)"`,
    );
  });
  test.each([
    ['<|>', 'python$target:::gc-start', 'python$target:::gc-start\n{\n\t\n}'],
    ['pyth<|>', 'python$target:::line', 'python$target:::line\n/basename(copyinstr(arg0)) == "program.py"/\n{\n\t\n}'],
    ['py<|>\n{ }', 'python$target:::audit', 'python$target:::audit\n{ }'],
    ['py<|>,\npython$target:::line { }', 'python$target:::audit', 'python$target:::audit,\npython$target:::line { }'],
    ['pyt<|>hon$target:::line { }', 'python$target:::audit', 'python$target:::audit { }'],
    ['python$target:<|>', '::function-entry', 'python$target:::function-entry'],
    ['python$target:::fun<|>ction-entry { }', 'function-return', 'python$target:::function-return { }'],
    ['t<|>', 'tick', 'profile:::tick-1s\n{\n\t\n}'],
    ['BEG<|>', 'BEGIN', 'dtrace:::BEGIN\n{\n\t\n}'],
    ['sys<|>', 'syscall', 'syscall:'],
    ['pi<|>', 'pid$target', 'pid$target:'],
    ['pid<|>:::entry', 'pid$target', 'pid$target:::entry'],
    ['in<|>', 'inline', 'inline int name = 0;'],
  ])('%j with %s', (marked, label, text) => {
    expect(accept(marked, label)).toBe(text);
  });
  test('an editor without snippets gets plain text', () => {
    const context = contextOf({ client: { snippets: false, markdown: false, labelDetails: false } });
    const { list } = listAt('pyth<|>', context);
    const item = sorted(list).find(({ label }) => label === 'python$target:::line');
    expect([item?.insertTextFormat, item?.textEdit?.newText, item?.detail]).toEqual([
      undefined,
      'python$target:::line\n/basename(copyinstr(arg0)) == "program.py"/\n{\n\t\n}',
      '3.6 to 3.11',
    ]);
  });
});

describe('predicates', () => {
  test('behind a description', () => {
    expect(
      offered([
        'python$target:::function-entry\n<|>\n{ }',
        'python$target:::function-entry\n<|>',
        'python$target:::gc-start <|>',
        'BEGIN\n<|>',
        'python$target:::function-entry /<|>',
        'python$target:::function-entry /copyinstr(<|>',
        'python$target:::function-entry /copyinstr(arg1) == <|>',
        'python$target:::function-entry /basename(<|>',
        'python$target:::function-entry /self-><|>',
        'python$target:::gc-start / arg<|> == 2 / { }',
        'syscall::read:entry /execname == <|>/ { }',
        'syscall::read:entry /pid == $<|>',
        'BEGIN /x/ <|>',
      ]),
    ).toMatchInlineSnapshot(`
      "python$target:::function-entry\\n<|>\\n{ }   →   /basename(copyinstr(arg0)) == …/, /copyinstr(arg1) == …/ (+3)
      python$target:::function-entry\\n<|>   →   /basename(copyinstr(arg0)) == …/, /copyinstr(arg1) == …/ (+4)
      python$target:::gc-start <|>   →   { … } (+3)
      BEGIN\\n<|>   →   { … } (+3)
      python$target:::function-entry /<|>   →   copyinstr(arg0), copyinstr(arg1) (+441)
      python$target:::function-entry /copyinstr(<|>   →   arg0, arg1, arg2 (+440)
      python$target:::function-entry /copyinstr(arg1) == <|>   →   copyinstr(arg0), copyinstr(arg1) (+441)
      python$target:::function-entry /basename(<|>   →   copyinstr(arg0), copyinstr(arg1) (+441)
      python$target:::function-entry /self-><|>   →   nothing
      python$target:::gc-start / arg<|> == 2 / { }   →   arg0 (+438)
      syscall::read:entry /execname == <|>/ { }   →   execname, probefunc, probename (+445)
      syscall::read:entry /pid == $<|>   →   $target (+23)
      BEGIN /x/ <|>   →   { … }"
    `);
  });
  test.each([
    [
      'python$target:::line\n<|>\n{ }',
      '/basename(copyinstr(arg0)) == …/',
      'python$target:::line\n/basename(copyinstr(arg0)) == "program.py"/\n{ }',
    ],
    ['syscall::read:entry\n<|>', '/pid == $target/', 'syscall::read:entry\n/pid == $target/'],
    ['BEGIN <|>', '{ … }', 'BEGIN {\n\t\n}'],
  ])('%j with %s', (marked, label, text) => {
    expect(accept(marked, label)).toBe(text);
  });
});

describe('bodies', () => {
  test('statements', () => {
    expect(
      offered([
        'BEGIN { <|> }',
        'BEGIN { <|>',
        'BEGIN {\n\tx = 1;\n\t<|>\n}',
        'BEGIN { pri<|> }',
        'BEGIN { if (x) <|>',
        'BEGIN { if (x) { y; } <|>',
        'BEGIN { if (x) { y; } else <|>',
        'BEGIN { if (<|>',
        'python$target:::function-entry { <|> }',
        'python$target:::gc-done { <|>',
        'python$target:::gc-start, python$target:::gc-done { <|>',
        'python$target:::import-* { <|>',
        'BEGIN { x <|>',
        'BEGIN { x = 1 <|>',
        'BEGIN { f(x) <|>; }',
        'BEGIN { x = <|>\npython$target:::gc-start { }',
      ]),
    ).toMatchInlineSnapshot(`
      "BEGIN { <|> }   →   @… = count(), @… = quantize(), @… = sum() (+84)
      BEGIN { <|>   →   @… = count(), @… = quantize(), @… = sum() (+84)
      BEGIN {\\n\\tx = 1;\\n\\t<|>\\n}   →   x (+87)
      BEGIN { pri<|> }   →   @… = count(), @… = quantize(), @… = sum() (+84)
      BEGIN { if (x) <|>   →   @… = count(), @… = quantize(), @… = sum() (+84)
      BEGIN { if (x) { y; } <|>   →   @… = count(), @… = quantize(), @… = sum() (+84)
      BEGIN { if (x) { y; } else <|>   →   @… = count(), @… = quantize(), @… = sum() (+84)
      BEGIN { if (<|>   →   args, cpu, execname, pid, probefunc, probename, … 10 (+438)
      python$target:::function-entry { <|> }   →   @[filename, funcname, lineno] = count(), printf(filename, funcname, lineno) (+87)
      python$target:::gc-done { <|>   →   @[collected] = count(), printf(collected) (+87)
      python$target:::gc-start, python$target:::gc-done { <|>   →   @[generation] = count(), printf(generation) (+87)
      python$target:::import-* { <|>   →   @[modulename] = count(), printf(modulename) (+87)
      BEGIN { x <|>   →   nothing
      BEGIN { x = 1 <|>   →   nothing
      BEGIN { f(x) <|>; }   →   nothing
      BEGIN { x = <|>\\npython$target:::gc-start { }   →   x (+448)"
    `);
  });
  test('expressions', () => {
    expect(
      offered([
        'python$target:::function-entry { x = <|>; }',
        'python$target:::function-entry { x = arg<|>',
        'python$target:::gc-start { x = <|>',
        'python$target:::audit { trace(<|>',
        'io:::start { x = <|>',
        'syscall::read:entry { x = arg<|> }',
        'BEGIN { x = 1 + <|> }',
        'BEGIN { (int)<|>',
        'BEGIN { (uint64_t)cop<|>',
        'BEGIN { a ? <|>',
        'BEGIN { a ? b : <|>',
        'BEGIN { x[<|>',
        'BEGIN { x["a", <|>',
        'BEGIN { !<|>',
        'BEGIN { x = -<|>',
        'BEGIN { 12<|>',
        'BEGIN { 0x<|>',
        'BEGIN { vmlinux`<|>',
        'BEGIN { `ji<|>',
      ]),
    ).toMatchInlineSnapshot(`
      "python$target:::function-entry { x = <|>; }   →   copyinstr(arg0), copyinstr(arg1) (+442)
      python$target:::function-entry { x = arg<|>   →   copyinstr(arg0), copyinstr(arg1) (+442)
      python$target:::gc-start { x = <|>   →   arg0 (+439)
      python$target:::audit { trace(<|>   →   copyinstr(arg0) (+440)
      io:::start { x = <|>   →   arg0, arg1, arg2 (+446)
      syscall::read:entry { x = arg<|> }   →   x (+448)
      BEGIN { x = 1 + <|> }   →   x (+448)
      BEGIN { (int)<|>   →   args, cpu, execname, pid, probefunc, probename, … 10 (+438)
      BEGIN { (uint64_t)cop<|>   →   args, cpu, execname, pid, probefunc, probename, … 10 (+438)
      BEGIN { a ? <|>   →   args, cpu, execname, pid, probefunc, probename, … 10 (+438)
      BEGIN { a ? b : <|>   →   args, cpu, execname, pid, probefunc, probename, … 10 (+438)
      BEGIN { x[<|>   →   x (+448)
      BEGIN { x[\\"a\\", <|>   →   x (+448)
      BEGIN { !<|>   →   args, cpu, execname, pid, probefunc, probename, … 10 (+438)
      BEGIN { x = -<|>   →   x (+448)
      BEGIN { 12<|>   →   nothing
      BEGIN { 0x<|>   →   nothing
      BEGIN { vmlinux\`<|>   →   nothing
      BEGIN { \`ji<|>   →   nothing"
    `);
  });
  test('arguments by what the function takes', () => {
    expect(
      offered([
        'python$target:::function-entry { copyinstr(<|>) }',
        'python$target:::function-entry { basename(<|>) }',
        'python$target:::function-entry { strjoin(copyinstr(arg0), <|>',
        'BEGIN { strlen(<|>',
        'BEGIN { exit(<|>',
        'BEGIN { printf("%s %d\\n", <|>',
        'BEGIN { printf("%s %d\\n", execname, <|>',
        'BEGIN { printf("%*d %s\\n", 3, 4, <|>',
        'BEGIN { printf("%%%s", <|>',
        'BEGIN { stack(<|>',
        'BEGIN { commit(<|>',
      ]),
    ).toMatchInlineSnapshot(`
      "python$target:::function-entry { copyinstr(<|>) }   →   arg0, arg1, arg2 (+440)
      python$target:::function-entry { basename(<|>) }   →   copyinstr(arg0), copyinstr(arg1) (+441)
      python$target:::function-entry { strjoin(copyinstr(arg0), <|>   →   copyinstr(arg0), copyinstr(arg1) (+441)
      BEGIN { strlen(<|>   →   execname, probefunc, probename (+445)
      BEGIN { exit(<|>   →   args, cpu, pid, tid, timestamp, uid, … 7 (+441)
      BEGIN { printf(\\"%s %d\\\\n\\", <|>   →   execname, probefunc, probename (+445)
      BEGIN { printf(\\"%s %d\\\\n\\", execname, <|>   →   args, cpu, pid, tid, timestamp, uid, … 7 (+441)
      BEGIN { printf(\\"%*d %s\\\\n\\", 3, 4, <|>   →   execname, probefunc, probename (+445)
      BEGIN { printf(\\"%%%s\\", <|>   →   execname, probefunc, probename (+445)
      BEGIN { stack(<|>   →   args, cpu, pid, tid, timestamp, uid, … 7 (+441)
      BEGIN { commit(<|>   →   args, cpu, pid, tid, timestamp, uid, … 7 (+441)"
    `);
  });
  test('aggregations and members', () => {
    expect(
      offered([
        'BEGIN { @ = <|>',
        'BEGIN { @x = <|>;',
        'BEGIN { @x[pid, execname] = <|>',
        'BEGIN { @x["a]"] = qu<|>antize(1); }',
        'BEGIN { x[1] = <|>',
        'io:::start { args[0]-><|>',
        'io:::start { args[1]-><|>',
        'io:::start { args[2]->fi_<|>name; }',
        'proc:::create { args[0]->pr_<|>',
        'BEGIN { curpsinfo-><|>',
        'BEGIN { curpsinfo->pr_lwp.<|>',
        'BEGIN { curcpu->cpu_<|> }',
        'BEGIN { nosuch-><|>',
        'struct p { int x; struct p *next; }; BEGIN { ((struct p *)q)-><|>',
        'struct p { int x; struct p *next; }; BEGIN { ((struct p *)q)->next-><|>',
        'typedef struct p { int x; } p_t; BEGIN { ((p_t *)q)-><|>',
        'BEGIN { xlate <psinfo_t *>(x)-><|>',
      ]),
    ).toMatchInlineSnapshot(`
      "BEGIN { @ = <|>   →   avg, count, llquantize, lquantize, max, min, … 9
      BEGIN { @x = <|>;   →   avg, count, llquantize, lquantize, max, min, … 9
      BEGIN { @x[pid, execname] = <|>   →   avg, count, llquantize, lquantize, max, min, … 9
      BEGIN { @x[\\"a]\\"] = qu<|>antize(1); }   →   avg, count, llquantize, lquantize, max, min, … 9
      BEGIN { x[1] = <|>   →   x (+448)
      io:::start { args[0]-><|>   →   b_addr, b_bcount, b_blkno, b_bufsize, b_edev, b_error, … 10
      io:::start { args[1]-><|>   →   dev_instance, dev_major, dev_minor, dev_name, dev_pathname, dev_statname
      io:::start { args[2]->fi_<|>name; }   →   fi_dirname, fi_fs, fi_mount, fi_name, fi_offset, fi_oflags, … 7
      proc:::create { args[0]->pr_<|>   →   pr_addr, pr_argc, pr_argv, pr_contract, pr_ctime, pr_dmodel, … 36
      BEGIN { curpsinfo-><|>   →   pr_addr, pr_argc, pr_argv, pr_contract, pr_ctime, pr_dmodel, … 36
      BEGIN { curpsinfo->pr_lwp.<|>   →   pr_addr, pr_bindpro, pr_bindpset, pr_clname, pr_cpu, pr_filler, … 23
      BEGIN { curcpu->cpu_<|> }   →   cpu_chip, cpu_id, cpu_lgrp, cpu_pset
      BEGIN { nosuch-><|>   →   nothing
      struct p { int x; struct p *next; }; BEGIN { ((struct p *)q)-><|>   →   next, x
      struct p { int x; struct p *next; }; BEGIN { ((struct p *)q)->next-><|>   →   next, x
      typedef struct p { int x; } p_t; BEGIN { ((p_t *)q)-><|>   →   x
      BEGIN { xlate <psinfo_t *>(x)-><|>   →   pr_addr, pr_argc, pr_argv, pr_contract, pr_ctime, pr_dmodel, … 36"
    `);
  });
  test('macro variables, types and formats', () => {
    expect(
      offered([
        'BEGIN { $<|>',
        'BEGIN { $tar<|>get }',
        'BEGIN { $$<|>',
        'BEGIN { sizeof (<|>',
        'BEGIN { offsetof(<|>',
        'BEGIN { xlate <<|>',
        'BEGIN { (struct <|>',
        'int <|>',
        'unsigned <|>',
        'self <|>',
        'inline <|>',
        'inline int x = <|>;',
        'typedef <|>',
        'struct p { <|>',
        'BEGIN { printf("%<|>',
        'BEGIN { printf("%<|>", execname); }',
        'BEGIN { printf("%s %<|>", execname, pid); }',
        'BEGIN { printf("%-20<|>", execname); }',
        'BEGIN { printf("%@<|>", execname); }',
        'BEGIN { printf("%l<|>',
        'BEGIN { printf("100%% <|>',
        'BEGIN { printf("100%%<|>',
        'BEGIN { printa("%@<|>", @a); }',
        'BEGIN { trace("%<|>',
        'BEGIN { printf("%d", "%<|>',
        'BEGIN { "a<|>',
        "BEGIN { 'a<|>'",
      ]),
    ).toMatchInlineSnapshot(`
      "BEGIN { $<|>   →   $target (+23)
      BEGIN { $tar<|>get }   →   $target (+23)
      BEGIN { $$<|>   →   $target (+23)
      BEGIN { sizeof (<|>   →   _Bool, char, double, float, id_t, int, … 43 (+81)
      BEGIN { offsetof(<|>   →   _Bool, char, double, float, id_t, int, … 43 (+81)
      BEGIN { xlate <<|>   →   _Bool, char, double, float, id_t, int, … 43 (+81)
      BEGIN { (struct <|>   →   bufinfo, conninfo, cpuinfo, csinfo, devinfo, fileinfo, … 19
      int <|>   →   nothing
      unsigned <|>   →   _Bool, char, double, float, id_t, int, … 43 (+81)
      self <|>   →   _Bool, char, double, float, id_t, int, … 43 (+81)
      inline <|>   →   _Bool, char, double, float, id_t, int, … 43 (+81)
      inline int x = <|>;   →   x (+438)
      typedef <|>   →   _Bool, char, double, float, id_t, int, … 43 (+81)
      struct p { <|>   →   p (+124)
      BEGIN { printf(\\"%<|>   →   Y, d, i, k, lld, p, … 9 (+42)
      BEGIN { printf(\\"%<|>\\", execname); }   →   s (+50)
      BEGIN { printf(\\"%s %<|>\\", execname, pid); }   →   d (+50)
      BEGIN { printf(\\"%-20<|>\\", execname); }   →   s (+50)
      BEGIN { printf(\\"%@<|>\\", execname); }   →   s (+50)
      BEGIN { printf(\\"%l<|>   →   Y, d, i, k, lld, p, … 9 (+42)
      BEGIN { printf(\\"100%% <|>   →   nothing
      BEGIN { printf(\\"100%%<|>   →   nothing
      BEGIN { printa(\\"%@<|>\\", @a); }   →   d (+50)
      BEGIN { trace(\\"%<|>   →   nothing
      BEGIN { printf(\\"%d\\", \\"%<|>   →   nothing
      BEGIN { \\"a<|>   →   nothing
      BEGIN { 'a<|>'   →   nothing"
    `);
  });
  test.each([
    ['BEGIN { prin<|> }', 'printf', 'BEGIN { printf("%s\\n", ); }'],
    ['BEGIN { @x = c<|> }', 'count', 'BEGIN { @x = count(); }'],
    ['BEGIN { @x = c<|>; }', 'count', 'BEGIN { @x = count(); }'],
    ['BEGIN { @x = c<|>(); }', 'count', 'BEGIN { @x = count(); }'],
    ['BEGIN { x = copyin<|>str(arg0); }', 'copyinstr', 'BEGIN { x = copyinstr(arg0); }'],
    ['BEGIN { x = copy<|>; }', 'copyinstr', 'BEGIN { x = copyinstr(); }'],
    [
      'python$target:::line { <|> }',
      '@[filename, funcname, lineno] = count()',
      'python$target:::line { @calls[copyinstr(arg0), copyinstr(arg1), arg2] = count(); }',
    ],
    [
      'python$target:::line { <|> }',
      'printf(filename, funcname, lineno)',
      'python$target:::line { printf("%s %s %d\\n", copyinstr(arg0), copyinstr(arg1), arg2); }',
    ],
    ['python$target:::line { x = <|> }', 'copyinstr(arg1)', 'python$target:::line { x = copyinstr(arg1) }'],
    ['BEGIN { $t<|> }', '$target', 'BEGIN { $target }'],
    ['BEGIN { x = $$p<|> }', '$$pid', 'BEGIN { x = $$pid }'],
    ['BEGIN { printf("%<|>", pid); }', 'd', 'BEGIN { printf("%d", pid); }'],
    ['BEGIN { printf("%-2l<|>", pid); }', 'lld', 'BEGIN { printf("%-2lld", pid); }'],
  ])('%j with %s', (marked, label, text) => {
    expect(accept(marked, label)).toBe(text);
  });
});

test('control lines', () => {
  expect(
    offered([
      '#<|>',
      '# pra<|>',
      '#pragma <|>',
      '#pragma D <|>',
      '#pragma D opt<|>ion quiet',
      '#pragma D option <|>',
      '#pragma D option qu<|>\nBEGIN { }',
      '#pragma D option bufsize=<|>',
      '#pragma D option switchrate=1<|>',
      '#pragma D option aggsortpos=<|>',
      '#pragma D option quiet <|>',
      '#pragma D depends_on <|>',
      '#pragma D attributes <|>',
      'BEGIN {\n#<|>\n}',
      '#define A 1\n#ifdef <|>',
      '#define A 1\n#if defined(<|>',
      '#include <<|>',
      '#!/usr/sbin/dtrace -<|>',
      'BEGIN { setopt("<|>',
    ]),
  ).toMatchInlineSnapshot(`
    "#<|>   →   pragma D, pragma D option (+11)
    # pra<|>   →   pragma D, pragma D option (+11)
    #pragma <|>   →   D
    #pragma D <|>   →   option (+6)
    #pragma D opt<|>ion quiet   →   option (+6)
    #pragma D option <|>   →   aggrate, aggsortrev, bufsize, defaultargs, destructive, flowindent, … 10 (+79)
    #pragma D option qu<|>\\nBEGIN { }   →   aggrate, aggsortrev, bufsize, defaultargs, destructive, flowindent, … 10 (+79)
    #pragma D option bufsize=<|>   →   16m, 1k, 4m
    #pragma D option switchrate=1<|>   →   100ms, 10hz, 1hz, 1sec
    #pragma D option aggsortpos=<|>   →   0
    #pragma D option quiet <|>   →   nothing
    #pragma D depends_on <|>   →   library, module, provider
    #pragma D attributes <|>   →   CPU, Common, Evolving, External, Group, ISA, … 19
    BEGIN {\\n#<|>\\n}   →   pragma D, pragma D option (+11)
    #define A 1\\n#ifdef <|>   →   A
    #define A 1\\n#if defined(<|>   →   A
    #include <<|>   →   nothing
    #!/usr/sbin/dtrace -<|>   →   nothing
    BEGIN { setopt(\\"<|>   →   aggrate, aggsortrev, bufsize, defaultargs, destructive, flowindent, … 10 (+79)"
  `);
});

test('nothing in comments', () => {
  expect(
    offered(['/* <|>', '/* <|> */', '// <|>', 'BEGIN { /* a\n <|> */ }', 'BEGIN { // <|>\n}', 'BEGIN { /* a */ <|> }']),
  ).toMatchInlineSnapshot(`
    "/* <|>   →   nothing
    /* <|> */   →   nothing
    // <|>   →   nothing
    BEGIN { /* a\\n <|> */ }   →   nothing
    BEGIN { // <|>\\n}   →   nothing
    BEGIN { /* a */ <|> }   →   @… = count(), @… = quantize(), @… = sum() (+84)"
  `);
});

test('other platforms have other names', () => {
  const names = (platform: ServiceContext['platform']) =>
    listAt('BEGIN { <|> }', contextOf({ platform }))
      .list.items.filter(({ kind }) => kind === 3)
      .map(({ label }) => label);
  expect(names('linux')).toContain('pcap');
  expect(names('macos')).not.toContain('pcap');
});
