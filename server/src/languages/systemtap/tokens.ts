// The kinds of SystemTap's tokens as small numbers, so that 100,000 of them fit in typed arrays, and the table that the
// lexer fills. Invariant: the tokens tile the text: each starts where the one before ends, the last ends with the text.

export const T = {
  space: 0,
  lineComment: 1,
  blockComment: 2,
  identifier: 3,
  number: 4,
  string: 5,
  embedded: 6,
  /** `$1`: the argument's characters themselves. */
  argument: 7,
  /** `@1`: the argument as a string. */
  stringArgument: 8,
  /** `$#` */
  argumentCount: 9,
  /** `@#` */
  stringArgumentCount: 10,
  /** `@count`, `@define`, `@macro`, `@` alone. */
  atWord: 11,
  unclosedString: 12,
  unclosedEmbedded: 13,
  /** A character that no token starts with. */
  junk: 14,
  end: 15,
  // Keywords, in the order of `keywords` below.
  probe: 20,
  global: 21,
  private: 22,
  function: 23,
  if: 24,
  else: 25,
  for: 26,
  foreach: 27,
  in: 28,
  limit: 29,
  return: 30,
  delete: 31,
  while: 32,
  break: 33,
  continue: 34,
  next: 35,
  stringType: 36,
  longType: 37,
  try: 38,
  catch: 39,
  // Operators.
  openBrace: 50,
  closeBrace: 51,
  openParen: 52,
  closeParen: 53,
  openBracket: 54,
  closeBracket: 55,
  semicolon: 56,
  comma: 57,
  dot: 58,
  question: 59,
  colon: 60,
  bang: 61,
  tilde: 62,
  plus: 63,
  minus: 64,
  star: 65,
  slash: 66,
  percent: 67,
  ampersand: 68,
  caret: 69,
  bar: 70,
  less: 71,
  greater: 72,
  assign: 73,
  equal: 74,
  notEqual: 75,
  lessEqual: 76,
  greaterEqual: 77,
  match: 78,
  notMatch: 79,
  plusAssign: 80,
  minusAssign: 81,
  starAssign: 82,
  slashAssign: 83,
  percentAssign: 84,
  ampersandAssign: 85,
  caretAssign: 86,
  barAssign: 87,
  dotAssign: 88,
  shiftLeftAssign: 89,
  shiftRightAssign: 90,
  aggregate: 91,
  andAnd: 92,
  orOr: 93,
  increment: 94,
  decrement: 95,
  arrow: 96,
  shiftLeft: 97,
  shiftRight: 98,
  shiftRightUnsigned: 99,
  ppOpen: 100,
  ppThen: 101,
  ppElse: 102,
  ppClose: 103,
  /** Punctuation without a meaning: `` ` ``, `\`, `'`. */
  otherOperator: 104,
} as const;

export const keywords = [
  'probe',
  'global',
  'private',
  'function',
  'if',
  'else',
  'for',
  'foreach',
  'in',
  'limit',
  'return',
  'delete',
  'while',
  'break',
  'continue',
  'next',
  'string',
  'long',
  'try',
  'catch',
] as const;

export const isTrivia = (kind: number): boolean => kind <= T.blockComment;
export const isKeyword = (kind: number): boolean => kind >= T.probe && kind <= T.catch;

/** All tokens of a text, white space and comments among them. */
export interface TokenTable {
  readonly count: number;
  /** Values of `T`. */
  readonly kinds: Uint8Array;
  /** `count + 1` offsets; the last is the text's length. */
  readonly starts: Int32Array;
  /** For identifiers, keywords and `@words`: an index into `words`; else -1. */
  readonly names: Int32Array;
  readonly words: readonly string[];
}

/** The index of the token that contains the character at `offset`; the last one at the text's end; -1 without tokens. */
export function tokenIndexAt(table: TokenTable, offset: number): number {
  let low = 0;
  let high = table.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((table.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return table.count === 0 ? -1 : low;
}
