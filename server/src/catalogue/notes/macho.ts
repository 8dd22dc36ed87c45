// Mach-O, as far as markers go: the `__dof_…` sections that macOS' linker makes of a program's DTrace probes, and the
// libraries that it asks for. Thin and universal files, 32 and 64 bit. Layout: <mach-o/loader.h>, <mach-o/fat.h>.
import { reader, type ByteSource } from './bytes.ts';
import { parseDof } from './dof.ts';
import type { Binary, Marker } from './markers.ts';

const command = { segment: 0x1, segment64: 0x19, loadDylib: 0xc, weakDylib: 0x80000018, rpath: 0x8000001c };
const mostCommands = 2 * 1024 * 1024;
const mostDof = 8 * 1024 * 1024;

/** Undefined if the file is not Mach-O. Of a universal file the first architecture that has markers is read. */
export function readMachO(source: ByteSource): Binary | undefined {
  const start = reader(source(0, 4096), false);
  const magic = start.u32(0);
  if (magic !== 0xcafebabe && magic !== 0xcafebabf) return readThin(source, 0);
  // A Java class file begins the same way; its second word is a version, far above any count of architectures.
  const count = start.u32(4);
  if (count > 32) return undefined;
  const wide = magic === 0xcafebabf;
  const found = Array.from({ length: count }, (_, i) => {
    const at = 8 + i * (wide ? 32 : 20);
    return readThin(source, wide ? start.u64(at + 8) : start.u32(at + 8));
  }).filter((each) => each !== undefined);
  return found.find((each) => each.markers.length > 0) ?? found[0];
}

function readThin(source: ByteSource, base: number): Binary | undefined {
  const magic = reader(source(base, 4), true).u32(0);
  const wide = magic === 0xfeedfacf || magic === 0xcffaedfe;
  if (!wide && magic !== 0xfeedface && magic !== 0xcefaedfe) return undefined;
  const littleEndian = magic === 0xfeedfacf || magic === 0xfeedface;
  const header = reader(source(base, 32), littleEndian);
  const first = wide ? 32 : 28;
  const commands = reader(source(base + first, Math.min(header.u32(20), mostCommands)), littleEndian);
  const markers: Marker[] = [];
  const needed: string[] = [];
  const searchPaths: string[] = [];
  for (let at = 0; at + 8 <= commands.length;) {
    const kind = commands.u32(at);
    const size = commands.u32(at + 4);
    if (size < 8) break;
    if (kind === command.segment || kind === command.segment64) {
      for (const { offset, length } of dofSections(commands, at, kind === command.segment64)) {
        markers.push(...parseDof(source(base + offset, Math.min(length, mostDof))));
      }
    } else if (kind === command.loadDylib || kind === command.weakDylib) {
      needed.push(commands.string(at + commands.u32(at + 8)));
    } else if (kind === command.rpath) searchPaths.push(commands.string(at + commands.u32(at + 8)));
    at += size;
  }
  return { format: 'mach-o', markers, needed, searchPaths };
}

function dofSections(
  commands: ReturnType<typeof reader>,
  at: number,
  wide: boolean,
): { offset: number; length: number }[] {
  const count = Math.min(commands.u32(at + (wide ? 64 : 48)), 1024);
  const size = wide ? 80 : 68;
  return Array.from({ length: count }, (_, i) => at + (wide ? 72 : 56) + i * size)
    .filter((section) => commands.string(section).startsWith('__dof'))
    .map((section) => ({
      offset: commands.u32(section + (wide ? 48 : 40)),
      length: wide ? commands.u64(section + 40) : commands.u32(section + 36),
    }));
}
