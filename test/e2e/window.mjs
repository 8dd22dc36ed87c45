// The extension in a real VS Code. First the mocha suites in the extension host (suite.ts); then the packaged .vsix,
// used as a person would. A desktop VS Code runs the suites where there is one; else, and for Restricted Mode and the
// package always, VS Code's server does, whose workbench a headless Chromium shows.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { installVSCode } from '../../scripts/setup/vscode.mjs';
import { startServer } from '../support/vscodeServer.mjs';
import { bundle, findDesktop, inBrowser, inDesktop } from './host.mjs';
import { packaged } from './packaged.mjs';
import { makeWorkspace, settings, trustSettings } from './workspace.mjs';

let passed = 0;
let failed = 0;
const check = (ok, what) => {
  if (ok) passed++;
  else failed++;
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${what}\n`);
};
const add = (result) => {
  passed += result.passed;
  failed += result.failed;
  if (result.problem) process.stdout.write(`FAILED ${result.problem}\n`);
};
const attempt = async (what, run) => {
  try {
    await run();
  } catch (error) {
    check(false, `${what}: ${error.stack ?? error}`);
  }
};

const temporary = mkdtempSync(path.join(tmpdir(), 'cpp-window-'));
const workspace = path.join(temporary, 'workspace');
makeWorkspace(workspace);
await Promise.all(['first', 'restored', 'restricted'].map(bundle));

const desktop = await findDesktop();
if (desktop.ok) {
  const data = path.join(temporary, 'desktop');
  for (const phase of ['first', 'restored']) add(await inDesktop(desktop.path, data, workspace, phase, settings));
} else process.stdout.write(`not run: window in a desktop VS Code: ${desktop.reason}\n`);

const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (browserPath) await attempt('VS Code’s server', () => inChromium(browserPath));
else {
  const what = desktop.ok ? 'Restricted Mode, the package' : 'all tests';
  process.stdout.write(`not run: window, ${what}: there is no Chromium (package chromium)\n`);
}
rmSync(temporary, { recursive: true, force: true });
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

async function inChromium(executablePath) {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
  args.push('--disable-background-networking', '--disable-component-update');
  const vscode = installVSCode();
  const browser = await chromium.launch({ executablePath, args });
  const phases = process.env.CPP_PHASES?.split(',') ?? ['first', 'restored', 'restricted', 'packaged'];
  try {
    if (!desktop.ok && phases.includes('first')) {
      const context = await browser.newContext();
      // One server for both: the workbench keeps a workspace's storage by the page's origin.
      const server = await startServer(vscode, path.join(temporary, 'data'), settings);
      for (const phase of ['first', 'restored']) add(await inBrowser(context, server.port, workspace, phase));
      await server.stop();
      await context.close();
    }
    if (phases.includes('restricted')) {
      const context = await browser.newContext();
      const server = await startServer(vscode, path.join(temporary, 'restricted'), trustSettings);
      add(await inBrowser(context, server.port, workspace, 'restricted'));
      await server.stop();
      await context.close();
    }
    if (phases.includes('packaged')) {
      await attempt('the package', () => packaged(browser, vscode, temporary, check));
    }
  } finally {
    await browser.close();
  }
}
