// What the lowering of a D program carries along: the analysis, what has been lowered so far, and the refusals.
import type { Span } from '../../base/text.ts';
import type { DSymbol, Operand } from '../../languages/dtrace/analyzer.ts';
import type { Call, DTree, Expression as DExpression } from '../../languages/dtrace/syntax.ts';
import { resolve, sizeOf, type DType } from '../../languages/dtrace/types.ts';
import type { Expression, IrAggregation, IrType, IrVariable, ProbePoint, Refusal, Storage } from '../ir.ts';

/** How the script will run, as far as its meaning depends on it. */
export interface LowerOptions {
  readonly scriptName: string;
  readonly scriptArguments: readonly string[];
  /** `-Z`, `-w`. */
  readonly zdefs: boolean;
  readonly destructive: boolean;
  readonly hasTarget: boolean;
}

export interface Lowering {
  readonly tree: DTree;
  readonly options: LowerOptions;
  readonly operandOf: (node: DExpression) => Operand | undefined;
  /** Calls of subroutines (functions.ts), which need expressions and are needed by them. */
  readonly call: (node: Call, operand: Operand | undefined) => Expression;
  readonly variables: Map<DSymbol, IrVariable>;
  readonly aggregations: Map<DSymbol, IrAggregation>;
  readonly refusals: Refusal[];
  /** The points of the clause at hand. */
  points: readonly ProbePoint[];
  /** Values of the parameters of inlines and translators that are being expanded. */
  readonly bound: Map<DSymbol, Expression>;
}

export const s32: IrType = { kind: 'int', bits: 32, signed: true };
export const s64: IrType = { kind: 'int', bits: 64, signed: true };
export const u64: IrType = { kind: 'int', bits: 64, signed: false };
export const text: IrType = { kind: 'string' };

/** A D type's form in the engine. What can't be known is a 64-bit number. */
export function irType(type: DType | undefined): IrType {
  if (type === undefined) return s64;
  const resolved = resolve(type);
  switch (resolved.kind) {
    case 'integer':
      return { kind: 'int', bits: (resolved.size * 8) as 8 | 16 | 32 | 64, signed: resolved.signed };
    case 'enum':
      return s32;
    case 'pointer':
      return { kind: 'pointer', size: Math.max(1, sizeOf(resolved.to)) };
    case 'string':
    case 'stack':
      return text;
    case 'struct':
    case 'array':
      return { kind: 'memory', size: sizeOf(resolved) };
    case 'void':
      return { kind: 'void' };
    default:
      return s64;
  }
}

export function typeOf(lowering: Lowering, node: DExpression): DType | undefined {
  return lowering.operandOf(node)?.type;
}

export function refuse(lowering: Lowering, span: Span, code: string, message: string, hint: string): void {
  lowering.refusals.push({ span: { start: span.start, end: span.end }, code: `run/${code}`, message, hint });
}

const storages: Readonly<Record<DSymbol['space'], Storage>> = { global: 'global', self: 'thread', this: 'firing' };

/** The engine's variable of a symbol; made at its first use. */
export function variableOf(lowering: Lowering, symbol: DSymbol): IrVariable {
  let variable = lowering.variables.get(symbol);
  if (!variable) {
    const type = irType(symbol.type);
    variable = {
      id: lowering.variables.size,
      name: symbol.name,
      storage: storages[symbol.space],
      type,
      ...(symbol.keys !== undefined && symbol.kind === 'array' && { keys: symbol.keys.map(irType) }),
      inMemory: type.kind === 'memory',
    };
    lowering.variables.set(symbol, variable);
  }
  return variable;
}

export const functionMarkers: ReadonlySet<string> = new Set(['function__entry', 'function__return', 'line']);

/** Whether every point of the clause passes a file and a function's name in its first two arguments. */
export function onFunctions(lowering: Lowering): boolean {
  return (
    lowering.points.length > 0 &&
    lowering.points.every(({ probe }) => probe.kind === 'marker' && functionMarkers.has(probe.name))
  );
}
