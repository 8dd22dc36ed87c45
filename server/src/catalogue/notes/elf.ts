// ELF, as far as markers go: `.note.stapsdt` and `.note.usdt` through the section headers and, in files without them,
// through the note segments; `.SUNW_dof` of FreeBSD and illumos; and the libraries that the dynamic section asks for. 32 and 64
// bit, both byte orders. Layout: the System V ABI, chapters 4 and 5.
import { reader, type ByteSource, type Reader } from './bytes.ts';
import { parseDof } from './dof.ts';
import type { Binary, Marker } from './markers.ts';
import { parseSdtNote, parseUsdtNote } from './sdt.ts';

const most = { headers: 20_000, notes: 8 * 1024 * 1024, strings: 8 * 1024 * 1024, dof: 8 * 1024 * 1024 };
const sht = { note: 7, dynamic: 6, dof: 0x6ffffff4 };
const pt = { load: 1, dynamic: 2, note: 4 };
const dt = { needed: 1, strtab: 5, rpath: 15, runpath: 29 };

interface Elf {
  readonly source: ByteSource;
  readonly is64: boolean;
  readonly littleEndian: boolean;
  readonly sections: readonly Section[];
  readonly segments: readonly Segment[];
}

interface Section {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Undefined if the file is not ELF. */
export function readElf(source: ByteSource): Binary | undefined {
  const start = source(0, 64);
  if (start.length < 52 || start[0] !== 0x7f || start[1] !== 0x45 || start[2] !== 0x4c || start[3] !== 0x46) {
    return undefined;
  }
  const is64 = start[4] === 2;
  const littleEndian = start[5] !== 2;
  const header = reader(start, littleEndian);
  const elf: Elf = {
    source,
    is64,
    littleEndian,
    sections: readSections(source, header, is64, littleEndian),
    segments: readSegments(source, header, is64, littleEndian),
  };
  return { format: 'elf', markers: readMarkers(elf), ...readDynamic(elf) };
}

function readSections(source: ByteSource, header: Reader, is64: boolean, littleEndian: boolean): readonly Section[] {
  const offset = is64 ? header.u64(40) : header.u32(32);
  const size = header.u16(is64 ? 58 : 46);
  const names = header.u16(is64 ? 62 : 50);
  const count = Math.min(header.u16(is64 ? 60 : 48), most.headers);
  if (size < (is64 ? 64 : 40)) return [];
  const table = reader(source(offset, size * count), littleEndian);
  const raw = Array.from({ length: Math.floor(table.length / size) }, (_, i) => {
    const at = i * size;
    return is64
      ? {
          name: table.u32(at),
          type: table.u32(at + 4),
          offset: table.u64(at + 24),
          size: table.u64(at + 32),
          link: table.u32(at + 40),
        }
      : {
          name: table.u32(at),
          type: table.u32(at + 4),
          offset: table.u32(at + 16),
          size: table.u32(at + 20),
          link: table.u32(at + 24),
        };
  });
  const strings = raw[names];
  const text = reader(strings ? piece(source, strings, most.strings) : new Uint8Array(), littleEndian);
  return raw.map((section) => ({ ...section, name: text.string(section.name) }));
}

function readSegments(source: ByteSource, header: Reader, is64: boolean, littleEndian: boolean): readonly Segment[] {
  const offset = is64 ? header.u64(32) : header.u32(28);
  const size = header.u16(is64 ? 54 : 42);
  const count = Math.min(header.u16(is64 ? 56 : 44), most.headers);
  if (size < (is64 ? 56 : 32)) return [];
  const table = reader(source(offset, size * count), littleEndian);
  return Array.from({ length: Math.floor(table.length / size) }, (_, i) => {
    const at = i * size;
    return is64
      ? { type: table.u32(at), offset: table.u64(at + 8), address: table.u64(at + 16), size: table.u64(at + 32) }
      : { type: table.u32(at), offset: table.u32(at + 4), address: table.u32(at + 8), size: table.u32(at + 16) };
  });
}

function piece(
  source: ByteSource,
  range: { readonly offset: number; readonly size: number },
  limit: number,
): Uint8Array {
  return source(range.offset, Math.min(range.size, limit));
}

function readMarkers(elf: Elf): readonly Marker[] {
  const noted = elf.sections.filter((section) => section.type === sht.note || section.name === '.note.stapsdt');
  const ranges = noted.length > 0 ? noted : elf.segments.filter((segment) => segment.type === pt.note);
  const notes = ranges.flatMap((range) => readNotes(elf, piece(elf.source, range, most.notes)));
  const dof = elf.sections
    .filter((section) => section.type === sht.dof || section.name === '.SUNW_dof')
    .flatMap((section) => parseDof(piece(elf.source, section, most.dof)));
  return [...notes, ...dof];
}

/** Notes follow each other: sizes of name and description, a type, then both, padded to four bytes. */
function readNotes(elf: Elf, bytes: Uint8Array): readonly Marker[] {
  const notes = reader(bytes, elf.littleEndian);
  const markers: Marker[] = [];
  for (let at = 0; at + 12 <= bytes.length;) {
    const nameSize = notes.u32(at);
    const descriptionSize = notes.u32(at + 4);
    const description = at + 12 + padded(nameSize);
    const next = description + padded(descriptionSize);
    if (next > bytes.length + 3) break;
    const marker = parseNote(
      notes.string(at + 12),
      notes.u32(at + 8),
      reader(bytes.subarray(description, description + descriptionSize), elf.littleEndian),
      elf.is64,
    );
    if (marker) markers.push(marker);
    at = next;
  }
  return markers;
}

function parseNote(owner: string, type: number, content: Reader, is64: boolean): Marker | undefined {
  if (owner === 'stapsdt' && type === 3) return parseSdtNote(content, is64);
  return owner === 'usdt' ? parseUsdtNote(content, type) : undefined;
}

function padded(size: number): number {
  return Math.ceil(size / 4) * 4;
}

function readDynamic(elf: Elf): Pick<Binary, 'needed' | 'searchPaths'> {
  const section = elf.sections.find((each) => each.type === sht.dynamic);
  const range = section ?? elf.segments.find((each) => each.type === pt.dynamic);
  if (!range) return { needed: [], searchPaths: [] };
  const table = reader(piece(elf.source, range, most.strings), elf.littleEndian);
  const word = elf.is64 ? 8 : 4;
  const entries: { tag: number; value: number }[] = [];
  for (let at = 0; at + 2 * word <= table.length; at += 2 * word) {
    const tag = elf.is64 ? table.u64(at) : table.u32(at);
    if (tag === 0) break;
    entries.push({ tag, value: elf.is64 ? table.u64(at + 8) : table.u32(at + 4) });
  }
  const strings = reader(dynamicStrings(elf, section, entries), elf.littleEndian);
  const texts = (wanted: number) =>
    entries.filter(({ tag }) => tag === wanted).map(({ value }) => strings.string(value));
  const paths = [...texts(dt.runpath), ...texts(dt.rpath)].flatMap((text) => text.split(':'));
  return { needed: texts(dt.needed), searchPaths: paths.filter((path) => path !== '') };
}

function dynamicStrings(
  elf: Elf,
  section: Section | undefined,
  entries: readonly { tag: number; value: number }[],
): Uint8Array {
  const linked = section ? elf.sections[section.link] : undefined;
  if (linked) return piece(elf.source, linked, most.strings);
  const address = entries.find(({ tag }) => tag === dt.strtab)?.value;
  const load = elf.segments.find(
    (each) =>
      each.type === pt.load && address !== undefined && address >= each.address && address < each.address + each.size,
  );
  if (!load || address === undefined) return new Uint8Array();
  return elf.source(load.offset + address - load.address, Math.min(load.address + load.size - address, most.strings));
}
