// Folding ranges and selection ranges, both from spans that the model already has.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { FoldingRangeKind, type FoldingRange, type SelectionRange } from 'vscode-languageserver-types';
import { rangeOf, type Analyzed } from './places.ts';
import type { Fold } from '../languages/model.ts';

const kinds: Readonly<Record<Fold['kind'], FoldingRangeKind | undefined>> = {
  comment: FoldingRangeKind.Comment,
  imports: FoldingRangeKind.Imports,
  region: undefined,
};

/** Spans over several lines, one for each first line (the longest), at most `limit`. The last line stays visible. */
export function foldingRanges({ document, model }: Analyzed, limit = Infinity): FoldingRange[] {
  const byLine = new Map<number, FoldingRange>();
  for (const { span, kind } of model.folds) {
    const startLine = document.positionAt(span.start).line;
    const endLine = lastFoldedLine(document, span.end, kind);
    if (endLine <= startLine || (byLine.get(startLine)?.endLine ?? -1) >= endLine) continue;
    const foldKind = kinds[kind];
    byLine.set(startLine, { startLine, endLine, ...(foldKind === undefined ? {} : { kind: foldKind }) });
  }
  return [...byLine.values()].sort((a, b) => a.startLine - b.startLine).slice(0, limit);
}

/** A block's closing brace keeps its line when it is the first thing on it. */
function lastFoldedLine(document: TextDocument, end: number, kind: Fold['kind']): number {
  const last = document.positionAt(Math.max(0, end - 1));
  if (kind !== 'region') return last.line;
  const line = document.getText({ start: { line: last.line, character: 0 }, end: last });
  return line.trim() === '' ? last.line - 1 : last.line;
}

/** The spans around one position, innermost first, the whole document last. */
export function selectionRange({ document, model }: Analyzed, offset: number): SelectionRange {
  const whole = { start: 0, end: model.text.length };
  let range: SelectionRange = { range: rangeOf(document, whole) };
  let around = whole;
  for (const span of model.spansAt(offset)) {
    const same = span.start === around.start && span.end === around.end;
    // A span that does not lie within the one around it would make the editor refuse the answer.
    if (same || span.start < around.start || span.end > around.end || span.start > offset || span.end < offset)
      continue;
    range = { range: rangeOf(document, span), parent: range };
    around = span;
  }
  return range;
}
