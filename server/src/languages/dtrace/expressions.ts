// What expressions are: names are resolved, types worked out, constants folded, and the rules of C and D checked, in the
// order in which DTrace's compiler goes. Reading, assigning and indexing make variables, so the mode in which an
// expression is looked at matters: 0 leaves a variable untouched, 1 reads it, 2 changes it.
import { checkCall } from './calls.ts';
import {
  complain, F, isFresh, kindWord, makeSymbol, markRisky, remember, say, use, type Analyzer, type DSymbol, type Operand,
} from './analyzer.ts'; // prettier-ignore
import { definedLater, readTypeName } from './declare.ts';
import type {
  Aggregation, Assignment, Binary, BinaryOperator, Call, Cast, Conditional, Expression, Identifier, Index,
  IntegerLiteral, Member, Offsetof, ProbeDescription, Translation, Unary,
} from './syntax.ts'; // prettier-ignore
import {
  argumentCompatible, compatible, constantTypes, elementOf, isDynamic, isInteger, isPointer, isScalar, isSigned, isString,
  isStringLike, isUnknown, isVoid, isVoidOrFunctionPointer, pointerCompatible, promote, renderType, resolve, sizeOf, T0,
  type DType, type Translator,
} from './types.ts'; // prettier-ignore

export const untouched = 0;
export const reads = 1;
export const changes = 2;

const nothing: Operand = { type: T0.unknown, flags: 0 };
const anInt: Operand = { type: T0.int, flags: 0 };

/** The type of a constant by its value and suffix, by C99's table. */
function constantType(node: IntegerLiteral): DType {
  let index = 0;
  let unsigned = false;
  for (const letter of node.suffix) {
    if (letter === 'u' || letter === 'U') unsigned = true;
    index += letter === 'u' || letter === 'U' ? 1 : 2;
  }
  const step = node.decimal || unsigned ? 2 : 1;
  for (let i = index; i < constantTypes.length; i += step) {
    const [type, limit] = constantTypes[i] ?? [T0.long, 0n];
    if (node.value <= limit) return type;
  }
  return T0.unsignedLongLong;
}

const smallConstants = new Map<string, Operand>();

function literal(analyzer: Analyzer, node: IntegerLiteral): Operand {
  const { text, value } = node;
  if (text.length < 4) {
    let operand = smallConstants.get(text);
    if (!operand) {
      operand = { type: constantType(node), flags: 0, value };
      smallConstants.set(text, operand);
    }
    return operand;
  }
  const type = constantType(node);
  if (node.decimal && node.suffix === '' && value > 0x7fffffffffffffffn && value <= 0xffffffffffffffffn) {
    complain(analyzer, 'D_INT_OFLOW', node, `${text} doesn't fit into a signed 64-bit integer; add the suffix u.`);
  }
  return { type, flags: 0, value };
}

/** Works out an expression and everything in it. */
export function cook(analyzer: Analyzer, node: Expression, mode: number): Operand {
  return remember(analyzer, node, cookKind(analyzer, node, mode));
}

function cookKind(analyzer: Analyzer, node: Expression, mode: number): Operand {
  switch (node.kind) {
    case 'integer':
      return literal(analyzer, node);
    case 'string':
      return { type: T0.string, flags: F.text, text: node.value };
    case 'character':
      return { type: T0.int, flags: 0, value: node.value };
    case 'identifier':
      return cookIdentifier(analyzer, node, mode);
    case 'aggregation':
      return cookAggregation(analyzer, node, mode, false);
    case 'macroArgument':
      return cookMacroArgument(analyzer, node.name, node.asString);
    case 'parenthesized':
      return cook(analyzer, node.expression, mode);
    case 'call':
      return cookCall(analyzer, node);
    case 'index':
      return cookIndex(analyzer, node, mode);
    case 'member':
      return cookMember(analyzer, node, mode);
    case 'unary':
    case 'postfix':
      return cookUnary(analyzer, node);
    case 'binary':
      return cookBinary(analyzer, node);
    case 'assignment':
      return cookAssignment(analyzer, node);
    case 'conditional':
      return cookConditional(analyzer, node);
    case 'cast':
      return cookCast(analyzer, node);
    case 'sizeofType': {
      const type = readTypeName(analyzer, node.type);
      const size = sizeOf(type);
      if (isUnknown(type) || isForeign(type)) return { type: T0.unsignedLong, flags: 0 };
      if (size === 0) complain(analyzer, 'D_SIZEOF_TYPE', node, `The size of ${renderType(type)} isn't known.`);
      return { type: T0.unsignedLong, flags: 0, value: BigInt(size) };
    }
    case 'offsetof':
      return cookOffsetof(analyzer, node);
    case 'xlate':
      return cookTranslation(analyzer, node);
    case 'missing':
      return nothing;
  }
}

function isForeign(type: DType): boolean {
  const resolved = resolve(type);
  return resolved.kind === 'struct' && !resolved.members && resolved.foreign;
}

function cookMacroArgument(analyzer: Analyzer, name: string, asString: boolean): Operand {
  const { arguments: given } = analyzer.environment;
  if (asString) {
    const value = /^\d/.test(name) ? given?.[Number(name)] : undefined;
    return { type: T0.string, flags: F.text, ...(value !== undefined && { text: value }) };
  }
  if (!/^\d/.test(name)) return anInt;
  const value = given?.[Number(name)];
  if (value === undefined)
    return given && analyzer.options.has('defaultargs') ? { type: T0.int, flags: 0, value: 0n } : nothing;
  if (/^[-+]?(?:0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*$/.test(value)) {
    const [, sign = '', digits = '0'] = /^([-+]?)(0[xX][0-9a-fA-F]+|[0-9]+)/.exec(value) ?? [];
    const number = BigInt(digits.length > 1 && /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
    const wrapped = BigInt.asUintN(64, sign === '-' ? -number : number);
    return { type: number > 0x7fffffffn ? T0.long : T0.int, flags: 0, value: wrapped };
  }
  if (/^[a-zA-Z_]\w*$/.test(value)) return nothing;
  return { type: T0.string, flags: F.text, text: value.replace(/^"|"$/g, '') };
}

/** The symbol of a global name: an inline's parameter, or the program's own variable. */
function lookUp(analyzer: Analyzer, name: string): DSymbol | undefined {
  return analyzer.locals?.get(name) ?? analyzer.globals.get(name);
}

function cookIdentifier(analyzer: Analyzer, node: Identifier, mode: number): Operand {
  const { name } = node;
  if (name.includes('`')) return cookExternal(analyzer, node);
  const symbol = lookUp(analyzer, name);
  if (symbol) {
    if (symbol.kind === 'array') {
      use(analyzer, symbol, node, 'read');
      complain(analyzer, 'D_IDENT_BADREF', node, `${name} is an associative array; give its keys: ${name}[…].`);
      return nothing;
    }
    return useVariable(analyzer, symbol, node, mode);
  }
  const variable = analyzer.table.variables.get(name);
  if (variable) {
    const { facts, type } = variable;
    if (facts.kind === 'array' || (facts.kind === 'library' && analyzer.table.inlines.get(name)?.keys)) {
      complain(analyzer, 'D_IDENT_BADREF', node, `${name} is an array; give an index: ${name}[0].`);
      return nothing;
    }
    if (facts.kind === 'scope') {
      complain(analyzer, 'D_IDENT_BADREF', node, `A variable must follow ${name}: ${name}->name.`);
      return nothing;
    }
    if (facts.unimplemented !== undefined) say(analyzer, 'warning', 'unimplemented', node, facts.unimplemented);
    if (facts.kind === 'constant') return { type, flags: F.lvalue, value: 0n };
    noteArgument(analyzer, node, name);
    return builtinOperand(analyzer, variable);
  }
  const inline = analyzer.table.inlines.get(name);
  if (inline) {
    if (inline.keys) {
      complain(analyzer, 'D_IDENT_BADREF', node, `${name} is an array; give its keys: ${name}[…].`);
      return nothing;
    }
    if (inline.value !== undefined) return { type: inline.type, flags: 0, value: inline.value };
    // A constant whose value depends on the machine.
    if (isInteger(inline.type) && name === name.toUpperCase()) return { type: inline.type, flags: F.constant };
    return { type: translatedType(analyzer, inline.type), flags: F.lvalue | F.variable };
  }
  if (analyzer.table.functions.has(name)) {
    complain(analyzer, 'D_IDENT_BADREF', node, `${name} is a function; call it: ${name}(…).`);
    return nothing;
  }
  complain(
    analyzer,
    'D_IDENT_UNDEF',
    node,
    `${name} isn't known here; assign or declare it earlier in the script.${typeHint(analyzer, name)}`,
  );
  return nothing;
}

interface BuiltinVariable {
  readonly facts: { readonly writable: boolean };
  readonly type: DType;
}

const builtinOperands = new WeakMap<BuiltinVariable, Operand>();

function builtinOperand(analyzer: Analyzer, variable: BuiltinVariable): Operand {
  let operand = builtinOperands.get(variable);
  if (!operand) {
    const flags = F.lvalue | F.variable | (variable.facts.writable ? F.writable : 0);
    operand = { type: translatedType(analyzer, variable.type), flags };
    builtinOperands.set(variable, operand);
  }
  return operand;
}

/** Uses of `arg0` to `arg9` are kept for those who know what the probe passes. */
function noteArgument(analyzer: Analyzer, node: Expression, name: string): void {
  if (name.length !== 4 || !name.startsWith('arg')) return;
  const index = name.charCodeAt(3) - 48;
  if (index >= 0 && index <= 9) addArgument(analyzer, node, index);
}

function addArgument(analyzer: Analyzer, node: Expression, index: number): void {
  const { wrapper } = analyzer;
  const span = { start: node.start, end: node.end };
  analyzer.argumentUses.push(wrapper === undefined ? { index, span } : { index, span, wrapper });
}

function typeHint(analyzer: Analyzer, name: string): string {
  if (analyzer.threadLocals.has(name)) return ` There is a self->${name}.`;
  if (analyzer.clauseLocals.has(name)) return ` There is a this->${name}.`;
  return analyzer.aggregations.has(name) ? ` There is an aggregation @${name}.` : '';
}

function cookExternal(analyzer: Analyzer, node: Identifier): Operand {
  const bare = node.name.slice(node.name.lastIndexOf('`') + 1);
  if (bare === '') {
    complain(analyzer, 'D_IDENT_UNDEF', node, 'A symbol must follow the `: module`symbol.');
    return nothing;
  }
  return { type: T0.unknown, flags: F.lvalue };
}

/** Library variables such as `curpsinfo` are made by translators: only what those convert can be read. */
function translatedType(analyzer: Analyzer, type: DType): DType {
  const pointer = resolve(type);
  const target = pointer.kind === 'pointer' ? pointer.to : type;
  if (resolve(target).kind !== 'struct') return type;
  const translator = analyzer.table.translators.find((each) => sameTarget(each.output, target));
  if (!translator) return type;
  return { kind: 'dynamic', what: 'translated', translator, pointer: pointer.kind === 'pointer' };
}

function sameTarget(a: DType, b: DType): boolean {
  return resolve(a) === resolve(b) && resolve(a).kind === 'struct';
}

function useVariable(
  analyzer: Analyzer,
  symbol: DSymbol,
  node: Expression & { name?: unknown },
  mode: number,
  span = node as { start: number; end: number },
): Operand {
  const role = mode & changes ? 'write' : 'read';
  if (mode & reads && !(mode & changes) && isFresh(symbol)) {
    const prefix = symbol.space === 'global' ? '' : `${symbol.space}->`;
    complain(
      analyzer,
      'D_VAR_UNDEF',
      span,
      `${prefix}${symbol.name} is read before anything was assigned to it; assign or declare it earlier in the script.`,
    );
    symbol.type ??= T0.unknown;
  }
  if (mode !== untouched) use(analyzer, symbol, span, role);
  if (mode & reads) symbol.read = true;
  if (mode & changes) symbol.written = true;
  return variableOperand(symbol);
}

function variableOperand(symbol: DSymbol): Operand {
  const { inline, type, value } = symbol;
  const before = symbol.operand;
  if (value !== undefined && type)
    return (symbol.operand = before?.type === type ? before : { type, flags: 0, value, symbol });
  const constant = symbol.kind === 'constant' || symbol.kind === 'parameter';
  const inlined = inline ? inline.flags & F.writable : 0;
  const flags =
    F.lvalue | F.variable | (constant ? inlined : F.writable) | (symbol.storage === 'alloca' ? F.alloca : 0);
  const shown = inline && isDynamic(inline.type) ? inline.type : (type ?? T0.unknown);
  if (before?.type === shown && before.flags === flags) return before;
  symbol.operand = { type: shown, flags, symbol };
  return symbol.operand;
}

/** The variable of a name, made if it isn't there: what an assignment or `++` may do. */
function makeGlobal(analyzer: Analyzer, node: Identifier): Operand | undefined {
  const { name } = node;
  if (name.includes('`') || lookUp(analyzer, name) || analyzer.table.variables.has(name)) return undefined;
  if (analyzer.table.inlines.has(name) || analyzer.table.functions.has(name)) return undefined;
  const symbol = makeSymbol(analyzer, 'variable', name);
  analyzer.globals.set(name, symbol);
  use(analyzer, symbol, node, 'definition');
  return remember(analyzer, node, variableOperand(symbol));
}

function cookAggregation(analyzer: Analyzer, node: Aggregation, mode: number, create: boolean): Operand {
  const name = node.name === '' ? '_' : node.name;
  let symbol = analyzer.aggregations.get(name);
  if (!symbol) {
    if (!create) {
      complain(
        analyzer,
        'D_IDENT_UNDEF',
        node,
        `There is no aggregation @${node.name} yet; assign it first: @${node.name} = count().`,
      );
      return { type: T0.aggregation, flags: F.aggregation };
    }
    symbol = makeSymbol(analyzer, 'aggregation', name);
    symbol.type = T0.aggregation;
    analyzer.aggregations.set(name, symbol);
    use(analyzer, symbol, node, 'definition');
  } else {
    use(analyzer, symbol, node, mode & changes ? 'write' : 'read');
  }
  return { type: T0.aggregation, flags: F.aggregation | F.lvalue, symbol };
}

function cookCall(analyzer: Analyzer, node: Call): Operand {
  const { callee } = node;
  const outer = analyzer.wrapper;
  const operands = (): Operand[] => {
    const made = node.arguments.map((argument) => {
      const direct =
        argument.kind === 'identifier' ||
        (argument.kind === 'index' && argument.object.kind === 'identifier' && argument.object.name === 'args');
      analyzer.wrapper = direct && callee.kind === 'identifier' ? callee.name : undefined;
      return cook(analyzer, argument, reads);
    });
    analyzer.wrapper = outer;
    return made;
  };
  if (callee.kind !== 'identifier') {
    // The parser has said that only names can be called.
    if (callee.kind === 'aggregation') complain(analyzer, 'D_FUNC_UNDEF', callee, 'An aggregation is no function.');
    analyzer.muted++;
    cook(analyzer, callee, untouched);
    analyzer.muted--;
    operands();
    return nothing;
  }
  const { name } = callee;
  const signature = analyzer.table.functions.get(name);
  if (!signature || analyzer.globals.has(name)) {
    operands();
    const symbol = lookUp(analyzer, name);
    if (symbol) {
      use(analyzer, symbol, callee, 'read');
      complain(analyzer, 'D_FUNC_IDKIND', callee, `${name} is ${kindWord(symbol)} and can't be called.`);
    } else if (analyzer.table.variables.has(name) || analyzer.table.inlines.has(name)) {
      complain(analyzer, 'D_FUNC_IDKIND', callee, `${name} is a variable and can't be called.`);
    } else {
      complain(
        analyzer,
        'D_FUNC_UNDEF',
        callee,
        `D has no function ${name} on ${analyzer.environment.platform}.${nearestFunction(analyzer, name)}`,
      );
    }
    return nothing;
  }
  const made = operands();
  if (signature.facts.destructive) analyzer.destructive = true;
  if (
    followed.has(name) ||
    (readsMemory.has(name) && made.some((each, i) => !isPlainArgument(node.arguments[i]) && !isString(each.type)))
  )
    markRisky(analyzer);
  return checkCall(analyzer, node, signature, made);
}

/** Functions whose arguments say much about what can fail. */
const followed = new Set([
  'alloca',
  'copyin',
  'copyinto',
  'bcopy',
  'copyout',
  'copyoutstr',
  'commit',
  'discard',
  'inet_ntop',
  'link_ntop',
]);
const readsMemory = new Set(['copyinstr', 'basename', 'dirname', 'cleanpath', 'inet_ntoa', 'inet_ntoa6', 'substr', 'strlen', 'index', 'rindex', 'strchr', 'strrchr', 'strstr', 'strjoin', 'tolower', 'toupper']); // prettier-ignore

function isPlainArgument(node: Expression | undefined): boolean {
  return node?.kind === 'identifier' && /^arg\d$/.test(node.name);
}

function nearestFunction(analyzer: Analyzer, name: string): string {
  for (const known of analyzer.table.functions.keys()) {
    if (Math.abs(known.length - name.length) <= 1 && isNear(known, name)) return ` Did you mean ${known}?`;
  }
  return '';
}

/** One letter changed, added, left out, or two swapped. */
function isNear(a: string, b: string): boolean {
  if (a === b) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const restA = a.slice(i);
  const restB = b.slice(i);
  if (restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)) return true;
  const [x = '', y = ''] = restA;
  return restB.startsWith(y + x) && restA.slice(2) === restB.slice(2);
}

function cookIndex(analyzer: Analyzer, node: Index, mode: number): Operand {
  const { object } = node;
  if (object.kind === 'aggregation') return cookAggregationIndex(analyzer, node, object, mode);
  if (object.kind === 'identifier' && !object.name.includes('`')) {
    const special = cookNamedIndex(analyzer, node, object, mode);
    if (special) return special;
  }
  const base = cook(analyzer, object, untouched);
  if (base.flags & F.aggregation) {
    complain(analyzer, 'D_AGG_MDIM', node.list, 'An aggregation has one list of keys: @a[x, y] instead of @a[x][y].');
    for (const key of node.keys) cook(analyzer, key, reads);
    return base;
  }
  const { symbol } = base;
  const fresh =
    symbol && base.flags & F.variable && !(base.flags & F.indexed) && isFresh(symbol) && symbol.kind !== 'array';
  if (fresh && symbol.space !== 'global') {
    if (symbol.space === 'this') {
      complain(
        analyzer,
        'D_ARR_LOCAL',
        node,
        `A clause-local variable can't be an associative array; use self->${symbol.name}.`,
      );
      symbol.type = T0.unknown;
      symbol.written = true;
    } else {
      symbol.kind = 'array';
    }
  }
  if (symbol?.kind === 'array' && !(base.flags & F.indexed))
    return cookAssociative(analyzer, node, symbol, mode, nameSpan(object));
  return cookElement(analyzer, node, base);
}

function nameSpan(node: Expression): { start: number; end: number } {
  if (node.kind === 'member') return node.name;
  return node.kind === 'parenthesized' ? nameSpan(node.expression) : node;
}

/** `name[…]`: a variable of the program, `args`, `uregs`, an inline array; undefined if it is none of them. */
function cookNamedIndex(analyzer: Analyzer, node: Index, object: Identifier, mode: number): Operand | undefined {
  const { name } = object;
  const symbol = lookUp(analyzer, name);
  if (symbol) {
    const fresh = symbol.kind === 'variable' && isFresh(symbol);
    if (fresh) symbol.kind = 'array';
    if (symbol.kind !== 'array' && !symbol.keys) return undefined;
    return cookAssociative(analyzer, node, symbol, mode, object);
  }
  const variable = analyzer.table.variables.get(name);
  const inline = analyzer.table.inlines.get(name);
  if (name === 'args' || variable?.facts.kind === 'array')
    return cookBuiltinArray(analyzer, node, name, variable?.type ?? T0.unknown);
  if (inline?.keys ?? (variable?.facts.kind === 'library' && name === 'fds')) {
    const keys = node.keys.map((key) => cook(analyzer, key, reads));
    checkKeys(analyzer, node, name, inline?.keys ?? [T0.int], keys);
    return {
      type: translatedType(analyzer, inline?.type ?? variable?.type ?? T0.unknown),
      flags: F.lvalue | F.variable | F.indexed,
    };
  }
  if (variable ?? inline ?? analyzer.table.functions.has(name)) {
    if (analyzer.table.functions.has(name)) {
      complain(analyzer, 'D_IDENT_BADREF', object, `${name} is a function; call it: ${name}(…).`);
      for (const key of node.keys) cook(analyzer, key, reads);
      return nothing;
    }
    return undefined;
  }
  const made = makeSymbol(analyzer, 'array', name);
  analyzer.globals.set(name, made);
  use(analyzer, made, object, 'definition');
  return cookAssociative(analyzer, node, made, mode, object);
}

function cookBuiltinArray(analyzer: Analyzer, node: Index, name: string, type: DType): Operand {
  const [first] = node.keys;
  if (name === 'args' && first?.kind === 'integer') addArgument(analyzer, node, Number(first.value));
  const keys = node.keys.map((key) => cook(analyzer, key, reads));
  const [key] = keys;
  if (keys.length > 1) {
    complain(analyzer, 'D_PROTO_LEN', node.list, `${name}[] takes one index.`);
    return nothing;
  }
  if (!key || isUnknown(key.type))
    return { type: name === 'args' ? T0.unknown : type, flags: F.lvalue | F.variable | F.indexed };
  if (key.flags & F.constant) return { type, flags: F.lvalue | F.variable | F.indexed };
  if (key.value === undefined || !isInteger(key.type)) {
    complain(analyzer, 'D_PROTO_ARG', node.keys[0] ?? node, `The index of ${name}[] must be an integer constant.`);
    return nothing;
  }
  const index = BigInt.asIntN(64, key.value);
  if (name !== 'args') {
    if (index > 41n && analyzer.environment.platform === 'linux') {
      complain(analyzer, 'D_UNKNOWN', node.keys[0] ?? node, `No machine has ${name}[${index}].`);
    } else if (index < 0n && isSigned(key.type))
      complain(analyzer, 'D_REGS_IDX', node.keys[0] ?? node, `${name}[${index}] doesn't exist.`);
    return { type, flags: F.lvalue | F.variable | F.indexed };
  }
  return cookArgs(analyzer, node, index);
}

function cookArgs(analyzer: Analyzer, node: Index, index: bigint): Operand {
  const flags = F.lvalue | F.variable | F.indexed;
  if (!analyzer.clause) {
    complain(analyzer, 'D_ARGS_NONE', node, "args[] exists only within a probe's clause.");
    return nothing;
  }
  const where = node.keys[0] ?? node;
  if (index < 0n) {
    complain(analyzer, 'D_ARGS_IDX', where, 'The index of args[] begins at 0.');
    return nothing;
  }
  const known = probeArguments(analyzer);
  if (known && index >= BigInt(known.length)) {
    const count = known.length === 0 ? 'no arguments in args[]' : `${known.length} arguments in args[], from 0 on`;
    complain(analyzer, 'D_ARGS_IDX', where, `This probe has ${count}.`);
    return nothing;
  }
  return { type: known?.[Number(index)] ?? T0.unknown, flags };
}

/** The types of the probe's typed arguments, where every description of the clause has the same known ones. */
function probeArguments(analyzer: Analyzer): readonly DType[] | undefined {
  const descriptions = analyzer.clause?.descriptions ?? [];
  const none = descriptions.every(({ provider, module, function: func, name, number }) => {
    if (number !== undefined) return false;
    if (provider?.text === 'rawfbt') return true;
    const bare = (provider?.text ?? '') === '' || provider?.text === 'dtrace';
    return bare && (module?.text ?? '') === '' && (func?.text ?? '') === '' && /^(?:BEGIN|END)$/.test(name?.text ?? '');
  });
  if (none && descriptions.length > 0) return [];
  return functionArguments(analyzer, descriptions);
}

/** The arguments of fbt's probes are those of the kernel's function; at its return, an offset and what it returns. */
function functionArguments(
  analyzer: Analyzer,
  descriptions: readonly ProbeDescription[],
): readonly DType[] | undefined {
  const { kernel } = analyzer.environment;
  const [first, ...more] = descriptions;
  if (!kernel || !first || more.length > 0 || first.provider?.text !== 'fbt') return undefined;
  const called = kernel.functionNamed(first.function?.text ?? '');
  if (!called) return undefined;
  const count = first.name?.text === 'entry' ? called.parameters : called.returnsVoid ? 1 : 2;
  return first.name?.text === 'entry' || first.name?.text === 'return'
    ? new Array<DType>(count).fill(T0.unknown)
    : undefined;
}

function cookAggregationIndex(analyzer: Analyzer, node: Index, object: Aggregation, mode: number): Operand {
  const base = remember(analyzer, object, cookAggregation(analyzer, object, mode, true));
  const keys = node.keys.map((key) => cook(analyzer, key, reads));
  if (base.symbol) bindKeys(analyzer, node, base.symbol, keys);
  return { ...base, flags: base.flags | F.indexed };
}

function cookAssociative(
  analyzer: Analyzer,
  node: Index,
  symbol: DSymbol,
  mode: number,
  name: { start: number; end: number },
): Operand {
  const fresh = isFresh(symbol);
  const keys = node.keys.map((key) => cook(analyzer, key, reads));
  if (analyzer.options.has('dynvarsize')) markRisky(analyzer);
  if (keys.length > 8 && analyzer.environment.platform === 'linux') {
    complain(
      analyzer,
      'D_tuple',
      node.list,
      'An associative array has 8 keys at most on Linux; join some into a string.',
    );
  }
  bindKeys(analyzer, node, symbol, keys);
  if (!(fresh && symbol.definitions.length > 0 && symbol.definitions.at(-1)?.start === name.start)) {
    use(analyzer, symbol, name, mode & changes ? 'write' : 'read');
  }
  if (mode & reads && !(mode & changes) && fresh) {
    const prefix = symbol.space === 'global' ? '' : `${symbol.space}->`;
    complain(
      analyzer,
      'D_VAR_UNDEF',
      name,
      `${prefix}${symbol.name}[] is read before anything was assigned to it; assign or declare it earlier in the script.`,
    );
    symbol.type ??= T0.unknown;
  }
  if (mode & reads) symbol.read = true;
  if (mode & changes) symbol.written = true;
  const operand = variableOperand(symbol);
  return { ...operand, type: operand.symbol?.type ?? T0.unknown, flags: operand.flags | F.indexed };
}

/** Checks keys against those that came before; the first use says what they are. */
function bindKeys(analyzer: Analyzer, node: Index, symbol: DSymbol, keys: readonly Operand[]): void {
  const shown = symbol.kind === 'aggregation' ? `@${symbol.name}` : symbol.name;
  if (symbol.keys) {
    checkKeys(analyzer, node, shown, symbol.keys, keys);
    return;
  }
  keys.forEach(({ type }, i) => {
    const span = node.keys[i] ?? node;
    if (isDynamic(type) || isVoid(type)) {
      complain(analyzer, 'D_KEY_TYPE', span, `A key can't be ${isVoid(type) ? 'void' : renderType(type)}.`);
    }
  });
  symbol.keys = keys.map(({ type }) => (isDynamic(type) || isVoid(type) ? T0.unknown : type));
}

function checkKeys(
  analyzer: Analyzer,
  node: Index,
  name: string,
  expected: readonly DType[],
  keys: readonly Operand[],
): void {
  if (keys.length !== expected.length) {
    const count = expected.length === 1 ? 'one key' : `${expected.length} keys`;
    complain(
      analyzer,
      'D_PROTO_LEN',
      node.list,
      `${name} has ${count} elsewhere, but ${keys.length} here; use the same keys everywhere.`,
    );
    return;
  }
  keys.forEach((key, i) => {
    const type = expected[i];
    if (!type || argumentCompatible({ type }, key)) return;
    complain(
      analyzer,
      'D_PROTO_ARG',
      node.keys[i] ?? node,
      `Key ${i + 1} of ${name} is ${renderType(type)} elsewhere, but ${renderType(key.type)} here.`,
    );
  });
}

/** `pointer[i]` is `*(pointer + i)`. */
function cookElement(analyzer: Analyzer, node: Index, base: Operand): Operand {
  markRisky(analyzer);
  const keys = node.keys.map((key) => cook(analyzer, key, reads));
  if (base.symbol) {
    if (base.flags & F.variable) use(analyzer, base.symbol, nameSpan(node.object), 'read');
    base.symbol.read = true;
  }
  const [key] = keys;
  if (isUnknown(base.type) || !key) return { type: T0.unknown, flags: F.lvalue | (base.flags & F.writable) };
  if (keys.length > 1) {
    complain(
      analyzer,
      'D_ARR_BADREF',
      node.list,
      `This isn't an associative array, but ${renderType(base.type)}; it takes one index.`,
    );
    return nothing;
  }
  const sum = add(analyzer, node, '+', base, key);
  if (!sum) return nothing;
  if (!checkBounds(analyzer, node, base, key)) return nothing;
  const element = isString(base.type) ? T0.char : (elementOf(base.type) ?? elementOf(sum));
  if (!element) return nothing;
  return dereference(analyzer, node, element, base.flags);
}

/** Whether a constant index lies within an array; -5 lies in none. */
function checkBounds(analyzer: Analyzer, node: Expression, base: Operand, key: Operand): boolean {
  const array = resolve(base.type);
  if (array.kind !== 'array' || key.value === undefined || array.length === 0) return true;
  if (base.flags & F.indexed || key.value < BigInt(array.length)) return true;
  const severity = analyzer.environment.platform === 'linux' ? 'error' : 'warning';
  const where = node.kind === 'index' ? (node.keys[0] ?? node) : node;
  say(
    analyzer,
    severity,
    'D_ARR_BOUNDS',
    where,
    `The array has ${array.length} elements, from 0 to ${array.length - 1}.`,
  );
  return false;
}

function dereference(analyzer: Analyzer, node: Expression, element: DType, flags: number): Operand {
  markRisky(analyzer);
  const target = resolve(element);
  if (target.kind === 'void') {
    complain(
      analyzer,
      'D_DEREF_VOID',
      node,
      'A pointer to void has no value; cast it to another pointer first: *(int *)p.',
    );
    return nothing;
  }
  if (target.kind === 'function') {
    complain(analyzer, 'D_DEREF_FUNC', node, 'A pointer to a function has no value.');
    return nothing;
  }
  const lvalue = target.kind === 'array' ? 0 : F.lvalue;
  return { type: element, flags: lvalue | (flags & F.writable) };
}

function cookMember(analyzer: Analyzer, node: Member, mode: number): Operand {
  const { object, name, operator } = node;
  if (operator === '->' && object.kind === 'identifier' && (object.name === 'self' || object.name === 'this')) {
    return cookScoped(analyzer, node, object.name, mode);
  }
  const base = cook(analyzer, object, reads);
  if (operator === '->' && base.symbol) markRisky(analyzer);
  if (name.text.startsWith('$')) return { type: T0.unknown, flags: F.lvalue };
  if (name.text === '' || isUnknown(base.type))
    return { type: T0.unknown, flags: F.lvalue | (base.flags & F.writable) };
  if (base.type.kind === 'dynamic') return cookTranslated(analyzer, node, base, base.type);
  let target = resolve(base.type);
  if (operator === '->') {
    if (target.kind !== 'pointer') {
      const fixes =
        target.kind === 'struct'
          ? [{ title: 'Use a dot', edits: [{ span: operatorSpan(analyzer, node), newText: '.' }], preferred: true }]
          : undefined;
      complain(
        analyzer,
        'D_OP_PTR',
        operatorSpan(analyzer, node),
        `-> needs a pointer on its left; this is ${renderType(base.type)}.`,
        fixes,
      );
      return nothing;
    }
    target = resolve(target.to);
  }
  if (target.kind === 'unknown') return { type: T0.unknown, flags: F.lvalue };
  if (target.kind === 'stack') return stackMember(name.text, base);
  if (target.kind !== 'struct') {
    const hint = operator === '.' && target.kind === 'pointer' ? ' Use -> with a pointer.' : '';
    const fixes =
      hint === ''
        ? undefined
        : [{ title: 'Use ->', edits: [{ span: operatorSpan(analyzer, node), newText: '->' }], preferred: true }];
    complain(
      analyzer,
      'D_OP_SOU',
      operatorSpan(analyzer, node),
      `Only structs and unions have members; this is ${renderType(base.type)}.${hint}`,
      fixes,
    );
    return nothing;
  }
  if (!target.members) {
    if (!target.foreign || definedLater(analyzer, target)) {
      complain(
        analyzer,
        'D_OP_INCOMPLETE',
        operatorSpan(analyzer, node),
        `The members of ${renderType(target)} aren't declared here.`,
      );
    }
    return { type: T0.unknown, flags: F.lvalue };
  }
  const member = target.members.get(name.text);
  if (!member) {
    complain(analyzer, 'D_TYPE_MEMBER', name, `${renderType(target)} has no member ${name.text}.`);
    return nothing;
  }
  const symbol = analyzer.members.get(target)?.get(name.text);
  if (symbol) use(analyzer, symbol, name, 'read');
  const array = resolve(member.type).kind === 'array';
  const lvalue = !array && (operator === '->' || base.flags & F.lvalue) ? F.lvalue : 0;
  const bits = member.type.kind === 'integer' && member.type.bits !== undefined ? F.bitfield : 0;
  return { type: member.type, flags: lvalue | bits | (base.flags & F.writable) };
}

/** What stack() and ustack() give on Linux has a few numbers in it, and the addresses. */
function stackMember(name: string, base: Operand): Operand {
  const flags = base.flags & (F.lvalue | F.writable);
  return { type: name === 'addrs' ? T0.unknown : T0.unsignedInt, flags };
}

function operatorSpan(analyzer: Analyzer, node: Member): { start: number; end: number } {
  const from = node.object.end;
  const text = analyzer.tree.text.slice(from, node.name.start);
  const at = text.lastIndexOf(node.operator);
  return at < 0 ? node : { start: from + at, end: from + at + node.operator.length };
}

/** `self->name` and `this->name`: the variable is made if it isn't there. */
function cookScoped(analyzer: Analyzer, node: Member, space: 'self' | 'this', mode: number): Operand {
  const { name } = node;
  const table = space === 'self' ? analyzer.threadLocals : analyzer.clauseLocals;
  if (name.text === '' || name.text.startsWith('$')) return nothing;
  let symbol = table.get(name.text);
  if (!symbol) {
    symbol = makeSymbol(analyzer, space === 'self' ? 'threadLocal' : 'clauseLocal', name.text, space);
    table.set(name.text, symbol);
    if (mode & changes || mode === untouched) use(analyzer, symbol, name, 'definition');
    if (mode & changes) symbol.written = true;
  }
  if (symbol.kind === 'array') {
    if (mode !== untouched)
      complain(analyzer, 'D_PROTO_LEN', name, `${space}->${name.text} is an associative array; give its keys.`);
    return variableOperand(symbol);
  }
  return mode === untouched ? variableOperand(symbol) : useVariable(analyzer, symbol, node, mode, name);
}

/** A member of translated data: only those that the translator converts are there. */
function cookTranslated(analyzer: Analyzer, node: Member, base: Operand, type: DType & { kind: 'dynamic' }): Operand {
  const { translator } = type;
  if (!translator) {
    if (type.what !== 'translated')
      complain(analyzer, 'D_OP_SOU', operatorSpan(analyzer, node), `${renderType(type)} has no members.`);
    return nothing;
  }
  const output = resolve(translator.output);
  if (output.kind !== 'struct') return nothing;
  if (!translator.members.has(node.name.text)) {
    complain(
      analyzer,
      'D_XLATE_NOCONV',
      node.name,
      `${node.name.text} isn't available: the translator to ${renderType(translator.output)} doesn't provide it.`,
    );
    return nothing;
  }
  if ((node.operator === '->') !== (type.pointer === true)) {
    const tag = node.operator === '->' ? 'D_OP_PTR' : 'D_OP_SOU';
    complain(analyzer, tag, operatorSpan(analyzer, node), `Use ${type.pointer === true ? '->' : '.'} here.`);
  }
  const member = output.members?.get(node.name.text);
  const symbol = analyzer.members.get(output)?.get(node.name.text);
  if (symbol) use(analyzer, symbol, node.name, 'read');
  return { type: member?.type ?? T0.unknown, flags: F.lvalue | (base.flags & F.writable) };
}

function cookUnary(analyzer: Analyzer, node: Unary | (Expression & { kind: 'postfix' })): Operand {
  const { operator, operand } = node;
  if (operator === '++' || operator === '--') return cookStep(analyzer, node);
  const child = cook(analyzer, operand, operator === '&' ? untouched : reads);
  if (operator === '&') return cookAddress(analyzer, node, child);
  if (child.value !== undefined && operator !== '*' && operator !== 'sizeof' && operator !== 'stringof') {
    return foldUnary(operator, child);
  }
  if (operator === '*') markRisky(analyzer);
  if (isUnknown(child.type)) return unknownUnary(operator, child);
  switch (operator) {
    case '*':
      return cookDereference(analyzer, node, child);
    case '+':
    case '-':
      if (!isInteger(child.type))
        complain(analyzer, 'D_OP_ARITH', node, `${operator} needs a number; this is ${renderType(child.type)}.`);
      return { type: child.type, flags: 0 };
    case '~':
      if (!isInteger(child.type))
        complain(analyzer, 'D_OP_INT', node, `~ needs an integer; this is ${renderType(child.type)}.`);
      return { type: child.type, flags: 0 };
    case '!':
      if (!isScalar(child.type))
        complain(analyzer, 'D_OP_SCALAR', node, `! needs a number or a pointer; this is ${renderType(child.type)}.`);
      return anInt;
    case 'sizeof':
      return cookSizeof(analyzer, node, child);
    case 'stringof':
      if (!isScalar(child.type) && !isPointer(child.type) && !isStringLike(child.type)) {
        complain(analyzer, 'D_STRINGOF_TYPE', node, `stringof can't make a string of ${renderType(child.type)}.`);
      }
      return { type: T0.string, flags: child.flags & F.alloca };
    default:
      return nothing;
  }
}

function unknownUnary(operator: Unary['operator'], child: Operand): Operand {
  switch (operator) {
    case '*':
      return { type: T0.unknown, flags: F.lvalue | (child.flags & F.writable) };
    case '!':
      return anInt;
    case 'sizeof':
      return { type: T0.unsignedLong, flags: 0 };
    case 'stringof':
      return { type: T0.string, flags: 0 };
    default:
      return nothing;
  }
}

function foldUnary(operator: Unary['operator'], child: Operand): Operand {
  const value = child.value ?? 0n;
  switch (operator) {
    case '-': {
      const negative = BigInt.asUintN(64, -value);
      const bits = Math.max(8, sizeOf(child.type) * 8);
      return { type: child.type, flags: 0, value: isSigned(child.type) ? negative : BigInt.asUintN(bits, negative) };
    }
    case '~':
      return { type: child.type, flags: 0, value: BigInt.asUintN(64, ~value) };
    case '!':
      return { type: child.type, flags: 0, value: value === 0n ? 1n : 0n };
    default:
      return { type: child.type, flags: 0, value };
  }
}

function cookDereference(analyzer: Analyzer, node: Expression, child: Operand): Operand {
  if (child.type.kind === 'dynamic') {
    if (child.type.what === 'translated' && child.type.pointer === true) {
      return { type: { ...child.type, pointer: false }, flags: child.flags };
    }
    complain(analyzer, 'D_DEREF_NONPTR', node, `* needs a pointer; this is ${renderType(child.type)}.`);
    return nothing;
  }
  const element = elementOf(child.type) ?? (isString(child.type) ? T0.char : undefined);
  if (!element) {
    complain(analyzer, 'D_DEREF_NONPTR', node, `* needs a pointer; this is ${renderType(child.type)}.`);
    return nothing;
  }
  return dereference(analyzer, node, element, child.flags);
}

function cookAddress(analyzer: Analyzer, node: Expression, child: Operand): Operand {
  if (child.flags & (F.variable | F.aggregation) || isDynamic(child.type)) {
    if (child.symbol) use(analyzer, child.symbol, node, 'read');
    complain(
      analyzer,
      'D_ADDROF_VAR',
      node,
      "A variable of D has no address; only the kernel's and the program's data do.",
    );
    return nothing;
  }
  if (isUnknown(child.type)) return { type: { kind: 'pointer', to: T0.unknown }, flags: 0 };
  if (!(child.flags & F.lvalue)) {
    complain(analyzer, 'D_ADDROF_LVAL', node, 'This value has no address.');
    return nothing;
  }
  if (child.flags & F.bitfield) complain(analyzer, 'D_ADDROF_BITFIELD', node, 'A bit-field has no address.');
  return { type: { kind: 'pointer', to: child.type }, flags: child.flags & F.alloca };
}

function cookSizeof(analyzer: Analyzer, node: Expression, child: Operand): Operand {
  if (child.flags & F.text) return { type: T0.unsignedLong, flags: 0, value: BigInt((child.text?.length ?? 0) + 1) };
  if (child.flags & F.bitfield) complain(analyzer, 'D_SIZEOF_BITFIELD', node, 'sizeof does not apply to a bit-field.');
  else if (sizeOf(child.type) === 0 && !isForeign(child.type)) {
    complain(analyzer, 'D_SIZEOF_TYPE', node, `The size of ${renderType(child.type)} isn't known.`);
  }
  return { type: T0.unsignedLong, flags: 0 };
}

/** `++` and `--`, before or after: they make a variable of type int64_t. */
function cookStep(analyzer: Analyzer, node: Expression & { operator: string; operand: Expression }): Operand {
  const { operator, operand } = node;
  const target = plain(operand);
  const made = target.kind === 'identifier' ? makeGlobal(analyzer, target) : undefined;
  const child = made ?? cook(analyzer, operand, untouched);
  if (child.symbol && child.flags & F.variable) {
    if (isFresh(child.symbol) && child.symbol.type === undefined) {
      child.symbol.type = analyzer.table.typedefs.get('int64_t') ?? T0.long;
    }
    child.symbol.read = true;
    child.symbol.written = true;
    if (!made) use(analyzer, child.symbol, nameSpan(operand), 'write');
  }
  const type = child.symbol && child.flags & F.variable ? (child.symbol.type ?? child.type) : child.type;
  if (isUnknown(type)) return { type, flags: 0 };
  if (!isScalar(type)) {
    complain(analyzer, 'D_OP_SCALAR', node, `${operator} needs a number or a pointer; this is ${renderType(type)}.`);
  } else if (isVoidOrFunctionPointer(type)) {
    complain(analyzer, 'D_OP_VFPTR', node, `${operator} can't step over ${renderType(type)}, whose size isn't known.`);
  } else checkWritable(analyzer, node, operator, child);
  return { type, flags: 0 };
}

function plain(node: Expression): Expression {
  return node.kind === 'parenthesized' ? plain(node.expression) : node;
}

function checkWritable(analyzer: Analyzer, node: Expression, operator: string, target: Operand): boolean {
  if (isUnknown(target.type) && !(target.flags & F.variable)) return true;
  if (!(target.flags & F.lvalue)) {
    complain(analyzer, 'D_OP_LVAL', node, `${operator} can't change this: it is a value and no variable.`);
    return false;
  }
  if (!(target.flags & F.writable)) {
    complain(
      analyzer,
      'D_OP_WRITE',
      node,
      `${operator} can't change this: it is read-only. Only the script's own variables can be written.`,
    );
    return false;
  }
  return true;
}

const comparisons: ReadonlySet<BinaryOperator> = new Set(['<', '<=', '>', '>=', '==', '!=']);

function cookBinary(analyzer: Analyzer, node: Binary): Operand {
  const { operator } = node;
  const left = cook(analyzer, node.left, reads);
  const right = comparisons.has(operator) ? cookCompared(analyzer, left, node) : cook(analyzer, node.right, reads);
  if ((operator === '/' || operator === '%') && right.value === 0n) {
    complain(analyzer, 'D_DIV_ZERO', node.right, 'This divides by zero.');
    return { type: left.type, flags: 0 };
  }
  if (left.value !== undefined && right.value !== undefined && operator !== ',')
    return foldBinary(operator, left, right);
  switch (operator) {
    case '+':
    case '-': {
      const type = add(analyzer, node, operator, left, right);
      if (operator === '+') checkBounds(analyzer, node.right, left, right);
      const scratch = (left.flags | right.flags) & F.alloca;
      const writable = operator === '+' ? left.flags & F.writable : 0;
      return { type: type ?? T0.unknown, flags: scratch | (isPointer(type ?? T0.unknown) ? writable : 0) };
    }
    case '*':
    case '/':
    case '%':
    case '&':
    case '|':
    case '^':
    case '<<':
    case '>>':
      return arithmetic(analyzer, node, left, right);
    case '&&':
    case '||':
    case '^^':
      for (const [side, operand] of [
        [node.left, left],
        [node.right, right],
      ] as const) {
        if (isUnknown(operand.type) || isScalar(operand.type)) continue;
        complain(
          analyzer,
          'D_OP_SCALAR',
          side,
          `${operator} needs numbers or pointers; this is ${renderType(operand.type)}.${isString(operand.type) ? ' Compare it: … != "".' : ''}`,
        );
      }
      return anInt;
    case ',':
      return comma(analyzer, node, left, right);
    default:
      return compare(analyzer, node, left, right);
  }
}

function comma(analyzer: Analyzer, node: Binary, left: Operand, right: Operand): Operand {
  for (const [side, operand] of [
    [node.left, left],
    [node.right, right],
  ] as const) {
    if (isDynamic(operand.type)) {
      complain(
        analyzer,
        'D_OP_DYN',
        side,
        `A comma can't join ${renderType(operand.type)}; make it a statement of its own.`,
      );
    } else if (operand.flags & F.action) {
      complain(
        analyzer,
        'D_OP_ACT',
        side,
        "An action can't be joined by a comma; put a semicolon between the statements.",
      );
    }
  }
  return { type: right.type, flags: right.flags & F.alloca };
}

/** The right side of a comparison may be an enumerator of the left side's enum, even if its name isn't global. */
function cookCompared(analyzer: Analyzer, left: Operand, node: Binary): Operand {
  const type = resolve(left.type);
  const { right } = node;
  if (type.kind === 'enum' && right.kind === 'identifier' && type.values?.has(right.name) === true) {
    const symbol = analyzer.globals.get(right.name);
    if (symbol) use(analyzer, symbol, right, 'read');
    return remember(analyzer, right, {
      type,
      flags: 0,
      value: BigInt.asUintN(64, type.values.get(right.name) ?? 0n),
      ...(symbol && { symbol }),
    });
  }
  return cook(analyzer, right, reads);
}

function compare(analyzer: Analyzer, node: Binary, left: Operand, right: Operand): Operand {
  const result = anInt;
  if (isUnknown(left.type) || isUnknown(right.type)) return result;
  if (!isDynamic(left.type) && compatible(left.type, right.type)) return result;
  if (isInteger(left.type) && isInteger(right.type)) return result;
  const strings = isStringLike(left.type) && isStringLike(right.type) && (isString(left.type) || isString(right.type));
  if (strings || pointerCompatible(left, right)) return result;
  incompatible(analyzer, node, left, right);
  return result;
}

function incompatible(analyzer: Analyzer, node: Binary | Assignment, left: Operand, right: Operand): void {
  const hint =
    isString(left.type) && isInteger(right.type) && right.value === undefined
      ? ' If it is the address of a string, use copyinstr(…) or stringof(…).'
      : '';
  complain(
    analyzer,
    'D_OP_INCOMPAT',
    node,
    `${renderType(left.type)} and ${renderType(right.type)} don't go together with ${node.operator}.${hint}`,
  );
}

/** The type of `left + right` or `left - right`; complains and gives nothing if there is none. */
function add(
  analyzer: Analyzer,
  node: Expression,
  operator: '+' | '-',
  left: Operand,
  right: Operand,
): DType | undefined {
  if (isUnknown(left.type) || isUnknown(right.type)) return T0.unknown;
  const leftPointer = isString(left.type) || (isPointer(left.type) && !isVoidOrFunctionPointer(left.type));
  const rightPointer = isString(right.type) || (isPointer(right.type) && !isVoidOrFunctionPointer(right.type));
  const leftInteger = isInteger(left.type);
  const rightInteger = isInteger(right.type);
  if (leftInteger && rightInteger) return promote(left.type, right.type);
  if (leftPointer && rightInteger) return left.type;
  if (leftInteger && rightPointer && operator === '+') return right.type;
  if (leftPointer && rightPointer && operator === '-' && pointerCompatible(left, right)) {
    return analyzer.table.typedefs.get('ptrdiff_t') ?? T0.long;
  }
  const hint =
    isVoidOrFunctionPointer(left.type) || isVoidOrFunctionPointer(right.type)
      ? ' Cast the pointer to one of known size: (char *)p.'
      : isString(left.type) && isString(right.type)
        ? ' Use strjoin(…).'
        : '';
  complain(
    analyzer,
    'D_OP_INCOMPAT',
    node,
    `${renderType(left.type)} and ${renderType(right.type)} don't go together with ${operator}.${hint}`,
  );
  return undefined;
}

function arithmetic(analyzer: Analyzer, node: Binary, left: Operand, right: Operand): Operand {
  const { operator } = node;
  const both = operator === '*' || operator === '/';
  let bad = false;
  for (const [side, operand] of [
    [node.left, left],
    [node.right, right],
  ] as const) {
    if (isUnknown(operand.type) || isInteger(operand.type)) continue;
    bad = true;
    complain(
      analyzer,
      both ? 'D_OP_ARITH' : 'D_OP_INT',
      side,
      `${operator} needs ${both ? 'numbers' : 'integers'}; this is ${renderType(operand.type)}.`,
    );
  }
  if (bad || isUnknown(left.type) || isUnknown(right.type)) return nothing;
  const type = operator === '<<' || operator === '>>' ? left.type : promote(left.type, right.type);
  return { type, flags: 0 };
}

function foldBinary(operator: BinaryOperator, left: Operand, right: Operand): Operand {
  const l = left.value ?? 0n;
  const r = right.value ?? 0n;
  const type = promote(left.type, right.type);
  const signed = isSigned(type);
  const a = signed ? BigInt.asIntN(64, l) : l;
  const b = signed ? BigInt.asIntN(64, r) : r;
  const truth = (value: boolean): Operand => ({ type: T0.int, flags: 0, value: value ? 1n : 0n });
  const number = (value: bigint, as = type): Operand => ({ type: as, flags: 0, value: BigInt.asUintN(64, value) });
  switch (operator) {
    case '&&': return truth(l !== 0n && r !== 0n);
    case '||': return truth(l !== 0n || r !== 0n);
    case '^^': return truth((l !== 0n) !== (r !== 0n));
    case '==': return truth(l === r);
    case '!=': return truth(l !== r);
    case '<': return truth(a < b);
    case '<=': return truth(a <= b);
    case '>': return truth(a > b);
    case '>=': return truth(a >= b);
    case '|': return number(l | r);
    case '&': return number(l & r);
    case '^': return number(l ^ r);
    case '<<': return number(l << (r & 63n), left.type);
    case '>>': return number(l >> (r & 63n), left.type);
    case '+': return number(l + r);
    case '-': return number(l - r);
    case '*': return number(l * r);
    case '/': return number(b === 0n ? 0n : a / b);
    default: return number(b === 0n ? 0n : a % b);
  }
} // prettier-ignore

function cookAssignment(analyzer: Analyzer, node: Assignment): Operand {
  const { operator } = node;
  const target = plain(node.left);
  if (operator === '=') {
    if (target.kind === 'aggregation' || (target.kind === 'index' && target.object.kind === 'aggregation')) {
      return cookAggregating(analyzer, node, target);
    }
    return cookPlainAssignment(analyzer, node, target);
  }
  if (target.kind === 'identifier') makeGlobal(analyzer, target);
  // The old value is read: a variable that comes into being here has none.
  const left = cook(analyzer, node.left, reads);
  if (left.symbol && left.flags & F.variable) {
    left.symbol.written = true;
    use(analyzer, left.symbol, nameSpan(node.left), 'write');
  }
  const right = cook(analyzer, node.right, reads);
  if ((operator === '/=' || operator === '%=') && right.value === 0n) {
    complain(analyzer, 'D_DIV_ZERO', node.right, 'This divides by zero.');
  }
  if (!isUnknown(left.type) && !isUnknown(right.type)) checkCompound(analyzer, node, left, right);
  return { type: left.type, flags: left.flags & F.alloca };
}

function checkCompound(analyzer: Analyzer, node: Assignment, left: Operand, right: Operand): void {
  const { operator } = node;
  if (operator === '+=' || operator === '-=') {
    if (isString(left.type) || isString(right.type)) return incompatible(analyzer, node, left, right);
    if (!isInteger(left.type) || !isInteger(right.type)) {
      if (!isPointer(left.type) || isVoidOrFunctionPointer(left.type)) {
        complain(
          analyzer,
          'D_OP_VFPTR',
          node.left,
          `${operator} needs a number, or a pointer to something of known size; this is ${renderType(left.type)}.`,
        );
        return;
      }
      if (!isInteger(right.type) && !pointerCompatible(left, right)) return incompatible(analyzer, node, left, right);
    }
  } else {
    const both = operator === '*=' || operator === '/=';
    for (const [side, operand] of [
      [node.left, left],
      [node.right, right],
    ] as const) {
      if (isInteger(operand.type)) continue;
      complain(
        analyzer,
        both ? 'D_OP_ARITH' : 'D_OP_INT',
        side,
        `${operator} needs ${both ? 'numbers' : 'integers'}; this is ${renderType(operand.type)}.`,
      );
      return;
    }
  }
  checkWritable(analyzer, node, operator, left);
}

/** `@a[keys] = f(…)` */
function cookAggregating(analyzer: Analyzer, node: Assignment, target: Expression): Operand {
  const aggregation =
    target.kind === 'index' && target.object.kind === 'aggregation'
      ? target.object
      : target.kind === 'aggregation'
        ? target
        : undefined;
  if (!aggregation) return nothing;
  const left =
    target.kind === 'index'
      ? remember(analyzer, target, cookAggregationIndex(analyzer, target, aggregation, changes))
      : remember(analyzer, target, cookAggregation(analyzer, aggregation, changes, true));
  if (node.left !== target) remember(analyzer, node.left, left);
  const right = cook(analyzer, node.right, reads);
  const { symbol } = left;
  const call = plain(node.right);
  if (!symbol) return left;
  if (target.kind === 'aggregation' && symbol.keys && symbol.keys.length > 0) {
    complain(
      analyzer,
      'D_PROTO_LEN',
      target,
      `@${symbol.name} has ${symbol.keys.length === 1 ? 'a key' : `${symbol.keys.length} keys`} elsewhere; use the same keys everywhere.`,
    );
  } else if (target.kind === 'aggregation') symbol.keys ??= [];
  if (!(right.flags & F.aggregating) || !right.callee || call.kind !== 'call') {
    if (
      node.right.kind !== 'missing' &&
      !(right.flags === 0 && isUnknown(right.type) && right.callee === undefined && call.kind === 'call')
    ) {
      complain(
        analyzer,
        'D_AGG_FUNC',
        node.right,
        `@${symbol.name} takes the result of an aggregating function: count(), sum(x), quantize(x), …`,
      );
    }
    return { ...left, flags: left.flags & ~F.lvalue };
  }
  const { name } = right.callee.facts;
  if (symbol.aggregation && symbol.aggregation.name !== name) {
    const first = symbol.aggregation;
    analyzer.diagnostics.push({
      span: { start: call.callee.start, end: call.callee.end },
      code: 'dtrace/D_AGG_REDEF',
      severity: 'error',
      message: `@${symbol.name} already aggregates with ${first.name}(); use another aggregation for ${name}().`,
      related: [{ span: first.span, message: `Here is ${first.name}().` }],
    });
  }
  symbol.aggregation ??= { name, span: { start: call.callee.start, end: call.callee.end } };
  symbol.written = true;
  return { type: T0.aggregation, flags: F.aggregation | F.aggregating, symbol, callee: right.callee };
}

function cookPlainAssignment(analyzer: Analyzer, node: Assignment, target: Expression): Operand {
  const made = target.kind === 'identifier' ? makeGlobal(analyzer, target) : undefined;
  const left = made ?? cook(analyzer, node.left, untouched);
  if (made && node.left !== target) remember(analyzer, node.left, made);
  const right = cook(analyzer, node.right, reads);
  if (left.flags & F.aggregation) {
    if (target.kind === 'assignment')
      complain(analyzer, 'D_OP_LVAL', node.left, 'An aggregation takes one value in a statement.');
    return nothing;
  }
  const translated =
    right.type.kind === 'dynamic' && right.type.what === 'translated' && right.type.pointer !== true
      ? right.type.translator
      : undefined;
  const value: Operand = translated ? { ...right, type: translated.output } : right;
  const { symbol } = left;
  let type = left.type;
  if (symbol && left.flags & F.variable) {
    symbol.type ??= value.type;
    type = symbol.type;
    if (!made && !definedHere(symbol, nameSpan(node.left))) use(analyzer, symbol, nameSpan(node.left), 'write');
    symbol.written = true;
    trackStorage(analyzer, node, symbol, right);
  }
  if (isUnknown(type) || isUnknown(value.type)) {
    if (!(left.flags & F.variable && symbol)) checkKnownTarget(analyzer, node, left);
    return { type, flags: right.flags & F.alloca };
  }
  const kind = resolve(type).kind;
  if (kind === 'array' || kind === 'function') {
    complain(
      analyzer,
      'D_OP_ARRFUN',
      node.left,
      `${renderType(type)} can't be assigned as a whole; assign its elements.`,
    );
  } else if (kind === 'struct' && value.value === 0n && symbol && isDeletable(left)) {
    // Assigning 0 gives the storage of a thread-local variable or of an array's element back.
  } else if (!argumentCompatible({ type }, value)) {
    incompatible(analyzer, node, { ...left, type }, value);
  } else {
    checkWritable(analyzer, node.left, '=', { ...left, type });
  }
  return { type, flags: right.flags & F.alloca };
}

/** Built-in variables are read-only whatever is assigned to them. */
function checkKnownTarget(analyzer: Analyzer, node: Assignment, left: Operand): void {
  if (!isUnknown(left.type) && !(left.flags & F.writable)) checkWritable(analyzer, node.left, '=', left);
}

function isDeletable({ symbol, flags }: Operand): boolean {
  return symbol !== undefined && (symbol.space === 'self' || (flags & F.indexed) !== 0);
}

function definedHere(symbol: DSymbol, span: { start: number }): boolean {
  return symbol.definitions.at(-1)?.start === span.start;
}

/** A variable holds either scratch memory or other values, never both: alloca's ends with the clause. */
function trackStorage(analyzer: Analyzer, node: Assignment, symbol: DSymbol, right: Operand): void {
  if (right.flags & F.nonassignable) {
    complain(
      analyzer,
      'D_ALLOCA_INCOMPAT',
      node.right,
      "One branch is scratch memory from alloca() and the other is not; such a value can't be assigned.",
    );
    return;
  }
  const storage = right.flags & F.alloca ? 'alloca' : right.value === 0n ? undefined : 'other';
  if (storage === undefined || !mayHoldScratch(symbol)) return;
  if (symbol.storage && symbol.storage !== storage) {
    complain(
      analyzer,
      'D_ALLOCA_INCOMPAT',
      node.left,
      `${symbol.name} holds scratch memory from alloca() at one place and something else at another; use two variables.`,
    );
    return;
  }
  symbol.storage = storage;
}

function mayHoldScratch(symbol: DSymbol): boolean {
  return symbol.type === undefined || isPointer(symbol.type) || isUnknown(symbol.type);
}

function cookConditional(analyzer: Analyzer, node: Conditional): Operand {
  const condition = cook(analyzer, node.condition, reads);
  if (condition.value !== undefined) {
    // The compiler drops the other branch unseen.
    const [taken, dropped] = condition.value !== 0n ? [node.then, node.else] : [node.else, node.then];
    analyzer.muted++;
    cook(analyzer, dropped, reads);
    analyzer.muted--;
    return cook(analyzer, taken, reads);
  }
  const then = cook(analyzer, node.then, reads);
  const otherwise = cook(analyzer, node.else, reads);
  if (!isUnknown(condition.type) && !isScalar(condition.type)) {
    complain(
      analyzer,
      'D_OP_SCALAR',
      node.condition,
      `The condition of ?: must be a number or a pointer; this is ${renderType(condition.type)}.`,
    );
  }
  if (isDynamic(then.type) || isDynamic(otherwise.type)) {
    complain(
      analyzer,
      'D_OP_DYN',
      isDynamic(then.type) ? node.then : node.else,
      `?: can't choose ${renderType(isDynamic(then.type) ? then.type : otherwise.type)}.`,
    );
    return nothing;
  }
  if ((then.flags | otherwise.flags) & F.action) {
    complain(
      analyzer,
      'D_OP_ACT',
      then.flags & F.action ? node.then : node.else,
      "An action can't stand in ?:; use a predicate, or two clauses.",
    );
    return nothing;
  }
  const scratch = (then.flags | otherwise.flags) & F.alloca;
  const mixed = (then.flags & F.alloca) !== (otherwise.flags & F.alloca);
  const flags = scratch | (mixed || (then.flags | otherwise.flags) & F.nonassignable ? F.nonassignable : 0);
  if (isUnknown(then.type) || isUnknown(otherwise.type)) return { type: T0.unknown, flags };
  const type = conditionalType(then, otherwise);
  if (!type) {
    complain(
      analyzer,
      'D_OP_INCOMPAT',
      node,
      `?: chooses between ${renderType(then.type)} and ${renderType(otherwise.type)}; both must be of one type.`,
    );
    return nothing;
  }
  return { type, flags };
}

function conditionalType(then: Operand, otherwise: Operand): DType | undefined {
  if (compatible(then.type, otherwise.type)) return then.type;
  if (isInteger(then.type) && isInteger(otherwise.type)) return promote(then.type, otherwise.type);
  if (isStringLike(then.type) && isStringLike(otherwise.type) && (isString(then.type) || isString(otherwise.type)))
    return T0.string;
  return pointerCompatible(then, otherwise);
}

function cookCast(analyzer: Analyzer, node: Cast): Operand {
  const type = readTypeName(analyzer, node.type);
  const operand = cook(analyzer, node.operand, reads);
  const flags = operand.flags & (F.alloca | F.nonassignable | F.writable);
  if (isUnknown(type) || isUnknown(operand.type)) return { type, flags };
  if (operand.value !== undefined && isInteger(type)) return { type, flags: 0, value: castValue(operand, type) };
  const target = resolve(type);
  const fits =
    (!isDynamic(operand.type) && compatible(type, operand.type)) ||
    (isScalar(type) && (isScalar(operand.type) || resolve(operand.type).kind === 'function')) ||
    target.kind === 'void' ||
    (target.kind === 'pointer' && isPointer(operand.type)) ||
    (target.kind === 'string' && (isScalar(operand.type) || isPointer(operand.type) || isStringLike(operand.type)));
  const string = isString(operand.type) && target.kind === 'pointer';
  if (!fits && !string) {
    complain(analyzer, 'D_CAST_INVAL', node, `${renderType(operand.type)} can't be cast to ${renderType(type)}.`);
  }
  return { type, flags };
}

function castValue(operand: Operand, type: DType): bigint {
  const bits = sizeOf(type) * 8;
  const value = operand.value ?? 0n;
  if (bits === 0 || bits >= 64) return value;
  return isSigned(type) ? BigInt.asUintN(64, BigInt.asIntN(bits, value)) : BigInt.asUintN(bits, value);
}

function cookOffsetof(analyzer: Analyzer, node: Offsetof): Operand {
  const type = readTypeName(analyzer, node.type);
  const struct = resolve(type);
  const result: Operand = { type: T0.int, flags: 0 };
  if (struct.kind === 'unknown' || isForeign(struct)) return result;
  if (struct.kind !== 'struct') {
    complain(
      analyzer,
      'D_OFFSETOF_TYPE',
      node.type,
      `offsetof needs a struct or a union; ${renderType(type)} is none.`,
    );
    return result;
  }
  if (!struct.members) {
    complain(analyzer, 'D_OFFSETOF_TYPE', node.type, `The members of ${renderType(type)} aren't declared.`);
    return result;
  }
  const member = struct.members.get(node.member.text);
  if (!member) {
    if (node.member.text !== '')
      complain(analyzer, 'D_UNKNOWN', node.member, `${renderType(type)} has no member ${node.member.text}.`);
    return result;
  }
  const symbol = analyzer.members.get(struct)?.get(node.member.text);
  if (symbol) use(analyzer, symbol, node.member, 'read');
  if (member.type.kind === 'integer' && member.type.bits !== undefined) {
    complain(analyzer, 'D_OFFSETOF_BITFIELD', node.member, 'A bit-field has no offset in bytes.');
  }
  return { ...result, value: BigInt(Math.floor(member.offset / 8)) };
}

function cookTranslation(analyzer: Analyzer, node: Translation): Operand {
  const type = readTypeName(analyzer, node.type);
  const operand = cook(analyzer, node.operand, reads);
  const pointer = resolve(type);
  const target = pointer.kind === 'pointer' ? pointer.to : type;
  const own = analyzer.translators.filter((each) => compatible(each.output, target));
  const found = own.find((each) => argumentCompatible({ type: each.input }, operand));
  if (found) use(analyzer, found.symbol, node.type, 'read');
  const library =
    found ??
    analyzer.table.translators.find(
      (each) =>
        sameTarget(each.output, target) &&
        (isUnknown(operand.type) || argumentCompatible({ type: each.input }, operand)),
    );
  if (!library) {
    if (isUnknown(target) || isUnknown(operand.type) || isForeign(target)) return nothing;
    complain(
      analyzer,
      'D_XLATE_NONE',
      node,
      `There is no translator from ${renderType(operand.type)} to ${renderType(type)}.`,
    );
    return nothing;
  }
  const translator: Translator = { output: library.output, input: library.input, members: library.members };
  return { type: { kind: 'dynamic', what: 'translated', translator, pointer: pointer.kind === 'pointer' }, flags: 0 };
}
