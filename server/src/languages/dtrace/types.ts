// D's types and C's rules about them, as the D compiler applies them: promotions, compatibility, sizes (LP64).
// A type that can't be known without the traced kernel is `unknown`; whatever touches it is accepted.
import type { DFunction } from '../../catalogue/index.ts';

export interface IntegerType {
  readonly kind: 'integer';
  readonly name: string;
  readonly size: number;
  readonly signed: boolean;
  /** `char` and `signed char`: pointers to them and arrays of them are strings. */
  readonly character: boolean;
  /** The width of a bit-field. */
  readonly bits?: number;
}
export interface FloatType {
  readonly kind: 'float';
  readonly name: string;
  readonly size: number;
}
export interface PointerType {
  readonly kind: 'pointer';
  readonly to: DType;
}
export interface ArrayType {
  readonly kind: 'array';
  readonly of: DType;
  readonly length: number;
}
export interface StructMember {
  readonly name: string;
  readonly type: DType;
  /** In bits. */
  readonly offset: number;
}
export interface StructType {
  readonly kind: 'struct';
  readonly keyword: 'struct' | 'union';
  readonly tag: string;
  /** Absent: only a tag is known. */
  members?: ReadonlyMap<string, StructMember>;
  size: number;
  align: number;
  /** A tag that a library or kernel may define: its members can't be known. */
  foreign: boolean;
}
export interface EnumType {
  readonly kind: 'enum';
  readonly tag: string;
  values?: ReadonlyMap<string, bigint>;
  foreign: boolean;
}
export interface TypedefType {
  readonly kind: 'typedef';
  readonly name: string;
  readonly type: DType;
}
/** What an operator can't look into: aggregations, associative arrays, translated data. */
export interface DynamicType {
  readonly kind: 'dynamic';
  readonly what: 'aggregation' | 'array' | 'translated' | 'aggregating function' | 'translator';
  /** Translated data: what the translator makes, and whether it is reached through a pointer. */
  readonly translator?: Translator;
  readonly pointer?: boolean;
}
export interface Translator {
  readonly output: DType;
  readonly input: DType;
  /** The members that it converts. */
  readonly members: ReadonlySet<string>;
}
export type DType =
  | IntegerType
  | FloatType
  | PointerType
  | ArrayType
  | StructType
  | EnumType
  | TypedefType
  | DynamicType
  | { readonly kind: 'void' }
  | { readonly kind: 'string' }
  | { readonly kind: 'stack' }
  | { readonly kind: 'symaddr' }
  | { readonly kind: 'usymaddr' }
  | { readonly kind: 'function' }
  | { readonly kind: 'unknown'; readonly name?: string };

function integer(name: string, size: number, signed: boolean): IntegerType {
  return { kind: 'integer', name, size, signed, character: size === 1 && signed };
}

/** Types that every program has. */
export const T0 = {
  void: { kind: 'void' } as DType,
  string: { kind: 'string' } as DType,
  stack: { kind: 'stack' } as DType,
  symaddr: { kind: 'symaddr' } as DType,
  usymaddr: { kind: 'usymaddr' } as DType,
  function: { kind: 'function' } as DType,
  unknown: { kind: 'unknown' } as DType,
  aggregation: { kind: 'dynamic', what: 'aggregation' } as DType,
  array: { kind: 'dynamic', what: 'array' } as DType,
  char: integer('char', 1, true),
  short: integer('short', 2, true),
  int: integer('int', 4, true),
  unsignedInt: integer('unsigned int', 4, false),
  long: integer('long', 8, true),
  unsignedLong: integer('unsigned long', 8, false),
  longLong: integer('long long', 8, true),
  unsignedLongLong: integer('unsigned long long', 8, false),
};

/** C's integer types by their canonical names. */
export const integerTypes: ReadonlyMap<string, DType> = new Map<string, DType>([
  ['char', T0.char],
  ['signed char', integer('signed char', 1, true)],
  ['unsigned char', integer('unsigned char', 1, false)],
  ['short', T0.short],
  ['signed short', integer('signed short', 2, true)],
  ['unsigned short', integer('unsigned short', 2, false)],
  ['int', T0.int],
  ['signed int', integer('signed int', 4, true)],
  ['signed', integer('signed', 4, true)],
  ['unsigned int', T0.unsignedInt],
  ['unsigned', integer('unsigned', 4, false)],
  ['long', T0.long],
  ['signed long', integer('signed long', 8, true)],
  ['unsigned long', T0.unsignedLong],
  ['long long', T0.longLong],
  ['signed long long', integer('signed long long', 8, true)],
  ['unsigned long long', T0.unsignedLongLong],
  ['_Bool', { kind: 'integer', name: '_Bool', size: 1, signed: false, character: false }],
]);

export const floatTypes: ReadonlyMap<string, DType> = new Map<string, DType>([
  ['float', { kind: 'float', name: 'float', size: 4 }],
  ['double', { kind: 'float', name: 'double', size: 8 }],
  ['long double', { kind: 'float', name: 'long double', size: 16 }],
]);

/** The types that an integer constant may have, in order, with the largest value of each. */
export const constantTypes: readonly (readonly [DType, bigint])[] = [
  [T0.int, 0x7fffffffn],
  [T0.unsignedInt, 0xffffffffn],
  [T0.long, 0x7fffffffffffffffn],
  [T0.unsignedLong, 0xffffffffffffffffn],
  [T0.longLong, 0x7fffffffffffffffn],
  [T0.unsignedLongLong, 0xffffffffffffffffn],
];

export function resolve(type: DType): DType {
  let resolved = type;
  while (resolved.kind === 'typedef') resolved = resolved.type;
  return resolved;
}

export function isUnknown(type: DType): boolean {
  return resolve(type).kind === 'unknown';
}

export function isInteger(type: DType): boolean {
  const { kind } = resolve(type);
  return kind === 'integer' || kind === 'enum';
}

export function isScalar(type: DType): boolean {
  const { kind } = resolve(type);
  return kind === 'integer' || kind === 'enum' || kind === 'pointer';
}

/** A pointer or an array, but no string. */
export function isPointer(type: DType): boolean {
  const { kind } = resolve(type);
  return kind === 'pointer' || kind === 'array';
}

export function isString(type: DType): boolean {
  return resolve(type).kind === 'string';
}

export function isVoid(type: DType): boolean {
  return resolve(type).kind === 'void';
}

export function isDynamic(type: DType): boolean {
  return type.kind === 'dynamic';
}

/** `void *` and pointers to functions: nothing can be added to them. */
export function isVoidOrFunctionPointer(type: DType): boolean {
  const pointer = resolve(type);
  if (pointer.kind !== 'pointer') return false;
  const { kind } = resolve(pointer.to);
  return kind === 'void' || kind === 'function';
}

/** A string, a `char *` or a `char []`. */
export function isStringLike(type: DType): boolean {
  const resolved = resolve(type);
  if (resolved.kind === 'string') return true;
  const inner = resolved.kind === 'pointer' ? resolved.to : resolved.kind === 'array' ? resolved.of : undefined;
  if (!inner) return false;
  const element = resolve(inner);
  return element.kind === 'integer' && element.character && element.bits === undefined;
}

/** What a pointer points to, or an array holds. */
export function elementOf(type: DType): DType | undefined {
  const resolved = resolve(type);
  if (resolved.kind === 'pointer') return resolved.to;
  return resolved.kind === 'array' ? resolved.of : undefined;
}

export function isSigned(type: DType): boolean {
  const resolved = resolve(type);
  return resolved.kind === 'integer' && resolved.signed;
}

export function sizeOf(type: DType): number {
  const resolved = resolve(type);
  switch (resolved.kind) {
    case 'integer':
    case 'float':
    case 'struct':
      return resolved.size;
    case 'enum':
      return 4;
    case 'pointer':
    case 'symaddr':
      return 8;
    case 'usymaddr':
      return 16;
    case 'array':
      return resolved.length * sizeOf(resolved.of);
    case 'string':
      return 256;
    default:
      return 0;
  }
}

export function alignOf(type: DType): number {
  const resolved = resolve(type);
  if (resolved.kind === 'array') return alignOf(resolved.of);
  if (resolved.kind === 'struct') return resolved.align;
  return Math.max(1, Math.min(8, sizeOf(resolved)));
}

/** C's usual arithmetic conversions as D has them: the wider type wins, unsigned at the same width. */
export function promote(left: DType, right: DType): DType {
  const rank = (type: DType): number => {
    const resolved = resolve(type);
    if (resolved.kind !== 'integer') return 32;
    return (resolved.bits ?? resolved.size * 8) + (resolved.signed ? 0 : 1);
  };
  const asInteger = (type: DType): DType => (resolve(type).kind === 'enum' ? T0.int : type);
  return rank(left) >= rank(right) ? asInteger(left) : asInteger(right);
}

/** Whether two types are the same for C's purposes: names of typedefs don't matter, tags do. */
export function compatible(left: DType, right: DType): boolean {
  const a = resolve(left);
  const b = resolve(right);
  if (a === b || a.kind === 'unknown' || b.kind === 'unknown') return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'integer':
      return b.kind === 'integer' && a.size === b.size && a.signed === b.signed && a.bits === b.bits;
    case 'float':
      return b.kind === 'float' && a.size === b.size;
    case 'pointer':
      return b.kind === 'pointer' && compatible(a.to, b.to);
    case 'array':
      return b.kind === 'array' && a.length === b.length && compatible(a.of, b.of);
    case 'struct':
      if (a.foreign || (b.kind === 'struct' && b.foreign)) return b.kind === 'struct' && a.tag === b.tag;
      return b.kind === 'struct' && a.keyword === b.keyword && a.tag === b.tag && a.size === b.size;
    case 'enum':
      return b.kind === 'enum' && a.tag === b.tag && a.tag !== '';
    case 'dynamic':
      return false;
    default:
      return true;
  }
}

/** `struct s` and the typedefs of it are written alike; only then are two types the same. */
export function sameType(left: DType, right: DType): boolean {
  if (left === right || isUnknown(left) || isUnknown(right)) return true;
  return renderType(left) === renderType(right) && (isDynamic(left) || compatible(left, right));
}

/** An operand as far as compatibility goes: its type, and its value if it is an integer constant. */
export interface Typed {
  readonly type: DType;
  readonly value?: bigint;
}

/** The type of two pointers that may meet in an operation, or undefined; the constant 0 is any pointer. */
export function pointerCompatible(left: Typed, right: Typed): DType | undefined {
  if (isUnknown(left.type) || isUnknown(right.type)) return T0.unknown;
  if (isDynamic(left.type) || isDynamic(right.type)) return undefined;
  const leftInteger = isInteger(left.type);
  const rightInteger = isInteger(right.type);
  if (leftInteger && rightInteger) return undefined;
  if (leftInteger && left.value !== 0n) return undefined;
  if (rightInteger && right.value !== 0n) return undefined;
  const a = leftInteger ? right.type : left.type;
  const b = rightInteger ? left.type : right.type;
  const aElement = stringElement(a);
  const bElement = stringElement(b);
  if (!aElement || !bElement) return undefined;
  const aVoid = isVoid(aElement);
  const bVoid = isVoid(bElement);
  if (!aVoid && !bVoid && !compatible(aElement, bElement)) return undefined;
  return bVoid ? a : b;
}

/** A string counts as an array of characters here. */
function stringElement(type: DType): DType | undefined {
  return isString(type) ? T0.char : elementOf(type);
}

/** Whether an argument fits a parameter, by the rules of assignment. */
export function argumentCompatible(parameter: Typed, argument: Typed): boolean {
  const a = resolve(parameter.type);
  const b = resolve(argument.type);
  if (a.kind === 'unknown' || b.kind === 'unknown') return true;
  if (isInteger(a) && isInteger(b)) return true;
  if (isStringLike(a) && isStringLike(b)) return true;
  if (a.kind === 'stack' || a.kind === 'symaddr' || a.kind === 'usymaddr') return a.kind === b.kind;
  if (a.kind === 'function' || a.kind === 'struct') return compatible(a, b);
  return pointerCompatible(parameter, argument) !== undefined;
}

/** A type in D's notation. */
export function renderType(type: DType): string {
  switch (type.kind) {
    case 'integer':
    case 'float':
    case 'typedef':
      return type.name;
    case 'struct':
      return type.tag === '' ? type.keyword : `${type.keyword} ${type.tag}`;
    case 'enum':
      return type.tag === '' ? 'enum' : `enum ${type.tag}`;
    case 'pointer': {
      if (resolve(type.to).kind === 'function') return 'function pointer';
      const inner = renderType(type.to);
      return inner.endsWith('*') ? `${inner}*` : `${inner} *`;
    }
    case 'array':
      return `${renderType(type.of)} [${type.length}]`;
    case 'dynamic':
      if (type.what !== 'translated') return type.what === 'array' ? 'associative array' : type.what;
      return type.translator
        ? `${renderType(type.translator.output)}${type.pointer === true ? ' *' : ''}`
        : 'translated data';
    case 'symaddr':
      return '_symaddr';
    case 'usymaddr':
      return '_usymaddr';
    case 'unknown':
      return type.name ?? 'unknown';
    default:
      return type.kind;
  }
}

/** A built-in function with its parameters' types. */
export interface Signature {
  readonly facts: DFunction;
  readonly result: DType;
  /** Absent for a parameter that takes anything. */
  readonly parameters: readonly (DType | undefined)[];
}
