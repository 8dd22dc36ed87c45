// The values of SystemTap's literals. Numbers are what C's strtoull reads with base 0, as 64 signed bits; strings are C
// literals whose unknown escapes stand for the character itself.

const digits = new Map([
  [2, /^[01]+$/],
  [8, /^[0-7]+$/],
  [10, /^\d+$/],
  [16, /^[\da-f]+$/i],
]);

/** The value of digits, `0x…`, `0…` or `0b…`; undefined if they are malformed or exceed 64 bits. */
export function parseNumber(text: string, negative = false): bigint | undefined {
  if (text.length < 16 && /^[1-9]\d*$|^0$/.test(text)) return negative ? -BigInt(text) : BigInt(text);
  let base = 10;
  let body = text;
  if (/^0x/i.test(text)) [base, body] = [16, text.slice(2)];
  else if (/^0b/i.test(text)) [base, body] = [2, text.slice(2)];
  else if (text.length > 1 && text.startsWith('0')) [base, body] = [8, text.slice(1)];
  if (!digits.get(base)?.test(body) || body.length > 100) return undefined;
  const prefix = { 2: '0b', 8: '0o', 10: '', 16: '0x' }[base] ?? '';
  const value = BigInt(prefix + body);
  if (value > 0xffff_ffff_ffff_ffffn || (negative && value > 0x8000_0000_0000_0000n)) return undefined;
  return BigInt.asIntN(64, negative ? -value : value);
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  '\\': '\\',
};

const escape = /\\(?:x([\da-fA-F]+)|([0-7]{1,3})|([^]))/g;

/** Where a character of the decoded string stands between the quotes. */
export function rawOffset(inner: string, index: number): number {
  let raw = 0;
  let decoded = 0;
  for (const match of inner.matchAll(escape)) {
    const plain = match.index - raw;
    if (decoded + plain >= index) break;
    decoded += plain + 1;
    raw = match.index + match[0].length;
  }
  return Math.min(inner.length, raw + index - decoded);
}

/** What stands between a literal's quotes, as the string that it means. */
export function decodeString(inner: string): string {
  if (!inner.includes('\\')) return inner;
  return inner.replace(
    /\\(?:x([\da-fA-F]+)|([0-7]{1,3})|([^]))/g,
    (_, hex?: string, octal?: string, other?: string) => {
      if (hex !== undefined) return String.fromCharCode(parseInt(hex.slice(-2), 16));
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 0xff);
      return simpleEscapes[other ?? ''] ?? other ?? '';
    },
  );
}
