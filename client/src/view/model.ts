// The counts of one file, by the lines of the text that was counted: they never move. Where they stand in the text of
// now is asked of align.ts each time that they are drawn.
import type { FileDelta, FunctionReport } from '../../../server/src/protocol.ts';
import type { Alignment } from './align.ts';

export interface LineCount {
  count: number;
  /** Counts by process. */
  readonly processes: Map<number, number>;
}

/** What is kept between windows. */
export interface SavedFile {
  readonly path: string;
  /** The text that was counted; null if it could not be read. */
  readonly text: string | null;
  readonly lines: readonly (readonly [line: number, count: number, pids: readonly (readonly [number, number])[]])[];
  readonly functions: readonly FunctionReport[];
}

/** A line's or a function's count, at its place in the text of now. */
export interface Placed {
  /** Counts from 1. */
  readonly line: number;
  /** The text was edited since it was counted. */
  readonly stale: boolean;
}
export interface PlacedLine extends Placed, Readonly<LineCount> {}
export interface PlacedFunction extends Placed {
  readonly counts: FunctionReport;
}
export interface PlacedFile {
  /** By line. */
  readonly lines: readonly PlacedLine[];
  /** At the lines with their names, below decorators; by line. */
  readonly functions: readonly PlacedFunction[];
  /** The file's largest count. */
  readonly largest: number;
}

/** The lines of a text, as both Python and the editor end them. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

export class FileModel {
  private readonly lines = new Map<number, LineCount>();
  private readonly functions = new Map<string, FunctionReport>();
  private readonly heads = new Map<string, number>();
  private lastText: readonly string[] | undefined;
  /** Grows with every change. */
  revision = 0;

  /** The lines that were counted; undefined until they are read, or if they can't be. */
  get text(): readonly string[] | undefined {
    return this.lastText;
  }

  set text(lines: readonly string[] | undefined) {
    this.lastText = lines;
    this.heads.clear();
    this.revision++;
  }

  /** Adds what a process counted; returns how many line events that were. */
  add(pid: number, delta: FileDelta): number {
    this.revision++;
    let sum = 0;
    for (const [line, count] of delta.lines) {
      let entry = this.lines.get(line);
      if (!entry) this.lines.set(line, (entry = { count: 0, processes: new Map() }));
      if (count === 0) continue;
      sum += count;
      entry.count += count;
      entry.processes.set(pid, (entry.processes.get(pid) ?? 0) + count);
    }
    for (const each of delta.functions) {
      const key = `${String(each.line)} ${each.name}`;
      const known = this.functions.get(key);
      const [calls, returns] = [(known?.calls ?? 0) + each.calls, (known?.returns ?? 0) + each.returns];
      this.functions.set(key, { ...each, calls, returns });
    }
    return sum;
  }

  /** Forgets the counts, and keeps the text: a run may go on. */
  clear(): void {
    this.lines.clear();
    this.functions.clear();
    this.revision++;
  }

  /** The largest count of a line, or of calls where no lines were counted. */
  largest(): number {
    let largest = 0;
    for (const { count } of this.lines.values()) largest = Math.max(largest, count);
    if (largest === 0) for (const { calls } of this.functions.values()) largest = Math.max(largest, calls);
    return largest;
  }

  total(): number {
    let total = 0;
    for (const { count } of this.lines.values()) total += count;
    return total;
  }

  /** Everything where it stands now. */
  placed(alignment: Alignment): PlacedFile {
    const lines: PlacedLine[] = [];
    for (const [line, entry] of this.lines) {
      const place = alignment(line);
      if (place) lines.push({ ...entry, line: place.line, stale: !place.same });
    }
    const functions: PlacedFunction[] = [];
    for (const [key, counts] of this.functions) {
      const place = alignment(this.head(key, counts));
      if (place) functions.push({ line: place.line, stale: !place.same, counts });
    }
    lines.sort((a, b) => a.line - b.line);
    functions.sort((a, b) => a.line - b.line || a.counts.line - b.counts.line);
    return { lines, functions, largest: this.largest() };
  }

  private head(key: string, counts: FunctionReport): number {
    let head = this.heads.get(key);
    if (head === undefined) this.heads.set(key, (head = headLine(counts, this.lastText ?? [])));
    return head;
  }

  save(path: string): SavedFile {
    const lines = [...this.lines].map(([line, each]) => [line, each.count, [...each.processes]] as const);
    return { path, text: this.lastText?.join('\n') ?? null, lines, functions: [...this.functions.values()] };
  }

  static restore(saved: SavedFile): FileModel {
    const model = new FileModel();
    for (const [line, count, pids] of saved.lines) model.lines.set(line, { count, processes: new Map(pids) });
    for (const each of saved.functions) model.functions.set(`${String(each.line)} ${each.name}`, each);
    model.text = saved.text === null ? undefined : linesOf(saved.text);
    return model;
  }
}

/** Decorators of more lines than this hide where the `def` is. */
const longestDecorators = 50;

/** The line on which a function's name stands: `def` or `class`, below its decorators; else its first line. */
export function headLine(each: FunctionReport, text: readonly string[]): number {
  const name = each.name.replace(/[^\p{L}\p{N}_]/gu, '');
  const head = new RegExp(`^\\s*(async\\s+def|def|class)\\s+${name}(?![\\p{L}\\p{N}_])`, 'u');
  const lines = text.slice(each.line - 1, each.line - 1 + longestDecorators);
  return (
    each.line +
    Math.max(
      0,
      lines.findIndex((line) => head.test(line)),
    )
  );
}
