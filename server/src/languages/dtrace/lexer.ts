// D's lexer. The text has two levels with different tokens: outside of clauses a word such as `syscall::read*:entry` is
// one probe description; in predicates, bodies and declarations C's tokens hold. The lexer keeps track of the level by
// itself, so that all tokens are known before the parser begins, and gets back to the outer level at a line that can
// only be a probe description when a brace is missing: an unfinished clause doesn't swallow the ones after it.
// It never fails: what it can't read is a token of kind `unknown` with a problem.
import { dLibrary, dTypes } from '../../catalogue/index.ts';
import type { SyntaxProblem } from './syntax.ts';
import { K, keywordKind, T, type Tokens } from './tokens.ts';

export interface Lexed {
  readonly tokens: Tokens;
  readonly problems: readonly SyntaxProblem[];
}

/** Where the lexer is: between clauses, in a predicate, after it, in a body, in a declaration. */
const enum_ = { outer: 0, predicate: 1, afterPredicate: 2, body: 3, declaration: 4 } as const;

interface Lexer {
  readonly text: string;
  readonly problems: SyntaxProblem[];
  kinds: Uint8Array;
  starts: Int32Array;
  count: number;
  level: number;
  /** Open braces in the body or declaration. */
  depth: number;
  /** A type's name can still follow in this declaration: nothing but specifiers were seen. */
  afterDot: boolean;
  /** Only white space since the last line break. */
  lineStart: boolean;
  /** The declaration is an inline, a provider or a translator: braces are its own. */
  lastKind: number;
}

// Classes of characters, by code.
const space = 1;
const letter = 2;
const digit = 4;
/** Can begin a probe description. */
const specStart = 8;
const specPart = 16;
const classes = new Uint8Array(128);
for (const c of '\f\n\r\t\v ') classes[c.charCodeAt(0)] = space;
for (let c = 0; c < 128; c++) {
  const char = String.fromCharCode(c);
  if (/[a-zA-Z_`]/.test(char)) classes[c] = (classes[c] ?? 0) | letter;
  if (/[0-9]/.test(char)) classes[c] = (classes[c] ?? 0) | digit;
  if (/[-$:a-zA-Z_.?*\\[\]!]/.test(char)) classes[c] = (classes[c] ?? 0) | specStart;
  if (/[-$:0-9a-zA-Z_.`?*\\[\]!]/.test(char)) classes[c] = (classes[c] ?? 0) | specPart;
}

function classOf(code: number): number {
  return code < 128 ? (classes[code] ?? 0) : 0;
}

/** Words that begin a declaration outside of clauses. */
const declarationWords = new Set<number>([
  K.auto, K.char, K.const, K.counter, K.double, K.enum, K.extern, K.float, K.import, K.inline, K.int, K.long, K.provider,
  K.register, K.restrict, K.self, K.short, K.signed, K.static, K.string, K.struct, K.this, K.translator, K.typedef,
  K.union, K.unsigned, K.void, K.volatile,
]); // prettier-ignore

/** Types that D programs know by name: the compiler's own, and those of its libraries. */
export const builtinTypeNames: ReadonlySet<string> = new Set([
  ...dTypes.filter(({ kind }) => kind === 'typedef').map(({ name }) => name),
  ...dLibrary.types.flatMap(({ name }) => (name === undefined ? [] : [name])),
]);

/** Splits a text into tokens. `from` and `level` are for texts that continue: preprocessed ones begin at 0. */
export function lex(text: string): Lexed {
  const lexer: Lexer = {
    text,
    problems: [],
    kinds: new Uint8Array(Math.max(64, text.length >> 1)),
    starts: new Int32Array(Math.max(64, text.length >> 1) + 1),
    count: 0,
    level: enum_.outer,
    depth: 0,
    afterDot: false,
    lineStart: true,
    lastKind: 0,
  };
  let at = 0;
  while (at < text.length) at = lexToken(lexer, at);
  lexer.starts[lexer.count] = text.length;
  const tokens = {
    count: lexer.count,
    kinds: lexer.kinds.subarray(0, lexer.count),
    starts: lexer.starts.subarray(0, lexer.count + 1),
  };
  return { tokens, problems: lexer.problems };
}

function push(lexer: Lexer, kind: number, start: number, end: number): number {
  if (lexer.count + 1 >= lexer.kinds.length) {
    const kinds = new Uint8Array(lexer.kinds.length * 2);
    kinds.set(lexer.kinds);
    lexer.kinds = kinds;
    const starts = new Int32Array(kinds.length + 1);
    starts.set(lexer.starts);
    lexer.starts = starts;
  }
  lexer.kinds[lexer.count] = kind;
  lexer.starts[lexer.count++] = start;
  if (kind > T.control) {
    lexer.lastKind = kind;
    lexer.lineStart = false;
    lexer.afterDot = kind === T.dot || kind === T.arrow;
  }
  return end;
}

function problem(lexer: Lexer, tag: string, start: number, end: number, message: string): void {
  lexer.problems.push({ tag, start, end, message });
}

/** Reads one token; returns the offset after it, which is always greater than `at`. */
function lexToken(lexer: Lexer, at: number): number {
  const { text } = lexer;
  const code = text.charCodeAt(at);
  const kind = classOf(code);
  if (kind & space) return lexSpace(lexer, at);
  if (code === 47 /* / */) {
    const next = text.charCodeAt(at + 1);
    if (next === 42) return lexComment(lexer, at);
    if (next === 47 && text.charCodeAt(at + 2) !== 42) return lexLineComment(lexer, at);
  }
  if (code === 35 /* # */ && lexer.lineStart) return lexControl(lexer, at);
  if (lexer.level === enum_.afterPredicate) {
    // A body must follow; whatever else does is the parser's to complain about.
    if (code === 123) return openBody(lexer, at);
    lexer.level = enum_.outer;
  }
  if (lexer.level === enum_.outer) return lexOuter(lexer, at, code, kind);
  if (lexer.lineStart && atLineStart(text, at) && looksLikeClause(text, at)) {
    lexer.level = enum_.outer;
    lexer.depth = 0;
    return lexOuter(lexer, at, code, kind);
  }
  return lexInner(lexer, at, code, kind);
}

function lexSpace(lexer: Lexer, at: number): number {
  const { text } = lexer;
  let end = at;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === 10) lexer.lineStart = true;
    if (!(classOf(code) & space)) break;
  }
  return push(lexer, T.whitespace, at, end);
}

function lexComment(lexer: Lexer, at: number): number {
  const { text } = lexer;
  const close = text.indexOf('*/', at + 2);
  const end = close < 0 ? text.length : close + 2;
  const nested = text.indexOf('/*', at + 2);
  if (nested >= 0 && nested < end - 1) {
    problem(
      lexer,
      'D_SYNTAX',
      nested,
      nested + 2,
      'A comment begins inside a comment; close the outer one with */ first.',
    );
  }
  if (close < 0) problem(lexer, 'D_SYNTAX', at, at + 2, 'This comment is never closed; end it with */.');
  return push(lexer, T.comment, at, end);
}

function lexLineComment(lexer: Lexer, at: number): number {
  const newline = lexer.text.indexOf('\n', at);
  return push(lexer, T.comment, at, newline < 0 ? lexer.text.length : newline);
}

/** A line that begins with `#`, up to its end; a backslash before the line's end continues it. */
function lexControl(lexer: Lexer, at: number): number {
  const { text } = lexer;
  let end = at;
  for (;;) {
    end = text.indexOf('\n', end);
    if (end < 0) end = text.length;
    if (end === text.length) break;
    const before = text.charCodeAt(end - 1) === 13 ? end - 2 : end - 1;
    if (text.charCodeAt(before) !== 92) break;
    end++;
  }
  if (text.charCodeAt(end - 1) === 13) end--;
  const interpreter = text.charCodeAt(at + 1) === 33;
  return push(lexer, interpreter ? T.interpreter : T.control, at, Math.max(end, at + 1));
}

function atLineStart(text: string, at: number): boolean {
  return at === 0 || text.charCodeAt(at - 1) === 10;
}

const clauseStart =
  /(?:BEGIN|END|ERROR|[-$a-zA-Z_.?*0-9`]*:[-$:a-zA-Z_.?*0-9`]*:[-$:a-zA-Z_.?*0-9`]*)[ \t\r]*(?:\n\s*)?[{/,]/y;
const declarationStart = /(?:translator|provider|inline|typedef)[ \t]+[a-zA-Z_]/y;

/** Whether a line within braces can only be the next clause: its braces were forgotten. */
function looksLikeClause(text: string, at: number): boolean {
  clauseStart.lastIndex = at;
  if (clauseStart.test(text)) return true;
  declarationStart.lastIndex = at;
  return declarationStart.test(text);
}

function openBody(lexer: Lexer, at: number): number {
  lexer.level = enum_.body;
  lexer.depth = 1;
  return push(lexer, T.openBrace, at, at + 1);
}

function lexOuter(lexer: Lexer, at: number, code: number, kind: number): number {
  if (code === 123) return openBody(lexer, at);
  if (code === 44) return push(lexer, T.comma, at, at + 1);
  if (code === 47) {
    lexer.level = enum_.predicate;
    return push(lexer, T.slash, at, at + 1);
  }
  if (kind & digit) return lexNumber(lexer, at);
  if (kind & specStart || code === 96) return lexSpecification(lexer, at);
  // Characters that no clause or declaration begins with: read them as expressions do, and let the parser complain.
  return lexInner(lexer, at, code, kind);
}

/** A word between clauses: a keyword, a type's name that begins a declaration, or a probe description. */
function lexSpecification(lexer: Lexer, at: number): number {
  const { text } = lexer;
  let end = at + 1;
  while (end < text.length && classOf(text.charCodeAt(end)) & specPart) end++;
  const word = text.slice(at, end);
  const keyword = keywordKind(word);
  if (keyword !== undefined && declarationWords.has(keyword)) {
    lexer.level = enum_.declaration;
    lexer.depth = 0;
    return push(lexer, keyword, at, end);
  }
  if (!/[:\-.?!$\\]/.test(word) && word !== 'BEGIN' && word !== 'END' && word !== 'ERROR') {
    const star = word.search(/[*[\]]/);
    const type = star < 0 ? word : word.slice(0, star);
    const known = keywordKind(type);
    const declares =
      known === undefined ? type !== '' && beginsDeclaration(text, at, type) : declarationWords.has(known);
    if (declares) {
      lexer.level = enum_.declaration;
      lexer.depth = 0;
      return push(lexer, known ?? T.identifier, at, at + type.length);
    }
  }
  return push(lexer, T.specification, at, end);
}

const declaratorAhead = /[\s*]*(?:[\s*]|\b)[a-zA-Z_]\w*\s*(?:[;[]|,\s*[*\w]+\s*[;,[])/y;
const wordAhead = /(?:\s*\*)*\s*[;[]/y;

/** Whether a word between clauses is a type: a known one, or one that a declarator follows. */
function beginsDeclaration(text: string, at: number, type: string): boolean {
  const after = at + type.length;
  if (builtinTypeNames.has(type)) return true;
  declaratorAhead.lastIndex = after;
  const next = text.charCodeAt(after);
  if ((next === 42 || classOf(next) & space) && declaratorAhead.test(text)) return true;
  wordAhead.lastIndex = after;
  return wordAhead.test(text);
}

function lexInner(lexer: Lexer, at: number, code: number, kind: number): number {
  const { text } = lexer;
  if (kind & letter) return lexWord(lexer, at);
  if (kind & digit) return lexNumber(lexer, at);
  switch (code) {
    case 34:
      return lexQuoted(lexer, at, 34);
    case 39:
      return lexQuoted(lexer, at, 39);
    case 64: {
      let end = at + 1;
      if (classOf(text.charCodeAt(end)) & letter && text.charCodeAt(end) !== 96) {
        while (end < text.length && isWord(text.charCodeAt(end))) end++;
      }
      return push(lexer, T.aggregation, at, end);
    }
    case 36:
      return lexMacro(lexer, at);
    case 46:
      if (classOf(text.charCodeAt(at + 1)) & digit) return lexNumber(lexer, at);
      break;
    case 92: {
      // A backslash before the line's end is nothing.
      const end = text.charCodeAt(at + 1) === 13 ? at + 2 : at + 1;
      if (text.charCodeAt(end) === 10) {
        lexer.lineStart = true;
        return push(lexer, T.whitespace, at, end + 1);
      }
    }
  }
  return lexPunctuation(lexer, at, code);
}

function isWord(code: number): boolean {
  return (classOf(code) & (letter | digit)) !== 0 && code !== 96;
}

function lexWord(lexer: Lexer, at: number): number {
  const { text } = lexer;
  let end = at + 1;
  while (end < text.length && classOf(text.charCodeAt(end)) & (letter | digit)) end++;
  // Keywords have from 2 to 10 lower-case letters.
  const length = end - at;
  const first = text.charCodeAt(at);
  if (length >= 2 && length <= 10 && first >= 97 && !lexer.afterDot) {
    const keyword = keywordKind(text.slice(at, end));
    if (keyword !== undefined) return push(lexer, keyword, at, end);
  }
  return push(lexer, T.identifier, at, end);
}

function lexMacro(lexer: Lexer, at: number): number {
  const { text } = lexer;
  let end = at + 1;
  if (text.charCodeAt(end) === 36) end++;
  const first = classOf(text.charCodeAt(end));
  if (first & digit) while (end < text.length && classOf(text.charCodeAt(end)) & digit) end++;
  else if (first & letter) while (end < text.length && classOf(text.charCodeAt(end)) & (letter | digit)) end++;
  else {
    problem(lexer, 'D_SYNTAX', at, end, 'A $ begins a macro variable: $1, $$1, $target, $pid, …');
    return push(lexer, T.unknown, at, end);
  }
  return push(lexer, T.macro, at, end);
}

const integer = /(?:0[xX][0-9A-Fa-f]+|[0-9]+)[uU]?[lL]?[lL]?/y;
const float = /(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFlL]?/y;
const maximum = (1n << 64n) - 1n;

function lexNumber(lexer: Lexer, at: number): number {
  const { text } = lexer;
  integer.lastIndex = at;
  const whole = integer.exec(text)?.[0] ?? '';
  float.lastIndex = at;
  const fraction = float.exec(text)?.[0] ?? '';
  if (fraction.length > whole.length) {
    const end = at + fraction.length;
    problem(lexer, 'D_SYNTAX', at, end, 'D has no floating-point constants; use an integer and scale it.');
    return push(lexer, T.float, at, end);
  }
  const end = at + whole.length;
  if (whole.length > 9) {
    const { value, digits } = integerValue(whole);
    if (value > maximum) {
      problem(lexer, 'D_INT_OFLOW', at, end, `The constant ${digits} doesn't fit into 64 bits.`);
    }
  }
  if (whole.length > 1 && whole.charCodeAt(0) === 48 && /^0[0-7]*[89]/.test(whole)) {
    const odd = whole.search(/[89]/);
    problem(
      lexer,
      'D_INT_DIGIT',
      at + odd,
      at + odd + 1,
      `${whole.charAt(odd)} is no octal digit; a constant that begins with 0 is octal.`,
    );
  }
  return push(lexer, T.integer, at, end);
}

/** The value of an integer constant's text (unbounded) and its text without the suffix. */
export function integerValue(text: string): { value: bigint; digits: string; suffix: string; decimal: boolean } {
  let length = text.length;
  const hex = /^0[xX]/.test(text);
  while (length > 1 && /[uUlL]/.test(text.charAt(length - 1))) length--;
  const digits = text.slice(0, length);
  const suffix = text.slice(length);
  const octal = !hex && digits.length > 1 && digits.startsWith('0');
  const octalDigits = /^0[0-7]*/.exec(digits)?.[0] ?? '0';
  const value = BigInt(octal ? `0o0${octalDigits.slice(1)}` : digits);
  return { value, digits, suffix, decimal: !digits.startsWith('0') };
}

function lexQuoted(lexer: Lexer, at: number, quote: number): number {
  const { text } = lexer;
  let end = at + 1;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === 92 && end + 1 < text.length && text.charCodeAt(end + 1) !== 10) end++;
    else if (code === quote || code === 10) break;
  }
  const kind = quote === 34 ? T.string : T.character;
  if (text.charCodeAt(end) === quote && end < text.length) {
    if (quote === 39) checkCharacter(lexer, at, end + 1);
    return push(lexer, kind, at, end + 1);
  }
  if (end > text.length) end = text.length;
  if (end > at + 1 && text.charCodeAt(end - 1) === 13) end--;
  const closed = end < text.length;
  const tag = closed ? (quote === 34 ? 'D_STR_NL' : 'D_CHR_NL') : 'D_SYNTAX';
  const what = quote === 34 ? 'string' : 'character constant';
  problem(lexer, tag, at, end, `This ${what} isn't closed on its line; write \\n for a line break.`);
  return push(lexer, kind, at, Math.max(end, at + 1));
}

function checkCharacter(lexer: Lexer, at: number, end: number): void {
  if (end - at === 2) {
    problem(lexer, 'D_CHR_NULL', at, end, 'This character constant is empty.');
  } else if (end - at > 10 && unescape(lexer.text.slice(at + 1, end - 1)).length > 8) {
    problem(lexer, 'D_CHR_OFLOW', at, end, 'A character constant holds at most 8 characters; use a "string".');
  }
}

const escapes: Readonly<Record<string, string>> = {
  0: '\0', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '"': '"', "'": "'", '\\': '\\', '?': '?',
}; // prettier-ignore

/** Resolves C's escapes as DTrace does. */
export function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(x[0-9a-fA-F]+|[0-7]{1,3}|[\s\S])/g, (whole, escape: string) => {
    if (/^x./.test(escape)) return String.fromCharCode(parseInt(escape.slice(1), 16) & 0xff);
    if (/^[0-7]/.test(escape)) return String.fromCharCode(parseInt(escape, 8) & 0xff);
    return escapes[escape] ?? whole;
  });
}

/** A character constant's value: its bytes, the first one most significant. */
export function characterValue(text: string): bigint {
  let value = 0n;
  for (const char of unescape(text.slice(1, text.length > 1 && text.endsWith("'") ? -1 : undefined))) {
    value = ((value << 8n) | BigInt(char.charCodeAt(0) & 0xff)) & maximum;
  }
  return value;
}

const pairs: ReadonlyMap<string, number> = new Map([
  ['+=', T.plusAssign], ['-=', T.minusAssign], ['*=', T.starAssign], ['/=', T.slashAssign], ['%=', T.percentAssign],
  ['&=', T.andAssign], ['^=', T.xorAssign], ['|=', T.orAssign], ['<<', T.shiftLeft], ['>>', T.shiftRight],
  ['<=', T.lessEqual], ['>=', T.greaterEqual], ['==', T.equal], ['!=', T.notEqual], ['&&', T.logicalAnd],
  ['^^', T.logicalXor], ['||', T.logicalOr], ['++', T.increment], ['--', T.decrement], ['->', T.arrow],
]); // prettier-ignore

const singles = new Uint8Array(128);
for (const [char, kind] of [
  ['{', T.openBrace], ['}', T.closeBrace], ['(', T.openParen], [')', T.closeParen], ['[', T.openBracket],
  [']', T.closeBracket], [';', T.semicolon], [',', T.comma], [':', T.colon], ['?', T.question], ['.', T.dot],
  ['=', T.assign], ['+', T.plus], ['-', T.minus], ['*', T.star], ['/', T.slash], ['%', T.percent], ['<', T.less],
  ['>', T.greater], ['&', T.and], ['^', T.xor], ['|', T.or], ['!', T.not], ['~', T.complement],
] as const) singles[char.charCodeAt(0)] = kind; // prettier-ignore

/** The second characters of pairs. */
const seconds = new Set(Array.from('=<>&^|+-', (c) => c.charCodeAt(0)));

function lexPunctuation(lexer: Lexer, at: number, code: number): number {
  const { text } = lexer;
  if (code === 47 && lexer.level === enum_.predicate && endsPredicate(text, at + 1)) {
    lexer.level = enum_.afterPredicate;
    return push(lexer, T.predicateEnd, at, at + 1);
  }
  const next = text.charCodeAt(at + 1);
  if (seconds.has(next)) {
    if (next === 61 && (code === 60 || code === 62))
      return push(lexer, pairs.get(text.slice(at, at + 2)) ?? 0, at, at + 2);
    const pair = pairs.get(text.slice(at, at + 2));
    if (pair !== undefined) {
      if (text.charCodeAt(at + 2) === 61) {
        if (pair === T.shiftLeft) return push(lexer, T.shiftLeftAssign, at, at + 3);
        if (pair === T.shiftRight) return push(lexer, T.shiftRightAssign, at, at + 3);
      }
      return push(lexer, pair, at, at + 2);
    }
  }
  if (code === 46 && next === 46 && text.charCodeAt(at + 2) === 46) return push(lexer, T.ellipsis, at, at + 3);
  const kind = code < 128 ? (singles[code] ?? 0) : 0;
  if (kind === 0) return lexUnknown(lexer, at);
  if (kind === T.openBrace || kind === T.closeBrace || kind === T.semicolon) changeLevel(lexer, kind);
  return push(lexer, kind, at, at + 1);
}

/** A `/` ends the predicate if a body, another slash, a semicolon or the text's end follows. */
function endsPredicate(text: string, at: number): boolean {
  let end = at;
  while (end < text.length && classOf(text.charCodeAt(end)) & space) end++;
  if (end >= text.length) return true;
  const code = text.charCodeAt(end);
  return code === 59 || code === 123 || code === 47;
}

function changeLevel(lexer: Lexer, kind: number): void {
  if (kind === T.openBrace) {
    if (lexer.level === enum_.predicate) lexer.level = enum_.body;
    if (lexer.level !== enum_.outer) lexer.depth++;
  } else if (kind === T.closeBrace) {
    if (lexer.depth > 0) lexer.depth--;
    if (lexer.level === enum_.body && lexer.depth === 0) lexer.level = enum_.outer;
    else if (lexer.level === enum_.predicate) lexer.level = enum_.outer;
  } else if (lexer.level === enum_.declaration && lexer.depth === 0) {
    lexer.level = enum_.outer;
  }
}

/** A run of characters that begin no token is one token and one problem. */
function lexUnknown(lexer: Lexer, at: number): number {
  const { text } = lexer;
  let end = at + 1;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code < 128 && (classOf(code) !== 0 || (singles[code] ?? 0) !== 0 || code === 34 || code === 39 || code === 64))
      break;
    end++;
  }
  const shown = JSON.stringify(text.slice(at, Math.min(end, at + 12)));
  problem(lexer, 'D_SYNTAX', at, end, `D has no use for ${shown} here; remove it.`);
  return push(lexer, T.unknown, at, end);
}
