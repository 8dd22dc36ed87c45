// The arithmetic of `#if`: C's integer expressions over numbers, where a name that is no macro counts as 0.
import { integerValue } from './lexer.ts';

export type Evaluated = { readonly ok: true; readonly value: bigint } | { readonly ok: false; readonly reason: string };

interface Reader {
  readonly words: readonly string[];
  at: number;
}

class Unreadable extends Error {}

const word = /\s*(?:(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*|[a-zA-Z_]\w*|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%<>&^|!~?:()])/y;
const levels: readonly (readonly string[])[] = [
  ['||'], ['&&'], ['|'], ['^'], ['&'], ['==', '!='], ['<', '<=', '>', '>='], ['<<', '>>'], ['+', '-'], ['*', '/', '%'],
]; // prettier-ignore

/** Evaluates the condition of an `#if`, its macros already expanded. */
export function evaluateCondition(text: string): Evaluated {
  const words: string[] = [];
  word.lastIndex = 0;
  const end = text.trimEnd().length;
  while (word.lastIndex < end) {
    const at = word.lastIndex;
    const found = word.exec(text);
    if (!found)
      return { ok: false, reason: `${JSON.stringify(text.slice(at).trim().slice(0, 20))} is no part of a condition` };
    words.push(found[0].trim());
  }
  if (words.length === 0) return { ok: false, reason: 'it is empty' };
  if (words.length > 5_000) return { ok: false, reason: 'it is too long' };
  const reader = { words, at: 0 };
  try {
    const value = ternary(reader, 0);
    if (reader.at < words.length) return { ok: false, reason: `${words[reader.at] ?? ''} is unexpected` };
    return { ok: true, value };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, reason: error.message };
    throw error;
  }
}

function ternary(reader: Reader, depth: number): bigint {
  if (depth > 200) throw new Unreadable('it nests too deeply');
  const condition = binary(reader, 0, depth);
  if (reader.words[reader.at] !== '?') return condition;
  reader.at++;
  const then = ternary(reader, depth + 1);
  if (reader.words[reader.at++] !== ':') throw new Unreadable('a : is missing');
  const otherwise = ternary(reader, depth + 1);
  return condition !== 0n ? then : otherwise;
}

function binary(reader: Reader, level: number, depth: number): bigint {
  const operators = levels[level];
  if (!operators) return unary(reader, depth);
  let left = binary(reader, level + 1, depth);
  for (;;) {
    const operator = reader.words[reader.at] ?? '';
    if (!operators.includes(operator)) return left;
    reader.at++;
    left = apply(operator, left, binary(reader, level + 1, depth));
  }
}

function apply(operator: string, a: bigint, b: bigint): bigint {
  const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);
  const truth = (value: boolean): bigint => (value ? 1n : 0n);
  switch (operator) {
    case '||': return truth(a !== 0n || b !== 0n);
    case '&&': return truth(a !== 0n && b !== 0n);
    case '|': return a | b;
    case '^': return a ^ b;
    case '&': return a & b;
    case '==': return truth(a === b);
    case '!=': return truth(a !== b);
    case '<': return truth(a < b);
    case '<=': return truth(a <= b);
    case '>': return truth(a > b);
    case '>=': return truth(a >= b);
    case '<<': return wrap(a << (b & 63n));
    case '>>': return a >> (b & 63n);
    case '+': return wrap(a + b);
    case '-': return wrap(a - b);
    case '*': return wrap(a * b);
    default:
      if (b === 0n) throw new Unreadable('it divides by zero');
      return operator === '/' ? a / b : a % b;
  }
} // prettier-ignore

function unary(reader: Reader, depth: number): bigint {
  if (depth > 200) throw new Unreadable('it nests too deeply');
  const next = reader.words[reader.at++];
  switch (next) {
    case undefined:
      throw new Unreadable('it ends too early');
    case '!':
      return unary(reader, depth + 1) === 0n ? 1n : 0n;
    case '-':
      return BigInt.asIntN(64, -unary(reader, depth + 1));
    case '+':
      return unary(reader, depth + 1);
    case '~':
      return ~unary(reader, depth + 1);
    case '(': {
      const value = ternary(reader, depth + 1);
      if (reader.words[reader.at++] !== ')') throw new Unreadable('a ) is missing');
      return value;
    }
  }
  if (/^[0-9]/.test(next)) return BigInt.asIntN(64, integerValue(next).value);
  if (/^[a-zA-Z_]/.test(next)) return 0n;
  throw new Unreadable(`${next} is unexpected`);
}
