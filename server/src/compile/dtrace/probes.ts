// Which of the engine's probes a D probe description names. Descriptions are patterns in each of their four parts
// (DTrace's manual, chapter "Program Structure"); the probes of this engine are dtrace's three, timers, and CPython's
// markers under the provider pythonPID. Descriptions of any other provider are refused, never silently empty.
import { cpythonProbes, dtraceName } from '../../catalogue/index.ts';
import type { ProbeDescription } from '../../languages/dtrace/syntax.ts';
import type { EngineProbe, ProbePoint, Refusal } from '../ir.ts';

export interface ProbeSurroundings {
  /** The process that `$target` stands for is known only to the runner; here it only has to be there. */
  readonly hasTarget: boolean;
  /** `-Z`: descriptions may match nothing. */
  readonly zdefs: boolean;
  /** Replaces `$1`, `$$1` and the like in a description. */
  readonly macro: (text: string) => string;
}

export type ResolvedProbes =
  { readonly ok: true; readonly points: readonly ProbePoint[] } | { readonly ok: false; readonly refusal: Refusal };

interface Candidate {
  readonly provider: string;
  readonly name: string;
  readonly probe: EngineProbe;
}

const fixed: readonly Candidate[] = [
  { provider: 'dtrace', name: 'BEGIN', probe: { kind: 'begin' } },
  { provider: 'dtrace', name: 'END', probe: { kind: 'end' } },
  { provider: 'dtrace', name: 'ERROR', probe: { kind: 'error' } },
];

/** CPython's markers that some version fires; those that none fires are refused with the reason. */
const markers = cpythonProbes.filter((probe) => probe.present.length > 0);

const units: Readonly<Record<string, number>> = {
  ns: 1, nsec: 1, us: 1e3, usec: 1e3, ms: 1e6, msec: 1e6, s: 1e9, sec: 1e9, m: 6e10, min: 6e10,
  h: 3.6e12, hour: 3.6e12, d: 8.64e13, day: 8.64e13,
}; // prettier-ignore

/** Nanoseconds between firings of `tick-…` and `profile-…`: a rate in hertz, or a time with a unit. */
export function timerPeriod(text: string): number | undefined {
  const match = /^(\d+)([a-z]*)$/i.exec(text);
  if (!match) return undefined;
  const count = Number(match[1]);
  const unit = (match[2] ?? '').toLowerCase();
  if (count === 0) return undefined;
  if (unit === '' || unit === 'hz') return Math.round(1e9 / count);
  const size = units[unit];
  return size === undefined ? undefined : count * size;
}

/** The engine's probes that a description matches. */
export function resolveDescription(description: ProbeDescription, around: ProbeSurroundings): ResolvedProbes {
  const part = (each: ProbeDescription['provider']): string => around.macro(each?.text ?? '');
  const provider = part(description.provider);
  const module = part(description.module);
  const functionName = part(description.function);
  const name = part(description.name);
  const point = ({ provider: own, name: ownName, probe }: Candidate): ProbePoint => ({
    probe,
    provider: own,
    module: '',
    function: '',
    name: ownName,
    span: description,
  });
  const timer = timerOf(provider, name, module, functionName);
  if (timer) return { ok: true, points: [point(timer)] };
  const own =
    module === '' && functionName === ''
      ? fixed.filter((each) => glob(provider, each.provider) && glob(name, each.name))
      : [];
  const process = pythonProcess(provider);
  const python = process === undefined ? [] : markers.filter((each) => glob(name, dtraceName(each.name)));
  const points = [
    ...own,
    ...python.map((each): Candidate => ({
      provider: 'python',
      name: dtraceName(each.name),
      probe: { kind: 'marker', name: each.name, ...(process === 'any' ? {} : { process: process ?? 'target' }) },
    })),
  ].map(point);
  if (points.length > 0) return { ok: true, points };
  if (description.number !== undefined && fixed[Number(description.number) - 1]) {
    const found = fixed[Number(description.number) - 1];
    if (found) return { ok: true, points: [point(found)] };
  }
  if (process !== undefined && around.zdefs) return { ok: true, points: [] };
  return { ok: false, refusal: refusalOf(description, provider, name, process !== undefined) };
}

/** `tick-1s`, `profile:::tick-1s`, `profile-997`. */
function timerOf(provider: string, name: string, module: string, functionName: string): Candidate | undefined {
  if ((provider !== '' && !glob(provider, 'profile')) || module !== '' || functionName !== '') return undefined;
  const match = /^(tick|profile)-(.*)$/.exec(name);
  const period = match ? timerPeriod(match[2] ?? '') : undefined;
  if (!match || period === undefined) return undefined;
  return { provider: 'profile', name, probe: { kind: 'timer', nanoseconds: period, perCpu: match[1] === 'profile' } };
}

/** Which processes a provider's pattern asks for, if it can be CPython's provider at all. */
function pythonProcess(provider: string): 'target' | 'any' | number | undefined {
  if (provider === 'python$target') return 'target';
  const number = /^python(\d+)$/.exec(provider)?.[1];
  if (number !== undefined) return Number(number);
  return provider === '' || /[*?[]/.test(provider) ? (glob(provider, 'python12345') ? 'any' : undefined) : undefined;
}

/** DTrace's patterns: `*`, `?`, `[…]`, and nothing, which matches everything. */
export function glob(pattern: string, text: string): boolean {
  if (pattern === '' || pattern === '*') return true;
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replaceAll('[!', '[^');
  try {
    return new RegExp(`^(?:${source})$`, 's').test(text);
  } catch {
    return pattern === text;
  }
}

function refusalOf(description: ProbeDescription, provider: string, name: string, isPython: boolean): Refusal {
  if (isPython) {
    return {
      span: description.name ?? description,
      code: 'run/no-probe',
      message: `No probe of CPython matches ${description.text}: there is no ${name === '' ? 'such probe' : `probe ${name}`}.`,
      hint: `CPython's probes are ${markers.map((each) => dtraceName(each.name)).join(', ')}.`,
    };
  }
  return {
    span: description,
    code: 'run/needs-dtrace',
    message: `The embedded engine can't fire ${description.text}: ${provider === '' ? 'it' : `the provider ${provider}`} is not CPython's, dtrace's or profile's.`,
    hint: 'Run it with --backend=dtrace, as root, on a machine that has DTrace.',
  };
}
