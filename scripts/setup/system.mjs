// Debian packages that the tests need. Where they can't be installed, it says which, and the suites that need them
// say that they did not run.
import { spawnSync } from 'node:child_process';

/** Whether a command is on PATH. */
export function has(command) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', command], { stdio: 'ignore' }).status === 0;
}

/** Installs the packages whose command is missing; returns the commands that are still missing. */
export function installSystemPackages(wanted) {
  const missing = Object.entries(wanted).filter(([command]) => !has(command));
  if (missing.length > 0 && process.getuid?.() === 0 && has('apt-get')) {
    const packages = missing.map(([, name]) => name);
    process.stdout.write(`Installing ${packages.join(', ')}…\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env });
    const install = ['install', '-y', '-qq', '--no-install-recommends', ...packages];
    spawnSync('apt-get', install, { stdio: ['ignore', 'ignore', 'inherit'], env });
  }
  return Object.keys(wanted).filter((command) => !has(command));
}
