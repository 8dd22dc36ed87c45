// Makes small ELF, DOF and Mach-O files with markers, byte by byte, so that every word size and byte order can be
// read without a machine that has it.

export interface MadeMarker {
  readonly provider?: string;
  readonly name: string;
  readonly arguments?: string;
  readonly semaphore?: number;
}

export interface ElfShape {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  /** Without section headers the notes are found through a segment. */
  readonly sections: boolean;
  readonly markers: readonly MadeMarker[];
  readonly needed?: readonly string[];
  readonly runpath?: string;
}

/** Bytes that grow, in one byte order. */
class Bytes {
  readonly out: number[] = [];
  private readonly little: boolean;
  constructor(little: boolean) {
    this.little = little;
  }
  get length(): number {
    return this.out.length;
  }
  number(value: number, size: number): this {
    const bytes = Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256);
    this.out.push(...(this.little ? bytes : bytes.reverse()));
    return this;
  }
  text(value: string): this {
    this.out.push(...new TextEncoder().encode(value), 0);
    return this;
  }
  fixed(value: string, size: number): this {
    this.out.push(...Array.from({ length: size }, (_, i) => value.charCodeAt(i) || 0));
    return this;
  }
  bytes(value: readonly number[]): this {
    for (const byte of value) this.out.push(byte);
    return this;
  }
  pad(size: number): this {
    while (this.out.length % size !== 0) this.out.push(0);
    return this;
  }
}

export function elf(shape: ElfShape): Uint8Array {
  const wide = shape.bits === 64;
  const word = wide ? 8 : 4;
  const fresh = () => new Bytes(shape.littleEndian);
  const notes = fresh();
  for (const marker of shape.markers) {
    const description = fresh();
    description
      .number(0x1000, word)
      .number(0x2000, word)
      .number(marker.semaphore ?? 0, word);
    description
      .text(marker.provider ?? 'python')
      .text(marker.name)
      .text(marker.arguments ?? '');
    notes.number(8, 4).number(description.length, 4).number(3, 4).text('stapsdt').bytes(description.out).pad(4);
  }
  const strings = fresh().text('');
  const entries = [
    ...(shape.needed ?? []).map((name) => [1, name] as const),
    ...(shape.runpath === undefined ? [] : [[29, shape.runpath] as const]),
  ].map(([tag, name]) => {
    const at = strings.length;
    strings.text(name);
    return [tag, at] as const;
  });
  const headerSize = wide ? 64 : 52;
  const segmentSize = wide ? 56 : 32;
  const sectionSize = wide ? 64 : 40;
  const segments = 3;
  const noteAt = headerSize + segments * segmentSize;
  const stringsAt = noteAt + notes.length;
  const dynamic = fresh();
  for (const [tag, value] of [...entries, [5, stringsAt] as const, [0, 0] as const])
    dynamic.number(tag, word).number(value, word);
  const dynamicAt = stringsAt + strings.length;
  const names = fresh().text('').text('.note.stapsdt').text('.dynamic').text('.dynstr').text('.shstrtab');
  const namesAt = dynamicAt + dynamic.length;
  const sectionsAt = namesAt + names.length;
  const file = fresh()
    .bytes([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, shape.littleEndian ? 1 : 2, 1])
    .pad(16);
  file.number(3, 2).number(62, 2).number(1, 4).number(0, word).number(headerSize, word);
  file
    .number(shape.sections ? sectionsAt : 0, word)
    .number(0, 4)
    .number(headerSize, 2);
  file.number(segmentSize, 2).number(segments, 2).number(sectionSize, 2);
  file.number(shape.sections ? 5 : 0, 2).number(shape.sections ? 4 : 0, 2);
  const total = sectionsAt + (shape.sections ? 5 * sectionSize : 0);
  for (const [type, at, size] of [
    [1, 0, total],
    [2, dynamicAt, dynamic.length],
    [4, noteAt, notes.length],
  ] as const) {
    if (wide)
      file
        .number(type, 4)
        .number(4, 4)
        .number(at, 8)
        .number(at, 8)
        .number(at, 8)
        .number(size, 8)
        .number(size, 8)
        .number(4, 8);
    else
      file
        .number(type, 4)
        .number(at, 4)
        .number(at, 4)
        .number(at, 4)
        .number(size, 4)
        .number(size, 4)
        .number(4, 4)
        .number(4, 4);
  }
  file.bytes(notes.out).bytes(strings.out).bytes(dynamic.out).bytes(names.out);
  if (shape.sections) {
    for (const [name, type, at, size, link] of [
      [0, 0, 0, 0, 0],
      [1, 7, noteAt, notes.length, 0],
      [15, 6, dynamicAt, dynamic.length, 3],
      [24, 3, stringsAt, strings.length, 0],
      [32, 3, namesAt, names.length, 0],
    ] as const) {
      file.number(name, 4).number(type, 4).number(0, word).number(0, word).number(at, word).number(size, word);
      file.number(link, 4).number(0, 4).number(4, word).number(0, word);
    }
  }
  return Uint8Array.from(file.out);
}

/** DOF with one provider, as macOS' linker and `dtrace -G` make it. */
export function dof(
  provider: string,
  probes: readonly { name: string; types: readonly string[] }[],
  littleEndian = true,
): Uint8Array {
  const fresh = () => new Bytes(littleEndian);
  const strings = fresh().text('');
  const put = (text: string) => {
    const at = strings.length;
    strings.text(text);
    return at;
  };
  const providerName = put(provider);
  const list = fresh();
  for (const { name, types } of probes) {
    const nameAt = put(name);
    const typesAt = strings.length;
    types.forEach(put);
    list
      .number(0x1000, 8)
      .number(0, 4)
      .number(nameAt, 4)
      .number(typesAt, 4)
      .number(typesAt, 4)
      .number(0, 4)
      .number(0, 4);
    list
      .number(types.length, 1)
      .number(types.length, 1)
      .number(2, 2)
      .number(0, 4)
      .number(1, 2)
      .number(0, 2)
      .number(0, 4);
  }
  const about = fresh().number(0, 4).number(1, 4).number(0, 4).number(0, 4).number(providerName, 4).number(0, 20);
  const sectionsAt = 64;
  const stringsAt = sectionsAt + 3 * 32;
  const listAt = stringsAt + strings.length;
  const aboutAt = listAt + list.length;
  const total = aboutAt + about.length;
  const file = fresh()
    .bytes([0x7f, 0x44, 0x4f, 0x46, 2, littleEndian ? 1 : 2, 2])
    .pad(16);
  file
    .number(0, 4)
    .number(64, 4)
    .number(32, 4)
    .number(3, 4)
    .number(sectionsAt, 8)
    .number(total, 8)
    .number(total, 8)
    .number(0, 8);
  for (const [type, size, at, length] of [
    [8, 0, stringsAt, strings.length],
    [16, 48, listAt, list.length],
    [15, 0, aboutAt, about.length],
  ] as const) {
    file.number(type, 4).number(1, 4).number(1, 4).number(size, 4).number(at, 8).number(length, 8);
  }
  return Uint8Array.from(file.bytes(strings.out).bytes(list.out).bytes(about.out).out);
}

/** A thin 64-bit Mach-O with one DOF section and one library. */
export function machO(section: Uint8Array, library: string, littleEndian = true): Uint8Array {
  const fresh = () => new Bytes(littleEndian);
  const path = fresh().text(library).pad(8);
  const commandsSize = 72 + 80 + 24 + path.length;
  const at = 32 + commandsSize;
  const file = fresh()
    .number(0xfeedfacf, 4)
    .number(0x0100000c, 4)
    .number(0, 4)
    .number(2, 4)
    .number(2, 4)
    .number(commandsSize, 4)
    .number(0, 8);
  file
    .number(0x19, 4)
    .number(152, 4)
    .fixed('__TEXT', 16)
    .number(0, 8)
    .number(0, 8)
    .number(0, 8)
    .number(at, 8)
    .number(5, 4)
    .number(5, 4)
    .number(1, 4)
    .number(0, 4);
  file
    .fixed('__dof_python', 16)
    .fixed('__TEXT', 16)
    .number(0, 8)
    .number(section.length, 8)
    .number(at, 4)
    .number(0, 4)
    .number(0, 8)
    .number(0, 4)
    .number(0, 8)
    .number(0, 4);
  file
    .number(0xc, 4)
    .number(24 + path.length, 4)
    .number(24, 4)
    .number(0, 12)
    .bytes(path.out);
  return Uint8Array.from(file.bytes([...section]).out);
}

/** A universal file with the given thin files. */
export function universal(files: readonly Uint8Array[]): Uint8Array {
  const file = new Bytes(false).number(0xcafebabe, 4).number(files.length, 4);
  let at = 8 + files.length * 20;
  for (const each of files) {
    file.number(0, 8).number(at, 4).number(each.length, 4).number(0, 4);
    at += each.length;
  }
  for (const each of files) file.bytes([...each]);
  return Uint8Array.from(file.out);
}
