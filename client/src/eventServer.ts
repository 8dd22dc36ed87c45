// The window's end of a run: a private socket in a private folder, on which the runner proves itself by a token and
// then writes RunEvents, one a line.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { EventsHello, RunCommand, RunEvent } from '../../server/src/protocol.ts';

export interface EventServer {
  readonly address: string;
  readonly token: string;
  /** Asks the runner to stop; false if none is connected. */
  readonly stop: () => boolean;
  readonly close: () => void;
}

/** Listens for one runner. `onClosed` is called when its connection ends. */
export async function listenForEvents(onEvent: (event: RunEvent) => void, onClosed: () => void): Promise<EventServer> {
  const token = randomBytes(32).toString('hex');
  const folder = mkdtempSync(path.join(tmpdir(), 'cppw-'));
  const name = path.basename(folder);
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : path.join(folder, 'events.sock');
  let runner: Socket | undefined;
  const server = createServer((socket) => {
    let proved = false;
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).on('line', (line) => {
      if (proved) {
        const event = parse(line);
        if (event) onEvent(event);
        else socket.destroy();
      } else if (isHello(line, token) && !runner) {
        proved = true;
        runner = socket;
        socket.on('close', onClosed);
      } else socket.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  const command: RunCommand = { type: 'stop' };
  return {
    address,
    token,
    stop: () => {
      runner?.write(`${JSON.stringify(command)}\n`);
      return runner !== undefined;
    },
    close: () => {
      server.close();
      runner?.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An event, or undefined if the line is none: the runner ended in the middle of it. */
function parse(line: string): RunEvent | undefined {
  try {
    return JSON.parse(line) as RunEvent;
  } catch {
    return undefined;
  }
}

function isHello(line: string, token: string): boolean {
  try {
    const given = Buffer.from((JSON.parse(line) as EventsHello).token);
    return given.length === token.length && timingSafeEqual(given, Buffer.from(token));
  } catch {
    return false;
  }
}
