// What is wrong with the CPython probes of D scripts, on the interpreters that a machine may have.
import { describe, expect, it } from 'vitest';
import type { Platform } from '../../../server/src/catalogue/index.ts';
import { cpythonDiagnostics } from '../../../server/src/services/cpython/diagnostics.ts';
import type { InterpreterFacts } from '../../../server/src/services/language.ts';
import { python311, python312, python313, python315 } from '../../support/interpreterFacts.ts';
import { fixed, modelOfD, shown } from '../../support/scripts.ts';

function find(text: string, interpreters: readonly InterpreterFacts[] = [python311], platform: Platform = 'linux') {
  return cpythonDiagnostics(modelOfD(text, platform), { platform, interpreters });
}

/** Codes with the text that they stand at, and the text after the first fix of each. */
function codes(text: string, interpreters?: readonly InterpreterFacts[], platform?: Platform): string[] {
  return find(text, interpreters, platform).map(({ code, span }) => `${code} «${text.slice(span.start, span.end)}»`);
}

const gc = 'python$target:::gc-start { trace(arg0); }';

it('has nothing to say about a good script, or one for other programs', () => {
  expect(codes(gc)).toEqual([]);
  expect(codes('mysql$target:::query-start { trace(arg9); } syscall::open:entry { @[timestamp] = count(); }')).toEqual(
    [],
  );
  expect(codes('')).toEqual([]);
});

describe('a probe that is not there', () => {
  it('names the versions, the manual, and what to do', () => {
    const text = 'python$target:::function-entry { trace(copyinstr(arg1)); }';
    expect(shown(text, find(text, [python313, python311]))).toEqual([
      'warning cpython/missing-probe «function-entry» python3.13 does not contain function-entry. The manual of 3.13 describes function-entry, but it is only in CPython 3.6 to 3.11 and from 3.15. Trace /usr/bin/python3.11, which has it, or use what needs none: `cpython-probes hits` counts lines and calls without probes.',
    ]);
  });

  it('is told apart from an interpreter without any', () => {
    expect(shown(gc, find(gc, [python312]))).toEqual([
      'warning cpython/no-probes «python» python3.12 contains no probes: it was not built `--with-dtrace`. gc-start is in CPython from 3.6. Use what needs none: `cpython-probes hits` counts lines and calls without probes.',
    ]);
  });

  it.each([
    ['python$target:::*-entry { trace(0); }', [python313], ['cpython/missing-probe «*-entry»']],
    ['python$target:::gc-* { trace(0); }', [python313], []],
    ['python$target:::line /arg2 == 1/ { trace(0); }', [python315], ['cpython/missing-probe «line»']],
    ['python4711:::line /arg2 == 1/ { trace(0); }', [python315], []],
    ['python$target:::line /arg2 == 1/ { trace(0); }', [], []],
  ])('%s', (text, interpreters, expected) => expect(codes(text, interpreters)).toEqual(expected));
});

describe('names', () => {
  it('are spelled with - in D', () => {
    const text = 'python$target:::function__return { trace(copyinstr(arg0)); }';
    const found = find(text);
    expect(shown(text, found)).toEqual([
      'warning cpython/spelling «function__return» function__return matches nothing: DTrace writes `-` in the names of probes where the other writes `__`. Use function-return.',
    ]);
    expect(found.map((each) => fixed(text, each))).toEqual([
      'python$target:::function-return { trace(copyinstr(arg0)); }',
    ]);
  });

  it.each([
    ['gcstart', 'gc-start'],
    ['function-enter', 'function-entry'],
    ['lines', 'line'],
    ['import-find-load-begin', 'import-find-load-start'],
    ['xyzzy', undefined],
  ])('%s is unknown; %s may be meant', (name, meant) => {
    const text = `python$target:::${name} { trace(0); }`;
    const [first] = find(text, []);
    expect(first?.code).toBe('cpython/unknown-probe');
    expect(first?.fixes?.map((fix) => fix.title)).toEqual(meant === undefined ? undefined : [`Use ${meant}`]);
  });

  it('are known if the interpreter has them, whatever they are', () => {
    const own = { ...python313, probes: [{ provider: 'python', name: 'mine', arguments: [] }] };
    expect(codes('python$target:::mine { trace(0); }', [own])).toEqual([]);
  });

  it('that are declared and never fired', () => {
    expect(codes('python$target:::instance-new-start { trace(0); }')).toEqual([
      'cpython/never-fires «instance-new-start»',
    ]);
  });
});

describe('the process', () => {
  it.each([
    ['python*:::gc-start { trace(0); }', 'linux', 'cpython/process-glob «python*»'],
    ['python*:::gc-start { trace(0); }', 'macos', undefined],
    ['python:::gc-start { trace(0); }', 'macos', 'cpython/no-process «python»'],
    ['python$target:::gc-start { trace(0); }', 'linux', undefined],
    ['python$1:::gc-start { trace($1); }', 'linux', undefined],
    ['python4711:::gc-start { trace(0); }', 'linux', undefined],
  ] as const)('%s on %s', (text, platform, expected) => {
    const found = find(text, [python311], platform);
    expect(codes(text, [python311], platform)).toEqual(expected === undefined ? [] : [expected]);
    for (const each of found) expect(fixed(text, each)).toBe('python$target:::gc-start { trace(0); }');
  });
});

describe('arguments', () => {
  const clause = (body: string, probe = 'function-return') => `python$target:::${probe} { ${body} }`;

  it.each([
    ['trace(arg0);', 'trace(copyinstr(arg0));'],
    ['@[arg1, arg2] = count();', '@[copyinstr(arg1), arg2] = count();'],
    ['printf("%s:%d", args[0], arg2);', 'printf("%s:%d", copyinstr(args[0]), arg2);'],
    ['@[copyinstr(arg0), copyinstr(arg2)] = count();', '@[copyinstr(arg0), arg2] = count();'],
    ['trace(copyinstr ( arg2 ));', 'trace(arg2);'],
  ])('%s is fixed to %s', (body, expected) => {
    const text = clause(body);
    const [first, ...rest] = find(text);
    expect(rest).toEqual([]);
    expect(first && fixed(text, first)).toBe(clause(expected));
  });

  it.each([
    'trace(copyinstr(arg0));',
    'trace(stringof(copyin(arg0, 8)));',
    'self->name = arg0;',
    'self->name = (uintptr_t)arg0; trace(arg2);',
    'uaddr(arg0);',
  ])('%s is right', (body) => expect(codes(clause(body))).toEqual([]));

  it('are counted', () => {
    const text = clause('trace(arg3); trace(args[3]); trace(arg2);');
    expect(shown(text, find(text))).toEqual([
      'warning cpython/missing-argument «arg3» function-return passes 3 arguments in python3.11; modulename comes with CPython 3.16. arg3 holds nothing meaningful.',
      'warning cpython/missing-argument «args[3]» function-return passes 3 arguments in python3.11; modulename comes with CPython 3.16. arg3 holds nothing meaningful.',
    ]);
    expect(codes(clause('trace(arg3);'), [])).toEqual(['cpython/uncopied-string «arg3»']);
    expect(codes(clause('trace(arg1);', 'gc-done'), [])).toEqual(['cpython/missing-argument «arg1»']);
  });

  it('of a Python object are no strings', () => {
    expect(codes(clause('trace(copyinstr(arg1));', 'audit'))).toEqual(['cpython/copied-number «copyinstr(arg1)»']);
  });

  it('are judged only where all probes of the clause agree', () => {
    expect(codes('python$target:::gc-start, python$target:::import-find-load-start { trace(arg0); }')).toEqual([]);
    expect(codes('python$target:::* { trace(arg0); trace(arg7); }')).toEqual([]);
  });
});

describe('3.11', () => {
  it('needs line beside function-entry; the fix arms it without a cost in the output', () => {
    const text = 'python$target:::function-entry { @ = count(); }\n';
    const [first] = find(text);
    expect(first?.code).toBe('cpython/needs-line');
    const better = first ? fixed(text, first) : '';
    expect(better).toBe(`${text}\npython$target:::line\n/0/\n{\n}\n`);
    expect(codes(better)).toEqual(['cpython/faulty-probe «line»']);
  });

  it('does not need it for function-return, nor does 3.15', () => {
    expect(codes('python$target:::function-return { @ = count(); }')).toEqual([]);
    expect(codes('python$target:::function-entry { @ = count(); }', [python315])).toEqual([
      'cpython/faulty-probe «function-entry»',
    ]);
  });
});

describe('habits', () => {
  it('line without a predicate', () => {
    expect(codes('python$target:::line { @[arg2] = count(); }', [])).toEqual(['cpython/frequent-probe «line»']);
    expect(codes('python$target:::line /arg2 > 3/ { @[arg2] = count(); }', [])).toEqual([]);
  });

  it.each([
    ['@[timestamp] = count();', ['cpython/unbounded-keys «timestamp»']],
    ['@a[execname, walltimestamp] = sum(1);', ['cpython/unbounded-keys «walltimestamp»']],
    ['@[walltimestamp / 1000000000] = count();', []],
    ['@["timestamp"] = count(); /* @[timestamp] = count(); */', []],
    ['@[pid] = sum(timestamp - self->start);', []],
  ])('%s', (body, expected) => expect(codes(`python$target:::gc-done { ${body} }`)).toEqual(expected));
});
