// The command line of `check`, parsed: a pure function from words to options or to one clear sentence.
import type { Platform } from './settings.ts';

export interface CheckOptions {
  readonly command: 'check';
  readonly files: readonly string[];
  readonly format: 'text' | 'json' | 'sarif';
  /** Absent: the platform that this runs on. */
  readonly platform: Platform | undefined;
  readonly python: string | undefined;
  readonly cpp: boolean;
  readonly defines: Readonly<Record<string, string>>;
}

export type CheckParsed =
  { readonly ok: true; readonly value: CheckOptions } | { readonly ok: false; readonly reason: string };

const formats = ['text', 'json', 'sarif'] as const;
const platforms = ['linux', 'macos', 'freebsd', 'illumos'] as const;
const withValue = ['--format', '--platform', '--python', '-D'];

/** Parses the words after `check`. Options and files may be mixed; after `--` there are only files. */
export function parseCheck(words: readonly string[]): CheckParsed {
  const files: string[] = [];
  const values = new Map<string, string>();
  const defines: Record<string, string> = {};
  let cpp = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') {
      files.push(...words.slice(index + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      files.push(word);
      continue;
    }
    if (word === '-C') {
      cpp = true;
      continue;
    }
    const joined = /^(-D)(.+)$/s.exec(word) ?? /^(--[a-z]+)=(.*)$/s.exec(word);
    const name = joined?.[1] ?? word;
    if (!withValue.includes(name)) return failed(`there is no option ${JSON.stringify(name)} of check (see --help)`);
    const value = joined ? joined[2] : words[++index];
    if (value === undefined || value === '') return failed(`${name} needs a value after it`);
    if (name === '-D') {
      const [macro = '', ...rest] = value.split('=');
      if (!/^[A-Za-z_]\w*$/.test(macro)) return failed(`-D needs NAME or NAME=VALUE, not ${JSON.stringify(value)}`);
      // As cpp does: a name alone is 1.
      defines[macro] = rest.length > 0 ? rest.join('=') : '1';
    } else values.set(name, value);
  }
  const format = formats.find((each) => each === (values.get('--format') ?? 'text'));
  if (!format)
    return failed(`--format can't be ${JSON.stringify(values.get('--format'))}; it is one of ${formats.join(', ')}`);
  const platform = platforms.find((each) => each === values.get('--platform'));
  if (values.has('--platform') && !platform) {
    return failed(
      `--platform can't be ${JSON.stringify(values.get('--platform'))}; it is one of ${platforms.join(', ')}`,
    );
  }
  if (files.length === 0) return failed('what should be checked? Name .d, .stp or .stpm files (see --help)');
  return {
    ok: true,
    value: { command: 'check', files, format, platform, python: values.get('--python'), cpp, defines },
  };
}

function failed(reason: string): CheckParsed {
  return { ok: false, reason };
}
