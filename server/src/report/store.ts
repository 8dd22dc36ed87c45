// The counts of a run, summed from deltas. One Store holds a whole run for the report; another holds what has not
// been passed on yet, so that a slow consumer gets merged deltas and never a queue.
import type { FileDelta, FileReport, FunctionDelta, FunctionReport, Interpreter, Report } from '../protocol.ts';

interface FileCounts {
  readonly lines: Map<number, number>;
  readonly functions: Map<string, Mutable<FunctionDelta>>;
}
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Sums deltas by file, line and function. Its memory grows with the source, not with the events. */
export class Store {
  private readonly files = new Map<string, FileCounts>();

  /** True if nothing was added, not even a line that could run. */
  get empty(): boolean {
    return this.files.size === 0;
  }

  add(delta: FileDelta): void {
    let file = this.files.get(delta.path);
    if (!file) this.files.set(delta.path, (file = { lines: new Map(), functions: new Map() }));
    for (const [line, count] of delta.lines) file.lines.set(line, (file.lines.get(line) ?? 0) + count);
    for (const each of delta.functions) {
      const key = `${String(each.line)} ${each.name}`;
      const known = file.functions.get(key);
      if (!known) {
        file.functions.set(key, { ...each });
        continue;
      }
      known.calls += each.calls;
      known.returns += each.returns;
      if (each.ownNs !== undefined) known.ownNs = (known.ownNs ?? 0) + each.ownNs;
      if (each.totalNs !== undefined) known.totalNs = (known.totalNs ?? 0) + each.totalNs;
    }
  }

  /** Everything since the last `take`, as deltas; the store is empty afterwards. */
  take(): FileDelta[] {
    const taken = [...this.files].map(([path, file]) => ({
      path,
      lines: [...file.lines],
      functions: [...file.functions.values()],
    }));
    this.files.clear();
    return taken;
  }

  /** The report's files, sorted by path; lines and functions sorted by line. */
  fileReports(): FileReport[] {
    return [...this.files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, file]) => ({
        path,
        lines: Object.fromEntries([...file.lines].sort(([a], [b]) => a - b).map(([line, n]) => [String(line), n])),
        functions: [...file.functions.values()]
          .sort((a, b) => a.line - b.line || (a.name < b.name ? -1 : 1))
          .map((each): FunctionReport => ({ ...each })),
      }));
  }

  /** Totals for the summary. */
  totals(): { files: number; lines: number; calls: number } {
    let lines = 0;
    let calls = 0;
    for (const file of this.files.values()) {
      for (const count of file.lines.values()) lines += count;
      for (const each of file.functions.values()) calls += each.calls;
    }
    return { files: this.files.size, lines, calls };
  }
}

/** The JSON report (docs/report.schema.json). Lines that could run and did not are counted 0. */
export function jsonReport(python: Interpreter, store: Store): Report {
  return { version: 1, python, files: store.fileReports() };
}
