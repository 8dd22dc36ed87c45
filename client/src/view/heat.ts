// How a count looks: few distinct texts and few buckets, because every distinct decoration costs the editor a rule.

/** Two significant digits at most, then a unit: 999, 1.2k, 15k, 3.4M, 1.2G. */
export function shortCount(count: number): string {
  if (count < 1000) return String(count);
  for (const [unit, size] of [
    ['k', 1e3],
    ['M', 1e6],
    ['G', 1e9],
  ] as const) {
    const value = count / size;
    if (value < 9.95) return `${value.toFixed(1).replace(/\.0$/, '')}${unit}`;
    if (value < 999.5) return `${value.toFixed(0)}${unit}`;
  }
  return `${(count / 1e12).toFixed(1)}T`;
}

/** Exact digits in groups of three. */
export function exactCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

export const buckets = 4;

/** A file whose lines all ran a few times has no hot line. */
const coolest = 1000;
/** From which part of the largest count a bucket begins: half, a sixteenth, a 256th. */
const begins = [1 / 2, 1 / 16, 1 / 256];

/** 0 (cool) to 3 (hot), by the part of the file's largest count, or of 1,000 if that is more. */
export function heat(count: number, largest: number): number {
  const part = count / Math.max(largest, coolest);
  const bucket = begins.findIndex((begin) => part >= begin);
  return bucket < 0 ? 0 : buckets - 1 - bucket;
}
