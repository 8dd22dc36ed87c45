// The lines that two texts have in common, in order: common beginning and end, then lines that each side has once
// (as in a patience diff), then, where regions are small, a longest common subsequence. Large regions without any
// unique line in common stay unmatched: a lost count is better than a frozen editor.

/** Index pairs, both counting from 0, both growing. */
export type Pairs = [a: number, b: number][];

/** Cells of the table for the longest common subsequence. */
const largestTable = 250_000;

export function commonLines(a: readonly string[], b: readonly string[]): Pairs {
  const pairs: Pairs = [];
  within(0, a.length, 0, b.length);
  return pairs;

  function within(aFrom: number, aTo: number, bFrom: number, bTo: number): void {
    while (aFrom < aTo && bFrom < bTo && a[aFrom] === b[bFrom]) pairs.push([aFrom++, bFrom++]);
    let tail = 0;
    while (aFrom < aTo - tail && bFrom < bTo - tail && a[aTo - tail - 1] === b[bTo - tail - 1]) tail++;
    between(aFrom, aTo - tail, bFrom, bTo - tail);
    for (let i = tail; i > 0; i--) pairs.push([aTo - i, bTo - i]);
  }

  function between(aFrom: number, aTo: number, bFrom: number, bTo: number): void {
    if (aFrom === aTo || bFrom === bTo) return;
    const anchors = increasing(uniques(a, aFrom, aTo, b, bFrom, bTo));
    if (anchors.length === 0) {
      if ((aTo - aFrom) * (bTo - bFrom) <= largestTable) pairs.push(...longest(a, aFrom, aTo, b, bFrom, bTo));
      return;
    }
    let [x, y] = [aFrom, bFrom];
    for (const [i, j] of anchors) {
      within(x, i, y, j);
      pairs.push([i, j]);
      [x, y] = [i + 1, j + 1];
    }
    within(x, aTo, y, bTo);
  }
}

/** Pairs of equal lines that each side has exactly once, by `a`. */
function uniques(
  a: readonly string[],
  aFrom: number,
  aTo: number,
  b: readonly string[],
  bFrom: number,
  bTo: number,
): Pairs {
  const once = (lines: readonly string[], from: number, to: number): Map<string, number> => {
    const seen = new Map<string, number>();
    for (let i = from; i < to; i++) {
      const text = lines[i] ?? '';
      seen.set(text, seen.has(text) ? -1 : i);
    }
    return seen;
  };
  const others = once(b, bFrom, bTo);
  return [...once(a, aFrom, aTo)]
    .map(([text, i]): [number, number] => [i, others.get(text) ?? -1])
    .filter(([i, j]) => i >= 0 && j >= 0)
    .sort(([i], [j]) => i - j);
}

/** The longest subsequence whose second parts grow. */
function increasing(pairs: Pairs): Pairs {
  const tails: number[] = []; // index of the pair that ends the best run of each length
  const before: number[] = [];
  for (const [index, [, j]] of pairs.entries()) {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] ?? 0]?.[1] ?? 0) < j) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? (tails[low - 1] ?? -1) : -1;
    tails[low] = index;
  }
  const run: Pairs = [];
  for (let index = tails.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) {
    const pair = pairs[index];
    if (pair) run.push(pair);
  }
  return run.reverse();
}

/** A longest common subsequence, by the table of its lengths. */
function longest(
  a: readonly string[],
  aFrom: number,
  aTo: number,
  b: readonly string[],
  bFrom: number,
  bTo: number,
): Pairs {
  const width = bTo - bFrom + 1;
  const table = new Uint32Array((aTo - aFrom + 1) * width);
  const at = (i: number, j: number): number => table[(i - aFrom) * width + j - bFrom] ?? 0;
  for (let i = aTo - 1; i >= aFrom; i--) {
    for (let j = bTo - 1; j >= bFrom; j--) {
      table[(i - aFrom) * width + j - bFrom] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: Pairs = [];
  for (let [i, j] = [aFrom, bFrom]; i < aTo && j < bTo;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
