// Cuts a SystemTap script into tokens that tile the text, by the rules of stap's own scanner: `$` and `@` belong to
// words, numbers take every letter that follows (their value is judged later), a string ends at its line's end unless
// the line ends in a backslash. Words are interned while they are read, because the analysis compares them a lot.
import { T, keywords, type TokenTable } from './tokens.ts';

const SPACE = 1;
const WORD_START = 2;
const DIGIT = 4;
/** Letters, digits, `_` and `$`: what continues a word. */
const WORD = 8;
const ALNUM = 16;

const classes = new Uint8Array(128);
for (const character of ' \t\n\v\f\r') classes[character.charCodeAt(0)] = SPACE;
for (let code = 48; code <= 57; code++) classes[code] = DIGIT | WORD | ALNUM;
for (let code = 65; code <= 90; code++) classes[code] = classes[code + 32] = WORD_START | WORD | ALNUM;
classes[36] = classes[95] = WORD_START | WORD; // $ _
classes[64] = WORD_START; // @

const operators = new Map<string, number>([
  ['{', T.openBrace],
  ['}', T.closeBrace],
  ['(', T.openParen],
  [')', T.closeParen],
  ['[', T.openBracket],
  [']', T.closeBracket],
  [';', T.semicolon],
  [',', T.comma],
  ['.', T.dot],
  ['?', T.question],
  [':', T.colon],
  ['!', T.bang],
  ['~', T.tilde],
  ['+', T.plus],
  ['-', T.minus],
  ['*', T.star],
  ['/', T.slash],
  ['%', T.percent],
  ['&', T.ampersand],
  ['^', T.caret],
  ['|', T.bar],
  ['<', T.less],
  ['>', T.greater],
  ['=', T.assign],
  ['==', T.equal],
  ['!=', T.notEqual],
  ['<=', T.lessEqual],
  ['>=', T.greaterEqual],
  ['=~', T.match],
  ['!~', T.notMatch],
  ['+=', T.plusAssign],
  ['-=', T.minusAssign],
  ['*=', T.starAssign],
  ['/=', T.slashAssign],
  ['%=', T.percentAssign],
  ['&=', T.ampersandAssign],
  ['^=', T.caretAssign],
  ['|=', T.barAssign],
  ['.=', T.dotAssign],
  ['<<=', T.shiftLeftAssign],
  ['>>=', T.shiftRightAssign],
  ['<<<', T.aggregate],
  ['&&', T.andAnd],
  ['||', T.orOr],
  ['++', T.increment],
  ['--', T.decrement],
  ['->', T.arrow],
  ['<<', T.shiftLeft],
  ['>>', T.shiftRight],
  ['>>>', T.shiftRightUnsigned],
  ['%(', T.ppOpen],
  ['%?', T.ppThen],
  ['%:', T.ppElse],
  ['%)', T.ppClose],
]);

/** For each first character, its operators, longest first. */
const operatorsByFirst: (readonly { readonly text: string; readonly kind: number }[])[] = [];
for (const [text, kind] of [...operators].sort(([a], [b]) => b.length - a.length)) {
  const first = text.charCodeAt(0);
  operatorsByFirst[first] = [...(operatorsByFirst[first] ?? []), { text, kind }];
}
/** Characters that are an operator by themselves and never begin a longer one. */
const single = new Uint8Array(128);
operatorsByFirst.forEach((list, first) => {
  if (list.length === 1) single[first] = list[0]?.kind ?? 0;
});

/** Words by hash: open addressing, so that the same word is one string however often the text has it. */
interface Words {
  readonly list: string[];
  slots: Int32Array;
  hashes: number[];
}

const hashOf = (text: string): number => {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
};

function newWords(): Words {
  const words: Words = { list: [], slots: new Int32Array(1024).fill(-1), hashes: [] };
  for (const word of keywords) intern(words, word, 0, word.length, hashOf(word));
  return words;
}

function intern(words: Words, text: string, start: number, end: number, hash: number): number {
  const mask = words.slots.length - 1;
  let slot = (hash ^ (hash >>> 15)) & mask;
  for (;;) {
    const index = words.slots[slot] ?? -1;
    if (index < 0) break;
    if (words.hashes[index] === hash) {
      const word = words.list[index] ?? '';
      if (word.length === end - start && text.startsWith(word, start)) return index;
    }
    slot = (slot + 1) & mask;
  }
  const index = words.list.length;
  words.slots[slot] = index;
  words.list.push(text.slice(start, end));
  words.hashes.push(hash);
  if (index * 2 > mask) grow(words);
  return index;
}

function grow(words: Words): void {
  const slots = new Int32Array(words.slots.length * 4).fill(-1);
  const mask = slots.length - 1;
  for (const [index, hash] of words.hashes.entries()) {
    let slot = (hash ^ (hash >>> 15)) & mask;
    while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
    slots[slot] = index;
  }
  words.slots = slots;
}

/** Where a string that opens at `start` ends: behind its closing quote, or at the line's end, `closed` false. */
function scanString(text: string, start: number): { readonly end: number; readonly closed: boolean } {
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) return { end: at + 1, closed: true };
    if (code === 92) at++;
    else if (code === 10) return { end: at, closed: false };
  }
  return { end: text.length, closed: false };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function endAfter(text: string, closer: string, from: number): number {
  const at = text.indexOf(closer, from);
  return at < 0 ? text.length : at + closer.length;
}

export function lex(text: string): TokenTable {
  const words = newWords();
  let capacity = Math.max(64, text.length >> 1);
  let kinds = new Uint8Array(capacity);
  let starts = new Int32Array(capacity + 1);
  let names = new Int32Array(capacity);
  let count = 0;
  let at = 0;
  const length = text.length;
  while (at < length) {
    if (count === capacity) {
      capacity = Math.min(length, capacity * 2);
      const [oldKinds, oldStarts, oldNames] = [kinds, starts, names];
      (kinds = new Uint8Array(capacity)).set(oldKinds);
      (starts = new Int32Array(capacity + 1)).set(oldStarts);
      (names = new Int32Array(capacity)).set(oldNames);
    }
    const start = at;
    const code = text.charCodeAt(at);
    const cls = code < 128 ? (classes[code] ?? 0) : 0;
    let kind: number = T.junk;
    let name = -1;
    if (cls === SPACE) {
      kind = T.space;
      do at++;
      while (at < length && (classes[text.charCodeAt(at)] ?? 0) === SPACE);
    } else if (cls & WORD_START) {
      const second = at + 1 < length ? text.charCodeAt(at + 1) : 0;
      if ((code === 36 || code === 64) && (second === 35 || (second >= 48 && second <= 57))) {
        at += 2;
        if (second === 35) kind = code === 36 ? T.argumentCount : T.stringArgumentCount;
        else {
          while (at < length && ((classes[text.charCodeAt(at)] ?? 0) & DIGIT) !== 0) at++;
          kind = code === 36 ? T.argument : T.stringArgument;
        }
      } else {
        let hash = code;
        at++;
        while (at < length) {
          const next = text.charCodeAt(at);
          if (((classes[next] ?? 0) & WORD) === 0) break;
          hash = (Math.imul(hash, 31) + next) | 0;
          at++;
        }
        name = intern(words, text, start, at, hash);
        kind = code === 64 ? T.atWord : name < keywords.length ? T.probe + name : T.identifier;
      }
    } else if (cls & DIGIT) {
      kind = T.number;
      do at++;
      while (at < length && ((classes[text.charCodeAt(at)] ?? 0) & ALNUM) !== 0);
    } else if (code === 34) {
      const { end, closed } = scanString(text, at);
      at = end;
      kind = closed ? T.string : T.unclosedString;
    } else if (code === 35) {
      kind = T.lineComment;
      at = endOfLine(text, at);
    } else if (code < 128 && (single[code] ?? 0) > 0) {
      kind = single[code] ?? 0;
      at++;
    } else if (code === 47 && text.charCodeAt(at + 1) === 47) {
      kind = T.lineComment;
      at = endOfLine(text, at);
    } else if (code === 47 && text.charCodeAt(at + 1) === 42) {
      kind = T.blockComment;
      at = endAfter(text, '*/', at + 2);
    } else if (code === 37 && text.charCodeAt(at + 1) === 123) {
      at = endAfter(text, '%}', at + 2);
      kind = at - start >= 4 && text.endsWith('%}', at) ? T.embedded : T.unclosedEmbedded;
    } else if (code > 32 && code < 127) {
      kind = T.otherOperator;
      let size = 1;
      for (const operator of operatorsByFirst[code] ?? []) {
        if (text.startsWith(operator.text, at)) {
          kind = operator.kind;
          size = operator.text.length;
          break;
        }
      }
      at += size;
    } else {
      do at++;
      while (at < length && isJunk(text.charCodeAt(at)));
    }
    kinds[count] = kind;
    starts[count] = start;
    names[count] = name;
    count++;
  }
  starts[count] = length;
  return {
    count,
    kinds: kinds.subarray(0, count),
    starts: starts.subarray(0, count + 1),
    names: names.subarray(0, count),
    words: words.list,
  };
}

const isJunk = (code: number): boolean => code > 126 || (code < 32 && (classes[code] ?? 0) === 0);
