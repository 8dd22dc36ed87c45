// The names that emitted Python gives to what the script declares. They come from numbers alone, so that no name of a
// script can meet one of Python's or ours.
import type { IrAggregation, IrFunction, IrVariable } from '../ir.ts';

export const names = {
  /** A scalar's own variable, a thread's dictionary, an array's dictionary, or an address. */
  variable(variable: IrVariable): string {
    const letter = { global: 'g', thread: 't', firing: 'f', local: 'l' }[variable.storage];
    return `${letter}${variable.id}`;
  },
  aggregation: (aggregation: IrAggregation): string => `n${aggregation.id}`,
  cells: (aggregation: IrAggregation): string => `n${aggregation.id}_cells`,
  function: (each: Pick<IrFunction, 'id'>): string => `fn${each.id}`,
  clause: (id: number): string => `clause_${id}`,
};
