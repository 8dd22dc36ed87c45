// printf formats of both languages, parsed: literal pieces and conversions, in the words of C's manual.

export interface Conversion {
  readonly kind: 'conversion';
  /** The whole conversion as written. */
  readonly text: string;
  /** Where it begins in the format. */
  readonly start: number;
  /** Any of `-+ #0'@`. */
  readonly flags: string;
  readonly width: number | '*' | undefined;
  readonly precision: number | '*' | undefined;
  /** `h`, `l`, `ll`, `j`, `z`, `t`, `L`, `w`, or ''. */
  readonly size: string;
  /** The letter, or '' if the format ends before it. */
  readonly letter: string;
}

export interface Literal {
  readonly kind: 'literal';
  readonly text: string;
}

const pattern = /%([-+ #0'@?]*)(\*|\d+)?(?:\.(\*|\d+)?)?(@?)(hh|h|ll|l|L|j|z|t|w)?([A-Za-z%])?/y;

/** Splits a format, escapes resolved already, into its pieces; `%%` becomes a literal. */
export function parseFormat(format: string): (Literal | Conversion)[] {
  const pieces: (Literal | Conversion)[] = [];
  let literal = '';
  let at = 0;
  while (at < format.length) {
    const character = format.charAt(at);
    if (character !== '%') {
      literal += character;
      at++;
      continue;
    }
    pattern.lastIndex = at;
    const match = pattern.exec(format);
    const [text = '%', flags = '', width, precision, late = '', size = '', letter = ''] = match ?? [];
    if (letter === '%') literal += '%';
    else {
      if (literal !== '') pieces.push({ kind: 'literal', text: literal });
      literal = '';
      pieces.push({
        kind: 'conversion',
        text,
        start: at,
        // DTrace takes the `@` of an aggregation's value behind the width too.
        flags: flags + late,
        width: width === undefined || width === '*' ? width : Number(width),
        precision: text.includes('.') ? (precision === '*' ? '*' : Number(precision ?? 0)) : undefined,
        size,
        letter,
      });
    }
    at += Math.max(text.length, 1);
  }
  if (literal !== '') pieces.push({ kind: 'literal', text: literal });
  return pieces;
}
