// The state that the features share: the run that is going on, the counts by file, and what has changed.
// Only the functions here change it; features listen to onDidChange.
import { realpathSync } from 'node:fs';
import * as vscode from 'vscode';
import type { DiagnosticEvent, EndedEvent, Engine, FileDelta, Interpreter } from '../../server/src/protocol.ts';
import { FileModel } from './view/model.ts';

export type Phase = 'idle' | 'starting' | 'running' | 'ended';

export interface RunState {
  readonly phase: Phase;
  /** The traced file's name, for people. */
  readonly name: string;
  readonly python: Interpreter | undefined;
  readonly engine: Engine | undefined;
  /** Milliseconds since the epoch. */
  readonly began: number;
  readonly ended: EndedEvent | undefined;
  readonly diagnostics: readonly DiagnosticEvent[];
}

export const idle: RunState = {
  phase: 'idle',
  name: '',
  python: undefined,
  engine: undefined,
  began: 0,
  ended: undefined,
  diagnostics: [],
};

export class Session implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  readonly files = new Map<string, FileModel>();
  state: RunState = idle;
  /** Ends the run that is going on. */
  stop: (() => void) | undefined;

  /** Changes the state and tells everyone. */
  update(change: Partial<RunState>): void {
    this.state = { ...this.state, ...change };
    this.changed.fire();
  }

  add(pid: number, deltas: readonly FileDelta[]): void {
    for (const delta of deltas) this.at(realPath(delta.path)).add(pid, delta);
    this.changed.fire();
  }

  /** Forgets the counts; while a run goes on, not how its lines have moved. */
  clear(): void {
    if (this.running) for (const model of this.files.values()) model.clear();
    else {
      this.files.clear();
      this.state = idle;
    }
    this.changed.fire();
  }

  private at(path: string): FileModel {
    let model = this.files.get(path);
    if (!model) this.files.set(path, (model = new FileModel()));
    return model;
  }

  /** Takes an edit in: while a run goes on, also of a file whose counts have not come yet. */
  edit(document: vscode.TextDocument, changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    if (changes.length === 0 || document.languageId !== 'python' || document.uri.scheme !== 'file') return;
    const known = this.model(document);
    if (!known && !this.running) return;
    const model = known ?? this.at(realPath(document.uri.fsPath));
    for (const { range, text } of changes) {
      const { start, end } = range;
      model.apply(
        {
          startLine: start.line,
          startCharacter: start.character,
          endLine: end.line,
          endCharacter: end.character,
          text,
        },
        (line) => (line < document.lineCount ? document.lineAt(line).text.length : 0),
        this.running,
      );
    }
    this.changed.fire();
  }

  get running(): boolean {
    return this.state.phase === 'starting' || this.state.phase === 'running';
  }

  model(document: vscode.TextDocument): FileModel | undefined {
    return document.uri.scheme === 'file' ? this.files.get(realPath(document.uri.fsPath)) : undefined;
  }

  dispose(): void {
    this.changed.dispose();
  }
}

const realPaths = new Map<string, string>();

/** The path without links: Python and the editor may know a file by different ones. */
export function realPath(path: string): string {
  let real = realPaths.get(path);
  if (real === undefined) {
    try {
      real = realpathSync.native(path);
    } catch {
      return path; // it is not there (yet)
    }
    realPaths.set(path, real);
  }
  return real;
}
