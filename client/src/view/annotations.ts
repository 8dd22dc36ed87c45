// What is drawn on a file's lines: texts and colours, for the visible lines only. Pure, so that tests can read it.
import { heat, shortCount } from './heat.ts';
import type { FileModel, FunctionCount } from './model.ts';

export interface Annotation {
  /** Counts from 1. */
  readonly line: number;
  /** `1.2k`, `1.2k  fib 4 calls`, or `never` for a line that could run and did not. */
  readonly text: string;
  /** 0 to 3; -1 for a line that never ran. */
  readonly heat: number;
  readonly stale: boolean;
}

/** The line on which a function's name stands: `def`, `class` or `lambda`, below its decorators. */
export function headLine(each: FunctionCount, text: (line: number) => string | undefined): number {
  const name = each.name.replace(/[^\p{L}\p{N}_]/gu, '');
  const head = new RegExp(`^\\s*(async\\s+def|def|class)\\s+${name}(?![\\p{L}\\p{N}_])`, 'u');
  for (let line = each.now; line < each.now + 50; line++) {
    const here = text(line);
    if (here === undefined) break;
    if (head.test(here)) return line;
  }
  return each.now;
}

/** The annotations of lines `from` to `to`, inclusive. */
export function annotations(
  model: FileModel,
  from: number,
  to: number,
  text: (line: number) => string | undefined,
): Annotation[] {
  const largest = model.largest();
  const calls = new Map<number, { words: string; stale: boolean }>();
  for (const each of model.functionList()) {
    if (each.name.startsWith('<') || each.calls === 0) continue;
    const line = headLine(each, text);
    const word = `${shortCount(each.calls)} ${each.calls === 1 ? 'call' : 'calls'}`;
    const before = calls.get(line);
    calls.set(line, { words: before ? `${before.words}, ${word}` : word, stale: each.stale });
  }
  const drawn: Annotation[] = [];
  for (const [line, { count, stale }] of model.entries()) {
    if (line < from || line > to) continue;
    const own = count === 0 ? 'never' : `${shortCount(count)}×`;
    const called = calls.get(line);
    calls.delete(line);
    const words = called === undefined ? own : `${own}  ${called.words}`;
    drawn.push({ line, text: words, heat: count === 0 ? -1 : heat(count, largest), stale });
  }
  for (const [line, called] of calls) {
    if (line >= from && line <= to) drawn.push({ line, text: called.words, heat: 0, stale: called.stale });
  }
  return drawn.sort((a, b) => a.line - b.line);
}
