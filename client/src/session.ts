// The state that the features share: the run that is going on, the counts by file, and what has changed.
// Only the functions here change it; features listen to onDidChange.
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
    for (const delta of deltas) {
      let model = this.files.get(delta.path);
      if (!model) this.files.set(delta.path, (model = new FileModel()));
      model.add(pid, delta);
    }
    this.changed.fire();
  }

  clear(): void {
    this.files.clear();
    if (!this.running) this.state = idle;
    this.changed.fire();
  }

  get running(): boolean {
    return this.state.phase === 'starting' || this.state.phase === 'running';
  }

  model(document: vscode.TextDocument): FileModel | undefined {
    return document.uri.scheme === 'file' ? this.files.get(document.uri.fsPath) : undefined;
  }

  /** Tells everyone that a model was moved by an edit. */
  moved(): void {
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}
