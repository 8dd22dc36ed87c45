// `cpython-probes hits`: runs a program under the agent, prints the report, and ends as the program did.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { HitsOptions } from '../base/arguments.ts';
import type { EndedEvent } from '../protocol.ts';
import { lcov } from '../report/lcov.ts';
import { jsonReport, type Store } from '../report/store.ts';
import { textReport } from '../report/text.ts';
import { problemWithTarget, systemReason } from '../run/check.ts';
import { defaultPython, probePython, type PythonFacts } from '../run/interpreters.ts';
import { run, type RunOutcome } from '../run/runner.ts';
import { fileSink, socketSink, streamSink, type Sink } from '../run/sink.ts';
import { fail } from './fail.ts';

export async function hits(options: HitsOptions): Promise<void> {
  const stop = new AbortController();
  let sink: Sink | undefined;
  const refuse = async (code: string, reason: string): Promise<void> => {
    fail(reason);
    if (!sink || options.events === undefined) return;
    sink.send({ type: 'diagnostic', severity: 'error', code, message: sentence(reason) });
    await sink.end(notStarted);
  };
  try {
    // The window hears also why nothing could start; a file is not touched before something does.
    if (options.events !== undefined) sink = await openSink(options, () => stop.abort());
    const problem = problemWithTarget(options.target);
    if (problem !== undefined) {
      await refuse('run/no-target', problem);
      return;
    }
    const chosen = await choosePython(options);
    if (typeof chosen === 'string') {
      await refuse('run/no-python', chosen);
      return;
    }
    sink ??= await openSink(options, () => stop.abort());
    if (options.output !== undefined && options.format !== 'ndjson') writeFileSync(options.output, '');
    await trace(options, chosen, stop.signal, sink);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const where = options.output === undefined ? 'the socket of --events' : JSON.stringify(options.output);
    fail(`${where} can't be written: ${systemReason(code)}`);
  }
}

/** The last event where nothing could run. */
const notStarted: EndedEvent = {
  type: 'ended',
  exitCode: null,
  signal: null,
  reason: 'failed',
  durationMs: 0,
  summary: { processes: 0, files: 0, lines: 0, calls: 0 },
};

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${reason.endsWith('.') ? '' : '.'}`;
}

async function trace(
  options: HitsOptions,
  python: PythonFacts,
  stop: AbortSignal,
  sink: Sink | undefined,
): Promise<void> {
  const outcome = await run(options, python, stop, {
    onEvent: (event) => sink?.send(event),
    onHits: (pid, deltas) => sink?.hits(pid, deltas),
  });
  await sink?.end(outcome.ended);
  if (!sink || options.events !== undefined) sayDiagnostics(outcome);
  if (options.format !== 'ndjson') writeReport(render(options, python, outcome.store), options.output);
  leave(outcome);
}

/** The interpreter that was named or found, or why there is none. */
async function choosePython(options: HitsOptions): Promise<PythonFacts | string> {
  const answer = options.python === undefined ? await defaultPython() : await probePython(options.python);
  if (!answer.ok) return answer.reason;
  const { supported, reason, engines, version } = answer.python;
  if (!supported) return reason ?? 'this Python cannot be traced';
  if (options.engine === 'auto' || engines.includes(options.engine)) return answer.python;
  return `Python ${version} can't count by ${options.engine}; it can by ${engines.join(' and ')}`;
}

async function openSink(options: HitsOptions, onStop: () => void): Promise<Sink | undefined> {
  if (options.events !== undefined) {
    return socketSink(options.events, process.env.CPYTHON_PROBES_EVENTS_TOKEN ?? '', onStop);
  }
  if (options.format !== 'ndjson') return undefined;
  return options.output === undefined ? streamSink(process.stdout, false) : fileSink(options.output);
}

function sayDiagnostics(outcome: RunOutcome): void {
  for (const { message, hint } of outcome.diagnostics) {
    process.stderr.write(`cpython-probes: ${message}${hint === undefined ? '' : ` ${hint}`}\n`);
  }
}

function render(options: HitsOptions, python: PythonFacts, store: Store): string {
  if (options.format === 'json') {
    return `${JSON.stringify(jsonReport({ path: python.path, version: python.version }, store), null, 2)}\n`;
  }
  const files = store.fileReports();
  if (options.format === 'lcov') return lcov(files);
  const terminal = options.output === undefined && process.stdout.isTTY && process.env.NO_COLOR === undefined;
  const report = textReport(files, {
    ...options,
    color: options.color === 'always' || (options.color === 'auto' && terminal),
    display: (file) => {
      const relative = path.relative(process.cwd(), file);
      return relative.startsWith('..') ? file : relative;
    },
    source: (file) => {
      try {
        return readFileSync(file, 'utf8');
      } catch {
        return undefined;
      }
    },
  });
  // An empty line between the program's output and ours.
  return options.output === undefined && report !== '' ? `\n${report}` : report;
}

function writeReport(text: string, output: string | undefined): void {
  if (output === undefined) process.stdout.write(text);
  else writeFileSync(output, text);
}

/** Ends as the target did: by its exit code, or by the signal that ended it. */
function leave({ ended }: RunOutcome): void {
  if (ended.reason === 'failed') return fail('the interpreter could not be started');
  if (ended.signal !== null && ended.reason !== 'stopped') {
    process.stdout.write('', () => process.kill(process.pid, ended.signal as NodeJS.Signals));
  } else process.exitCode = ended.exitCode ?? (ended.reason === 'stopped' ? 0 : 1);
}
