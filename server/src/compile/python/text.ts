// Pieces of Python source: literals and lines. Everything that comes from a script passes through here, so that no
// text of a script can become code.

/** A bytes literal. */
export function bytesLiteral(bytes: Uint8Array): string {
  let out = 'b"';
  for (const byte of bytes) {
    if (byte === 0x22 || byte === 0x5c) out += `\\${String.fromCharCode(byte)}`;
    else if (byte >= 0x20 && byte < 0x7f) out += String.fromCharCode(byte);
    else if (byte === 0x0a) out += '\\n';
    else out += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `${out}"`;
}

/** A script's string (its characters are code points) as UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Lines of Python with their depth, each with the place of the script that it was made of. */
export class Lines {
  private readonly lines: { readonly text: string; readonly offset: number | undefined }[] = [];
  private depth = 0;
  /** Where in the script the lines that follow come from. */
  offset: number | undefined;

  add(text: string): void {
    this.lines.push({ text: '    '.repeat(this.depth) + text, offset: this.offset });
  }

  /** A header line that ends with a colon, and the block below it, which is never empty. */
  block(header: string, body: () => void): void {
    this.add(header);
    this.depth++;
    const before = this.lines.length;
    body();
    if (this.lines.length === before) this.add('pass');
    this.depth--;
  }

  /** Other lines, at this depth. */
  include(other: Lines): void {
    for (const { text, offset } of other.lines) {
      this.offset = offset;
      this.add(text);
    }
  }

  toString(): string {
    return this.lines.map(({ text }) => `${text}\n`).join('');
  }

  /** Pairs of a line of Python, counted from 1, and the offset in the script that it comes from. */
  places(): (readonly [line: number, offset: number])[] {
    return this.lines.flatMap(({ offset }, at) => (offset === undefined ? [] : [[at + 1, offset] as const]));
  }
}
