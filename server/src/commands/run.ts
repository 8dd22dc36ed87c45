// `cpython-probes run`: compiles a trace script and runs it, here by the embedded engine. The script's output alone goes
// to stdout, as the real tool would print it; everything of ours goes to stderr.
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { splitCommand, type RunOptions } from '../base/runArguments.ts';
import { compileD, type CompileProblem } from '../compile/dtrace/index.ts';
import { jsonReport } from '../report/store.ts';
import { defaultPython, probePython, type PythonFacts } from '../run/interpreters.ts';
import { run as runTarget, type CompiledScript, type RunOutcome, type RunRequest } from '../run/runner.ts';
import { streamSink, type Sink } from '../run/sink.ts';
import { fail } from './fail.ts';

export async function run(options: RunOptions): Promise<void> {
  const text = readScript(options.script);
  if (text === undefined) return;
  if (options.backend !== 'auto' && options.backend !== 'embedded') {
    fail(`the backend ${options.backend} is not built yet; --backend=embedded runs the script inside the program`);
    return;
  }
  const script = compile(options, text);
  if (!script) return;
  const target = await chooseTarget(options);
  if (!target) return;
  const stop = new AbortController();
  const output: Writable = options.output === undefined ? process.stdout : createWriteStream(options.output);
  const sink = openSink(options);
  const request: RunRequest = {
    target: target.request,
    targetArguments: target.arguments,
    include: options.include,
    exclude: options.exclude,
    lines: options.hits !== undefined || sink !== undefined,
    functions: false,
    time: false,
    engine: 'auto',
    script,
  };
  const tool = script.language === 'dtrace' ? 'dtrace' : 'stap';
  process.on('SIGINT', () => stop.abort());
  const outcome = await runTarget(request, target.python, stop.signal, {
    onEvent: (event) => sink?.send(event),
    onHits: (pid, deltas) => sink?.hits(pid, deltas),
    onOutput: (data) => {
      if (sink) sink.send({ type: 'output', stream: 'stdout', text: data.toString('utf8') });
      else output.write(data);
    },
    onSay: (line) => {
      if (sink) sink.send({ type: 'output', stream: 'stderr', text: `${tool}: ${line}\n` });
      else process.stderr.write(`${tool}: ${line}\n`);
    },
  });
  await sink?.end(outcome.ended);
  if (options.hits !== undefined) {
    const { path: file, version } = target.python;
    writeFileSync(options.hits, `${JSON.stringify(jsonReport({ path: file, version }, outcome.store), null, 2)}\n`);
  }
  leave(outcome);
}

function readScript(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    fail(
      code === 'ENOENT'
        ? `there is no script ${JSON.stringify(file)}`
        : `the script ${JSON.stringify(file)} can't be read (${String(code)})`,
    );
    return undefined;
  }
}

/** The compiled script, or undefined after saying at which lines it can't be. */
function compile(options: RunOptions, text: string): CompiledScript | undefined {
  if (options.language === 'systemtap') {
    fail('SystemTap scripts can be checked, but not run yet; D scripts can');
    return undefined;
  }
  const compiled = compileD(text, {
    options: options.options,
    scriptName: options.script,
    scriptArguments: options.scriptArguments,
    hasTarget: options.commandLine !== undefined || options.pid !== undefined,
    preprocess: options.preprocess,
    defines: options.defines,
    includes: () => undefined,
    destructive: options.destructive,
    hits: options.hits !== undefined || options.events !== undefined || options.format === 'ndjson',
  });
  if (compiled.ok) return compiled.script;
  for (const problem of compiled.problems) process.stderr.write(sayProblem(options.script, problem));
  process.exitCode = 1;
  return undefined;
}

function sayProblem(file: string, problem: CompileProblem): string {
  const hint = problem.hint === undefined ? '' : ` ${problem.hint}`;
  return `${file}:${String(problem.line)}:${String(problem.column)}: ${problem.message}${hint} [${problem.code}]\n`;
}

interface Target {
  readonly request: RunRequest['target'];
  readonly arguments: readonly string[];
  readonly python: PythonFacts;
}

/** What runs: the command of `-c`, or a process that only carries the script. */
async function chooseTarget(options: RunOptions): Promise<Target | undefined> {
  if (options.pid !== undefined) {
    fail('scripts can be run on a new program (-c "python3 x.py"), not on a running process yet');
    return undefined;
  }
  const words = options.commandLine === undefined ? [] : splitCommand(options.commandLine);
  const [command, ...rest] = words;
  const isPython = command !== undefined && /^(python|pypy)[\d.]*(\.exe)?$/i.test(path.basename(command));
  const wanted = options.python ?? (isPython ? command : undefined);
  const answer = wanted === undefined ? await defaultPython() : await probePython(wanted);
  if (!answer.ok || !answer.python.supported) {
    fail(answer.ok ? (answer.python.reason ?? 'this Python cannot be traced') : answer.reason);
    return undefined;
  }
  if (command === undefined) return { request: { kind: 'host' }, arguments: [], python: answer.python };
  return { request: { kind: 'command', name: command }, arguments: rest, python: answer.python };
}

function openSink(options: RunOptions): Sink | undefined {
  if (options.format !== 'ndjson') return undefined;
  return streamSink(process.stdout, false);
}

/** DTrace's own exit code: what the script gave to exit(), else 0; 1 if the program could not be started. */
function leave(outcome: RunOutcome): void {
  if (outcome.ended.reason === 'failed') fail('the program could not be started');
  else process.exitCode = outcome.status ?? 0;
}
