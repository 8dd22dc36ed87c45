// D's expressions in the engine's form: C's promotions become casts, pointer arithmetic is multiplied out, structs are
// addresses, and inlines and translators are put in place.
import type { DSymbol, Operand } from '../../languages/dtrace/analyzer.ts';
import type * as D from '../../languages/dtrace/syntax.ts';
import {
  elementOf,
  isPointer,
  isString,
  promote,
  resolve,
  sizeOf,
  T0,
  type DType,
} from '../../languages/dtrace/types.ts';
import type { BinaryOperator, Expression, IrType, Target } from '../ir.ts';
import { irType, onFunctions, refuse, s32, s64, text, typeOf, u64, variableOf, type Lowering } from './context.ts';

/** Any D expression. */
export function lower(lowering: Lowering, node: D.Expression): Expression {
  const operand = lowering.operandOf(node);
  if (operand?.value !== undefined && isConstant(node)) return integer(operand.value, irType(operand.type), node);
  switch (node.kind) {
    case 'parenthesized':
      return lower(lowering, node.expression);
    case 'integer':
    case 'character':
      return integer(node.value, irType(operand?.type), node);
    case 'string':
      return { kind: 'text', value: new TextEncoder().encode(node.value), type: text, span: node };
    case 'macroArgument':
      return macroArgument(lowering, node);
    case 'identifier':
      return identifier(lowering, node, operand);
    case 'member':
      return member(lowering, node, operand);
    case 'index':
      return index(lowering, node, operand);
    case 'unary':
      return unary(lowering, node, operand);
    case 'postfix':
      return increment(lowering, node, node.operand, node.operator, 'old');
    case 'binary':
      return binary(lowering, node, operand);
    case 'assignment':
      return assignment(lowering, node);
    case 'conditional':
      return conditional(lowering, node, operand);
    case 'cast':
      return castTo(operand?.type, lower(lowering, node.operand), node);
    case 'call':
      return lowering.call(node, operand);
    case 'sizeofType':
    case 'offsetof':
    case 'aggregation':
    case 'xlate':
    case 'missing':
      return unsupported(lowering, node);
  }
}

/** Constants that the analysis has folded; a variable's value is not one. */
function isConstant(node: D.Expression): boolean {
  return ['integer', 'character', 'sizeofType', 'offsetof', 'unary', 'binary', 'identifier', 'parenthesized', 'macroArgument', 'cast', 'conditional'].includes(node.kind); // prettier-ignore
}

export function integer(value: bigint, type: IrType, span: D.Expression): Expression {
  if (type.kind !== 'int') return { kind: 'integer', value: BigInt.asUintN(64, value), type, span };
  const wrapped = type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value);
  return { kind: 'integer', value: wrapped, type, span };
}

function unsupported(lowering: Lowering, node: D.Expression): Expression {
  refuse(
    lowering,
    node,
    'unsupported',
    'The embedded engine has no form for this expression.',
    'Run the script with --backend=dtrace.',
  );
  return integer(0n, s64, node);
}

/** A number as another integer type; pointers are 64 bits without a sign. */
export function cast(type: IrType, operand: Expression): Expression {
  if (operand.type.kind === type.kind && type.kind === 'int' && operand.type.kind === 'int') {
    if (operand.type.bits === type.bits && operand.type.signed === type.signed) return operand;
  }
  if (type.kind === 'string' || operand.type.kind === 'string' || type.kind === 'memory') return operand;
  if (operand.kind === 'integer') return integer(operand.value, type, operand.span as D.Expression);
  return { kind: 'cast', operand, type, span: operand.span };
}

/** A cast of the script: strings are read from addresses, addresses taken from strings. */
export function castTo(type: DType | undefined, operand: Expression, node: D.Expression): Expression {
  return castInto(irType(type), operand, node);
}

function castInto(to: IrType, operand: Expression, node: D.Expression): Expression {
  if (to.kind === 'string') return asString(operand, node);
  if (operand.type.kind === 'string' && to.kind !== 'void') {
    return cast(to, { kind: 'call', name: 'address_of_text', arguments: [operand], type: u64, span: node });
  }
  if (operand.type.kind === 'memory' && to.kind !== 'memory') return { ...operand, type: to };
  return cast(to, operand);
}

/** What an address points to, as a string; a string as it is. */
export function asString(operand: Expression, node: D.Expression): Expression {
  if (operand.type.kind === 'string') return operand;
  return { kind: 'call', name: 'string_at', arguments: [operand], type: text, span: node };
}

/** `$1` is a number or a name, `$$1` a string; `$target` is the traced process. */
function macroArgument(lowering: Lowering, node: D.MacroArgument): Expression {
  const { scriptArguments, scriptName } = lowering.options;
  const known =
    node.name === '0' ? scriptName : /^\d+$/.test(node.name) ? scriptArguments[Number(node.name) - 1] : undefined;
  if (known !== undefined) {
    if (node.asString || !/^[-+]?(0x[\da-f]+|\d+)$/i.test(known)) {
      return { kind: 'text', value: new TextEncoder().encode(known), type: text, span: node };
    }
    return integer(BigInt(known), irType(typeOf(lowering, node)), node);
  }
  if (/^\d+$/.test(node.name)) {
    if (node.asString) return { kind: 'text', value: new Uint8Array(), type: text, span: node };
    return integer(0n, s32, node);
  }
  const value: Expression = { kind: 'context', name: `$${node.name}`, type: s64, span: node };
  return node.asString ? { kind: 'call', name: 'lltostr', arguments: [value], type: text, span: node } : value;
}

function identifier(lowering: Lowering, node: D.Identifier, operand: Operand | undefined): Expression {
  const symbol = operand?.symbol;
  if (symbol) {
    const bound = lowering.bound.get(symbol);
    if (bound) return bound;
    if (symbol.kind === 'constant' || symbol.kind === 'enumerator') return constant(lowering, node, symbol, operand);
    return readVariable(lowering, symbol, node);
  }
  const argument = /^arg(\d+)$/.exec(node.name);
  if (argument) return { kind: 'argument', index: Number(argument[1]), as: 'bits', type: s64, span: node };
  if (node.name.includes('`')) {
    refuse(
      lowering,
      node,
      'needs-dtrace',
      `The embedded engine can't read the kernel's ${node.name}.`,
      'Run the script with --backend=dtrace.',
    );
    return integer(0n, s64, node);
  }
  return { kind: 'context', name: node.name, type: irType(operand?.type), span: node };
}

/** An inline's value or an enumerator's. */
function constant(lowering: Lowering, node: D.Identifier, symbol: DSymbol, operand: Operand): Expression {
  const value = operand.value ?? symbol.value;
  if (value !== undefined) return integer(value, irType(operand.type), node);
  const definition = lowering.tree.program.items.find(
    (item) => item.kind === 'inline' && item.declarator.name?.text === symbol.name,
  );
  return definition?.kind === 'inline'
    ? castTo(operand.type, lower(lowering, definition.value), node)
    : unsupported(lowering, node);
}

function readVariable(lowering: Lowering, symbol: DSymbol, node: D.Expression): Expression {
  const variable = variableOf(lowering, symbol);
  if (variable.keys === undefined && variable.inMemory)
    return { kind: 'address', variable, keys: [], type: variable.type, span: node };
  return { kind: 'variable', variable, type: variable.type, span: node };
}

function isScope(node: D.Expression, name: string): boolean {
  return node.kind === 'identifier' && node.name === name;
}

/** `self->x`, `this->x`, `p->m`, `s.m`, and members of translated data. */
function member(lowering: Lowering, node: D.Member, operand: Operand | undefined): Expression {
  if ((isScope(node.object, 'self') || isScope(node.object, 'this')) && operand?.symbol) {
    return readVariable(lowering, operand.symbol, node);
  }
  const place = memberPlace(lowering, node);
  return place === undefined ? translatedMember(lowering, node, operand) : loadPlace(place, node);
}

interface Place {
  readonly address: Expression;
  readonly type: DType;
  /** A bit-field's first bit, counted from the address. */
  readonly bit?: number;
}

/** Where a struct's member is. */
function memberPlace(lowering: Lowering, node: D.Member): Place | undefined {
  const objectType = typeOf(lowering, node.object);
  const struct = node.operator === '->' ? elementOf(objectType ?? T0.unknown) : objectType;
  const resolved = struct === undefined ? undefined : resolve(struct);
  if (resolved?.kind !== 'struct') return undefined;
  const found = resolved.members?.get(node.name.text);
  if (!found) return undefined;
  const base = lower(lowering, node.object);
  const address = offset({ ...base, type: u64 }, Math.floor(found.offset / 8));
  const type = resolve(found.type);
  return {
    address,
    type: found.type,
    ...(type.kind === 'integer' && type.bits !== undefined && { bit: found.offset % 8 }),
  };
}

function offset(address: Expression, bytes: number): Expression {
  if (bytes === 0) return address;
  const { span } = address;
  return {
    kind: 'binary',
    operator: '+',
    left: address,
    right: { kind: 'integer', value: BigInt(bytes), type: u64, span },
    type: u64,
    span,
  };
}

function loadPlace(place: Place, node: D.Expression): Expression {
  const resolved = resolve(place.type);
  if (place.bit !== undefined && resolved.kind === 'integer') {
    return {
      kind: 'bits',
      address: place.address,
      from: place.bit,
      width: resolved.bits ?? 0,
      signed: resolved.signed,
      type: irType(resolved),
      span: node,
    };
  }
  const type = irType(place.type);
  if (type.kind === 'memory') return { ...place.address, type };
  return { kind: 'load', address: place.address, type, span: node };
}

/** `curpsinfo->pr_pid` and the like: what the engine can say of this process, by name. */
function translatedMember(lowering: Lowering, node: D.Member, operand: Operand | undefined): Expression {
  const object = node.object.kind === 'identifier' ? node.object.name : '';
  if (['curpsinfo', 'curlwpsinfo', 'curthread'].includes(object)) {
    // Names and command lines are arrays of characters in the kernel's structs; here they are strings at once.
    const words = /^pr_(fname|psargs|clname)$|^comm$/.test(node.name.text);
    return {
      kind: 'context',
      name: `${object}.${node.name.text}`,
      type: words ? text : irType(operand?.type),
      span: node,
    };
  }
  const translated = xlate(lowering, node);
  return translated ?? unsupported(lowering, node);
}

/** `xlate<T>(e)->m`: the member's expression of the program's translator, with its parameter bound to `e`. */
function xlate(lowering: Lowering, node: D.Member): Expression | undefined {
  let object = node.object;
  while (object.kind === 'parenthesized') object = object.expression;
  if (object.kind !== 'xlate') return undefined;
  const wanted = object.type.specifiers;
  const source = (span: { start: number; end: number }): string =>
    lowering.tree.text.slice(span.start, span.end).replace(/\s+/g, ' ').trim();
  for (const item of lowering.tree.program.items) {
    if (item.kind !== 'translator' || source(item.output.specifiers) !== source(wanted)) continue;
    const found = item.members.find((each) => each.name.text === node.name.text);
    if (!found) continue;
    return lower(lowering, found.value);
  }
  return undefined;
}

/** Elements of associative arrays, of C's arrays and behind pointers; characters of strings. */
function index(lowering: Lowering, node: D.Index, operand: Operand | undefined): Expression {
  const target = elementTarget(lowering, node);
  if (target) {
    const { variable, keys } = target;
    if (variable.inMemory) return { kind: 'address', variable, keys, type: variable.type, span: node };
    return { kind: 'element', variable, keys, type: variable.type, span: node };
  }
  if (isScope(node.object, 'args') || isScope(node.object, 'uregs')) {
    const [first] = node.keys;
    const which = first && lowering.operandOf(first)?.value;
    if (isScope(node.object, 'args') && which !== undefined) {
      return { kind: 'argument', index: Number(which), as: 'bits', type: irType(operand?.type), span: node };
    }
    return unsupported(lowering, node);
  }
  const place = indexPlace(lowering, node);
  return place === undefined ? unsupported(lowering, node) : loadPlace(place, node);
}

/** The variable and keys of an associative array's element. */
function elementTarget(lowering: Lowering, node: D.Index): Extract<Target, { kind: 'element' }> | undefined {
  const symbol = lowering.operandOf(node.object)?.symbol ?? lowering.operandOf(node)?.symbol;
  if (symbol?.kind !== 'array' && !(symbol?.keys !== undefined && symbol.keys.length > 0)) return undefined;
  const variable = variableOf(lowering, symbol);
  if (variable.keys === undefined) return undefined;
  const keys = node.keys.map((each, at) =>
    cast(variable.keys?.[at] ?? s64, stringOrNumber(lowering, each, variable.keys?.[at])),
  );
  return { kind: 'element', variable, keys };
}

function stringOrNumber(lowering: Lowering, node: D.Expression, wanted: IrType | undefined): Expression {
  const value = lower(lowering, node);
  return wanted?.kind === 'string' ? asString(value, node) : value;
}

function indexPlace(lowering: Lowering, node: D.Index): Place | undefined {
  const type = typeOf(lowering, node.object);
  const [key] = node.keys;
  if (type === undefined || key === undefined) return undefined;
  const element = isString(type) ? T0.char : elementOf(type);
  if (element === undefined) return undefined;
  const object = lower(lowering, node.object);
  const base: Expression = isString(type)
    ? { kind: 'call', name: 'address_of_text', arguments: [object], type: u64, span: node }
    : { ...object, type: u64 };
  const resolved = resolve(type);
  const raw = lower(lowering, key);
  const checked: Expression =
    resolved.kind === 'array' && resolved.length > 0
      ? {
          kind: 'call',
          name: 'checked_index',
          arguments: [raw, integer(BigInt(resolved.length), s64, node)],
          type: s64,
          span: node,
        }
      : raw;
  return { address: plus(base, checked, sizeOf(element)), type: element };
}

/** An address and a number of elements. */
function plus(address: Expression, count: Expression, size: number, operator: '+' | '-' = '+'): Expression {
  const { span } = address;
  const wide = cast(s64, count);
  const step: Expression =
    size === 1
      ? wide
      : {
          kind: 'binary',
          operator: '*',
          left: wide,
          right: { kind: 'integer', value: BigInt(Math.max(1, size)), type: s64, span },
          type: s64,
          span,
        };
  return { kind: 'binary', operator, left: { ...address, type: u64 }, right: step, type: u64, span };
}

function unary(lowering: Lowering, node: D.Unary, operand: Operand | undefined): Expression {
  const type = irType(operand?.type);
  switch (node.operator) {
    case '&': {
      const target = targetOf(lowering, node.operand);
      return { ...addressOf(lowering, target, node), type };
    }
    case '*': {
      const value = lower(lowering, node.operand);
      if (typeOf(lowering, node.operand) !== undefined && value.type.kind === 'string') {
        return {
          kind: 'load',
          address: { kind: 'call', name: 'address_of_text', arguments: [value], type: u64, span: node },
          type,
          span: node,
        };
      }
      return loadPlace({ address: { ...value, type: u64 }, type: operand?.type ?? T0.long }, node);
    }
    case '+':
      return cast(type, lower(lowering, node.operand));
    case '-':
    case '~':
      return {
        kind: 'unary',
        operator: node.operator,
        operand: cast(type, lower(lowering, node.operand)),
        type,
        span: node,
      };
    case '!':
      return { kind: 'unary', operator: 'not', operand: lower(lowering, node.operand), type: s32, span: node };
    case '++':
    case '--':
      return increment(lowering, node, node.operand, node.operator, 'new');
    case 'stringof':
      return asString(lower(lowering, node.operand), node);
    case 'sizeof': {
      const of = typeOf(lowering, node.operand);
      return of === undefined ? unsupported(lowering, node) : integer(BigInt(sizeOf(of)), u64, node);
    }
  }
}

function increment(
  lowering: Lowering,
  node: D.Expression,
  of: D.Expression,
  operator: '++' | '--',
  gives: 'new' | 'old',
): Expression {
  const target = targetOf(lowering, of);
  const type = irType(typeOf(lowering, of));
  const old = readTarget(target, type, node);
  const element = elementOf(typeOf(lowering, of) ?? T0.unknown);
  const one = integer(1n, type.kind === 'pointer' ? s64 : type, node);
  const value: Expression =
    type.kind === 'pointer'
      ? { ...plus(old, one, element === undefined ? 1 : sizeOf(element), operator === '++' ? '+' : '-'), type }
      : { kind: 'binary', operator: operator === '++' ? '+' : '-', left: old, right: one, type, span: node };
  return { kind: 'assign', target, value, gives, type, span: node };
}

/** What can be assigned to, or whose address can be taken. */
export function targetOf(lowering: Lowering, node: D.Expression): Target {
  let place = node;
  while (place.kind === 'parenthesized') place = place.expression;
  const symbol = lowering.operandOf(place)?.symbol;
  if (place.kind === 'identifier' && symbol) return { kind: 'variable', variable: variableOf(lowering, symbol) };
  if (place.kind === 'member') {
    if ((isScope(place.object, 'self') || isScope(place.object, 'this')) && symbol) {
      return { kind: 'variable', variable: variableOf(lowering, symbol) };
    }
    return storeTarget(memberPlace(lowering, place), lowering, place);
  }
  if (place.kind === 'index') {
    return elementTarget(lowering, place) ?? storeTarget(indexPlace(lowering, place), lowering, place);
  }
  if (place.kind === 'unary' && place.operator === '*') {
    return storeTarget(
      { address: { ...lower(lowering, place.operand), type: u64 }, type: typeOf(lowering, place) ?? T0.long },
      lowering,
      place,
    );
  }
  return storeTarget(undefined, lowering, place);
}

function storeTarget(place: Place | undefined, lowering: Lowering, node: D.Expression): Target {
  if (place === undefined) {
    unsupported(lowering, node);
    return { kind: 'store', address: integer(0n, u64, node), type: s64 };
  }
  const type = irType(place.type);
  const resolved = resolve(place.type);
  if (place.bit !== undefined && resolved.kind === 'integer') {
    return { kind: 'bits', address: place.address, from: place.bit, width: resolved.bits ?? 0, type };
  }
  return { kind: 'store', address: place.address, type };
}

function addressOf(lowering: Lowering, target: Target, node: D.Expression): Expression {
  if (target.kind === 'store') return target.address;
  if (target.kind === 'variable')
    return { kind: 'address', variable: target.variable, keys: [], type: u64, span: node };
  if (target.kind === 'element')
    return { kind: 'address', variable: target.variable, keys: target.keys, type: u64, span: node };
  return unsupported(lowering, node);
}

function readTarget(target: Target, type: IrType, node: D.Expression): Expression {
  if (target.kind === 'variable') return { kind: 'variable', variable: target.variable, type, span: node };
  if (target.kind === 'element')
    return { kind: 'element', variable: target.variable, keys: target.keys, type, span: node };
  if (target.kind === 'store') return { kind: 'load', address: target.address, type, span: node };
  return {
    kind: 'bits',
    address: target.address,
    from: target.from,
    width: target.width,
    signed: type.kind === 'int' && type.signed,
    type,
    span: node,
  };
}

const operators: Readonly<Partial<Record<D.BinaryOperator, BinaryOperator>>> = { '&&': 'and', '||': 'or', '^^': 'xor' };

function binary(lowering: Lowering, node: D.Binary, operand: Operand | undefined): Expression {
  const { operator } = node;
  if (operator === ',') {
    const last = lower(lowering, node.right);
    return { kind: 'sequence', before: [lower(lowering, node.left)], last, type: last.type, span: node };
  }
  const left = lower(lowering, node.left);
  const right = lower(lowering, node.right);
  const logical = operators[operator];
  if (logical !== undefined) return { kind: 'binary', operator: logical, left, right, type: s32, span: node };
  if (/^(==|!=|<=?|>=?)$/.test(operator)) return comparison(lowering, node, left, right);
  const leftType = typeOf(lowering, node.left) ?? T0.long;
  const rightType = typeOf(lowering, node.right) ?? T0.long;
  if (operator === '+' || operator === '-') {
    const pointer = pointerArithmetic(operator, [left, leftType], [right, rightType], irType(operand?.type));
    if (pointer) return pointer;
  }
  return arithmetic(operator as BinaryOperator, [left, leftType], [right, rightType], node);
}

/** `+`, `*`, `<<`, … on numbers: both in the promoted type, and the result too. */
function arithmetic(operator: BinaryOperator, [left, a]: Side, [right, b]: Side, node: D.Expression): Expression {
  const shift = operator === '<<' || operator === '>>';
  const type = irType(shift ? a : promote(a, b));
  return {
    kind: 'binary',
    operator,
    left: cast(type, left),
    right: shift ? right : cast(type, right),
    type,
    span: node,
  };
}

type Side = readonly [Expression, DType];

function pointerArithmetic(
  operator: '+' | '-',
  [left, a]: Side,
  [right, b]: Side,
  type: IrType,
): Expression | undefined {
  const pointed = (each: DType): number => Math.max(1, sizeOf(elementOf(each) ?? T0.char));
  if (isPointer(a) && isPointer(b)) {
    const distance: Expression = {
      kind: 'binary',
      operator: '-',
      left: cast(s64, { ...left, type: u64 }),
      right: cast(s64, { ...right, type: u64 }),
      type: s64,
      span: left.span,
    };
    const size: Expression = { kind: 'integer', value: BigInt(pointed(a)), type: s64, span: left.span };
    return { kind: 'binary', operator: '/', left: distance, right: size, type: s64, span: left.span };
  }
  if (isPointer(a)) return { ...plus(left, right, pointed(a), operator), type };
  return isPointer(b) ? { ...plus(right, left, pointed(b)), type } : undefined;
}

function comparison(lowering: Lowering, node: D.Binary, left: Expression, right: Expression): Expression {
  const operator = node.operator as BinaryOperator;
  if (left.type.kind === 'string' || right.type.kind === 'string') {
    const zero = [left, right].find((each) => each.kind === 'integer' && each.value === 0n);
    if (zero) {
      const other = zero === left ? right : left;
      const isNull: Expression = { kind: 'call', name: 'is_null', arguments: [other], type: s32, span: node };
      return operator === '==' ? isNull : { kind: 'unary', operator: 'not', operand: isNull, type: s32, span: node };
    }
    return {
      kind: 'binary',
      operator,
      left: asString(left, node),
      right: asString(right, node),
      type: s32,
      span: node,
    };
  }
  const a = typeOf(lowering, node.left) ?? T0.long;
  const b = typeOf(lowering, node.right) ?? T0.long;
  const type = isPointer(a) || isPointer(b) ? u64 : irType(promote(a, b));
  return { kind: 'binary', operator, left: cast(type, left), right: cast(type, right), type: s32, span: node };
}

function assignment(lowering: Lowering, node: D.Assignment): Expression {
  const target = targetOf(lowering, node.left);
  // A variable has its type from all of its assignments, the place of the first one perhaps not yet.
  const type = target.kind === 'variable' || target.kind === 'element' ? target.variable.type : target.type;
  const right = lower(lowering, node.right);
  if (node.operator === '=') {
    const value = type.kind === 'string' ? asString(right, node) : castInto(type, right, node);
    return { kind: 'assign', target, value, gives: 'new', type, span: node };
  }
  const operator = node.operator.slice(0, -1) as BinaryOperator;
  const old = readTarget(target, type, node);
  const a = typeOf(lowering, node.left) ?? T0.long;
  const b = typeOf(lowering, node.right) ?? T0.long;
  const pointer =
    operator === '+' || operator === '-' ? pointerArithmetic(operator, [old, a], [right, b], type) : undefined;
  const value = cast(type, pointer ?? arithmetic(operator, [old, a], [right, b], node));
  return { kind: 'assign', target, value, gives: 'new', type, span: node };
}

function conditional(lowering: Lowering, node: D.Conditional, operand: Operand | undefined): Expression {
  const type = irType(operand?.type);
  const side = (each: D.Expression): Expression => {
    const value = lower(lowering, each);
    return type.kind === 'string' ? asString(value, each) : cast(type, value);
  };
  return {
    kind: 'conditional',
    test: lower(lowering, node.condition),
    then: side(node.then),
    otherwise: side(node.else),
    type,
    span: node,
  };
}

/** An argument of the probe that is known to be a string, read as one: `copyinstr(arg0)`. */
export function stringArgument(lowering: Lowering, node: D.Expression): Expression | undefined {
  const value = lower(lowering, node);
  if (value.kind === 'cast' && value.operand.kind === 'argument') return argumentText(lowering, value.operand);
  return value.kind === 'argument' ? argumentText(lowering, value) : undefined;
}

function argumentText(lowering: Lowering, value: Extract<Expression, { kind: 'argument' }>): Expression | undefined {
  if (!onFunctions(lowering) || value.index > 1) return undefined;
  return { ...value, as: 'string', type: text };
}
