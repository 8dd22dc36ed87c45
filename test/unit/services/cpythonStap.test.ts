// What is wrong with the CPython probes of SystemTap scripts, on the interpreters that a machine may have.
import { describe, expect, it } from 'vitest';
import { cpythonDiagnostics } from '../../../server/src/services/cpython/diagnostics.ts';
import type { InterpreterFacts } from '../../../server/src/services/language.ts';
import { python311, python312, python313, python315 } from '../../support/interpreterFacts.ts';
import { fixed, modelOfStap, shown } from '../../support/scripts.ts';

function find(text: string, interpreters: readonly InterpreterFacts[] = [python311]) {
  return cpythonDiagnostics(modelOfStap(text), { platform: 'linux', interpreters });
}

function codes(text: string, interpreters?: readonly InterpreterFacts[]): string[] {
  return find(text, interpreters).map(({ code, span }) => `${code} «${text.slice(span.start, span.end)}»`);
}

/** A probe on a marker of a program. */
const on = (marker: string, body: string, program = '/usr/bin/python3.11', more = '') =>
  `probe process("${program}")${more}.mark("${marker}") { ${body} }\n`;

it('has nothing to say about a good script, or one for other programs', () => {
  expect(codes(on('gc__done', 'println($arg1)'))).toEqual([]);
  expect(codes(on('query__start', 'println($arg7)', '/usr/sbin/mysqld'))).toEqual([]);
  expect(codes('probe syscall.open { println(filename) }')).toEqual([]);
});

describe('the manual’s example', () => {
  const text = on(
    'function__entry',
    'filename = user_string($arg1); funcname = user_string($arg2); lineno = $arg3; frameptr = $arg4',
    'python',
  );

  it('walks into its traps', () => {
    expect(shown(text, find(text, [python313, python311]))).toEqual([
      'warning cpython/program-path «python» "python" is no path: stap takes the first one on its own PATH, which is root\'s as a rule, and finds no probe if that is a launcher. Name the interpreter, such as /opt/bin/python3.13.',
      'warning cpython/missing-probe «function__entry» python3.13 does not contain function__entry. The manual of 3.13 describes function__entry, but it is only in CPython 3.6 to 3.11 and from 3.15. Trace /usr/bin/python3.11, which has it, or use what needs none: `cpython-probes hits` counts lines and calls without probes.',
      'error cpython/missing-argument «$arg4» function__entry passes 3 arguments in python3.13; modulename comes with CPython 3.16. stap refuses it.',
    ]);
  });

  it('is led to an interpreter that has the probe', () => {
    const [program, missing] = find(text, [python313, python311]);
    expect(program?.fixes?.map((fix) => fix.title)).toEqual(['Use /opt/bin/python3.13', 'Use /usr/bin/python3.11']);
    expect(missing && fixed(text, missing)).toContain('process("/usr/bin/python3.11")');
  });
});

describe('the interpreter', () => {
  it('is the one that the script names, by any of its paths', () => {
    expect(codes(on('line', 'if ($arg3) next'), [python313, python311])).toEqual(['cpython/faulty-probe «line»']);
    expect(codes(on('line', 'if ($arg3) next', '/usr/bin/python3'), [python313, python311])).toEqual([
      'cpython/faulty-probe «line»',
    ]);
    expect(codes(on('line', 'if ($arg3) next', '/opt/bin/python3.13'), [python311, python313])).toEqual([
      'cpython/missing-probe «line»',
    ]);
    expect(codes(on('line', 'if ($arg3) next', '/somewhere/else/python3'), [python313])).toEqual([]);
  });

  it('without probes is named', () => {
    expect(codes(on('gc__start', 'println($arg1)', python312.path), [python312])).toEqual([
      `cpython/no-probes «${python312.path}»`,
    ]);
  });

  it('of a shared build needs .library', () => {
    const text = on('gc__start', 'println($arg1)', python315.path);
    const [first, ...rest] = find(text, [python315]);
    expect([first?.code, rest]).toEqual(['cpython/library', []]);
    expect(first && fixed(text, first)).toBe(
      on('gc__start', 'println($arg1)', python315.path, '.library("/opt/lib/libpython3.15.so.1.0")'),
    );
    expect(
      codes(on('gc__start', 'println($arg1)', python315.path, '.library("/opt/lib/libpython3.15.so.1.0")'), [
        python315,
      ]),
    ).toEqual([]);
  });

  it('that is one program must not have .library', () => {
    const text = on('gc__start', 'println($arg1)', python311.path, '.library("libpython3.11.so.1.0")');
    const [first] = find(text, [python311]);
    expect(first && fixed(text, first)).toBe(on('gc__start', 'println($arg1)'));
  });
});

describe('names', () => {
  it('are spelled with __ in SystemTap', () => {
    const text = on('gc-start', 'println($arg1)');
    const [first] = find(text);
    expect(first?.code).toBe('cpython/spelling');
    expect(first && fixed(text, first)).toBe(on('gc__start', 'println($arg1)'));
  });

  it.each([
    ['function_entry', 'function__entry'],
    ['import__load__start', 'import__find__load__start'],
  ])('%s may mean %s', (name, meant) => {
    expect(find(on(name, 'next')).map((each) => each.fixes?.[0]?.title)).toEqual([`Use ${meant}`]);
  });

  it('through a provider', () => {
    expect(codes('probe process("/usr/bin/python3.11").provider("python").mark("nope") { next }')).toEqual([
      'cpython/unknown-probe «nope»',
    ]);
    expect(codes('probe process("/usr/bin/python3.11").provider("other").mark("nope") { next }')).toEqual([]);
  });
});

describe('arguments', () => {
  it.each([
    ['println($arg1)', 'println(user_string($arg1))'],
    ['calls[$arg2] <<< 1', 'calls[user_string($arg2)] <<< 1'],
    ['println(user_string($arg3))', 'println($arg3)'],
    ['println(user_string_n($arg3, 10))', undefined],
  ])('%s', (body, expected) => {
    const text = `global calls\n${on('function__return', body)}`;
    const found = find(text);
    expect(found).toHaveLength(1);
    expect(found[0]?.fixes?.length ? fixed(text, found[0]) : undefined).toBe(
      expected === undefined ? undefined : `global calls\n${on('function__return', expected)}`,
    );
  });

  it.each([
    'println(user_string($arg1))',
    'println(user_string2($arg1, "?"))',
    'println(user_string_n($arg2, 20))',
    'x = $arg1; println(user_string(x))',
    'println($$parms)',
  ])('%s is right', (body) => expect(codes(on('function__return', body))).toEqual([]));
});

describe('habits', () => {
  it('3.11 needs line beside function__entry', () => {
    const text = on('function__entry', 'println(user_string($arg2))');
    const [first, ...rest] = find(text);
    expect([first?.code, rest]).toEqual(['cpython/needs-line', []]);
    const better = first ? fixed(text, first) : '';
    expect(better).toBe(`${text}\nprobe process("/usr/bin/python3.11").mark("line")\n{\n\tnext\n}\n`);
    expect(codes(better)).toEqual(['cpython/faulty-probe «line»']);
  });

  it.each([
    [on('line', 'n[$arg3] <<< 1'), ['cpython/frequent-probe «line»']],
    ['probe process("/usr/bin/python3.11").mark("line") if (on) { n[$arg3] <<< 1 }', []],
    [on('line', 'if (user_string($arg1) != "/app.py") next; n[$arg3] <<< 1'), []],
  ])('line: %s', (text, expected) => {
    expect(codes(`global n, on\n${text}`, [{ ...python311, version: '' }])).toEqual(expected);
  });

  it.each([
    ['n[gettimeofday_us()] <<< 1', ['cpython/unbounded-keys «gettimeofday_us()»']],
    ['n[tid(), local_clock_ns()] = 1', ['cpython/unbounded-keys «local_clock_ns()»']],
    ['n[gettimeofday_s() / 60] <<< 1', []],
    ['n[tid()] = gettimeofday_us() # n[gettimeofday_us()] <<< 1', []],
  ])('keys: %s', (body, expected) => expect(codes(`global n\n${on('gc__done', `${body}\n`)}`)).toEqual(expected));
});
