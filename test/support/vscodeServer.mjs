// Starts VS Code's server on a free local port, and waits until it answers.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

/** A port that nobody listens on. */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/**
 * @param {string} vscode folder of the server
 * @param {string} data its data folder; made, with `settings` as the user's settings
 * @returns {Promise<{port: number, stop: () => Promise<void>}>}
 */
export async function startServer(vscode, data, settings) {
  mkdirSync(path.join(data, 'data/User'), { recursive: true });
  writeFileSync(path.join(data, 'data/User/settings.json'), JSON.stringify(settings, null, 2));
  const port = await freePort();
  const args = ['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'];
  args.push('--accept-server-license-terms', '--server-data-dir', data, '--telemetry-level', 'off');
  const child = spawn(process.execPath, [path.join(vscode, 'out/server-main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`VS Code's server did not start in 60 s: ${said}`)), 60_000);
    const hear = (chunk) => {
      said += chunk;
      if (/Extension host agent listening on/.test(said)) {
        clearTimeout(timer);
        resolve();
      }
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => reject(new Error(`VS Code's server ended with ${code}: ${said}`)));
  });
  const end = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // it has gone already
    }
  };
  process.once('exit', end);
  return {
    port,
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      end();
      await gone;
    },
  };
}
