// Editing D and SystemTap in a real VS Code (languages.suite.ts in its extension host), and the server as a worker in a
// browser, spoken to by JSON-RPC as VS Code for the Web does.
import { build } from 'esbuild';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { root } from '../../scripts/setup/npm.mjs';
import { installVSCode } from '../../scripts/setup/vscode.mjs';
import { startServer } from '../support/vscodeServer.mjs';

const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!browserPath) {
  process.stdout.write('not run: languages (there is no Chromium; install the package chromium)\n0 passed, 0 failed\n');
  process.exit(0);
}
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
flags.push('--disable-component-update', '--disable-sync');

let passed = 0;
let failed = 0;
const check = (ok, what) => {
  if (ok) passed++;
  else failed++;
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${what}\n`);
};

const files = {
  'mistakes.d': 'BEGIN\n{\n  trace();\n}\n',
  'mistakes.stp': 'probe begin {\n  printf("x" }\n',
  'spelling.d': 'python$target:::function__entry\n{\n  @[copyinstr(arg0)] = count();\n}\n',
  'complete.d':
    'python$target:::function-entry\n{\n  self->depth++;\n  trace(copyinstr(/* here */ arg0));\n  x = self->depth;\n}\n',
  'format.d': 'BEGIN{x=1;}\n',
  'format.stp': 'probe begin{x=1;print(x)}\n',
  'uses.stp': 'probe begin {\n  println(shared(1))\n}\n',
  'tapset/own.stp': 'function shared:long (n:long) {\n  return n + 1\n}\n',
  'module.d': 'module a.b;\nimport std.stdio;\nvoid main() { }\n',
  'main.d': 'main.o: main.c a.h \\\n  b.h\n',
  'bare.d': '/* nothing yet */\n',
  'kept.d': 'module kept;\n',
};
const temporary = mkdtempSync(path.join(tmpdir(), 'cpp-languages-'));
const workspace = path.join(temporary, 'workspace');
for (const [name, text] of Object.entries(files)) {
  const full = path.join(workspace, name);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
}
const settings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'chat.commandCenter.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'files.autoSave': 'off',
};

const browser = await chromium.launch({ executablePath: browserPath, args: flags });
try {
  await inWorker();
  await inExtensionHost();
} catch (error) {
  check(false, String(error.stack ?? error));
} finally {
  await browser.close();
  rmSync(temporary, { recursive: true, force: true });
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

async function inExtensionHost() {
  await build({
    entryPoints: [path.join(root, 'test/e2e/languages.suite.ts')],
    outfile: path.join(root, 'out/languages.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  const server = await startServer(installVSCode(), path.join(temporary, 'data'), settings);
  const page = await browser.newPage();
  let done;
  let finish;
  const exited = new Promise((resolve) => (finish = resolve));
  await page.exposeFunction('codeAutomationLog', (_, args) => {
    const text = args.map(String).join(' ');
    for (const [, how, what] of text.matchAll(/CPP (ok|FAILED) ([^]*?)(?=\nCPP |$)/g)) {
      process.stdout.write(`${how === 'ok' ? 'ok    ' : 'FAILED'} ${what}\n`);
    }
    const counts = /CPP-DONE (\{.*\})/.exec(text);
    if (counts) done = JSON.parse(counts[1]);
  });
  await page.exposeFunction('codeAutomationExit', (code) => finish(code));
  const authority = `vscode-remote://localhost:${server.port}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', `${authority}${root}`],
    ['extensionTestsPath', `${authority}${root}/out/languages.cjs`],
  ]);
  const query = `folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(payload)}`;
  await page.goto(`http://localhost:${server.port}/?${query}`);
  const timer = setTimeout(() => finish('nothing in 180 s'), 180_000);
  const code = await exited;
  clearTimeout(timer);
  await page.close();
  await server.stop();
  if (done) {
    passed += done.passed;
    failed += done.failed;
  } else check(false, `the suite ended with ${code} and no result`);
}

/** The bundle of VS Code for the Web, in a worker of a real browser. */
async function inWorker() {
  const page = await browser.newPage();
  const source = readFileSync(path.join(root, 'dist/browser/server.js'), 'utf8');
  const answers = await page.evaluate(async (bundle) => {
    const worker = new Worker(URL.createObjectURL(new Blob([bundle], { type: 'text/javascript' })));
    const waiting = new Map();
    let next = 1;
    worker.onmessage = ({ data }) => {
      if (data.method === undefined) waiting.get(data.id)?.('result' in data ? data.result : data.error);
      else if (data.id !== undefined) worker.postMessage({ jsonrpc: '2.0', id: data.id, result: null });
    };
    const request = (method, params) =>
      new Promise((resolve) => {
        waiting.set(next, resolve);
        worker.postMessage({ jsonrpc: '2.0', id: next++, method, params });
      });
    const notify = (method, params) => worker.postMessage({ jsonrpc: '2.0', method, params });
    const capabilities = { textDocument: { diagnostic: {}, completion: { completionItem: { snippetSupport: true } } } };
    const { serverInfo } = await request('initialize', { processId: null, rootUri: null, capabilities });
    notify('initialized', {});
    const ask = async (uri, languageId, text, character) => {
      notify('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
      const textDocument = { uri };
      const { items } = await request('textDocument/diagnostic', { textDocument });
      const completion = await request('textDocument/completion', { textDocument, position: { line: 0, character } });
      return { codes: items.map((each) => each.code), labels: completion.items.map((each) => each.label) };
    };
    const d = await ask('memfs:/x.d', 'dtrace', 'BEGIN { trace(copyin); x = ; }', 20);
    const stp = await ask('memfs:/x.stp', 'systemtap', 'probe begin { user_str; printf("x" }', 22);
    const end = await request('shutdown');
    worker.terminate();
    return { name: serverInfo.name, d, stp, end };
  }, source);
  await page.close();
  check(answers.name === 'cpython-probes', 'the server starts as a worker in a browser');
  check(answers.d.codes.includes('dtrace/D_SYNTAX'), `worker: diagnostics of D (${answers.d.codes})`);
  check(answers.d.labels.includes('copyinstr'), 'worker: completion of D');
  check(answers.stp.codes.includes('systemtap/syntax'), `worker: diagnostics of SystemTap (${answers.stp.codes})`);
  check(answers.stp.labels.includes('user_string'), 'worker: completion of SystemTap');
  check(answers.end === null, 'worker: shutdown is answered');
}
