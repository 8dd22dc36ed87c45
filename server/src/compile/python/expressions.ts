// Expressions of the intermediate form as Python expressions. Each gives a value within its type's range; conditions
// have a form of their own, so that `a < b` is not first made a number.
import type { Expression, IrType, IrVariable, Target } from '../ir.ts';
import { names } from './names.ts';
import { fits, overflows, wrapped } from './integers.ts';
import { bytesLiteral } from './text.ts';

/** What the place of an expression knows: how its clause gets the probe's arguments. */
export interface Place {
  /** The clause's `run` gets the line alone, not a tuple of arguments. */
  readonly direct: boolean;
  /** Emits a call of the runtime: arguments are Python source. */
  readonly call: (name: string, args: readonly string[], expression: Expression) => string;
  readonly context: (name: string, expression: Expression) => string;
  /** Gives a name to source that is computed once, where a clause is bound to a code object. */
  readonly hoist: (source: string) => string;
}

const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** The zero of a type. */
export function zero(type: IrType): string {
  return type.kind === 'string' ? 'b""' : '0';
}

/** A key of an array or aggregation: a tuple, except for a single key of an array. */
export function key(keys: readonly Expression[], place: Place): string {
  const parts = keys.map((each) => expression(each, place));
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(', ')})`;
}

/** A thread's own elements have the thread in their keys. */
export function elementKey(variable: IrVariable, keys: readonly Expression[], place: Place): string {
  const own = key(keys, place);
  return variable.storage === 'thread' ? `(get_ident(), ${own})` : own;
}

/** Python source of an expression's value. */
export function expression(e: Expression, place: Place): string {
  switch (e.kind) {
    case 'integer':
      return e.value < 0n ? `(${String(e.value)})` : String(e.value);
    case 'text':
      return bytesLiteral(e.value);
    case 'argument':
      return argument(e.index, e.as, place);
    case 'context':
      return place.context(e.name, e);
    case 'variable':
      return read(e.variable, e.type, place);
    case 'element':
      return element(e.variable, e.keys, e.type, place);
    case 'contains':
      return `(1 if ${condition(e, place)} else 0)`;
    case 'binary':
      return binary(e, place);
    case 'unary':
      return unary(e, place);
    case 'cast':
      return cast(e, place);
    case 'conditional':
      return `(${expression(e.then, place)} if ${condition(e.test, place)} else ${expression(e.otherwise, place)})`;
    case 'sequence':
      return `(${[...e.before, e.last].map((each) => expression(each, place)).join(', ')})[-1]`;
    case 'assign':
      return assignment(e, place);
    case 'load':
      return load(e.type, expression(e.address, place));
    case 'address':
      return address(e.variable, e.keys, place);
    case 'bits':
      return `bit_field(load(${expression(e.address, place)}, ${storageSize(e)}, False), ${e.from % 8}, ${e.width}, ${e.signed ? 'True' : 'False'})`;
    case 'call':
      return place.call(
        e.name,
        e.arguments.map((each) => expression(each, place)),
        e,
      );
    case 'invoke':
      return `${names.function({ id: e.function })}(${e.arguments.map((each) => expression(each, place)).join(', ')})`;
    case 'extract':
      return `extract(${JSON.stringify(e.operator)}, ${expression(e.of, place)}${e.parameters.map((each) => `, ${String(each)}`).join('')})`;
  }
}

/** Bytes from the one with the field's first bit to the one with its last. */
function storageSize(field: { readonly from: number; readonly width: number }): number {
  return Math.ceil(((field.from % 8) + field.width) / 8);
}

function argument(index: number, as: 'bits' | 'string', place: Place): string {
  if (!place.direct) return as === 'string' ? `string_at(A[${index}])` : `A[${index}]`;
  if (index === 2) return 'A';
  const known = index === 0 ? 'P.file' : index === 1 ? 'P.function_name' : '';
  if (known === '') return '0';
  return as === 'string' ? (index === 0 ? 'p_file' : 'p_name') : `text_address(${known})`;
}

function read(variable: IrVariable, type: IrType, place: Place): string {
  const name = names.variable(variable);
  if (variable.inMemory) return load(type, address(variable, [], place));
  if (variable.storage === 'thread') return `${name}.get(get_ident(), ${zero(type)})`;
  if (variable.storage === 'firing') return `F[${variable.id}]`;
  return name;
}

function element(variable: IrVariable, keys: readonly Expression[], type: IrType, place: Place): string {
  if (variable.inMemory) {
    const at = address(variable, keys, place);
    return type.kind === 'memory' ? at : load(type, at);
  }
  if (variable.type.kind === 'statistics') return `${names.variable(variable)}.get(${key(keys, place)})`;
  // An element that is not there is a null string, which is no empty one.
  const none = type.kind === 'string' ? '' : ', 0';
  return `${names.variable(variable)}.get(${elementKey(variable, keys, place)}${none})`;
}

/** The address of a variable or element that lives in memory; elements are made when they are first named. */
function address(variable: IrVariable, keys: readonly Expression[], place: Place): string {
  const name = names.variable(variable);
  const size = sizeOf(variable.type);
  if (variable.keys !== undefined) return `place(${name}, ${elementKey(variable, keys, place)}, ${size})`;
  if (variable.storage === 'thread') return `place(${name}, get_ident(), ${size})`;
  return name;
}

export function sizeOf(type: IrType): number {
  if (type.kind === 'int') return type.bits / 8;
  if (type.kind === 'pointer') return 8;
  return type.kind === 'memory' ? type.size : 256;
}

function load(type: IrType, at: string): string {
  if (type.kind === 'string') return `string_at(${at})`;
  if (type.kind === 'memory') return at;
  return `load(${at}, ${sizeOf(type)}, ${type.kind === 'int' && type.signed ? 'True' : 'False'})`;
}

function binary(e: Extract<Expression, { kind: 'binary' }>, place: Place): string {
  const { operator } = e;
  if (comparisons.has(operator) || operator === 'and' || operator === 'or' || operator === 'xor') {
    return `(1 if ${condition(e, place)} else 0)`;
  }
  const left = expression(e.left, place);
  const right = expression(e.right, place);
  switch (operator) {
    case 'concat':
      return `(${left} + ${right})`;
    case '+':
    case '-':
    case '*': {
      const source = `(${left} ${operator} ${right})`;
      return overflows(operator, e.left, e.right, e.type) ? wrapped(e.type, source) : source;
    }
    case '/':
    case '%': {
      const name = operator === '/' ? 'divide' : 'remainder';
      const source = `${name}(${left}, ${right})`;
      // The smallest number divided by -1 is one too large for its type.
      return operator === '/' && (e.type.kind !== 'int' || e.type.signed) ? wrapped(e.type, source) : source;
    }
    case '<<':
      return wrapped(e.type, `(${left} << (${right} & 63))`);
    case '>>':
      return `(${left} >> (${right} & 63))`;
    default:
      return `(${left} ${operator} ${right})`;
  }
}

function unary(e: Extract<Expression, { kind: 'unary' }>, place: Place): string {
  if (e.operator === 'not') return `(1 if ${condition(e, place)} else 0)`;
  const source = `(${e.operator}${expression(e.operand, place)})`;
  return e.operator === '~' && e.type.kind === 'int' && e.type.signed ? source : wrapped(e.type, source);
}

function cast(e: Extract<Expression, { kind: 'cast' }>, place: Place): string {
  const inner = expression(e.operand, place);
  const from = e.operand.type;
  if (e.type.kind === 'string' || from.kind === 'string' || from.kind === 'memory') return inner;
  if (fits(from, e.type) || e.operand.kind === 'integer') {
    return e.operand.kind === 'integer' && !fits(from, e.type) ? wrapped(e.type, inner) : inner;
  }
  return wrapped(e.type, inner);
}

/** Python source that is true or false. */
export function condition(e: Expression, place: Place): string {
  if (e.kind === 'binary') {
    if (comparisons.has(e.operator))
      return `(${expression(e.left, place)} ${e.operator} ${expression(e.right, place)})`;
    if (e.operator === 'and' || e.operator === 'or') {
      return `(${condition(e.left, place)} ${e.operator} ${condition(e.right, place)})`;
    }
    if (e.operator === 'xor') return `((not ${condition(e.left, place)}) != (not ${condition(e.right, place)}))`;
  }
  if (e.kind === 'unary' && e.operator === 'not') return `(not ${condition(e.operand, place)})`;
  if (e.kind === 'integer') return e.value === 0n ? 'False' : 'True';
  if (e.kind === 'contains') {
    const name = names.variable(e.variable);
    if (e.keys.every((each) => each !== undefined)) return `(${key(e.keys, place)} in ${name})`;
    const wanted = e.keys.map((each) => (each === undefined ? 'ANY' : expression(each, place)));
    return `matches_any(${name}, (${wanted.join(', ')},))`;
  }
  // D's strings are true when they are not null: there is no null string here but the empty one.
  return expression(e, place);
}

/** An assignment in the middle of an expression; as a statement of its own it has simpler forms. */
function assignment(e: Extract<Expression, { kind: 'assign' }>, place: Place): string {
  const value = expression(e.value, place);
  const { target } = e;
  const old = e.gives === 'old' ? readTarget(target, e.type, place) : undefined;
  const stored = storeExpression(target, value, place);
  return old === undefined ? stored : `(${old}, ${stored})[0]`;
}

export function readTarget(target: Target, type: IrType, place: Place): string {
  if (target.kind === 'variable') return read(target.variable, type, place);
  if (target.kind === 'element') return element(target.variable, target.keys, type, place);
  if (target.kind === 'store') return load(type, expression(target.address, place));
  return `bit_field(load(${expression(target.address, place)}, ${storageSize(target)}, False), ${target.from % 8}, ${target.width}, ${type.kind === 'int' && type.signed ? 'True' : 'False'})`;
}

function storeExpression(target: Target, value: string, place: Place): string {
  if (target.kind === 'variable') {
    const { variable } = target;
    const name = names.variable(variable);
    if (variable.inMemory) return storeAt(variable.type, address(variable, [], place), value);
    if (variable.storage === 'thread') return `put(${name}, get_ident(), ${value})`;
    if (variable.storage === 'firing') return `put_at(F, ${variable.id}, ${value})`;
    return `(${name} := ${value})`;
  }
  if (target.kind === 'element') {
    const { variable } = target;
    if (variable.inMemory) return storeAt(variable.type, address(variable, target.keys, place), value);
    return `put(${names.variable(variable)}, ${elementKey(variable, target.keys, place)}, ${value})`;
  }
  if (target.kind === 'store') return storeAt(target.type, expression(target.address, place), value);
  return `store_bits(${expression(target.address, place)}, ${storageSize(target)}, ${target.from % 8}, ${target.width}, ${value})`;
}

/** `store(…)` gives the value that it stored. */
function storeAt(type: IrType, at: string, value: string): string {
  if (type.kind === 'memory') return `copy(${at}, ${value}, ${type.size})`;
  if (type.kind === 'string') return `store_string(${at}, ${value})`;
  return `store(${at}, ${sizeOf(type)}, ${value})`;
}
