// The packaged .vsix in a real VS Code, used as a person would: installed, the example opened, the run menu clicked,
// and the counts read out of the rendered page, in four themes. Screenshots are kept in artifacts/.
import { spawnSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/setup/npm.mjs';
import { makePackage } from '../support/package.mjs';
import { startServer } from '../support/vscodeServer.mjs';
import { settings } from './workspace.mjs';

const themes = {
  light: ['Default Light Modern', '.vs'],
  dark: ['Default Dark Modern', '.vs-dark'],
  'hc-dark': ['Default High Contrast', '.hc-black'],
  'hc-light': ['Default High Contrast Light', '.hc-light'],
};
const patience = { timeout: 60_000 };
/** The counts of example/orders.py that every Python agrees on, by line. */
const expected = {
  5: '1×',
  14: '2× · 2.8k calls',
  15: '2.8k×',
  18: '1× · 2k calls',
  19: '1×',
  20: '2k×',
  21: '2k×',
  24: '1× · 2k calls',
  25: '2k×',
  26: '766×',
  27: '1.2k×',
};

/** @param {(ok: boolean, what: string) => void} check */
export async function packaged(browser, vscode, temporary, check) {
  const { vsix, problem } = makePackage();
  check(problem === undefined, `the package was made ${problem ?? ''}`);
  const data = path.join(temporary, 'packaged');
  const install = ['out/server-main.js', '--install-extension', vsix, '--server-data-dir', data];
  install.push('--accept-server-license-terms');
  const installed = spawnSync(process.execPath, install, { cwd: vscode, encoding: 'utf8', timeout: 120_000 });
  check(installed.status === 0 && /successfully installed/.test(installed.stdout), 'the package was installed');

  const workspace = path.join(temporary, 'example');
  cpSync(path.join(root, 'example'), workspace, { recursive: true });
  writeFileSync(path.join(workspace, 'endless.py'), 'import time\nwhile True:\n    time.sleep(0.001)\n');
  /** Opens the window anew with other settings: the file and the counts of the last run come back with it. */
  const reopen = async (more) => {
    writeFileSync(path.join(data, 'data/User/settings.json'), JSON.stringify({ ...settings, ...more }, null, 2));
    await page.reload();
  };
  const server = await startServer(vscode, data, { ...settings, 'workbench.colorTheme': themes.light[0] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 960 } });
  const picture = (name) => page.screenshot({ path: path.join(root, `artifacts/window-${name}.png`) });
  try {
    await page.goto(`http://localhost:${server.port}/?folder=${encodeURIComponent(workspace)}`);
    await page.getByRole('treeitem', { name: 'orders.py' }).dblclick(patience);
    await chosenPython(page, check);
    const run = page.locator('.editor-actions [aria-label^="Trace This Python File"]').first();
    await run.waitFor(patience);
    for (const which of ['first', 'second']) {
      const began = Date.now();
      await run.click();
      await status(page, /Tracing orders/);
      await page.waitForFunction(readCounts, undefined, { ...patience, polling: 20 });
      process.stdout.write(
        `       ${which} run: from the click to the counts on the screen ${Date.now() - began} ms\n`,
      );
      await status(page, /line events/);
    }
    await page.mouse.move(640, 700);
    for (const [name, [theme, selector]] of Object.entries(themes)) {
      if (name !== 'light') await reopen({ 'workbench.colorTheme': theme });
      await page.waitForSelector(`.monaco-workbench${selector}`, patience);
      const counts = await until(page, (found) => Object.keys(expected).every((line) => found[line]));
      const wrong = Object.entries(expected).filter(([line, text]) => counts[line]?.text !== text);
      check(
        wrong.length === 0,
        `${name}: the page shows the counts ${JSON.stringify(wrong.map(([line]) => counts[line]))}`,
      );
      const faint = Object.values(counts).filter(({ contrast }) => contrast < (name.startsWith('hc') ? 4.5 : 3));
      check(faint.length === 0, `${name}: every count can be read on its background ${JSON.stringify(faint)}`);
      await picture(name);
    }
    await hovered(page, check, picture);
    await reopen({ 'workbench.colorTheme': themes.dark[0], 'cpythonProbes.counts.placement': 'left' });
    await column(page, check, picture);
    await reopen({ 'workbench.colorTheme': themes.dark[0] });
    await cancelled(page, check, picture);
  } catch (error) {
    await picture('failure');
    throw error;
  } finally {
    await page.close();
    await server.stop();
  }
}

/** The interpreter stands in the language status before anything has run, and can be changed there. */
async function chosenPython(page, check) {
  await status(page, /Trace with Python 3\.\d+\.\d+/);
  await page.locator('#status\\.languageStatus').hover(patience);
  const entry = page.locator('.hover-language-status', { hasText: 'runs the traces' }).first();
  await entry.waitFor(patience);
  const text = await entry.innerText();
  check(
    /Python 3\.\d+\.\d+/.test(text) && /Change/.test(text),
    `the chosen Python shows: ${text.replace(/\s+/g, ' ')}`,
  );
  await page.screenshot({ path: path.join(root, 'artifacts/window-interpreter.png') });
  await page.mouse.move(640, 700);
}

async function hovered(page, check, picture) {
  await page
    .locator('.view-line', { hasText: 'def discount' })
    .first()
    .hover({ ...patience, position: { x: 45, y: 9 } });
  const hover = page.locator('.monaco-hover', { hasText: 'of the run’s' }).first();
  await hover.waitFor(patience);
  const text = await hover.innerText();
  check(
    /discount: 2,000 calls, 2,000 returns/.test(text.replace(/\s+/g, ' ')),
    `the hover says: ${text.replace(/\s+/g, ' ')}`,
  );
  await picture('hover');
  await page.mouse.move(640, 700);
}

/** Placement `left`: the text of every line, counted or not, begins where the others' do. */
async function column(page, check, picture) {
  const begin = await page.waitForFunction(firstCharacters, undefined, patience).then((handle) => handle.jsonValue());
  const uneven = Math.max(...begin) - Math.min(...begin);
  check(uneven < 0.5, `left: the texts of ${begin.length} lines begin ${uneven.toFixed(2)} px apart`);
  await picture('left');
}

/** In the page: where the first character of each line with text is, once a column is drawn. */
function firstCharacters() {
  const lines = [...document.querySelectorAll('.view-lines .view-line')];
  const drawn = lines.filter((line) => {
    const mark = line.querySelector('span[class*="ced-"]');
    return mark && !['none', 'normal', ''].includes(getComputedStyle(mark, '::before').content);
  });
  if (drawn.length < 20) return undefined;
  return lines.flatMap((line) => {
    const text = document.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode();
    if (!text || text.data.length === 0 || line.textContent.replace(/[\u200b\u200c]/g, '') === '') return [];
    const range = document.createRange();
    range.setStart(text, 0);
    range.setEnd(text, 1);
    return [range.getBoundingClientRect().left];
  });
}

/** A run that lasts has a notification; its Cancel ends the run and keeps the counts. */
async function cancelled(page, check, picture) {
  await page.getByRole('treeitem', { name: 'endless.py' }).dblclick(patience);
  await page.locator('.tab.active', { hasText: 'endless.py' }).waitFor(patience);
  await page.locator('.editor-actions [aria-label^="Trace This Python File"]').first().click(patience);
  const toast = page.locator('.notification-toast', { hasText: 'Tracing endless.py' });
  await toast.waitFor(patience);
  await until(page, (found) => found[3]);
  await picture('running');
  await toast.getByRole('button', { name: 'Cancel' }).click(patience);
  await status(page, /line events/);
  await toast.waitFor({ ...patience, state: 'detached' });
  const counts = await until(page, (found) => found[3]);
  check(counts[3] !== undefined, `Cancel in the notification ended the run and kept its counts (${counts[3]?.text})`);
}

async function status(page, text) {
  await page.locator('.statusbar-item', { hasText: text }).first().waitFor(patience);
}

/** The counts on the page, once they are as wanted. */
async function until(page, wanted) {
  const deadline = Date.now() + patience.timeout;
  for (;;) {
    const handle = await page.waitForFunction(readCounts, undefined, { ...patience, polling: 50 });
    const found = await handle.jsonValue();
    if (wanted(found)) return found;
    if (Date.now() > deadline) return found;
  }
}

/** In the page: the counts after the lines, by line number, with their contrast to the editor; undefined if none. */
function readCounts() {
  const numbers = new Map(
    [...document.querySelectorAll('.margin-view-overlays .line-numbers')].map((element) => [
      Math.round(element.getBoundingClientRect().top),
      element.textContent.trim(),
    ]),
  );
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) =>
    [r, g, b]
      .map((c) => c / 255)
      .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const editor = getComputedStyle(document.querySelector('.monaco-editor-background')).backgroundColor;
  const found = {};
  for (const element of document.querySelectorAll('.view-lines .view-line span[class*="ced-"]')) {
    const { content, color } = getComputedStyle(element, '::after');
    if (!content || content === 'none' || content === 'normal' || content === '""') continue;
    const line = numbers.get(Math.round(element.closest('.view-line').getBoundingClientRect().top));
    const [a, b] = [luminance(channels(color)), luminance(channels(editor))].sort((x, y) => y - x);
    const text = content.replace(/^"|"$/g, '').replace(/\u00a0/g, ' ');
    found[line] = { text, contrast: Math.round(((a + 0.05) / (b + 0.05)) * 10) / 10 };
  }
  return Object.keys(found).length > 0 ? found : undefined;
}
