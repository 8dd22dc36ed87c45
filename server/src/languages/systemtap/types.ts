// SystemTap's types and how they are inferred: long, string and statistics aggregate, found by unification. Everything
// that has a type has a slot; equating two slots makes them one. A slot that touched something whose type cannot be
// known here (a script argument, a library macro) is `tainted`: that it stays open is then no mistake of the script.
import type { Span } from '../../base/text.ts';

export const open = 0;
export const long = 1;
export const string = 2;
export const stats = 3;
/** Of unknown type, for reasons outside of the script; agrees with everything. */
export const any = 4;
export type TypeCode = 0 | 1 | 2 | 3 | 4;

export interface Slot {
  type: TypeCode;
  /** The slot that this one was equated with. */
  next: Slot | undefined;
  /** Where the type was seen first. */
  where: Span | undefined;
  tainted: boolean;
}

export const newSlot = (type: TypeCode = open, where?: Span): Slot => ({
  type,
  next: undefined,
  where,
  tainted: false,
});

/** Constants: never written, because a known type does not change. */
export const longSlot = newSlot(long);
export const stringSlot = newSlot(string);
export const anySlot = newSlot(any);

export function root(slot: Slot): Slot {
  let at = slot;
  while (at.next) at = at.next;
  if (slot.next && slot.next !== at) slot.next = at;
  return at;
}

export const typeOf = (slot: Slot): TypeCode => root(slot).type;

export const slotOf = (name: 'long' | 'string' | undefined): Slot =>
  name === 'long' ? longSlot : name === 'string' ? stringSlot : newSlot();

export const typeNames = ['unknown', 'long', 'string', 'stats', 'unknown'] as const;
/** With its article, in messages. */
export const typePhrases = [
  'of unknown type',
  'a long',
  'a string',
  'a statistics aggregate',
  'of unknown type',
] as const;

/** Gives a slot a type; false if it has another. */
export function restrict(slot: Slot, type: TypeCode, where: Span): boolean {
  const at = root(slot);
  if (at.type === open) {
    if (type === any) at.tainted = true;
    else {
      at.type = type;
      at.where = where;
    }
    return true;
  }
  return at.type === type || at.type === any || type === any;
}

/** Makes two slots one; false if their types differ. */
export function unify(a: Slot, b: Slot, where: Span): boolean {
  const left = root(a);
  const right = root(b);
  if (left === right) return true;
  if (left.type === open && right.type === open) {
    left.next = right;
    right.tainted ||= left.tainted;
    return true;
  }
  if (left.type === open) return restrict(left, right.type, where);
  return restrict(right, left.type, where);
}
