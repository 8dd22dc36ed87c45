// The settings of `cpythonProbes.*` that the language server reads, with their JSON schemas: package.json repeats them
// word for word (a test compares), and whatever an editor sends is brought into the one shape here.

export type Platform = 'linux' | 'macos' | 'freebsd' | 'illumos';
export type SeverityChoice = 'error' | 'warning' | 'information' | 'hint' | 'off';

export interface Settings {
  /** Whose DTrace the scripts are for; `auto` is the machine that the server runs on. */
  readonly platform: Platform | 'auto';
  /** A path, or a name on PATH; empty: the first interpreter that is found. */
  readonly interpreter: string;
  /** Severities by code; a code may end in `*`. */
  readonly severities: Readonly<Record<string, SeverityChoice>>;
  /** `dtrace -C`: run the C preprocessor over every D script, not only those whose first line says so. */
  readonly cpp: boolean;
  /** `-D NAME=VALUE` for D's preprocessor. */
  readonly defines: Readonly<Record<string, string>>;
  /** Folders with SystemTap library scripts, besides those of the workspace. */
  readonly tapsets: readonly string[];
  readonly format: { readonly enabled: boolean };
  readonly inlayHints: { readonly argumentNames: boolean; readonly types: boolean };
  readonly codeLens: boolean;
  readonly checkOnSave: { readonly enabled: boolean; readonly dtrace: string; readonly stap: string };
}

const severities = ['error', 'warning', 'information', 'hint', 'off'];

/** package.json's entries for the settings above, by their full names. */
export const settingsSchema = {
  'cpythonProbes.platform': {
    type: 'string',
    enum: ['auto', 'linux', 'macos', 'freebsd', 'illumos'],
    default: 'auto',
    scope: 'resource',
    description: 'The platform whose DTrace the D scripts are written for; auto is the one that the editor runs on.',
  },
  'cpythonProbes.severities': {
    type: 'object',
    additionalProperties: { type: 'string', enum: severities },
    default: {},
    scope: 'resource',
    markdownDescription:
      'Severities of findings in D and SystemTap scripts by their code, such as `{"cpython/missing-probe": "error", "systemtap/*": "off"}`.',
  },
  'cpythonProbes.dtrace.preprocess': {
    type: 'boolean',
    default: false,
    scope: 'resource',
    markdownDescription:
      'Run the C preprocessor over every D script, as `dtrace -C` does. Scripts whose first line holds `-C` are preprocessed anyway.',
  },
  'cpythonProbes.dtrace.defines': {
    type: 'object',
    additionalProperties: { type: 'string' },
    default: {},
    scope: 'resource',
    markdownDescription: 'Names and values that the C preprocessor knows in D scripts, as `dtrace -D` does.',
  },
  'cpythonProbes.systemtap.tapsets': {
    type: 'array',
    items: { type: 'string' },
    default: ['/usr/share/systemtap/tapset'],
    scope: 'machine-overridable',
    description: 'Folders with SystemTap library scripts (tapsets), besides those in the workspace.',
  },
  'cpythonProbes.format.enabled': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    description: 'Format D and SystemTap scripts.',
  },
  'cpythonProbes.inlayHints.argumentNames': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    markdownDescription: 'Show what `arg0` or `$arg1` is at this probe, in D and SystemTap scripts.',
  },
  'cpythonProbes.inlayHints.types': {
    type: 'boolean',
    default: false,
    scope: 'resource',
    description: 'Show the types of variables where they get their first value, in D and SystemTap scripts.',
  },
  'cpythonProbes.codeLens.enabled': {
    type: 'boolean',
    default: true,
    scope: 'resource',
    description: 'Show above each CPython probe whether the selected interpreter has it.',
  },
  'cpythonProbes.checkOnSave.enabled': {
    type: 'boolean',
    default: false,
    scope: 'machine-overridable',
    markdownDescription:
      'On save, also let `dtrace -e` or `stap -p2` check the script, and show what they say. Only in a trusted workspace, never with more rights than the editor has.',
  },
  'cpythonProbes.checkOnSave.dtrace': {
    type: 'string',
    default: 'dtrace',
    scope: 'machine-overridable',
    description: 'The dtrace that checks D scripts on save: a path, or a name on PATH.',
  },
  'cpythonProbes.checkOnSave.stap': {
    type: 'string',
    default: 'stap',
    scope: 'machine-overridable',
    description: 'The stap that checks SystemTap scripts on save: a path, or a name on PATH.',
  },
} as const;

export const defaultSettings: Settings = readSettings({});

/** Reads an editor's `cpythonProbes` section (nested, as LSP sends it); what is odd or missing gets its default. */
export function readSettings(section: unknown): Settings {
  const at = (name: keyof typeof settingsSchema): unknown =>
    name
      .split('.')
      .slice(1)
      .reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), section);
  const flag = (name: keyof typeof settingsSchema): boolean => {
    const value = at(name);
    return typeof value === 'boolean' ? value : settingsSchema[name].default === true;
  };
  const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value.trim() : otherwise);
  const platform = at('cpythonProbes.platform');
  const tapsets = at('cpythonProbes.systemtap.tapsets');
  return {
    platform: settingsSchema['cpythonProbes.platform'].enum.find((each) => each === platform) ?? 'auto',
    interpreter: isRecord(section) ? text(section.interpreter, '') : '',
    severities: pick(at('cpythonProbes.severities'), (value): value is SeverityChoice =>
      severities.includes(value as string),
    ),
    cpp: flag('cpythonProbes.dtrace.preprocess'),
    defines: pick(at('cpythonProbes.dtrace.defines'), (value): value is string => typeof value === 'string'),
    tapsets: Array.isArray(tapsets)
      ? tapsets.filter((each): each is string => typeof each === 'string')
      : settingsSchema['cpythonProbes.systemtap.tapsets'].default,
    format: { enabled: flag('cpythonProbes.format.enabled') },
    inlayHints: {
      argumentNames: flag('cpythonProbes.inlayHints.argumentNames'),
      types: flag('cpythonProbes.inlayHints.types'),
    },
    codeLens: flag('cpythonProbes.codeLens.enabled'),
    checkOnSave: {
      enabled: flag('cpythonProbes.checkOnSave.enabled'),
      dtrace: text(at('cpythonProbes.checkOnSave.dtrace'), '') || 'dtrace',
      stap: text(at('cpythonProbes.checkOnSave.stap'), '') || 'stap',
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pick<T>(value: unknown, fits: (each: unknown) => each is T): Record<string, T> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, T] => fits(entry[1])));
}

/** The severity that the settings give to a code: an exact entry wins over the longest pattern that fits. */
export function severityOf<S extends string>(code: string, own: S, settings: Settings): S | SeverityChoice {
  const exact = settings.severities[code];
  if (exact !== undefined) return exact;
  const patterns = Object.keys(settings.severities).filter(
    (each) => each.endsWith('*') && code.startsWith(each.slice(0, -1)),
  );
  const longest = patterns.sort((a, b) => b.length - a.length)[0];
  return (longest === undefined ? undefined : settings.severities[longest]) ?? own;
}
