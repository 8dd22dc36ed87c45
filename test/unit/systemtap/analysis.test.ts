// What the analysis says about a script: each diagnostic as `line:column-column severity code: message`.
import { describe, expect, it } from 'vitest';
import {
  analyzeStap,
  macrosOf,
  parseStap,
  prepareLibrary,
  roleOf,
} from '../../../server/src/languages/systemtap/index.ts';
import type { StapModel } from '../../../server/src/languages/systemtap/analyze.ts';

const lines = (model: StapModel): string[] =>
  model.diagnostics.map(({ span, code, severity, message }) => {
    const before = model.text.slice(0, span.start).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    return `${before.length}:${column}-${column + span.end - span.start} ${severity} ${code.replace('systemtap/', '')}: ${message}`;
  });
const check = (text: string): string[] => lines(analyzeStap(parseStap(text)));

describe('types', () => {
  it('an argument of another type', () => {
    expect(check('probe begin { print(strlen(1)) }')).toEqual([
      '1:28-29 error type-mismatch: Type mismatch: this is a long, and a string is wanted here.',
    ]);
  });

  it('a variable that was something else before says where', () => {
    const model = analyzeStap(parseStap('probe begin { x = "a"; x++ print(x) }'));
    expect(lines(model)).toEqual([
      '1:24-25 error type-mismatch: Type mismatch: x is a string, and a long is wanted here.',
    ]);
    expect(model.diagnostics[0]?.related).toEqual([
      { span: { start: 14, end: 15 }, message: 'string was first inferred here' },
    ]);
    expect(model.diagnostics[0]?.href).toBe('https://sourceware.org/systemtap/man/error::pass2.7stap.html');
  });

  it('an index, through a function of the script', () => {
    expect(check('global a\nfunction put(k) { a[k] = 1 }\nprobe begin { put("x") a[2] = 3 print(a["x"]) }')).toEqual([
      '3:26-27 error type-mismatch: Type mismatch: index 1 of a is a string, and this is a long.',
    ]);
  });

  it('a value that no function gives', () => {
    expect(check('function f() { }\nprobe begin { x = f() print(x) print(exit()) }')).toEqual([
      '2:19-22 error unresolved-type: Unresolved type: f gives no value.',
      '2:29-30 error unresolved-type: Unresolved type: nothing says what x is.',
      '2:38-44 error unresolved-type: Unresolved type: exit gives no value.',
    ]);
  });

  it('types of expressions, for those who compile', () => {
    const model = analyzeStap(parseStap('global s, m\nprobe begin { s <<< 1 m["a"] = 2 x = m["b"] . "" ; y = x }'));
    const rendered = model.symbols.map(({ name, type, kind }) => `${kind} ${name}: ${type ?? '?'}`);
    expect(rendered).toContain('aggregation s: stats');
    expect(rendered).toContain('array m: long[string]');
    const probe = model.tree.declarations[1];
    const last = probe?.kind === 'probe' ? probe.body.statements.at(-1) : undefined;
    expect(last?.kind === 'expressionStatement' && model.typeOf(last.expression)).toBe('string');
  });
});

describe('statistics', () => {
  it('no value, and global only', () => {
    expect(check('global s\nprobe begin { s <<< 1 x = s print(x) y <<< 2 print(@count(y)) }')).toEqual([
      '2:27-28 error invalid-aggregate: s is a statistics aggregate and no value: read it with @count, @sum, @min, @max, @avg, @variance or a histogram.',
      '2:35-36 error unresolved-type: Unresolved type: nothing says what x is.',
      '2:38-39 error local-aggregate: y is local; only globals hold statistics aggregates: declare it with “global y”.',
      '2:59-60 error local-aggregate: y is local; only globals hold statistics aggregates: declare it with “global y”.',
    ]);
  });

  it('one histogram of each', () => {
    expect(
      check(
        'global s\nprobe begin { s <<< 1 print(@hist_log(s)) print(@hist_log(s)) print(@hist_linear(s, 0, 9, 1)) }',
      ),
    ).toEqual([
      '2:69-81 error histogram: s has another histogram already; an aggregate has one kind, with the same bounds.',
    ]);
  });
});

describe('names', () => {
  it('misspelt functions have neighbours', () => {
    const model = analyzeStap(parseStap('probe begin { print(strlne("a")) }'));
    expect(lines(model)).toEqual(['1:21-27 error unresolved-function: Unresolved function strlne. Similar: strlen.']);
    expect(model.diagnostics[0]?.fixes?.[0]).toMatchObject({ title: 'Change to strlen', preferred: true });
  });

  it('a function that is not called by mistake', () => {
    expect(check('probe begin { print(pid) }')).toEqual([
      '1:21-24 error unresolved-type: Unresolved type: pid is never assigned. There is a function of this name: pid().',
    ]);
  });

  it('arities', () => {
    expect(
      check(
        'global a\nfunction f(x) { return x }\nprobe begin { f() a[1] = 2 print(a[1, 2]) print(a) foreach ([k, l] in a) print(k) }',
      ),
    ).toEqual([
      '3:15-16 error function-arity: Arity mismatch: f takes 1 argument, and here are 0.',
      '3:34-35 error inconsistent-arity: Inconsistent arity: a has 1 index elsewhere and 2 indexes here.',
      '3:49-50 error inconsistent-arity: Inconsistent arity: a has 1 index elsewhere and no index here.',
      '3:71-72 error inconsistent-arity: Inconsistent arity: a has 1 index elsewhere and 2 indexes here.',
      '3:80-81 error unresolved-type: Unresolved type: nothing says what k is.',
    ]);
  });

  it('never assigned, never read, never called', () => {
    expect(
      check('global g, h\nfunction f() { return nothing() }\nprobe begin { if (x) exit() y = 1 print(g + 1) }'),
    ).toEqual([
      '1:8-9 warning never-assigned: The global g is read and never assigned.',
      '1:11-12 hint unused-global: The global h is not used.',
      '2:10-11 hint unused-function: Nothing calls f.',
      '2:23-30 warning unresolved-function: Unresolved function nothing.',
      '3:19-20 warning never-assigned: x is read and never assigned, so it is always 0 or empty.',
      '3:29-30 warning unused-variable: y is assigned and never read.',
    ]);
  });

  it('declared twice', () => {
    expect(check('global a, a = 1\nprivate a\nprobe begin { print(a) }')).toEqual([
      '1:8-9 warning never-assigned: The global a is read and never assigned.',
      '1:11-12 error duplicate-global: The global a is declared twice in this file.',
      '2:9-10 error duplicate-global: The private a is declared twice in this file.',
      '3:21-22 error unresolved-type: Unresolved type: nothing says what a is.',
    ]);
  });
});

describe('statements', () => {
  it('arrays stay as they are while a foreach goes over them', () => {
    expect(
      check(
        'global a\nfunction f() { g() } function g() { delete a[1] }\nprobe begin { a[1] = 2 foreach (k in a) { a[k]++ f() delete a } }',
      ),
    ).toEqual([
      '3:43-44 error modified-in-foreach: a cannot be changed while a foreach goes over it.',
      '3:50-51 error modified-in-foreach: f changes a while a foreach goes over it.',
    ]);
  });

  it('break, wildcards, what can be assigned', () => {
    expect(
      check(
        'global a\nprobe begin { break; a[1, 2] = 3 print(a[*, 2]) strlen("a") = 2 4++ delete 5 if ([*, 2] in a) delete a[1, *] }',
      ),
    ).toEqual([
      '2:15-20 error outside-loop: A break stands in a loop only.',
      '2:42-43 error wildcard-index: A * is no index here: it is for foreach, delete and in.',
      "2:49-60 error lvalue: Only a variable, an array's element or a $target variable can be assigned to.",
      "2:65-66 error lvalue: Only a variable or an array's element can be the operand of ++.",
      '2:76-77 error delete: Only a variable, an array or an element of one can be deleted.',
    ]);
  });

  it('formats and regular expressions point at the place', () => {
    expect(
      check('probe begin { printf("%d %q\\n", 1) printf("%s %5.2d\\n", 1, "a") if ("a" =~ "b(c") exit() }').map(
        (line) => line.slice(0, 60),
      ),
    ).toEqual([
      '1:26-28 error format: This conversion has no meaning: %, one',
      '1:57-58 error type-mismatch: Type mismatch: this is a long, ',
      '1:60-63 error type-mismatch: Type mismatch: this is a string',
      '1:78-79 error regex: Regular expression: this ( is not close',
    ]);
  });
});

describe('probe points', () => {
  it('what matches nothing', () => {
    expect(
      check(
        'probe begni, timer.foo(1), timer.s, timer.ms("1"), begin.x, process("a").mark("b"), nothing.here ? { exit() }',
      ),
    ).toEqual([
      '1:7-12 error probe-point-mismatch: Probe point mismatch: nothing matches begni; begni is not known here. Similar: begin.',
      '1:20-23 error probe-point-mismatch: Probe point mismatch: nothing matches timer.foo(1); foo is not known here.',
      '1:34-35 error probe-point-mismatch: Probe point mismatch: s takes another argument here: s(number).',
      '1:43-45 error probe-point-mismatch: Probe point mismatch: ms takes another argument here: ms(number).',
      '1:58-59 error probe-point-mismatch: Invalid suffix for the probe point: x cannot follow here.',
    ]);
  });

  it('intervals, conditions and target variables', () => {
    expect(
      check('global on\nprobe timer.ms(0) if (on && x), end { on = 1 print($arg1, @defined($arg2)) print(@entry(1)) }'),
    ).toEqual([
      '2:16-17 error timer-interval: The interval of timer.ms is from 1 to 86400000.',
      '2:29-30 error condition-variable: The condition of a probe point reads globals only; x is none.',
      '2:52-57 error unresolved-target: Unresolved target variable $arg1: there are none in this probe, which has no place in a program.',
      '2:82-88 error entry: @entry has a meaning in .return probes only.',
    ]);
  });

  it('variables of aliases reach the handler, with their types', () => {
    expect(
      check(
        'probe a = begin { v = 1 w = "x" }\nprobe b = a { u = w }\nprobe b { print(u . "", w . "", v . "") print(z) }',
      ),
    ).toEqual([
      '3:33-34 error type-mismatch: Type mismatch: v is a long, and a string is wanted here.',
      '3:47-48 error unresolved-type: Unresolved type: z is never assigned.',
    ]);
    expect(check('probe syscall.open { print(filename . "", flags + 1) }')).toEqual([]);
  });

  it('an alias for itself', () => {
    expect(check('probe a = b { } probe b = a { } probe a { exit() }').map((line) => line.slice(0, 60))).toEqual([
      '1:7-8 error alias-loop: This alias stands for itself: its ex',
      '1:23-24 error alias-loop: This alias stands for itself: its ',
    ]);
  });

  it('references to markers', () => {
    const text =
      'probe process("/usr/bin/python3").library("libpython3.so").provider("python").mark("gc__*")? if (x) { f($arg1, user_string($arg2)) }';
    const [reference] = analyzeStap(parseStap(text)).probes;
    const at = (span: { start: number; end: number } | undefined): string => text.slice(span?.start, span?.end);
    expect(reference).toMatchObject({ optional: true, hasPredicate: true, marker: { pattern: 'gc__*' } });
    expect(
      [reference?.executable, reference?.library, reference?.provider, reference?.marker].map((part) => at(part?.span)),
    ).toEqual(['/usr/bin/python3', 'libpython3.so', 'python', 'gc__*']);
    expect(reference?.arguments.map(({ index, span, wrapper }) => `${index} ${at(span)} ${wrapper ?? ''}`)).toEqual([
      '0 $arg1 f',
      '1 $arg2 user_string',
    ]);
  });
});

describe('libraries', () => {
  const uri = 'file:///w/tapset/lib.stp';
  const macros = macrosOf([
    parseStap('@define twice(x) %( (@x + @x) %)', { role: 'macros', uri: 'file:///w/tapset/m.stpm' }),
  ]);
  const library = prepareLibrary([
    parseStap(
      'global level = 1\nfunction pick(n) { if (n) return "a"; return "b" }\nprobe lib.start = begin { who = execname() }',
      { role: 'tapset', uri },
    ),
  ]);

  it('functions, aliases, globals and macros of tapsets, with their inferred types', () => {
    const model = analyzeStap(
      parseStap('probe lib.start { print(who + 1, pick(level) + 1, @twice(2), pick("x")) }', { macros }),
      { library },
    );
    expect(lines(model)).toEqual([
      '1:25-28 error type-mismatch: Type mismatch: who is a string, and a long is wanted here.',
      '1:34-45 error type-mismatch: Type mismatch: this is a string, and a long is wanted here.',
      '1:67-70 error type-mismatch: Type mismatch: this is a string, and a long is wanted here.',
    ]);
    const found = model.occurrences.map(
      ({ span, symbol, role }) => `${model.text.slice(span.start, span.end)} ${role} ${symbol.uri ?? 'here'}`,
    );
    expect(found).toContain(`pick call ${uri}`);
    expect(found).toContain(`lib.start call ${uri}`);
    expect(found).toContain('twice call file:///w/tapset/m.stpm');
  });

  it('roles by name', () => {
    expect(['file:///a/b.stp', 'file:///a/tapset/b.stp', 'file:///a/tapset/b.stpm'].map(roleOf)).toEqual([
      'script',
      'tapset',
      'macros',
    ]);
  });
});

describe('macros in the document', () => {
  it('occurrences in bodies and arguments stand where the characters are', () => {
    const text = '@define add(n) %( total += @n %)\nglobal total\nprobe begin { amount = 2 @add(amount) print(total) }';
    const model = analyzeStap(parseStap(text));
    expect(lines(model)).toEqual([]);
    const found = model.occurrences.map(
      ({ span, symbol, role }) => `${span.start} ${text.slice(span.start, span.end)} ${symbol.kind} ${role}`,
    );
    expect(found).toEqual([
      '8 add macro definition',
      '12 n macroParameter definition',
      '18 total variable write',
      '28 n macroParameter read',
      '40 total variable definition',
      '60 amount variable definition',
      '72 add macro call',
      '76 amount variable read',
      '90 total variable read',
    ]);
  });
});
