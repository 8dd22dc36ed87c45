// The report for a terminal: the source with each line's count before it, then the functions with their times.
import type { FileReport, FunctionReport } from '../protocol.ts';

export interface TextOptions {
  readonly lines: boolean;
  readonly functions: boolean;
  readonly time: boolean;
  readonly color: boolean;
  /** How a path is shown: usually relative to the current folder. */
  readonly display: (path: string) => string;
  /** A file's source, or undefined if it can't be read (it was made at run time, or is gone). */
  readonly source: (path: string) => string | undefined;
}

/** Renders the annotated source of every file. */
export function textReport(files: readonly FileReport[], options: TextOptions): string {
  const parts = options.lines ? files.map((file) => annotated(file, options)) : [];
  if (options.time || !options.lines) parts.push(functionTable(files, options));
  return parts.join('\n');
}

function annotated(file: FileReport, options: TextOptions): string {
  const counts = Object.values(file.lines);
  const ran = counts.filter((count) => count > 0).length;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const heading = `${safe(options.display(file.path))}: ${plural(total, 'line event')}, ${String(ran)} of ${plural(counts.length, 'line')} ran`;
  const source = options.source(file.path);
  const text = source?.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n');
  const last = Math.max(text?.length ?? 0, ...Object.keys(file.lines).map(Number));
  const width = Math.max(5, ...counts.map((count) => group(count).length));
  const calls = new Map<number, FunctionReport[]>();
  for (const each of options.functions ? file.functions : []) {
    if (each.name !== '<module>') calls.set(each.line, [...(calls.get(each.line) ?? []), each]);
  }
  const paint = (code: string, word: string): string => (options.color ? `\x1b[${code}m${word}\x1b[0m` : word);
  const rows = Array.from({ length: last }, (_, index) => {
    const line = index + 1;
    const count = file.lines[String(line)];
    const shown = count === undefined ? '' : count === 0 ? '-' : group(count);
    const column = shown.padStart(width);
    const here = calls.get(line)?.map((each) => `${each.name} ${plural(each.calls, 'call')}`);
    const remark = here ? paint('36', `  # ${here.join(', ')}`) : '';
    const body = text ? safe(text[index] ?? '') : count === undefined ? '' : `line ${String(line)}`;
    return `${count === 0 ? paint('2', column) : paint('33', column)} | ${body}${remark}`.trimEnd();
  });
  return [paint('1', heading), ...rows, ''].join('\n');
}

function functionTable(files: readonly FileReport[], options: TextOptions): string {
  const all = files.flatMap((file) => file.functions.map((each) => ({ ...each, path: file.path })));
  all.sort((a, b) => (options.time ? (b.ownNs ?? 0) - (a.ownNs ?? 0) : 0) || b.calls - a.calls);
  const heads = ['calls', 'returns', ...(options.time ? ['total', 'own', 'per call'] : [])];
  const rows = all.map((each) => {
    const total = each.totalNs ?? 0;
    const times = options.time ? [total, each.ownNs ?? 0, total / Math.max(each.calls, 1)].map(duration) : [];
    const place = `${safe(each.qualname)} (${safe(options.display(each.path))}:${String(each.line)})`;
    return { cells: [group(each.calls), group(each.returns), ...times], place };
  });
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row.cells[i]?.length ?? 0)));
  const line = (cells: readonly string[], place: string): string =>
    [...cells.map((cell, i) => cell.padStart(widths[i] ?? 0)), place].join('  ');
  return [line(heads, 'function'), ...rows.map((row) => line(row.cells, row.place)), ''].join('\n');
}

/** Exact digits in groups of three: 1,234,567. */
export function group(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function plural(count: number, noun: string): string {
  return `${group(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Nanoseconds as a person reads them. */
export function duration(ns: number): string {
  if (ns < 1e3) return `${ns.toFixed(0)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(1)} µs`;
  if (ns < 1e9) return `${(ns / 1e6).toFixed(1)} ms`;
  return `${(ns / 1e9).toFixed(2)} s`;
}

/** Text with its control characters made visible, so that neither a source nor a file name can drive the terminal. */
function safe(text: string): string {
  return text.replace(/[\0-\x08\x0a-\x1f\x7f-\x9f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
