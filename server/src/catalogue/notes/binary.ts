// The markers of an executable or library, whatever its format: notes in ELF, DOF in ELF and Mach-O.
import type { ByteSource } from './bytes.ts';
import { readElf } from './elf.ts';
import { readMachO } from './macho.ts';
import type { Binary, Marker } from './markers.ts';

/** Reads what a binary says about its markers. Never throws: what can't be understood is left out. */
export function readBinary(source: ByteSource): Binary {
  const found = readElf(source) ?? readMachO(source);
  if (!found) return { format: 'other', markers: [], needed: [], searchPaths: [] };
  return { ...found, markers: merge(found.markers) };
}

function merge(markers: readonly Marker[]): readonly Marker[] {
  const byName = new Map<string, Marker>();
  for (const marker of markers) {
    const key = `${marker.provider}:${marker.name}`;
    const first = byName.get(key);
    if (!first) byName.set(key, marker);
    else {
      const better = first.places === 0 ? marker : first;
      const semaphore = first.semaphore || marker.semaphore;
      byName.set(key, { ...better, semaphore, places: first.places + marker.places });
    }
  }
  return [...byName.values()].filter((marker) => marker.places > 0);
}
