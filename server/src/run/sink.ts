// Where the events of a run go: stdout, a file, or the window's private socket. Hits are merged while the reader is
// behind, so that neither the target nor the runner holds more than one source's worth of counts.
import { createWriteStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { lineReader } from '../base/lines.ts';
import type { EventsHello, FileDelta, RunCommand, RunEvent } from '../protocol.ts';
import { Store } from '../report/store.ts';

const batchMs = 200;

export interface Sink {
  readonly send: (event: RunEvent) => void;
  readonly hits: (pid: number, deltas: readonly FileDelta[]) => void;
  /** Sends what is pending, then the last event, and ends the stream. Resolves also if the reader has gone. */
  readonly end: (last: RunEvent) => Promise<void>;
}

/** A sink that writes NDJSON to a stream. */
export function streamSink(stream: Writable, ends: boolean): Sink {
  const pending = new Map<number, Store>();
  let timer: NodeJS.Timeout | undefined;
  let flushed = -Infinity;
  let behind = false;
  const write = (event: RunEvent): void => {
    if (stream.destroyed || stream.writableEnded) return;
    behind = !stream.write(`${JSON.stringify(event)}\n`);
    if (behind) stream.once('drain', () => (behind = false));
  };
  const flush = (): void => {
    flushed = performance.now();
    for (const [pid, store] of pending) if (!store.empty) write({ type: 'hits', pid, files: store.take() });
  };
  stream.on('error', () => stream.destroy());
  return {
    send: write,
    hits: (pid, deltas) => {
      let store = pending.get(pid);
      if (!store) pending.set(pid, (store = new Store()));
      for (const delta of deltas) store.add(delta);
      // The first counts at once: a person is waiting for them.
      timer ??= setTimeout(tick, Math.max(0, flushed + batchMs - performance.now()));
    },
    end: async (last) => {
      clearTimeout(timer);
      flush();
      write(last);
      if (!ends || stream.destroyed) return;
      stream.end();
      await finished(stream).catch(() => undefined);
    },
  };
  function tick(): void {
    timer = undefined;
    if (behind) timer = setTimeout(tick, batchMs);
    else flush();
  }
}

/** A sink into a file; fails with the system's reason if it can't be made. */
export async function fileSink(file: string): Promise<Sink> {
  const stream = createWriteStream(file);
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', reject);
  });
  return streamSink(stream, true);
}

/** A sink into the window's socket; `onStop` is called when the window asks to stop, or has gone. */
export async function socketSink(address: string, token: string, onStop: () => void): Promise<Sink> {
  const socket: Socket = connect(address);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const hello: EventsHello = { type: 'hello', token };
  socket.write(`${JSON.stringify(hello)}\n`);
  const read = lineReader(
    (line) => {
      try {
        if ((JSON.parse(line) as Partial<RunCommand> | null)?.type === 'stop') onStop();
      } catch {
        socket.destroy(); // not the window: its close ends the run
      }
    },
    () => socket.destroy(),
  );
  socket.on('data', read);
  socket.on('close', onStop);
  return streamSink(socket, true);
}
