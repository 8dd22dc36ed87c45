// The command line of `run`, parsed: DTrace's and SystemTap's own options where they have a meaning here, and ours,
// which are long. The script's language decides what its short options mean: `-x` is an option in DTrace and a process
// in SystemTap.

export type Backend = 'auto' | 'embedded' | 'dtrace' | 'systemtap' | 'bpftrace';

export interface RunOptions {
  readonly command: 'run';
  readonly script: string;
  readonly scriptArguments: readonly string[];
  readonly language: 'dtrace' | 'systemtap' | undefined;
  readonly backend: Backend;
  readonly python: string | undefined;
  /** `-c`: the command to run, as one string of words. */
  readonly commandLine: string | undefined;
  readonly pid: number | undefined;
  /** Language options as the tool spells them, without `-x`: `quiet`, `strsize=1k`. */
  readonly options: readonly string[];
  /** `-D NAME=VALUE` */
  readonly defines: readonly string[];
  /** SystemTap's `-G NAME=VALUE`. */
  readonly globals: readonly string[];
  readonly includes: readonly string[];
  /** `-C`: the script goes through the C preprocessor. */
  readonly preprocess: boolean;
  /** `-w`: destructive actions are allowed (DTrace). */
  readonly destructive: boolean;
  /** `-o`: where the script's output goes. */
  readonly output: string | undefined;
  readonly format: 'text' | 'ndjson';
  readonly hits: string | undefined;
  readonly events: string | undefined;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export type ParsedRun =
  { readonly ok: true; readonly value: RunOptions } | { readonly ok: false; readonly reason: string };

const long: Readonly<Record<string, 'value' | 'flag'>> = {
  '--backend': 'value',
  '--python': 'value',
  '--language': 'value',
  '--format': 'value',
  '--hits': 'value',
  '--events': 'value',
  '--include': 'value',
  '--exclude': 'value',
  '--output': 'value',
};
const choices: Readonly<Record<string, readonly string[]>> = {
  '--backend': ['auto', 'embedded', 'dtrace', 'systemtap', 'bpftrace'],
  '--language': ['dtrace', 'systemtap'],
  '--format': ['text', 'ndjson'],
};
/** Short options by language; `value` takes the rest of its word or the next one. */
const short: Readonly<Record<'dtrace' | 'systemtap', Readonly<Record<string, 'value' | 'flag'>>>> = {
  dtrace: { c: 'value', p: 'value', x: 'value', D: 'value', I: 'value', o: 'value', b: 'value', s: 'value', L: 'value',
    q: 'flag', w: 'flag', C: 'flag', Z: 'flag', F: 'flag', S: 'flag', v: 'flag', V: 'flag' },
  systemtap: { c: 'value', x: 'value', D: 'value', I: 'value', o: 'value', G: 'value', r: 'value', m: 'value', s: 'value', T: 'value', S: 'value',
    v: 'flag', w: 'flag', g: 'flag', k: 'flag', u: 'flag', t: 'flag', F: 'flag', E: 'value' },
}; // prettier-ignore

/** Parses the words after `run`. As with the real tools, options may stand behind the script too; `--` ends them. */
export function parseRun(words: readonly string[]): ParsedRun {
  const script = findScript(words);
  const language = languageOf(words, script);
  const seen = new Map<string, string[]>();
  const put = (name: string, value: string): void => void seen.set(name, [...(seen.get(name) ?? []), value]);
  const others: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') {
      others.push(...words.slice(index + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      others.push(word);
      continue;
    }
    const read = word.startsWith('--') ? readLong(word) : readShort(word, language ?? 'dtrace');
    if (!read.ok) return read;
    for (const { name, value, wants } of read.options) {
      if (!wants) put(name, value ?? '');
      else {
        const given = value ?? words[++index];
        if (given === undefined || given === '') return failed(`${name} needs a value after it`);
        const allowed = choices[name];
        if (allowed && !allowed.includes(given)) {
          return failed(`${name} can't be ${JSON.stringify(given)}; it is one of ${allowed.join(', ')}`);
        }
        put(name, given);
      }
    }
  }
  const named = language === 'dtrace' ? seen.get('-s')?.at(-1) : undefined;
  const file = named ?? others[0];
  if (file === undefined) return failed('which script should run? Name a .d or .stp file (see --help)');
  const one = (name: string): string | undefined => seen.get(name)?.at(-1);
  const pidText = language === 'systemtap' ? one('-x') : one('-p');
  const pid = pidText === undefined ? undefined : Number(pidText);
  if (pid !== undefined && !(Number.isInteger(pid) && pid > 0)) {
    return failed(`${JSON.stringify(pidText)} is no process id`);
  }
  return {
    ok: true,
    value: {
      command: 'run',
      script: file,
      scriptArguments: named === undefined ? others.slice(1) : others,
      language,
      backend: (one('--backend') ?? 'auto') as Backend,
      python: one('--python'),
      commandLine: one('-c'),
      pid,
      options: languageOptions(seen, language),
      defines: seen.get('-D') ?? [],
      globals: seen.get('-G') ?? [],
      includes: seen.get('-I') ?? [],
      preprocess: seen.has('-C'),
      destructive: language === 'systemtap' ? seen.has('-g') : seen.has('-w'),
      output: one('--output') ?? one('-o'),
      format: (one('--format') ?? 'text') as RunOptions['format'],
      hits: one('--hits'),
      events: one('--events'),
      include: seen.get('--include') ?? [],
      exclude: seen.get('--exclude') ?? [],
    },
  };
}

/** The short options that set one of the language's own options. */
function languageOptions(seen: ReadonlyMap<string, readonly string[]>, language: RunOptions['language']): string[] {
  if (language === 'systemtap') return [];
  const out = [...(seen.get('-x') ?? [])];
  if (seen.has('-q')) out.push('quiet');
  if (seen.has('-F')) out.push('flowindent');
  if (seen.has('-Z')) out.push('zdefs');
  const buffer = seen.get('-b')?.at(-1);
  if (buffer !== undefined) out.push(`bufsize=${buffer}`);
  return out;
}

interface ReadOption {
  readonly name: string;
  readonly value?: string;
  readonly wants: boolean;
}

type Read =
  { readonly ok: true; readonly options: readonly ReadOption[] } | { readonly ok: false; readonly reason: string };

function readLong(word: string): Read {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  const kind = long[name];
  if (kind === undefined) return failed(`there is no option ${JSON.stringify(name)} of run (see --help)`);
  const value = equals < 0 ? {} : { value: word.slice(equals + 1) };
  return { ok: true, options: [{ name, ...value, wants: kind === 'value' }] };
}

/** `-qs`: flags can stand together, and the last may take a value. */
function readShort(word: string, language: 'dtrace' | 'systemtap'): Read {
  const options: ReadOption[] = [];
  for (let at = 1; at < word.length; at++) {
    const name = `-${word.charAt(at)}`;
    const kind = short[language][word.charAt(at)];
    if (kind === undefined)
      return failed(`there is no option ${JSON.stringify(name)} of run for ${language} scripts (see --help)`);
    if (kind === 'flag') options.push({ name, wants: false });
    else {
      const rest = word.slice(at + 1);
      options.push(rest === '' ? { name, wants: true } : { name, value: rest, wants: true });
      break;
    }
  }
  return { ok: true, options };
}

/** The first word that looks like a script, so that the options before it can be read in its language. */
function findScript(words: readonly string[]): string | undefined {
  return words.find((word) => /\.(d|stp)$/.test(word) && !word.startsWith('-'));
}

function languageOf(words: readonly string[], script: string | undefined): RunOptions['language'] {
  const given = words.find((word) => word.startsWith('--language='))?.slice('--language='.length);
  if (given === 'dtrace' || given === 'systemtap') return given;
  if (script === undefined) return undefined;
  return script.endsWith('.stp') ? 'systemtap' : 'dtrace';
}

function failed(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

/** Splits a `-c` command into words: white space separates, quotes and backslashes keep it. */
export function splitCommand(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < command.length; at++) {
    const character = command.charAt(at);
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (character === '\\' && quote === '"' && /["\\$`]/.test(command.charAt(at + 1)))
        word = (word ?? '') + command.charAt(++at);
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '\\') word = (word ?? '') + command.charAt(++at);
    else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (word !== undefined) words.push(word);
  return words;
}
