// What the package holds is an allow-list; the package is made and its size printed.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { makePackage } from '../support/package.mjs';

const allowed = [
  /^(package\.json|README\.md|readme\.md|CHANGELOG\.md|changelog\.md|LICENSE|LICENSE\.txt)$/,
  /^dist\/((extension|languageClient|server)\.cjs|cli\.js|package\.json|browser\/(extension|server)\.js)$/,
  /^dist\/agent\/(\w+\/)*\w+\.py$/,
  /^(syntaxes|snippets)\/[\w.-]+\.json$/,
];
const needed = [
  'dist/extension.cjs',
  'dist/server.cjs',
  'dist/cli.js',
  'dist/package.json',
  'package.json',
  'README.md',
];
const agent = readdirSync('server/agent', { recursive: true }).filter((file) => file.endsWith('.py'));
needed.push(...agent.map((file) => `dist/agent/${file}`));

let passed = 0;
let failed = 0;
const check = (ok, what) => {
  if (ok) passed++;
  else {
    failed++;
    process.stdout.write(`FAILED: ${what}\n`);
  }
};
const listed = spawnSync('npx', ['--no-install', 'vsce', 'ls', '--no-dependencies'], { encoding: 'utf8' });
const files = listed.stdout.split('\n').filter((line) => line !== '');
check(listed.status === 0, `vsce ls: ${listed.stderr}`);
for (const file of files)
  check(
    allowed.some((each) => each.test(file)),
    `${file} should not be in the package`,
  );
for (const file of needed) check(files.includes(file), `${file} is missing from the package`);
const { vsix, problem } = makePackage();
check(problem === undefined, `vsce package: ${problem}`);
if (problem === undefined) {
  const kilobytes = statSync(vsix).size / 1024;
  process.stdout.write(`the package holds ${files.length} files, ${kilobytes.toFixed(0)} KB\n`);
  // Three bundles hold the languages and their data: the command line, the server and the server of the browser.
  check(kilobytes < 1500, 'the package is larger than 1,500 KB');
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
