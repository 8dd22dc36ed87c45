// Where interpreters are looked for: real folders as version managers, conda and uv lay them out, and the words of the
// Windows launcher.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { candidatePaths, launcherPaths, onPath } from '../../../server/src/run/places.ts';

let home = '';
beforeAll(() => {
  home = realpathSync(mkdtempSync(path.join(tmpdir(), 'cpp-places-')));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function executable(name: string): string {
  const file = path.join(home, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
  chmodSync(file, 0o755);
  return file;
}

/** What is found below the folder of this test, relative to it. */
function found(env: Record<string, string> = {}, windows = false, launcher = ''): string[] {
  const around = { env: { PATH: '', ...env }, home, cwd: path.join(home, 'project'), windows, launcher };
  return candidatePaths(around)
    .filter((file) => file.startsWith(home))
    .map((file) => path.relative(home, file).replaceAll(path.sep, '/'));
}

test('an active environment comes first, then the folder’s own, conda’s, PATH, and what managers installed', () => {
  const made = [
    'active/bin/python3',
    'project/.venv/bin/python3',
    'conda/bin/python3',
    'path/python3.12',
    '.pyenv/versions/3.9.1/bin/python3',
    '.asdf/installs/python/3.10.0/bin/python3',
    '.local/share/uv/python/cpython-3.13/bin/python3',
    'noted/bin/python3',
    'miniconda3/bin/python3',
    'miniconda3/envs/web/bin/python3',
  ];
  made.forEach(executable);
  mkdirSync(path.join(home, '.conda'));
  writeFileSync(path.join(home, '.conda/environments.txt'), `${path.join(home, 'noted')}\n/gone\nnonsense\n`);
  const env = { VIRTUAL_ENV: 'active', CONDA_PREFIX: 'conda', PATH: 'path' };
  const absolute = Object.fromEntries(Object.entries(env).map(([name, each]) => [name, path.join(home, each)]));
  expect(found(absolute)).toEqual(made);
});

test('names and links of one interpreter are one, but each virtual environment is its own', () => {
  const real = executable('one/bin/python3.11');
  for (const name of ['one/bin/python3', 'one/bin/python', 'project/venv/bin/python']) {
    mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    symlinkSync(real, path.join(home, name));
  }
  writeFileSync(path.join(home, 'project/venv/pyvenv.cfg'), '');
  const here = found({ PATH: path.join(home, 'one/bin') });
  expect(here.filter((file) => file.startsWith('one/') || file.includes('/venv/'))).toEqual([
    'project/venv/bin/python',
    'one/bin/python3',
  ]);
});

test('on Windows, interpreters lie in the folders of environments and installers, and the launcher knows more', () => {
  const installed = executable('local/Programs/Python/Python312/python.exe');
  executable('conda/python.exe');
  executable('project/.venv/Scripts/python.exe');
  const env = { LOCALAPPDATA: path.join(home, 'local'), CONDA_PREFIX: path.join(home, 'conda') };
  const also = executable('elsewhere/python.exe');
  const launcher = ` -V:3.12 *        ${installed}\n -V:3.8          ${also}\n -V:3.7          ${home}/gone/python.exe\n`;
  expect(found(env, true, launcher)).toEqual([
    'project/.venv/Scripts/python.exe',
    'conda/python.exe',
    'local/Programs/Python/Python312/python.exe',
    'elsewhere/python.exe',
  ]);
});

test.each([
  [' -V:3.12 *        C:\\Program Files\\Python312\\python.exe\r\n', ['C:\\Program Files\\Python312\\python.exe']],
  [' -3.8-64        C:\\Python38\\python.exe *\n -2.7-32  D:\\py27\\python.exe', ['C:\\Python38\\python.exe', 'D:\\py27\\python.exe']],
  ['Installed Pythons found by py Launcher for Windows\nNo Installed Pythons Found!\n', []],
])('the launcher’s %j', (text, paths) => { expect(launcherPaths(text)).toEqual(paths); }); // prettier-ignore

test('a name is found on PATH, the first folder first', () => {
  const first = executable('a/python9');
  executable('b/python9');
  const env = { PATH: ['', 'nowhere', 'a', 'b'].map((each) => path.join(home, each)).join(path.delimiter) };
  expect([onPath('python9', env, false), onPath('python10', env, false)]).toEqual([first, undefined]);
});
