// Semantic tokens in LSP's packed form: five numbers a token, positions relative to the token before. A token over
// several lines is cut at the line ends, since editors need not understand longer ones.
import type { SemanticTokensEdit } from 'vscode-languageserver-types';
import type { Span } from '../base/text.ts';
import type { SemanticToken } from '../languages/model.ts';
import { firstEndingAfter, type Analyzed } from './places.ts';

const types: readonly SemanticToken['type'][] = [
  'namespace',
  'type',
  'parameter',
  'variable',
  'property',
  'enumMember',
  'event',
  'function',
  'macro',
  'keyword',
  'comment',
  'string',
  'number',
  'regexp',
  'operator',
];
const modifiers: readonly SemanticToken['modifiers'][number][] = [
  'declaration',
  'definition',
  'readonly',
  'defaultLibrary',
  'modification',
];

/** What the numbers mean. */
export const semanticTokensLegend = { tokenTypes: [...types], tokenModifiers: [...modifiers] };

const typeNumbers = new Map(types.map((name, index) => [name, index]));
const modifierBits = new Map(modifiers.map((name, index) => [name, 1 << index]));

/** The tokens that touch `span`, or all of them. */
export function semanticTokens({ model }: Analyzed, span?: Span): number[] {
  const data: number[] = [];
  const place = lineCounter(model.text);
  let line = 0;
  let character = 0;
  const first = span ? firstEndingAfter(model.tokens, span.start) : 0;
  for (let index = first; index < model.tokens.length; index++) {
    const token = model.tokens[index];
    if (!token || (span && token.span.start >= span.end)) break;
    let bits = 0;
    for (const name of token.modifiers) bits |= modifierBits.get(name) ?? 0;
    for (const part of lines(model.text, token.span)) {
      const at = place(part.start);
      const delta = at.line - line;
      const type = typeNumbers.get(token.type) ?? 0;
      data.push(delta, delta === 0 ? at.character - character : at.character, part.end - part.start, type, bits);
      ({ line, character } = at);
    }
  }
  return data;
}

/** Places of growing offsets, found by walking on: a search for each of 100,000 tokens would be the dearer part. */
function lineCounter(text: string): (offset: number) => { readonly line: number; readonly character: number } {
  let line = 0;
  let start = 0;
  let at = 0;
  return (offset) => {
    for (; at < offset; at++) {
      const code = text.charCodeAt(at);
      if (code !== 10 && (code !== 13 || text.charCodeAt(at + 1) === 10)) continue;
      line++;
      start = at + 1;
    }
    return { line, character: offset - start };
  };
}

/** The parts of a span on each of its lines, without line ends. */
function lines(text: string, span: Span): readonly Span[] {
  const parts: Span[] = [];
  let start = span.start;
  for (let index = span.start; index <= span.end; index++) {
    const code = index === span.end ? 10 : text.charCodeAt(index);
    if (code !== 10 && code !== 13) continue;
    if (index > start) parts.push({ start, end: index });
    start = index + 1;
  }
  return parts;
}

/** One edit that makes the old numbers the new ones; none if they are the same. */
export function semanticTokensDelta(before: readonly number[], after: readonly number[]): SemanticTokensEdit[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  if (start === before.length && start === after.length) return [];
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return [{ start, deleteCount: before.length - start - tail, data: after.slice(start, after.length - tail) }];
}
