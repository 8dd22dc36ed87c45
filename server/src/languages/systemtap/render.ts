// Words for hovers, outlines and symbols: types, signatures and probe points on one line.
import type { SymbolKind } from '../model.ts';
import type { Variable } from './scopes.ts';
import type { FunctionDeclaration, ProbePoint, StapTree } from './syntax.ts';
import { any, open, stats, typeNames, typeOf, type Slot } from './types.ts';

export const nameOfType = (slot: Slot): 'long' | 'string' | 'stats' | undefined => {
  const type = typeOf(slot);
  return type === open || type === any ? undefined : typeNames[type];
};

export function kindOf(variable: Variable): SymbolKind {
  if (variable.role === 'parameter') return 'parameter';
  if (typeOf(variable.slot) === stats) return 'aggregation';
  return variable.arity > 0 ? 'array' : 'variable';
}

/** `long[string, long]`: what it holds, and by what. */
export function renderType(variable: Variable): string | undefined {
  const value = nameOfType(variable.slot);
  if (variable.arity <= 0) return value;
  const indexes = variable.indexes.map((slot) => nameOfType(slot) ?? 'unknown');
  return `${value ?? 'unknown'}[${indexes.join(', ')}]`;
}

export const pointsText = (tree: StapTree, points: readonly ProbePoint[]): string =>
  points.map((point) => tree.text.slice(point.start, point.end).replace(/\s+/g, ' ')).join(', ');

export function signature(declaration: FunctionDeclaration): string {
  const parameters = declaration.parameters.map(({ name, type }) => (type ? `${name.name}:${type.name}` : name.name));
  const type = declaration.type ? `:${declaration.type.name}` : '';
  return `${declaration.name.name}${type} (${parameters.join(', ')})`;
}
