// Scripts that work and still disappoint: 3.11's entries that need `line` beside them, `line` without a predicate, and
// keys that never come again.
import type { Span } from '../../base/text.ts';
import { faultsIn } from '../../catalogue/index.ts';
import type { Diagnostic, Fix } from '../../languages/model.ts';
import { interpreterName, isExact, patternOf, type Subject } from './subject.ts';

/** `armed` are the patterns of all markers of the script. */
export function habitDiagnostics(subject: Subject, armed: ReadonlySet<string>): readonly Diagnostic[] {
  return [...needs(subject, armed), ...withoutPredicate(subject)];
}

/** A marker that fires only while another is armed too. */
function needs(
  { model, reference, interpreter, probes, there }: Subject,
  armed: ReadonlySet<string>,
): readonly Diagnostic[] {
  if (!interpreter || interpreter.version === '' || there.length === 0 || !isExact(reference)) return [];
  const fault = probes.flatMap((probe) => faultsIn(probe, interpreter.version)).find((each) => each.kind === 'needs');
  const { other } = fault ?? {};
  if (!fault || other === undefined) return [];
  for (const pattern of armed) if (patternOf(pattern).test(other)) return [];
  return [
    {
      span: reference.marker.span,
      code: 'cpython/needs-line',
      severity: 'warning',
      message: `${fault.text} Arm both in ${interpreterName(interpreter)}.`,
      ...(fault.source === undefined ? {} : { href: fault.source }),
      fixes: [
        armFix(
          model.language,
          model.text,
          reference.text,
          model.text.slice(reference.marker.span.start, reference.marker.span.end),
          other,
        ),
      ],
    },
  ];
}

/** Adds a clause on the other probe that does nothing: it arms it. */
function armFix(language: 'dtrace' | 'systemtap', text: string, reference: string, name: string, other: string): Fix {
  const at = reference.lastIndexOf(name);
  const point = at < 0 ? other : reference.slice(0, at) + other + reference.slice(at + name.length);
  const gap = text.endsWith('\n') || text === '' ? '\n' : '\n\n';
  // stap leaves out a handler that is empty; DTrace prints a line for each hit of one that is empty without a predicate.
  const clause = language === 'dtrace' ? `${point}\n/0/\n{\n}\n` : `probe ${point}\n{\n\tnext\n}\n`;
  return {
    title: `Arm ${other} too`,
    edits: [{ span: { start: text.length, end: text.length }, newText: gap + clause }],
    preferred: true,
  };
}

/** `line` fires for every line of every module; a predicate is decided before anything is recorded. */
function withoutPredicate({ model, reference, probes, written }: Subject): readonly Diagnostic[] {
  const [probe] = probes;
  if (!isExact(reference) || probe?.frequent !== true || reference.hasPredicate) return [];
  if (
    reference.handler &&
    /^\{\s*(?:next\s*;?\s*)?\}$/.test(model.text.slice(reference.handler.start, reference.handler.end))
  )
    return [];
  if (model.language === 'systemtap' && filters(model.text, reference.handler)) return [];
  const example = model.language === 'dtrace' ? '/basename(copyinstr(arg0)) == "program.py"/' : 'if (…) next';
  return [
    {
      span: reference.marker.span,
      code: 'cpython/frequent-probe',
      severity: 'information',
      message: `${written} fires for every line that runs, in every module, the standard library's included. Keep to what you want to see: ${example}`,
    },
  ];
}

/** A handler that begins with a condition is its own predicate. */
function filters(text: string, handler: Span | undefined): boolean {
  return handler !== undefined && /^\{[\s\S]{0,400}?\bif\s*\(/.test(text.slice(handler.start, handler.end));
}

const clocks = {
  dtrace: /\b(?:timestamp|walltimestamp|machtimestamp)\b(?!\s*\/)/,
  systemtap:
    /\b(?:gettimeofday_[munp]?s|local_clock_[mun]?s|cpu_clock_[mun]?s|ktime_get_ns|get_cycles)\s*\([^)]*\)(?!\s*\/)/,
};

/** Aggregations and arrays with a clock among their keys: every hit makes a new element. */
export function keyDiagnostics(handler: Span, text: string, language: 'dtrace' | 'systemtap'): readonly Diagnostic[] {
  const body = blanked(text.slice(handler.start, handler.end), language);
  const uses =
    language === 'dtrace'
      ? body.matchAll(/@\w*\s*\[([^\]]*)\]\s*=/g)
      : body.matchAll(/\b[A-Za-z_]\w*\s*\[([^\]]*)\]\s*(?:<<<|=(?!=)|\+=|\+\+)/g);
  const found: Diagnostic[] = [];
  for (const use of uses) {
    const keys = use[1] ?? '';
    const clock = clocks[language].exec(keys);
    if (!clock) continue;
    const start = handler.start + use.index + use[0].indexOf('[') + 1 + clock.index;
    found.push({
      span: { start, end: start + clock[0].length },
      code: 'cpython/unbounded-keys',
      severity: 'warning',
      message: `${clock[0]} is never the same again: every hit makes a new element, until ${language === 'dtrace' ? 'the aggregation is full and drops what comes' : 'the array is full and the script ends with an error'}. Divide it into intervals, or leave it out of the keys.`,
    });
  }
  return found;
}

/** The text with comments and strings replaced by blanks, so that offsets stay. */
function blanked(text: string, language: 'dtrace' | 'systemtap'): string {
  const pattern =
    language === 'dtrace'
      ? /\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*"?/g
      : /\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|#.*|"(?:[^"\\\n]|\\.)*"?/g;
  return text.replace(pattern, (match) => match.replace(/[^\n]/g, ' '));
}
