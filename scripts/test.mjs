// `npm test`: installs what the tests need and runs every suite; `npm test -- unit agent` runs some. Each suite prints
// its own `N passed, N failed`, and a line `not run: …` with the reason for each part that this machine can't run;
// both stand in the table at the end. The last line is the sum.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { installPackages, must, root } from './setup/npm.mjs';
import { installSid } from './setup/sid.mjs';
import { installSystemPackages } from './setup/system.mjs';

const window = { chromium: 'chromium', rg: 'ripgrep', make: 'make', 'g++': 'g++', python3: 'python3' };
/** How each suite is run, the commands that it needs with their Debian packages, and whether it uses Debian sid. */
const suites = {
  check: { run: () => plain('node', ['scripts/check.mjs']) },
  unit: { run: () => vitest('unit', []), tools: { python3: 'python3' }, sid: true },
  lsp: { run: () => vitest('lsp', ['--config', 'test/lsp/vitest.config.ts']), tools: { python3: 'python3' }, sid: true },
  corpus: { run: () => plain('node', ['test/corpus/run.mjs']), sid: true },
  agent: { run: () => plain('python3', ['test/agent/run_matrix.py']), tools: { python3: 'python3' }, sid: true },
  engine: { run: () => plain('python3', ['test/engine/run_matrix.py']), tools: { python3: 'python3', gawk: 'gawk' }, sid: true },
  language: { run: () => plain('python3', ['test/engine/dtrace_tests.py']), tools: { python3: 'python3', gawk: 'gawk' }, sid: true },
  packaging: { run: () => plain('node', ['test/packaging/packaging.mjs']) },
  start: { run: () => plain('node', ['test/packaging/start.mjs']), tools: { python3: 'python3' } },
  window: { run: () => plain('node', ['test/e2e/window.mjs']), tools: window },
  languages: { run: () => plain('node', ['test/e2e/languages.mjs']), tools: window },
  tracers: { run: () => plain('python3', ['test/tracers/compare.py']), tools: { python3: 'python3', bpftrace: 'bpftrace' }, sid: true },
};

const asked = process.argv.slice(2);
const odd = asked.find((name) => !(name in suites));
if (odd !== undefined) {
  process.stderr.write(`There is no suite ${odd}; there are ${Object.keys(suites).join(', ')}.\n`);
  process.exit(2);
}
const chosen = asked.length > 0 ? asked : Object.keys(suites);
installPackages();
const missing = installSystemPackages(Object.assign({}, ...chosen.map((name) => suites[name].tools)));
for (const command of missing) process.stdout.write(`not installed: ${command} (needs root and apt-get)\n`);
if (chosen.some((name) => suites[name].sid)) {
  const sid = installSid();
  if (!sid.ok) process.stdout.write(`no Debian sid, so no newest tracers and CPythons: ${sid.reason}\n`);
}
must('node', ['scripts/build.mjs']);
mkdirSync(path.join(root, 'artifacts'), { recursive: true });

const rows = [];
for (const name of chosen) {
  process.stdout.write(`\n=== ${name}\n`);
  const began = Date.now();
  const result = await suites[name].run();
  // A suite that ran nothing must say why; silence is a failure.
  if (result.passed + result.failed === 0 && result.left.length === 0) {
    result.failed = 1;
    process.stdout.write(`FAILED: ${name} ran nothing, and does not say why\n`);
  }
  rows.push({ name, ...result, seconds: ((Date.now() - began) / 1000).toFixed(0) });
}

const left = rows.flatMap(({ name, left: lines }) => lines.map((line) => `  ${name}: ${line}`));
if (left.length > 0) process.stdout.write(`\nnot run here:\n${[...new Set(left)].join('\n')}\n`);
process.stdout.write('\nsuite       passed  failed  not run  seconds\n');
for (const { name, passed, failed, left: lines, seconds } of rows) {
  const cells = [String(passed).padStart(8), String(failed).padStart(8), String(lines.length).padStart(9), seconds.padStart(9)];
  process.stdout.write(`${name.padEnd(10)}${cells.join('')}\n`);
}
const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
process.exit(sum('failed') === 0 && sum('passed') > 0 ? 0 : 1);

/** Runs a command, passes its output on as it comes, and resolves with it; ends it after `minutes`. */
function output(command, args, minutes) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], timeout: minutes * 60_000 });
    const chunks = [];
    child.stdout.on('data', (chunk) => {
      chunks.push(chunk);
      process.stdout.write(chunk);
    });
    child.on('error', (error) => resolve({ status: 1, text: String(error) }));
    child.on('close', (status) => resolve({ status, text: Buffer.concat(chunks).toString() }));
  });
}

/** Runs a suite that prints `N passed, N failed` last; a suite that does not, or that lies, has failed. */
async function plain(command, args) {
  const { status, text } = await output(command, args, 20);
  const left = [...text.matchAll(/^not run: (.*)$/gm)].map((match) => match[1]);
  const counts = /(\d+) passed, (\d+) failed\s*$/.exec(text);
  if (!counts) return { passed: 0, failed: 1, left };
  const failed = Number(counts[2]);
  return { passed: Number(counts[1]), failed: status !== 0 && failed === 0 ? 1 : failed, left };
}

async function vitest(name, more) {
  const report = path.join(root, `artifacts/${name}.json`);
  rmSync(report, { force: true });
  const args = ['--no-install', 'vitest', 'run', ...more, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = await output('npx', args, 15);
  if (!existsSync(report)) return { passed: 0, failed: 1, left: [] };
  const found = JSON.parse(readFileSync(report, 'utf8'));
  const failed = found.numFailedTests || (found.numFailedTestSuites > 0 || status !== 0 ? 1 : 0);
  const skipped = found.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter((each) => ['skipped', 'pending', 'todo'].includes(each.status)).map((each) => each.fullName),
  );
  return { passed: found.numPassedTests, failed, left: skipped };
}
