// Decides one comparison of a preprocessor conditional, `kernel_v >= "3.0"`, by stap's rules: versions compare as
// glibc's strverscmp does, `==` and `!=` accept wildcards where the left side is a fact about the machine.
import type { MacroToken, ParseOptions } from './syntax.ts';
import { T } from './tokens.ts';
import { decodeString, parseNumber } from './literals.ts';

export type ConditionResult =
  | { readonly ok: true; readonly holds: boolean }
  | { readonly ok: false; readonly token: MacroToken; readonly reason: string };

/** Stands for a present-day machine where the options say nothing. */
export const machine = {
  kernelRelease: '6.12.0-amd64',
  arch: 'x86_64',
  runtime: 'kernel',
  systemtapVersion: '5.6',
  privilege: 'stapdev',
} as const;

const no = (token: MacroToken, reason: string): ConditionResult => ({ ok: false, token, reason });
const yes = (holds: boolean): ConditionResult => ({ ok: true, holds });

export function evaluateCondition(
  left: MacroToken,
  operator: MacroToken,
  right: MacroToken,
  options: ParseOptions,
): ConditionResult {
  if (left.kind === T.identifier) return evaluateFact(left, operator, right, options);
  // Script arguments whose value nobody gave: as stap without arguments.
  const values = [argumentValue(left), argumentValue(right)] as const;
  const isNumber = [values[0]?.number !== undefined, values[1]?.number !== undefined];
  const [a, b] = values;
  if (a?.number !== undefined && b?.number !== undefined)
    return compared(operator, a.number < b.number ? -1 : a.number > b.number ? 1 : 0);
  if (a?.text !== undefined && b?.text !== undefined)
    return compared(operator, a.text < b.text ? -1 : a.text > b.text ? 1 : 0);
  if (a?.text !== undefined && isNumber[1])
    return no(right, 'Expected a string literal on the right side, as on the left.');
  if (isNumber[0] && b?.text !== undefined) return no(right, 'Expected a number on the right side, as on the left.');
  return no(
    left,
    'Expected arch, kernel_v, kernel_vr, systemtap_v, runtime, guru_mode, systemtap_privilege, CONFIG_…, or a comparison of strings or numbers.',
  );
}

function argumentValue(token: MacroToken): { readonly number?: bigint; readonly text?: string } | undefined {
  switch (token.kind) {
    case T.number:
      return { number: parseNumber(token.text) ?? 0n };
    case T.string:
      return { text: decodeString(token.text.slice(1, -1)) };
    case T.argument:
    case T.argumentCount:
      return { number: 0n };
    case T.stringArgument:
      return { text: '' };
    case T.stringArgumentCount:
      return { text: '0' };
    default:
      return undefined;
  }
}

function compared(operator: MacroToken, order: number): ConditionResult {
  switch (operator.kind) {
    case T.lessEqual:
      return yes(order <= 0);
    case T.greaterEqual:
      return yes(order >= 0);
    case T.less:
      return yes(order < 0);
    case T.greater:
      return yes(order > 0);
    case T.equal:
      return yes(order === 0);
    case T.notEqual:
      return yes(order !== 0);
    default:
      return no(operator, 'Expected a comparison: ==, !=, <, <=, > or >=.');
  }
}

function evaluateFact(
  left: MacroToken,
  operator: MacroToken,
  right: MacroToken,
  options: ParseOptions,
): ConditionResult {
  const release = options.kernelRelease ?? machine.kernelRelease;
  switch (left.text) {
    case 'kernel_v':
      return version(/^[^-]*/.exec(release)?.[0] ?? release, operator, right);
    case 'kernel_vr':
      return version(release, operator, right);
    case 'systemtap_v':
      return version(options.systemtapVersion ?? machine.systemtapVersion, operator, right);
    case 'systemtap_privilege':
      return glob(options.privilege ?? machine.privilege, operator, right, false);
    case 'arch':
      return glob(options.arch ?? machine.arch, operator, right);
    case 'runtime':
      return glob(options.runtime ?? machine.runtime, operator, right);
    case 'guru_mode': {
      if (right.kind !== T.number) return no(right, 'Expected 0 or 1.');
      const wanted = parseNumber(right.text) ?? 2n;
      if (wanted !== 0n && wanted !== 1n) return no(right, 'Expected 0 or 1.');
      if (operator.kind !== T.equal && operator.kind !== T.notEqual) return no(operator, 'Expected == or !=.');
      return compared(operator, (options.guru === true ? 1n : 0n) === wanted ? 0 : 1);
    }
  }
  if (left.text.startsWith('CONFIG_')) return config(left, operator, right, options);
  return no(
    left,
    `A conditional cannot ask for ${left.text}: it knows arch, kernel_v, kernel_vr, systemtap_v, runtime, guru_mode, systemtap_privilege and CONFIG_….`,
  );
}

function version(actual: string, operator: MacroToken, right: MacroToken): ConditionResult {
  if (right.kind !== T.string) return no(right, 'Expected a string literal.');
  const wanted = decodeString(right.text.slice(1, -1));
  if (/[*?[]/.test(wanted)) {
    if (operator.kind !== T.equal && operator.kind !== T.notEqual) return no(operator, 'A wildcard needs == or !=.');
    return yes(matchesGlob(actual, wanted) === (operator.kind === T.equal));
  }
  return compared(operator, compareVersions(actual, wanted));
}

function glob(actual: string, operator: MacroToken, right: MacroToken, wildcards = true): ConditionResult {
  if (right.kind !== T.string) return no(right, 'Expected a string literal.');
  if (operator.kind !== T.equal && operator.kind !== T.notEqual) return no(operator, 'Expected == or !=.');
  const wanted = decodeString(right.text.slice(1, -1));
  const same = wildcards ? matchesGlob(actual, wanted) : actual === wanted;
  return yes(same === (operator.kind === T.equal));
}

function config(left: MacroToken, operator: MacroToken, right: MacroToken, options: ParseOptions): ConditionResult {
  const value = (name: string): string => options.config?.get(name) ?? '';
  if (right.kind === T.string) return glob(value(left.text), operator, right);
  if (right.kind === T.number) {
    const number = parseNumber(value(left.text) || '0') ?? 0n;
    const wanted = parseNumber(right.text) ?? 0n;
    return compared(operator, number < wanted ? -1 : number > wanted ? 1 : 0);
  }
  if (right.kind === T.identifier && right.text.startsWith('CONFIG_')) {
    const [a, b] = [value(left.text), value(right.text)];
    return compared(operator, a < b ? -1 : a > b ? 1 : 0);
  }
  return no(right, 'Expected a string, a number or another CONFIG_… on the right side.');
}

/** fnmatch without escapes: `*`, `?` and `[…]`. */
export function matchesGlob(text: string, pattern: string): boolean {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    if (character === '*') source += '[^]*';
    else if (character === '?') source += '[^]';
    else if (character === '[') {
      const close = pattern.indexOf(']', i + 2);
      if (close < 0) source += '\\[';
      else {
        const inner = pattern.slice(i + 1, close).replace(/[\\\]]/g, '\\$&');
        source += `[${inner.startsWith('!') ? `^${inner.slice(1)}` : inner}]`;
        i = close;
      }
    } else source += character.replace(/[\\^$.|+(){}\]/]/, '\\$&');
  }
  try {
    return new RegExp(`^(?:${source})$`).test(text);
  } catch {
    return text === pattern;
  }
}

/** glibc's strverscmp: digit runs compare as numbers, those with leading zeros as fractions. Below, at or above 0. */
export function compareVersions(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  if (at === a.length && at === b.length) return 0;
  const isDigit = (text: string, index: number): boolean => /\d/.test(text[index] ?? '');
  let start = at;
  while (start > 0 && isDigit(a, start - 1)) start--;
  const digitsA = /^\d*/.exec(a.slice(start))?.[0] ?? '';
  const digitsB = /^\d*/.exec(b.slice(start))?.[0] ?? '';
  const plain = a.slice(at) < b.slice(at) ? -1 : 1;
  if (digitsA === '' || digitsB === '') return plain;
  const isFraction = digitsA.startsWith('0') || digitsB.startsWith('0');
  if (isFraction) {
    const zeros = (digits: string): number => /^0*/.exec(digits)?.[0].length ?? 0;
    const [zerosA, zerosB] = [zeros(digitsA), zeros(digitsB)];
    if (zerosA !== zerosB && at - start <= Math.min(zerosA, zerosB)) {
      // More leading zeros are less; a bare zero is more than a fraction that begins with zeros.
      if (digitsA.length === zerosA && digitsB.length === zerosB) return zerosA > zerosB ? -1 : 1;
      return zerosA > zerosB ? -1 : 1;
    }
    return plain;
  }
  if (digitsA.length !== digitsB.length) return digitsA.length < digitsB.length ? -1 : 1;
  return plain;
}
