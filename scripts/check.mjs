// Every static check, in one command: types, lint, format, layering, unused code.
import { spawnSync } from 'node:child_process';
import { installPackages } from './setup/npm.mjs';

const checks = [
  ['types', 'tsc', ['-p', 'tsconfig.json']],
  ['lint', 'eslint', ['client', 'server', 'test']],
  ['format', 'prettier', ['--check', '--log-level=warn', 'client', 'server', 'test', 'syntaxes', 'snippets', 'docs/*.json', '*.json']],
  ['layering', 'depcruise', ['client/src', 'server/src']],
  ['unused code', 'knip', []],
];
installPackages();
let failed = 0;
for (const [name, tool, args] of checks) {
  const done = spawnSync('npx', ['--no-install', tool, ...args], { encoding: 'utf8' });
  const ok = done.status === 0;
  if (!ok) failed++;
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${name}\n${ok ? '' : done.stdout + done.stderr}`);
}
process.stdout.write(`${checks.length - failed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
