// What the parser's productions share: the tokens that the grammar sees, the place in them, and the problems found.
// Productions are functions over this state: `parseX` always returns a node. Every loop in them consumes a token or
// leaves, and nesting is bounded, so that parsing always ends and never overflows the stack.
import type { Span } from '../../base/text.ts';
import type { Expression, Missing, Name, SyntaxProblem } from './syntax.ts';
import { T } from './tokens.ts';

/** The tokens without trivia. Offsets of `source*` are into the text that was lexed, `starts` and `ends` into the document. */
export interface GrammarTokens {
  readonly source: string;
  readonly count: number;
  readonly kinds: Uint8Array;
  readonly sourceStarts: Int32Array;
  readonly sourceEnds: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export interface Parser {
  readonly tokens: GrammarTokens;
  readonly problems: SyntaxProblem[];
  /** Names of types: D's own and those that the text has declared so far. */
  readonly types: Set<string>;
  at: number;
  /** Kind of the token at `at`; `T.endOfFile` after the last. */
  kind: number;
  /** Nodes of the grammar that are open around `at`. */
  depth: number;
  /** Height of the expression that was made last. */
  height: number;
  expressions: number;
  tooDeep: boolean;
}

/** More nesting than any script has, and less than any JavaScript engine's stack. */
export const maximumDepth = 400;

export function advance(parser: Parser): void {
  const { tokens } = parser;
  if (parser.at < tokens.count) parser.at++;
  parser.kind = parser.at < tokens.count ? (tokens.kinds[parser.at] ?? 0) : T.endOfFile;
}

export function peekKind(parser: Parser, ahead: number): number {
  const index = parser.at + ahead;
  return index < parser.tokens.count ? (parser.tokens.kinds[index] ?? 0) : T.endOfFile;
}

export function textOf(parser: Parser, index = parser.at): string {
  const { tokens } = parser;
  return index < tokens.count ? tokens.source.slice(tokens.sourceStarts[index], tokens.sourceEnds[index]) : '';
}

export function startOf(parser: Parser): number {
  const { tokens } = parser;
  return parser.at < tokens.count ? (tokens.starts[parser.at] ?? 0) : previousEnd(parser);
}

export function endOf(parser: Parser): number {
  const { tokens } = parser;
  return parser.at < tokens.count ? (tokens.ends[parser.at] ?? 0) : previousEnd(parser);
}

/** The end of the token before `at`. */
export function previousEnd(parser: Parser): number {
  return parser.at > 0 ? (parser.tokens.ends[parser.at - 1] ?? 0) : 0;
}

export function spanHere(parser: Parser): Span {
  return { start: startOf(parser), end: endOf(parser) };
}

export function report(parser: Parser, tag: string, span: Span, message: string): void {
  parser.problems.push({ tag, start: span.start, end: span.end, message });
}

/** Takes a token of a kind if it is there. */
export function take(parser: Parser, kind: number): boolean {
  if (parser.kind !== kind) return false;
  advance(parser);
  return true;
}

/** Takes a token that must be there, or says that it is missing; `what` is shown: `) to close the call`. */
export function expect(parser: Parser, kind: number, what: string): boolean {
  if (take(parser, kind)) return true;
  reportUnexpected(parser, what);
  return false;
}

/** Says what is wanted instead of the token at `at`: there, or at the end of the token before if a line ends between. */
export function reportUnexpected(parser: Parser, what: string): void {
  const { tokens } = parser;
  if (parser.kind === T.endOfFile) {
    const end = previousEnd(parser);
    report(parser, 'D_SYNTAX', { start: Math.max(0, end - 1), end }, `The text ends, but here must be ${what}.`);
    return;
  }
  const span = spanHere(parser);
  const last = parser.problems.at(-1);
  if (last?.tag === 'D_SYNTAX' && last.start === span.start) return;
  if (parser.kind === T.unknown || parser.kind === T.float) return;
  const text = tokens.source.slice(tokens.sourceStarts[parser.at], tokens.sourceEnds[parser.at]);
  const shown = text.length > 30 ? `${text.slice(0, 30)}…` : text;
  report(parser, 'D_SYNTAX', span, `Unexpected ${shown}; here must be ${what}.`);
}

export function missing(parser: Parser): Missing {
  const at = Math.min(previousEnd(parser), startOf(parser));
  parser.height = 1;
  return { kind: 'missing', id: parser.expressions++, start: at, end: at };
}

/** A name that must be there, else a name of no width. */
export function parseName(parser: Parser, what: string): Name {
  if (parser.kind === T.identifier || parser.kind === T.specification) {
    const name: Name = { kind: 'name', text: textOf(parser), start: startOf(parser), end: endOf(parser) };
    advance(parser);
    return name;
  }
  reportUnexpected(parser, what);
  const at = previousEnd(parser);
  return { kind: 'name', text: '', start: at, end: at };
}

/**
 * Runs a production that nests, unless it would nest too deeply: then says so once, skips to the end of what is open
 * here, and returns what `otherwise` makes.
 */
export function nested<Node>(
  parser: Parser,
  production: (parser: Parser) => Node,
  otherwise: (parser: Parser) => Node,
): Node {
  if (parser.depth >= maximumDepth) {
    sayTooDeep(parser);
    const from = parser.at;
    skipBalanced(parser);
    if (parser.at === from) advance(parser);
    return otherwise(parser);
  }
  parser.depth++;
  const node = production(parser);
  parser.depth--;
  return node;
}

export function sayTooDeep(parser: Parser): void {
  if (parser.tooDeep) return;
  parser.tooDeep = true;
  report(
    parser,
    'D_SYNTAX',
    spanHere(parser),
    `More than ${maximumDepth} levels of nesting; split it into smaller parts.`,
  );
}

/** Skips tokens up to the `;`, `)`, `]` or `}` that ends what stands here, with everything that is nested in it. */
export function skipBalanced(parser: Parser): void {
  let open = 0;
  while (parser.kind !== T.endOfFile) {
    const { kind } = parser;
    if (kind === T.openBrace || kind === T.openParen || kind === T.openBracket) open++;
    else if (kind === T.closeBrace || kind === T.closeParen || kind === T.closeBracket) {
      if (open === 0) return;
      open--;
    } else if (open === 0 && (kind === T.semicolon || kind === T.specification || kind === T.predicateEnd)) return;
    advance(parser);
  }
}

/** Bounds the height of trees that grow to the left (`a + b + c …`): an expression that is too high is cut off. */
export function bounded(parser: Parser, node: Expression, height: number): Expression {
  if (height <= maximumDepth * 4) {
    parser.height = height;
    return node;
  }
  sayTooDeep(parser);
  parser.height = 1;
  return { kind: 'missing', id: parser.expressions++, start: node.start, end: node.end };
}
