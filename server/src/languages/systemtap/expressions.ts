// SystemTap's expressions, by precedence as the language reference gives it: assignment (to the right), ?:, ||, &&, |, ^,
// &, in, comparisons and =~, shifts, the concatenating dot, + -, * / %, unary, ++ --, and what belongs to the probed
// program: $variables with their members.
import type { Span } from '../../base/text.ts';
import { decodeString, parseNumber } from './literals.ts';
import {
  complain,
  deepest,
  ended,
  expect,
  found,
  here,
  look,
  lookAhead,
  missing,
  originOf,
  remark,
  spanHere,
  spanOf,
  take,
  takeIf,
  takeName,
  textOf,
  missingName,
  type Parser,
} from './parser.ts';
import type {
  Assignment,
  AssignmentOperator,
  BinaryOperator,
  Call,
  Expression,
  Histogram,
  Literal,
  Name,
  NumberLiteral,
  Operator,
  Print,
  PrintName,
  Statistic,
  StringLiteral,
  Target,
  Wildcard,
} from './syntax.ts';
import { T } from './tokens.ts';

const assignments = new Map<number, AssignmentOperator>([
  [T.assign, '='],
  [T.aggregate, '<<<'],
  [T.plusAssign, '+='],
  [T.minusAssign, '-='],
  [T.starAssign, '*='],
  [T.slashAssign, '/='],
  [T.percentAssign, '%='],
  [T.shiftLeftAssign, '<<='],
  [T.shiftRightAssign, '>>='],
  [T.ampersandAssign, '&='],
  [T.caretAssign, '^='],
  [T.barAssign, '|='],
  [T.dotAssign, '.='],
]);

const IN = 6;
const COMPARISON = 7;
const SHIFT = 8;
const precedence = new Uint8Array(128);
const binaryOperators: BinaryOperator[] = [];
const levels: readonly (readonly [number, BinaryOperator, number])[] = [
  [T.orOr, '||', 1],
  [T.andAnd, '&&', 2],
  [T.bar, '|', 3],
  [T.caret, '^', 4],
  [T.ampersand, '&', 5],
  [T.less, '<', COMPARISON],
  [T.greater, '>', COMPARISON],
  [T.equal, '==', COMPARISON],
  [T.notEqual, '!=', COMPARISON],
  [T.lessEqual, '<=', COMPARISON],
  [T.greaterEqual, '>=', COMPARISON],
  [T.shiftLeft, '<<', SHIFT],
  [T.shiftRight, '>>', SHIFT],
  [T.shiftRightUnsigned, '>>>', SHIFT],
  [T.dot, '.', 9],
  [T.plus, '+', 10],
  [T.minus, '-', 10],
  [T.star, '*', 11],
  [T.slash, '/', 11],
  [T.percent, '%', 11],
];
for (const [kind, operator, level] of levels) {
  precedence[kind] = level;
  binaryOperators[kind] = operator;
}

const printNames: ReadonlySet<string> = new Set<PrintName>([
  'print',
  'println',
  'printf',
  'printd',
  'printdln',
  'sprint',
  'sprintln',
  'sprintf',
  'sprintd',
  'sprintdln',
  'print_char',
]);
export const isPrintName = (name: string): name is PrintName => printNames.has(name);

const statistics: ReadonlySet<string> = new Set(['@count', '@sum', '@min', '@max', '@avg', '@variance']);
const otherOperators: ReadonlySet<string> = new Set([
  '@defined',
  '@entry',
  '@probewrite',
  '@const',
  '@perf',
  '@kregister',
  '@uregister',
  '@kderef',
  '@uderef',
]);

/** From the first to the last of two parts: one of them may be missing, and stand at the end of a macro's expansion. */
const cover = (first: Span, last: Span): Span => ({
  start: Math.min(first.start, last.start),
  end: Math.max(first.end, last.end),
});

export function parseExpression(p: Parser): Expression {
  if (p.depth >= deepest) {
    complain(p, `This is nested more than ${deepest} levels deep.`, 'too-deep');
    skipBalanced(p);
    return missing(p);
  }
  p.depth++;
  const left = parseTernary(p);
  const operator = assignments.get(look(p));
  let result = left;
  if (operator !== undefined) {
    take(p);
    const right = parseExpression(p);
    const node: Assignment = { kind: 'assignment', operator, left, right, ...cover(left, right) };
    result = node;
  }
  p.depth--;
  return result;
}

/** Leaves out what is too deep: up to the bracket that closes what is around. */
export function skipBalanced(p: Parser): void {
  for (let open = 0; look(p) !== T.end;) {
    const kind = look(p);
    if (kind === T.openBrace || kind === T.openParen || kind === T.openBracket) open++;
    else if (kind === T.closeBrace || kind === T.closeParen || kind === T.closeBracket) {
      if (open === 0) break;
      open--;
    }
    take(p);
  }
  p.panic = true;
}

function parseTernary(p: Parser): Expression {
  const condition = parseBinary(p, 1);
  if (look(p) !== T.question) return condition;
  // The else branch is a ternary again: a chain, which a loop reads and the end puts together.
  const chain: { condition: Expression; then: Expression }[] = [];
  let last = condition;
  while (takeIf(p, T.question)) {
    const then = parseExpression(p);
    chain.push({ condition: last, then });
    if (!expect(p, T.colon, ': of the conditional expression')) {
      last = missing(p);
      break;
    }
    last = parseBinary(p, 1);
  }
  for (let link = chain.pop(); link; link = chain.pop()) {
    last = {
      kind: 'ternary',
      condition: link.condition,
      then: link.then,
      else: last,
      ...cover(cover(link.condition, link.then), last),
    };
  }
  return last;
}

function parseBinary(p: Parser, lowest: number): Expression {
  let left = lowest <= IN ? parseMembership(p) : parseUnary(p);
  for (;;) {
    const kind = look(p);
    const level = precedence[kind] ?? 0;
    if (level < lowest || level === 0) return left;
    // What binds tighter than `in` was taken with the operand already; it is here only where it cannot be chained.
    if (lowest <= IN && level >= IN) return left;
    const index = p.at;
    take(p);
    const right = parseBinary(p, level + 1);
    const operator = binaryOperators[kind] ?? '+';
    left = { kind: 'binary', operator, operatorSpan: spanOf(p, index), left, right, ...cover(left, right) };
  }
}

/** `a in b`, `[a, *] in b`; brackets without `in` are parentheses. */
function parseMembership(p: Parser): Expression {
  if (look(p) !== T.openBracket) {
    const first = parseComparison(p);
    return look(p) === T.in ? membership(p, [first], first.start) : first;
  }
  const start = here(p);
  take(p);
  const indexes: (Expression | Wildcard)[] = [];
  do indexes.push(takeWildcard(p) ?? parseComparison(p));
  while (takeIf(p, T.comma));
  expect(p, T.closeBracket, ', or ]');
  if (look(p) === T.in) return membership(p, indexes, start);
  const span = { start, end: ended(p) };
  const [only] = indexes;
  if (indexes.length > 1) complain(p, 'A list in brackets needs in and an array behind it.', 'syntax', span);
  const expression = only && only.kind !== 'wildcard' ? only : missing(p);
  if (only?.kind === 'wildcard') complain(p, 'The * needs in and an array behind it.', 'syntax', span);
  return { kind: 'parenthesized', expression, ...span };
}

function membership(p: Parser, indexes: readonly (Expression | Wildcard)[], start: number): Expression {
  take(p);
  const array = parseIndexable(p);
  return { kind: 'in', indexes, array, ...cover({ start, end: start }, array) };
}

function takeWildcard(p: Parser): Wildcard | undefined {
  if (look(p) !== T.star) return undefined;
  const span = spanOf(p, p.at);
  take(p);
  return { kind: 'wildcard', ...span };
}

function parseComparison(p: Parser): Expression {
  const left = parseBinary(p, SHIFT);
  const kind = look(p);
  if (kind === T.match || kind === T.notMatch) {
    take(p);
    const pattern = parseStringLiteral(p, 'a regular expression as a string literal');
    const operator = kind === T.match ? '=~' : '!~';
    return { kind: 'match', operator, left, pattern, ...cover(left, pattern) };
  }
  let result = left;
  while (precedence[look(p)] === COMPARISON) {
    const index = p.at;
    const operator = binaryOperators[look(p)] ?? '==';
    take(p);
    const right = parseBinary(p, SHIFT);
    result = {
      kind: 'binary',
      operator,
      operatorSpan: spanOf(p, index),
      left: result,
      right,
      ...cover(left, right),
    };
  }
  return result;
}

const unaryOperators = new Map<number, '+' | '-' | '!' | '~'>([
  [T.plus, '+'],
  [T.minus, '-'],
  [T.bang, '!'],
  [T.tilde, '~'],
]);

function parseUnary(p: Parser): Expression {
  const first = look(p);
  if (first !== T.plus && first !== T.minus && first !== T.bang && first !== T.tilde) return parseUpdate(p);
  const operators: { readonly operator: '+' | '-' | '!' | '~'; readonly start: number }[] = [];
  for (;;) {
    const operator = unaryOperators.get(look(p));
    if (operator === undefined) break;
    if (operators.length >= deepest) {
      complain(p, `This is nested more than ${deepest} levels deep.`, 'too-deep');
      while (unaryOperators.has(look(p))) take(p);
      break;
    }
    operators.push({ operator, start: here(p) });
    take(p);
  }
  let operand = parseUpdate(p);
  for (let outer = operators.pop(); outer; outer = operators.pop()) {
    operand = {
      kind: 'unary',
      operator: outer.operator,
      operand,
      ...cover({ start: outer.start, end: outer.start }, operand),
    };
  }
  return operand;
}

function parseUpdate(p: Parser): Expression {
  const kind = look(p);
  if (kind === T.increment || kind === T.decrement) {
    const start = here(p);
    take(p);
    const operand = parseTarget(p);
    return {
      kind: 'update',
      operator: kind === T.increment ? '++' : '--',
      prefix: true,
      operand,
      start,
      end: operand.end,
    };
  }
  const operand = parseTarget(p);
  const after = look(p);
  if (after !== T.increment && after !== T.decrement) return operand;
  take(p);
  return {
    kind: 'update',
    operator: after === T.increment ? '++' : '--',
    prefix: false,
    operand,
    start: operand.start,
    end: ended(p),
  };
}

/** A value, with `&` before and members behind it where it is something of the probed program. */
function parseTarget(p: Parser): Expression {
  const kind = look(p);
  if (kind === T.ampersand) {
    const start = here(p);
    take(p);
    return parseMembers(p, parseTargetBase(p) ?? { kind: 'auto', operand: parseValue(p) }, start, true);
  }
  if (kind === T.identifier || kind === T.atWord) {
    const start = here(p);
    const base = parseTargetBase(p);
    if (base) return parseMembers(p, base, start, false);
  }
  const value = parseValue(p);
  const after = look(p);
  if (after !== T.arrow && after !== T.openBracket && after !== T.identifier) return value;
  if (after === T.identifier && !/^\$+$/.test(textOf(p, p.at))) return value;
  if (value.kind === 'missing') return value;
  return parseMembers(p, { kind: 'auto', operand: value }, value.start, false);
}

function parseTargetBase(p: Parser): Target['base'] | undefined {
  const index = p.at;
  const name = textOf(p, index);
  if (look(p) === T.identifier && name.startsWith('$')) {
    const origin = originOf(p, index);
    take(p);
    const span = spanOf(p, index);
    return origin ? { kind: 'variable', name, span, origin } : { kind: 'variable', name, span };
  }
  if (look(p) !== T.atWord) return undefined;
  if (name === '@cast') {
    take(p);
    expect(p, T.openParen, '( after @cast');
    const operand = parseExpression(p);
    expect(p, T.comma, ', and the type of the cast');
    const type = parseNonEmptyString(p, 'the type of the cast as a string literal');
    const module = takeIf(p, T.comma) ? parseStringLiteral(p, 'the module as a string literal') : undefined;
    expect(p, T.closeParen, ')');
    const span = spanOf(p, index);
    return module ? { kind: 'cast', operand, type, module, span } : { kind: 'cast', operand, type, span };
  }
  if (name === '@var') {
    take(p);
    expect(p, T.openParen, '( after @var');
    const variable = parseStringLiteral(p, 'the name of the variable as a string literal');
    const module = takeIf(p, T.comma) ? parseStringLiteral(p, 'the module as a string literal') : undefined;
    expect(p, T.closeParen, ')');
    const span = spanOf(p, index);
    return module ? { kind: 'var', variable, module, span } : { kind: 'var', variable, span };
  }
  return undefined;
}

/** Splits the `$` or `$$` off the end of a name. */
function splitPretty(name: string): readonly [string, string] {
  const bare = name.replace(/\$+$/, '');
  return [bare, name.slice(bare.length)];
}

function parseMembers(p: Parser, given: Target['base'], start: number, addressOf: boolean): Target {
  const members: Target['members'][number][] = [];
  let base = given;
  let pretty = '';
  if (base.kind === 'variable') {
    const [bare, ending] = splitPretty(base.name);
    if (bare !== '' && ending !== '') [base, pretty] = [{ ...base, name: bare }, ending];
  }
  while (pretty === '') {
    if (look(p) === T.arrow) {
      take(p);
      const index = p.at;
      const kind = look(p);
      if (kind !== T.identifier && (kind < T.probe || kind > T.catch)) {
        complain(p, `Expected the name of a member after ->, found ${found(p)}.`);
        break;
      }
      const [name, ending] = splitPretty(textOf(p, index));
      take(p);
      pretty = ending;
      if (name !== '') members.push({ kind: 'member', name, span: spanOf(p, index) });
      else if (pretty === '') break;
    } else if (look(p) === T.openBracket) {
      const from = here(p);
      take(p);
      const index = parseExpression(p);
      expect(p, T.closeBracket, ']');
      members.push({ kind: 'element', index, span: { start: from, end: ended(p) } });
    } else break;
    if (members.length > 10_000) break;
  }
  if (pretty === '' && look(p) === T.identifier) {
    const text = textOf(p, p.at);
    if (/^\$+$/.test(text)) {
      pretty = text;
      take(p);
    }
  }
  if (pretty !== '' && (look(p) === T.arrow || look(p) === T.openBracket)) {
    complain(p, 'What is printed with $ or $$ has no members.');
  }
  return { kind: 'target', base, addressOf, members, pretty, start, end: Math.max(start, ended(p)) };
}

function parseValue(p: Parser): Expression {
  switch (look(p)) {
    case T.identifier:
    case T.atWord:
      return parseSymbol(p);
    case T.openParen: {
      const start = here(p);
      take(p);
      const expression = parseExpression(p);
      expect(p, T.closeParen, ')');
      return { kind: 'parenthesized', expression, start, end: Math.max(start, ended(p)) };
    }
    case T.embedded: {
      const span = spanOf(p, p.at);
      const code = textOf(p, p.at).slice(2, -2);
      take(p);
      guruOnly(p, 'Embedded C', span);
      return { kind: 'embeddedExpression', code, ...span };
    }
    case T.argument:
      return parseArgumentValue(p);
    default:
      return parseLiteral(p);
  }
}

/** `$1` can be anything, a function's or an array's name too. */
function parseArgumentValue(p: Parser): Expression {
  const after = lookAhead(p, 1);
  if (after !== T.openParen && after !== T.openBracket) return parseLiteral(p);
  const word = takeName(p);
  return after === T.openParen ? parseCall(p, word, word.start) : parseIndex(p, word);
}

/** Says that stap wants `-g` for this, as loudly as is known. */
export function guruOnly(p: Parser, what: string, span: Span): void {
  if (p.options.guru === true || (p.options.role ?? 'script') !== 'script') return;
  remark(p, `${what} needs stap's option -g.`, 'guru-mode', span, p.options.guru === false ? 'error' : 'information');
}

const startsLiteral = (kind: number): boolean =>
  kind === T.string || kind === T.number || (kind >= T.argument && kind <= T.stringArgumentCount);

export function parseLiteral(p: Parser, what = 'a value'): Literal | { kind: 'missing'; start: number; end: number } {
  const kind = look(p);
  if (kind === T.string) return takeString(p);
  if (kind === T.minus && startsLiteral(lookAhead(p, 1)) && lookAhead(p, 1) !== T.string) {
    const start = here(p);
    take(p);
    const literal = look(p) === T.number ? takeNumber(p, true) : takeArgument(p);
    return { ...literal, start };
  }
  if (kind === T.number) return takeNumber(p, false);
  if (startsLiteral(kind)) return takeArgument(p);
  if (kind === T.unclosedString) {
    complain(p, 'This string has no closing quote on its line.', 'unclosed');
    take(p);
  } else if (kind === T.unclosedEmbedded) complain(p, 'This %{ is not closed by %}.', 'unclosed');
  else complain(p, `Expected ${what}, found ${found(p)}.`);
  return missing(p);
}

function takeArgument(p: Parser): Literal {
  const span = spanOf(p, p.at);
  const text = textOf(p, p.at);
  take(p);
  const index = text.endsWith('#') ? 0 : Number(text.slice(1));
  // A string argument joins the string literals around it.
  const form = text.startsWith('@') ? 'string' : 'raw';
  if (form === 'string') while (look(p) === T.string || look(p) === T.stringArgument) take(p);
  return { kind: 'argument', index, form, start: span.start, end: ended(p) };
}

function takeNumber(p: Parser, negative: boolean): NumberLiteral {
  const span = spanOf(p, p.at);
  const text = textOf(p, p.at);
  take(p);
  const value = parseNumber(text, negative);
  if (value === undefined) complain(p, `${text} is no number that fits 64 bits.`, 'number', span);
  return { kind: 'number', value: value ?? 0n, ...span };
}

function takeString(p: Parser): StringLiteral | Literal {
  const first = p.at;
  const start = here(p);
  const inner = textOf(p, first).slice(1, -1);
  take(p);
  if (look(p) === T.stringArgument || look(p) === T.stringArgumentCount) return { ...takeArgument(p), start };
  if (look(p) !== T.string) return { kind: 'string', value: decodeString(inner), start, end: ended(p) };
  let value = decodeString(inner);
  const parts = [spanOf(p, first)];
  while (look(p) === T.string) {
    parts.push(spanOf(p, p.at));
    value += decodeString(textOf(p, p.at).slice(1, -1));
    take(p);
    if (look(p) === T.stringArgument) return { ...takeArgument(p), start };
  }
  return { kind: 'string', value, parts, start, end: ended(p) };
}

export function parseStringLiteral(p: Parser, what: string): Expression {
  const kind = look(p);
  if (kind === T.string) return takeString(p);
  if (kind === T.stringArgument || kind === T.stringArgumentCount || kind === T.argument) return takeArgument(p);
  if (kind === T.unclosedString) {
    complain(p, 'This string has no closing quote on its line.', 'unclosed');
    take(p);
  } else complain(p, `Expected ${what}, found ${found(p)}.`);
  return missing(p);
}

function parseNonEmptyString(p: Parser, what: string): Expression {
  const literal = parseStringLiteral(p, what);
  if (literal.kind === 'string' && literal.value === '') remark(p, 'This string must not be empty.', 'syntax', literal);
  return literal;
}

/** A number, with its sign, where nothing else may stand. */
export function parseNumberLiteral(p: Parser, what: string): NumberLiteral {
  const start = here(p);
  const negative = takeIf(p, T.minus);
  if (look(p) === T.number) return { ...takeNumber(p, negative), start };
  if (look(p) === T.argument || look(p) === T.argumentCount) {
    take(p);
    return { kind: 'number', value: 1n, start, end: ended(p) };
  }
  complain(p, `Expected ${what}, found ${found(p)}.`);
  return { kind: 'number', value: 0n, start: ended(p), end: ended(p) };
}

/** What can be iterated over or asked with `in`: an array's name or a histogram. */
export function parseIndexable(p: Parser): Name | Histogram {
  if (look(p) === T.atWord) {
    const name = textOf(p, p.at);
    if (name === '@hist_linear' || name === '@hist_log') return parseHistogram(p, name);
  } else if (look(p) === T.identifier || look(p) === T.argument) return takeName(p);
  complain(p, `Expected an array or a histogram, found ${found(p)}.`);
  return missingName(p);
}

function parseHistogram(p: Parser, operator: Histogram['operator']): Histogram {
  const operatorSpan = spanOf(p, p.at);
  take(p);
  expect(p, T.openParen, `( after ${operator}`);
  const operand = parseExpression(p);
  const parameters: NumberLiteral[] = [];
  if (operator === '@hist_linear') {
    for (const what of ['the lowest value', 'the highest value', "a bucket's width"]) {
      if (!expect(p, T.comma, `, and ${what} as a number`)) break;
      parameters.push(parseNumberLiteral(p, `${what} as a number`));
    }
  }
  expect(p, T.closeParen, ')');
  return {
    kind: 'histogram',
    operator,
    operatorSpan,
    operand,
    parameters,
    start: operatorSpan.start,
    end: Math.max(operatorSpan.end, ended(p)),
  };
}

function parseSymbol(p: Parser): Expression {
  const index = p.at;
  const name = textOf(p, index);
  const start = here(p);
  if (look(p) === T.atWord) {
    if (name === '@hist_linear' || name === '@hist_log') {
      const histogram = parseHistogram(p, name);
      if (look(p) === T.openBracket) return parseIndex(p, histogram);
      complain(p, 'A histogram is no value: print it, index it, or iterate over it.', 'histogram', histogram);
      return histogram;
    }
    return parseOperator(p, name);
  }
  if (isPrintName(name)) return parsePrint(p, name);
  const word = takeName(p);
  if (look(p) === T.openParen) return parseCall(p, word, start);
  if (look(p) === T.openBracket) return parseIndex(p, word);
  return word;
}

function parseCall(p: Parser, word: Name, start: number): Call {
  take(p);
  const list: Expression[] = [];
  if (!takeIf(p, T.closeParen)) {
    do list.push(parseExpression(p));
    while (takeIf(p, T.comma));
    expect(p, T.closeParen, ', or )');
  }
  return { kind: 'call', function: word, arguments: list, start, end: Math.max(start, ended(p)) };
}

function parseIndex(p: Parser, array: Name | Histogram): Expression {
  take(p);
  const indexes = parseIndexes(p);
  return { kind: 'index', array, indexes, start: array.start, end: Math.max(array.end, ended(p)) };
}

/** `a, *, b ]` */
export function parseIndexes(p: Parser): readonly (Expression | Wildcard)[] {
  const indexes: (Expression | Wildcard)[] = [];
  do indexes.push(takeWildcard(p) ?? parseExpression(p));
  while (takeIf(p, T.comma));
  expect(p, T.closeBracket, ', or ]');
  return indexes;
}

function parseOperator(p: Parser, name: string): Expression {
  const operatorSpan = spanOf(p, p.at);
  const { start } = operatorSpan;
  if (statistics.has(name)) {
    take(p);
    expect(p, T.openParen, `( after ${name}`);
    const operand = parseExpression(p);
    const parameters: NumberLiteral[] = [];
    while (takeIf(p, T.comma)) {
      const parameter = parseNumberLiteral(p, 'a number');
      if (name !== '@variance' || parameters.length > 0) {
        const most = name === '@variance' ? 'an aggregate and a bit shift' : 'an aggregate and nothing else';
        complain(p, `${name} takes ${most}.`, 'operator-arguments', parameter);
      }
      parameters.push(parameter);
    }
    expect(p, T.closeParen, ')');
    const operator = name as Statistic['operator'];
    return {
      kind: 'statistic',
      operator,
      operatorSpan,
      operand,
      parameters,
      start,
      end: Math.max(operatorSpan.end, ended(p)),
    };
  }
  if (otherOperators.has(name)) {
    take(p);
    return parseOtherOperator(p, name as Operator['operator'], operatorSpan);
  }
  const macro = p.options.macros?.get(name.slice(1));
  if (macro && macro.body === undefined) return parseMacroCall(p, macro.parameters.length, name.slice(1));
  complain(p, `There is no operator or macro ${name}.`, 'unknown-operator', operatorSpan);
  take(p);
  return missing(p);
}

/** A macro whose text is not known: its arguments are passed over, if it takes any. */
function parseMacroCall(p: Parser, parameters: number, name: string): Expression {
  const nameSpan = spanOf(p, p.at);
  take(p);
  if (parameters > 0 && takeIf(p, T.openParen)) {
    const { panic } = p;
    skipBalanced(p);
    p.panic = panic;
    expect(p, T.closeParen, ')');
  }
  return { kind: 'macroCall', name, nameSpan, start: nameSpan.start, end: ended(p) };
}

function parseOtherOperator(p: Parser, operator: Operator['operator'], operatorSpan: Span): Expression {
  expect(p, T.openParen, `( after ${operator}`);
  const operands: Expression[] = [];
  switch (operator) {
    case '@defined':
    case '@entry':
      operands.push(parseExpression(p));
      break;
    case '@probewrite': {
      const start = here(p);
      if (look(p) === T.identifier) operands.push(takeName(p));
      else complain(p, `Expected a variable, found ${found(p)}.`, 'syntax', { start, end: spanHere(p).end });
      break;
    }
    case '@const':
    case '@perf':
      operands.push(parseNonEmptyString(p, 'a string literal'));
      break;
    case '@kregister':
    case '@uregister':
      operands.push(parseNumberLiteral(p, "a register's number"));
      break;
    case '@kderef':
    case '@uderef':
      operands.push(parseNumberLiteral(p, 'a size as a number'));
      if (expect(p, T.comma, ', and an address')) operands.push(parseExpression(p));
      break;
  }
  expect(p, T.closeParen, ')');
  if (operator === '@const' || operator === '@kregister' || operator === '@kderef') guruOnly(p, operator, operatorSpan);
  return {
    kind: 'operator',
    operator,
    operatorSpan,
    operands,
    start: operatorSpan.start,
    end: Math.max(operatorSpan.end, ended(p)),
  };
}

function parsePrint(p: Parser, name: PrintName): Expression {
  const word = takeName(p);
  const { start } = word;
  const done = (rest: Partial<Print>): Print => {
    expect(p, T.closeParen, ', or )');
    return { kind: 'print', function: word, name, arguments: [], ...rest, start, end: Math.max(word.end, ended(p)) };
  };
  if (!takeIf(p, T.openParen) && !expect(p, T.openParen, `( after ${name}`))
    return { kind: 'print', function: word, name, arguments: [], start, end: word.end };
  if (look(p) === T.atWord && /^s?print(ln)?$/.test(name)) {
    const operator = textOf(p, p.at);
    if (operator === '@hist_linear' || operator === '@hist_log') {
      const histogram = parseHistogram(p, operator);
      if (look(p) !== T.openBracket) return done({ arguments: [histogram] });
      const list = [parseIndex(p, histogram)];
      while (takeIf(p, T.comma)) list.push(parseExpression(p));
      return done({ arguments: list });
    }
  }
  const list: Expression[] = [];
  const head: { format?: Expression; delimiter?: Expression } = {};
  if (name.endsWith('f')) head.format = parseStringLiteral(p, 'the format as a string literal');
  else if (name.includes('printd')) head.delimiter = parseStringLiteral(p, 'the delimiter as a string literal');
  const hasHead = head.format ?? head.delimiter;
  const least = head.delimiter ? 2 : !hasHead && !name.endsWith('ln') ? 1 : 0;
  if (hasHead ? look(p) === T.comma : look(p) !== T.closeParen || least > 0) {
    if (hasHead) take(p);
    do list.push(parseExpression(p));
    while (takeIf(p, T.comma));
  }
  if (list.length < least)
    complain(p, `${name} needs a delimiter and at least ${least} values.`, 'print-arguments', spanHere(p));
  return done({ ...head, arguments: list });
}
