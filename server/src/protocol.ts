// The one file that the client and the server side share: the events of a run, as NDJSON.
//
// `cpython-probes hits --format=ndjson` writes one RunEvent a line; with `--events ADDRESS` it writes them to a
// private local socket instead and reads RunCommand lines from it, so that the target keeps the terminal.
// Invariants: `started` is first and comes once, except where nothing could start: then a `diagnostic` says why;
// `ended` is last and comes once, whatever happens in between; the counts in `hits` are deltas, and their sum is the
// report. Paths are absolute. Lines count from 1.

/** The version of this protocol; `started` carries it. */
export const protocolVersion = 1;

/** How the agent counts in a process, the fastest exact way that the interpreter allows. */
export type Engine = 'injection' | 'monitoring' | 'settrace' | 'profile';

/** The interpreter that runs the target. */
export interface Interpreter {
  readonly path: string;
  /** Dotted, as in `sys.version_info[:3]`: `3.11.2`. */
  readonly version: string;
}

/** A Python function or other code object: identified within a file by its name and first line. */
export interface FunctionKey {
  /** `co_name`: what the probes call funcname. */
  readonly name: string;
  /** `co_qualname`; before 3.11 the agent derives what it can, or repeats the name. */
  readonly qualname: string;
  /** `co_firstlineno`: the line of the first decorator, if there is one. */
  readonly line: number;
}

/** The counts that a function gained since the last event. */
export interface FunctionDelta extends FunctionKey {
  /** `function__entry` events. */
  readonly calls: number;
  /** `function__return` events. */
  readonly returns: number;
  /** Nanoseconds in the function itself, only with `--time`. */
  readonly ownNs?: number;
  /** Nanoseconds between entry and return, recursion counted once; only with `--time`. */
  readonly totalNs?: number;
}

export interface FileDelta {
  readonly path: string;
  /** Pairs [line, delta]; a delta is at least 1, except that 0 names a line that can run and has not yet. */
  readonly lines: readonly (readonly [line: number, delta: number])[];
  readonly functions: readonly FunctionDelta[];
}

/** First event: what runs, and who counts. */
export interface StartedEvent {
  readonly type: 'started';
  readonly protocol: number;
  /** A random id of this run. */
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly python: Interpreter;
  /** The target's command line as the user would type it after the interpreter. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** A Python process of the run connected (the target itself or one of its children). */
export interface ProcessEvent {
  readonly type: 'process';
  readonly pid: number;
  readonly ppid: number;
  readonly engine: Engine;
  readonly python: Interpreter;
  readonly argv: readonly string[];
}

/** A batch of deltas of one process. At most one batch a process and 200 ms. */
export interface HitsEvent {
  readonly type: 'hits';
  readonly pid: number;
  readonly files: readonly FileDelta[];
}

/** Output of a run whose stdio is not the terminal's (runs by the window without a terminal). */
export interface OutputEvent {
  readonly type: 'output';
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What the run is doing, in one sentence, for a person. */
export interface ProgressEvent {
  readonly type: 'progress';
  readonly message: string;
}

/** Something that the user should know: why nothing was counted, what could not be measured, and what to do. */
export interface DiagnosticEvent {
  readonly type: 'diagnostic';
  readonly severity: 'error' | 'warning' | 'information';
  /** Stable: `run/no-hits`, `agent/settrace-taken`, … */
  readonly code: string;
  readonly message: string;
  /** A next step, where there is one. */
  readonly hint?: string;
  readonly pid?: number;
}

/** Last event. */
export interface EndedEvent {
  readonly type: 'ended';
  /** The target's exit code; null if a signal ended it or if it never started. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly reason: 'exited' | 'stopped' | 'failed';
  readonly durationMs: number;
  readonly summary: {
    readonly processes: number;
    readonly files: number;
    /** `line` events in all. */
    readonly lines: number;
    /** `function__entry` events in all. */
    readonly calls: number;
  };
}

export type RunEvent =
  StartedEvent | ProcessEvent | HitsEvent | OutputEvent | ProgressEvent | DiagnosticEvent | EndedEvent;

/**
 * First line on the `--events` socket, from the runner: proves that it is the process that was asked for.
 * The token travels in the environment variable CPYTHON_PROBES_EVENTS_TOKEN, never on a command line.
 */
export interface EventsHello {
  readonly type: 'hello';
  readonly token: string;
}

/** Commands on the `--events` socket, to the runner. `stop` ends the target, with its counts so far. */
export interface RunCommand {
  readonly type: 'stop';
}

/** The JSON report of `hits --format=json`; its schema is docs/report.schema.json. */
export interface Report {
  readonly version: 1;
  readonly python: Interpreter;
  readonly files: readonly FileReport[];
}

export interface FileReport {
  readonly path: string;
  /** Line number (as a decimal string) to `line` events. */
  readonly lines: Readonly<Record<string, number>>;
  readonly functions: readonly FunctionReport[];
}

export interface FunctionReport extends FunctionKey {
  readonly calls: number;
  readonly returns: number;
  readonly ownNs?: number;
  readonly totalNs?: number;
}

/**
 * What a `.d` file is, by its content: a DTrace script (an interpreter line, `#pragma D`, or a clause), a source of the D
 * language, or a dependency file of make; undefined if nothing tells. Looks at the first 64 KB.
 */
export function kindOfD(text: string): 'dtrace' | 'd' | 'makefile' | undefined {
  const head = text.slice(0, 65_536);
  if (/^#!.*\bdtrace\b/.test(head) || /^[ \t]*#[ \t]*pragma[ \t]+D[ \t]/m.test(head)) return 'dtrace';
  if (/^#!.*\b(?:rdmd|dub|dmd|ldc2?)\b/.test(head)) return 'd';
  const code = head.replace(/\/\*[^]*?(?:\*\/|$)|\/\/.*|"(?:[^"\\\n]|\\.)*"/g, ' ');
  if (/^[ \t]*(?:module|import|public import|static import)[ \t]+\w[\w.]*[ \t]*[;:,=]/m.test(code)) return 'd';
  // A clause begins a line or follows the one before: descriptions, then a predicate or the braces.
  const part = String.raw`[\w$*?!.\[\]~+@-]*`;
  const description = String.raw`(?:BEGIN|END|ERROR|(?:profile|tick)-\w+|(?:${part}:){1,3}${part})`;
  const clause = new RegExp(
    String.raw`(?:^|[}\n;])[ \t]*${description}(?:[ \t]*,\s*${description})*\s*(?:\{|/(?![/*]))`,
  );
  if (clause.test(code)) return 'dtrace';
  // Targets, a colon, and names of files, up to a line end without a backslash.
  if (
    /^\s*(?:#.*\n\s*)*(?:[A-Za-z]:)?[^\s:{};]+(?:[ \t]+[^\s:{};]+)*[ \t]*:(?:[ \t]|\\?\r?\n|$)/.test(head) &&
    !/[{};]/.test(code)
  ) {
    return 'makefile';
  }
  if (/^[ \t]*(?:void|int|auto|class|interface|unittest|template)\b[^;{}\n]*[({][^]*?\}/m.test(code)) return 'd';
  return undefined;
}
