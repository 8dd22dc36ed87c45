// Probe points: the ones that a written one stands for (`{a,b}` spread out), and what they match: SystemTap's own probe
// points and the aliases of tapsets (from the catalogue), and the aliases of this file and of the workspace's tapsets.
import type { Span } from '../../base/text.ts';
import { stapPointTree, type PointNode, type StapVariable } from '../../catalogue/systemtap.ts';
import { matchesGlob } from './condition.ts';
import type { Alias, Component, Expression, ProbePoint, StapTree } from './syntax.ts';

/** A probe point with its braces resolved. */
export interface FlatPoint {
  readonly components: readonly Component[];
  readonly suffix: ProbePoint['suffix'];
  readonly conditions: readonly Expression[];
  /** The probe point that was written. */
  readonly point: ProbePoint;
}

/** More than this many points out of one would be a mistake; the rest is left out. */
const mostPoints = 2000;

export function flattenPoint(point: ProbePoint): readonly FlatPoint[] {
  const { components } = point;
  if (components.every((component) => component.kind === 'component')) {
    return [{ components, suffix: point.suffix, conditions: point.condition ? [point.condition] : [], point }];
  }
  let flat: FlatPoint[] = [{ components: [], suffix: '', conditions: [], point }];
  for (const component of point.components) {
    const tails: readonly Pick<FlatPoint, 'components' | 'suffix' | 'conditions'>[] =
      component.kind === 'component'
        ? [{ components: [component], suffix: '', conditions: [] }]
        : component.points.flatMap(flattenPoint);
    flat = flat.flatMap((head) =>
      tails.map((tail) => ({
        components: [...head.components, ...tail.components],
        suffix: tail.suffix,
        conditions: [...head.conditions, ...tail.conditions],
        point,
      })),
    );
    if (flat.length > mostPoints) flat.length = mostPoints;
  }
  return flat.map((each) => ({
    ...each,
    suffix: point.suffix === '' ? each.suffix : point.suffix,
    conditions: point.condition ? [...each.conditions, point.condition] : each.conditions,
  }));
}

/** `process("/bin/x").mark("y")` */
export function pointText(components: readonly Component[], text: string): string {
  return components.map((component) => text.slice(component.start, component.end)).join('.');
}

/** An alias that a script or a library script defines. */
export interface AliasEntry {
  readonly name: string;
  readonly parts: readonly string[];
  /** Where the name stands in its file. */
  readonly span: Span;
  readonly alias: Alias;
  readonly tree: StapTree;
}

export function aliasEntries(tree: StapTree): readonly AliasEntry[] {
  const entries: AliasEntry[] = [];
  for (const alias of tree.declarations) {
    if (alias.kind !== 'alias') continue;
    for (const point of alias.names) {
      const parts = point.components.map((component) => (component.kind === 'component' ? component.name : ''));
      entries.push({ name: parts.join('.'), parts, span: { start: point.start, end: point.end }, alias, tree });
    }
  }
  return entries;
}

export type Resolution =
  | {
      readonly ok: true;
      /** Aliases of scripts, with the components that follow their names. */
      readonly aliases: readonly { readonly entry: AliasEntry; readonly rest: readonly Component[] }[];
      /** The variables of each alias of the snapshot that matches. */
      readonly given: readonly (readonly StapVariable[])[];
      /** SystemTap's own probe point is among what matches. */
      readonly builtin: boolean;
    }
  | {
      readonly ok: false;
      readonly problem: 'mismatch' | 'truncated' | 'suffix' | 'wildcard' | 'argument';
      /** The component that is wrong. */
      readonly index: number;
      /** Names that could stand there. */
      readonly follow: readonly string[];
    };

/** Probe points of builds of stap with Java, Python or instruction tracing, which the snapshot's has not. */
const otherBuilds =
  /^(?:java\([^)]*\)\.class\(string\)\.method\(string\)(?:\.return)?|python[23]\.module\(string\)\.function\(string\)(?:\.(?:call|return))?|kernel\.mark\(string\)(?:\.format\(string\))?|process(?:\([^)]*\))?\.insn(?:\.block)?|input\.char|lsm\..*|debuginfod\..*|kernel\.trace\(string\)\.return|module\(string\)\.trace\(string\))$/;

/** Components that can follow any alias's name, because they follow what it stands for. */
const suffixes: ReadonlySet<string> = new Set([
  'call',
  'return',
  'exported',
  'inline',
  'maxactive',
  'nearest',
  'callee',
  'callees',
  'label',
  'randomize',
  'absolute',
  'begin',
  'end',
  'maxsize',
  'umask',
  'read',
  'write',
  'priority',
  'length',
  'counter',
  'hz',
  'sample',
  'process',
  'mark',
  'function',
  'statement',
  'provider',
  'library',
  'plt',
  'thread',
  'syscall',
  'data',
  'rw',
]);

type ArgumentKind = 'none' | 'string' | 'number' | 'unknown';
function argumentKind(component: Component): ArgumentKind {
  switch (component.argument?.kind) {
    case undefined:
      return component.unknown === true ? 'unknown' : 'none';
    case 'string':
      return 'string';
    case 'number':
      return 'number';
    default:
      return component.argument?.kind === 'argument' && component.argument.form === 'string' ? 'string' : 'unknown';
  }
}

const isPattern = (name: string): boolean => /[*?[]/.test(name);

/** What `process(string)` is the key of: its name and its argument's kind. */
function splitKey(key: string): readonly [string, ArgumentKind] {
  const open = key.indexOf('(');
  return open < 0 ? [key, 'none'] : [key.slice(0, open), key.slice(open + 1, -1) as ArgumentKind];
}

function childrenOf(nodes: readonly PointNode[], component: Component): readonly PointNode[] {
  const kind = argumentKind(component);
  const { name } = component;
  const found: PointNode[] = [];
  for (const node of nodes) {
    if (!isPattern(name) && kind !== 'unknown') {
      const child = node.children.get(kind === 'none' ? name : `${name}(${kind})`);
      if (child) found.push(child);
      continue;
    }
    for (const [key, child] of node.children) {
      const [own, takes] = splitKey(key);
      if ((kind === 'unknown' ? takes !== 'none' : takes === kind) && matchesGlob(own, name)) found.push(child);
    }
  }
  return found;
}

/** Whether the component is a script argument as a whole: it may stand for any probe point. */
const isUnknown = (component: Component | undefined): boolean => component?.unknown === true;

/** Aliases of scripts by the first component of their names. */
export type AliasIndex = ReadonlyMap<string, readonly AliasEntry[]>;

export function indexAliases(entries: readonly AliasEntry[]): AliasIndex {
  const index = new Map<string, AliasEntry[]>();
  for (const entry of entries) {
    const first = entry.parts[0] ?? '';
    const list = index.get(first);
    if (list) list.push(entry);
    else index.set(first, [entry]);
  }
  return index;
}

export function resolvePoint(components: readonly Component[], own: readonly AliasIndex[]): Resolution {
  const given: (readonly StapVariable[])[] = [];
  if (components.some(isUnknown)) return { ok: true, aliases: [], given, builtin: true };
  const aliases = matchingAliases(components, own);
  let nodes: readonly PointNode[] = [stapPointTree()];
  for (const [index, component] of components.entries()) {
    if (component.name === '') return { ok: true, aliases, given, builtin: true };
    if (component.name.includes('**')) return { ok: true, aliases, given, builtin: false };
    const next = childrenOf(nodes, component);
    if (next.length > 0) {
      nodes = next;
      continue;
    }
    if (aliases.length > 0) return { ok: true, aliases, given, builtin: false };
    if (otherBuilds.test(keyOf(components))) return { ok: true, aliases, given, builtin: true };
    const ended = nodes.filter((node) => node.alias);
    if (ended.length > 0 && suffixes.has(component.name)) {
      return { ok: true, aliases, given: ended.map((node) => node.alias ?? []), builtin: false };
    }
    const follow = [...new Set(nodes.flatMap((node) => [...node.children.keys()]))];
    const sameName = follow.some((key) => splitKey(key)[0] === component.name);
    const problem = isPattern(component.name)
      ? 'wildcard'
      : sameName
        ? 'argument'
        : ended.length > 0 || nodes.some((node) => node.complete)
          ? 'suffix'
          : 'mismatch';
    return { ok: false, problem, index, follow };
  }
  // A tapset that was read says more than the snapshot of the same one.
  const isRead = aliases.some(({ rest }) => rest.length === 0) && !components.some(({ name }) => isPattern(name));
  for (const node of nodes) if (node.alias && !isRead) given.push(node.alias);
  const builtin = nodes.some((node) => node.complete && !node.alias);
  if (builtin || given.length > 0 || aliases.length > 0) return { ok: true, aliases, given, builtin };
  const follow = [...new Set(nodes.flatMap((node) => [...node.children.keys()]))];
  return { ok: false, problem: 'truncated', index: components.length - 1, follow };
}

const keyOf = (components: readonly Component[]): string =>
  components
    .map((component) => {
      const kind = argumentKind(component);
      return kind === 'none' ? component.name : `${component.name}(${kind})`;
    })
    .join('.');

function matchingAliases(
  components: readonly Component[],
  own: readonly AliasIndex[],
): { entry: AliasEntry; rest: readonly Component[] }[] {
  const found: { entry: AliasEntry; rest: readonly Component[] }[] = [];
  const first = components[0]?.name ?? '';
  const pattern = isPattern(first);
  const candidates = pattern
    ? own.flatMap((index) => [...index.values()].flat())
    : own.flatMap((index) => index.get(first) ?? []);
  for (const entry of candidates) {
    if (entry.parts.length > components.length) continue;
    const same = entry.parts.every((part, i) => {
      const component = components[i];
      if (component === undefined || component.argument) return false;
      return isPattern(component.name) ? matchesGlob(part, component.name) : part === component.name;
    });
    if (same) found.push({ entry, rest: components.slice(entry.parts.length) });
  }
  // `a.b.return` is the alias of that name, and only without one `a.b` with a suffix.
  const shortest = Math.min(...found.map(({ rest }) => rest.length));
  return found.filter(({ rest }) => rest.length === shortest);
}

/** The names nearest to a misspelt one, best first. */
export function nearest(name: string, names: Iterable<string>, most = 3): readonly string[] {
  const scored: { readonly name: string; readonly distance: number }[] = [];
  const limit = Math.max(2, Math.ceil(name.length / 3));
  for (const other of new Set(names)) {
    if (Math.abs(other.length - name.length) > limit) continue;
    const distance = editDistance(name.toLowerCase(), other.toLowerCase(), limit);
    if (distance <= limit) scored.push({ name: other, distance });
  }
  return scored
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map((each) => each.name);
}

function editDistance(a: string, b: string, limit: number): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const value = Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      next.push(value);
      if (value < best) best = value;
    }
    if (best > limit) return limit + 1;
    row = next;
  }
  return row[b.length] ?? 0;
}
