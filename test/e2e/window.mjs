// The extension in a real VS Code, whose workbench a headless Chromium shows. First the mocha suite in the extension
// host (suite.ts); then the packaged .vsix, clicked as a person would, its counts read out of the rendered page, with
// screenshots in four themes in artifacts/.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { root } from '../../scripts/setup/npm.mjs';
import { installVSCode } from '../../scripts/setup/vscode.mjs';
import { makePackage } from '../support/package.mjs';
import { startServer } from '../support/vscodeServer.mjs';

const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!browserPath) {
  process.stdout.write('not run: window (there is no Chromium; install the package chromium)\n0 passed, 0 failed\n');
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

const temporary = mkdtempSync(path.join(tmpdir(), 'cpp-window-'));
const workspace = path.join(temporary, 'workspace');
mkdirSync(workspace);
const counted = 'def f():\n    for i in range(10):\n        i += 1\n    return i\n\nf()\nif f is None:\n    f()\n';
writeFileSync(path.join(workspace, 'counted.py'), counted);
writeFileSync(
  path.join(workspace, 'endless.py'),
  'import time\nn = 0\nwhile True:\n    n += 1\n    time.sleep(0.001)\n',
);
writeFileSync(path.join(workspace, 'raises.py'), 'for i in range(3):\n    i += 1\nraise ValueError("no")\n');
writeFileSync(path.join(workspace, 'writes.py'), 'open("written", "w").close()\n');
const settings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'chat.commandCenter.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'files.autoSave': 'off',
};

const vscode = installVSCode();
const browser = await chromium.launch({ executablePath: browserPath, args: flags });
try {
  await suites();
  await packaged();
} catch (error) {
  check(false, String(error.stack ?? error));
} finally {
  await browser.close();
  rmSync(temporary, { recursive: true, force: true });
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

async function suites() {
  for (const phase of ['first', 'restored', 'restricted']) {
    await build({
      entryPoints: [path.join(root, 'test/e2e/suite.ts')],
      outfile: path.join(root, `out/${phase}.cjs`),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['vscode', 'mocha'],
      define: { phase: JSON.stringify(phase) },
      logLevel: 'warning',
    });
  }
  const data = path.join(temporary, 'data');
  const context = await browser.newContext();
  // One server for both: the workbench keeps a workspace's storage by the page's origin.
  const shared = await startServer(vscode, data, settings);
  for (const phase of ['first', 'restored']) await inHost(context, shared.port, phase);
  await shared.stop();
  await context.close();
  const trust = {
    ...settings,
    'security.workspace.trust.enabled': true,
    'security.workspace.trust.startupPrompt': 'never',
  };
  const server = await startServer(vscode, path.join(temporary, 'restricted'), trust);
  const other = await browser.newContext();
  await inHost(other, server.port, 'restricted');
  await other.close();
  await server.stop();
}

/** Runs one bundle of the suite in the extension host, and counts its tests. */
async function inHost(context, port, phase) {
  const page = await context.newPage();
  const authority = `vscode-remote://localhost:${port}`;
  let finish;
  const exited = new Promise((resolve) => (finish = resolve));
  let done;
  await page.exposeFunction('codeAutomationLog', (_, args) => {
    const text = args.map(String).join(' ');
    const lines = text.matchAll(/CPP (ok|FAILED) ([^]*?)(?=\nCPP |$)/g);
    for (const [, how, what] of lines)
      process.stdout.write(`${how === 'ok' ? 'ok    ' : 'FAILED'} ${phase}: ${what}\n`);
    const counts = /CPP-DONE (\{.*\})/.exec(text);
    if (counts) done = JSON.parse(counts[1]);
  });
  await page.exposeFunction('codeAutomationExit', (code) => finish(code));
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', `${authority}${root}`],
    ['extensionTestsPath', `${authority}${root}/out/${phase}.cjs`],
  ]);
  await page.goto(
    `http://localhost:${port}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(payload)}`,
  );
  const timer = setTimeout(() => finish('nothing in 180 s'), 180_000);
  const code = await exited;
  clearTimeout(timer);
  await page.close();
  if (done) {
    passed += done.passed;
    failed += done.failed;
  } else check(false, `${phase}: the suite ended with ${code} and no result`);
}

async function packaged() {
  const { vsix, problem } = makePackage();
  check(problem === undefined, `the package was made ${problem ?? ''}`);
  const data = path.join(temporary, 'packaged');
  const install = [
    'out/server-main.js',
    '--install-extension',
    vsix,
    '--server-data-dir',
    data,
    '--accept-server-license-terms',
  ];
  const installed = spawnSync(process.execPath, install, { cwd: vscode, encoding: 'utf8', timeout: 120_000 });
  check(installed.status === 0 && /successfully installed/.test(installed.stdout), 'the package was installed');
  const themes = {
    light: 'Default Light Modern',
    dark: 'Default Dark Modern',
    'hc-dark': 'Default High Contrast',
    'hc-light': 'Default High Contrast Light',
  };
  for (const [name, theme] of Object.entries(themes)) {
    const server = await startServer(vscode, data, { ...settings, 'workbench.colorTheme': theme });
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`http://localhost:${server.port}/?folder=${encodeURIComponent(workspace)}`);
    await page.getByRole('treeitem', { name: 'counted.py' }).dblclick({ timeout: 60_000 });
    const run = page.locator('.editor-actions [aria-label^="Trace This Python File"]').first();
    await run.waitFor({ timeout: 60_000 });
    const began = Date.now();
    await run.click();
    const counts = await page
      .waitForFunction(readCounts, undefined, { timeout: 60_000, polling: 50 })
      .then((handle) => handle.jsonValue());
    if (name === 'light')
      process.stdout.write(`from the click to the counts on the screen: ${Date.now() - began} ms\n`);
    const wanted = ['1×  1 call', '11×', '10×', '1×', '1×', '1×', 'never'];
    check(JSON.stringify(counts) === JSON.stringify(wanted), `${name}: the page shows ${JSON.stringify(counts)}`);
    await page.waitForTimeout(1000); // for the picture alone: the notification fades
    await page.screenshot({ path: path.join(root, `artifacts/window-${name}.png`) });
    await page.close();
    await server.stop();
  }

  /** In the page: the texts of the counts after the lines, top to bottom, once there are seven. */
  function readCounts() {
    const found = [...document.querySelectorAll('.view-lines .view-line span[class*="ced-"]')]
      .map((element) => ({
        top: element.getBoundingClientRect().top,
        text: getComputedStyle(element, '::after').content,
      }))
      .filter(({ text }) => text && text !== 'none' && text !== 'normal' && text !== '""')
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text.replace(/^"|"$/g, '').replace(/\u00a0/g, ' '));
    return found.length >= 7 ? found : undefined;
  }
}
