// Code that compiles and can only fail: reads of address 0, writes outside of scratch memory, copies that are too long.
// Statements of a clause run one after another without branches, so values can be followed exactly within a clause. What
// isn't certain isn't said. A script whose ERROR clause goes on after failures gets warnings instead of errors.
import type { Span } from '../../base/text.ts';
import { say, type Analyzer } from './analyzer.ts';
import type { Call, Clause, Expression, Statement } from './syntax.ts';
import { elementOf, isInteger, isString, resolve, sizeOf, type DType } from './types.ts';
import { childrenOf } from './walk.ts';

/** What is known of a value: a number (also as a pointer), scratch memory, or the address of something real. */
type Value =
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'scratch'; readonly size: bigint | undefined; readonly offset: bigint | undefined }
  | { readonly kind: 'address' }
  | undefined;

interface Follower {
  readonly analyzer: Analyzer;
  /** Values of variables in this clause, by their names with `self->`, `this->` and constant keys. */
  values: Map<string, Value>;
  /** Variables that held scratch memory when the clause before ended. */
  readonly stale: Set<string>;
  readonly severity: 'error' | 'warning';
  /** The bytes of thread-local variables and elements that this clause stored, by name. */
  dynamic: Map<string, number>;
}

/** Nothing is mapped below the first 64 KB. */
const lowest = 0x10000n;

/** Looks through all clauses. */
export function checkFaults(analyzer: Analyzer): void {
  if (analyzer.risky.size === 0) return;
  const clauses = analyzer.tree.program.items.filter((item): item is Clause => item.kind === 'clause');
  const severity = toleratesFaults(analyzer, clauses) ? 'warning' : 'error';
  const follower: Follower = { analyzer, values: new Map(), stale: new Set(), severity, dynamic: new Map() };
  for (const clause of clauses) {
    if (!analyzer.risky.has(clause)) continue;
    follower.values = new Map();
    follower.dynamic = new Map();
    if (clause.predicate) follow(follower, clause.predicate.expression);
    for (const statement of clause.body?.statements ?? []) followStatement(follower, statement);
    for (const [name, value] of follower.values) if (value?.kind === 'scratch') follower.stale.add(name);
  }
}

/** An ERROR clause says that failures are expected, unless it ends the script with an exit code that isn't 0. */
function toleratesFaults(analyzer: Analyzer, clauses: readonly Clause[]): boolean {
  const handlers = clauses.filter(({ descriptions }) => descriptions.some(({ name }) => name?.text === 'ERROR'));
  if (handlers.length === 0) return true;
  return !handlers.some(({ body }) =>
    (body?.statements ?? []).some((statement) => exitsWithFailure(analyzer, statement)),
  );
}

function exitsWithFailure(analyzer: Analyzer, statement: Statement): boolean {
  if (statement.kind !== 'expressionStatement') return false;
  const { expression } = statement;
  if (expression.kind !== 'call' || expression.callee.kind !== 'identifier' || expression.callee.name !== 'exit')
    return false;
  const [code] = expression.arguments;
  const value = code && analyzer.operands[code.id]?.value;
  return value !== undefined && value !== 0n;
}

function fault({ analyzer, severity }: Follower, span: Span, message: string): void {
  say(analyzer, severity, 'fault', span, `This always fails when it runs: ${message}`);
}

function followStatement(follower: Follower, statement: Statement): void {
  switch (statement.kind) {
    case 'expressionStatement':
      follow(follower, statement.expression);
      return;
    case 'block':
      for (const each of statement.statements) followStatement(follower, each);
      return;
    case 'if':
      follow(follower, statement.condition);
      // A branch may not run: what it assigns isn't known afterwards.
      for (const branch of [statement.then, statement.else]) {
        if (!branch) continue;
        const before = new Map(follower.values);
        followStatement(follower, branch);
        for (const name of follower.values.keys())
          if (follower.values.get(name) !== before.get(name)) before.set(name, undefined);
        follower.values = before;
      }
  }
}

function plain(node: Expression): Expression {
  return node.kind === 'parenthesized' ? plain(node.expression) : node;
}

/** The name under which a variable's value is kept; an element's has its constant keys. */
function nameOf(follower: Follower, expression: Expression): string | undefined {
  const node = plain(expression);
  if (node.kind === 'identifier') return node.name.includes('`') ? undefined : node.name;
  if (node.kind === 'member') {
    const { object } = node;
    const scoped = object.kind === 'identifier' && (object.name === 'self' || object.name === 'this');
    return scoped && node.operator === '->' ? `${object.name}->${node.name.text}` : undefined;
  }
  if (node.kind !== 'index') return undefined;
  const symbol = follower.analyzer.operands[node.id]?.symbol;
  const name = symbol?.kind === 'array' ? nameOf(follower, node.object) : undefined;
  if (name === undefined) return undefined;
  const keys = node.keys.map((key) => {
    const operand = follower.analyzer.operands[key.id];
    return operand?.value?.toString() ?? (operand?.text === undefined ? undefined : JSON.stringify(operand.text));
  });
  return keys.includes(undefined) ? undefined : `${name}[${keys.join()}]`;
}

/** Goes through an expression in the order in which it runs, and gives what is known of its value. */
function follow(follower: Follower, node: Expression): Value {
  const operand = follower.analyzer.operands[node.id];
  if (!operand) return undefined;
  if (operand.value !== undefined) return { kind: 'number', value: operand.value };
  switch (node.kind) {
    case 'parenthesized':
      return follow(follower, node.expression);
    case 'cast': {
      const value = follow(follower, node.operand);
      return isString(operand.type) ? undefined : value;
    }
    case 'string':
      return { kind: 'address' };
    case 'identifier':
      return followVariable(follower, node, node.name);
    case 'member':
      return followMember(follower, node);
    case 'index':
      return followIndex(follower, node);
    case 'assignment':
      return followAssignment(follower, node);
    case 'unary':
    case 'postfix':
      return followUnary(follower, node);
    case 'binary':
      return followBinary(follower, node);
    case 'conditional': {
      follow(follower, node.condition);
      // Only one branch runs: nothing in them is certain.
      return undefined;
    }
    case 'call':
      return followCall(follower, node);
    default:
      for (const child of childrenOf(node)) if ('id' in child) follow(follower, child);
      return undefined;
  }
}

function followVariable({ analyzer, values }: Follower, node: Expression, name: string): Value {
  if (values.has(name)) return values.get(name);
  const symbol = analyzer.operands[node.id]?.symbol;
  if (!symbol || symbol.kind === 'parameter' || symbol.kind === 'constant') return undefined;
  // An array or a struct of D is storage, not an address that could be 0.
  const kind = symbol.type && resolve(symbol.type).kind;
  if (kind === 'array' || kind === 'struct') return undefined;
  // Declared and never assigned in the whole script: 0.
  return symbol.declared && !symbol.written && !symbol.inline && symbol.kind !== 'array'
    ? { kind: 'number', value: 0n }
    : undefined;
}

function followMember(follower: Follower, node: Expression & { kind: 'member' }): Value {
  const name = nameOf(follower, node);
  if (name !== undefined) return followVariable(follower, node, name);
  const object = follow(follower, node.object);
  if (node.operator === '->') access(follower, node, object, 1n, false);
  return undefined;
}

function elementSize(type: DType | undefined): bigint {
  if (type === undefined) return 1n;
  if (isString(type)) return 1n;
  const element = elementOf(type);
  return BigInt(Math.max(1, element ? sizeOf(element) : 1));
}

/** The address of `base[index]`, or undefined if `base` is an associative array. */
function elementAddress(
  follower: Follower,
  node: Expression & { kind: 'index' },
): { value: Value; size: bigint } | undefined {
  const { analyzer } = follower;
  const base = analyzer.operands[node.object.id];
  const indexed = analyzer.operands[node.id]?.symbol?.kind === 'array';
  const object = indexed ? undefined : follow(follower, node.object);
  const [index] = node.keys.map((key) => follow(follower, key));
  if (indexed || !base) return undefined;
  const size = elementSize(base.type);
  return { value: plus(object, index, size), size };
}

function followIndex(follower: Follower, node: Expression & { kind: 'index' }): Value {
  const place = elementAddress(follower, node);
  if (place) {
    if (isArrayValue(follower, node.object)) return undefined;
    access(follower, node, place.value, place.size, false);
    return undefined;
  }
  const name = nameOf(follower, node);
  return name === undefined ? undefined : follower.values.get(name);
}

/** An array of D itself is no pointer: its bounds are the compiler's matter. */
function isArrayValue({ analyzer }: Follower, node: Expression): boolean {
  const type = analyzer.operands[node.id]?.type;
  return type !== undefined && resolve(type).kind === 'array';
}

function plus(base: Value, index: Value, size: bigint, sign = 1n): Value {
  if (!base) return undefined;
  if (base.kind === 'address') return base;
  const step = index?.kind === 'number' ? sign * BigInt.asIntN(64, index.value) * size : undefined;
  if (base.kind === 'scratch')
    return { ...base, offset: step === undefined || base.offset === undefined ? undefined : base.offset + step };
  return step === undefined ? undefined : { kind: 'number', value: BigInt.asUintN(64, base.value + step) };
}

function followAssignment(follower: Follower, node: Expression & { kind: 'assignment' }): Value {
  const value = follow(follower, node.right);
  const target = plain(node.left);
  const name = nameOf(follower, target);
  if (name !== undefined) {
    if (target.kind === 'index') for (const key of target.keys) follow(follower, key);
    follower.stale.delete(name);
    const known = node.operator === '=' ? value : undefined;
    keepDynamic(follower, target, name, known);
    follower.values.set(
      name,
      isString(follower.analyzer.operands[target.id]?.type ?? { kind: 'unknown' }) && known?.kind === 'scratch'
        ? { kind: 'address' }
        : known,
    );
    return known;
  }
  store(follower, target);
  return value;
}

/** The elements of associative arrays lie in the memory of the option dynvarsize: an id, the keys and the value each. */
function keepDynamic(follower: Follower, target: Expression, name: string, value: Value): void {
  const { analyzer, dynamic } = follower;
  const limit = analyzer.options.get('dynvarsize');
  const symbol = analyzer.operands[target.id]?.symbol;
  if (limit === undefined || !/^\d+$/.test(limit) || !symbol) return;
  if (symbol.kind !== 'array') return;
  // Storing 0 gives the memory back.
  if (value?.kind === 'number' && value.value === 0n) dynamic.delete(name);
  else dynamic.set(name, 4 + 8 * (symbol.keys?.length ?? 0) + 8);
  if ((dynamic.get(name) ?? 0) > Number(limit))
    fault(
      follower,
      target,
      `the ${limit} bytes for dynamic variables don't hold what this clause stores; raise the option dynvarsize.`,
    );
}

/** A write through a pointer. */
function store(follower: Follower, target: Expression): void {
  if (target.kind === 'unary' && target.operator === '*') {
    const size = BigInt(Math.max(1, sizeOf(follower.analyzer.operands[target.id]?.type ?? { kind: 'unknown' })));
    staleUse(follower, target.operand);
    access(follower, target, follow(follower, target.operand), size, true);
  } else if (target.kind === 'index') {
    const place = elementAddress(follower, target);
    if (place && !isArrayValue(follower, target.object)) {
      staleUse(follower, target.object);
      access(follower, target, place.value, place.size, true);
    }
  } else if (target.kind === 'member' && target.operator === '->') {
    access(follower, target, follow(follower, target.object), 1n, true);
  } else follow(follower, target);
}

function followUnary(follower: Follower, node: Expression & { kind: 'unary' | 'postfix' }): Value {
  const { operand, operator } = node;
  if (operator === '++' || operator === '--') {
    const name = nameOf(follower, operand);
    if (name === undefined) store(follower, plain(operand));
    else follower.values.set(name, undefined);
    return undefined;
  }
  if (operator === '&') {
    const target = plain(operand);
    if (target.kind === 'index') return elementAddress(follower, target)?.value;
    if (target.kind === 'unary' && target.operator === '*') return follow(follower, target.operand);
    return target.kind === 'identifier' ? { kind: 'address' } : undefined;
  }
  if (operator === 'sizeof') return undefined;
  const value = follow(follower, operand);
  if (operator === '*') {
    staleUse(follower, operand);
    const size = BigInt(Math.max(1, sizeOf(follower.analyzer.operands[node.id]?.type ?? { kind: 'unknown' })));
    access(follower, node, value, size, false);
    return undefined;
  }
  if (operator === 'stringof' && value?.kind === 'number') access(follower, node, value, 1n, false);
  return undefined;
}

function followBinary(follower: Follower, node: Expression & { kind: 'binary' }): Value {
  const { operator } = node;
  const left = follow(follower, node.left);
  if (operator === '&&' || operator === '||') return undefined;
  const right = follow(follower, node.right);
  if (operator === ',') return right;
  if (operator !== '+' && operator !== '-') return undefined;
  const leftType = follower.analyzer.operands[node.left.id]?.type;
  if (leftType && !isInteger(leftType)) return plus(left, right, elementSize(leftType), operator === '-' ? -1n : 1n);
  const rightType = follower.analyzer.operands[node.right.id]?.type;
  return operator === '+'
    ? plus(right, left, rightType && !isInteger(rightType) ? elementSize(rightType) : 1n)
    : undefined;
}

/** Scratch memory ends with its clause. */
function staleUse(follower: Follower, expression: Expression): void {
  const name = nameOf(follower, expression);
  if (name === undefined || follower.values.has(name) || !follower.stale.has(name)) return;
  fault(
    follower,
    expression,
    `${name} points to scratch memory of another clause, which is gone. Allocate it in this clause.`,
  );
}

function access(follower: Follower, span: Span, address: Value, size: bigint, write: boolean): void {
  if (!address) return;
  if (address.kind === 'number') {
    if (address.value < lowest) fault(follower, span, `there is nothing at address ${address.value}.`);
    else if (write) fault(follower, span, 'only scratch memory from alloca() can be written.');
  } else if (address.kind === 'address') {
    if (write) fault(follower, span, "only scratch memory from alloca() can be written; D can't change the kernel.");
  } else if (address.offset !== undefined) {
    if (address.offset < 0n) fault(follower, span, 'it lies before the scratch memory.');
    else if (address.size !== undefined && address.offset + size > rounded(address.size)) {
      fault(follower, span, `it lies beyond the ${address.size} bytes of scratch memory.`);
    }
  }
}

/** Scratch memory is given out in units of 8 bytes. */
function rounded(size: bigint): bigint {
  return (size + 7n) & ~7n;
}

/** Which arguments of a function are addresses that it reads; a string's counts as one. */
const readers: Readonly<Record<string, readonly number[]>> = {
  copyin: [0], copyinstr: [0], copyinto: [0], copyout: [1], copyoutstr: [1], basename: [0], dirname: [0], cleanpath: [0],
  inet_ntoa: [0], inet_ntoa6: [0], inet_ntop: [1], link_ntop: [1], substr: [0], strlen: [0], index: [0, 1],
  rindex: [0, 1], strchr: [0], strrchr: [0], strstr: [0, 1], strjoin: [0, 1], tolower: [0], toupper: [0],
}; // prettier-ignore

function followCall(follower: Follower, node: Call): Value {
  const { analyzer } = follower;
  const callee = analyzer.operands[node.id]?.callee;
  const values = node.arguments.map((argument) => follow(follower, argument));
  const name = callee?.facts.name;
  if (name === undefined) return undefined;
  const at = (index: number): Span => node.arguments[index] ?? node;
  for (const index of readers[name] ?? []) {
    const value = values[index];
    if (value?.kind === 'number' && value.value < lowest)
      fault(follower, at(index), `there is nothing at address ${value.value}.`);
  }
  switch (name) {
    case 'alloca':
      checkScratchSize(follower, at(0), values[0]);
      return { kind: 'scratch', size: values[0]?.kind === 'number' ? values[0].value : undefined, offset: 0n };
    case 'copyin':
      checkScratchSize(follower, at(1), values[1]);
      return { kind: 'scratch', size: values[1]?.kind === 'number' ? values[1].value : undefined, offset: 0n };
    case 'copyinto':
      writeTo(follower, node, 2, values[2], values[1]);
      return undefined;
    case 'bcopy':
      checkCopy(follower, node, values);
      return undefined;
    case 'inet_ntop':
      checkChoice(follower, at(0), values[0], ['AF_INET', 'AF_INET6']);
      return undefined;
    case 'link_ntop':
      checkChoice(follower, at(0), values[0], ['ARPHRD_ETHER', 'ARPHRD_INFINIBAND']);
      return undefined;
    case 'commit':
    case 'discard':
      checkSpeculation(follower, at(0), values[0]);
      return undefined;
    default:
      return undefined;
  }
}

function checkScratchSize(follower: Follower, span: Span, size: Value): void {
  const limit = follower.analyzer.options.get('scratchsize');
  if (size?.kind !== 'number' || limit === undefined || !/^\d+$/.test(limit)) return;
  // A constant size is the compiler's matter.
  if ('id' in span && follower.analyzer.operands[(span as Expression).id]?.value !== undefined) return;
  if (size.value > BigInt(limit)) fault(follower, span, `the scratch memory has ${limit} bytes.`);
}

/** bcopy(from, to, size) */
function checkCopy(follower: Follower, node: Call, [from, to, size]: readonly Value[]): void {
  const source = node.arguments[0] ?? node;
  const length = size?.kind === 'number' ? size.value : 1n;
  if (from?.kind === 'number') access(follower, source, from, 1n, false);
  else if (from?.kind === 'scratch') access(follower, source, from, length, false);
  writeTo(follower, node, 1, to, size);
}

function writeTo(follower: Follower, node: Call, index: number, to: Value, size: Value): void {
  const target = node.arguments[index];
  if (!target) return;
  const type = follower.analyzer.operands[target.id]?.type;
  if (type && isString(type)) {
    fault(follower, target, 'a string is a value; only scratch memory from alloca() can be written.');
    return;
  }
  staleUse(follower, target);
  access(follower, target, to, size?.kind === 'number' ? size.value : 1n, true);
}

function checkChoice(follower: Follower, span: Span, value: Value, names: readonly string[]): void {
  const { inlines } = follower.analyzer.table;
  const allowed = names.map((name) => inlines.get(name)?.value);
  if (value?.kind !== 'number' || allowed.includes(undefined) || allowed.includes(value.value)) return;
  fault(follower, span, `it takes ${names.join(' or ')}.`);
}

/** speculation() gives numbers from 1 up to the option nspec. */
function checkSpeculation(follower: Follower, span: Span, value: Value): void {
  const limit = follower.analyzer.options.get('nspec') ?? '1';
  if (value?.kind !== 'number' || !/^\d+$/.test(limit) || BigInt.asIntN(64, value.value) <= BigInt(limit)) return;
  fault(follower, span, `there are ${limit} speculations; use a number from speculation().`);
}
