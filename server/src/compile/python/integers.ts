// How a number of unknown size becomes one within its type's range, and what is known not to need it.
import type { Expression, IrType } from '../ir.ts';

export type IntegerType = Extract<IrType, { kind: 'int' }>;

/** Wraps Python source that gives any integer into the type's range. */
export function wrapped(type: IrType, source: string): string {
  if (type.kind !== 'int') return `((${source}) & U64)`;
  return type.signed
    ? `s${type.bits}(${source})`
    : `((${source}) & 0x${((1n << BigInt(type.bits)) - 1n).toString(16)})`;
}

/** The smallest and largest value of a type. */
function range(type: IrType): readonly [bigint, bigint] {
  if (type.kind !== 'int') return [0n, (1n << 64n) - 1n];
  const bits = BigInt(type.bits);
  return type.signed ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
}

/** Whether every value of `from` is a value of `to`. */
export function fits(from: IrType, to: IrType): boolean {
  const [low, high] = range(from);
  const [least, most] = range(to);
  return low >= least && high <= most;
}

/** The range in which an expression's value must lie, where that is narrower than its type. */
export function bounds(expression: Expression): readonly [bigint, bigint] {
  if (expression.kind === 'integer') return [expression.value, expression.value];
  if (expression.kind === 'cast') {
    const inner = bounds(expression.operand);
    const outer = range(expression.type);
    return inner[0] >= outer[0] && inner[1] <= outer[1] ? inner : outer;
  }
  if (expression.kind === 'binary' && /^([=!<>]=?|and|or|xor)$/.test(expression.operator)) return [0n, 1n];
  if (expression.kind === 'unary' && expression.operator === 'not') return [0n, 1n];
  return range(expression.type);
}

/** Whether `+`, `-` or `*` on these operands can leave the type. */
export function overflows(operator: string, left: Expression, right: Expression, type: IrType): boolean {
  const [a, b] = bounds(left);
  const [c, d] = bounds(right);
  const [least, most] = range(type);
  const results = operator === '+' ? [a + c, b + d] : operator === '-' ? [a - d, b - c] : [a * c, a * d, b * c, b * d];
  return results.some((value) => value < least || value > most);
}
