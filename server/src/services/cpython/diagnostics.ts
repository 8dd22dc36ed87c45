// What is wrong with a script as far as CPython's probes go, in either language: pure, from the neutral model and from
// what is known about the interpreters of the machine. Each code is stable, and its severity can be set.
import type { Diagnostic, LanguageModel } from '../../languages/model.ts';
import { argumentDiagnostics } from './arguments.ts';
import { habitDiagnostics, keyDiagnostics } from './habits.ts';
import { placeDiagnostics } from './place.ts';
import { presenceDiagnostics } from './presence.ts';
import { subjectsOf, type Circumstances, type Subject } from './subject.ts';

/** Every code, for settings and documentation. */
export const cpythonCodes = [
  'cpython/copied-number',
  'cpython/faulty-probe',
  'cpython/frequent-probe',
  'cpython/library',
  'cpython/missing-argument',
  'cpython/missing-probe',
  'cpython/needs-line',
  'cpython/never-fires',
  'cpython/no-probes',
  'cpython/no-process',
  'cpython/process-glob',
  'cpython/program-path',
  'cpython/spelling',
  'cpython/unbounded-keys',
  'cpython/uncopied-string',
  'cpython/unknown-probe',
] as const;

/** The findings in the order of the text; each names its code, and brings its fixes where there are some. */
export function cpythonDiagnostics(model: LanguageModel, circumstances: Circumstances): readonly Diagnostic[] {
  const subjects = subjectsOf(model, circumstances);
  const armed = new Set(subjects.map(({ reference }) => reference.marker.pattern));
  const clauses = new Map<number, Subject[]>();
  for (const subject of subjects) {
    const { start } = subject.reference.clause;
    const list = clauses.get(start);
    if (list) list.push(subject);
    else clauses.set(start, [subject]);
  }
  const found = [
    ...subjects.flatMap((subject) => [
      ...presenceDiagnostics(subject),
      ...placeDiagnostics(subject),
      ...habitDiagnostics(subject, armed),
    ]),
    ...[...clauses.values()].flatMap((clause) => [...argumentDiagnostics(clause), ...keys(model, clause)]),
  ];
  return distinct(found).sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

function keys(model: LanguageModel, [subject]: readonly Subject[]): readonly Diagnostic[] {
  const handler = subject?.reference.handler;
  return handler ? keyDiagnostics(handler, model.text, model.language) : [];
}

/** Several descriptions of a clause may lead to the same words at the same place. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ span, code, message }) => {
    const key = `${span.start} ${span.end} ${code} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}
