// Find all references and document highlights: the occurrences of one symbol, in its document and in the others that can
// see it.
import { DocumentHighlightKind, type DocumentHighlight, type Location } from 'vscode-languageserver-types';
import type { Occurrence } from '../languages/model.ts';
import { isShared, occurrenceAt, occurrencesOf, rangeOf, sameSymbol, type Analyzed } from './places.ts';

/** A document and the occurrences of the symbol in it. */
export interface Found {
  readonly in: Analyzed;
  readonly occurrences: readonly Occurrence[];
}

/** The occurrences of the symbol at `offset`, by document, this one first. `others` are asked if they can see it. */
export function occurrencesEverywhere(here: Analyzed, offset: number, others: readonly Analyzed[]): readonly Found[] {
  const symbol = occurrenceAt(here.model, offset)?.symbol;
  if (!symbol) return [];
  const found: Found[] = [{ in: here, occurrences: occurrencesOf(here.model, symbol) }];
  if (!isShared(symbol)) return found;
  for (const other of others) {
    if (other.document.uri === here.document.uri || other.model.language !== here.model.language) continue;
    const same = other.model.symbols.filter((each) => sameSymbol(symbol, here.document.uri, each, other.document.uri));
    const occurrences = other.model.occurrences.filter((each) => same.includes(each.symbol));
    if (occurrences.length > 0) found.push({ in: other, occurrences });
  }
  return found;
}

export function references(
  here: Analyzed,
  offset: number,
  others: readonly Analyzed[],
  includeDeclaration: boolean,
): Location[] {
  return occurrencesEverywhere(here, offset, others).flatMap(({ in: { document }, occurrences }) =>
    occurrences
      .filter((each) => includeDeclaration || each.role !== 'definition')
      .map((each) => ({ uri: document.uri, range: rangeOf(document, each.span) })),
  );
}

export function highlights({ document, model }: Analyzed, offset: number): DocumentHighlight[] {
  const symbol = occurrenceAt(model, offset)?.symbol;
  if (!symbol) return [];
  return occurrencesOf(model, symbol).map(({ span, role }) => ({
    range: rangeOf(document, span),
    kind: role === 'read' || role === 'call' ? DocumentHighlightKind.Read : DocumentHighlightKind.Write,
  }));
}
