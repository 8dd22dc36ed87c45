// The report as lcov's tracefile, for the tools that read it. Its format is described in geninfo(1).
import type { FileReport, FunctionReport } from '../protocol.ts';

/** Renders the files as lcov records. Line breaks in a path, which the format can't carry, become spaces. */
export function lcov(files: readonly FileReport[]): string {
  return files.map(record).join('');
}

function record(file: FileReport): string {
  const lines = Object.entries(file.lines);
  const functions = file.functions.filter((each) => each.name !== '<module>');
  const names = distinctNames(functions);
  return [
    `TN:`,
    `SF:${file.path.replace(/[\r\n]/g, ' ')}`,
    ...functions.map((each, i) => `FN:${String(each.line)},${names[i] ?? ''}`),
    ...functions.map((each, i) => `FNDA:${String(each.calls)},${names[i] ?? ''}`),
    `FNF:${String(functions.length)}`,
    `FNH:${String(functions.filter((each) => each.calls > 0).length)}`,
    ...lines.map(([line, count]) => `DA:${line},${String(count)}`),
    `LF:${String(lines.length)}`,
    `LH:${String(lines.filter(([, count]) => count > 0).length)}`,
    'end_of_record',
    '',
  ].join('\n');
}

/** The format knows a function of a file by its name alone: those that share one have their line added. */
function distinctNames(functions: readonly FunctionReport[]): string[] {
  const times = new Map<string, number>();
  for (const { qualname } of functions) times.set(qualname, (times.get(qualname) ?? 0) + 1);
  return functions.map(({ qualname, line }) => (times.get(qualname) === 1 ? qualname : `${qualname}:${String(line)}`));
}
