// Bundles and runs test/fuzz/lsp.ts, whose head says how.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';

const outfile = 'out/fuzz-lsp.mjs';
await build({
  entryPoints: ['test/fuzz/lsp.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  // The client finds the server from the root of the project.
  define: { 'import.meta.dirname': JSON.stringify(new URL('../support', import.meta.url).pathname) },
  logLevel: 'warning',
});
process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
