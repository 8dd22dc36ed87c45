// Runs a target with the agent in it, and turns what the agents send into events and a store of counts. The target
// has the runner's own stdin, stdout and stderr. Nothing is left behind: no folder, no process that we started.
import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import type { HitsOptions } from '../base/arguments.ts';
import { protocolVersion, type DiagnosticEvent, type EndedEvent, type RunEvent, type FileDelta } from '../protocol.ts';
import { Store } from '../report/store.ts';
import { listenForAgents } from './agentServer.ts';
import { agentFolder, type PythonFacts } from './interpreters.ts';

/** How long a stopped target may take to end by SIGTERM before it gets SIGKILL. */
const killAfterMs = 3000;
/** How long the runner waits for children that outlive the target and say nothing. */
const quietMs = 1000;

export interface RunOutcome {
  readonly ended: EndedEvent;
  readonly store: Store;
  readonly diagnostics: readonly DiagnosticEvent[];
  /** What the script gave to exit(). */
  readonly status?: number;
}

export interface RunHandlers {
  readonly onEvent: (event: RunEvent) => void;
  readonly onHits: (pid: number, deltas: readonly FileDelta[]) => void;
  /** A script's output, and what its tool would say. */
  readonly onOutput?: (data: Buffer) => void;
  readonly onSay?: (text: string) => void;
}

/** What runs, and what is counted or traced in it. */
export type RunRequest = Pick<
  HitsOptions,
  'targetArguments' | 'include' | 'exclude' | 'lines' | 'functions' | 'time' | 'engine'
> & {
  /** `host`: no program, only the script. `command`: any program; the Pythons in it are traced. */
  readonly target:
    HitsOptions['target'] | { readonly kind: 'host' } | { readonly kind: 'command'; readonly name: string };
  readonly script?: CompiledScript;
};

/** A script as the agent takes it (server/agent/script/engine.py). */
export interface CompiledScript {
  readonly language: 'dtrace' | 'systemtap';
  readonly name: string;
  readonly python: string;
  /** [line of the Python, line of the script, column] */
  readonly places: readonly (readonly [number, number, number])[];
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** Runs the target to its end. `stop` aborts it: its counts so far are kept. */
export async function run(
  options: RunRequest,
  python: PythonFacts,
  stop: AbortSignal,
  handlers: RunHandlers,
): Promise<RunOutcome> {
  const began = Date.now();
  const token = randomBytes(32).toString('hex');
  const store = new Store();
  const diagnostics: DiagnosticEvent[] = [];
  let processes = 0;
  let status: number | undefined;
  let halt = (): void => undefined;
  const diagnose = (diagnostic: Omit<DiagnosticEvent, 'type'>): void => {
    const event: DiagnosticEvent = { type: 'diagnostic', ...diagnostic };
    diagnostics.push(event);
    handlers.onEvent(event);
  };
  const server = await listenForAgents(token, {
    onProcess: (agent) => {
      processes++;
      const { pid, ppid, engine, argv } = agent;
      handlers.onEvent({
        type: 'process',
        pid,
        ppid,
        engine,
        argv,
        python: { path: agent.executable, version: agent.version },
      });
    },
    onDeltas: (pid, all) => {
      // The agent names the lines that can run in any case; where lines are not counted, they are no zeros.
      const deltas = options.lines ? all : all.map((each) => ({ ...each, lines: [] }));
      for (const delta of deltas) store.add(delta);
      handlers.onHits(pid, deltas);
    },
    onOutput: (_, data) => handlers.onOutput?.(data),
    onSay: (_, text) => handlers.onSay?.(text),
    onExit: (_, code) => {
      status ??= code;
      halt();
    },
    onNote: (pid, { severity, code, message, hint }) => {
      diagnose({ severity, code, message, pid, ...(hint === undefined ? {} : { hint }) });
    },
  });
  const include =
    options.include.length > 0 ? options.include.map((each) => path.resolve(each)) : defaultInclude(options);
  const exclude = options.exclude.map((each) => path.resolve(each));
  const target = commandOf(options.target);
  const argv = [...target, ...options.targetArguments];
  handlers.onEvent({
    type: 'started',
    protocol: protocolVersion,
    run: randomUUID(),
    time: began,
    python: { path: python.path, version: python.version },
    argv,
    cwd: process.cwd(),
    include,
    exclude,
  });
  const { lines, functions, time, engine } = options;
  const agent = { address: server.address, token, include, exclude, lines, functions, time, engine };
  const script = options.script === undefined ? {} : { script: path.join(server.folder, 'script.json') };
  if (script.script !== undefined) writeFileSync(script.script, JSON.stringify(options.script));
  const flushMs = options.script === undefined ? 200 : 50;
  const [file, args] = options.target.kind === 'command' ? [options.target.name, argv.slice(1)] : [python.path, argv];
  const child = execa(file, args, {
    reject: false,
    stdio: 'inherit',
    extendEnv: false,
    env: targetEnvironment(JSON.stringify({ ...agent, ...script, flushMs })),
    forceKillAfterDelay: killAfterMs,
    // The target decides itself what to do about the terminal's signals.
    cleanup: false,
  });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  const ignore = (): void => undefined; // the terminal sends SIGINT to the whole foreground group
  process.on('SIGINT', ignore).on('SIGTERM', forward).on('SIGHUP', forward);
  halt = (): void => {
    server.stop();
    setTimeout(() => child.kill('SIGTERM'), 300).unref();
  };
  if (stop.aborted) halt();
  else stop.addEventListener('abort', halt, { once: true });
  const result = await child;
  if (!(await server.drained(quietMs))) {
    const left = server.connections();
    diagnose({
      severity: 'information',
      code: 'run/children-left',
      message: `The program ended and left ${String(left)} traced process${left === 1 ? '' : 'es'} running; what they do from now on is not counted.`,
    });
  }
  server.close();
  process.off('SIGINT', ignore).off('SIGTERM', forward).off('SIGHUP', forward);
  const totals = store.totals();
  if (options.script === undefined && totals.lines + totals.calls === 0) {
    diagnose(nothingCounted({ processes, include, exclude, exitCode: result.exitCode }));
  }
  const startFailed = result.exitCode === undefined && result.signal === undefined;
  const ended: EndedEvent = {
    type: 'ended',
    exitCode: result.exitCode ?? null,
    signal: result.signal ?? null,
    reason: stop.aborted ? 'stopped' : startFailed ? 'failed' : 'exited',
    durationMs: Date.now() - began,
    summary: { processes, ...totals },
  };
  return { ended, store, diagnostics, ...(status === undefined ? {} : { status }) };
}

/** The target's words after the interpreter. */
function commandOf(target: RunRequest['target']): string[] {
  if (target.kind === 'host') return [path.join(agentFolder(), 'host.py')];
  return target.kind === 'module' ? ['-m', target.name] : [target.name];
}

/** The current folder, or the script's own if it lies elsewhere. */
function defaultInclude(options: RunRequest): string[] {
  const cwd = process.cwd();
  if (options.target.kind !== 'script') return [cwd];
  const script = path.resolve(options.target.name);
  const outside = path.relative(cwd, script).startsWith('..') || path.isAbsolute(path.relative(cwd, script));
  return [outside ? path.dirname(script) : cwd];
}

/** The runner's environment with the agent added, and without what was meant for the runner alone. */
function targetEnvironment(agent: string): NodeJS.ProcessEnv {
  const { CPYTHON_PROBES_EVENTS_TOKEN: _token, ELECTRON_RUN_AS_NODE: _node, ...rest } = process.env;
  const site = path.join(agentFolder(), 'site');
  const before = rest.PYTHONPATH;
  return {
    ...rest,
    CPYTHON_PROBES_AGENT: agent,
    PYTHONPATH: before === undefined ? site : site + path.delimiter + before,
  };
}

interface Nothing {
  readonly processes: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly exitCode: number | undefined;
}

/** Why a run counted nothing, as far as it can be told from outside. */
function nothingCounted({ processes, include, exclude, exitCode }: Nothing): Omit<DiagnosticEvent, 'type'> {
  if (processes === 0) {
    return {
      severity: 'warning',
      code: 'run/no-agent',
      message: 'Nothing was counted: the agent never started in the program.',
      hint: 'The interpreter may ignore PYTHONPATH (a wrapper with -I, -E or -S), or the program could not be started; its own message says which.',
    };
  }
  const places = `${include.join(', ')}${exclude.length > 0 ? ` that is not excluded by ${exclude.join(', ')}` : ''}`;
  if (exitCode !== undefined && exitCode !== 0) {
    return {
      severity: 'warning',
      code: 'run/no-hits',
      message: `Nothing was counted: the program ended with exit code ${String(exitCode)} before it ran any code from ${places}.`,
      hint: 'Its own message says why it ended.',
    };
  }
  return {
    severity: 'warning',
    code: 'run/no-hits',
    message: `Nothing was counted: the program ran no Python code from ${places}.`,
    hint: 'Name the folders or files to count with --include (setting: cpythonProbes.include).',
  };
}
