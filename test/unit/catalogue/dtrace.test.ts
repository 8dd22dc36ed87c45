import { describe, expect, it } from 'vitest';
import {
  dConversions,
  dFunctions,
  dLibrary,
  dMacros,
  dOptions,
  dTypes,
  dVariables,
  parsePrototype,
  platforms,
} from '../../../server/src/catalogue/index.ts';

/** `name(type name, [type name])` with the accepted counts behind it. */
function signature(name: string, platform: (typeof platforms)[number] = 'linux'): string {
  const found = dFunctions(platform).get(name);
  if (!found) return 'unknown';
  const parameters = found.parameters.map((each) =>
    each.optional ? `[${each.type} ${each.name}]` : `${each.type} ${each.name}`,
  );
  return `${found.kind} ${found.result} ${name}(${parameters.join(', ')}) takes ${found.minimum} to ${found.maximum ?? 'any'}`;
}

describe('functions', () => {
  it.each([
    ['copyinstr', 'linux', 'subroutine string copyinstr(uintptr_t address, [size_t maximum]) takes 1 to 2'],
    ['count', 'linux', 'aggregation void count() takes 0 to 0'],
    ['printf', 'linux', 'action void printf(string format, [@ value]) takes 1 to any'],
    ['printf', 'macos', 'action void printf(@ format, [@ value]) takes 1 to any'],
    ['normalize', 'linux', 'action void normalize(@ aggregation, uint64_t factor) takes 2 to 2'],
    ['normalize', 'illumos', 'action void normalize([@ aggregation], [@ factor]) takes 0 to any'],
    ['stack', 'linux', 'subroutine dt_stack_t stack([uint32_t frames]) takes 0 to 1'],
    ['stack', 'freebsd', 'action stack stack([@ frames]) takes 0 to any'],
    ['json', 'linux', 'unknown'],
    ['json', 'illumos', 'subroutine string json(const char * json, const char * path) takes 2 to 2'],
    [
      'lquantize',
      'linux',
      'aggregation void lquantize(@ value, int32_t lower, int32_t upper, [@ step], [@ increment]) takes 3 to any',
    ],
  ] as const)('%s on %s', (name, platform, expected) => expect(signature(name, platform)).toBe(expected));

  it('names what DTrace 2.0 on Linux refuses though the manual has it', () => {
    const refused = [...dFunctions('linux').values()].filter((each) => each.unimplemented).map((each) => each.name);
    expect(refused.sort().join(' ')).toBe('breakpoint chill ddi_pathname jstack msgdsize msgsize panic stop');
    expect(dFunctions('macos').get('stop')?.unimplemented).toBeUndefined();
  });

  it('gives every parameter of every prototype a name of ours', () => {
    const unnamed = platforms.flatMap((platform) =>
      [...dFunctions(platform).values()]
        .filter((each) => each.parameters.some((parameter) => parameter.name.startsWith('argument')))
        .map((each) => `${each.name} on ${platform}`),
    );
    expect(unnamed).toEqual([]);
  });

  it('splits prototypes', () => {
    expect(parsePrototype('void()', [])).toEqual({ result: 'void', parameters: [], minimum: 0, maximum: 0 });
  });
});

describe('variables', () => {
  it('differ by platform', () => {
    expect(dVariables('linux').get('curthread')?.type).toBe('vmlinux`struct task_struct *');
    expect(dVariables('illumos').get('curthread')?.type).toBe('genunix`kthread_t *');
    expect(dVariables('linux').has('machtimestamp')).toBe(false);
    expect(dVariables('macos').get('machtimestamp')?.type).toBe('uint64_t');
  });

  it('prefer the compiler to a library', () => {
    expect(dVariables('macos').get('cpu')?.kind).toBe('scalar');
    expect(dVariables('linux').get('cpu')?.kind).toBe('library');
  });

  it('names what DTrace 2.0 on Linux refuses', () => {
    const refused = [...dVariables('linux').values()].filter((each) => each.unimplemented).map((each) => each.name);
    expect(refused).toEqual(expect.arrayContaining(['ipl', 'vtimestamp']));
    expect(refused).toHaveLength(2);
  });
});

it('knows options with their kinds of value', () => {
  expect(dOptions('linux').get('aggsortkey')).toMatchObject({ when: 'running', value: 'flag' });
  expect(dOptions('linux').get('strsize')).toMatchObject({ value: 'size', default: '256' });
  expect(dOptions('linux').has('temporal')).toBe(false);
  expect(dOptions('illumos').has('temporal')).toBe(true);
});

it('knows conversions, macros, types and libraries', () => {
  expect(dConversions('linux').get('Y')?.accepts).toBe('int64_t');
  expect([...dMacros('linux').keys()]).toContain('target');
  expect(dMacros('linux').has('projid')).toBe(false);
  expect(dTypes.find((type) => type.name === 'uintptr_t')).toMatchObject({ kind: 'typedef', type: 'unsigned long' });
  expect(dLibrary.inlines.find((each) => each.name === 'SIGKILL')?.value).toBe(9);
  expect(dLibrary.types.find((each) => each.name === 'psinfo_t')?.members).toContainEqual(['string', 'pr_psargs']);
  expect(dLibrary.translators.map((each) => each.output)).toContain('psinfo_t');
});
