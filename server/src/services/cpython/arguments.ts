// A probe's arguments: their number, and that strings are copied out of the traced program and numbers are not.
import type { Span } from '../../base/text.ts';
import { argumentsIn, type ProbeArgument } from '../../catalogue/index.ts';
import type { ArgumentUse, Diagnostic, Fix, LanguageModel } from '../../languages/model.ts';
import { argumentName, copyOf, spelled } from '../cpython.ts';
import { interpreterName, isExact, type Subject } from './subject.ts';

/** All subjects of one clause or handler, which share its argument uses. */
export function argumentDiagnostics(subjects: readonly Subject[]): readonly Diagnostic[] {
  const [first] = subjects;
  if (!first || !subjects.every(({ reference, probes }) => isExact(reference) && probes.length === 1)) return [];
  return first.reference.arguments.flatMap((use) => beyond(subjects, use) ?? copying(subjects, use));
}

/** What the probe passes in the interpreter that it meets; where that is unknown, in any version. */
function passed({ probes, interpreter, there }: Subject): readonly ProbeArgument[] {
  const [probe] = probes;
  if (!probe) return [];
  const [marker] = there;
  if (marker) return probe.arguments.slice(0, Math.max(marker.arguments.length, 0));
  const version = interpreter?.version ?? '';
  const known = argumentsIn(probe, version === '' ? undefined : version);
  return known.length > 0 ? known : probe.arguments;
}

/** `$arg4` at a probe with three arguments. */
function beyond(subjects: readonly Subject[], use: ArgumentUse): readonly Diagnostic[] | undefined {
  const without = subjects.filter((subject) => use.index >= passed(subject).length);
  const [subject] = without;
  if (!subject) return undefined;
  const { model, interpreter, probes } = subject;
  const [probe] = probes;
  const name = argumentName(use.index, model.language);
  const known = probe?.arguments[use.index];
  const counts = passed(subject).length;
  const has = counts === 1 ? 'one argument' : `${counts} arguments`;
  const where =
    known?.since === undefined || !interpreter
      ? ''
      : ` in ${interpreterName(interpreter)}; ${known.name} comes with CPython ${known.since}`;
  const result = model.language === 'dtrace' ? ` ${name} holds nothing meaningful.` : ' stap refuses it.';
  return [
    {
      span: use.span,
      code: 'cpython/missing-argument',
      severity: model.language === 'systemtap' && without.length === subjects.length ? 'error' : 'warning',
      message: `${spelled(probe?.name ?? '', model.language)} passes ${has}${where}.${result}`,
    },
  ];
}

const readers = {
  dtrace: /^(?:copyin|copyinto|copyinstr|uaddr|usym|ufunc|umod|copyout|copyoutstr|sizeof|offsetof)$/,
  systemtap: /^(?:user_\w+|set_user_\w+|kernel_or_user_\w+|usym\w*|umod\w*|print_usyms|sprint_usyms|text_strn?|@\w+)$/,
};
const stringReaders = { dtrace: /^copyinstr$/, systemtap: /^user_string/ };

/** Strings that are not copied, and numbers that are. */
function copying(subjects: readonly Subject[], use: ArgumentUse): readonly Diagnostic[] {
  const [subject] = subjects;
  if (!subject) return [];
  const { model, probes } = subject;
  const kinds = subjects.map((each) => passed(each)[use.index]);
  const argument = kinds[0];
  // Where the probes of a clause differ, a rule for one would be wrong for another.
  if (!argument || kinds.some((each) => each?.type !== argument.type)) return [];
  const written = model.text.slice(use.span.start, use.span.end);
  const what = `${written} is ${argument.name} at ${spelled(probes[0]?.name ?? '', model.language)}`;
  if (argument.type === 'const char *') {
    if (use.wrapper !== undefined && readers[model.language].test(use.wrapper)) return [];
    if (isKeptForLater(model, use.span)) return [];
    const fixed = `${copyOf[model.language]}(${written})`;
    return [
      {
        span: use.span,
        code: 'cpython/uncopied-string',
        severity: 'warning',
        message: `${what}: a string in the traced program, of which this is the address. Use ${fixed}.`,
        fixes: [
          {
            title: `Wrap it in ${copyOf[model.language]}()`,
            edits: [{ span: use.span, newText: fixed }],
            preferred: true,
          },
        ],
      },
    ];
  }
  if (use.wrapper === undefined || !stringReaders[model.language].test(use.wrapper)) return [];
  const kind =
    argument.type === 'void *' ? 'a Python object, whose address no string lies at' : `a number (\`${argument.type}\`)`;
  const around = callAround(model, use.span, use.wrapper);
  const fixes: Fix[] =
    around && argument.type !== 'void *'
      ? [{ title: `Use ${written} itself`, edits: [{ span: around, newText: written }], preferred: true }]
      : [];
  return [
    {
      span: around ?? use.span,
      code: 'cpython/copied-number',
      severity: 'warning',
      message: `${what}: ${kind}. ${use.wrapper}() would read memory at that address${argument.type === 'void *' ? '' : `; use ${written} itself`}.`,
      fixes,
    },
  ];
}

/** `self->name = arg1;` keeps the address, to be copied by another clause. */
function isKeptForLater({ text }: LanguageModel, span: Span): boolean {
  const before = text.slice(Math.max(0, span.start - 200), span.start);
  const after = text.slice(span.end, span.end + 100);
  return /[\w\])]\s*=\s*(?:\([^()]*\)\s*)?$/.test(before) && /^\s*(?:;|\}|\n|$)/.test(after);
}

/** The span of `copyinstr(arg2)` around `arg2`, if the call holds nothing else. */
function callAround({ text }: LanguageModel, span: Span, wrapper: string): Span | undefined {
  const before = /(\w+)\s*\(\s*$/.exec(text.slice(Math.max(0, span.start - 80), span.start));
  const after = /^\s*\)/.exec(text.slice(span.end, span.end + 80));
  if (before?.[1] !== wrapper || !after) return undefined;
  return { start: span.start - before[0].length, end: span.end + after[0].length };
}
