// The options of a D script for the embedded engine: pragmas first, then the command line, which wins. Values are
// parsed as DTrace parses them: sizes with units, rates, and flags.
import type { Span } from '../../base/text.ts';
import type { DTree } from '../../languages/dtrace/syntax.ts';
import { timerPeriod } from './probes.ts';

export type EngineOptions =
  | { readonly ok: true; readonly options: Readonly<Record<string, string | number | boolean>> }
  | { readonly ok: false; readonly span: Span; readonly code: string; readonly message: string };

const sizes = new Set([
  'strsize',
  'bufsize',
  'aggsize',
  'specsize',
  'dynvarsize',
  'scratchsize',
  'principal',
  'pcapsize',
  'maxframes',
]);
const numbers = new Set([
  'nspec',
  'stackframes',
  'ustackframes',
  'jstackframes',
  'jstackstrsize',
  'aggsortkeypos',
  'aggsortpos',
  'stackindent',
]);
const rates = new Set(['switchrate', 'aggrate', 'cleanrate', 'statusrate']);

export function engineOptions(tree: DTree, commandLine: readonly string[]): EngineOptions {
  const options: Record<string, string | number | boolean> = {};
  for (const control of tree.controls) {
    if (control.directive !== 'pragma' || control.skipped) continue;
    const words = control.words.map((each) => each.text);
    if (words[0] !== 'D' || words[1] !== 'option') continue;
    // `name=value` comes as one word or as several.
    set(options, words.slice(2).join(''));
  }
  for (const flag of tree.interpreter?.flags ?? []) interpreterFlag(options, flag);
  for (const each of commandLine) set(options, each);
  return { ok: true, options };
}

/** `-qs`, `-Zq`, … of the interpreter line. */
function interpreterFlag(options: Record<string, string | number | boolean>, flag: string): void {
  if (!/^-[A-Za-z]+$/.test(flag)) return;
  if (flag.includes('q')) options.quiet = true;
  if (flag.includes('w')) options.destructive = true;
  if (flag.includes('Z')) options.zdefs = true;
  if (flag.includes('F')) options.flowindent = true;
}

function set(options: Record<string, string | number | boolean>, text: string): void {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? '' : text.slice(equals + 1);
  if (sizes.has(name)) options[name] = size(value);
  else if (numbers.has(name)) options[name] = Number(value);
  else if (rates.has(name)) options[name] = timerPeriod(value) ?? 1e9;
  else if (value === '') options[name] = true;
  else
    options[name] =
      value === 'unset' || value === 'false' || value === '0'
        ? false
        : value === 'set' || value === 'true' || value === '1'
          ? true
          : value;
}

/** `4m`, `256`, `1k`. */
function size(value: string): number {
  const match = /^(\d+)([kmgt]?)$/i.exec(value);
  if (!match) return Number(value);
  return Number(match[1]) * 1024 ** ['', 'k', 'm', 'g', 't'].indexOf((match[2] ?? '').toLowerCase());
}
