// The command line of `hits` and `pythons`, parsed: a pure function from words to options or to one clear sentence.
// Options before the script are ours; everything after SCRIPT or `-m MODULE` belongs to the target, untouched.
import { parseCheck, type CheckOptions } from './checkArguments.ts';
import { parseProbes, type ProbesOptions } from './probesArguments.ts';
import { parseRun, type RunOptions } from './runArguments.ts';

export type Format = 'text' | 'json' | 'ndjson' | 'lcov';
export type EngineChoice = 'auto' | 'injection' | 'monitoring' | 'settrace';

export interface HitsOptions {
  readonly command: 'hits';
  readonly python: string | undefined;
  /** What runs: a script's path or a module's name. */
  readonly target: { readonly kind: 'script' | 'module'; readonly name: string };
  readonly targetArguments: readonly string[];
  readonly format: Format;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly lines: boolean;
  readonly functions: boolean;
  readonly time: boolean;
  readonly output: string | undefined;
  /** A local socket that gets the events instead of stdout (see protocol.ts). */
  readonly events: string | undefined;
  readonly engine: EngineChoice;
  readonly color: 'auto' | 'always' | 'never';
}

export interface PythonsOptions {
  readonly command: 'pythons';
  readonly json: boolean;
  /** Only the one that `hits` would take. */
  readonly first: boolean;
  /** Only these: paths, or names on PATH. */
  readonly names: readonly string[];
}

export type CommandLine =
  | HitsOptions
  | PythonsOptions
  | { readonly command: 'lsp' }
  | CheckOptions
  | ProbesOptions
  | RunOptions
  | { readonly command: 'help' }
  | { readonly command: 'version' };

export type Parsed =
  { readonly ok: true; readonly value: CommandLine } | { readonly ok: false; readonly reason: string };

const commands = ['hits', 'run', 'check', 'lsp', 'probes', 'pythons'];
const choices: Readonly<Record<string, readonly string[]>> = {
  '--format': ['text', 'json', 'ndjson', 'lcov'],
  '--engine': ['auto', 'injection', 'monitoring', 'settrace'],
  '--color': ['auto', 'always', 'never'],
};
const withValue = ['--python', '--format', '--include', '--exclude', '--output', '--events', '--engine', '--color'];
const flags = ['--lines', '--functions', '--time', '--help', '--version'];
const short: Readonly<Record<string, string>> = { '-o': '--output', '-h': '--help', '-V': '--version' };

/** Parses the words after `cpython-probes`. */
export function parseCommandLine(words: readonly string[]): Parsed {
  const [command, ...rest] = words;
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    return { ok: true, value: { command: 'help' } };
  }
  if (command === '--version' || command === '-V') return { ok: true, value: { command: 'version' } };
  if (command === 'pythons') return parsePythons(rest);
  if (command === 'hits') return parseHits(rest);
  if (command === 'probes') return asksForHelp(rest) ? { ok: true, value: { command: 'help' } } : parseProbes(rest);
  if (command === 'lsp') return parseLsp(rest);
  if (command === 'check') return asksForHelp(rest) ? { ok: true, value: { command: 'help' } } : parseCheck(rest);
  if (command === 'run') return asksForHelp(rest) ? { ok: true, value: { command: 'help' } } : parseRun(rest);
  const meant = nearest(command, [...commands, 'help']);
  const list = `${commands.slice(0, -1).join(', ')} and ${commands.at(-1) ?? ''}`;
  if (/\.pyw?$/.test(command)) return failed(`to trace ${quote(command)}, say: cpython-probes hits ${command}`);
  const what = command.startsWith('-') ? 'option before a command' : 'command';
  return failed(`there is no ${what} ${quote(command)}${meant}; the commands are ${list} (see --help)`);
}

function asksForHelp(words: readonly string[]): boolean {
  return words.includes('--help') || words.includes('-h');
}

function parsePythons(words: readonly string[]): Parsed {
  const known = ['--format=json', '--format=text', '--first', '--help', '-h'];
  const odd = words.find((word) => word.startsWith('-') && !known.includes(word));
  if (odd !== undefined) {
    return failed(
      `pythons has no option ${quote(odd)}${nearest(odd, known)}; it takes --format=json, --first and paths`,
    );
  }
  if (words.includes('--help') || words.includes('-h')) return { ok: true, value: { command: 'help' } };
  const names = words.filter((word) => !word.startsWith('-'));
  const first = words.includes('--first');
  if (first && names.length > 0) return failed('--first looks for a Python; it takes no path beside it');
  const format = words.findLast((word) => word.startsWith('--format='));
  return { ok: true, value: { command: 'pythons', json: format === '--format=json', first, names } };
}

/** The language server speaks on stdin and stdout; `--clientProcessId` comes from some editors, the runtime reads it. */
function parseLsp(words: readonly string[]): Parsed {
  const odd = words.find((word) => word !== '--stdio' && !word.startsWith('--clientProcessId='));
  if (odd !== undefined) return failed(`lsp takes only --stdio, not ${quote(odd)}`);
  return { ok: true, value: { command: 'lsp' } };
}

function parseHits(words: readonly string[]): Parsed {
  const values: Record<string, string[]> = {};
  const seen = new Set<string>();
  let index = 0;
  let target: HitsOptions['target'] | undefined;
  for (; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '-m') {
      const name = words[++index];
      if (name === undefined) return failed('-m needs the name of a module after it');
      target = { kind: 'module', name };
      break;
    }
    if (word === '--') index++;
    if (word === '--' || !word.startsWith('-') || word === '-') {
      const name = words[index];
      if (name !== undefined) target = { kind: 'script', name };
      break;
    }
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const given = equals < 0 ? word : word.slice(0, equals);
    const option = short[given] ?? given;
    if (flags.includes(option)) {
      if (equals >= 0) return failed(`${option} takes no value`);
      if (option === '--help') return { ok: true, value: { command: 'help' } };
      if (option === '--version') return { ok: true, value: { command: 'version' } };
      seen.add(option);
    } else if (withValue.includes(option)) {
      const value = equals >= 0 ? word.slice(equals + 1) : words[++index];
      if (value === undefined || value === '') return failed(`${option} needs a value after it`);
      const allowed = choices[option];
      if (allowed && !allowed.includes(value)) {
        return failed(`${option} can't be ${quote(value)}; it is one of ${allowed.join(', ')}`);
      }
      (values[option] ??= []).push(value);
    } else {
      return failed(`there is no option ${quote(given)}${nearest(given, [...flags, ...withValue])} (see --help)`);
    }
  }
  if (!target) return failed('what should run? Name a script, or a module with -m (see --help)');
  const either = seen.has('--lines') || seen.has('--functions');
  return {
    ok: true,
    value: {
      command: 'hits',
      python: values['--python']?.at(-1),
      target,
      targetArguments: words.slice(index + 1),
      format: (values['--format']?.at(-1) ?? 'text') as Format,
      include: values['--include'] ?? [],
      exclude: values['--exclude'] ?? [],
      lines: seen.has('--lines') || !either,
      functions: seen.has('--functions') || seen.has('--time') || !either,
      time: seen.has('--time'),
      output: values['--output']?.at(-1),
      events: values['--events']?.at(-1),
      engine: (values['--engine']?.at(-1) ?? 'auto') as EngineChoice,
      color: (values['--color']?.at(-1) ?? 'auto') as HitsOptions['color'],
    },
  };
}

function failed(reason: string): Parsed {
  return { ok: false, reason };
}

/** A word as it can be shown on one line of a terminal. */
function quote(word: string): string {
  return JSON.stringify(word);
}

/** ` (did you mean X?)`, for the candidate within two edits of the word; else nothing. */
function nearest(word: string, candidates: readonly string[]): string {
  const best = candidates
    .map((candidate) => ({ candidate, edits: distance(word, candidate) }))
    .sort((a, b) => a.edits - b.edits)[0];
  return best && best.edits <= 2 ? ` (did you mean ${best.candidate}?)` : '';
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
