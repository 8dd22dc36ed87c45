// Carries the origins of a document's lines through its edits. Only where lines went is told here; whether their text
// is still the counted one, align.ts sees in the text itself.
import type { Origins } from './align.ts';

/** A change of the document; lines and characters count from 0, as the editor's do. */
export interface Change {
  readonly startLine: number;
  readonly startCharacter: number;
  readonly endLine: number;
  readonly endCharacter: number;
  readonly text: string;
}

/** The origins after one change. */
export function afterChange(origins: Origins, change: Change): Origins {
  const { startLine, endLine, startCharacter, endCharacter, text } = change;
  const breaks = text.match(/\r\n|\r|\n/g)?.length ?? 0;
  const lines = Array.from({ length: breaks + 1 }, () => -1);
  const first = origins[startLine] ?? -1;
  const last = origins[endLine] ?? -1;
  // Whole lines that come or go before a line leave that line as it is; else the line where the change begins stays.
  const before = startCharacter === 0 && endCharacter === 0 && (text === '' || /[\r\n]$/.test(text));
  if (!before) lines[0] = first;
  if (before || (breaks > 0 && endLine > startLine)) lines[breaks] = last;
  return [...origins.slice(0, startLine), ...lines, ...origins.slice(endLine + 1)];
}
