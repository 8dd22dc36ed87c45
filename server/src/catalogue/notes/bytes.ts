// Reading a binary piece by piece, without ever failing: what lies outside the file reads as nothing. Executables are
// megabytes and their notes a few hundred bytes, so a source is asked for ranges and never for the whole file.

/** A file's bytes: at most `length` of them from `offset`, fewer at its end. */
export type ByteSource = (offset: number, length: number) => Uint8Array;

/** A source over bytes that are in memory. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return (offset, length) => (offset < 0 || length <= 0 ? new Uint8Array() : bytes.subarray(offset, offset + length));
}

/** Numbers and strings of a piece of a file; every read beyond its end gives 0 or ''. */
export interface Reader {
  readonly length: number;
  readonly u8: (at: number) => number;
  readonly u16: (at: number) => number;
  readonly u32: (at: number) => number;
  /** As a JavaScript number: offsets beyond 2^53 can't lie in a file that we read. */
  readonly u64: (at: number) => number;
  /** Up to, and without, the next NUL. */
  readonly string: (at: number) => string;
}

export function reader(bytes: Uint8Array, littleEndian: boolean): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fits = (at: number, size: number) => Number.isInteger(at) && at >= 0 && at + size <= bytes.length;
  return {
    length: bytes.length,
    u8: (at) => (fits(at, 1) ? view.getUint8(at) : 0),
    u16: (at) => (fits(at, 2) ? view.getUint16(at, littleEndian) : 0),
    u32: (at) => (fits(at, 4) ? view.getUint32(at, littleEndian) : 0),
    u64: (at) => (fits(at, 8) ? Number(view.getBigUint64(at, littleEndian)) : 0),
    string: (at) => {
      if (!fits(at, 1)) return '';
      const end = bytes.indexOf(0, at);
      return decode(bytes.subarray(at, end < 0 ? bytes.length : end));
    },
  };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}
