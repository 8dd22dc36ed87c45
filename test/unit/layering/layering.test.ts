// The layering rules are only worth their name if a violation is caught: one small tree that breaks each of them once,
// beside files that break none, cruised with the rules that `npm run check` uses.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

const tree: Record<string, string> = {
  'server/src/protocol.ts': "import './base/pure.ts';\nexport const version = 1;\n",
  'server/src/base/pure.ts': 'export const pure = 1;\n',
  'server/src/base/files.ts': "import 'node:fs/promises';\n",
  'server/src/base/processes.ts': "import 'execa';\n",
  'server/src/base/upward.ts': "import '../run/allowed.ts';\n",
  'server/src/catalogue/upward.ts': "import '../languages/model.ts';\n",
  'server/src/languages/model.ts': 'export const model = 1;\n',
  'server/src/languages/upward.ts': "import '../services/hover.ts';\n",
  'server/src/languages/dtrace/other.ts': "import '../systemtap/index.ts';\n",
  'server/src/languages/systemtap/index.ts': 'export const index = 1;\n',
  'server/src/languages/dtrace/index.ts': 'export const index = 1;\n',
  'server/src/languages/systemtap/other.ts': "import '../dtrace/index.ts';\n",
  'server/src/services/hover.ts': "import '../languages/model.ts';\n",
  'server/src/services/server.ts': "import '../lsp/server.ts';\n",
  'server/src/lsp/server.ts': "import 'vscode-languageserver';\n",
  'server/src/lsp/processes.ts': "import '../run/allowed.ts';\n",
  'server/src/commands/allowed.ts': "import 'node:fs';\nimport '../run/allowed.ts';\n",
  'server/src/services/protocol.ts': "import 'vscode-languageserver/node';\n",
  'server/src/compile/upward.ts': "import '../run/allowed.ts';\n",
  'server/src/report/sockets.ts': "import 'net';\n",
  'server/src/run/allowed.ts': "import 'node:fs';\nimport 'execa';\nimport '../base/pure.ts';\n",
  'server/src/run/editor.ts': "import 'vscode';\n",
  'server/src/run/window.ts': "import '../../../client/src/allowed.ts';\n",
  'server/src/run/one.ts': "import './two.ts';\n",
  'server/src/run/two.ts': "import './one.ts';\n",
  'client/src/allowed.ts': "import 'vscode';\nimport '../../server/src/protocol.ts';\n",
  'client/src/reaches.ts': "import '../../server/src/run/allowed.ts';\n",
  'client/src/view/editor.ts': "import 'vscode';\n",
  'client/src/view/clock.ts': "import 'node:timers/promises';\n",
};

interface Cruised {
  readonly summary: { readonly violations: readonly { rule: { name: string }; from: string; to: string }[] };
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cpp-layering-'));
  writeFileSync(path.join(folder, 'tsconfig.json'), '{ "compilerOptions": { "allowImportingTsExtensions": true } }\n');
  for (const [name, text] of Object.entries(tree)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every rule catches its violation, and allowed imports pass', () => {
  const program = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const rules = path.join(root, '.dependency-cruiser.cjs');
  const args = [program, '--config', rules, '--output-type', 'json', 'client/src', 'server/src'];
  const done = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  expect(done.stderr).toBe('');
  const { violations } = (JSON.parse(done.stdout) as Cruised).summary;
  const found = violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).sort();
  expect(found).toEqual([
    'base-is-below: server/src/base/upward.ts → server/src/run/allowed.ts',
    'catalogue-knows-no-language: server/src/catalogue/upward.ts → server/src/languages/model.ts',
    'client-imports-protocol-alone: client/src/reaches.ts → server/src/run/allowed.ts',
    'dtrace-knows-no-systemtap: server/src/languages/dtrace/other.ts → server/src/languages/systemtap/index.ts',
    'languages-are-below-services: server/src/languages/upward.ts → server/src/services/hover.ts',
    'no-cycles: server/src/run/one.ts → server/src/run/two.ts',
    'only-run-touches-the-world: client/src/view/clock.ts → timers/promises',
    'only-run-touches-the-world: server/src/base/files.ts → fs/promises',
    'only-run-touches-the-world: server/src/base/processes.ts → execa',
    'only-run-touches-the-world: server/src/report/sockets.ts → net',
    'only-the-server-speaks-lsp: server/src/services/protocol.ts → vscode-languageserver/node',
    'protocol-stands-alone: server/src/protocol.ts → server/src/base/pure.ts',
    'server-without-client: server/src/run/window.ts → client/src/allowed.ts',
    'server-without-vscode: server/src/run/editor.ts → vscode',
    'services-and-compile-are-below-run: server/src/compile/upward.ts → server/src/run/allowed.ts',
    'services-and-compile-are-below-run: server/src/lsp/processes.ts → server/src/run/allowed.ts',
    'services-are-below-the-server: server/src/services/server.ts → server/src/lsp/server.ts',
    'systemtap-knows-no-dtrace: server/src/languages/systemtap/other.ts → server/src/languages/dtrace/index.ts',
    'view-without-vscode: client/src/view/editor.ts → vscode',
  ]);
});
