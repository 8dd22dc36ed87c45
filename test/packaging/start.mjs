// `npm start` as a person types it: without a desktop VS Code it prints the listing of a real traced run and how to get
// the window; with one it opens the example with the extension loaded.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../scripts/setup/npm.mjs';

let passed = 0;
let failed = 0;
const check = (ok, what) => {
  if (ok) passed++;
  else failed++;
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${what}\n`);
};
const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...bare } = process.env;
const start = (env) =>
  spawnSync('npm', ['start'], { cwd: root, encoding: 'utf8', env: { ...bare, ...env }, timeout: 300_000 });

const listing = start({});
const text = listing.stdout ?? '';
check(listing.status === 0, `npm start ends with 0 (${listing.status} ${listing.stderr})`);
check(/^revenue 34602$/m.test(text) && /^fib\(15\) 610$/m.test(text), 'the program’s own output is there');
for (const line of [
  '2,000 |         revenue += order.total - discount(order)',
  '1,973 |     return n if n < 2 else fib(n - 1) + fib(n - 2)',
  '766 |         return order.total // 10',
]) {
  check(text.includes(line), `the listing has: ${line}`);
}
check(/def fib\(n\):  # fib 1,973 calls/.test(text), 'a function’s calls stand on its def');
check(/npm start -- --browser/.test(text), 'it says how to get the window');

// A stand-in for the desktop's `code` writes down how it is called.
const folder = mkdtempSync(path.join(tmpdir(), 'cpp-start-'));
try {
  const code = path.join(folder, 'code');
  writeFileSync(code, `#!/bin/sh\nprintf '%s\\n' "$@" > '${path.join(folder, 'called')}'\n`);
  chmodSync(code, 0o755);
  const opened = start({ DISPLAY: ':0', PATH: `${folder}${path.delimiter}${process.env.PATH}` });
  check(opened.status === 0 && /VS Code opens on example/.test(opened.stdout), 'with a desktop VS Code it opens that');
  const called = readFileSync(path.join(folder, 'called'), 'utf8').split('\n');
  const example = path.join(root, 'example');
  const wanted = ['--new-window', `--extensionDevelopmentPath=${root}`, example, path.join(example, 'orders.py')];
  check(JSON.stringify(called.slice(0, 4)) === JSON.stringify(wanted), 'on the example, with the extension loaded');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
