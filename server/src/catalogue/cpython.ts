// CPython's markers: which versions contain them, which manuals promise them, what their arguments mean, and where a
// version's markers are known to be wrong. A version is what `sys.version_info` begins with: `3.11`, `3.15.2`.
// Names are in SystemTap's spelling (`function__entry`); DTrace writes `-` for `__`.
import probeData from '../../data/cpython/probes.json' with { type: 'json' };

export interface ProbeArgument {
  readonly name: string;
  /** The C type in the traced program: a string has to be copied before it can be read. */
  readonly type: 'const char *' | 'int' | 'long' | 'void *';
  readonly doc: string;
  /** The first version that passes it; absent: all that have the probe. */
  readonly since?: string;
}

/** Versions from and to, both included; without `to`, up to now. */
export interface VersionRange {
  readonly from: string;
  readonly to?: string;
}

export interface ProbeFault extends VersionRange {
  readonly to: string;
  /** `needs`: fires only while the marker `other` is armed too. */
  readonly kind: 'needs' | 'generators' | 'spurious' | 'line';
  readonly other?: string;
  readonly text: string;
  readonly source?: string;
}

export interface CPythonProbe {
  readonly name: string;
  /** Markdown. */
  readonly doc: string;
  readonly arguments: readonly ProbeArgument[];
  readonly present: readonly VersionRange[];
  /** Declared in the sources of these versions, and never fired. */
  readonly declared?: readonly VersionRange[];
  /** The versions whose manual describes it. */
  readonly documented: readonly VersionRange[];
  /** Why versions between others lack it. */
  readonly gap?: string;
  /** Fires so often that a predicate is wanted. */
  readonly frequent?: boolean;
  readonly faults?: readonly ProbeFault[];
  readonly sources: readonly string[];
}

export const cpythonProbes = probeData.records as readonly CPythonProbe[];

const byName = new Map(cpythonProbes.map((probe) => [probe.name, probe]));

/** A probe by its name in either spelling: `function__entry`, `function-entry`. */
export function cpythonProbe(name: string): CPythonProbe | undefined {
  return byName.get(systemtapName(name));
}

/** `function-entry` → `function__entry`. */
export function systemtapName(name: string): string {
  return name.replaceAll('-', '__');
}

/** `function__entry` → `function-entry`. */
export function dtraceName(name: string): string {
  return name.replaceAll('__', '-');
}

/** Whether a build `--with-dtrace` of this version contains the marker. */
export function hasProbe(probe: CPythonProbe, version: string): boolean {
  return within(probe.present, version);
}

/** Whether this version's manual describes the marker. */
export function isDocumented(probe: CPythonProbe, version: string): boolean {
  return within(probe.documented, version);
}

/** What the marker passes in this version; without a version, what it passes in any. */
export function argumentsIn(probe: CPythonProbe, version?: string): readonly ProbeArgument[] {
  return version === undefined
    ? probe.arguments
    : probe.arguments.filter((each) => each.since === undefined || compareVersions(version, each.since) >= 0);
}

/** What is known to be wrong with the marker in this version. */
export function faultsIn(probe: CPythonProbe, version: string): readonly ProbeFault[] {
  return (probe.faults ?? []).filter((fault) => within([fault], version));
}

/** `3.6 to 3.11 and from 3.15`, or `no version`. */
export function presence(probe: CPythonProbe): string {
  const words = probe.present.map(({ from, to }) => {
    if (to === undefined) return `from ${from}`;
    return from === to ? from : `${from} to ${to}`;
  });
  return words.length === 0 ? 'no version' : words.join(' and ');
}

/** Compares major and minor, as `sys.version_info[:2]` would: negative if `a` is the older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map((part) => Number.parseInt(part, 10) || 0));
  return (left?.[0] ?? 0) - (right?.[0] ?? 0) || (left?.[1] ?? 0) - (right?.[1] ?? 0);
}

function within(ranges: readonly VersionRange[], version: string): boolean {
  return ranges.some(
    ({ from, to }) => compareVersions(version, from) >= 0 && (to === undefined || compareVersions(version, to) <= 0),
  );
}
