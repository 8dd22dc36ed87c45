// Makes the package of a production build, for every suite that needs it.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/setup/npm.mjs';

/** @returns {{vsix: string, problem: string | undefined}} the package's path, and what vsce said if it failed */
export function makePackage() {
  const vsix = path.join(root, 'artifacts/cpython-probes.vsix');
  mkdirSync(path.dirname(vsix), { recursive: true });
  const built = spawnSync(process.execPath, ['scripts/build.mjs', '--production'], { cwd: root, encoding: 'utf8' });
  if (built.status !== 0) return { vsix, problem: built.stderr };
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsix];
  const made = spawnSync('npx', ['--no-install', 'vsce', 'package', ...options], { cwd: root, encoding: 'utf8' });
  return { vsix, problem: made.status === 0 ? undefined : made.stderr };
}
