// CPython's markers in the words of either language, for completion and hover: what `arg0` or `$arg1` is at a probe,
// which versions have the probe, and whether the selected interpreter does.
import {
  argumentsIn,
  cpythonProbe,
  cpythonProbes,
  dtraceName,
  faultsIn,
  hasProbe,
  isDocumented,
  presence,
  systemtapName,
  type CPythonProbe,
  type ProbeArgument,
} from '../catalogue/index.ts';
import type { LanguageId } from '../languages/model.ts';
import type { InterpreterFacts, ServiceContext } from './language.ts';

/** What an expression is called that copies a string out of the program. */
export const copyOf: Readonly<Record<LanguageId, string>> = { dtrace: 'copyinstr', systemtap: 'user_string' };

/** The name in the language's spelling. */
export function spelled(name: string, language: LanguageId): string {
  return language === 'dtrace' ? dtraceName(name) : systemtapName(name);
}

/** `arg0` or `$arg1` for the first argument. */
export function argumentName(index: number, language: LanguageId): string {
  return language === 'dtrace' ? `arg${index}` : `$arg${index + 1}`;
}

/** An expression with the argument's value: a string is copied. */
export function argumentValue(argument: ProbeArgument, index: number, language: LanguageId): string {
  const name = argumentName(index, language);
  return argument.type === 'const char *' ? `${copyOf[language]}(${name})` : name;
}

/** The interpreter that the user selected, if the machine was looked at. */
export function selected(context: ServiceContext): InterpreterFacts | undefined {
  return context.interpreters[0];
}

/** Whether the selected interpreter has the marker; undefined where that is not known. */
export function isThere(name: string, context: ServiceContext): boolean | undefined {
  const interpreter = selected(context);
  if (!interpreter) return undefined;
  return interpreter.probes.some((probe) => probe.name === name && probe.provider === 'python');
}

/** What the marker passes, in the selected interpreter if that is known. */
export function argumentsOf(probe: CPythonProbe, context: ServiceContext): readonly ProbeArgument[] {
  const interpreter = selected(context);
  const there = interpreter?.probes.find((each) => each.name === probe.name);
  if (there) return probe.arguments.slice(0, there.arguments.length);
  const version = interpreter?.version === '' ? undefined : interpreter?.version;
  // Of a version that is not known, or that lacks the marker: what all versions that have it pass.
  const passed = version === undefined ? [] : argumentsIn(probe, version);
  return passed.length > 0 ? passed : probe.arguments.filter(({ since }) => since === undefined);
}

/** The known markers that match a pattern in SystemTap's spelling, where `*` and `?` are wild. */
export function probesMatching(pattern: string): readonly CPythonProbe[] {
  const exact = cpythonProbe(pattern);
  if (exact) return [exact];
  if (!/[*?[]/.test(pattern)) return [];
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  try {
    const matcher = new RegExp(`^${source}$`);
    return cpythonProbes.filter(({ name, present }) => present.length > 0 && matcher.test(name));
  } catch {
    return [];
  }
}

/** A short name for an interpreter: `python3.11`. */
export function interpreterName({ path, version }: InterpreterFacts): string {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  return version !== '' && !name.includes(version.split('.').slice(0, 2).join('.')) ? `${name} (${version})` : name;
}

/** Where the marker is: by version, and in the selected interpreter. */
export function availability(probe: CPythonProbe, context: ServiceContext): string {
  const lines: string[] = [];
  if (probe.present.length === 0) lines.push('Declared in CPython’s sources, and never fired by any version.');
  else lines.push(`In CPython ${presence(probe)}${probe.gap === undefined ? '.' : `. ${probe.gap}`}`);
  const interpreter = selected(context);
  if (!interpreter) return lines.join('\n\n');
  const name = interpreterName(interpreter);
  const there = interpreter.probes.find((each) => each.name === probe.name);
  if (there) {
    const count = there.arguments.length;
    lines.push(`✓ \`${name}\` has it, with ${count === 1 ? '1 argument' : `${count} arguments`}.`);
    lines.push(...faultsIn(probe, interpreter.version).map(({ text }) => `⚠ ${text}`));
  } else if (interpreter.probes.length > 0) lines.push(`✗ \`${name}\` does not have it.`);
  else {
    const could = hasProbe(probe, interpreter.version) ? '; a build of this version `--with-dtrace` would have it' : '';
    lines.push(`✗ \`${name}\` has no markers at all${could}.`);
  }
  if (
    !there &&
    interpreter.version !== '' &&
    isDocumented(probe, interpreter.version) &&
    !hasProbe(probe, interpreter.version)
  ) {
    lines.push(`The manual of ${interpreter.version} describes it all the same.`);
  }
  return lines.join('\n\n');
}

/** Everything about a marker, as Markdown. */
export function describeProbe(probe: CPythonProbe, language: LanguageId, context: ServiceContext): string {
  const rows = argumentsOf(probe, context).map(
    (argument, index) => `- ${describeValue(argument, index, language)}: ${argument.doc}`,
  );
  return [probe.doc, rows.join('\n'), availability(probe, context)].filter((part) => part !== '').join('\n\n');
}

function describeValue(argument: ProbeArgument, index: number, language: LanguageId): string {
  const name = argumentName(index, language);
  const copied = argument.type === 'const char *' ? `, \`${argumentValue(argument, index, language)}\`` : '';
  return `\`${name}\` **${argument.name}** (\`${argument.type}\`${copied})`;
}

/** What one argument is at a probe: ``**filename**, `const char *` in the target; wrap in `copyinstr()` ``. */
export function describeArgument(
  probe: CPythonProbe,
  index: number,
  language: LanguageId,
  context: ServiceContext,
): string {
  const name = argumentName(index, language);
  const argument = probe.arguments[index];
  const at = `\`${spelled(probe.name, language)}\``;
  const passed = argumentsOf(probe, context);
  if (!argument) {
    const last =
      passed.length === 0
        ? 'none'
        : `\`${argumentName(0, language)}\` to \`${argumentName(passed.length - 1, language)}\``;
    return `\`${name}\`: ${at} passes no such argument; it has ${passed.length === 1 ? `only \`${argumentName(0, language)}\`` : last}.`;
  }
  const copy = argument.type === 'const char *' ? `; wrap in \`${copyOf[language]}()\`` : '';
  const lines = [`\`${name}\`: **${argument.name}**, \`${argument.type}\` in the target${copy}`, argument.doc];
  if (index >= passed.length) {
    const interpreter = selected(context);
    const since = argument.since === undefined ? '' : ` It came with CPython ${argument.since}.`;
    lines.push(
      `✗ ${interpreter ? `\`${interpreterName(interpreter)}\`` : 'The interpreter'} does not pass it.${since}`,
    );
  }
  return `${lines.join('\n\n')}\n\nAt ${at}.`;
}
