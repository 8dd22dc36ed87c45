// DOF, the DTrace object format: what a program built with DTrace's own probes carries on macOS, FreeBSD and illumos.
// Of it we read providers and probes with their arguments' C types. Layout: `struct dof_hdr`, `dof_sec`,
// `dof_provider` and `dof_probe` of <sys/dtrace.h>.
import { reader, type Reader } from './bytes.ts';
import type { Marker, MarkerArgument } from './markers.ts';

const sectionType = { provider: 15 };
const mostSections = 10_000;
const mostProbes = 10_000;

interface Section {
  readonly type: number;
  readonly entrySize: number;
  readonly offset: number;
  readonly size: number;
}

/** The markers in one DOF object, or in several that follow each other. */
export function parseDof(bytes: Uint8Array): readonly Marker[] {
  const markers: Marker[] = [];
  let rest = bytes;
  while (rest.length >= 64 && rest[0] === 0x7f && rest[1] === 0x44 && rest[2] === 0x4f && rest[3] === 0x46) {
    const dof = reader(rest, rest[5] !== 2);
    markers.push(...parseObject(dof));
    const size = dof.u64(40);
    if (size < 64 || size >= rest.length) break;
    rest = rest.subarray(size);
  }
  return markers;
}

function parseObject(dof: Reader): readonly Marker[] {
  const size = dof.u32(24);
  const count = Math.min(dof.u32(28), mostSections);
  const table = dof.u64(32);
  if (size < 32) return [];
  const sections = Array.from({ length: count }, (_, i): Section => {
    const at = table + i * size;
    return { type: dof.u32(at), entrySize: dof.u32(at + 12), offset: dof.u64(at + 16), size: dof.u64(at + 24) };
  });
  return sections
    .filter((section) => section.type === sectionType.provider)
    .flatMap((section) => parseProvider(dof, sections, section.offset));
}

function parseProvider(dof: Reader, sections: readonly Section[], at: number): readonly Marker[] {
  const strings = sections[dof.u32(at)];
  const probes = sections[dof.u32(at + 4)];
  if (!strings || !probes) return [];
  const text = (index: number) => (index < strings.size ? dof.string(strings.offset + index) : '');
  const provider = text(dof.u32(at + 16));
  const entrySize = Math.max(probes.entrySize, 32);
  const count = Math.min(Math.floor(probes.size / entrySize), mostProbes);
  return Array.from({ length: count }, (_, i) => probes.offset + i * entrySize).flatMap((probe): readonly Marker[] => {
    const name = text(dof.u32(probe + 12));
    if (name === '' || provider === '') return [];
    const places = dof.u16(probe + 34) || 1;
    // DOF has no semaphores but "is enabled" places, which serve the same end.
    const semaphore = entrySize >= 48 && dof.u16(probe + 40) > 0;
    const types = nativeTypes(text, dof.u32(probe + 16), dof.u8(probe + 32));
    return [{ provider, name: name.replaceAll('-', '__'), arguments: types, semaphore, places }];
  });
}

/** The C types of a probe's arguments lie one after the other in the string table. */
function nativeTypes(text: (index: number) => string, first: number, count: number): readonly MarkerArgument[] {
  const types: MarkerArgument[] = [];
  let at = first;
  for (let i = 0; i < count; i++) {
    const type = text(at);
    at += new TextEncoder().encode(type).length + 1;
    types.push({ operand: '', type });
  }
  return types;
}
