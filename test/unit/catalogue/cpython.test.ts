import { describe, expect, it } from 'vitest';
import {
  argumentsIn,
  compareVersions,
  cpythonProbe,
  cpythonProbes,
  dtraceName,
  faultsIn,
  hasProbe,
  isDocumented,
  presence,
  type CPythonProbe,
} from '../../../server/src/catalogue/index.ts';

/** The probes of a version with their argument names, as one line each. */
function table(version: string): string[] {
  return cpythonProbes
    .filter((probe) => hasProbe(probe, version))
    .map(
      (probe) =>
        `${probe.name}(${argumentsIn(probe, version)
          .map((each) => each.name)
          .join(', ')})`,
    );
}

function named(name: string): CPythonProbe {
  const probe = cpythonProbe(name);
  if (!probe) throw new Error(`there is no probe ${name}`);
  return probe;
}

const collector = ['gc__start(generation)', 'gc__done(collected)'];
const imports = ['import__find__load__start(modulename)', 'import__find__load__done(modulename, found)'];
const functions = ['function__entry(filename, funcname, lineno)', 'function__return(filename, funcname, lineno)'];
const line = 'line(filename, funcname, lineno)';
const audit = 'audit(event, tuple)';

describe('what a build with markers contains', () => {
  it.each([
    ['3.5', []],
    ['3.6', [...functions, line, ...collector]],
    ['3.7', [...functions, line, ...collector, ...imports]],
    ['3.11.2', [...functions, line, ...collector, ...imports, audit]],
    ['3.12.1', [...collector, ...imports, audit]],
    ['3.14', [...collector, ...imports, audit]],
    ['3.15.2', [...functions, ...collector, ...imports, audit]],
    [
      '3.16',
      [
        'function__entry(filename, funcname, lineno, modulename)',
        'function__return(filename, funcname, lineno, modulename)',
        ...collector,
        ...imports,
        audit,
        'cfunction__entry(filename, funcname, lineno, modulename)',
        'cfunction__return(filename, funcname, lineno, modulename)',
      ],
    ],
  ])('%s', (version, expected) => expect(table(version)).toEqual(expected));
});

it('knows what the manual promises in vain', () => {
  const vain = (version: string) =>
    cpythonProbes
      .filter((probe) => isDocumented(probe, version) && !hasProbe(probe, version))
      .map((probe) => probe.name);
  expect(vain('3.11')).toEqual([]);
  expect(vain('3.12')).toEqual(['function__entry', 'function__return', 'line']);
  expect(vain('3.15')).toEqual(['line']);
});

it('says in words which versions have a probe', () => {
  expect(cpythonProbes.map((probe) => `${dtraceName(probe.name)}: ${presence(probe)}`).slice(0, 4)).toEqual([
    'function-entry: 3.6 to 3.11 and from 3.15',
    'function-return: 3.6 to 3.11 and from 3.15',
    'line: 3.6 to 3.11',
    'gc-start: from 3.6',
  ]);
  expect(presence(named('instance-new-start'))).toBe('no version');
});

it('knows the faults of a version', () => {
  const entry = named('function__entry');
  expect(faultsIn(entry, '3.10')).toEqual([]);
  expect(faultsIn(entry, '3.11.9').map((fault) => [fault.kind, fault.other])).toEqual([['needs', 'line']]);
  expect(faultsIn(entry, '3.15.2').map((fault) => fault.kind)).toEqual(['generators', 'line']);
});

it('compares versions as numbers', () => {
  expect(compareVersions('3.9', '3.11')).toBeLessThan(0);
  expect(compareVersions('3.11.2', '3.11')).toBe(0);
  expect(compareVersions('3.13.0rc1', '3.12.9')).toBeGreaterThan(0);
});
