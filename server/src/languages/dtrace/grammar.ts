// D's grammar from expressions up to definitions: one function per production, operators by precedence as in the manual's
// table. Expressions and declarations need each other (a cast holds a type name, an array's size is an expression), so
// they share this file.
import type { Span } from '../../base/text.ts';
import { characterValue, integerValue, unescape } from './lexer.ts';
import {
  advance, bounded, endOf, expect, missing, nested, parseName, peekKind, previousEnd, report, reportUnexpected,
  skipBalanced, spanHere, startOf, take, textOf, type Parser,
} from './parserState.ts'; // prettier-ignore
import type {
  ArraySuffix, AssignmentOperator, BinaryOperator, Declaration, Declarator, Enumerator, EnumSpecifier, Expression,
  FunctionSuffix, InlineDefinition, MemberDeclaration, Name, Parameter, Pointer, ProbeDeclaration, ProviderDefinition,
  Specifier, Specifiers, StructSpecifier, TranslatorDefinition, TranslatorMember, TypeName, UnaryOperator,
} from './syntax.ts'; // prettier-ignore
import { K, T } from './tokens.ts';

/** Precedence by token kind; 0 for what is no binary operator. Assignments, `?:` and the comma are not here. */
const precedence = new Uint8Array(256);
const binaryOperators: (BinaryOperator | undefined)[] = [];
const levels: readonly (readonly [number, BinaryOperator][])[] = [
  [[T.logicalOr, '||']],
  [[T.logicalXor, '^^']],
  [[T.logicalAnd, '&&']],
  [[T.or, '|']],
  [[T.xor, '^']],
  [[T.and, '&']],
  [[T.equal, '=='], [T.notEqual, '!=']],
  [[T.less, '<'], [T.lessEqual, '<='], [T.greater, '>'], [T.greaterEqual, '>=']],
  [[T.shiftLeft, '<<'], [T.shiftRight, '>>']],
  [[T.plus, '+'], [T.minus, '-']],
  [[T.star, '*'], [T.slash, '/'], [T.percent, '%']],
]; // prettier-ignore
levels.forEach((operators, level) => {
  for (const [kind, operator] of operators) {
    precedence[kind] = level + 1;
    binaryOperators[kind] = operator;
  }
});

const assignmentOperators: (AssignmentOperator | undefined)[] = [];
for (const [kind, operator] of [
  [T.assign, '='], [T.plusAssign, '+='], [T.minusAssign, '-='], [T.starAssign, '*='], [T.slashAssign, '/='],
  [T.percentAssign, '%='], [T.shiftLeftAssign, '<<='], [T.shiftRightAssign, '>>='], [T.andAssign, '&='],
  [T.xorAssign, '^='], [T.orAssign, '|='],
] as const) assignmentOperators[kind] = operator; // prettier-ignore

const unaryOperators: (UnaryOperator | undefined)[] = [];
for (const [kind, operator] of [
  [T.and, '&'], [T.star, '*'], [T.plus, '+'], [T.minus, '-'], [T.complement, '~'], [T.not, '!'], [T.increment, '++'],
  [T.decrement, '--'],
] as const) unaryOperators[kind] = operator; // prettier-ignore

/** An expression with commas. */
export function parseExpression(parser: Parser): Expression {
  let left = parseAssignment(parser);
  while (parser.kind === T.comma) {
    const height = parser.height;
    const operatorSpan = spanHere(parser);
    advance(parser);
    const right = parseAssignment(parser);
    left = makeBinary(parser, ',', operatorSpan, left, right, height);
  }
  return left;
}

function makeBinary(
  parser: Parser,
  operator: BinaryOperator,
  operatorSpan: Span,
  left: Expression,
  right: Expression,
  leftHeight: number,
): Expression {
  const node: Expression = {
    kind: 'binary',
    id: parser.expressions++,
    operator,
    operatorSpan,
    left,
    right,
    start: left.start,
    end: right.end,
  };
  return bounded(parser, node, Math.max(leftHeight, parser.height) + 1);
}

/** An expression without a comma outside of parentheses. */
export function parseAssignment(parser: Parser): Expression {
  return nested(parser, assignment, missing);
}

function assignment(parser: Parser): Expression {
  const left = parseConditional(parser);
  const operator = assignmentOperators[parser.kind];
  if (operator === undefined) return left;
  const height = parser.height;
  const operatorSpan = spanHere(parser);
  if (left.kind === 'binary' || left.kind === 'conditional' || left.kind === 'cast') {
    report(parser, 'D_SYNTAX', operatorSpan, `Nothing can be assigned to the expression on the left of ${operator}.`);
  }
  advance(parser);
  const right = parseAssignment(parser);
  const node: Expression = {
    kind: 'assignment',
    id: parser.expressions++,
    operator,
    operatorSpan,
    left,
    right,
    start: left.start,
    end: right.end,
  };
  return bounded(parser, node, Math.max(height, parser.height) + 1);
}

/** An expression without assignments: a constant's. */
export function parseConditional(parser: Parser): Expression {
  const condition = parseBinary(parser, 1);
  if (parser.kind !== T.question) return condition;
  const height = parser.height;
  advance(parser);
  const then = nested(parser, parseExpression, missing);
  const thenHeight = parser.height;
  expect(parser, T.colon, 'the : of this ?: expression');
  const otherwise = nested(parser, parseConditional, missing);
  const node: Expression = {
    kind: 'conditional',
    id: parser.expressions++,
    condition,
    then,
    else: otherwise,
    start: condition.start,
    end: otherwise.end,
  };
  return bounded(parser, node, Math.max(height, thenHeight, parser.height) + 1);
}

function parseBinary(parser: Parser, minimum: number): Expression {
  let left = parseCast(parser);
  for (;;) {
    const level = precedence[parser.kind] ?? 0;
    if (level === 0 || level < minimum) return left;
    const operator = binaryOperators[parser.kind] ?? ',';
    const height = parser.height;
    const operatorSpan = spanHere(parser);
    advance(parser);
    const right = parseBinary(parser, level + 1);
    left = makeBinary(parser, operator, operatorSpan, left, right, height);
  }
}

function parseCast(parser: Parser): Expression {
  if (parser.kind === T.openParen && startsCast(parser)) return nested(parser, cast, missing);
  return parseUnary(parser);
}

function cast(parser: Parser): Expression {
  const start = startOf(parser);
  advance(parser);
  const type = parseTypeName(parser);
  expect(parser, T.closeParen, ') after the type of this cast');
  const operand = parseCast(parser);
  const node: Expression = {
    kind: 'cast',
    id: parser.expressions++,
    type,
    operand,
    start,
    end: Math.max(operand.end, previousEnd(parser)),
  };
  return bounded(parser, node, parser.height + 1);
}

/** Whether a `(` begins a cast: a known type follows, or a name that can only be one. */
function startsCast(parser: Parser): boolean {
  if (startsType(parser, 1)) return true;
  if (peekKind(parser, 1) !== T.identifier) return false;
  // `(name *)x`, `(name)x`: no expression looks like this, so the name is a type that this text doesn't declare.
  let ahead = 2;
  while (peekKind(parser, ahead) === T.star) ahead++;
  if (peekKind(parser, ahead) !== T.closeParen) return false;
  const after = peekKind(parser, ahead + 1);
  if (ahead > 2 || beginsOperand(after)) return true;
  if (!textOf(parser, parser.at + 1).endsWith('_t')) return false;
  return after === T.openParen || after === T.star || after === T.and || after === T.minus;
}

function beginsOperand(kind: number): boolean {
  switch (kind) {
    case T.identifier:
    case T.integer:
    case T.string:
    case T.character:
    case T.macro:
    case T.aggregation:
    case K.self:
    case K.this:
    case K.sizeof:
    case K.stringof:
    case K.offsetof:
    case K.xlate:
    case T.not:
    case T.complement:
      return true;
    default:
      return false;
  }
}

function parseUnary(parser: Parser): Expression {
  const operator = unaryOperators[parser.kind];
  if (operator !== undefined || parser.kind === K.sizeof || parser.kind === K.stringof)
    return nested(parser, unary, missing);
  return parsePostfix(parser);
}

function unary(parser: Parser): Expression {
  const start = startOf(parser);
  const operator = unaryOperators[parser.kind] ?? (parser.kind === K.sizeof ? 'sizeof' : 'stringof');
  advance(parser);
  if (operator === 'sizeof' && parser.kind === T.openParen && (startsType(parser, 1) || namesUnknownType(parser))) {
    advance(parser);
    const type = parseTypeName(parser);
    expect(parser, T.closeParen, ') after the type of sizeof');
    const id = parser.expressions++;
    parser.height = 1;
    return { kind: 'sizeofType', id, type, start, end: Math.max(type.end, previousEnd(parser)) };
  }
  const prefix = operator === '++' || operator === '--' || operator === 'sizeof' || operator === 'stringof';
  const operand = prefix ? parseUnary(parser) : parseCast(parser);
  const end = Math.max(operand.end, start);
  const node: Expression = { kind: 'unary', id: parser.expressions++, operator, operand, start, end };
  return bounded(parser, node, parser.height + 1);
}

/** `(name *)` and `(name_t)` after `sizeof`: a type that this text doesn't declare. */
function namesUnknownType(parser: Parser): boolean {
  if (peekKind(parser, 1) !== T.identifier) return false;
  if (peekKind(parser, 2) === T.closeParen) return textOf(parser, parser.at + 1).endsWith('_t');
  return peekKind(parser, 2) === T.star && peekKind(parser, 3) === T.closeParen;
}

function parsePostfix(parser: Parser): Expression {
  let node = parsePrimary(parser);
  for (;;) {
    const height = parser.height;
    switch (parser.kind) {
      case T.openBracket: {
        const [keys, list] = parseArguments(parser, T.openBracket, T.closeBracket, '] after the index');
        if (keys.length === 0) report(parser, 'D_SYNTAX', list, 'An index must stand between the brackets.');
        const end = Math.max(node.end, list.end);
        const made: Expression = {
          kind: 'index',
          id: parser.expressions++,
          object: node,
          keys,
          list,
          start: node.start,
          end,
        };
        node = bounded(parser, made, Math.max(height, parser.height) + 1);
        break;
      }
      case T.openParen: {
        if (node.kind !== 'identifier' && node.kind !== 'aggregation' && node.kind !== 'missing') {
          report(parser, 'D_FUNC_IDENT', node, 'Only a function can be called, by its name.');
        }
        const [args, list] = parseArguments(parser, T.openParen, T.closeParen, ') after the arguments');
        const end = Math.max(node.end, list.end);
        const made: Expression = {
          kind: 'call',
          id: parser.expressions++,
          callee: node,
          arguments: args,
          list,
          start: node.start,
          end,
        };
        node = bounded(parser, made, Math.max(height, parser.height) + 1);
        break;
      }
      case T.dot:
      case T.arrow: {
        const operator = parser.kind === T.dot ? '.' : '->';
        advance(parser);
        const name = parseMemberName(parser);
        const made: Expression = {
          kind: 'member',
          id: parser.expressions++,
          object: node,
          operator,
          name,
          start: node.start,
          end: name.end,
        };
        node = bounded(parser, made, height + 1);
        break;
      }
      case T.increment:
      case T.decrement: {
        const operator = parser.kind === T.increment ? '++' : '--';
        const end = endOf(parser);
        advance(parser);
        const made: Expression = {
          kind: 'postfix',
          id: parser.expressions++,
          operator,
          operand: node,
          start: node.start,
          end,
        };
        node = bounded(parser, made, height + 1);
        break;
      }
      default:
        return node;
    }
  }
}

function parseMemberName(parser: Parser): Name {
  if (parser.kind === T.macro) {
    const name: Name = { kind: 'name', text: textOf(parser), start: startOf(parser), end: endOf(parser) };
    advance(parser);
    return name;
  }
  return parseName(parser, 'the name of a member');
}

/** The expressions between parentheses or brackets, and the span of those. */
function parseArguments(parser: Parser, _open: number, close: number, what: string): [Expression[], Span] {
  const start = startOf(parser);
  advance(parser);
  const list: Expression[] = [];
  let height = 0;
  if (parser.kind !== close) {
    do {
      list.push(parseAssignment(parser));
      height = Math.max(height, parser.height);
    } while (take(parser, T.comma));
  }
  parser.height = height;
  if (parser.kind !== close) {
    reportUnexpected(parser, what);
    skipToClose(parser, close);
  }
  take(parser, close);
  return [list, { start, end: Math.max(start, previousEnd(parser)) }];
}

/** After a bad argument: to the bracket that closes the list, if it is on the way to the statement's end. */
function skipToClose(parser: Parser, close: number): void {
  for (;;) {
    skipBalanced(parser);
    if (parser.kind === close || (parser.kind !== T.closeParen && parser.kind !== T.closeBracket)) return;
    if (peekKind(parser, 1) !== close) return;
    advance(parser);
  }
}

function parsePrimary(parser: Parser): Expression {
  parser.height = 1;
  const start = startOf(parser);
  const end = endOf(parser);
  switch (parser.kind) {
    case T.identifier:
    case K.return:
    case K.self:
    case K.this: {
      // `return` is reserved, but also the name of an action.
      if (parser.kind === K.return && peekKind(parser, 1) !== T.openParen) break;
      const name = textOf(parser);
      advance(parser);
      return { kind: 'identifier', id: parser.expressions++, name, start, end };
    }
    case T.aggregation: {
      const name = textOf(parser).slice(1);
      advance(parser);
      return { kind: 'aggregation', id: parser.expressions++, name, start, end };
    }
    case T.integer:
    case T.float: {
      const text = textOf(parser);
      const whole = parser.kind === T.integer;
      advance(parser);
      const { value, suffix, decimal } = integerValue(whole ? text : (/^\d+/.exec(text)?.[0] ?? '0'));
      return {
        kind: 'integer',
        id: parser.expressions++,
        text,
        value: BigInt.asUintN(64, value),
        suffix,
        decimal,
        start,
        end,
      };
    }
    case T.string: {
      const text = textOf(parser);
      advance(parser);
      const inner = text.slice(1, text.length > 1 && text.endsWith('"') ? -1 : undefined);
      return { kind: 'string', id: parser.expressions++, text, value: unescape(inner), start, end };
    }
    case T.character: {
      const text = textOf(parser);
      advance(parser);
      return { kind: 'character', id: parser.expressions++, text, value: characterValue(text), start, end };
    }
    case T.macro: {
      const text = textOf(parser);
      advance(parser);
      const asString = text.startsWith('$$');
      return {
        kind: 'macroArgument',
        id: parser.expressions++,
        name: text.slice(asString ? 2 : 1),
        asString,
        start,
        end,
      };
    }
    case T.openParen:
      return parseParenthesized(parser);
    case K.offsetof:
      return parseOffsetof(parser);
    case K.xlate:
      return parseTranslation(parser);
  }
  reportUnexpected(parser, 'an expression');
  if (parser.kind === T.unknown || (parser.kind >= T.firstKeyword && parser.kind !== K.else)) advance(parser);
  return missing(parser);
}

function parseParenthesized(parser: Parser): Expression {
  const start = startOf(parser);
  advance(parser);
  const expression = nested(parser, parseExpression, missing);
  const height = parser.height;
  if (parser.kind !== T.closeParen) {
    reportUnexpected(parser, ') to close this expression');
    skipToClose(parser, T.closeParen);
  }
  take(parser, T.closeParen);
  const end = Math.max(expression.end, previousEnd(parser));
  return bounded(parser, { kind: 'parenthesized', id: parser.expressions++, expression, start, end }, height + 1);
}

function parseOffsetof(parser: Parser): Expression {
  const start = startOf(parser);
  advance(parser);
  expect(parser, T.openParen, '( after offsetof');
  const type = parseTypeName(parser);
  expect(parser, T.comma, 'a comma and the name of a member');
  const member = parseName(parser, 'the name of a member');
  expect(parser, T.closeParen, ') after the member of offsetof');
  parser.height = 1;
  return {
    kind: 'offsetof',
    id: parser.expressions++,
    type,
    member,
    start,
    end: Math.max(member.end, previousEnd(parser)),
  };
}

function parseTranslation(parser: Parser): Expression {
  const start = startOf(parser);
  advance(parser);
  expect(parser, T.less, '< and a type after xlate');
  const type = parseTypeName(parser);
  expect(parser, T.greater, '> after the type of xlate');
  expect(parser, T.openParen, '( and what xlate translates');
  const operand = nested(parser, parseExpression, missing);
  const height = parser.height;
  expect(parser, T.closeParen, ') after what xlate translates');
  const end = Math.max(operand.end, previousEnd(parser));
  return bounded(parser, { kind: 'xlate', id: parser.expressions++, type, operand, start, end }, height + 1);
}

const storageWords = new Set<number>([K.auto, K.register, K.static, K.extern, K.typedef, K.self, K.this]);
const qualifierWords = new Set<number>([K.const, K.restrict, K.volatile]);
const typeWords = new Set<number>([
  K.void, K.char, K.short, K.int, K.long, K.float, K.double, K.signed, K.unsigned, K.string,
]); // prettier-ignore

/** Whether the token `ahead` of the current one begins a type's name. */
export function startsType(parser: Parser, ahead: number): boolean {
  const kind = peekKind(parser, ahead);
  if (kind === T.identifier) {
    const name = textOf(parser, parser.at + ahead);
    if (parser.types.has(name)) return true;
    // illumos and its heirs mark pointers into a process so; a type follows.
    return name === 'userland' && startsType(parser, ahead + 1);
  }
  if (kind < T.firstKeyword) return false;
  return typeWords.has(kind) || qualifierWords.has(kind) || kind === K.struct || kind === K.union || kind === K.enum;
}

/** A declaration up to its semicolon. */
export function parseDeclaration(parser: Parser): Declaration {
  const start = startOf(parser);
  const specifiers = parseSpecifiers(parser, true);
  const declarators: Declarator[] = [];
  if (parser.kind !== T.semicolon && parser.kind !== T.endOfFile) {
    do declarators.push(parseDeclarator(parser, 'required'));
    while (take(parser, T.comma));
  }
  if (specifiers.words.some((word) => word.kind === 'word' && word.text === 'typedef')) {
    for (const declarator of declarators) {
      const name = declaredName(declarator);
      if (name && name.text !== '') parser.types.add(name.text);
    }
  }
  endDeclaration(parser, 'a semicolon after this declaration');
  return { kind: 'declaration', specifiers, declarators, start, end: Math.max(start, previousEnd(parser)) };
}

/** The name that a declarator declares, if it has one. */
export function declaredName(declarator: Declarator): Name | undefined {
  let inner: Declarator | undefined = declarator;
  while (inner && !inner.name) inner = inner.inner;
  return inner?.name;
}

function endDeclaration(parser: Parser, what: string): void {
  if (take(parser, T.semicolon)) return;
  reportUnexpected(parser, what);
  skipBalanced(parser);
  take(parser, T.semicolon);
}

/** Specifiers in any order; storage classes only where they may stand. */
function parseSpecifiers(parser: Parser, storage: boolean): Specifiers {
  const start = startOf(parser);
  const words: Specifier[] = [];
  let typed = false;
  for (;;) {
    const { kind } = parser;
    if (kind === K.struct || kind === K.union) {
      words.push(nested(parser, parseStruct, emptyStruct));
      typed = true;
    } else if (kind === K.enum) {
      words.push(parseEnum(parser));
      typed = true;
    } else if (typeWords.has(kind) || qualifierWords.has(kind) || (storage && storageWords.has(kind))) {
      words.push({ kind: 'word', text: textOf(parser), start: startOf(parser), end: endOf(parser) });
      typed ||= typeWords.has(kind);
      advance(parser);
    } else if (kind === T.identifier && !typed && namesType(parser, words.length)) {
      const text = textOf(parser);
      if (text === 'userland' && startsType(parser, 1)) {
        words.push({ kind: 'word', text, ...spanHere(parser) });
      } else {
        words.push({ kind: 'namedType', text, ...spanHere(parser) });
        typed = true;
      }
      advance(parser);
    } else break;
  }
  const end = words.length > 0 ? previousEnd(parser) : start;
  return {
    kind: 'specifiers',
    words,
    start: words[0]?.start ?? Math.min(start, previousEnd(parser)),
    end: Math.min(end, Math.max(end, start)),
  };
}

/** Whether an identifier among specifiers is a type: a known one, or one before something that can be declared. */
function namesType(parser: Parser, words: number): boolean {
  if (parser.types.has(textOf(parser))) return true;
  const next = peekKind(parser, 1);
  if (next === T.identifier || next === T.star) return true;
  if (words === 0) return true;
  return next === T.openParen && peekKind(parser, 2) === T.star;
}

function emptyStruct(parser: Parser): StructSpecifier {
  const at = previousEnd(parser);
  return { kind: 'struct', keyword: 'struct', start: at, end: at };
}

function parseTag(parser: Parser): Name | undefined {
  if (parser.kind !== T.identifier) return undefined;
  const name: Name = { kind: 'name', text: textOf(parser), start: startOf(parser), end: endOf(parser) };
  advance(parser);
  return name;
}

function parseStruct(parser: Parser): StructSpecifier {
  const start = startOf(parser);
  const keyword = parser.kind === K.struct ? 'struct' : 'union';
  advance(parser);
  const name = parseTag(parser);
  if (parser.kind !== T.openBrace) {
    if (!name) reportUnexpected(parser, `the name of a ${keyword}, or {`);
    return { kind: 'struct', keyword, ...(name && { name }), start, end: previousEnd(parser) };
  }
  const open = spanHere(parser);
  advance(parser);
  const members: MemberDeclaration[] = [];
  while (parser.kind !== T.closeBrace && parser.kind !== T.endOfFile && parser.kind !== T.specification) {
    const from = parser.at;
    members.push(parseMemberDeclaration(parser));
    if (parser.at === from) break;
  }
  if (members.length === 0 && parser.kind === T.closeBrace) {
    report(parser, 'D_SYNTAX', { start: open.start, end: endOf(parser) }, `A ${keyword} must have a member.`);
  }
  expect(parser, T.closeBrace, `} to close this ${keyword}`);
  return { kind: 'struct', keyword, ...(name && { name }), members, start, end: previousEnd(parser) };
}

function parseMemberDeclaration(parser: Parser): MemberDeclaration {
  const start = startOf(parser);
  const specifiers = parseSpecifiers(parser, false);
  const declarators: Declarator[] = [];
  if (specifiers.words.length === 0) reportUnexpected(parser, 'the type of a member');
  else if (parser.kind === T.semicolon) reportUnexpected(parser, 'the name of a member');
  if (parser.kind !== T.semicolon) {
    do declarators.push(parseDeclarator(parser, 'member'));
    while (take(parser, T.comma));
  }
  endDeclaration(parser, 'a semicolon after this member');
  return { kind: 'memberDeclaration', specifiers, declarators, start, end: Math.max(start, previousEnd(parser)) };
}

function parseEnum(parser: Parser): EnumSpecifier {
  const start = startOf(parser);
  advance(parser);
  const name = parseTag(parser);
  if (parser.kind !== T.openBrace) {
    if (!name) reportUnexpected(parser, 'the name of an enum, or {');
    return { kind: 'enum', ...(name && { name }), start, end: previousEnd(parser) };
  }
  advance(parser);
  const enumerators: Enumerator[] = [];
  do {
    const from = parser.at;
    enumerators.push(parseEnumerator(parser));
    if (parser.at === from) break;
    // A comma may stand after the last one.
  } while (take(parser, T.comma) && parser.kind !== T.closeBrace);
  if (parser.kind !== T.closeBrace) {
    reportUnexpected(parser, '} to close this enum');
    skipBalanced(parser);
  }
  take(parser, T.closeBrace);
  return { kind: 'enum', ...(name && { name }), enumerators, start, end: previousEnd(parser) };
}

function parseEnumerator(parser: Parser): Enumerator {
  const name = parseName(parser, 'the name of an enumerator');
  if (parser.kind !== T.assign) return { kind: 'enumerator', name, start: name.start, end: name.end };
  advance(parser);
  const value = parseAssignment(parser);
  return { kind: 'enumerator', name, value, start: name.start, end: Math.max(value.end, previousEnd(parser)) };
}

type NameRule = 'required' | 'member' | 'optional';

function parseDeclarator(parser: Parser, rule: NameRule): Declarator {
  return nested(
    parser,
    () => declarator(parser, rule),
    () => emptyDeclarator(parser),
  );
}

function emptyDeclarator(parser: Parser): Declarator {
  const at = previousEnd(parser);
  return { kind: 'declarator', pointers: [], suffixes: [], start: at, end: at };
}

function declarator(parser: Parser, rule: NameRule): Declarator {
  const pointers = parsePointers(parser);
  const start = pointers[0]?.start ?? Math.max(startOf(parser), previousEnd(parser));
  let name: Name | undefined;
  let inner: Declarator | undefined;
  if (parser.kind === T.identifier) {
    name = { kind: 'name', text: textOf(parser), ...spanHere(parser) };
    advance(parser);
  } else if (parser.kind === T.openParen && opensDeclarator(parser, rule)) {
    advance(parser);
    inner = parseDeclarator(parser, rule);
    expect(parser, T.closeParen, ') to close this declarator');
  } else if (rule === 'required' || (rule === 'member' && parser.kind !== T.colon)) {
    name = parseName(parser, 'a name to declare');
  }
  const suffixes: (ArraySuffix | FunctionSuffix)[] = [];
  for (;;) {
    if (parser.kind === T.openBracket) suffixes.push(parseArray(parser));
    else if (parser.kind === T.openParen) suffixes.push(parseFunction(parser));
    else break;
  }
  const bits = rule === 'member' && take(parser, T.colon) ? parseConditional(parser) : undefined;
  const nothing = pointers.length === 0 && !name && !inner && suffixes.length === 0 && !bits;
  const at = Math.min(start, previousEnd(parser));
  return {
    kind: 'declarator',
    pointers,
    ...(name && { name }),
    ...(inner && { inner }),
    suffixes,
    ...(bits && { bits }),
    start: nothing ? at : Math.min(start, name?.start ?? start),
    end: nothing ? at : Math.max(previousEnd(parser), bits?.end ?? 0),
  };
}

/** A `(` after the specifiers of a type name is a declarator's if a pointer, a bracket or a name is in it. */
function opensDeclarator(parser: Parser, rule: NameRule): boolean {
  const next = peekKind(parser, 1);
  if (next === T.star || next === T.openParen) return true;
  if (next === T.openBracket) return rule === 'optional';
  return rule !== 'optional' || (next === T.identifier && !startsType(parser, 1));
}

function parsePointers(parser: Parser): Pointer[] {
  const pointers: Pointer[] = [];
  while (parser.kind === T.star) {
    const start = startOf(parser);
    advance(parser);
    const qualifiers: string[] = [];
    while (qualifierWords.has(parser.kind)) {
      qualifiers.push(textOf(parser));
      advance(parser);
    }
    pointers.push({ kind: 'pointer', qualifiers, start, end: previousEnd(parser) });
  }
  return pointers;
}

function parseArray(parser: Parser): ArraySuffix {
  const start = startOf(parser);
  advance(parser);
  if (take(parser, T.closeBracket)) return { kind: 'array', start, end: previousEnd(parser) };
  if (parser.kind === T.ellipsis || startsParameter(parser)) {
    const keys = parseParameters(parser);
    expect(parser, T.closeBracket, '] after the key types');
    return { kind: 'array', keys, start, end: previousEnd(parser) };
  }
  const size = parseConditional(parser);
  if (parser.kind !== T.closeBracket) {
    reportUnexpected(parser, '] after the size');
    skipBalanced(parser);
  }
  take(parser, T.closeBracket);
  return { kind: 'array', size, start, end: Math.max(size.end, previousEnd(parser)) };
}

/** Within brackets: a type, or a name that a comma, a star or another name follows as only a type's can. */
function startsParameter(parser: Parser): boolean {
  if (startsType(parser, 0)) return true;
  if (parser.kind >= T.firstKeyword && storageWords.has(parser.kind)) return true;
  if (parser.kind !== T.identifier) return false;
  const next = peekKind(parser, 1);
  if (next === T.identifier || next === T.comma) return true;
  if (next === T.star) return [T.closeBracket, T.comma, T.star].includes(peekKind(parser, 2));
  return next === T.closeBracket && textOf(parser).endsWith('_t');
}

function parseFunction(parser: Parser): FunctionSuffix {
  const start = startOf(parser);
  advance(parser);
  const parameters = parser.kind === T.closeParen ? [] : parseParameters(parser);
  if (parser.kind !== T.closeParen) {
    reportUnexpected(parser, ') after the parameters');
    skipBalanced(parser);
  }
  take(parser, T.closeParen);
  return { kind: 'function', parameters, start, end: Math.max(start, previousEnd(parser)) };
}

function parseParameters(parser: Parser): Parameter[] {
  const parameters: Parameter[] = [];
  do {
    const span = spanHere(parser);
    if (take(parser, T.ellipsis)) {
      parameters.push({ kind: 'parameter', ...span });
      break;
    }
    const type = nested(parser, parameterType, emptyTypeName);
    parameters.push({ kind: 'parameter', type, start: type.start, end: type.end });
  } while (take(parser, T.comma));
  return parameters;
}

function parameterType(parser: Parser): TypeName {
  return typeName(parser, true);
}

/** A type where an expression names one: `(int *)`, `sizeof (struct s)`. */
export function parseTypeName(parser: Parser): TypeName {
  return nested(parser, typeName, emptyTypeName);
}

function emptyTypeName(parser: Parser): TypeName {
  const at = previousEnd(parser);
  const specifiers: Specifiers = { kind: 'specifiers', words: [], start: at, end: at };
  return { kind: 'typeName', specifiers, declarator: emptyDeclarator(parser), start: at, end: at };
}

function typeName(parser: Parser, storage = false): TypeName {
  const specifiers = parseSpecifiers(parser, storage);
  if (specifiers.words.length === 0) reportUnexpected(parser, 'a type');
  const abstract = parseDeclarator(parser, 'optional');
  const start = specifiers.words.length > 0 ? specifiers.start : Math.min(specifiers.start, abstract.start);
  const end = Math.max(specifiers.end, abstract.end);
  return { kind: 'typeName', specifiers, declarator: abstract, start, end };
}

/** `inline type name = value;` */
export function parseInline(parser: Parser): InlineDefinition {
  const start = startOf(parser);
  advance(parser);
  const specifiers = parseSpecifiers(parser, true);
  if (specifiers.words.length === 0) reportUnexpected(parser, 'the type of the inline');
  const declared = parseDeclarator(parser, 'required');
  expect(parser, T.assign, '= and a value');
  const value = parser.kind === T.semicolon || parser.kind === T.endOfFile ? missing(parser) : parseAssignment(parser);
  endDeclaration(parser, 'a semicolon after this inline');
  return {
    kind: 'inline',
    specifiers,
    declarator: declared,
    value,
    start,
    end: Math.max(value.end, previousEnd(parser)),
  };
}

/** `translator output < input name > { member = value; … };` */
export function parseTranslator(parser: Parser): TranslatorDefinition {
  const start = startOf(parser);
  advance(parser);
  const output = parseTypeName(parser);
  expect(parser, T.less, '< and the type that is translated');
  const specifiers = parseSpecifiers(parser, false);
  if (specifiers.words.length === 0) reportUnexpected(parser, 'the type that is translated');
  const pointers = parseInputDeclarator(parser);
  const input: TypeName = {
    kind: 'typeName',
    specifiers,
    declarator: pointers,
    start: specifiers.start,
    end: Math.max(specifiers.end, pointers.end),
  };
  const parameter = parseName(parser, 'a name for what is translated');
  expect(parser, T.greater, '> after the name of what is translated');
  const members: TranslatorMember[] = [];
  if (expect(parser, T.openBrace, '{ and the members')) {
    while (parser.kind !== T.closeBrace && parser.kind !== T.endOfFile && parser.kind !== T.specification) {
      const from = parser.at;
      members.push(parseTranslatorMember(parser));
      if (parser.at === from) break;
    }
    expect(parser, T.closeBrace, '} to close this translator');
  }
  endDeclaration(parser, 'a semicolon after this translator');
  return { kind: 'translator', output, input, parameter, members, start, end: Math.max(start, previousEnd(parser)) };
}

/** Pointers and suffixes of a translator's input, whose name stands by itself. */
function parseInputDeclarator(parser: Parser): Declarator {
  const pointers = parsePointers(parser);
  const suffixes: (ArraySuffix | FunctionSuffix)[] = [];
  while (parser.kind === T.openBracket) suffixes.push(parseArray(parser));
  const at = previousEnd(parser);
  const start = pointers[0]?.start ?? suffixes[0]?.start ?? at;
  return { kind: 'declarator', pointers, suffixes, start, end: at };
}

function parseTranslatorMember(parser: Parser): TranslatorMember {
  const name = parseName(parser, 'the name of a member');
  expect(parser, T.assign, '= and the value of this member');
  const value = parseAssignment(parser);
  endDeclaration(parser, 'a semicolon after this member');
  return { kind: 'translatorMember', name, value, start: name.start, end: Math.max(value.end, previousEnd(parser)) };
}

/** `provider name { probe … ; };` */
export function parseProvider(parser: Parser): ProviderDefinition {
  const start = startOf(parser);
  advance(parser);
  const name = parseName(parser, 'the name of the provider');
  const probes: ProbeDeclaration[] = [];
  if (expect(parser, T.openBrace, '{ and the probes')) {
    while (parser.kind !== T.closeBrace && parser.kind !== T.endOfFile && parser.kind !== T.specification) {
      const from = parser.at;
      probes.push(parseProbeDeclaration(parser));
      if (parser.at === from) break;
    }
    expect(parser, T.closeBrace, '} to close this provider');
  }
  endDeclaration(parser, 'a semicolon after this provider');
  return { kind: 'provider', name, probes, start, end: Math.max(start, previousEnd(parser)) };
}

function parseProbeDeclaration(parser: Parser): ProbeDeclaration {
  const start = startOf(parser);
  expect(parser, K.probe, 'the word probe, or } to close this provider');
  const name = parseName(parser, 'the name of the probe');
  const input = parsePrototype(parser);
  const output = take(parser, T.colon) ? parsePrototype(parser) : undefined;
  endDeclaration(parser, 'a semicolon after this probe');
  const end = Math.max(start, previousEnd(parser));
  return { kind: 'probeDeclaration', name, input, ...(output && { output }), start: Math.min(start, name.start), end };
}

function parsePrototype(parser: Parser): FunctionSuffix {
  if (parser.kind === T.openParen) return parseFunction(parser);
  reportUnexpected(parser, "( and the types of the probe's arguments");
  const at = previousEnd(parser);
  return { kind: 'function', parameters: [], start: at, end: at };
}
