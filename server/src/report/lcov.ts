// The report as lcov's tracefile, for the tools that read it. Its format is described in geninfo(1).
import type { FileReport } from '../protocol.ts';

/** Renders the files as lcov records. Line breaks in a path, which the format can't carry, become spaces. */
export function lcov(files: readonly FileReport[]): string {
  return files.map(record).join('');
}

function record(file: FileReport): string {
  const lines = Object.entries(file.lines);
  const functions = file.functions.filter((each) => each.name !== '<module>');
  return [
    `TN:`,
    `SF:${file.path.replace(/[\r\n]/g, ' ')}`,
    ...functions.map((each) => `FN:${String(each.line)},${each.qualname}`),
    ...functions.map((each) => `FNDA:${String(each.calls)},${each.qualname}`),
    `FNF:${String(functions.length)}`,
    `FNH:${String(functions.filter((each) => each.calls > 0).length)}`,
    ...lines.map(([line, count]) => `DA:${line},${String(count)}`),
    `LF:${String(lines.length)}`,
    `LH:${String(lines.filter(([, count]) => count > 0).length)}`,
    'end_of_record',
    '',
  ].join('\n');
}
