// `npm test`: installs what the tests need and runs every suite; `npm test -- unit agent` runs some. Each suite prints
// its own `N passed, N failed`; the last line here is their sum.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { installPackages, must, root } from './setup/npm.mjs';
import { installSid } from './setup/sid.mjs';
import { installSystemPackages } from './setup/system.mjs';

const suites = {
  check: () => plain('node', ['scripts/check.mjs']),
  unit: () => vitest('unit', []),
  lsp: () => vitest('lsp', ['--config', 'test/lsp/vitest.config.ts']),
  corpus: () => plain('node', ['test/corpus/run.mjs']),
  agent: () => plain('python3', ['test/agent/run_matrix.py']),
  engine: () => plain('python3', ['test/engine/run_matrix.py']),
  language: () => plain('python3', ['test/engine/dtrace_tests.py']),
  packaging: () => plain('node', ['test/packaging/packaging.mjs']),
  window: () => plain('node', ['test/e2e/window.mjs']),
  tracers: () => plain('python3', ['test/tracers/compare.py']),
};

const asked = process.argv.slice(2);
const odd = asked.find((name) => !(name in suites));
if (odd !== undefined) {
  process.stderr.write(`There is no suite ${odd}; there are ${Object.keys(suites).join(', ')}.\n`);
  process.exit(2);
}
const chosen = asked.length > 0 ? asked : Object.keys(suites);
installPackages();
const tools = { python3: 'python3', chromium: 'chromium', rg: 'ripgrep', bpftrace: 'bpftrace', make: 'make', 'g++': 'g++', gawk: 'gawk' };
const missing = installSystemPackages(tools);
for (const command of missing) process.stdout.write(`not installed: ${command} (needs root and apt-get)\n`);
const sid = installSid();
if (!sid.ok) process.stdout.write(`no Debian sid, so no newest tracers and CPythons: ${sid.reason}\n`);
must('node', ['scripts/build.mjs']);
mkdirSync(path.join(root, 'artifacts'), { recursive: true });

let passed = 0;
let failed = 0;
const rows = [];
for (const name of chosen) {
  process.stdout.write(`\n=== ${name}\n`);
  const began = Date.now();
  const [good, bad] = suites[name]();
  passed += good;
  failed += bad;
  rows.push([name, good, bad, ((Date.now() - began) / 1000).toFixed(0)]);
}
process.stdout.write(`\nsuite       passed  failed  seconds\n`);
for (const [name, good, bad, seconds] of rows) {
  process.stdout.write(`${name.padEnd(10)}${String(good).padStart(8)}${String(bad).padStart(8)}${seconds.padStart(9)}\n`);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

/** Runs a suite that prints `N passed, N failed` last; a suite that does not, or that lies, has failed. */
function plain(command, args) {
  const done = spawnSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28, timeout: 900_000 });
  process.stdout.write(done.stdout);
  const counts = /(\d+) passed, (\d+) failed\s*$/.exec(done.stdout);
  if (!counts) return [0, 1];
  const bad = Number(counts[2]);
  return [Number(counts[1]), done.status !== 0 && bad === 0 ? 1 : bad];
}

function vitest(name, more) {
  const report = path.join(root, `artifacts/${name}.json`);
  rmSync(report, { force: true });
  const args = ['--no-install', 'vitest', 'run', ...more, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const done = spawnSync('npx', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], timeout: 600_000 });
  if (!existsSync(report)) return [0, 1];
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  const bad = numFailedTests || (numFailedTestSuites > 0 || done.status !== 0 ? 1 : 0);
  return [numPassedTests, bad];
}
