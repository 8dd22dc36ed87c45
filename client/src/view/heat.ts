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
const coolest = 100;

/** 0 (cool) to 3 (hot), on a logarithmic scale up to the file's largest count, or to 100 if that is more. */
export function heat(count: number, largest: number): number {
  if (count <= 1) return 0;
  return Math.min(buckets - 1, Math.floor((Math.log(count) / Math.log(Math.max(largest, coolest))) * buckets));
}
