// The state that the features share: the run that is going on, the counts by file, and what has changed.
// Only the functions here change it; features listen to onDidChange.
import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type {
  DiagnosticEvent,
  EndedEvent,
  Engine,
  FileDelta,
  Interpreter,
  ProcessEvent,
} from '../../server/src/protocol.ts';
import { align, originsOf, type Alignment, type Origins } from './view/align.ts';
import { FileModel, linesOf, type PlacedFile } from './view/model.ts';
import { afterChange } from './view/origins.ts';

export type Phase = 'idle' | 'starting' | 'running' | 'ended';

export interface RunState {
  readonly phase: Phase;
  /** The traced file's name, for people. */
  readonly name: string;
  readonly python: Interpreter | undefined;
  readonly engine: Engine | undefined;
  /** Milliseconds since the epoch. */
  readonly began: number;
  /** Undefined also after a run that its window did not see to the end. */
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

/** A document's lines, followed from the counted text. */
interface Followed {
  readonly counted: readonly string[] | undefined;
  origins: Origins;
}

export class Session implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  readonly files = new Map<string, FileModel>();
  readonly processes = new Map<number, ProcessEvent>();
  state: RunState = idle;
  /** Line events of the run so far. */
  lines = 0;
  /** Milliseconds from the command to each step of its run, for the log and the tests. */
  readonly steps = new Map<string, number>();
  /** Ends the run that is going on. */
  stop: (() => void) | undefined;
  /** Resolves when the last run's terminal has ended. */
  terminal: Promise<void> = Promise.resolve();
  private commanded = 0;
  private readonly renamed = new Map<string, string>();
  private readonly followed = new WeakMap<vscode.TextDocument, Followed>();
  private readonly drawn = new WeakMap<vscode.TextDocument, { model: FileModel; key: string; file: PlacedFile }>();
  private reading = Promise.resolve();

  /** Changes the state and tells everyone. */
  update(change: Partial<RunState>): void {
    this.state = { ...this.state, ...change };
    this.changed.fire();
  }

  /** A command to trace came in: the steps are timed from here. */
  command(): void {
    this.steps.clear();
    this.commanded = performance.now();
  }

  /** Notes the first time that the run got this far. */
  step(name: string): void {
    if (!this.steps.has(name)) this.steps.set(name, Math.round(performance.now() - this.commanded));
  }

  /** Starts with nothing counted. */
  begin(name: string): void {
    this.files.clear();
    this.processes.clear();
    this.renamed.clear();
    this.lines = 0;
    this.update({ ...idle, phase: 'starting', name, began: Date.now() });
  }

  add(pid: number, deltas: readonly FileDelta[]): void {
    for (const delta of deltas) {
      const real = realPath(delta.path);
      this.lines += this.at(this.renamed.get(real) ?? real, delta.path).add(pid, delta);
    }
    this.changed.fire();
  }

  /** Forgets the counts; a run that goes on counts further from nothing. */
  clear(): void {
    this.lines = 0;
    if (this.running) for (const model of this.files.values()) model.clear();
    else {
      this.files.clear();
      this.processes.clear();
      this.state = idle;
    }
    this.changed.fire();
  }

  /** A file or a folder got another name in this window; its counts go along. */
  rename(from: string, to: string): void {
    for (const [known, model] of [...this.files]) {
      if (known !== from && !known.startsWith(from + path.sep)) continue;
      const now = to + known.slice(from.length);
      this.files.delete(known);
      this.files.set(now, model);
      for (const [old, later] of this.renamed) if (later === known) this.renamed.set(old, now);
      this.renamed.set(known, now);
    }
    realPaths.clear();
    this.changed.fire();
  }

  /** A file's counts; the first that come have its text read: that is what Python has just loaded. */
  private at(real: string, file: string): FileModel {
    let model = this.files.get(real);
    if (!model) {
      const made = new FileModel();
      this.files.set(real, (model = made));
      this.reading = Promise.all([this.reading, countedText(file)]).then(([, text]) => {
        if (text === undefined) return;
        made.text = text;
        this.changed.fire();
      });
    }
    return model;
  }

  /** Resolves when the texts of all files that were counted so far are read. */
  async texts(): Promise<void> {
    await this.reading;
  }

  /** Follows an edit: where each line went. */
  edit(document: vscode.TextDocument, changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    if (changes.length > 0 && this.model(document)) this.changed.fire();
    const followed = this.followed.get(document);
    if (!followed) return;
    for (const { range, text } of changes) {
      const { start, end } = range;
      followed.origins = afterChange(followed.origins, {
        startLine: start.line,
        startCharacter: start.character,
        endLine: end.line,
        endCharacter: end.character,
        text,
      });
    }
  }

  get running(): boolean {
    return this.state.phase === 'starting' || this.state.phase === 'running';
  }

  model(document: vscode.TextDocument): FileModel | undefined {
    return document.uri.scheme === 'file' ? this.files.get(realPath(document.uri.fsPath)) : undefined;
  }

  /** A document's counts where they stand in its text of now; undefined if it was not counted. */
  placed(document: vscode.TextDocument): PlacedFile | undefined {
    const model = this.model(document);
    if (!model) return undefined;
    const key = `${String(model.revision)} ${String(document.version)}`;
    const drawn = this.drawn.get(document);
    if (drawn?.model === model && drawn.key === key) return drawn.file;
    const file = model.placed(this.alignment(document, model.text));
    this.drawn.set(document, { model, key, file });
    return file;
  }

  private alignment(document: vscode.TextDocument, counted: readonly string[] | undefined): Alignment {
    if (!counted) return (line) => (line <= document.lineCount ? { line, same: true } : undefined);
    const current = linesOf(document.getText());
    const known = this.followed.get(document);
    const origins = known?.counted === counted && known.origins.length === current.length ? known.origins : undefined;
    const alignment = align(...comparable(counted, current), origins);
    this.followed.set(document, { counted, origins: originsOf(alignment, counted.length, current.length) });
    return alignment;
  }

  dispose(): void {
    this.changed.dispose();
  }
}

/** The text of a file as the editor would show it: of the editor itself where it has the file unchanged. */
async function countedText(file: string): Promise<readonly string[] | undefined> {
  const open = vscode.workspace.textDocuments.find(
    (each) => each.uri.scheme === 'file' && !each.isDirty && realPath(each.uri.fsPath) === realPath(file),
  );
  if (open) return linesOf(open.getText());
  try {
    return linesOf(new TextDecoder().decode(await readFile(file)));
  } catch {
    return undefined; // code that was made at run time under the name of no file
  }
}

/** Bytes that are no UTF-8 read differently by encoding: what is not ASCII counts as equal in such a file. */
function comparable(counted: readonly string[], current: readonly string[]): [readonly string[], readonly string[]] {
  if (!counted.some((line) => line.includes('\ufffd'))) return [counted, current];
  const plain = (line: string): string => line.replace(/[^\0-\x7f]+/g, '\ufffd');
  return [counted.map(plain), current.map(plain)];
}

const realPaths = new Map<string, string>();

/** The path without links: Python and the editor may know a file by different ones. */
export function realPath(file: string): string {
  let real = realPaths.get(file);
  if (real === undefined) {
    try {
      real = realpathSync.native(file);
    } catch {
      return file; // it is not there (yet)
    }
    realPaths.set(file, real);
  }
  return real;
}
