// Bundles the extension and the command line with esbuild into dist/, and copies the agent beside them.
// The bundles are CommonJS: VS Code's extension host loads `dist/extension.js` with require.
import { build } from 'esbuild';
import { cp, mkdir, readFile, readdir, rm, writeFile, chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const dist = path.join(root, 'dist');
const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: process.argv.includes('--production') ? false : 'linked',
  minify: process.argv.includes('--production'),
  legalComments: 'none',
  logLevel: 'warning',
};

const withVersion = {
  // execa is an ES module that reads import.meta.url while it loads.
  define: { 'import.meta.url': '__importMetaUrl', __version: JSON.stringify(version) },
  inject: [path.join(root, 'scripts/import-meta-url.js')],
};

// The client library is three quarters of all code, and windows with Python alone never load it.
const clientApart = {
  name: 'client-apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^vscode-languageclient\/node$/ }, () => ({ path: './languageClient.cjs', external: true })),
};
const inBrowser = { platform: 'browser', target: 'es2022', define: { __version: JSON.stringify(version) } };

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
// Without this, Node would take the CommonJS bundles for ES modules: the root package is `"type": "module"`.
await writeFile(path.join(dist, 'package.json'), '{ "type": "commonjs" }\n');
await Promise.all([
  build({
    ...shared,
    entryPoints: [path.join(root, 'client/src/extension.ts')],
    outfile: path.join(dist, 'extension.cjs'),
    external: ['vscode'],
    plugins: [clientApart],
  }),
  build({
    ...shared,
    entryPoints: [path.join(root, 'node_modules/vscode-languageclient/lib/node/main.js')],
    outfile: path.join(dist, 'languageClient.cjs'),
    external: ['vscode'],
  }),
  build({
    ...shared,
    ...withVersion,
    entryPoints: [path.join(root, 'server/src/cli.ts')],
    outfile: path.join(dist, 'cli.js'),
    banner: { js: '#!/usr/bin/env node' },
  }),
  build({
    ...shared,
    ...withVersion,
    entryPoints: [path.join(root, 'server/src/main.ts')],
    outfile: path.join(dist, 'server.cjs'),
  }),
  build({
    ...shared,
    ...inBrowser,
    entryPoints: [path.join(root, 'client/src/browser.ts')],
    outfile: path.join(dist, 'browser/extension.js'),
    external: ['vscode'],
  }),
  build({
    ...shared,
    ...inBrowser,
    format: 'iife',
    entryPoints: [path.join(root, 'server/src/browser.ts')],
    outfile: path.join(dist, 'browser/server.js'),
  }),
]);
await chmod(path.join(dist, 'cli.js'), 0o755);
await cp(path.join(root, 'server/agent'), path.join(dist, 'agent'), {
  recursive: true,
  filter: (source) => !source.includes('__pycache__') && !source.endsWith('.md'),
});
process.stdout.write(`built ${(await readdir(dist)).join(', ')}\n`);
