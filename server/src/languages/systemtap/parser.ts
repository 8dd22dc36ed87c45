// The state that SystemTap's parser carries, and its steps: look, take, expect, complain. One function per production
// stands in declarations.ts, statements.ts and expressions.ts.
// Invariants: the parser never throws; every loop takes a token or leaves; after a complaint it keeps quiet until it has
// found its feet again (`panic`), so that one mistake is one diagnostic.
import type { Span } from '../../base/text.ts';
import type { Diagnostic } from '../model.ts';
import type { TokenStream } from './preprocess.ts';
import type { Missing, Name, Origin, ParseOptions } from './syntax.ts';
import { T, type TokenTable } from './tokens.ts';

export interface Parser {
  readonly text: string;
  readonly words: readonly string[];
  readonly stream: TokenStream;
  readonly options: ParseOptions;
  readonly diagnostics: Diagnostic[];
  /** The index of the token that comes next. */
  at: number;
  /** A complaint was made, and no place to go on from was found yet. */
  panic: boolean;
  /** Of statements and expressions in each other; bounded, because the stack is. */
  depth: number;
  /** Whether `return` has a meaning. */
  inFunction: boolean;
}

/** Deeper nesting is refused: with more, the stack would overflow here or in a walk over the tree. */
export const deepest = 300;

export function newParser(text: string, table: TokenTable, stream: TokenStream, options: ParseOptions): Parser {
  return {
    text,
    words: table.words,
    stream,
    options,
    diagnostics: [],
    at: 0,
    panic: false,
    depth: 0,
    inFunction: false,
  };
}

export const look = (p: Parser): number => p.stream.kinds[p.at] ?? T.end;
export const lookAhead = (p: Parser, by: number): number => p.stream.kinds[p.at + by] ?? T.end;
/** Where the next token starts. */
export const here = (p: Parser): number => p.stream.starts[p.at] ?? p.text.length;
/** Where the last token ended. */
export const ended = (p: Parser): number => (p.at > 0 ? (p.stream.ends[p.at - 1] ?? 0) : 0);
export const spanOf = (p: Parser, index: number): Span => ({
  start: p.stream.starts[index] ?? p.text.length,
  end: p.stream.ends[index] ?? p.text.length,
});

export function textOf(p: Parser, index: number): string {
  const name = p.stream.names[index] ?? -1;
  if (name >= 0) return p.words[name] ?? '';
  const token = p.stream.expanded.get(index);
  return token ? token.text : p.text.slice(p.stream.starts[index], p.stream.ends[index]);
}

/** Where a token's characters stand, if that is not its place. */
export function originOf(p: Parser, index: number): Origin | undefined {
  if (p.stream.expanded.size === 0) return undefined;
  const token = p.stream.expanded.get(index);
  if (!token) return undefined;
  const { start, end, uri } = token;
  if (uri === undefined && start === p.stream.starts[index] && end === p.stream.ends[index]) return undefined;
  return uri === undefined ? { start, end } : { start, end, uri };
}

export function take(p: Parser): void {
  const kind = look(p);
  if (kind === T.end) return;
  if (kind === T.semicolon || kind === T.openBrace) p.panic = false;
  p.at++;
}

export function takeIf(p: Parser, kind: number): boolean {
  if (look(p) !== kind) return false;
  take(p);
  return true;
}

const described = new Map<number, string>([
  [T.unclosedString, 'a string without its closing quote'],
  [T.unclosedEmbedded, '%{ without %}'],
  [T.end, 'the end of the file'],
]);

/** The next token in a message's words. */
export function found(p: Parser): string {
  const kind = look(p);
  const known = described.get(kind);
  if (known !== undefined) return known;
  const text = textOf(p, p.at);
  return text.length > 40 || text.includes('\n') ? 'this' : text;
}

/** The next token's span; at the text's end the last token's. */
export function spanHere(p: Parser): Span {
  return look(p) === T.end && p.at > 0 ? spanOf(p, p.at - 1) : spanOf(p, p.at);
}

export function complain(
  p: Parser,
  message: string,
  code = 'syntax',
  span: Span = spanHere(p),
  related?: Diagnostic['related'],
): void {
  if (!p.panic) {
    const diagnostic: Diagnostic = { span, code: `systemtap/${code}`, severity: 'error', message };
    p.diagnostics.push(related ? { ...diagnostic, related } : diagnostic);
  }
  p.panic = true;
}

/** A complaint after which parsing goes on as if nothing were wrong. */
export function remark(
  p: Parser,
  message: string,
  code: string,
  span: Span,
  severity: Diagnostic['severity'] = 'error',
): void {
  if (!p.panic) p.diagnostics.push({ span, code: `systemtap/${code}`, severity, message });
}

/** Takes the token that has to come; complains about any other and leaves it. */
export function expect(p: Parser, kind: number, what: string): boolean {
  if (takeIf(p, kind)) return true;
  if (look(p) === T.unclosedString) complain(p, 'This string has no closing quote on its line.', 'unclosed');
  else if (look(p) === T.unclosedEmbedded) complain(p, 'This %{ is not closed by %}.', 'unclosed');
  else complain(p, `Expected ${what}, found ${found(p)}.`);
  return false;
}

export const missing = (p: Parser): Missing => ({ kind: 'missing', start: ended(p), end: ended(p) });
export const missingName = (p: Parser): Name => ({ kind: 'name', name: '', start: ended(p), end: ended(p) });

/** The next token as a name, whatever it is. */
export function takeName(p: Parser): Name {
  const index = p.at;
  const name = textOf(p, index);
  const start = here(p);
  const origin = originOf(p, index);
  take(p);
  const end = ended(p);
  return origin ? { kind: 'name', name, start, end, origin } : { kind: 'name', name, start, end };
}

export function parseName(p: Parser, what: string): Name {
  if (look(p) === T.identifier) return takeName(p);
  complain(p, `Expected ${what}, found ${found(p)}.`);
  return missingName(p);
}

/** Whether a declaration begins: its keyword is no member's name and no part of a probe point. */
export function atDeclaration(p: Parser): boolean {
  const kind = look(p);
  if (kind < T.probe || kind > T.function) return false;
  const before = p.stream.kinds[p.at - 1] ?? T.end;
  return before !== T.arrow && before !== T.dot;
}
