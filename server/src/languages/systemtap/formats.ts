// The format strings of printf and sprintf: `%[flag][width][.precision][l]conversion`, as stap reads them: one flag at most;
// the `l` means nothing, because every number has 64 bits.

export interface Conversion {
  /** Offsets in the decoded format. */
  readonly start: number;
  readonly end: number;
  readonly conversion: string;
  readonly flag: '' | '+' | '-' | ' ' | '0' | '#';
  readonly width?: number | '*';
  readonly precision?: number | '*';
  /** What the value has to be. */
  readonly accepts: 'long' | 'string';
}

export type FormatResult =
  | {
      readonly ok: true;
      readonly conversions: readonly Conversion[];
      /** The types that the values after the format must have, those of `*` among them. */
      readonly wanted: readonly ('long' | 'string')[];
    }
  | { readonly ok: false; readonly start: number; readonly end: number };

const pattern = /%(?:%|([+\- 0#]?)(\*|\d+)?(?:\.(\*|\d+)?)?l?([bdipuoxXcsmM])?)/g;

const known = new Map<string, FormatResult>();
const mostKnown = 5000;

/** As `parseFormat`, and remembered: the same formats are read at every keystroke. */
export function readFormat(format: string): FormatResult {
  let result = known.get(format);
  if (!result) {
    if (known.size >= mostKnown) known.clear();
    result = parseFormat(format);
    known.set(format, result);
  }
  return result;
}

/** The conversions of a format, without `%%`; or the first that is malformed. */
function parseFormat(format: string): FormatResult {
  const conversions: Conversion[] = [];
  for (const match of format.matchAll(pattern)) {
    const [text, flag = '', width, precision, conversion] = match;
    if (text === '%%') continue;
    const start = match.index;
    const end = start + text.length;
    if (conversion === undefined) return { ok: false, start, end: Math.min(end + 1, format.length) };
    conversions.push({
      start,
      end,
      conversion,
      flag: flag as Conversion['flag'],
      ...(width === undefined ? {} : { width: width === '*' ? '*' : Number(width) }),
      ...(precision === undefined ? {} : { precision: precision === '*' ? '*' : Number(precision) }),
      accepts: conversion === 's' ? 'string' : 'long',
    });
  }
  return { ok: true, conversions, wanted: wantedTypes(conversions) };
}

/** The types that the values after the format must have, `*` widths and precisions among them. */
function wantedTypes(conversions: readonly Conversion[]): readonly ('long' | 'string')[] {
  return conversions.flatMap(({ width, precision, accepts }) => [
    ...(width === '*' ? (['long'] as const) : []),
    ...(precision === '*' ? (['long'] as const) : []),
    accepts,
  ]);
}
