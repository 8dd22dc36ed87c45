// Runs the suites that measure the front ends on other people's scripts: every .ts file here, bundled, one after another.
// Each ends with `N passed, N failed`; the last line here is their sum.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const folder = import.meta.dirname;
const out = path.join(folder, '../../artifacts/corpus');
mkdirSync(out, { recursive: true });
let passed = 0;
let failed = 0;
for (const name of readdirSync(folder).filter((each) => each.endsWith('.ts'))) {
  const outfile = path.join(out, name.replace(/\.ts$/, '.mjs'));
  await build({
    entryPoints: [path.join(folder, name)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  process.stdout.write(`--- ${name}\n`);
  const done = spawnSync('node', [outfile], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
    timeout: 600_000,
  });
  process.stdout.write(done.stdout);
  const counts = /(\d+) passed, (\d+) failed\s*$/.exec(done.stdout);
  passed += Number(counts?.[1] ?? 0);
  failed += Number(counts?.[2] ?? 1);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
