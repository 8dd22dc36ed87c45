// The report of `cpython-probes probes`: for each interpreter what is there, what its manual promises, and what to do
// about the difference. Text for people, and the same as data.
import { compareProbes, whyNoMarkers, type ProbeStatus } from '../catalogue/comparison.ts';
import { argumentsIn, dtraceName, presence } from '../catalogue/cpython.ts';
import type { Marker } from '../catalogue/notes/markers.ts';

/** An interpreter as the report needs it. */
export interface Interpreter {
  readonly python: string;
  readonly binary: string;
  readonly kind: 'executable' | 'library';
  readonly markers: readonly Marker[];
  readonly version?: string;
  readonly withDtrace?: boolean;
  readonly implementation?: string;
}

/** docs/probes.schema.json describes it. */
export interface ProbesReport {
  readonly python: string;
  readonly version: string | null;
  readonly implementation: string | null;
  readonly binary: string;
  readonly kind: 'executable' | 'library';
  readonly withDtrace: boolean | null;
  readonly probes: readonly {
    readonly name: string;
    readonly dtraceName: string;
    readonly there: boolean;
    readonly promised: boolean;
    readonly versions: string | null;
    readonly arguments: readonly { readonly name: string; readonly type: string }[];
    readonly places: number;
    readonly semaphore: boolean;
    readonly faults: readonly string[];
  }[];
  readonly advice: readonly string[];
}

export function probesReport(interpreter: Interpreter): ProbesReport {
  const statuses = compareProbes(interpreter.version, interpreter.markers);
  return {
    python: interpreter.python,
    version: interpreter.version ?? null,
    implementation: interpreter.implementation ?? null,
    binary: interpreter.binary,
    kind: interpreter.kind,
    withDtrace: interpreter.withDtrace ?? null,
    probes: statuses.map((status) => ({
      name: status.name,
      dtraceName: dtraceName(status.name),
      there: status.marker !== undefined,
      promised: status.promised,
      versions: status.probe ? presence(status.probe) : null,
      arguments: argumentsOf(status, interpreter.version),
      places: status.marker?.places ?? 0,
      semaphore: status.marker?.semaphore ?? false,
      faults: status.faults.map((fault) => fault.text),
    })),
    advice: advice(interpreter, statuses),
  };
}

/** As many arguments as the marker has where it is there, else as many as its version should have. */
function argumentsOf(status: ProbeStatus, version: string | undefined): readonly { name: string; type: string }[] {
  const known = status.probe ? argumentsIn(status.probe, version) : [];
  const all = status.probe?.arguments ?? [];
  const count = status.marker?.arguments.length ?? known.length;
  return Array.from({ length: count }, (_, i) => ({
    name: all[i]?.name ?? `argument ${i + 1}`,
    type: all[i]?.type ?? status.marker?.arguments[i]?.type ?? 'unknown',
  }));
}

function advice(interpreter: Interpreter, statuses: readonly ProbeStatus[]): readonly string[] {
  const missing = statuses.filter((status) => status.promised && !status.marker).map((status) => status.name);
  const manual = `The manual of ${minor(interpreter.version ?? '')} describes ${listed(missing)}`;
  const instead = '`cpython-probes hits SCRIPT` counts its lines and calls without them.';
  const none = whyNoMarkers(interpreter.markers, interpreter.withDtrace, interpreter.implementation);
  if (none !== undefined) {
    return [...(missing.length > 0 ? [`${manual}.`] : []), `No tracer finds a probe here: ${none}. ${instead}`];
  }
  if (missing.length === 0) return [];
  const [which, them] = missing.length === 1 ? ['which is', 'it'] : ['which are', 'them'];
  return [`${manual}, ${which} not in this interpreter: scripts on ${them} print nothing. ${instead}`];
}

/** How a script names the interpreter's markers: a line each for DTrace and SystemTap. */
export function usage(interpreter: Interpreter): readonly [tracer: string, text: string][] {
  const marker = compareProbes(interpreter.version, interpreter.markers).find((status) => status.marker)?.marker;
  if (!marker) return [];
  const library = interpreter.kind === 'library' ? `.library("${interpreter.binary}")` : '';
  const program = interpreter.kind === 'library' ? interpreter.python : interpreter.binary;
  return [
    ['DTrace', `python$target:::${dtraceName(marker.name)}`],
    ['SystemTap', `process("${program}")${library}.mark("${marker.name}")`],
  ];
}

const columns = 92;

/** The report as text, one block an interpreter. */
export function probesText(interpreters: readonly Interpreter[], color: boolean): string {
  return interpreters.map((interpreter) => block(interpreter, color)).join('\n');
}

function block(interpreter: Interpreter, color: boolean): string {
  const paint = (code: string, text: string) => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
  const report = probesReport(interpreter);
  const lines = [paint('1', `${interpreter.python}: ${describe(interpreter)}, ${counted(interpreter.markers.length)}`)];
  if (interpreter.binary !== interpreter.python) lines.push(paint('2', `  in ${interpreter.binary}`));
  if (interpreter.markers.length > 0) {
    const width = Math.max(...report.probes.map((probe) => probe.name.length));
    for (const probe of report.probes) {
      const head = probe.there ? paint('32', '  yes') : paint('31', '   no');
      lines.push(`${head}  ${probe.name.padEnd(width)}  ${remark(probe, paint)}`.trimEnd());
      for (const fault of probe.faults.flatMap((text) => wrap(text, columns - 9))) {
        lines.push(`       ${paint('33', fault)}`);
      }
    }
    lines.push('', ...usage(interpreter).map(([tracer, text]) => `  ${tracer.padEnd(9)}  ${text}`));
  }
  if (report.advice.length > 0) lines.push('', ...report.advice.flatMap((sentence) => wrap(sentence, columns)));
  return `${lines.join('\n')}\n`;
}

function remark(probe: ProbesReport['probes'][number], paint: (code: string, text: string) => string): string {
  const given = probe.arguments.map((each) => each.name).join(', ');
  if (probe.there)
    return probe.promised || probe.versions === null ? given : `${given}  ${paint('2', 'not in the manual')}`;
  return paint('2', `in CPython ${probe.versions ?? ''}${probe.promised ? '; the manual describes it' : ''}`);
}

function describe({ version, implementation }: Interpreter): string {
  const name = implementation === undefined || implementation === 'cpython' ? 'CPython' : implementation;
  return version === undefined ? name : `${name} ${version}`;
}

function counted(count: number): string {
  return count === 0 ? 'no probes' : `${count} ${count === 1 ? 'probe' : 'probes'}`;
}

function minor(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
