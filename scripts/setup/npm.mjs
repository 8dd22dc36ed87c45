// Installs the npm packages of the lock file, if they are not there or not those of the lock file. Node's own modules
// only: on a fresh clone nothing else is there yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(fileURLToPath(import.meta.url), '../../..');

/** Runs a command with the terminal's output; ends this process with a sentence if it fails. */
export function must(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (done.status !== 0) {
    process.stderr.write(`${[command, ...args].join(' ')} failed (${done.error?.message ?? `exit ${done.status}`}).\n`);
    process.exit(done.status || 1);
  }
}

export function installPackages() {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json'))).digest('hex');
  const mark = path.join(root, 'node_modules/.cpython-probes-lock');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === hash) return;
  process.stdout.write('Installing npm packages…\n');
  must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(mark, hash);
}
