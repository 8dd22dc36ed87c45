// The counts of one file as its lines move under edits. Pure: the editor's changes come in as plain data.
// Invariant: a count is shown on the text that was counted, or dimmed as stale; never on other text.
import type { FileDelta, FunctionReport } from '../../../server/src/protocol.ts';

/** A change of the document; lines and characters count from 0, as the editor's do. */
export interface Change {
  readonly startLine: number;
  readonly startCharacter: number;
  readonly endLine: number;
  readonly endCharacter: number;
  readonly text: string;
}

export interface LineCount {
  count: number;
  stale: boolean;
  /** Counts by process. */
  readonly processes: Map<number, number>;
}

export interface FunctionCount extends FunctionReport {
  stale: boolean;
  /** Where it is now, after edits. */
  now: number;
}

/** What is kept between windows. */
export interface SavedFile {
  readonly path: string;
  /** Of the text on disk that the counts belong to. */
  readonly hash: string;
  readonly lines: readonly (readonly [
    line: number,
    count: number,
    stale: boolean,
    pids: readonly (readonly [number, number])[],
  ])[];
  readonly functions: readonly FunctionCount[];
}

export class FileModel {
  private lines = new Map<number, LineCount>();
  private functions = new Map<string, FunctionCount>();
  /** Where each line of the running program's text is now; absent: where it was; null: deleted. */
  private moved: ((line: number) => number | null)[] = [];

  /** Adds what a process counted. Lines are those of the text as it was when the run began. */
  add(pid: number, delta: FileDelta): void {
    for (const [original, count] of delta.lines) {
      const line = this.place(original);
      if (line === null) continue;
      let entry = this.lines.get(line);
      if (!entry) this.lines.set(line, (entry = { count: 0, stale: this.touched.has(line), processes: new Map() }));
      entry.count += count;
      if (count > 0) entry.processes.set(pid, (entry.processes.get(pid) ?? 0) + count);
    }
    for (const each of delta.functions) {
      const key = `${String(each.line)} ${each.name}`;
      const known = this.functions.get(key);
      const now = this.place(each.line);
      if (now === null) continue;
      if (!known) this.functions.set(key, { ...each, stale: false, now });
      else
        this.functions.set(key, { ...known, calls: known.calls + each.calls, returns: known.returns + each.returns });
    }
  }

  private touched = new Set<number>();

  private place(original: number): number | null {
    let line: number | null = original;
    for (const move of this.moved) {
      line = move(line);
      if (line === null) return null;
    }
    return line;
  }

  /**
   * Moves the counts through one change. `lengthAfter` gives a line's length in the changed document, which tells
   * a line that was broken at its end (unchanged) from one that was broken in the middle. `remember`: counts of the
   * text before the change may still come, because its run goes on.
   */
  apply(change: Change, lengthAfter: (line: number) => number, remember: boolean): void {
    const { startLine, endLine, text } = change;
    const added = text.split('\n').length - 1;
    const shift = added - (endLine - startLine);
    const wholeLines = change.startCharacter === 0 && change.endCharacter === 0 && (text === '' || text.endsWith('\n'));
    const insertion = startLine === endLine && change.startCharacter === change.endCharacter;
    const lastPiece = text.length - text.lastIndexOf('\n') - 1;
    const atEnd = insertion && /^\r?\n/.test(text) && lengthAfter(startLine + added) === lastPiece;
    // Lines count from 1 in the model: line L of the editor is L + 1 here.
    const first = startLine + 1;
    const last = endLine + 1;
    const move = (line: number): number | null => {
      if (line < first) return line;
      if (line > last) return line + shift;
      if (wholeLines) return line === last ? line + shift : null;
      return line === first ? line : null;
    };
    const edited = wholeLines || atEnd ? undefined : first;
    const lines = new Map<number, LineCount>();
    for (const [line, entry] of this.lines) {
      const to = move(line);
      if (to === null) continue;
      if (line === edited) entry.stale = true;
      lines.set(to, entry);
    }
    this.lines = lines;
    this.touched = new Set([...this.touched].map(move).filter((line) => line !== null));
    if (edited !== undefined) this.touched.add(edited);
    for (const [key, each] of this.functions) {
      const now = move(each.now);
      if (now === null) this.functions.delete(key);
      else this.functions.set(key, { ...each, now, stale: each.stale || each.now === edited });
    }
    if (remember) this.moved.push(move);
  }

  /** Forgets the counts, and keeps how the lines have moved since the run began. */
  clear(): void {
    this.lines.clear();
    this.functions.clear();
  }

  /** Everything is stale: the file is not the one that was counted. */
  expire(): void {
    for (const entry of this.lines.values()) entry.stale = true;
    for (const each of this.functions.values()) each.stale = true;
  }

  line(line: number): LineCount | undefined {
    return this.lines.get(line);
  }

  /** Lines with their counts, sorted. */
  entries(): [number, LineCount][] {
    return [...this.lines].sort(([a], [b]) => a - b);
  }

  functionList(): FunctionCount[] {
    return [...this.functions.values()].sort((a, b) => a.now - b.now);
  }

  largest(): number {
    let largest = 0;
    for (const { count } of this.lines.values()) largest = Math.max(largest, count);
    return largest;
  }

  total(): number {
    let total = 0;
    for (const { count } of this.lines.values()) total += count;
    return total;
  }

  save(path: string, hash: string): SavedFile {
    const lines = this.entries().map(([line, each]) => [line, each.count, each.stale, [...each.processes]] as const);
    return { path, hash, lines, functions: this.functionList() };
  }

  static restore(saved: SavedFile): FileModel {
    const model = new FileModel();
    for (const [line, count, stale, pids] of saved.lines) {
      model.lines.set(line, { count, stale, processes: new Map(pids) });
    }
    for (const each of saved.functions) model.functions.set(`${String(each.line)} ${each.name}`, { ...each });
    return model;
  }
}
