// A real VS Code without a desktop: the server and workbench that the npm package code-server carries, in .cache/.
// Made in a folder of its own and renamed when whole, so that an interrupted installation is done again.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './npm.mjs';

const version = '4.100.3';

/** Returns the folder of VS Code's server; installs it first where it is not there. Throws with npm's last words. */
export function installVSCode() {
  const place = path.join(root, '.cache', `vscode-${version}`);
  const server = (base) => path.join(base, 'node_modules/code-server/lib/vscode');
  if (existsSync(place)) return server(place);
  const making = `${place}.making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  writeFileSync(path.join(making, 'package.json'), '{ "private": true }\n');
  process.stdout.write(`Installing VS Code (code-server ${version})…\n`);
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  npm(making, ['install', '--ignore-scripts', ...quiet, `code-server@${version}`]);
  npm(server(making), ['install', '--ignore-scripts', '--omit=dev', ...quiet]);
  // Its last package downloads ripgrep, which may fail: a ripgrep of the machine is linked in below.
  npm(server(making), ['rebuild', 'node-pty', '@vscode/spdlog', 'native-watchdog', '@parcel/watcher'], false);
  if (!existsSync(path.join(server(making), 'node_modules/node-pty/build/Release/pty.node'))) {
    throw new Error('node-pty could not be built; VS Code needs python3, make and g++ for it');
  }
  npm(path.join(server(making), 'extensions'), ['install', '--ignore-scripts', '--omit=dev', ...quiet]);
  const rg = spawnSync('sh', ['-c', 'command -v rg'], { encoding: 'utf8' }).stdout.trim();
  const link = path.join(server(making), 'node_modules/@vscode/ripgrep/bin/rg');
  if (rg !== '' && !existsSync(link)) {
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(rg, link);
  }
  renameSync(making, place);
  return server(place);
}

function npm(cwd, args, needed = true) {
  const done = spawnSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (needed && done.status !== 0) throw new Error(`npm ${args[0]} failed: ${done.stderr.slice(-500)}`);
}
