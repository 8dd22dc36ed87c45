// Between the model's spans (offsets) and LSP's ranges, and the look-up of what stands at an offset.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Range } from 'vscode-languageserver-types';
import type { Span } from '../base/text.ts';
import type { LanguageModel, LanguageSymbol, Occurrence } from '../languages/model.ts';

/** A document with its analysis: what a service that may leave one file gets. */
export interface Analyzed {
  readonly document: TextDocument;
  readonly model: LanguageModel;
}

export function rangeOf(document: TextDocument, span: Span): Range {
  return { start: document.positionAt(span.start), end: document.positionAt(span.end) };
}

export function spanOf(document: TextDocument, range: Range): Span {
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}

export function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

export function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Index of the first element whose span ends after `offset` in a sorted list that does not overlap. */
export function firstEndingAfter(sorted: readonly { readonly span: Span }[], offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.span.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The occurrence that the cursor is in or directly behind. */
export function occurrenceAt(model: LanguageModel, offset: number): Occurrence | undefined {
  const index = firstEndingAfter(model.occurrences, offset);
  const here = model.occurrences[index];
  if (here && here.span.start <= offset) return here;
  const before = model.occurrences[index - 1];
  return before?.span.end === offset ? before : undefined;
}

/** Every occurrence of a symbol in its document, in the order of the text. */
export function occurrencesOf(model: LanguageModel, symbol: LanguageSymbol): readonly Occurrence[] {
  return model.occurrences.filter((each) => each.symbol.id === symbol.id);
}

/**
 * Whether two symbols of different documents are one thing: same name and kind, defined in the same file.
 * `uri` and `otherUri` are the documents that the symbols come from.
 */
export function sameSymbol(a: LanguageSymbol, uri: string, b: LanguageSymbol, otherUri: string): boolean {
  return a.name === b.name && a.kind === b.kind && (a.uri ?? uri) === (b.uri ?? otherUri);
}

/** Whether other files can see a symbol: it has no scope, or another file defines it. */
export function isShared(symbol: LanguageSymbol): boolean {
  return symbol.uri !== undefined || symbol.scope === undefined;
}
