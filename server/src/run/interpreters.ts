// Finds Pythons, and asks each what the agent can do in it (server/agent/probe.py).
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

/** What probe.py answers. */
export interface PythonFacts {
  /** The path that was asked for; virtual environments keep theirs. */
  readonly path: string;
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
  const file = name.includes('/') || name.includes('\\') ? path.resolve(name) : onPath(name);
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

/** All interpreters that answer, the likeliest first, each real path once. */
export async function findPythons(): Promise<PythonFacts[]> {
  const found: PythonFacts[] = [];
  const candidates = candidatePythons();
  for (let i = 0; i < candidates.length; i += 4) {
    const answers = await Promise.all(candidates.slice(i, i + 4).map(probePython));
    for (const answer of answers) if (answer.ok) found.push(answer.python);
  }
  return found;
}

/** The interpreter to use when none was named: the first that can be traced. */
export async function defaultPython(): Promise<ProbedPython> {
  let refused: string | undefined;
  for (const candidate of candidatePythons()) {
    const answer = await probePython(candidate);
    if (answer.ok && answer.python.supported) return answer;
    if (answer.ok) refused ??= answer.python.reason ?? undefined;
  }
  return { ok: false, reason: refused ?? 'no Python was found; install one, or name it with --python' };
}

/** Files that look like interpreters, the likeliest first, each real path once; nothing is started. */
export function candidatePythons(): readonly string[] {
  return distinct(candidatePaths());
}

function candidatePaths(): string[] {
  const names = ['python3', 'python', ...Array.from({ length: 8 }, (_, i) => `python3.${String(15 - i)}`)];
  const environment = process.env.VIRTUAL_ENV;
  const bin = process.platform === 'win32' ? 'Scripts' : 'bin';
  const folders = [
    ...(environment ? [path.join(environment, bin)] : []),
    ...['.venv', 'venv'].map((each) => path.join(process.cwd(), each, bin)),
    ...pathFolders(),
    '/usr/bin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
    ...versions(process.env.PYENV_ROOT ?? path.join(homedir(), '.pyenv')),
  ];
  return folders.flatMap((folder) => names.map((name) => executable(folder, name))).filter((f) => f !== undefined);
}

function versions(pyenv: string): string[] {
  try {
    return readdirSync(path.join(pyenv, 'versions')).map((each) => path.join(pyenv, 'versions', each, 'bin'));
  } catch {
    return [];
  }
}

function pathFolders(): string[] {
  return (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
}

function onPath(name: string): string | undefined {
  return pathFolders()
    .map((folder) => executable(folder, name))
    .find((file) => file !== undefined);
}

function executable(folder: string, name: string): string | undefined {
  const file = path.join(folder, process.platform === 'win32' ? `${name}.exe` : name);
  try {
    return statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the first of those that are the same file, but each virtual environment's own. */
function distinct(files: readonly string[]): string[] {
  const seen = new Set<string>();
  return files.filter((file) => {
    const inEnvironment = existsSync(path.join(path.dirname(file), '..', 'pyvenv.cfg'));
    const key = inEnvironment ? path.dirname(file) : realpathSync(file);
    return !seen.has(key) && seen.add(key);
  });
}
