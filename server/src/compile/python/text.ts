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

/** Lines of Python with their depth. */
export class Lines {
  private readonly lines: string[] = [];
  private depth = 0;

  add(text: string): void {
    this.lines.push('    '.repeat(this.depth) + text);
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
    for (const line of other.lines) this.add(line);
  }

  toString(): string {
    return this.lines.map((line) => `${line}\n`).join('');
  }
}
