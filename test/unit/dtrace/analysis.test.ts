// What the analysis says of D programs: each error with its tag at its place (‹…›), what is accepted, and the types,
// symbols, occurrences and outline that services ask for.
import { describe, expect, test } from 'vitest';
import { analyzeD, parseD, renderType } from '../../../server/src/languages/dtrace/index.ts';
import type { DEnvironment, DModel } from '../../../server/src/languages/dtrace/index.ts';

function analyze(text: string, environment: Partial<DEnvironment> = {}): DModel {
  return analyzeD(parseD(text), { platform: 'linux', ...environment });
}

/** The text with its problems marked: `‹x›` where the first one is, and the codes of all. */
function judge(text: string, environment: Partial<DEnvironment> = {}): [string, ...string[]] {
  const errors = analyze(text, environment).diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const marked = first
    ? `${text.slice(0, first.span.start)}‹${text.slice(first.span.start, first.span.end)}›${text.slice(first.span.end)}`
    : text;
  return [marked, ...errors.map(({ code }) => code.replace('dtrace/', ''))];
}

const plain = (marked: string): string => marked.replaceAll(/[‹›]/g, '');

describe('errors have their tags and places', () => {
  test.each([
    // Names
    ['BEGIN { trace(‹x›); }', 'D_IDENT_UNDEF'],
    ['BEGIN { trace(self->‹x›); }', 'D_VAR_UNDEF'],
    ['BEGIN { ‹x› += 1; }', 'D_VAR_UNDEF'],
    ['BEGIN { ‹nosuch›(1); }', 'D_FUNC_UNDEF'],
    ['BEGIN { x = 1; ‹x›(1); }', 'D_FUNC_IDKIND'],
    ['BEGIN { ‹1›(2); }', 'D_FUNC_IDENT'],
    ['BEGIN { trace(‹printf›); }', 'D_IDENT_BADREF'],
    ['int a[int]; BEGIN { trace(‹a›); }', 'D_IDENT_BADREF'],
    ['BEGIN { trace(‹$nosuch›); }', 'D_MACRO_UNDEF'],
    ['END { clear(‹@a›); }', 'D_IDENT_UNDEF'],
    // Operators
    ['BEGIN { trace(1 / ‹0›); }', 'D_DIV_ZERO'],
    ['BEGIN { trace(‹"a"› & 1); }', 'D_OP_INT'],
    ['BEGIN { trace(‹"a"› * 2); }', 'D_OP_ARITH'],
    ['BEGIN { trace(‹"a"› && 1); }', 'D_OP_SCALAR'],
    ['BEGIN { trace(‹"a" == 1›); }', 'D_OP_INCOMPAT'],
    ['BEGIN { x = 1; ‹x = "a"›; }', 'D_OP_INCOMPAT'],
    ['BEGIN { ‹pid› = 1; }', 'D_OP_WRITE'],
    ['BEGIN { ‹5› = 1; }', 'D_OP_LVAL'],
    ['BEGIN { x = 1; trace(‹&x›); }', 'D_ADDROF_VAR'],
    ['BEGIN { trace(‹&5›); }', 'D_ADDROF_LVAL'],
    ['BEGIN { x = 1; trace(‹*x›); }', 'D_DEREF_NONPTR'],
    ['BEGIN { trace(‹*(void *)arg0›); }', 'D_DEREF_VOID'],
    ['BEGIN { x = 1; trace(x‹->›y); }', 'D_OP_PTR'],
    ['BEGIN { x = 1; trace(x‹.›y); }', 'D_OP_SOU'],
    ['struct s { int a; }; struct s v; BEGIN { trace(v.‹b›); }', 'D_TYPE_MEMBER'],
    ['struct s { int a; } v; BEGIN { trace(‹(int)v›); }', 'D_CAST_INVAL'],
    ['int a[4]; BEGIN { trace(a[‹4›]); }', 'D_ARR_BOUNDS'],
    ['BEGIN { x = 1; trace(x‹[1, 2]›); }', 'D_ARR_BADREF'],
    ['BEGIN { ‹this->a[1]› = 1; }', 'D_ARR_LOCAL'],
    ['BEGIN { a[1] = 1; a‹[1, 2]› = 1; }', 'D_PROTO_LEN'],
    ['BEGIN { a[1] = 1; a[‹"x"›] = 1; }', 'D_PROTO_ARG'],
    ['BEGIN { ‹trace(1)›, 2; }', 'D_OP_ACT'],
    ['BEGIN { x = 1 ? 2 : 3; y = x ? ‹trace(1)› : 0; }', 'D_OP_ACT'],
    // Calls
    ['BEGIN { exit‹()›; }', 'D_PROTO_LEN'],
    ['BEGIN { exit(‹"a"›); }', 'D_PROTO_ARG'],
    ['BEGIN { trace(strlen(‹arg0›)); }', 'D_PROTO_ARG'],
    ['BEGIN { trace(‹trace(1)›); }', 'D_TRACE_VOID'],
    ['BEGIN { @a = count(); trace(‹@a›); }', 'D_TRACE_DYN'],
    ['BEGIN { stack(‹0›); }', 'D_STACK_SIZE'],
    ['BEGIN { tracemem(arg0, ‹0›); }', 'D_TRACEMEM_SIZE'],
    ['BEGIN { @a = count(); clear(‹1›); }', 'D_CLEAR_AGGARG'],
    ['#pragma D option destructive\nBEGIN { freopen(‹"."›); }', 'D_FREOPEN_INVALID'],
    // Formats
    ['BEGIN { printf(‹""›); }', 'D_PRINTF_FMT_EMPTY'],
    ['BEGIN { printf("‹%d›"); }', 'D_PRINTF_ARG_PROTO'],
    ['BEGIN { printf("%s", ‹1›); }', 'D_PRINTF_ARG_TYPE'],
    ['BEGIN { printf("%d", 1, ‹2, 3›); }', 'D_PRINTF_ARG_EXTRA'],
    ['BEGIN { printf("‹%*d›"); }', 'D_PRINTF_DYN_PROTO'],
    ['BEGIN { printf("%*d", ‹"a"›, 1); }', 'D_PRINTF_DYN_TYPE'],
    ['BEGIN { printf("‹%@d›", 1); }', 'D_PRINTF_AGG_CONV'],
    ['BEGIN { printf("a‹%z›"); }', 'D_SYNTAX'],
    ['BEGIN { x = "a"; printf(‹x›); }', 'D_PRINTF_ARG_FMT'],
    ['BEGIN { @a[1] = count(); printa("%d ‹%d›", @a); }', 'D_PRINTF_ARG_PROTO'],
    ['BEGIN { printa‹("%d")›; }', 'D_PRINTA_PROTO'],
    ['BEGIN { printa("%d", ‹1›); }', 'D_PRINTA_AGGARG'],
    ['BEGIN { @a = count(); @b[1] = count(); printa(@a, ‹@b›); }', 'D_PRINTA_AGGKEY'],
    // Aggregations
    ['BEGIN { @a = ‹1›; }', 'D_AGG_FUNC'],
    ['BEGIN { @a = count(); @a = ‹sum›(1); }', 'D_AGG_REDEF'],
    ['BEGIN { @a = sum(‹"x"›); }', 'D_AGG_SCALAR'],
    ['BEGIN { ‹@a[1]›; }', 'D_AGG_NULL'],
    ['BEGIN { ‹count›(); }', 'D_CG_EXPR'],
    ['BEGIN { @a[‹trace(1)›] = count(); }', 'D_KEY_TYPE'],
    ['BEGIN { @a = lquantize(1, ‹10, 5›, 1); }', 'D_LQUANT_MISMATCH'],
    ['BEGIN { @a = lquantize(1, 0, 9, 1); @a = lquantize(1, ‹1›, 9, 1); }', 'D_LQUANT_MATCHBASE'],
    ['BEGIN { @a = llquantize(1, ‹1›, 0, 3, 10); }', 'D_LLQUANT_FACTORVAL'],
    // Speculations
    ['BEGIN { speculate(1); ‹@a = count()›; }', 'D_AGG_SPEC'],
    ['BEGIN { trace(1); ‹speculate(1)›; }', 'D_SPEC_DREC'],
    ['BEGIN { commit(1); ‹trace(1)›; }', 'D_DREC_COMM'],
    ['BEGIN { speculate(1); ‹exit(0)›; }', 'D_EXIT_SPEC'],
    // Predicates
    ['BEGIN /‹execname›/ { trace(1); }', 'D_PRED_SCALAR'],
    // Declarations
    ['‹int;›', 'D_DECL_USELESS'],
    ['self ‹this› int x;', 'D_DECL_CLASS'],
    ['‹static› int x;', 'D_DECL_BADCLASS'],
    ['int ‹pid›;', 'D_DECL_IDRED'],
    ['int x; string ‹x›;', 'D_DECL_IDRED'],
    ['short ‹char› x;', 'D_DECL_CHARATTR'],
    ['int ‹char› x;', 'D_DECL_COMBO'],
    ['int ‹x[]›;', 'D_DECL_ARRNULL'],
    ['int x[‹0›];', 'D_DECL_ARRSUB'],
    ['this int ‹x›[int];', 'D_DECL_LOCASSC'],
    ['void ‹x›;', 'D_DECL_VOIDOBJ'],
    ['struct s { struct s ‹p›; };', 'D_DECL_INCOMPLETE'],
    ['struct s { int a : ‹40›; };', 'D_DECL_BFSIZE'],
    ['enum e { A = ‹0x80000000› };', 'D_DECL_ENOFLOW'],
    ['enum e { A }; enum f { ‹A› };', 'D_DECL_IDRED'],
    ['inline int x = ‹"a"›;', 'D_OP_INCOMPAT'],
    ['BEGIN { trace(offsetof(‹int›, a)); }', 'D_OFFSETOF_TYPE'],
    ['translator ‹int› < int *p > { a = 1; };', 'D_XLATE_SOU'],
    ['struct o { int a; }; translator struct o < int *p > { ‹b› = 1; };', 'D_XLATE_MEMB'],
    ['struct o { int a; }; translator struct o < int *p > { a = ‹"x"›; };', 'D_XLATE_INCOMPAT'],
    ['BEGIN { trace(curpsinfo->‹pr_size›); }', 'D_XLATE_NOCONV'],
    ['provider ‹p1› { probe a(); };', 'D_PROV_BADNAME'],
    ['provider p { probe a(); probe ‹a›(); };', 'D_PROV_PRDUP'],
    // Pragmas
    ['#pragma D option ‹nosuch›\nBEGIN { exit(0); }', 'D_PRAGMA_OPTSET'],
    ['#pragma D option ‹bufsize=lots›\nBEGIN { exit(0); }', 'D_PRAGMA_OPTSET'],
    ['#pragma D option quiet ‹flowindent›\nBEGIN { exit(0); }', 'D_PRAGMA_MALFORM'],
    ['#pragma D ‹nosuch› x\nBEGIN { exit(0); }', 'D_PRAGMA_INVAL'],
    ['#‹define› A 1\nBEGIN { exit(A); }', 'D_PRAGCTL_INVAL'],
    // Probe descriptions
    ['‹a:b:c:d:e› { }', 'D_PDESC_INVAL'],
    ['‹nosuchprovider›:::x { }', 'D_PDESC_ZERO'],
    ['‹tick-n› { }', 'D_PDESC_ZERO'],
    ['syscall::read:‹enter› { }', 'D_PDESC_ZERO'],
    ['pid$target:a.out:main:‹beginning› { }', 'D_PROC_NAME'],
    ['BEGIN { trace(args[‹0›]); }', 'D_ARGS_IDX'],
  ])('%s', (marked, code) => {
    expect(judge(plain(marked)).slice(0, 2)).toEqual([marked, code]);
  });
});

describe('what is right has no error', () => {
  test.each([
    'python$target:::function-entry /copyinstr(arg0) != ""/ { @[copyinstr(arg1), arg2] = count(); }',
    'syscall::read:entry { self->ts = timestamp; } syscall::read:return /self->ts/ { @ = quantize(timestamp - self->ts); self->ts = 0; }',
    'BEGIN { x = 5; } END /x++ > 3/ { trace(x); }',
    'BEGIN /x == 0/ { x++; }',
    'BEGIN { printf("%s %d %p %Y %5.2s %-10d%%\\n", execname, pid, curthread, walltimestamp, "ab", 1); }',
    'BEGIN { @a[execname] = count(); } END { printa("%s %@d\\n", @a); }',
    'int a[int, string]; BEGIN { a[1, "x"] = 2; trace(a[1, execname]); }',
    'struct s { int a; struct { int b; } c; }; struct s *p; BEGIN { trace(p->c.b); trace(sizeof (struct s)); }',
    'typedef unsigned int u; u x; BEGIN { x = 1; trace((u)x); }',
    'inline string name[int n] = n == 1 ? "one" : "more"; BEGIN { trace(name[1]); }',
    'enum e { A, B = 5 }; BEGIN { trace(A + B); }',
    'BEGIN { trace(curthread->comm); trace(((struct task_struct *)arg0)->pid); trace(`max_pfn); }',
    'BEGIN { this->p = (int *)alloca(8); *this->p = 1; this->p[1] = 2; }',
    'profile-997, tick-100ms, profile:::tick-1sec { @[stack(5), ustack()] = count(); }',
    'fbt::vfs_read:entry { trace(args[0]->f_flags); }',
    'translator psinfo_t < int *p > { pr_pid = *p; }; BEGIN { trace(xlate<psinfo_t>((int *)arg0).pr_pid); }',
    '#pragma D option strsize=64k\n#pragma D option switchrate=10hz\nBEGIN { exit(0); }',
    '#!/usr/sbin/dtrace -Cs\n#define LIMIT 3\nBEGIN { exit(LIMIT); }',
    'BEGIN { exit(0) }',
    'BEGIN { @a["x"] = lquantize(1, 0, 100, 10); @a["y"] = lquantize(2, 0, 100, 10); }',
    'BEGIN { trace(-1 >> 3); trace(0x7fffffffffffffff + 1u); x = (char)300; }',
  ])('%s', (text) => {
    expect(judge(text)).toEqual([text]);
  });
});

test('all errors are reported, not only the first', () => {
  const text = 'BEGIN { trace(a); exit(); }\nEND { trace(b); printf("%d"); }\n';
  expect(judge(text).slice(1)).toEqual(['D_IDENT_UNDEF', 'D_PROTO_LEN', 'D_IDENT_UNDEF', 'D_PRINTF_ARG_PROTO']);
});

describe('platforms differ', () => {
  test('if is read where the compiler knows it', () => {
    const text = 'BEGIN { if (pid > 1) { trace(1); } else trace(2); }';
    expect(judge(text, { platform: 'illumos' }).slice(1)).toEqual([]);
    expect(judge(text, { platform: 'linux' }).slice(1)).toEqual(['D_SYNTAX']);
  });

  test('line comments are for Linux', () => {
    const text = '// hello\nBEGIN { exit(0); }\n';
    expect(judge(text).slice(1)).toEqual([]);
    expect(judge(text, { platform: 'macos' }).slice(1)).toEqual(['D_SYNTAX']);
  });

  test('what is documented and not implemented is a warning', () => {
    const codes = analyze('BEGIN { trace(vtimestamp); }').diagnostics.map(
      ({ severity, code }) => `${severity} ${code}`,
    );
    expect(codes).toEqual(['warning dtrace/unimplemented']);
    expect(analyze('BEGIN { trace(vtimestamp); }', { platform: 'illumos' }).diagnostics).toEqual([]);
  });
});

describe('the command line', () => {
  test('gives macro arguments', () => {
    expect(judge('BEGIN { trace($2); trace($1); }', { arguments: ['x.d', '5'] })).toEqual([
      'BEGIN { trace(‹$2›); trace($1); }',
      'D_MACRO_UNDEF',
    ]);
    expect(judge('BEGIN { trace($1); }')).toEqual(['BEGIN { trace($1); }']);
  });

  test('allows what is destructive', () => {
    const text = 'BEGIN { system("date"); }';
    expect(judge(text, { flags: [] }).slice(1)).toEqual(['D_destructive']);
    expect(judge(text, { flags: ['-w'] }).slice(1)).toEqual([]);
    expect(analyze(text).diagnostics.map(({ severity }) => severity)).toEqual(['warning']);
  });
});

describe('what always fails when it runs', () => {
  const handled = '\nERROR { exit(1); }';
  test.each([
    'BEGIN { trace(‹*(int *)0›); }',
    'BEGIN { p = (char *)alloca(8); ‹p[8]› = 1; }',
    'BEGIN { s = "a"; s = NULL; trace(‹s[1]›); }',
    'BEGIN { trace(copyinstr(‹0›)); }',
    'BEGIN { p = alloca(8); bcopy((void *)&`x, ‹p›, 16); }',
    'BEGIN { p = (char *)alloca(8); *p = 1; } BEGIN { trace(*‹p›); }',
  ])('%s', (marked) => {
    expect(judge(plain(marked) + handled)).toEqual([marked + handled, 'fault']);
  });

  test('is a warning where the script goes on after failures', () => {
    const text = 'BEGIN { trace(*(int *)0); }\nERROR { printf("%d", arg4); }';
    expect(analyze(text).diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'warning dtrace/fault',
    ]);
  });
});

describe('types', () => {
  test.each([
    ['x = 5', 'int'],
    ['x = 5000000000', 'long'],
    ['x = 5u', 'unsigned int'],
    ['x = 0xffffffff', 'unsigned int'],
    ['x = timestamp - 1', 'uint64_t'],
    ['x = execname', 'string'],
    ['x = (char)1 + 1', 'int'],
    ['x = (struct s *)arg0', 'struct s *'],
    ['x = *(struct s **)arg0', 'struct s *'],
    ['x = pid == 1 ? "a" : execname', 'string'],
    ['x = sizeof (int)', 'unsigned long'],
    ['x = arg0 ? 1 : 2L', 'long'],
    ['x = copyin(arg0, 4)', 'void *'],
    ['x = args[0]', undefined],
    ['x++', 'int64_t'],
  ])('%s', (statement, type) => {
    const model = analyze(`BEGIN { ${statement}; }`);
    expect(model.symbols.find(({ name }) => name === 'x')?.type).toBe(type);
  });

  test('constants are folded', () => {
    const model = analyze('inline int A = (2 + 3) * 4 << 1; BEGIN { trace(A); }');
    const clause = model.tree.program.items.at(-1);
    const statement = clause?.kind === 'clause' ? clause.body?.statements[0] : undefined;
    const call = statement?.kind === 'expressionStatement' ? statement.expression : undefined;
    const argument = call?.kind === 'call' ? call.arguments[0] : undefined;
    expect(argument && model.operandOf(argument)?.value).toBe(40n);
    expect(argument && renderType(model.typeOf(argument) ?? { kind: 'void' })).toBe('int');
  });
});

describe('symbols', () => {
  const text = [
    '/* How deep we are. */',
    'self int depth;',
    'BEGIN { @calls["a"] = count(); self->depth = 1; this->x = self->depth; printa(@calls); }',
    '',
  ].join('\n');
  const model = analyze(text);

  test('have types, details and the comments above them', () => {
    expect(
      model.symbols.map(({ name, kind, type, detail, documentation }) => [name, kind, type, detail, documentation]),
    ).toEqual([
      ['depth', 'threadLocal', 'int', 'self int depth', 'How deep we are.'],
      ['calls', 'aggregation', 'aggregation of count', '@calls[string] = count()', undefined],
      ['x', 'clauseLocal', 'int', 'this int x', undefined],
    ]);
  });

  test('occur where they are defined, written and read', () => {
    expect(
      model.occurrences.map(({ span, symbol, role }) => [text.slice(span.start, span.end), symbol.name, role]),
    ).toEqual([
      ['depth', 'depth', 'definition'],
      ['@calls', 'calls', 'definition'],
      ['depth', 'depth', 'write'],
      ['x', 'x', 'definition'],
      ['depth', 'depth', 'read'],
      ['@calls', 'calls', 'read'],
    ]);
  });

  test('the outline has clauses and declarations', () => {
    expect(model.outline.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['variable depth', 'probe BEGIN']);
  });
});

test('references to CPython probes name provider, process, marker and arguments', () => {
  const text = 'python$target:::function-entry, python1234:::gc-* /arg2/ { trace(copyinstr(arg0)); }';
  const [first, second] = analyze(text).probes;
  expect([first?.provider?.text, first?.process, first?.marker.pattern, first?.hasPredicate, first?.optional]).toEqual([
    'python',
    '$target',
    'function__entry',
    true,
    false,
  ]);
  expect([second?.provider?.text, second?.process, second?.marker.pattern, second?.optional]).toEqual([
    'python',
    '1234',
    'gc__*',
    true,
  ]);
  expect(first?.arguments.map(({ index, wrapper }) => [index, wrapper])).toEqual([[2, undefined], [0, 'copyinstr']]); // prettier-ignore
});
