// Keeps the last run in the workspace's storage, and brings it back when the window is opened again. Counts of a file
// that has changed on disk since come back dimmed.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { RunState, Session } from '../session.ts';
import { FileModel, type SavedFile } from '../view/model.ts';

const key = 'cpythonProbes.lastRun';

interface Saved {
  readonly state: RunState;
  readonly files: readonly SavedFile[];
}

/** Resolves when the last run is back on the screen's models. */
export async function activateRestore(context: vscode.ExtensionContext, session: Session): Promise<void> {
  const saved = context.workspaceState.get<Saved>(key);
  if (saved && session.files.size === 0) {
    for (const file of saved.files) {
      const model = FileModel.restore(file);
      if ((await hashOf(file.path)) !== file.hash) model.expire();
      session.files.set(file.path, model);
    }
    session.update(saved.state);
  }
  let saving = Promise.resolve();
  const save = (): void => void (saving = saving.then(() => store(context, session)).catch(() => undefined));
  let phase = session.state.phase;
  context.subscriptions.push(
    session.onDidChange(() => {
      const now = session.state.phase;
      if (now !== phase && (now === 'ended' || now === 'idle')) save();
      phase = now;
    }),
    vscode.workspace.onDidSaveTextDocument((document) => session.model(document) && save()),
  );
}

async function store(context: vscode.ExtensionContext, session: Session): Promise<void> {
  if (session.running) return;
  const files = await Promise.all(
    [...session.files].map(async ([path, model]) => model.save(path, await hashOf(path))),
  );
  const saved: Saved = { state: session.state, files };
  await context.workspaceState.update(key, files.length > 0 ? saved : undefined);
}

async function hashOf(path: string): Promise<string> {
  const content = await readFile(path).catch(() => '');
  return createHash('sha256').update(content).digest('hex');
}
