// What is drawn on a file's lines: texts and colours, for the visible lines only. Pure, so that tests can read it.
import { heat, shortCount } from './heat.ts';
import type { PlacedFile } from './model.ts';

export interface Annotation {
  /** Counts from 1. */
  readonly line: number;
  /** `1.2k×`, `1× · 4 calls`, or `never` for a line that could run and did not. */
  readonly text: string;
  /** 0 to 3; -1 for a line that never ran. */
  readonly heat: number;
  readonly stale: boolean;
}

/** What a line says: after its text all there is; in a column before it the calls, or else the count. */
export type Style = 'after' | 'left';

/** The annotations of lines `from` to `to`, inclusive, by line. */
export function annotations(file: PlacedFile, from: number, to: number, style: Style = 'after'): Annotation[] {
  const drawn = new Map<number, Annotation>();
  for (const { line, count, stale } of file.lines) {
    if (line < from || line > to) continue;
    const text = count === 0 ? 'never' : `${shortCount(count)}×`;
    drawn.set(line, { line, text, heat: count === 0 ? -1 : heat(count, file.largest), stale });
  }
  const calls = new Map<number, { words: string[]; heat: number }>();
  for (const { line, stale, counts } of file.functions) {
    if (line < from || line > to || counts.name.startsWith('<') || counts.calls === 0) continue;
    const { words, heat: hottest } = calls.get(line) ?? { words: [], heat: -1 };
    words.push(`${shortCount(counts.calls)} ${counts.calls === 1 ? 'call' : 'calls'}`);
    calls.set(line, { words, heat: Math.max(hottest, heat(counts.calls, file.largest)) });
    if (!drawn.has(line)) drawn.set(line, { line, text: '', heat: -1, stale });
  }
  for (const [line, { words, heat: hottest }] of calls) {
    const own = drawn.get(line);
    if (!own) continue;
    const text = own.text === '' || style === 'left' ? words.join(', ') : `${own.text} · ${words.join(', ')}`;
    drawn.set(line, { ...own, text, heat: Math.max(own.heat, hottest) });
  }
  return [...drawn.values()].sort((a, b) => a.line - b.line);
}

/** The texts of a column before the lines `from` to `to`, of one width for the whole file, blank where nothing counts. */
export function column(file: PlacedFile, from: number, to: number): Annotation[] {
  const all = annotations(file, 1, Number.MAX_SAFE_INTEGER, 'left');
  const width = Math.max(5, ...all.map((each) => each.text.length));
  const counted = new Map(all.map((each) => [each.line, each]));
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => {
    const each = counted.get(from + i) ?? { line: from + i, text: '', heat: -1, stale: false };
    return { ...each, text: each.text.padStart(width) };
  });
}
