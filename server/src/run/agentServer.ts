// The runner's end of the agents' wire (server/agent/PROTOCOL.md): a private socket on which every process of the
// target connects, proves itself by the run's token, and sends deltas.
import { timingSafeEqual } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lineReader } from '../base/lines.ts';
import type { Engine, FileDelta, FunctionDelta } from '../protocol.ts';

/** However much children that outlive the target have to say, they are not waited for longer. */
const drainMs = 10_000;

export interface AgentProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly version: string;
  readonly executable: string;
  readonly argv: readonly string[];
  readonly engine: Engine;
}

/** What the server tells its owner. */
export interface AgentListener {
  onProcess(process: AgentProcess): void;
  onDeltas(pid: number, deltas: readonly FileDelta[]): void;
  onNote(pid: number, note: AgentNote): void;
  /** What a script printed: bytes, in order. */
  onOutput?(pid: number, data: Buffer): void;
  /** What the tool of the script's language itself would say, one line without its end. */
  onSay?(pid: number, text: string): void;
  /** The script called exit(). */
  onExit?(pid: number, status: number): void;
}

export interface AgentNote {
  readonly severity: 'error' | 'warning' | 'information';
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface AgentServer {
  /** As CPYTHON_PROBES_AGENT wants it. */
  readonly address: string | readonly [string, number];
  /** Private to this run; it goes when the server closes. */
  readonly folder: string;
  /** Open connections. */
  readonly connections: () => number;
  /** Asks every agent to take its hooks out and to send the rest. */
  readonly stop: () => void;
  /** Resolves when no agent is connected, after `quietMs` in which none sent anything, or after 10 s; true if all had ended. */
  readonly drained: (quietMs: number) => Promise<boolean>;
  readonly close: () => void;
}

type Message =
  | ({ t: 'hello'; token: string } & AgentProcess)
  | { t: 'file'; id: number; path: string; lines: number[] }
  | { t: 'code'; id: number; file: number; name: string; qualname: string; line: number }
  | { t: 'hits'; lines: (number | number[])[]; calls: number[]; time?: number[] }
  | ({ t: 'note' } & AgentNote)
  | { t: 'out'; text: string }
  | { t: 'say'; text: string }
  | { t: 'exit'; status: number }
  | { t: 'bye' };

/** Opens the socket. Fails only if the temporary folder can't be written. */
export async function listenForAgents(token: string, listener: AgentListener): Promise<AgentServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cpp-'));
  const sockets = new Set<Socket>();
  let lastData = Date.now();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const decode = decoder(token, listener, socket);
    const read = lineReader(decode, () => socket.destroy());
    socket.on('data', (chunk) => {
      lastData = Date.now();
      read(chunk);
    });
  });
  const windows = process.platform === 'win32';
  const file = path.join(folder, 'agent.sock');
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (windows) server.listen(0, '127.0.0.1', resolve);
    else server.listen(file, resolve);
  });
  return {
    address: windows ? ['127.0.0.1', (server.address() as AddressInfo).port] : file,
    folder,
    connections: () => sockets.size,
    stop: () => {
      for (const socket of sockets) socket.write('{"t":"stop"}\n');
    },
    drained: (quietMs) =>
      new Promise((resolve) => {
        const until = Date.now() + drainMs;
        const look = (): void => {
          if (sockets.size === 0) resolve(true);
          else if (Date.now() - lastData > quietMs || Date.now() > until) resolve(false);
          else setTimeout(look, 10);
        };
        lastData = Date.now();
        look();
      }),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Turns one connection's messages into calls of the listener. A peer that speaks nonsense is cut off. */
function decoder(token: string, listener: AgentListener, socket: Socket): (line: string) => void {
  const files: string[] = [];
  const codes: { file: number; name: string; qualname: string; line: number }[] = [];
  let pid: number | undefined;
  const handle = (message: Message): void => {
    if (pid === undefined) {
      if (message.t !== 'hello' || !sameToken(message.token, token)) throw new Error('not one of ours');
      pid = message.pid;
      listener.onProcess(message);
      socket.write('{"t":"go"}\n');
    } else if (message.t === 'file') {
      files[message.id] = message.path;
      const lines = message.lines.map((line): [number, number] => [line, 0]);
      listener.onDeltas(pid, [{ path: message.path, lines, functions: [] }]);
    } else if (message.t === 'code') {
      codes[message.id] = message;
    } else if (message.t === 'hits') {
      listener.onDeltas(pid, deltasOf(message));
    } else if (message.t === 'note') {
      listener.onNote(pid, message);
    } else if (message.t === 'out') {
      listener.onOutput?.(pid, Buffer.from(message.text, 'latin1'));
    } else if (message.t === 'say') {
      listener.onSay?.(pid, message.text);
    } else if (message.t === 'exit') {
      listener.onExit?.(pid, message.status);
    }
  };
  const deltasOf = (message: Extract<Message, { t: 'hits' }>): FileDelta[] => {
    const byFile = new Map<number, { lines: [number, number][]; functions: Map<number, FunctionDelta> }>();
    const of = (id: number): { lines: [number, number][]; functions: Map<number, FunctionDelta> } => {
      let entry = byFile.get(id);
      if (!entry) byFile.set(id, (entry = { lines: [], functions: new Map() }));
      return entry;
    };
    for (let i = 0; i + 1 < message.lines.length; i += 2) {
      const pairs = message.lines[i + 1] as number[];
      for (let j = 0; j + 1 < pairs.length; j += 2) {
        of(message.lines[i] as number).lines.push([pairs[j] ?? 0, pairs[j + 1] ?? 0]);
      }
    }
    const put = (id: number, more: Partial<FunctionDelta>): void => {
      const code = codes[id];
      if (!code) return;
      const { file, name, qualname, line } = code;
      const functions = of(file).functions;
      functions.set(id, { ...{ name, qualname, line, calls: 0, returns: 0 }, ...functions.get(id), ...more });
    };
    const { calls, time = [] } = message;
    for (let i = 0; i + 2 < calls.length; i += 3) {
      put(calls[i] ?? -1, { calls: calls[i + 1] ?? 0, returns: calls[i + 2] ?? 0 });
    }
    for (let i = 0; i + 2 < time.length; i += 3) {
      put(time[i] ?? -1, { ownNs: time[i + 1] ?? 0, totalNs: time[i + 2] ?? 0 });
    }
    return [...byFile].flatMap(([id, entry]) => {
      const file = files[id];
      return file === undefined ? [] : [{ path: file, lines: entry.lines, functions: [...entry.functions.values()] }];
    });
  };
  return (line) => {
    try {
      handle(JSON.parse(line) as Message);
    } catch {
      socket.destroy();
    }
  };
}

function sameToken(given: unknown, token: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
