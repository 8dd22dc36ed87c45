// What the rules are about: a reference to a CPython probe, the interpreter that it will meet, as far as the script and
// the machine tell, and what of both is the same in D and SystemTap.
import { cpythonProbe, type CPythonProbe, type Platform } from '../../catalogue/index.ts';
import type { LanguageModel, ProbeReference } from '../../languages/model.ts';
import { probesMatching } from '../cpython.ts';
import type { InterpreterFacts, InterpreterProbe } from '../language.ts';

/** What is known besides the script. */
export interface Circumstances {
  readonly platform: Platform;
  /** The selected interpreter first; empty where the machine was not looked at. */
  readonly interpreters: readonly InterpreterFacts[];
}

export interface Subject {
  readonly model: LanguageModel;
  readonly reference: ProbeReference;
  readonly circumstances: Circumstances;
  /** The marker's name or pattern as it stands in the text. */
  readonly written: string;
  /** The probes of the catalogue that the pattern matches. */
  readonly probes: readonly CPythonProbe[];
  /** The interpreter that the script names or, where it names none, the selected one. */
  readonly interpreter: InterpreterFacts | undefined;
  /** The interpreter's markers that the pattern matches. */
  readonly there: readonly InterpreterProbe[];
}

/** The references of a script that are meant for CPython. A long script has few patterns: each is matched once. */
export function subjectsOf(model: LanguageModel, circumstances: Circumstances): readonly Subject[] {
  const known = new Map<string, Pick<Subject, 'probes' | 'there'>>();
  return model.probes.filter(isForPython).map((reference): Subject => {
    const interpreter = interpreterOf(reference, circumstances);
    const { pattern } = reference.marker;
    const key = `${pattern} ${interpreter?.path ?? ''}`;
    let matched = known.get(key);
    if (!matched) {
      const matcher = patternOf(pattern);
      const there = (interpreter?.probes ?? []).filter(
        (probe) => probe.provider === 'python' && matcher.test(probe.name),
      );
      matched = { probes: probesMatching(pattern), there };
      known.set(key, matched);
    }
    return {
      model,
      reference,
      circumstances,
      written: model.text.slice(reference.marker.span.start, reference.marker.span.end),
      interpreter,
      ...matched,
    };
  });
}

/** Whether the pattern is a name. */
export function isExact(reference: ProbeReference): boolean {
  return !/[*?[\\]/.test(reference.marker.pattern);
}

/** `python3.13` or, where the name does not say it, `python3 (3.13)`. */
export function interpreterName({ path, version }: InterpreterFacts): string {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const minor = version.split('.').slice(0, 2).join('.');
  return version === '' || name.includes(minor) ? name : `${name} (${version})`;
}

/** The other interpreters whose markers the pattern matches. */
export function othersWith({ circumstances, reference, interpreter }: Subject): readonly InterpreterFacts[] {
  const matcher = patternOf(reference.marker.pattern);
  return circumstances.interpreters.filter(
    (each) =>
      each !== interpreter && each.probes.some((probe) => probe.provider === 'python' && matcher.test(probe.name)),
  );
}

function isForPython({ provider, executable, library, marker }: ProbeReference): boolean {
  if (provider) return provider.text !== '' && patternOf(provider.text).test('python');
  if (library && /libpython|Python\.framework/.test(library.text)) return true;
  if (executable) return /python/i.test(baseName(executable.text));
  return cpythonProbe(marker.pattern) !== undefined;
}

function interpreterOf(reference: ProbeReference, { interpreters }: Circumstances): InterpreterFacts | undefined {
  const named = reference.executable?.text;
  if (named === undefined || named === '') {
    // A process id says nothing about the program behind it.
    return /^\d+$/.test(reference.process ?? '') ? undefined : interpreters[0];
  }
  const same = interpreters.find((each) => each.path === named || each.aliases?.includes(named));
  if (same || named.includes('/')) return same;
  // A bare `python` may be any; one with its version is that one.
  return interpreters.find((each) => baseName(each.path) === named) ?? interpreters[0];
}

function baseName(file: string): string {
  return file.split('/').at(-1) ?? file;
}

const patterns = new Map<string, RegExp>();

/** A glob of either language as an expression that matches whole names; one that can't be read matches nothing. */
export function patternOf(glob: string): RegExp {
  let pattern = patterns.get(glob);
  if (!pattern) {
    // What is typed passes through here at every keystroke, and most of it never comes again.
    if (patterns.size > 500) patterns.clear();
    pattern = compiled(glob);
    patterns.set(glob, pattern);
  }
  return pattern;
}

function compiled(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replaceAll('[!', '[^');
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    return /(?!)/;
  }
}
