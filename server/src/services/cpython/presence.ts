// Is the probe there? Names that no CPython has, names in the other language's spelling, probes that are declared and
// never fired, and, most of all, probes that this interpreter does not contain although its manual describes them.
import { closest } from '../../base/closest.ts';
import { cpythonProbes, faultsIn, hasProbe, isDocumented, presence, type CPythonProbe } from '../../catalogue/index.ts';
import type { Diagnostic, Fix } from '../../languages/model.ts';
import { spelled } from '../cpython.ts';
import type { InterpreterFacts } from '../language.ts';
import { interpreterName, isExact, othersWith, type Subject } from './subject.ts';

export function presenceDiagnostics(subject: Subject): readonly Diagnostic[] {
  return spelling(subject) ?? unknownProbe(subject) ?? neverFires(subject) ?? missing(subject) ?? faults(subject);
}

/** `function__entry` in D, `function-entry` in SystemTap. */
function spelling({ model, reference, written }: Subject): readonly Diagnostic[] | undefined {
  const right = spelled(written, model.language);
  if (right === written || !cpythonProbes.some((probe) => spelled(probe.name, model.language) === right))
    return undefined;
  const tracer = model.language === 'dtrace' ? 'DTrace writes' : 'SystemTap writes';
  const [mark, other] = model.language === 'dtrace' ? ['-', '__'] : ['__', '-'];
  return [
    {
      span: reference.marker.span,
      code: 'cpython/spelling',
      severity: 'warning',
      message: `${written} matches nothing: ${tracer} \`${mark}\` in the names of probes where the other writes \`${other}\`. Use ${right}.`,
      fixes: [{ title: `Use ${right}`, edits: [{ span: reference.marker.span, newText: right }], preferred: true }],
    },
  ];
}

function unknownProbe({ model, reference, written, probes, there }: Subject): readonly Diagnostic[] | undefined {
  if (probes.length > 0 || there.length > 0 || written === '') return undefined;
  const names = cpythonProbes
    .filter((probe) => probe.present.length > 0)
    .map((probe) => spelled(probe.name, model.language));
  const meant = isExact(reference) ? closest(written, names, Math.max(2, Math.floor(written.length / 3))) : undefined;
  const fix: Fix | undefined =
    meant === undefined
      ? undefined
      : {
          title: `Use ${meant}`,
          edits: [{ span: reference.marker.span, newText: meant }],
          preferred: true,
        };
  const what = isExact(reference) ? `No CPython has a probe ${written}` : `No probe of CPython matches ${written}`;
  return [
    {
      span: reference.marker.span,
      code: 'cpython/unknown-probe',
      severity: 'warning',
      message: `${what}${meant === undefined ? `. Its probes are ${names.join(', ')}` : `; did you mean ${meant}?`}`,
      ...(fix ? { fixes: [fix] } : {}),
    },
  ];
}

function neverFires({ model, reference, written, probes }: Subject): readonly Diagnostic[] | undefined {
  if (probes.length === 0 || probes.some((probe) => probe.present.length > 0)) return undefined;
  return [
    {
      span: reference.marker.span,
      code: 'cpython/never-fires',
      severity: 'warning',
      message: `${written} is declared in CPython's sources and fired by no version; this ${model.language === 'dtrace' ? 'clause' : 'handler'} never runs.`,
      tags: ['unnecessary'],
    },
  ];
}

/** The selected interpreter does not contain what the script waits for. */
function missing(subject: Subject): readonly Diagnostic[] | undefined {
  const { model, reference, interpreter, there, probes, written } = subject;
  if (!interpreter || there.length > 0) return undefined;
  const name = interpreterName(interpreter);
  const [probe] = probes;
  const what = isExact(reference) ? written : `a probe that matches ${written}`;
  const sentences = [
    interpreter.probes.length === 0
      ? `${name} contains no probes: it was not built \`--with-dtrace\``
      : `${name} does not contain ${what}`,
    ...(probe && isExact(reference) ? [versions(written, probe, interpreter)] : []),
  ];
  const others = othersWith(subject);
  const fix = executableFix(subject, others[0]);
  sentences.push(whatToDo(others));
  return [
    {
      span:
        interpreter.probes.length === 0
          ? (reference.executable?.span ?? reference.provider?.span ?? reference.marker.span)
          : reference.marker.span,
      code: interpreter.probes.length === 0 ? 'cpython/no-probes' : 'cpython/missing-probe',
      severity: reference.optional && model.language === 'systemtap' ? 'information' : 'warning',
      message: `${sentences.join('. ')}.`,
      href: 'https://docs.python.org/3/howto/instrumentation.html',
      ...(fix ? { fixes: [fix] } : {}),
    },
  ];
}

function versions(written: string, probe: CPythonProbe, { version }: InterpreterFacts): string {
  const where = `in CPython ${presence(probe)}`;
  if (version === '' || hasProbe(probe, version)) return `${written} is ${where}`;
  const minor = version.split('.').slice(0, 2).join('.');
  return isDocumented(probe, version)
    ? `The manual of ${minor} describes ${written}, but it is only ${where}`
    : `${written} is only ${where}`;
}

function whatToDo([other]: readonly InterpreterFacts[]): string {
  const counting = '`cpython-probes hits` counts lines and calls without probes';
  return other
    ? `Trace ${other.path}, which has it, or use what needs none: ${counting}`
    : `Use what needs none: ${counting}`;
}

/** SystemTap names the program, so another one can be named. */
function executableFix({ reference }: Subject, other: InterpreterFacts | undefined): Fix | undefined {
  if (!reference.executable || !other || other.library !== undefined || reference.library) return undefined;
  return { title: `Trace ${other.path}`, edits: [{ span: reference.executable.span, newText: other.path }] };
}

/** What is known to be wrong with a probe that is there; what it needs is a rule of its own. */
function faults({ reference, interpreter, probes, there }: Subject): readonly Diagnostic[] {
  if (!interpreter || interpreter.version === '' || !isExact(reference)) return [];
  const known = probes
    .filter((probe) => there.some((each) => each.name === probe.name))
    .flatMap((probe) => faultsIn(probe, interpreter.version))
    .filter((fault) => fault.kind !== 'needs');
  if (known.length === 0) return [];
  const [source] = known.flatMap((fault) => fault.source ?? []);
  return [
    {
      span: reference.marker.span,
      code: 'cpython/faulty-probe',
      severity: 'information',
      message: known.map((fault) => fault.text).join(' '),
      ...(source === undefined ? {} : { href: source }),
    },
  ];
}
