// The formats of printf and printa: cut into conversions, and checked against the types of the arguments.
import { dConversions, type Platform } from '../../catalogue/index.ts';
import {
  elementOf, isInteger, isPointer, isString, isUnknown, renderType, resolve, sizeOf, type DType,
} from './types.ts'; // prettier-ignore

export interface Conversion {
  /** Its name without flags: `d`, `lld`, `%`. */
  readonly name: string;
  /** Where it stands in the format, from its percent sign on. */
  readonly start: number;
  readonly end: number;
  readonly dynamicWidth: boolean;
  readonly dynamicPrecision: boolean;
  /** `%@`: the aggregation's value. */
  readonly aggregated: boolean;
}

export interface FormatProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export interface Format {
  readonly conversions: readonly Conversion[];
  /** The first thing that makes the format unreadable; DTrace stops there. */
  readonly problem?: FormatProblem;
}

/** Cuts a format into conversions; the offsets are into the string's value. */
export function parseFormat(format: string, platform: Platform): Format {
  const known = dConversions(platform);
  const conversions: Conversion[] = [];
  let at = format.indexOf('%');
  while (at >= 0) {
    const start = at++;
    let dots = 0;
    let dynamicWidth = false;
    let dynamicPrecision = false;
    let aggregated = false;
    let size = '';
    const fail = (message: string): Format => ({
      conversions,
      problem: { start, end: Math.min(at + 1, format.length), message },
    });
    for (; ; at++) {
      const char = format.charAt(at);
      if (char === '') return fail('The format ends within a conversion; write %% for a percent sign.');
      if (char === '.') {
        if (dots++ > 0) return fail('A conversion has one precision: one dot.');
      } else if (char === '*') {
        if (dots > 0 ? dynamicPrecision : dynamicWidth)
          return fail('A conversion has one * for its width and one for its precision.');
        if (dots > 0) dynamicPrecision = true;
        else dynamicWidth = true;
      } else if (char === '$') return fail('D has no numbered arguments (%1$d); give them in order.');
      else if (char === '@') aggregated = true;
      else if (char === '%' && at > start + 1) return fail('%% takes no flags.');
      else if (/[hlLw]/.test(char)) size += size.length < 6 ? char : '';
      else if (!/[-+#0-9?' ]/.test(char)) break;
    }
    const name = size + format.charAt(at++);
    if (!known.has(name)) {
      at--;
      return fail(`There is no conversion %${name}.`);
    }
    conversions.push({ name, start, end: at, dynamicWidth, dynamicPrecision, aggregated });
    at = format.indexOf('%', at);
  }
  return { conversions };
}

const sized: Readonly<Record<string, (type: DType) => boolean>> = {
  hd: (type) => isInt(type, 2, true),
  hi: (type) => isInt(type, 2, true),
  ho: (type) => isInt(type, 2, false),
  hu: (type) => isInt(type, 2, false),
  hx: (type) => isInt(type, 2),
  hX: (type) => isInt(type, 2),
  ld: (type) => isInt(type, 8, true),
  li: (type) => isInt(type, 8, true),
  lo: (type) => isInt(type, 8, false),
  lu: (type) => isInt(type, 8, false),
  lx: (type) => isInt(type, 8),
  lX: (type) => isInt(type, 8),
  lld: (type) => isInt(type, 8, true),
  lli: (type) => isInt(type, 8, true),
  llo: (type) => isInt(type, 8, false),
  llu: (type) => isInt(type, 8, false),
  llx: (type) => isInt(type, 8),
  llX: (type) => isInt(type, 8),
  lc: (type) => isInt(type, 4, true),
  wc: (type) => isInt(type, 4, true),
};

function isInt(type: DType, size: number, signed?: boolean): boolean {
  const resolved = resolve(type);
  return resolved.kind === 'integer' && resolved.size === size && (signed === undefined || resolved.signed === signed);
}

function isCharacterArray(type: DType): boolean {
  const resolved = resolve(type);
  if (resolved.kind !== 'array') return false;
  const element = resolve(resolved.of);
  return element.kind === 'integer' && element.character;
}

/** Whether a conversion takes a value of a type. `traced`: a process is known with -c or -p. */
export function accepts(name: string, type: DType): boolean {
  if (isUnknown(type)) return true;
  const { kind } = resolve(type);
  const special = sized[name];
  if (special) return special(type);
  switch (name) {
    case 'a':
      return isPointer(type) || isInteger(type) || kind === 'symaddr';
    case 'A':
      return kind === 'usymaddr' || isPointer(type) || isInteger(type);
    case 'p':
      return isPointer(type) || isInteger(type);
    case 'c':
    case 'C':
      return isInteger(type) && sizeOf(type) <= 4;
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
      return isInteger(type);
    case 's':
    case 'S':
      return isString(type) || isCharacterArray(type);
    case 'Y':
    case 'T':
      return isInteger(type) && sizeOf(type) === 8;
    case 'k':
      return kind === 'stack';
    case 'ls':
    case 'ws': {
      const element = kind === 'array' ? elementOf(type) : undefined;
      return element !== undefined && isInt(element, 4);
    }
    default:
      return kind === 'float';
  }
}

/** What to do about a value that a conversion doesn't take. */
export function adviceFor(name: string, type: DType): string {
  if (name === 's' || name === 'S') {
    if (isPointer(type) || isInteger(type))
      return 'use stringof(…), or copyinstr(…) for a string of the traced process';
  }
  if (isString(type)) return 'use %s';
  if (resolve(type).kind === 'stack') return 'use %k';
  if (resolve(type).kind === 'symaddr') return 'use %a';
  if (resolve(type).kind === 'usymaddr') return 'use %A';
  if (isPointer(type)) return 'use %p';
  if (isInteger(type)) return 'use %d, %u or %x';
  return `${renderType(type)} can't be formatted so`;
}
