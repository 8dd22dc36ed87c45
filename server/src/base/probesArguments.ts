// The command line of `probes`: interpreters by path or name, and how to print.

export interface ProbesOptions {
  readonly command: 'probes';
  /** Empty: all that are found. */
  readonly pythons: readonly string[];
  readonly json: boolean;
  readonly color: 'auto' | 'always' | 'never';
}

/** Parses the words after `probes`. */
export function parseProbes(
  words: readonly string[],
): { readonly ok: true; readonly value: ProbesOptions } | { readonly ok: false; readonly reason: string } {
  const pythons: string[] = [];
  const chosen = { '--format': 'text', '--color': 'auto' };
  const allowed = { '--format': ['text', 'json'], '--color': ['auto', 'always', 'never'] };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (!word.startsWith('-')) {
      pythons.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const option = equals < 0 ? word : word.slice(0, equals);
    if (option !== '--format' && option !== '--color') {
      return {
        ok: false,
        reason: `probes takes only --format and --color, not ${JSON.stringify(option)} (see --help)`,
      };
    }
    const value = equals < 0 ? words[++i] : word.slice(equals + 1);
    if (value === undefined || !allowed[option].includes(value)) {
      const given = value === undefined ? 'needs a value' : `can't be ${JSON.stringify(value)}`;
      return { ok: false, reason: `${option} ${given}; it is one of ${allowed[option].join(', ')}` };
    }
    chosen[option] = value;
  }
  const color = chosen['--color'] as ProbesOptions['color'];
  return { ok: true, value: { command: 'probes', pythons, json: chosen['--format'] === 'json', color } };
}
