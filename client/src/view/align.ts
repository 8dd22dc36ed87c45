// Where the lines of the text that was counted are in the text of now. One function serves edits, undo and redo,
// format on save, a checkout under the editor, discarded changes and files that changed while the window was closed.
// Invariant: a line is placed as `same` only where the text is the same, and places keep the order of the lines,
// except for a line that was moved, which is never `same`.
import { commonLines } from './common.ts';

export interface Place {
  /** Counts from 1. */
  readonly line: number;
  /** The text there is the text that was counted. */
  readonly same: boolean;
}

/** From a line of the counted text, counting from 1, to its place; undefined: it is gone. */
export type Alignment = (line: number) => Place | undefined;

/**
 * For each line of the text of now the line of the counted text that it comes from, both from 0; -1: from none.
 * What edits tell (see origins.ts) beats what texts tell where equal lines stand in several places.
 */
export type Origins = readonly number[];

/** How far a search for similar lines goes within one changed region: it is quadratic. */
const longestSearch = 60;

/** Places every line of `counted` in `current`. Without `origins`, texts alone decide. */
export function align(counted: readonly string[], current: readonly string[], origins?: Origins): Alignment {
  // Undone, whatever was done: each line is its own, even where equal ones stand beside each other.
  if (counted.length === current.length && counted.every((line, index) => line === current[index])) {
    return (line) => (line >= 1 && line <= counted.length ? { line, same: true } : undefined);
  }
  const to: (Place | undefined)[] = [];
  const firm = origins ? anchors(counted, current, origins) : [];
  const put = (old: number, now: number, same: boolean): void => void (to[old] = { line: now + 1, same });
  const taken = new Set<number>();
  let [fromOld, fromNow] = [0, 0];
  for (const [old, now] of [...firm, [counted.length, current.length] as const]) {
    region(fromOld, old, fromNow, now);
    if (old < counted.length || now < current.length) pair(old, now, true);
    [fromOld, fromNow] = [old + 1, now + 1];
  }
  moved(counted, current, to, taken, put);
  return (line) => to[line - 1];

  function pair(old: number, now: number, same: boolean): void {
    put(old, now, same);
    taken.add(now);
  }

  /** One region between two firm lines: equal lines first, then changed ones between them. */
  function region(oldFrom: number, oldTo: number, nowFrom: number, nowTo: number): void {
    const equal = commonLines(counted.slice(oldFrom, oldTo), current.slice(nowFrom, nowTo));
    let [old, now] = [oldFrom, nowFrom];
    for (const [i, j] of [...equal, [oldTo - oldFrom, nowTo - nowFrom] as const]) {
      for (const [a, b] of changed(old, oldFrom + i, now, nowFrom + j)) pair(a, b, false);
      if (oldFrom + i < oldTo) pair(oldFrom + i, nowFrom + j, true);
      [old, now] = [oldFrom + i + 1, nowFrom + j + 1];
    }
  }

  /** Pairs of lines that were changed: those that edits name, else those that look alike. */
  function changed(oldFrom: number, oldTo: number, nowFrom: number, nowTo: number): [number, number][] {
    const pairs: [number, number][] = [];
    let [old, now] = [oldFrom, nowFrom];
    const alike = (oldEnd: number, nowEnd: number): void => {
      for (; now < nowEnd && now < nowFrom + longestSearch; now++) {
        const last = Math.min(oldEnd, old + longestSearch);
        const found = range(old, last).find((each) => similar(counted[each] ?? '', current[now] ?? ''));
        if (found === undefined) continue;
        pairs.push([found, now]);
        old = found + 1;
      }
    };
    for (let j = nowFrom; origins && j < nowTo; j++) {
      const origin = origins[j] ?? -1;
      if (origin < old || origin >= oldTo) continue;
      alike(origin, j);
      pairs.push([origin, j]);
      [old, now] = [origin + 1, j + 1];
    }
    alike(oldTo, nowTo);
    return pairs;
  }
}

/** The origins that an alignment amounts to, for the edits to come. */
export function originsOf(alignment: Alignment, counted: number, current: number): number[] {
  const origins = Array.from({ length: current }, () => -1);
  let last = -1;
  for (let line = 1; line <= counted; line++) {
    const place = alignment(line);
    if (!place || place.line - 1 <= last) continue; // a moved line keeps no order
    last = place.line - 1;
    origins[last] = line - 1;
  }
  return origins;
}

/** Lines that edits have carried along and whose text is the counted one. */
function anchors(counted: readonly string[], current: readonly string[], origins: Origins): [number, number][] {
  const firm: [number, number][] = [];
  let last = -1;
  for (const [now, old] of origins.entries()) {
    if (old <= last || now >= current.length || counted[old] !== current[now]) continue;
    firm.push([old, now]);
    last = old;
  }
  return firm;
}

/** A line that is gone here and new there, and whose text is the only one of its kind, was moved. */
function moved(
  counted: readonly string[],
  current: readonly string[],
  to: readonly (Place | undefined)[],
  taken: ReadonlySet<number>,
  put: (old: number, now: number, same: boolean) => void,
): void {
  const gone = range(0, counted.length).filter((old) => !to[old]);
  if (gone.length === 0) return;
  const only = (lines: readonly string[]): Map<string, number> => {
    const seen = new Map<string, number>();
    for (const [index, text] of lines.entries()) {
      const key = text.trim();
      if (key !== '') seen.set(key, seen.has(key) ? -1 : index);
    }
    return seen;
  };
  const [before, after] = [only(counted), only(current)];
  for (const old of gone) {
    const key = (counted[old] ?? '').trim();
    const now = after.get(key) ?? -1;
    if (before.get(key) === old && now >= 0 && !taken.has(now)) put(old, now, false);
  }
}

/** Whether one line looks like an edited other: half of the longer one is what both begin and end with. */
function similar(a: string, b: string): boolean {
  const [x, y] = [a.trim(), b.trim()];
  const longer = Math.max(x.length, y.length);
  const shorter = Math.min(x.length, y.length);
  if (shorter === 0) return false;
  let start = 0;
  while (start < shorter && x[start] === y[start]) start++;
  let end = 0;
  while (end < shorter - start && x.at(-1 - end) === y.at(-1 - end)) end++;
  return (start + end) * 2 >= longer;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
