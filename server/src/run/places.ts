// Where interpreters may be: the active environment, the folder's own, PATH, and where version managers, conda, uv and
// the Windows launcher put theirs. It only lists files that are there; whether they are Pythons, interpreters.ts asks.
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** The part of the machine that decides where to look. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
  readonly windows: boolean;
  /** What `py -0p` prints; empty where there is no Windows launcher. */
  readonly launcher: string;
}

const versionNames = Array.from({ length: 8 }, (_, i) => `python3.${String(15 - i)}`);

/** Files that may be interpreters, the likeliest first, each real file once. */
export function candidatePaths(around: Surroundings): string[] {
  const { env, home, cwd, windows } = around;
  const bin = windows ? 'Scripts' : 'bin';
  const active = env.VIRTUAL_ENV ?? '';
  const environments = [...(active === '' ? [] : [active]), path.join(cwd, '.venv'), path.join(cwd, 'venv')];
  // conda and the installers for Windows put python.exe into the environment's own folder.
  const inside = (folder: string): string => (windows ? folder : path.join(folder, 'bin'));
  const conda = env.CONDA_PREFIX;
  const folders = [
    ...environments.map((each) => path.join(each, bin)),
    ...(conda === undefined || conda === '' ? [] : [inside(conda)]),
    ...pathFolders(env),
    ...(windows ? windowsFolders(env) : ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']),
    ...managed(env, home, windows).map(inside),
    ...condaEnvironments(home).map(inside),
  ];
  const names = windows ? ['python.exe', 'python3.exe'] : ['python3', 'python', ...versionNames];
  const files = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  return distinct([...files, ...launcherPaths(around.launcher)].filter(isFile));
}

/** The interpreters in what `py -0p` prints: ` -V:3.12 *   C:\…\python.exe`, in older ones ` -3.8-64   C:\…  *`. */
export function launcherPaths(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => /^\s*-\S+\s+(?:\*\s+)?(\S.*\.exe)\b/i.exec(line)?.[1] ?? []);
}

/** The first file of that name on PATH. */
export function onPath(name: string, env: Surroundings['env'], windows: boolean): string | undefined {
  const names = windows && !/\.\w+$/.test(name) ? [`${name}.exe`] : [name];
  return pathFolders(env)
    .flatMap((folder) => names.map((each) => path.join(folder, each)))
    .find(isFile);
}

function pathFolders(env: Surroundings['env']): string[] {
  return (env.PATH ?? env.Path ?? '').split(path.delimiter).filter((folder) => folder !== '');
}

/** Every version that pyenv, asdf and uv have installed. */
function managed(env: Surroundings['env'], home: string, windows: boolean): string[] {
  const pyenv = env.PYENV_ROOT ?? path.join(home, '.pyenv');
  const data = env.XDG_DATA_HOME ?? path.join(home, '.local/share');
  return [
    ...within(path.join(windows ? path.join(pyenv, 'pyenv-win') : pyenv, 'versions')),
    ...within(path.join(env.ASDF_DATA_DIR ?? path.join(home, '.asdf'), 'installs/python')),
    ...within(windows ? path.join(env.APPDATA ?? home, 'uv/python') : path.join(data, 'uv/python')),
  ];
}

/** conda's environments: those that it has noted, and those beside the usual installations. */
function condaEnvironments(home: string): string[] {
  const roots = ['miniconda3', 'anaconda3', 'miniforge3', 'mambaforge'].map((each) => path.join(home, each));
  roots.push('/opt/conda', '/opt/miniconda3', '/opt/homebrew/Caskroom/miniconda/base');
  return [
    ...noted(path.join(home, '.conda/environments.txt')),
    ...roots.flatMap((root) => [root, ...within(path.join(root, 'envs'))]),
  ];
}

function windowsFolders(env: Surroundings['env']): string[] {
  const local = env.LOCALAPPDATA;
  return local === undefined ? [] : within(path.join(local, 'Programs/Python')).reverse();
}

function within(folder: string): string[] {
  try {
    return readdirSync(folder).map((each) => path.join(folder, each));
  } catch {
    return [];
  }
}

function noted(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split(/\r?\n/)
      .filter((line) => path.isAbsolute(line.trim()))
      .map((line) => line.trim());
  } catch {
    return [];
  }
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Keeps the first of those that are the same interpreter. */
function distinct(files: readonly string[]): string[] {
  const seen = new Set<string>();
  return files.filter((file) => !seen.has(identity(file)) && seen.add(identity(file)));
}

/** The same for two paths of one interpreter; each virtual environment is one of its own. */
export function identity(file: string): string {
  const folder = path.dirname(file);
  return existsSync(path.join(folder, '..', 'pyvenv.cfg')) ? folder : realpathSync(file);
}
