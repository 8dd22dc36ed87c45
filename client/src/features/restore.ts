// Keeps the last run in the workspace's own storage, and brings it back when the window is opened again. The counted
// texts are kept too, so that counts of lines that have changed since come back dimmed, and those of others in place.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ProcessEvent } from '../../../server/src/protocol.ts';
import { idle, type RunState, type Session } from '../session.ts';
import { FileModel, type SavedFile } from '../view/model.ts';

/** The layout of what is stored; another one is left alone. */
const layout = 1;

interface Saved {
  readonly layout: number;
  readonly state: RunState;
  readonly processes: readonly ProcessEvent[];
  readonly files: readonly SavedFile[];
}

export interface Restored {
  /** Resolves when what has ended so far is stored. */
  readonly stored: () => Promise<void>;
}

/** Resolves when the last run is back on the screen's models. */
export async function activateRestore(context: vscode.ExtensionContext, session: Session): Promise<Restored> {
  const folder = (context.storageUri ?? context.globalStorageUri).fsPath;
  const file = path.join(folder, 'last-run.json');
  bringBack(session, await readFile(file, 'utf8').catch(() => ''));
  let saving = Promise.resolve();
  let phase = session.state.phase;
  context.subscriptions.push(
    session.onDidChange(() => {
      const now = session.state.phase;
      if (now !== phase && (now === 'ended' || now === 'idle')) {
        saving = saving.then(() => session.texts()).then(() => store(session, file));
      }
      phase = now;
    }),
    // A window that closes while a run goes on keeps what it has counted.
    { dispose: () => session.running && store(session, file) },
  );
  return { stored: () => saving };
}

function bringBack(session: Session, text: string): void {
  if (text === '' || session.running) return;
  try {
    const saved = JSON.parse(text) as Saved;
    if (saved.layout !== layout) return;
    for (const each of saved.files) session.files.set(each.path, FileModel.restore(each));
    for (const each of saved.processes) session.processes.set(each.pid, each);
    for (const model of session.files.values()) session.lines += model.total();
    session.update({ ...idle, ...saved.state, phase: 'ended' });
  } catch {
    // written by half: as if there had been no run
  }
}

/** Writes aside and renames, so that a window that ends meanwhile leaves the one or the other. */
function store(session: Session, file: string): void {
  try {
    if (session.files.size === 0) {
      if (existsSync(file)) rmSync(file);
      return;
    }
    const files = [...session.files].map(([name, model]) => model.save(name));
    const saved: Saved = { layout, state: session.state, processes: [...session.processes.values()], files };
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(saved));
    renameSync(`${file}.new`, file);
  } catch {
    // a full or read-only disk costs the counts of the next window, not this one's
  }
}
