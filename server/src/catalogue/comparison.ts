// What an interpreter has, against what its manual promises and its version should have: the one place that says so,
// for the command `probes` and for the diagnostics.
import {
  cpythonProbe,
  cpythonProbes,
  faultsIn,
  hasProbe,
  isDocumented,
  type CPythonProbe,
  type ProbeFault,
} from './cpython.ts';
import type { Marker } from './notes/markers.ts';

export interface ProbeStatus {
  /** In SystemTap's spelling. */
  readonly name: string;
  /** What we know of it; absent for a marker that no CPython declares. */
  readonly probe?: CPythonProbe;
  /** The marker as it stands in the binary; absent if it is not there. */
  readonly marker?: Marker;
  /** The manual of this version describes it. */
  readonly promised: boolean;
  /** A build --with-dtrace of this version should have it. */
  readonly expected: boolean;
  /** Of those that are there: what is known to be wrong with them. */
  readonly faults: readonly ProbeFault[];
}

/** All probes that are there, promised or expected, in the catalogue's order; without a version, those that are there. */
export function compareProbes(version: string | undefined, markers: readonly Marker[]): readonly ProbeStatus[] {
  const there = new Map(markers.map((marker) => [marker.name, marker]));
  const known = cpythonProbes.flatMap((probe): readonly ProbeStatus[] => {
    const marker = there.get(probe.name);
    const promised = version !== undefined && isDocumented(probe, version);
    const expected = version !== undefined && hasProbe(probe, version);
    if (!marker && !promised && !expected) return [];
    const faults = marker && version !== undefined ? faultsIn(probe, version) : [];
    return [{ name: probe.name, probe, ...(marker ? { marker } : {}), promised, expected, faults }];
  });
  const strange = markers
    .filter((marker) => !cpythonProbe(marker.name))
    .map((marker): ProbeStatus => ({ name: marker.name, marker, promised: false, expected: false, faults: [] }));
  return [...known, ...strange];
}

/** Why none of the markers is there, or undefined if some are. */
export function whyNoMarkers(
  markers: readonly Marker[],
  withDtrace: boolean | undefined,
  implementation: string | undefined,
): string | undefined {
  if (markers.length > 0) return undefined;
  if (implementation !== undefined && implementation !== 'cpython') return `${implementation} has no markers`;
  if (withDtrace === true) return 'it was configured --with-dtrace, and yet contains no marker';
  return 'it was built without markers (configure --with-dtrace)';
}
