// SystemTap's statements. Semicolons are optional: a statement ends where no token continues it.
import {
  atDeclaration,
  complain,
  deepest,
  ended,
  expect,
  found,
  here,
  look,
  missingName,
  parseName,
  spanOf,
  take,
  takeIf,
  takeName,
  textOf,
  lookAhead,
  type Parser,
} from './parser.ts';
import { parseExpression, parseIndexable, parseIndexes, skipBalanced } from './expressions.ts';
import type {
  Block,
  Expression,
  ForeachStatement,
  Histogram,
  IfStatement,
  Name,
  SortKey,
  Statement,
  Wildcard,
} from './syntax.ts';
import { T } from './tokens.ts';

export function parseBlock(p: Parser, what = '{'): Block {
  const start = here(p);
  const open = p.at;
  if (!expect(p, T.openBrace, what)) return { kind: 'block', statements: [], start: ended(p), end: ended(p) };
  const statements: Statement[] = [];
  while (look(p) !== T.closeBrace && look(p) !== T.end && !atDeclaration(p)) {
    const before = p.at;
    const statement = parseStatement(p);
    if (statement) statements.push(statement);
    if (p.panic) synchronize(p);
    if (p.at === before) take(p);
  }
  if (!takeIf(p, T.closeBrace)) {
    complain(p, 'This { is not closed by }.', 'unclosed', spanOf(p, open));
  } else p.panic = false;
  return { kind: 'block', statements, start, end: Math.max(start, ended(p)) };
}

const startsStatement = new Set<number>([
  T.if,
  T.for,
  T.foreach,
  T.while,
  T.try,
  T.return,
  T.delete,
  T.break,
  T.continue,
  T.next,
]);

/** After a complaint: goes on behind the next `;`, or at what begins or ends a statement. */
function synchronize(p: Parser): void {
  while (look(p) !== T.end) {
    const kind = look(p);
    // A string without its closing quote took the rest of the line with it.
    if (p.stream.kinds[p.at - 1] === T.unclosedString) break;
    if (kind === T.closeBrace || kind === T.openBrace || atDeclaration(p)) break;
    if (startsStatement.has(kind) && p.stream.kinds[p.at - 1] !== T.arrow) break;
    take(p);
    if (kind === T.semicolon) break;
  }
  // At the end of an unclosed block the blocks around it are unclosed too, which need not be said.
  if (look(p) !== T.end && !atDeclaration(p)) p.panic = false;
}

const simpleJumps = new Map<number, 'next' | 'break' | 'continue'>([
  [T.next, 'next'],
  [T.break, 'break'],
  [T.continue, 'continue'],
]);

/** Undefined if there is no statement; then nothing was taken. */
function parseStatement(p: Parser): Statement | undefined {
  if (p.depth >= deepest) {
    complain(p, `This is nested more than ${deepest} levels deep.`, 'too-deep');
    const start = here(p);
    skipBalanced(p);
    p.panic = false;
    return { kind: 'empty', start, end: Math.max(start, ended(p)) };
  }
  p.depth++;
  const statement = parseStatementHere(p);
  p.depth--;
  return statement;
}

function parseStatementHere(p: Parser): Statement | undefined {
  const start = here(p);
  const kind = look(p);
  switch (kind) {
    case T.semicolon:
      take(p);
      return { kind: 'empty', start, end: ended(p) };
    case T.openBrace:
      return parseBlock(p);
    case T.try:
      return parseTry(p);
    case T.if:
      return parseIf(p);
    case T.for:
      return parseFor(p);
    case T.foreach:
      return parseForeach(p);
    case T.while: {
      take(p);
      expect(p, T.openParen, '( after while');
      const condition = parseExpression(p);
      expect(p, T.closeParen, ')');
      const body = parseBody(p);
      return { kind: 'while', condition, body, start, end: body.end };
    }
    case T.return:
      return parseReturn(p);
    case T.delete: {
      take(p);
      const value = parseExpression(p);
      return ending(p, { kind: 'delete', value, start, end: Math.max(start, ended(p)) });
    }
    case T.next:
    case T.break:
    case T.continue:
      take(p);
      return ending(p, { kind: simpleJumps.get(kind) ?? 'next', start, end: ended(p) });
  }
  const isExpression =
    kind === T.identifier ||
    kind === T.number ||
    kind === T.string ||
    kind === T.embedded ||
    kind === T.atWord ||
    (kind >= T.argument && kind <= T.stringArgumentCount) ||
    (kind >= T.openBrace && kind !== T.closeBrace);
  if (!isExpression) {
    if (kind === T.else) complain(p, 'This else belongs to no if.');
    else if (kind === T.catch) complain(p, 'This catch belongs to no try.');
    else if (kind === T.unclosedString) complain(p, 'This string has no closing quote on its line.', 'unclosed');
    else if (kind === T.unclosedEmbedded) complain(p, 'This %{ is not closed by %}.', 'unclosed');
    else if (kind === T.junk) complain(p, 'This character has no meaning in SystemTap.', 'unknown-character');
    else complain(p, `Expected a statement, found ${found(p)}.`);
    return undefined;
  }
  const expression = parseExpression(p);
  if (expression.kind === 'missing' && expression.end <= start) return undefined;
  return ending(p, {
    kind: 'expressionStatement',
    expression,
    start: expression.start,
    end: Math.max(expression.end, expression.start),
  });
}

/** A `;` behind a statement belongs to it, though not to its span. */
function ending(p: Parser, statement: Statement): Statement {
  if (!p.panic) takeIf(p, T.semicolon);
  return statement;
}

/** The statement that a loop or an `if` governs. */
function parseBody(p: Parser): Statement {
  const atEnd = look(p) === T.end || look(p) === T.closeBrace || atDeclaration(p);
  const statement = atEnd ? undefined : parseStatement(p);
  if (atEnd) complain(p, `Expected a statement, found ${found(p)}.`);
  return statement ?? { kind: 'empty', start: ended(p), end: ended(p) };
}

function parseTry(p: Parser): Statement {
  const start = here(p);
  take(p);
  const body = parseBlock(p, '{ after try');
  const hasCatch = expect(p, T.catch, 'catch after the block of try');
  let variable: Name | undefined;
  if (hasCatch && takeIf(p, T.openParen)) {
    variable = parseName(p, 'the name of the variable that receives the message');
    expect(p, T.closeParen, ')');
  }
  const handler = hasCatch
    ? parseBlock(p, '{ after catch')
    : ({ kind: 'block', statements: [], start: ended(p), end: ended(p) } as const);
  const end = Math.max(start, ended(p));
  return variable ? { kind: 'try', body, variable, handler, start, end } : { kind: 'try', body, handler, start, end };
}

/** `else if` chains can be thousands long: they are read by a loop and put together from their end. */
function parseIf(p: Parser): Statement {
  const chain: { readonly start: number; readonly condition: Expression; readonly then: Statement }[] = [];
  let last: Statement | undefined;
  for (;;) {
    const start = here(p);
    take(p);
    expect(p, T.openParen, '( after if');
    const condition = parseExpression(p);
    expect(p, T.closeParen, ')');
    const then = parseBody(p);
    chain.push({ start, condition, then });
    if (look(p) !== T.else) break;
    take(p);
    p.panic = false;
    if (look(p) === T.if) continue;
    last = parseBody(p);
    break;
  }
  for (let link = chain.pop(); link; link = chain.pop()) {
    const { start, condition, then } = link;
    const node: IfStatement = last
      ? { kind: 'if', condition, then, else: last, start, end: Math.max(last.end, then.end) }
      : { kind: 'if', condition, then, start, end: Math.max(start, then.end) };
    last = node;
  }
  return last ?? { kind: 'empty', start: ended(p), end: ended(p) };
}

function parseFor(p: Parser): Statement {
  const start = here(p);
  take(p);
  expect(p, T.openParen, '( after for');
  const initial = look(p) === T.semicolon ? undefined : parseExpression(p);
  expect(p, T.semicolon, '; after the initialisation');
  const condition = look(p) === T.semicolon ? undefined : parseExpression(p);
  expect(p, T.semicolon, '; after the condition');
  const step = look(p) === T.closeParen ? undefined : parseExpression(p);
  expect(p, T.closeParen, ')');
  const body = parseBody(p);
  return {
    kind: 'for',
    ...(initial ? { initial } : {}),
    ...(condition ? { condition } : {}),
    ...(step ? { step } : {}),
    body,
    start,
    end: Math.max(start, body.end),
  };
}

function parseReturn(p: Parser): Statement {
  const start = here(p);
  if (!p.inFunction) complainSoftly(p, 'A return stands in a function only.', 'return-outside-function');
  take(p);
  const isBare = look(p) === T.semicolon || look(p) === T.closeBrace;
  const value = isBare ? undefined : parseExpression(p);
  const end = Math.max(start, ended(p));
  return ending(p, value ? { kind: 'return', value, start, end } : { kind: 'return', start, end });
}

function complainSoftly(p: Parser, message: string, code: string): void {
  const { panic } = p;
  complain(p, message, code);
  p.panic = panic;
}

const sortKeys = new Map<string, SortKey>([
  ['@count', 'count'],
  ['@sum', 'sum'],
  ['@min', 'min'],
  ['@max', 'max'],
  ['@avg', 'avg'],
  ['@variance', 'variance'],
]);

interface ForeachHead {
  value?: Name;
  indexes: Name[];
  sort?: { direction: '+' | '-'; column: number; by?: SortKey };
}

function parseForeach(p: Parser): Statement {
  const start = here(p);
  take(p);
  expect(p, T.openParen, '( after foreach');
  const head = parseForeachHead(p);
  expect(p, T.in, 'in');
  const array: Name | Histogram = p.panic ? missingName(p) : parseIndexable(p);
  let slice: readonly (Expression | Wildcard)[] | undefined;
  if (takeIf(p, T.openBracket)) slice = parseIndexes(p);
  parseValueSort(p, head);
  const limit = takeIf(p, T.limit) ? parseExpression(p) : undefined;
  expect(p, T.closeParen, ')');
  const body = parseBody(p);
  const node: ForeachStatement = {
    kind: 'foreach',
    ...(head.value ? { value: head.value } : {}),
    indexes: head.indexes,
    array,
    ...(slice ? { slice } : {}),
    ...(head.sort ? { sort: head.sort } : {}),
    ...(limit ? { limit } : {}),
    body,
    start,
    end: Math.max(start, body.end),
  };
  return node;
}

/** `+` or `-` behind a column; two of them are one too many. */
function parseSort(p: Parser, head: ForeachHead, column: number, by?: SortKey): void {
  const kind = look(p);
  if (kind !== T.plus && kind !== T.minus) return;
  if (head.sort) complain(p, 'A foreach sorts by one column only.', 'multiple-sort');
  head.sort = { direction: kind === T.plus ? '+' : '-', column, ...(by ? { by } : {}) };
  take(p);
}

function parseForeachHead(p: Parser): ForeachHead {
  const head: ForeachHead = { indexes: [] };
  if (look(p) === T.identifier) {
    const first = takeName(p);
    const isValue =
      look(p) === T.assign || ((look(p) === T.plus || look(p) === T.minus) && lookAhead(p, 1) === T.assign);
    parseSort(p, head, isValue ? 0 : 1);
    if (!takeIf(p, T.assign)) {
      head.indexes.push(first);
      return head;
    }
    head.value = first;
  }
  if (!takeIf(p, T.openBracket)) {
    head.indexes.push(parseName(p, 'the name of an index variable'));
    parseSort(p, head, 1);
    return head;
  }
  do {
    head.indexes.push(parseName(p, 'the name of an index variable'));
    parseSort(p, head, head.indexes.length);
  } while (takeIf(p, T.comma));
  expect(p, T.closeBracket, ', or ]');
  return head;
}

/** `@avg-`, `+` behind the array: by value. */
function parseValueSort(p: Parser, head: ForeachHead): void {
  let by: SortKey | undefined;
  if (look(p) === T.atWord) {
    by = sortKeys.get(textOf(p, p.at));
    if (by === undefined) complain(p, `Expected @count, @sum, @min, @max, @avg or @variance, found ${found(p)}.`);
    take(p);
    if (look(p) !== T.plus && look(p) !== T.minus) complain(p, `Expected + or -, found ${found(p)}.`);
  }
  parseSort(p, head, 0, by);
}
