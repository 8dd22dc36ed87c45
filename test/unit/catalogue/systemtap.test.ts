import { describe, expect, it } from 'vitest';
import {
  stapAlias,
  stapAliasNames,
  stapComponentDoc,
  stapConversions,
  stapFunctions,
  stapLanguage,
  stapMacros,
  stapPointTree,
  stapPoints,
  type StapVariable,
} from '../../../server/src/catalogue/index.ts';

const list = (variables: readonly StapVariable[] | undefined) =>
  variables?.map((each) => `${each.name}:${each.type}`).join(' ');

const overloads = (name: string) =>
  (stapFunctions().get(name) ?? []).map(
    (each) =>
      `${name}(${each.parameters.map((p) => `${p.name}:${p.type}`).join(', ')})${each.result ? `:${each.result}` : ''}`,
  );

it.each([
  ['user_string', ['user_string(addr:long):string', 'user_string(addr:long, err_msg:string):string']],
  ['exit', ['exit()']],
  ['pid', ['pid():long']],
  ['no_such_function', []],
])('function %s', (name, expected) => expect(overloads(name)).toEqual(expected));

it('describes what a script for CPython uses', () => {
  const wanted =
    'user_string user_long thread_indent tokenize gettimeofday_us pid target execname print_ubacktrace exit substr';
  const silent = wanted.split(' ').filter((name) => !stapFunctions().get(name)?.[0]?.doc);
  expect(silent).toEqual([]);
  expect([...stapFunctions().values()].filter(([each]) => each?.doc).length).toBeGreaterThan(150);
});

it.each([
  ['python.function.entry', 'filename:string funcname:string lineno:long'],
  [
    'syscall.open',
    'argstr:string filename:string filename_unquoted:string flags:long flags_str:string mode:long name:string',
  ],
  ['nd_syscall.read.return', 'name:string retstr:string retval:long'],
  ['timer.profile', ''],
  ['__syscall.open', undefined],
])('alias %s gives %s', (name, expected) => expect(list(stapAlias(name))).toBe(expected));

describe('the tree of probe points', () => {
  const at = (...path: string[]) =>
    path.reduce<ReturnType<typeof stapPointTree> | undefined>(
      (node, each) => node?.children.get(each),
      stapPointTree(),
    );

  it('leads to markers', () => {
    expect(at('process(string)', 'mark(string)')?.complete).toBe(true);
    expect(at('process(string)', 'library(string)', 'provider(string)', 'mark(string)')?.complete).toBe(true);
    expect(at('process(string)', 'library(string)')?.complete).toBe(false);
  });

  it('joins aliases with built-in points', () => {
    expect([...(at('timer')?.children.keys() ?? [])]).toEqual(expect.arrayContaining(['ms(number)', 'profile']));
    expect(list(at('python', 'function', 'entry')?.alias)).toContain('funcname:string');
  });

  it('describes each component of the built-in points', () => {
    const words = new Set(stapPoints.flatMap((point) => point.split('.')).filter((each) => each !== ''));
    expect([...words].filter((word) => stapComponentDoc(word) === undefined)).toEqual([]);
  });
});

it('has the names of all aliases', () => expect([...stapAliasNames()].length).toBeGreaterThan(5_000));

it('knows macros, operators and conversions', () => {
  expect(stapMacros().get('choose_defined')?.parameters).toEqual(['value_if_defined', 'alternate']);
  expect(stapLanguage.filter((each) => each.kind === 'extractor').map((each) => each.name)).toEqual([
    '@count',
    '@sum',
    '@min',
    '@max',
    '@avg',
    '@variance',
    '@hist_linear',
    '@hist_log',
  ]);
  expect(stapConversions.find((each) => each.name === 's')?.accepts).toBe('string');
});
