// Runs the mocha suites in the extension host of a real VS Code: one whose workbench a headless Chromium shows, or a
// desktop one through @vscode/test-electron where there is one.
import { build } from 'esbuild';
import { existsSync, readFileSync, realpathSync, rmSync, mkdirSync, writeFileSync, chmodSync } from 'node:fs';
import path from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { root } from '../../scripts/setup/npm.mjs';
import { has } from '../../scripts/setup/system.mjs';

/** Bundles a suite; the bundle knows its phase. */
export async function bundle(phase) {
  const outfile = path.join(root, `out/${phase}.cjs`);
  await build({
    entryPoints: [path.join(root, 'test/e2e/suite.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    define: { phase: JSON.stringify(phase) },
    logLevel: 'warning',
  });
  return outfile;
}

/** Runs a phase in the browser's workbench. @returns {Promise<{passed: number, failed: number, problem?: string}>} */
export async function inBrowser(context, port, workspace, phase) {
  const page = await context.newPage();
  const authority = `vscode-remote://localhost:${port}`;
  let finish;
  const exited = new Promise((resolve) => (finish = resolve));
  let done;
  await page.exposeFunction('codeAutomationLog', (_, args) => {
    const text = args.map(String).join(' ');
    for (const [, how, what] of text.matchAll(/CPP (ok|FAILED|says|done) ([^]*?)(?=\nCPP |$)/g)) {
      if (how === 'done') done = JSON.parse(what);
      else process.stdout.write(`${{ ok: 'ok    ', says: '      ' }[how] ?? how} ${phase}: ${what}\n`);
    }
  });
  await page.exposeFunction('codeAutomationExit', (code) => finish(code));
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', `${authority}${root}`],
    ['extensionTestsPath', `${authority}${root}/out/${phase}.cjs`],
  ]);
  const folder = encodeURIComponent(workspace);
  await page.goto(`http://localhost:${port}/?folder=${folder}&payload=${encodeURIComponent(payload)}`);
  const timer = setTimeout(() => finish('nothing in 300 s'), 300_000);
  const code = await exited;
  clearTimeout(timer);
  await page.close();
  return done ?? { passed: 0, failed: 1, problem: `${phase}: the suite ended with ${code} and no result` };
}

/** A desktop VS Code: VSCODE_PATH, an installed one, or a download. @returns {Promise<{ok: true, path: string} | {ok: false, reason: string}>} */
export async function findDesktop() {
  const linux = process.platform === 'linux';
  if (linux && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY && !has('xvfb-run')) {
    return { ok: false, reason: 'there is no display, and no xvfb-run (package xvfb)' };
  }
  const named = process.env.VSCODE_PATH;
  if (named)
    return existsSync(named)
      ? { ok: true, path: named }
      : { ok: false, reason: `VSCODE_PATH is ${named}, which is not there` };
  for (const place of ['/usr/share/code/code', '/Applications/Visual Studio Code.app/Contents/MacOS/Electron']) {
    if (existsSync(place)) return { ok: true, path: realpathSync(place) };
  }
  try {
    const answer = await fetch('https://update.code.visualstudio.com/api/releases/stable', {
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const late = new Promise((_, reject) =>
      setTimeout(() => reject(new Error('its download took more than 300 s')), 300_000).unref(),
    );
    const options = { cachePath: path.join(root, '.cache/vscode-desktop'), timeout: 30_000 };
    return { ok: true, path: await Promise.race([downloadAndUnzipVSCode(options), late]) };
  } catch (error) {
    return {
      ok: false,
      reason: `no desktop VS Code is installed, and none could be downloaded (${error.cause?.code ?? error.message}); VSCODE_PATH names one`,
    };
  }
}

/** Runs a phase in a desktop VS Code. `data` is its user data folder, which phases may share. */
export async function inDesktop(executable, data, workspace, phase, settings) {
  const results = path.join(data, `${phase}.json`);
  rmSync(results, { force: true });
  mkdirSync(path.join(data, 'User'), { recursive: true });
  writeFileSync(path.join(data, 'User/settings.json'), JSON.stringify(settings));
  const displayed = process.env.DISPLAY || process.env.WAYLAND_DISPLAY || process.platform !== 'linux';
  try {
    await runTests({
      vscodeExecutablePath: displayed ? executable : virtualDisplay(data, executable),
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(root, `out/${phase}.cjs`),
      launchArgs: [workspace, '--user-data-dir', data, '--disable-extensions'],
      extensionTestsEnv: { CPP_RESULTS: results },
    });
  } catch (error) {
    if (!existsSync(results)) return { passed: 0, failed: 1, problem: `${phase}: ${error.message}` };
  }
  return existsSync(results)
    ? JSON.parse(readFileSync(results, 'utf8'))
    : { passed: 0, failed: 1, problem: `${phase}: VS Code ended without a result` };
}

/** A script that starts a program on a display of its own. */
function virtualDisplay(folder, executable) {
  const script = path.join(folder, 'on-a-display.sh');
  writeFileSync(script, `#!/bin/sh\nexec xvfb-run -a '${executable.replaceAll("'", `'\\''`)}' "$@"\n`);
  chmodSync(script, 0o755);
  return script;
}
