// Finds Pythons, and asks each what the agent can do in it (server/agent/probe.py).
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { candidatePaths, identity, onPath, type Surroundings } from './places.ts';

/** What probe.py answers. */
export interface PythonFacts {
  /** The path that was asked for; virtual environments keep theirs. */
  readonly path: string;
  /** Its own `sys.executable`: what a version manager's shim leads to. */
  readonly executable: string;
  readonly version: string;
  readonly engines: readonly string[];
  /** The runner starts the target through the agent's launch.py. */
  readonly launch: boolean;
  readonly freeThreaded: boolean;
  readonly supported: boolean;
  readonly reason: string | null;
}

export type ProbedPython =
  { readonly ok: true; readonly python: PythonFacts } | { readonly ok: false; readonly reason: string };

/** The agent's folder: beside the built program, or in the source tree. */
export function agentFolder(): string {
  const beside = path.join(__dirname, 'agent');
  return existsSync(beside) ? beside : path.resolve(__dirname, '../../agent');
}

/** The file that a name means: a bare name is looked for on PATH; a name with a slash is a path. */
export function findExecutable(
  name: string,
): { readonly ok: true; readonly path: string } | { readonly ok: false; readonly reason: string } {
  const file =
    name.includes('/') || name.includes('\\')
      ? path.resolve(name)
      : onPath(name, process.env, process.platform === 'win32');
  if (file === undefined) return { ok: false, reason: `no ${JSON.stringify(name)} is on PATH` };
  if (!existsSync(file)) return { ok: false, reason: `there is no ${JSON.stringify(name)}` };
  if (statSync(file).isDirectory()) {
    return { ok: false, reason: `${JSON.stringify(name)} is a folder; name the interpreter in it, such as bin/python` };
  }
  return { ok: true, path: file };
}

/**
 * Asks one interpreter.
 * Takes at most 10 s; a program that is no Python gives a sentence.
 */
export async function probePython(name: string): Promise<ProbedPython> {
  const found = findExecutable(name);
  if (!found.ok) return found;
  const file = found.path;
  const asked = await execa(file, ['-I', path.join(agentFolder(), 'probe.py')], {
    reject: false,
    timeout: 10_000,
    stdin: 'ignore',
    extendEnv: true,
  });
  const isolatedUnknown = asked.exitCode === 2 && asked.stderr.includes('-I');
  const answer = isolatedUnknown ? await execa(file, [path.join(agentFolder(), 'probe.py')], { reject: false }) : asked;
  try {
    const facts = JSON.parse(answer.stdout) as Omit<PythonFacts, 'path'>;
    return { ok: true, python: { ...facts, path: file } };
  } catch {
    const why = asked.code === 'EACCES' ? 'can not be executed' : 'does not answer as a Python would';
    return { ok: false, reason: `${JSON.stringify(name)} ${why}` };
  }
}

/** All interpreters that answer, the likeliest first. */
export async function findPythons(): Promise<PythonFacts[]> {
  const found: PythonFacts[] = [];
  const candidates = candidatePaths(await surroundings());
  for (let i = 0; i < candidates.length; i += 4) {
    const answers = await Promise.all(candidates.slice(i, i + 4).map(probePython));
    for (const answer of answers) if (answer.ok) found.push(behindShim(answer.python));
  }
  const same = found.map(({ path: file }) => identity(file));
  return found.filter((_, index) => same.indexOf(same[index] ?? '') === index);
}

/** A version manager's shim is a script that starts slowly; what it leads to is the same interpreter. */
function behindShim(python: PythonFacts): PythonFacts {
  const shim = path.basename(path.dirname(python.path)) === 'shims';
  return shim && existsSync(python.executable) ? { ...python, path: python.executable } : python;
}

/** The interpreter to use when none was named: the first that can be traced. */
export async function defaultPython(): Promise<ProbedPython> {
  let refused: string | undefined;
  for (const candidate of candidatePaths(await surroundings())) {
    const answer = await probePython(candidate);
    if (answer.ok && answer.python.supported) return { ok: true, python: behindShim(answer.python) };
    if (answer.ok) refused ??= answer.python.reason ?? undefined;
  }
  return { ok: false, reason: refused ?? 'no Python was found; install one, or name it with --python' };
}

/** Files that look like interpreters, the likeliest first; nothing is started. */
export function candidatePythons(): readonly string[] {
  return candidatePaths(machine(''));
}

/** This machine, for places.ts, with what the Windows launcher knows. */
async function surroundings(): Promise<Surroundings> {
  if (process.platform !== 'win32') return machine('');
  const asked = await execa('py', ['-0p'], { reject: false, timeout: 10_000 });
  return machine(asked.failed ? '' : asked.stdout);
}

function machine(launcher: string): Surroundings {
  return { env: process.env, home: homedir(), cwd: process.cwd(), windows: process.platform === 'win32', launcher };
}
