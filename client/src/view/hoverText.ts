// What a hover says about a line: the exact count, its shares, the processes, the functions that begin there. Markdown.
import type { Engine, Interpreter } from '../../../server/src/protocol.ts';
import { exactCount } from './heat.ts';
import type { PlacedFile } from './model.ts';

/** What the hover knows about the run. */
export interface RunFacts {
  /** Line events of the whole run. */
  readonly lines: number;
  readonly processes: ReadonlyMap<number, { readonly argv: readonly string[] }>;
  readonly python: Interpreter | undefined;
  readonly engine: Engine | undefined;
  /** When it began, for people. */
  readonly began: string;
}

/** More processes than this are summed up. */
const mostProcesses = 5;

/** The paragraphs for a line that counts from 1; undefined if nothing is known of it. */
export function hoverText(file: PlacedFile, line: number, run: RunFacts): string | undefined {
  const here = file.lines.find((each) => each.line === line);
  const functions = file.functions.filter((each) => each.line === line && each.counts.name !== '<module>');
  if (!here && functions.length === 0) return undefined;
  const words: string[] = [];
  for (const { counts } of functions) {
    const [calls, returns] = [counts.calls, counts.returns].map(exactCount);
    words.push(
      `${code(counts.qualname)}: **${String(calls)}** ${counts.calls === 1 ? 'call' : 'calls'}, ${String(returns)} ${counts.returns === 1 ? 'return' : 'returns'}.`,
    );
  }
  if (here?.count === 0) words.push('The line **never ran**.');
  else if (here) {
    const inFile = file.lines.reduce((sum, each) => sum + each.count, 0);
    const shares = `${share(here.count, inFile)} of this file’s line events, ${share(here.count, run.lines)} of the run’s`;
    words.push(`The line ran **${exactCount(here.count)}** ${here.count === 1 ? 'time' : 'times'}: ${shares}.`);
  }
  if (here && run.processes.size > 1) words.push(processTable(here.processes, run));
  if (here?.stale === true || functions.some((each) => each.stale)) {
    words.push('*Edited since; trace again for its new count.*');
  }
  if (run.python) {
    const how = run.engine === undefined ? '' : `, counted by ${run.engine}`;
    words.push(`Python ${run.python.version}${how}, ${run.began}`);
  }
  return words.join('\n\n');
}

function share(part: number, whole: number): string {
  const percent = (100 * part) / Math.max(1, whole);
  return percent > 0 && percent < 0.1 ? 'under 0.1 %' : `${percent.toFixed(1)} %`;
}

function processTable(counts: ReadonlyMap<number, number>, run: RunFacts): string {
  const all = [...counts].sort(([, a], [, b]) => b - a);
  const rows = all.slice(0, mostProcesses).map(([pid, count]) => {
    const argv = run.processes.get(pid)?.argv ?? [];
    const command = argv.map((each) => each.split(/[\\/]/).at(-1) ?? each).join(' ');
    return `| ${exactCount(count)} | ${String(pid)} | ${code(command)} |`;
  });
  const rest = all.slice(mostProcesses);
  if (rest.length > 0) {
    const sum = rest.reduce((total, [, count]) => total + count, 0);
    rows.push(`| ${exactCount(sum)} | | ${String(rest.length)} more |`);
  }
  return ['| times | process | command |', '| --: | --: | :-- |', ...rows].join('\n');
}

/** A code span that nothing in the text can end; one line, of a bearable length. */
function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(/\|/g, '\\|').trim();
  const shown = line.length > 80 ? `${line.slice(0, 79)}…` : line;
  if (shown === '') return '';
  const fence = '`'.repeat(Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return fence.length > 1 ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}
