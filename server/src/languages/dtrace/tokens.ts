// D's tokens. One flat table of numbers instead of an object a token: a file of 10,000 lines is lexed on every keystroke.
// Invariant: the tokens of a text tile it: token `i` is `text.slice(starts[i], starts[i + 1])`.

const kindNumbers = {
  endOfFile: 0,
  whitespace: 1,
  comment: 2,
  interpreter: 3,
  control: 4,
  /** A character that begins no token, or a backslash before a line's end. */
  unknown: 5,
  identifier: 6,
  integer: 7,
  float: 8,
  string: 9,
  character: 10,
  aggregation: 11,
  macro: 12,
  /** A probe description outside of clauses: `syscall::read*:entry`. */
  specification: 13,
  firstPunctuation: 20,
  openBrace: 20,
  closeBrace: 21,
  openParen: 22,
  closeParen: 23,
  openBracket: 24,
  closeBracket: 25,
  semicolon: 26,
  comma: 27,
  colon: 28,
  question: 29,
  dot: 30,
  arrow: 31,
  ellipsis: 32,
  assign: 33,
  plusAssign: 34,
  minusAssign: 35,
  starAssign: 36,
  slashAssign: 37,
  percentAssign: 38,
  shiftLeftAssign: 39,
  shiftRightAssign: 40,
  andAssign: 41,
  xorAssign: 42,
  orAssign: 43,
  plus: 44,
  minus: 45,
  star: 46,
  slash: 47,
  percent: 48,
  shiftLeft: 49,
  shiftRight: 50,
  less: 51,
  lessEqual: 52,
  greater: 53,
  greaterEqual: 54,
  equal: 55,
  notEqual: 56,
  and: 57,
  xor: 58,
  or: 59,
  logicalAnd: 60,
  logicalXor: 61,
  logicalOr: 62,
  not: 63,
  complement: 64,
  increment: 65,
  decrement: 66,
  /** The slash that ends a predicate. */
  predicateEnd: 67,
  firstKeyword: 80,
};

/** Kinds of tokens; from `T.firstPunctuation` on they are punctuation, from `T.firstKeyword` on keywords. */
export const T: Readonly<typeof kindNumbers> = kindNumbers;

/** The words that D reserves, in the order of their kinds (from `T.firstKeyword`). */
export const keywords = [
  'auto', 'break', 'case', 'char', 'const', 'continue', 'counter', 'default', 'do', 'double', 'else', 'enum', 'extern',
  'float', 'for', 'goto', 'if', 'import', 'inline', 'int', 'long', 'offsetof', 'probe', 'provider', 'register',
  'restrict', 'return', 'self', 'short', 'signed', 'sizeof', 'static', 'string', 'stringof', 'struct', 'switch', 'this',
  'translator', 'typedef', 'union', 'unsigned', 'void', 'volatile', 'while', 'xlate',
] as const; // prettier-ignore

export type Keyword = (typeof keywords)[number];

const kindByKeyword: ReadonlyMap<string, number> = new Map(keywords.map((word, i) => [word, T.firstKeyword + i]));

/** The token kind of a reserved word, or undefined. */
export function keywordKind(word: string): number | undefined {
  return kindByKeyword.get(word);
}

/** Reserved words as token kinds: `K.struct`. */
export const K = Object.fromEntries(kindByKeyword) as Readonly<Record<Keyword, number>>;

export interface Tokens {
  readonly count: number;
  /** Kinds of `T`. */
  readonly kinds: Uint8Array;
  /** `count + 1` offsets, the last of them the text's length. */
  readonly starts: Int32Array;
}

/** The index of the token that holds the character at an offset; at the text's end, of the last token; -1 if none. */
export function tokenIndexAt(tokens: Tokens, offset: number): number {
  let low = 0;
  let high = tokens.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tokens.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return tokens.count === 0 ? -1 : low;
}

/** Whether a kind is white space, a comment, the interpreter line, or a control line: what the grammar never sees. */
export function isTrivia(kind: number): boolean {
  return kind >= T.whitespace && kind <= T.control;
}
