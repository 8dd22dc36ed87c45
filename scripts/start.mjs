// `npm start`: installs, builds, and opens VS Code on the example with the extension loaded. Without a desktop VS Code
// it prints the annotated listing of a real run, and says how to get the window; `npm start -- --browser` serves it.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { installPackages, must, root } from './setup/npm.mjs';
import { has, installSystemPackages } from './setup/system.mjs';

installPackages();
must('node', ['scripts/build.mjs']);
const example = path.join(root, 'example');

if (process.argv.includes('--browser')) {
  const { installVSCode } = await import('./setup/vscode.mjs');
  const { startServer } = await import('../test/support/vscodeServer.mjs');
  installSystemPackages({ rg: 'ripgrep' });
  const server = await startServer(installVSCode(), path.join(root, '.cache/browser'), {});
  const payload = JSON.stringify([['extensionDevelopmentPath', `vscode-remote://localhost:${server.port}${root}`]]);
  const url = `http://localhost:${server.port}/?folder=${encodeURIComponent(example)}&payload=${encodeURIComponent(payload)}`;
  process.stdout.write(`\nOpen this page; Ctrl+C here ends it.\n${url}\n`);
  process.on('SIGINT', () => void server.stop().then(() => process.exit(0)));
} else if (has('code') && (process.env.DISPLAY || process.env.WAYLAND_DISPLAY || process.platform !== 'linux')) {
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, example, path.join(example, 'orders.py')];
  spawn('code', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  process.stdout.write('VS Code opens on example/. Run “CPython Probes: Trace This Python File” on orders.py.\n');
} else {
  const ran = spawnSync('node', [path.join(root, 'dist/cli.js'), 'hits', 'orders.py'], { cwd: example, stdio: 'inherit' });
  process.stdout.write(
    '\nThis is the listing; no desktop VS Code was found here. For the window, install VS Code with its `code` command\n' +
      'and run npm start again, or run npm start -- --browser and open the page that it prints.\n',
  );
  process.exitCode = ran.status ?? 1;
}
