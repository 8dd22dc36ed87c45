// Lines that begin with `#`, as the D compiler reads them: pragmas, options, `#line`, and the preprocessor's directives,
// which need -C. Options come from the command line as well, and from the flags of the interpreter line.
import { dOptions, dProviders, type DOption, type Platform } from '../../catalogue/index.ts';
import type { Span } from '../../base/text.ts';
import { complain, say, type Analyzer } from './analyzer.ts';
import { isBuiltin } from './declare.ts';
import { isDirective } from './parser.ts';
import type { ControlLine, ControlWord, DTree } from './syntax.ts';

/** Options that only the command line can set: they change how the script itself is read, or where from. */
const commandLineOnly: ReadonlySet<string> = new Set([
  'core', 'cpphdrs', 'cpppath', 'cppargs', 'ctypes', 'ctfpath', 'define', 'dtypes', 'incdir', 'ldpath', 'libdir', 'modpath',
  'procfspath', 'syslibdir', 'sysslice', 'undef', 'btfpath',
]); // prettier-ignore

const sizePattern = /^\s*\+?(?:0[xX][0-9a-fA-F]+|\d+)[kKmMgGtT]?$/;
const ratePattern = /^\s*\+?(?:0[xX][0-9a-fA-F]+|\d+)(?:ns|nsec|us|usec|ms|msec|s|sec|m|min|h|hour|d|day|hz)?$/i;
/** Limits that the compiler has for some numbers. */
const ranges: Readonly<Record<string, readonly [bigint, bigint]>> = {
  iregs: [1n, 8n],
  tregs: [1n, 8n],
  strsize: [2n, 0xffffffffn],
  // Too small for a single record.
  bufsize: [1n, (1n << 63n) - 1n],
  aggsize: [16n, (1n << 63n) - 1n],
};

/** What is wrong with an option's value, or undefined. */
export function optionProblem(name: string, value: string | undefined, platform: Platform): string | undefined {
  const option = dOptions(platform).get(name);
  if (!option) return `There is no option ${name} on ${platform}.${nearestOption(name, platform)}`;
  return valueProblem(option, value);
}

function valueProblem(option: DOption, value: string | undefined): string | undefined {
  const { name } = option;
  switch (option.value) {
    case 'flag':
      if (value === undefined) return undefined;
      if (option.when === 'compile') return `The option ${name} takes no value.`;
      return /^(?:\d+|on|off|yes|no|true|false|enabled?|disabled?|set|unset)$/i.test(value)
        ? undefined
        : `The option ${name} is on or off.`;
    case 'choice':
      if (value !== undefined && option.values?.includes(value) === true) return undefined;
      return `The option ${name} is one of ${option.values?.join(', ') ?? 'a few words'}.`;
    case 'rate':
      return value === undefined || ratePattern.test(value)
        ? undefined
        : `The option ${name} takes a rate, such as 10hz or 100ms.`;
    case 'size':
    case 'integer': {
      if (value === undefined) return undefined;
      if (!sizePattern.test(value))
        return `The option ${name} takes a number that isn't negative; K, M, G and T may follow.`;
      const number = sizeValue(value);
      if (number > 0x7fffffffffffffffn) return `${value} is too large for the option ${name}.`;
      const range = ranges[name];
      return !range || (number >= range[0] && number <= range[1])
        ? undefined
        : `The option ${name} lies between ${range[0]} and ${range[1]}.`;
    }
    default:
      if (name === 'version' && value !== undefined && !isVersion(value)) return `There is no D version ${value}.`;
      return undefined;
  }
}

/** D versions go up to 2.0 today. */
function isVersion(value: string): boolean {
  const [, major, minor = '0'] = /^(\d+)(?:\.(\d+))?(?:\.\d+)?$/.exec(value) ?? [];
  return (
    major !== undefined && (Number(major) < 2 || (Number(major) === 2 && Number(minor) === 0)) && Number(major) >= 1
  );
}

/** A size with its K, M, G or T. */
export function sizeValue(text: string): bigint {
  const [, digits = '0', unit = ''] = /(0[xX][0-9a-fA-F]+|\d+)([kKmMgGtT]?)$/.exec(text) ?? [];
  const shift = { '': 0n, k: 10n, m: 20n, g: 30n, t: 40n }[unit.toLowerCase()] ?? 0n;
  return BigInt(digits) << shift;
}

function nearestOption(name: string, platform: Platform): string {
  for (const known of dOptions(platform).keys()) {
    if (known.startsWith(name) || name.startsWith(known) || known.toLowerCase() === name.toLowerCase())
      return ` Did you mean ${known}?`;
  }
  return '';
}

interface Setting {
  readonly name: string;
  readonly value?: string;
}

/** `-x name=value`, `-xname`, and the short flags that stand for options. */
export function settingsOf(flags: readonly string[]): Setting[] {
  const settings: Setting[] = [];
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i] ?? '';
    if (!/^-[a-zA-Z]/.test(flag)) continue;
    for (let at = 1; at < flag.length; at++) {
      const letter = flag.charAt(at);
      const rest = flag.slice(at + 1);
      if (letter === 'x') {
        const word = rest === '' ? (flags[++i] ?? '') : rest;
        const [, name = '', value] = /^([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
        settings.push({ name, ...(value !== undefined && { value }) });
        break;
      }
      if (letter === 'b') {
        settings.push({ name: 'bufsize', value: rest === '' ? (flags[++i] ?? '') : rest });
        break;
      }
      const option = shortFlags[letter];
      if (option !== undefined) settings.push({ name: option });
      // These take the rest of the word, or the next one.
      else if ('DILUXcfimnopsP'.includes(letter)) {
        if (rest === '') i++;
        break;
      }
    }
  }
  return settings;
}

const shortFlags: Readonly<Record<string, string>> = {
  C: 'cpp', F: 'flowindent', H: 'cpphdrs', q: 'quiet', w: 'destructive', Z: 'zdefs', S: 'verbose',
}; // prettier-ignore

/** The options that hold for a script: those of the command line, of its interpreter line and of its pragmas. */
export function optionsOf(tree: DTree, flags: readonly string[] | undefined): Map<string, string> {
  const options = new Map<string, string>();
  for (const { name, value } of settingsOf([...(tree.interpreter?.flags ?? []), ...(flags ?? [])]))
    options.set(name, value ?? '');
  for (const line of tree.controls) {
    const setting = settingOf(line);
    if (setting && !line.skipped) options.set(setting.name, setting.value ?? '');
  }
  return options;
}

function settingOf(line: ControlLine): Setting | undefined {
  const [d, option, word] = line.words;
  if (line.directive !== 'pragma' || d?.text !== 'D' || option?.text !== 'option' || !word) return undefined;
  const [, name = '', value] = /^([^=]*)(?:=([\s\S]*))?$/.exec(word.text) ?? [];
  return { name, ...(value !== undefined && { value }) };
}

/** With bufresize=manual, sizes must be had as they are. */
function checkSizes(analyzer: Analyzer): void {
  const { options, tree } = analyzer;
  if (options.get('bufresize') !== 'manual') return;
  for (const line of tree.controls) {
    const setting = settingOf(line);
    if (!setting || !/^(?:bufsize|aggsize)$/.test(setting.name) || !sizePattern.test(setting.value ?? '')) continue;
    if (sizeValue(setting.value ?? '0') < 1n << 44n) continue;
    complain(
      analyzer,
      'D_PRAGMA_OPTSET',
      line.words[2] ?? line,
      `No machine has ${setting.value ?? ''} of memory for every CPU; bufresize=auto would try less.`,
    );
  }
}

/** Checks the options of the command line and of the interpreter line. */
export function checkFlags(analyzer: Analyzer): void {
  const { tree, environment } = analyzer;
  const { interpreter } = tree;
  const check = (flags: readonly string[], span: Span): void => {
    for (const { name, value } of settingsOf(flags)) {
      const problem = optionProblem(name, value, environment.platform);
      if (problem !== undefined) complain(analyzer, 'D_PRAGMA_OPTSET', span, problem);
    }
  };
  checkSizes(analyzer);
  if (interpreter) check(interpreter.flags, interpreter);
  check(environment.flags ?? [], { start: 0, end: 0 });
}

/** Checks a control line at its place in the program. */
export function checkControl(analyzer: Analyzer, line: ControlLine): void {
  if (line.skipped) return;
  const { directive, words } = line;
  const first = words[0];
  if (directive === '') {
    if (first?.type === 'integer') checkLine(analyzer, line, words);
    else if (first) complain(analyzer, 'D_PRAGCTL_INVAL', line, 'A word must follow the #.');
    return;
  }
  if (isDirective(line)) {
    if (analyzer.tree.preprocessed) return;
    complain(
      analyzer,
      'D_PRAGCTL_INVAL',
      line.directiveSpan,
      `#${directive} needs the C preprocessor: run dtrace with -C.`,
    );
    return;
  }
  switch (directive) {
    case 'pragma':
      checkPragma(analyzer, line);
      return;
    case 'line':
      checkLine(analyzer, line, words);
      return;
    case 'error':
      complain(analyzer, 'D_PRAGERR', line, `#error: ${words.map((word) => word.text).join(' ')}`);
      return;
    case 'ident':
      return;
    default:
      complain(analyzer, 'D_PRAGCTL_INVAL', line.directiveSpan, `D knows no #${directive}.`);
  }
}

function checkLine(analyzer: Analyzer, line: ControlLine, words: readonly ControlWord[]): void {
  const [number, file, ...states] = words;
  const fits =
    number?.type === 'integer' &&
    (!file || file.type === 'string') &&
    states.every((state) => state.type === 'integer');
  if (!fits) complain(analyzer, 'D_PRAGMA_MALFORM', line, 'The form is #line NUMBER "FILE".');
}

function checkPragma(analyzer: Analyzer, line: ControlLine): void {
  const { words } = line;
  const [first, ...rest] = words;
  if (!first) return;
  if (first.type === 'string') {
    complain(analyzer, 'D_PRAGCTL_INVAL', first, 'A word must follow #pragma.');
    return;
  }
  if (first.text !== 'D') {
    // Pragmas of other compilers pass; three of D's own may stand without the D.
    if (first.text === 'error')
      complain(analyzer, 'D_PRAGERR', line, `#error: ${rest.map((word) => word.text).join(' ')}`);
    else if (first.text === 'line') checkLine(analyzer, line, rest);
    return;
  }
  const [name, ...values] = rest;
  if (!name) return;
  switch (name.text) {
    case 'option':
      checkOption(analyzer, name, values);
      return;
    case 'attributes':
      checkAttributes(analyzer, name, values);
      return;
    case 'binding':
      checkBinding(analyzer, name, values);
      return;
    case 'depends_on':
      checkDependency(analyzer, name, values);
      return;
    case 'error':
      complain(analyzer, 'D_PRAGERR', line, `#error: ${values.map((word) => word.text).join(' ')}`);
      return;
    case 'ident':
    case 'line':
      return;
    default:
      complain(
        analyzer,
        'D_PRAGMA_INVAL',
        name,
        `There is no pragma D ${name.text}; there are option, attributes, binding, depends_on and error.`,
      );
  }
}

function checkOption(analyzer: Analyzer, name: ControlWord, values: readonly ControlWord[]): void {
  const [word, ...more] = values;
  if (word?.type !== 'word') {
    complain(analyzer, 'D_PRAGMA_MALFORM', word ?? name, 'The form is #pragma D option NAME=VALUE.');
    return;
  }
  const [extra] = more;
  if (extra) {
    complain(analyzer, 'D_PRAGMA_MALFORM', extra, 'One pragma sets one option, without spaces around the =.');
    return;
  }
  const [, option = '', value] = /^([^=]*)(?:=([\s\S]*))?$/.exec(word.text) ?? [];
  const problem = optionProblem(option, value, analyzer.environment.platform);
  if (problem !== undefined) complain(analyzer, 'D_PRAGMA_OPTSET', word, problem);
  else if (commandLineOnly.has(option))
    complain(
      analyzer,
      'D_PRAGMA_OPTSET',
      word,
      `The option ${option} can be set on the command line only: -x ${option}.`,
    );
}

const stabilities = new Set([
  'internal',
  'private',
  'obsolete',
  'external',
  'unstable',
  'evolving',
  'stable',
  'standard',
]);
const classes = new Set(['unknown', 'cpu', 'platform', 'group', 'isa', 'common']);

function checkAttributes(analyzer: Analyzer, name: ControlWord, values: readonly ControlWord[]): void {
  const [attributes, target] = values;
  if (attributes?.type !== 'word' || target?.type !== 'word') {
    complain(
      analyzer,
      'D_PRAGMA_MALFORM',
      attributes ?? name,
      'The form is #pragma D attributes NAME/DATA/CLASS NAME.',
    );
    return;
  }
  const parts = attributes.text.toLowerCase().split('/');
  if (
    parts.length !== 3 ||
    !stabilities.has(parts[0] ?? '') ||
    !stabilities.has(parts[1] ?? '') ||
    !classes.has(parts[2] ?? '')
  ) {
    complain(
      analyzer,
      'D_PRAGMA_INVAL',
      attributes,
      `${attributes.text} is no stability; an example is Evolving/Evolving/Common.`,
    );
    return;
  }
  if (target.text === 'provider') {
    const part = values[3];
    if (
      part &&
      !['provider', 'module', 'function', 'name', 'args'].includes(part.text) &&
      dProviders(analyzer.environment.platform).has(values[2]?.text ?? '')
    ) {
      complain(analyzer, 'D_PRAGMA_INVAL', part, 'The part is one of provider, module, function, name and args.');
    }
    return;
  }
  checkTarget(analyzer, target);
}

function checkBinding(analyzer: Analyzer, name: ControlWord, values: readonly ControlWord[]): void {
  const [version, target] = values;
  if (version?.type !== 'string' || target?.type !== 'word') {
    complain(analyzer, 'D_PRAGMA_MALFORM', version ?? name, 'The form is #pragma D binding "VERSION" NAME.');
    return;
  }
  if (!/^\d+(?:\.\d+){0,2}$/.test(version.text))
    complain(analyzer, 'D_PRAGMA_INVAL', version, `"${version.text}" is no version; an example is "1.6.1".`);
  else checkTarget(analyzer, target);
}

/** Stability and version are given to what the script itself defines. */
function checkTarget(analyzer: Analyzer, target: ControlWord): void {
  const { text } = target;
  if (analyzer.globals.has(text)) return;
  if (isBuiltin(analyzer, text))
    complain(
      analyzer,
      'D_PRAGMA_SCOPE',
      target,
      `${text} isn't defined by this script, so this pragma can't be about it.`,
    );
  else if (!declares(analyzer, text)) complain(analyzer, 'D_PRAGMA_UNUSED', target, `This script defines no ${text}.`);
}

/** Whether the script defines a global name anywhere: pragmas may come before it. */
function declares(analyzer: Analyzer, name: string): boolean {
  return new RegExp(`\\b${name.replace(/\W/g, '\\$&')}\\b`).test(withoutControls(analyzer.tree));
}

const bare = new WeakMap<DTree, string>();

function withoutControls(tree: DTree): string {
  let text = bare.get(tree);
  if (text === undefined) {
    text = '';
    let at = 0;
    for (const line of tree.controls) {
      text += tree.text.slice(at, line.start);
      at = line.end;
    }
    text += tree.text.slice(at);
    text = text.replace(/\/\*[\s\S]*?\*\//g, ' ');
    bare.set(tree, text);
  }
  return text;
}

function checkDependency(analyzer: Analyzer, name: ControlWord, values: readonly ControlWord[]): void {
  const [kind, target] = values;
  if (kind?.type !== 'word' || target?.type !== 'word') {
    complain(
      analyzer,
      'D_PRAGMA_MALFORM',
      kind ?? name,
      'The form is #pragma D depends_on provider|module|library NAME.',
    );
    return;
  }
  if (!['provider', 'module', 'library'].includes(kind.text)) {
    complain(
      analyzer,
      'D_PRAGMA_INVAL',
      kind,
      `A script depends on a provider, a module or a library, not on a ${kind.text}.`,
    );
  } else if (kind.text === 'library') {
    // Libraries name each other so; whether this text is one can't be seen in it.
    say(
      analyzer,
      analyzer.environment.flags ? 'error' : 'warning',
      'D_PRAGMA_DEPEND',
      target,
      'Only a D library can depend on a library; a script finds them all loaded.',
    );
  }
}
