// The parser's front: a text in, its tree out. It lexes, lets the preprocessor work if it is asked for, reads the lines
// that begin with `#`, and parses the program's items. It never throws and always ends.
import type { Span } from '../../base/text.ts';
import { parseControlLine, parseInterpreter } from './controls.ts';
import {
  parseDeclaration, parseExpression, parseInline, parseProvider, parseTranslator,
} from './grammar.ts'; // prettier-ignore
import { builtinTypeNames, lex } from './lexer.ts';
import {
  advance, expect, missing, nested, previousEnd, report, reportUnexpected, skipBalanced, spanHere, startOf, take,
  textOf, type GrammarTokens, type Parser,
} from './parserState.ts'; // prettier-ignore
import { preprocess } from './preprocessor.ts';
import type {
  Block, Clause, ControlLine, DNode, DTree, Expression, Item, Predicate, ProbeDescription, ProbePart, Program, Statement,
  SyntaxProblem,
} from './syntax.ts'; // prettier-ignore
import { isTrivia, K, T, type Tokens } from './tokens.ts';
import { childrenOf } from './walk.ts';

export interface ParseOptions {
  /** `-C` on the command line; a `-C` in the interpreter line, or `#pragma D option cpp`, count as well. */
  readonly runCpp?: boolean;
  /** `-D NAME=VALUE`. */
  readonly defines?: ReadonlyMap<string, string>;
  readonly undefines?: readonly string[];
  /** The text of an included file; `system` for `<…>`. */
  readonly includes?: (path: string, system: boolean) => string | undefined;
  /** More names of types, as a platform's D libraries declare them. */
  readonly types?: Iterable<string>;
}

/** Parses any text as a D program. */
export function parseD(text: string, options: ParseOptions = {}): DTree {
  const { tokens, problems: lexical } = lex(text);
  const { controls, interpreter, unfinished } = readControls(text, tokens);
  const asked = options.runCpp === true || asksForCpp(interpreter?.flags ?? [], controls);
  const directives = controls.some((line) => isDirective(line));
  const problems: SyntaxProblem[] = [];
  const types = new Set(builtinTypeNames);
  for (const name of options.types ?? []) types.add(name);
  let grammarTokens: GrammarTokens;
  let processed: ReturnType<typeof preprocess> | undefined;
  // A text with directives is read as if the preprocessor ran, also when it doesn't: the analysis says so once, and
  // everything behind a macro is still understood.
  if (asked || directives) {
    processed = preprocess(text, options);
    const again = lex(processed.text);
    for (const each of again.problems) problems.push({ ...each, ...processed.spanOf(each.start, each.end) });
    problems.push(...processed.problems);
    grammarTokens = withoutTrivia(processed.text, again.tokens, processed.spanOf);
  } else {
    problems.push(...lexical);
    if (unfinished) {
      problems.push({
        tag: 'D_SYNTAX',
        ...unfinished,
        message: 'A line that begins with # must end in a line break; add one.',
      });
    }
    grammarTokens = withoutTrivia(text, tokens);
  }
  const parser: Parser = {
    tokens: grammarTokens,
    problems,
    types,
    at: 0,
    kind: grammarTokens.count > 0 ? (grammarTokens.kinds[0] ?? 0) : T.endOfFile,
    depth: 0,
    height: 0,
    expressions: 0,
    tooDeep: false,
  };
  const program = parseProgram(parser, text.length);
  problems.sort((a, b) => a.start - b.start);
  const skipped = processed?.skipped ?? [];
  return {
    text,
    tokens,
    program,
    problems,
    ...(interpreter && { interpreter }),
    controls: markControls(controls, program, skipped),
    macros: processed?.macros ?? [],
    macroUses: processed?.uses ?? [],
    preprocessed: asked,
    expressionCount: parser.expressions,
  };
}

const directiveWords = new Set(['define', 'undef', 'include', 'if', 'ifdef', 'ifndef', 'elif', 'else', 'endif']);

/** Whether a control line is the C preprocessor's own, so that dtrace needs -C. */
export function isDirective(line: ControlLine): boolean {
  return directiveWords.has(line.directive);
}

function asksForCpp(flags: readonly string[], controls: readonly ControlLine[]): boolean {
  if (flags.some((flag) => /^-[a-zA-Z]*C/.test(flag) && !/^-[xDIULcopPnmfi]/.test(flag))) return true;
  if (flags.some((flag, i) => flag === '-xcpp' || (flag === '-x' && flags[i + 1] === 'cpp'))) return true;
  return controls.some(({ directive, words }) => {
    return directive === 'pragma' && words[0]?.text === 'D' && words[1]?.text === 'option' && words[2]?.text === 'cpp';
  });
}

interface Controls {
  readonly controls: ControlLine[];
  readonly interpreter?: DTree['interpreter'];
  /** A line at the text's end without a line break. */
  readonly unfinished?: Span;
}

function readControls(text: string, tokens: Tokens): Controls {
  const controls: ControlLine[] = [];
  let interpreter: DTree['interpreter'];
  let unfinished: Span | undefined;
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kinds[i];
    if (kind !== T.control && kind !== T.interpreter) continue;
    const start = tokens.starts[i] ?? 0;
    const end = tokens.starts[i + 1] ?? text.length;
    if (kind === T.interpreter) interpreter ??= parseInterpreter(text, start, end);
    else controls.push(parseControlLine(text, start, end));
    if (kind === T.control && end === text.length) unfinished = { start, end };
  }
  return { controls, ...(interpreter && { interpreter }), ...(unfinished && { unfinished }) };
}

function markControls(lines: readonly ControlLine[], program: Program, skipped: readonly Span[]): ControlLine[] {
  let item = 0;
  let gap = 0;
  return lines.map((line) => {
    while ((program.items[item]?.end ?? Infinity) <= line.start) item++;
    while ((skipped[gap]?.end ?? Infinity) <= line.start) gap++;
    const around = program.items[item];
    const left = skipped[gap];
    const nestedIn = around !== undefined && around.start < line.start;
    const isSkipped = left !== undefined && left.start <= line.start;
    return nestedIn || isSkipped ? { ...line, nested: nestedIn, skipped: isSkipped } : line;
  });
}

/** The tokens that the grammar sees. `spanOf` maps a span of the preprocessed text to one of the document. */
function withoutTrivia(source: string, all: Tokens, spanOf?: (start: number, end: number) => Span): GrammarTokens {
  const kinds = new Uint8Array(all.count);
  const sourceStarts = new Int32Array(all.count);
  const sourceEnds = new Int32Array(all.count);
  let count = 0;
  for (let i = 0; i < all.count; i++) {
    const kind = all.kinds[i] ?? 0;
    if (isTrivia(kind)) continue;
    kinds[count] = kind;
    sourceStarts[count] = all.starts[i] ?? 0;
    sourceEnds[count++] = all.starts[i + 1] ?? 0;
  }
  if (!spanOf) return { source, count, kinds, sourceStarts, sourceEnds, starts: sourceStarts, ends: sourceEnds };
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const span = spanOf(sourceStarts[i] ?? 0, sourceEnds[i] ?? 0);
    starts[i] = span.start;
    ends[i] = span.end;
  }
  return { source, count, kinds, sourceStarts, sourceEnds, starts, ends };
}

/** Missing children lie between tokens, perhaps beside their parents: moves them in, so that spans nest. */
function settle(item: Item): void {
  const stack: DNode[] = [item];
  for (let node = stack.pop(); node; node = stack.pop()) {
    let before = node.start;
    for (const child of childrenOf(node)) {
      const start = Math.min(Math.max(child.start, before), node.end);
      const end = Math.min(Math.max(child.end, start), node.end);
      if (start !== child.start || end !== child.end) Object.assign(child, { start, end });
      before = start;
      stack.push(child);
    }
  }
}

function parseProgram(parser: Parser, length: number): Program {
  const items: Item[] = [];
  while (parser.kind !== T.endOfFile) {
    const from = parser.at;
    const problems = parser.problems.length;
    const item = parseItem(parser);
    if (item) items.push(item);
    if (item && parser.problems.length > problems) settle(item);
    if (parser.at === from) advance(parser);
  }
  return { kind: 'program', items, start: 0, end: length };
}

function parseItem(parser: Parser): Item | undefined {
  switch (parser.kind) {
    case T.specification:
    case T.integer:
      return parseClause(parser);
    case K.inline:
      return parseInline(parser);
    case K.translator:
      return parseTranslator(parser);
    case K.provider:
      return parseProvider(parser);
    case T.openBrace:
    case T.slash: {
      reportUnexpected(parser, 'a probe description, such as BEGIN or syscall::read:entry');
      return parseClause(parser);
    }
    case T.semicolon: {
      reportUnexpected(parser, 'a clause or a declaration; no semicolon follows a clause');
      advance(parser);
      return undefined;
    }
    case K.import:
    case K.counter: {
      reportUnexpected(parser, 'a clause or a declaration; D reserves this word without a use');
      skipBalanced(parser);
      take(parser, T.semicolon);
      return undefined;
    }
    default:
      if (parser.kind === T.identifier || parser.kind >= T.firstKeyword) return parseDeclaration(parser);
      skipUnexpected(parser);
      return undefined;
  }
}

/** Tokens with which nothing begins are one problem, up to what may begin something. */
function skipUnexpected(parser: Parser): void {
  reportUnexpected(parser, 'a probe description or a declaration');
  while (parser.kind !== T.endOfFile && parser.kind !== T.specification && parser.kind !== T.openBrace) {
    if (parser.kind >= T.firstKeyword) return;
    advance(parser);
  }
}

/** `descriptions / predicate / { statements }` */
function parseClause(parser: Parser): Clause {
  const start = startOf(parser);
  const descriptions: ProbeDescription[] = [];
  while (parser.kind === T.specification || parser.kind === T.integer) {
    descriptions.push(parseDescription(parser));
    if (parser.kind !== T.comma) break;
    advance(parser);
    if (parser.kind !== T.specification && parser.kind !== T.integer)
      reportUnexpected(parser, 'a probe description after the comma');
  }
  const predicate = parser.kind === T.slash ? parsePredicate(parser) : undefined;
  const body = parser.kind === T.openBrace ? nested(parser, parseBlock, emptyBlock) : undefined;
  if (!body) {
    const last = descriptions.at(-1);
    const what = predicate
      ? 'a { body } after the predicate'
      : 'a /predicate/ or a { body } after the probe description';
    if (parser.kind === T.endOfFile && last && !predicate) {
      report(parser, 'D_SYNTAX', last, `This probe description has no body; add { … }.`);
    } else reportUnexpected(parser, what);
  }
  const end = Math.max(start, previousEnd(parser));
  return { kind: 'clause', descriptions, ...(predicate && { predicate }), ...(body && { body }), start, end };
}

function emptyBlock(parser: Parser): Block {
  const at = previousEnd(parser);
  return { kind: 'block', statements: [], closed: false, start: at, end: at };
}

function parseDescription(parser: Parser): ProbeDescription {
  const text = textOf(parser);
  const { start, end } = spanHere(parser);
  const number = parser.kind === T.integer ? BigInt(/^(?:0[xX][0-9a-fA-F]+|\d+)/.exec(text)?.[0] ?? 0) : undefined;
  const verbatim = parser.tokens.source === '' || end - start === text.length;
  advance(parser);
  if (number !== undefined) return { kind: 'probeDescription', text, number, overlong: false, start, end };
  // The last part is the name, the one before the function, and so on.
  const names = ['name', 'function', 'module', 'provider'] as const;
  const parts: Partial<Record<(typeof names)[number], ProbePart>> = {};
  let right = text.length;
  let index = 0;
  for (; index < names.length; index++) {
    const colon = text.lastIndexOf(':', right - 1);
    const left = right === 0 ? 0 : colon + 1;
    const name = names[index] ?? 'name';
    const span = verbatim ? { start: start + left, end: start + right } : { start, end };
    parts[name] = { kind: 'probePart', text: text.slice(left, right), ...span };
    if (colon < 0 || right === 0) break;
    right = colon;
    if (index === names.length - 1) return { kind: 'probeDescription', text, ...parts, overlong: true, start, end };
    if (right === 0) {
      const before = names[index + 1] ?? 'provider';
      const span0 = verbatim ? { start, end: start } : { start, end };
      parts[before] = { kind: 'probePart', text: '', ...span0 };
      break;
    }
  }
  return { kind: 'probeDescription', text, ...parts, overlong: false, start, end };
}

function parsePredicate(parser: Parser): Predicate {
  const start = startOf(parser);
  advance(parser);
  let expression: Expression;
  if (parser.kind === T.predicateEnd) {
    reportUnexpected(parser, 'the condition of this predicate');
    expression = missing(parser);
  } else expression = nested(parser, parseExpression, missing);
  if (parser.kind !== T.predicateEnd) {
    reportUnexpected(parser, 'the / that ends the predicate');
    while (parser.kind !== T.predicateEnd && parser.kind !== T.openBrace && parser.kind !== T.specification) {
      if (parser.kind === T.endOfFile) break;
      advance(parser);
    }
  }
  take(parser, T.predicateEnd);
  return { kind: 'predicate', expression, start, end: Math.max(expression.end, previousEnd(parser)) };
}

function parseBlock(parser: Parser): Block {
  const open = spanHere(parser);
  advance(parser);
  const statements: Statement[] = [];
  while (parser.kind !== T.closeBrace && parser.kind !== T.endOfFile && parser.kind !== T.specification) {
    const from = parser.at;
    statements.push(parseStatement(parser));
    endStatement(parser, statements);
    if (parser.at === from) advance(parser);
  }
  const closed = take(parser, T.closeBrace);
  if (!closed) report(parser, 'D_SYNTAX', open, 'This { is never closed; add a }.');
  return { kind: 'block', statements, closed, start: open.start, end: Math.max(open.end, previousEnd(parser)) };
}

/** Semicolons stand between statements; the last one needs none, nor does one that ends with a brace. */
function endStatement(parser: Parser, statements: readonly Statement[]): void {
  if (take(parser, T.semicolon) || parser.kind === T.closeBrace || parser.kind === T.endOfFile) return;
  const last = statements.at(-1);
  if (last && (last.kind === 'if' || last.kind === 'block')) return;
  if (parser.kind === T.specification) return;
  reportUnexpected(parser, 'a semicolon between statements');
  // What follows may well be a statement whose semicolon was forgotten: a name or a number begins one.
  if (parser.kind === T.identifier || parser.kind === T.aggregation || parser.kind === K.self || parser.kind === K.this)
    return;
  skipBalanced(parser);
  if (parser.kind === T.closeParen || parser.kind === T.closeBracket || parser.kind === T.predicateEnd) advance(parser);
  take(parser, T.semicolon);
}

function parseStatement(parser: Parser): Statement {
  if (parser.kind === T.semicolon) {
    const at = startOf(parser);
    return { kind: 'emptyStatement', start: at, end: at };
  }
  if (parser.kind === K.if) return nested(parser, parseIf, emptyStatement);
  if (parser.kind === T.openBrace) return nested(parser, parseBlock, emptyStatement);
  const expression = parseExpression(parser);
  return { kind: 'expressionStatement', expression, start: expression.start, end: expression.end };
}

function emptyStatement(parser: Parser): Statement {
  const at = previousEnd(parser);
  return { kind: 'emptyStatement', start: at, end: at };
}

function parseIf(parser: Parser): Statement {
  const keyword = spanHere(parser);
  advance(parser);
  expect(parser, T.openParen, '( and the condition of this if');
  const condition = nested(parser, parseExpression, missing);
  expect(parser, T.closeParen, ') after the condition of this if');
  const then = parseBranch(parser);
  // `if (a) b; else c;`: the semicolon ends the branch.
  let otherwise: Statement | undefined;
  if (parser.kind === K.else) {
    advance(parser);
    otherwise = parseBranch(parser);
  }
  const end = Math.max(keyword.end, previousEnd(parser), otherwise?.end ?? then.end);
  return { kind: 'if', keyword, condition, then, ...(otherwise && { else: otherwise }), start: keyword.start, end };
}

function parseBranch(parser: Parser): Statement {
  const statement = parseStatement(parser);
  if (statement.kind === 'expressionStatement' || statement.kind === 'emptyStatement') {
    if (!take(parser, T.semicolon) && parser.kind !== T.closeBrace)
      reportUnexpected(parser, 'a semicolon after this statement');
  }
  return statement;
}
