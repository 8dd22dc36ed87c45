// Calls of the built-in functions: how many arguments, of which types, and what an action demands besides.
import type { Span } from '../../base/text.ts';
import { complain, F, say, type Analyzer, type DSymbol, type Operand } from './analyzer.ts';
import { accepts, adviceFor, parseFormat, type Conversion } from './formats.ts';
import type { Call, Expression } from './syntax.ts';
import {
  argumentCompatible, isDynamic, isInteger, isPointer, isScalar, isSigned, isUnknown, isVoid, renderType, resolve,
  T0, type DType, type Signature,
} from './types.ts'; // prettier-ignore

/** A call whose arguments were looked at already. */
export function checkCall(analyzer: Analyzer, node: Call, signature: Signature, operands: readonly Operand[]): Operand {
  const { facts } = signature;
  const callee = node.callee;
  if (facts.unimplemented !== undefined) say(analyzer, 'warning', 'unimplemented', callee, facts.unimplemented);
  const fits = checkArguments(analyzer, node, signature, operands);
  // An action is looked at closely only where it is a statement: elsewhere its type says that it can't stand there.
  if (fits && facts.kind !== 'action') actionChecks[facts.name]?.(analyzer, node, operands);
  let result = results.get(signature);
  if (!result) {
    result = resultOf(signature);
    results.set(signature, result);
  }
  return result;
}

/** What a function gives doesn't depend on its arguments. */
const results = new WeakMap<Signature, Operand>();

function resultOf(signature: Signature): Operand {
  const { kind, name } = signature.facts;
  if (kind === 'aggregation') {
    const type: DType = { kind: 'dynamic', what: 'aggregating function' };
    return { type, flags: F.aggregating | F.call, callee: signature };
  }
  const action = kind === 'action' ? F.action : 0;
  const scratch = name === 'alloca' || name === 'copyin' ? F.alloca : 0;
  return { type: signature.result, flags: F.call | action | scratch, callee: signature };
}

/** What an action demands beyond its prototype; for calls that are statements. */
export function checkAction(analyzer: Analyzer, node: Call): void {
  const operands = node.arguments.map((argument) => analyzer.operands[argument.id] ?? { type: T0.unknown, flags: 0 });
  actionChecks[calleeName(node)]?.(analyzer, node, operands);
}

function count(number: number, word: string): string {
  return `${number === 0 ? 'no' : number} ${word}${number === 1 ? '' : 's'}`;
}

function checkArguments(
  analyzer: Analyzer,
  node: Call,
  { facts, parameters }: Signature,
  operands: readonly Operand[],
): boolean {
  const { name, minimum, maximum } = facts;
  const given = operands.length;
  if (given < minimum || (maximum !== undefined && given > maximum)) {
    const wanted =
      maximum === minimum
        ? count(minimum, 'argument')
        : given < minimum
          ? `at least ${count(minimum, 'argument')}`
          : `at most ${count(maximum ?? 0, 'argument')}`;
    complain(
      analyzer,
      'D_PROTO_LEN',
      node.list,
      `${name}() takes ${wanted}, but has ${given}: ${facts.prototype.replace('(', ` ${name}(`)}.`,
    );
    return false;
  }
  // What comes before the `...` is checked; what stands for it is not.
  const fixed = maximum === undefined ? minimum : given;
  let fits = true;
  for (let i = 0; i < Math.min(given, fixed); i++) {
    const type = parameters[i];
    const operand = operands[i];
    if (!type || !operand) continue;
    if (argumentCompatible({ type }, operand)) continue;
    fits = false;
    const hint =
      isAddress(operand) && isStringParameter(type)
        ? ' If it is the address of a string, use copyinstr(…) or stringof(…).'
        : '';
    complain(
      analyzer,
      'D_PROTO_ARG',
      node.arguments[i] ?? node,
      `Argument ${i + 1} of ${name}() must be ${renderType(type)}; this is ${renderType(operand.type)}.${hint}`,
    );
  }
  return fits;
}

function isAddress(operand: Operand): boolean {
  return isInteger(operand.type) && operand.value === undefined;
}

function isStringParameter(type: DType): boolean {
  const resolved = resolve(type);
  return resolved.kind === 'string' || renderType(type) === 'char *';
}

type Check = (analyzer: Analyzer, node: Call, operands: readonly Operand[]) => void;

const actionChecks: Readonly<Record<string, Check>> = {
  printf: checkPrintf,
  system: checkPrintf,
  freopen: (analyzer, node, operands) => {
    if (operands[0]?.text === '.') {
      complain(
        analyzer,
        'D_FREOPEN_INVALID',
        node.arguments[0] ?? node,
        '"." can\'t be a file to write to; "" goes back to the standard output.',
      );
    } else checkPrintf(analyzer, node, operands);
  },
  printa: checkPrinta,
  trace: (analyzer, node, [value]) => {
    const span = node.arguments[0] ?? node;
    if (!value) return;
    if (isDynamic(value.type)) {
      const hint = value.flags & F.aggregation ? ' Use printa(…) for aggregations.' : '';
      complain(analyzer, 'D_TRACE_DYN', span, `trace() can't show ${renderType(value.type)}.${hint}`);
    } else if (isVoid(value.type)) complain(analyzer, 'D_TRACE_VOID', span, 'trace() needs a value; this has none.');
  },
  tracemem: (analyzer, node, [address, size]) => {
    if (address && !isUnknown(address.type) && !isInteger(address.type) && !isPointer(address.type)) {
      complain(
        analyzer,
        'D_TRACEMEM_ADDR',
        node.arguments[0] ?? node,
        `tracemem() needs an address; this is ${renderType(address.type)}.`,
      );
    }
    if (size && !isPositive(size)) {
      complain(
        analyzer,
        'D_TRACEMEM_SIZE',
        node.arguments[1] ?? node,
        'The size for tracemem() must be a positive constant; a third argument can shorten it while running.',
      );
    }
  },
  stack: (analyzer, node, operands) => checkFrames(analyzer, node, operands, 'D_STACK_SIZE', 'D_STACK_PROTO', 1),
  ustack: checkUserFrames,
  jstack: checkUserFrames,
  clear: aggregationArgument('CLEAR', 1, 1),
  denormalize: aggregationArgument('NORMALIZE', 1, 1),
  normalize: (analyzer, node, operands) => {
    aggregationArgument('NORMALIZE', 2, 2)(analyzer, node, operands);
    checkScalar(analyzer, 'D_NORMALIZE_SCALAR', node, operands[1], 1);
  },
  trunc: (analyzer, node, operands) => {
    aggregationArgument('TRUNC', 1, 2)(analyzer, node, operands);
    checkScalar(analyzer, 'D_TRUNC_SCALAR', node, operands[1], 1);
  },
  print: (analyzer, node, [value]) => {
    const type = value && resolve(value.type);
    const target = type?.kind === 'pointer' ? resolve(type.to) : undefined;
    const size =
      target?.kind === 'struct' && !target.members
        ? analyzer.environment.kernel?.sizeOf(renderType(target))
        : undefined;
    if (target && (target.kind === 'void' || target.kind === 'function' || size === 0)) {
      complain(
        analyzer,
        'D_PRINT_SIZE',
        node.arguments[0] ?? node,
        `print() can't show ${renderType(target)}, whose size is 0; cast the pointer.`,
      );
    }
  },
  alloca: (analyzer, node, [size]) => checkScratch(analyzer, node, size, 0),
  copyin: (analyzer, node, [, size]) => checkScratch(analyzer, node, size, 1),
  copyinto: (analyzer, node, [, , target]) => {
    if (analyzer.environment.platform !== 'linux' || !target || target.flags & F.alloca) return;
    if (isUnknown(target.type) || target.symbol?.storage === 'alloca') return;
    complain(
      analyzer,
      'D_PROTO_ARG',
      node.arguments[2] ?? node,
      'copyinto() writes only into scratch memory from alloca().',
    );
  },
  inet_ntoa6: (analyzer, node, operands) => {
    const second = operands[1];
    if (second && second.value === undefined && !isUnknown(second.type)) {
      complain(
        analyzer,
        'D_PROTO_ARG',
        node.arguments[1] ?? node,
        'The second argument of inet_ntoa6() must be a constant.',
      );
    }
  },
  lquantize: checkLinear,
  llquantize: checkLogLinear,
  quantize: (analyzer, node, operands) => {
    checkIncrement(analyzer, node, operands, 1);
  },
};

function isPositive(operand: Operand): boolean {
  if (operand.value === undefined) return isUnknown(operand.type);
  return operand.value !== 0n && (!isSigned(operand.type) || BigInt.asIntN(64, operand.value) > 0n);
}

function checkFrames(
  analyzer: Analyzer,
  node: Call,
  operands: readonly Operand[],
  tag: string,
  proto: string,
  most: number,
): void {
  const [frames] = operands;
  if (operands.length > most) {
    complain(analyzer, proto, node.list, `${calleeName(node)}() takes ${count(most, 'argument')} at most.`);
  } else if (frames && !isPositive(frames)) {
    complain(
      analyzer,
      tag,
      node.arguments[0] ?? node,
      `The number of frames for ${calleeName(node)}() must be a positive constant.`,
    );
  }
}

function checkUserFrames(analyzer: Analyzer, node: Call, operands: readonly Operand[]): void {
  checkFrames(analyzer, node, operands, 'D_USTACK_FRAMES', 'D_USTACK_PROTO', 2);
  const strings = operands[1];
  if (!strings || isUnknown(strings.type)) return;
  const negative = strings.value !== undefined && isSigned(strings.type) && BigInt.asIntN(64, strings.value) < 0n;
  if (strings.value === undefined || negative) {
    complain(
      analyzer,
      'D_USTACK_STRSIZE',
      node.arguments[1] ?? node,
      `The size of the strings for ${calleeName(node)}() must be a constant that isn't negative.`,
    );
  }
}

function calleeName(node: Call): string {
  return node.callee.kind === 'identifier' ? node.callee.name : 'it';
}

function checkScratch(analyzer: Analyzer, node: Call, size: Operand | undefined, index: number): void {
  const limit = Number(analyzer.options.get('scratchsize') ?? 'NaN');
  if (size?.value === undefined || !(size.value > BigInt(Number.isInteger(limit) ? limit : Number.MAX_SAFE_INTEGER)))
    return;
  complain(
    analyzer,
    'D_ALLOCA_SIZE',
    node.arguments[index] ?? node,
    `That is more than the scratch memory of ${limit} bytes; raise the option scratchsize.`,
  );
}

function checkScalar(analyzer: Analyzer, tag: string, node: Call, operand: Operand | undefined, index: number): void {
  if (!operand || isUnknown(operand.type) || isScalar(operand.type)) return;
  complain(
    analyzer,
    tag,
    node.arguments[index] ?? node,
    `Argument ${index + 1} of ${calleeName(node)}() must be a number; this is ${renderType(operand.type)}.`,
  );
}

/** Actions on an aggregation: its name must be the first argument, and something must be aggregated in it. */
function aggregationArgument(word: string, minimum: number, maximum: number): Check {
  return (analyzer, node, operands) => {
    const name = calleeName(node);
    if (operands.length < minimum || operands.length > maximum) {
      const wanted = minimum === maximum ? count(minimum, 'argument') : `${minimum} or ${count(maximum, 'argument')}`;
      complain(analyzer, `D_${word}_PROTO`, node.list, `${name}() takes ${wanted}.`);
      return;
    }
    const [first] = operands;
    const span = node.arguments[0] ?? node;
    if (!first) return;
    if (!(first.flags & F.aggregation)) {
      complain(
        analyzer,
        `D_${word}_AGGARG`,
        span,
        `${name}() works on an aggregation: @name; this is ${renderType(first.type)}.`,
      );
    } else if (first.symbol && !first.symbol.aggregation) {
      complain(analyzer, `D_${word}_AGGBAD`, span, `Nothing is aggregated in @${first.symbol.name} before this.`);
    }
  };
}

/** The place of a part of a format within the string constant; escapes make it the whole constant. */
function partSpan(node: Expression, start: number, end: number): Span {
  if (node.kind !== 'string' || node.text.includes('\\') || node.end - node.start !== node.text.length) return node;
  return { start: node.start + 1 + start, end: node.start + 1 + end };
}

interface Formatted {
  readonly node: Call;
  readonly format: Expression;
  readonly name: string;
}

function checkPrintf(analyzer: Analyzer, node: Call, operands: readonly Operand[]): void {
  const [format] = operands;
  const formatNode = node.arguments[0];
  const name = calleeName(node);
  if (!format || !formatNode) return;
  if (!(format.flags & F.text)) {
    if (isUnknown(format.type)) return;
    complain(analyzer, 'D_PRINTF_ARG_FMT', formatNode, `The format of ${name}() must be a string constant.`);
    return;
  }
  if (format.text === undefined) return;
  if (format.text === '') {
    if (name === 'freopen') return;
    complain(analyzer, 'D_PRINTF_FMT_EMPTY', formatNode, `The format of ${name}() is empty.`);
    return;
  }
  const parsed = parseFormat(format.text, analyzer.environment.platform);
  if (parsed.problem) {
    complain(
      analyzer,
      'D_SYNTAX',
      partSpan(formatNode, parsed.problem.start, parsed.problem.end),
      parsed.problem.message,
    );
    return;
  }
  let index = 1;
  const where: Formatted = { node, format: formatNode, name };
  for (const conversion of parsed.conversions) {
    if (conversion.name === '%') continue;
    const next = checkDynamic(analyzer, where, conversion, operands, index);
    if (next === undefined) return;
    index = next;
    if (conversion.aggregated) {
      complain(
        analyzer,
        'D_PRINTF_AGG_CONV',
        partSpan(formatNode, conversion.start, conversion.end),
        `%@ is for printa(); ${name}() has no aggregation.`,
      );
      return;
    }
    const value = operands[index];
    if (!value) {
      complain(
        analyzer,
        'D_PRINTF_ARG_PROTO',
        partSpan(formatNode, conversion.start, conversion.end),
        `There is no argument for %${conversion.name}; add one, or remove the conversion.`,
      );
      return;
    }
    checkConverted(analyzer, where, conversion, value.type, node.arguments[index] ?? node);
    index++;
  }
  const extra = node.arguments[index];
  if (extra) {
    const last = node.arguments.at(-1) ?? extra;
    complain(
      analyzer,
      'D_PRINTF_ARG_EXTRA',
      { start: extra.start, end: last.end },
      `The format takes ${count(index - 1, 'argument')}; remove the rest, or add conversions.`,
    );
  }
}

/** The arguments for `*` come before the value. */
function checkDynamic(
  analyzer: Analyzer,
  { node, format, name }: Formatted,
  conversion: Conversion,
  operands: readonly Operand[],
  from: number,
): number | undefined {
  let index = from;
  const stars = [...(conversion.dynamicWidth ? ['*'] : []), ...(conversion.dynamicPrecision ? ['.*'] : [])];
  for (const star of stars) {
    const operand = operands[index];
    if (!operand) {
      complain(
        analyzer,
        'D_PRINTF_DYN_PROTO',
        partSpan(format, conversion.start, conversion.end),
        `There is no argument for the ${star} of %${conversion.name} in ${name}().`,
      );
      return undefined;
    }
    if (!isUnknown(operand.type) && !isInteger(operand.type)) {
      complain(
        analyzer,
        'D_PRINTF_DYN_TYPE',
        node.arguments[index] ?? node,
        `The ${star} of %${conversion.name} takes an integer; this is ${renderType(operand.type)}.`,
      );
      return undefined;
    }
    index++;
  }
  return index;
}

function checkConverted(
  analyzer: Analyzer,
  { name }: Formatted,
  conversion: Conversion,
  type: DType,
  span: Span,
): void {
  if (isDynamic(type) ? false : accepts(conversion.name, type)) return;
  const advice = isDynamic(type)
    ? type.kind === 'dynamic' && type.what === 'aggregation'
      ? 'use printa(…) for aggregations'
      : `${name}() can't show it`
    : adviceFor(conversion.name, type);
  complain(analyzer, 'D_PRINTF_ARG_TYPE', span, `%${conversion.name} doesn't take ${renderType(type)}; ${advice}.`);
}

function checkPrinta(analyzer: Analyzer, node: Call, operands: readonly Operand[]): void {
  const [first] = operands;
  if (!first) return;
  const formatted = (first.flags & F.text) !== 0;
  const from = formatted ? 1 : 0;
  if (operands.length <= from) {
    complain(
      analyzer,
      'D_PRINTA_PROTO',
      node.list,
      'printa() needs an aggregation after the format: printa("…", @name).',
    );
    return;
  }
  let proto: DSymbol | undefined;
  for (let i = from; i < operands.length; i++) {
    const operand = operands[i];
    const span = node.arguments[i] ?? node;
    if (!operand) continue;
    if (!(operand.flags & F.aggregation)) {
      if (isUnknown(operand.type)) continue;
      complain(
        analyzer,
        'D_PRINTA_AGGARG',
        span,
        `printa() shows aggregations: @name; this is ${renderType(operand.type)}.`,
      );
      return;
    }
    const { symbol } = operand;
    if (!symbol) return;
    if (!symbol.aggregation) {
      complain(analyzer, 'D_PRINTA_AGGBAD', span, `Nothing is aggregated in @${symbol.name} before this.`);
      return;
    }
    if (proto && !sameKeys(analyzer, proto, symbol, span)) return;
    if (!proto && formatted && first.text !== undefined) checkAggregationFormat(analyzer, node, first.text, symbol);
    proto ??= symbol;
  }
}

function sameKeys(analyzer: Analyzer, left: DSymbol, right: DSymbol, span: Span): boolean {
  const a = left.keys ?? [];
  const b = right.keys ?? [];
  if (a.length !== b.length) {
    complain(
      analyzer,
      'D_PRINTA_AGGKEY',
      span,
      `@${left.name} has ${count(a.length, 'key')} and @${right.name} has ${count(b.length, 'key')}; printa() needs the same.`,
    );
    return false;
  }
  for (const [i, type] of a.entries()) {
    const other = b[i];
    if (!other || argumentCompatible({ type }, { type: other })) continue;
    complain(
      analyzer,
      'D_PRINTA_AGGPROTO',
      span,
      `Key ${i + 1} of @${right.name} is ${renderType(other)}, that of @${left.name} ${renderType(type)}.`,
    );
    return false;
  }
  return true;
}

/** In printa's format, `%@` is the aggregation's value and the other conversions are its keys. */
function checkAggregationFormat(analyzer: Analyzer, node: Call, text: string, symbol: DSymbol): void {
  const format = node.arguments[0];
  if (!format) return;
  if (text === '') {
    complain(analyzer, 'D_PRINTF_FMT_EMPTY', format, 'The format of printa() is empty.');
    return;
  }
  const parsed = parseFormat(text, analyzer.environment.platform);
  if (parsed.problem) {
    complain(analyzer, 'D_SYNTAX', partSpan(format, parsed.problem.start, parsed.problem.end), parsed.problem.message);
    return;
  }
  const keys = symbol.keys ?? [];
  const value = symbol.aggregation?.name === 'count' ? T0.unsignedLong : T0.long;
  let index = 0;
  for (const conversion of parsed.conversions) {
    if (conversion.name === '%') continue;
    const span = partSpan(format, conversion.start, conversion.end);
    index += (conversion.dynamicWidth ? 1 : 0) + (conversion.dynamicPrecision ? 1 : 0);
    if (conversion.aggregated) {
      if (!accepts(conversion.name, value)) {
        complain(
          analyzer,
          'D_PRINTF_ARG_TYPE',
          span,
          `%@${conversion.name} doesn't take the value of @${symbol.name}; use %@d or %@u.`,
        );
      }
      continue;
    }
    const key = keys[index++];
    if (!key) {
      complain(
        analyzer,
        'D_PRINTF_ARG_PROTO',
        span,
        `@${symbol.name} has ${count(keys.length, 'key')}; there is none for %${conversion.name}. Its value is %@d.`,
      );
      return;
    }
    if (!accepts(conversion.name, key)) {
      complain(
        analyzer,
        'D_PRINTF_ARG_TYPE',
        span,
        `%${conversion.name} doesn't take key ${index} of @${symbol.name}, ${renderType(key)}; ${adviceFor(conversion.name, key)}.`,
      );
      return;
    }
  }
}

/** The weight that quantizing functions may take last. */
function checkIncrement(analyzer: Analyzer, node: Call, operands: readonly Operand[], index: number): void {
  const operand = operands[index];
  if (operands.length > index + 1) {
    complain(
      analyzer,
      'D_PROTO_LEN',
      node.list,
      `${calleeName(node)}() takes ${count(index + 1, 'argument')} at most.`,
    );
  } else if (operand && !isUnknown(operand.type) && !isScalar(operand.type)) {
    complain(
      analyzer,
      'D_PROTO_ARG',
      node.arguments[index] ?? node,
      `The weight for ${calleeName(node)}() must be a number; this is ${renderType(operand.type)}.`,
    );
  }
}

/** A constant argument; undefined, with a complaint, if it is none. */
function constant(
  analyzer: Analyzer,
  node: Call,
  operands: readonly Operand[],
  index: number,
  tag: string,
  what: string,
): bigint | undefined {
  const operand = operands[index];
  if (!operand || isUnknown(operand.type)) return undefined;
  if (operand.value === undefined) {
    complain(
      analyzer,
      tag,
      node.arguments[index] ?? node,
      `The ${what} of ${calleeName(node)}() must be an integer constant.`,
    );
    return undefined;
  }
  return BigInt.asIntN(64, operand.value);
}

function checkLinear(analyzer: Analyzer, node: Call, operands: readonly Operand[]): void {
  const at = (index: number): Span => node.arguments[index] ?? node;
  const base = constant(analyzer, node, operands, 1, 'D_LQUANT_BASETYPE', 'base');
  const limit = constant(analyzer, node, operands, 2, 'D_LQUANT_LIMTYPE', 'limit');
  const fits = (value: bigint): boolean => value >= -0x80000000n && value <= 0x7fffffffn;
  if (base !== undefined && !fits(base))
    return complain(analyzer, 'D_LQUANT_BASEVAL', at(1), 'The base of lquantize() must fit into 32 bits.');
  if (limit !== undefined && !fits(limit))
    return complain(analyzer, 'D_LQUANT_LIMVAL', at(2), 'The limit of lquantize() must fit into 32 bits.');
  if (base !== undefined && limit !== undefined && limit <= base) {
    return complain(
      analyzer,
      'D_LQUANT_MISMATCH',
      { start: at(1).start, end: at(2).end },
      `The base ${base} must be less than the limit ${limit}.`,
    );
  }
  const third = operands[3];
  if (third && !isPositive(third))
    return complain(analyzer, 'D_LQUANT_STEPTYPE', at(3), 'The step of lquantize() must be a positive constant.');
  const step = third ? third.value : 1n;
  if (step !== undefined && step > 0xffffn)
    return complain(analyzer, 'D_LQUANT_STEPVAL', at(3), 'The step of lquantize() is 65535 at most.');
  if (base !== undefined && limit !== undefined && step !== undefined) {
    const levels = (limit - base) / step;
    if (levels === 0n)
      return complain(
        analyzer,
        'D_LQUANT_STEPLARGE',
        third ? at(3) : at(2),
        'The step is larger than the range: there must be one level at least.',
      );
    if (levels > 0xffffn)
      return complain(
        analyzer,
        'D_LQUANT_STEPSMALL',
        third ? at(3) : at(2),
        `${levels} levels are too many; a larger step makes 65535 or fewer.`,
      );
  }
  checkIncrement(analyzer, node, operands, 4);
}

function checkLogLinear(analyzer: Analyzer, node: Call, operands: readonly Operand[]): void {
  const at = (index: number): Span => node.arguments[index] ?? node;
  const factor = constant(analyzer, node, operands, 1, 'D_LLQUANT_FACTORTYPE', 'factor');
  if (factor !== undefined && (factor < 2n || factor > 0xffffn))
    return complain(analyzer, 'D_LLQUANT_FACTORVAL', at(1), 'The factor of llquantize() lies between 2 and 65535.');
  const low = constant(analyzer, node, operands, 2, 'D_LLQUANT_LMAGTYPE', 'low magnitude');
  if (low !== undefined && (low < 0n || low > 0xffffn))
    return complain(
      analyzer,
      'D_LLQUANT_LMAGVAL',
      at(2),
      'The low magnitude of llquantize() lies between 0 and 65535.',
    );
  const high = constant(analyzer, node, operands, 3, 'D_LLQUANT_HMAGTYPE', 'high magnitude');
  if (high !== undefined && (high < 0n || high > 0xffffn))
    return complain(
      analyzer,
      'D_LLQUANT_HMAGVAL',
      at(3),
      'The high magnitude of llquantize() lies between 0 and 65535.',
    );
  if (high !== undefined && low !== undefined && high < low)
    return complain(analyzer, 'D_LLQUANT_HMAGVAL', at(3), 'The high magnitude must not be less than the low one.');
  if (factor !== undefined && high !== undefined && Number(factor) ** (Number(high) + 1) > 2 ** 64) {
    return complain(
      analyzer,
      'D_LLQUANT_HMAGVAL',
      at(3),
      `${factor} to the power of ${high + 1n} doesn't fit into 64 bits.`,
    );
  }
  const fourth = operands[4];
  if (fourth && !isPositive(fourth))
    return complain(analyzer, 'D_LLQUANT_STEPTYPE', at(4), 'The steps of llquantize() must be a positive constant.');
  const steps = fourth?.value;
  if (steps !== undefined && steps > 0xffffn)
    return complain(analyzer, 'D_LLQUANT_STEPVAL', at(4), 'The steps of llquantize() are 65535 at most.');
  if (steps !== undefined && factor !== undefined && low !== undefined) {
    const problem = stepsProblem(steps, factor, low);
    if (problem !== undefined) return complain(analyzer, 'D_LLQUANT_STEPVAL', at(4), problem);
  }
  checkIncrement(analyzer, node, operands, 5);
}

function stepsProblem(steps: bigint, factor: bigint, low: bigint): string | undefined {
  if (steps < factor)
    return factor % steps === 0n ? undefined : `${steps} steps don't divide the factor ${factor} evenly.`;
  if (steps > factor) {
    if (steps % factor !== 0n) return `${steps} steps are no multiple of the factor ${factor}.`;
    const power = low === 0n ? factor * factor : low < 64n ? factor ** (low + 1n) : 0n;
    if (power !== 0n && power % steps !== 0n)
      return `${steps} steps don't divide ${factor} to the power of ${low === 0n ? 2n : low + 1n} evenly.`;
  }
  return undefined;
}

/** What must hold where an aggregation is assigned: the constants of its function are the same everywhere. */
export function checkAggregated(
  analyzer: Analyzer,
  symbol: DSymbol,
  node: Call,
  operands: readonly (Operand | undefined)[],
): void {
  const name = calleeName(node);
  const [value] = operands;
  if (value && !isUnknown(value.type) && !isScalar(value.type)) {
    complain(
      analyzer,
      'D_AGG_SCALAR',
      node.arguments[0] ?? node,
      `${name}() aggregates numbers; this is ${renderType(value.type)}.`,
    );
    return;
  }
  const words = name === 'lquantize' ? linear : name === 'llquantize' ? logLinear : undefined;
  const { aggregation } = symbol;
  if (!words || aggregation?.name !== name) return;
  const values = words.map(
    (_, i) => operands[i + 1]?.value ?? (name === 'lquantize' && i === 2 && operands.length < 4 ? 1n : undefined),
  );
  if (values.some((each) => each === undefined)) return;
  const parameters = values.map((each) => BigInt.asIntN(64, each ?? 0n));
  if (!aggregation.parameters) {
    aggregation.parameters = parameters;
    return;
  }
  for (const [i, [tag, word]] of words.entries()) {
    const first = aggregation.parameters[i];
    if (first === parameters[i]) continue;
    complain(
      analyzer,
      tag,
      node.arguments[i + 1] ?? node,
      `The ${word} of @${symbol.name} is ${first} elsewhere, but ${parameters[i]} here; it must be the same everywhere.`,
    );
    return;
  }
}

const linear = [
  ['D_LQUANT_MATCHBASE', 'base'], ['D_LQUANT_MATCHLIM', 'limit'], ['D_LQUANT_MATCHSTEP', 'step'],
] as const; // prettier-ignore
const logLinear = [
  ['D_LLQUANT_MATCHFACTOR', 'factor'], ['D_LLQUANT_MATCHLMAG', 'low magnitude'],
  ['D_LLQUANT_MATCHHMAG', 'high magnitude'], ['D_LLQUANT_MATCHSTEPS', 'number of steps'],
] as const; // prettier-ignore
