// Scripts of either language as their models, for tests of what works on the neutral model.
import { platforms } from '../../server/src/catalogue/index.ts';
import type { Diagnostic, LanguageModel } from '../../server/src/languages/model.ts';
import { analyzeD, parseD } from '../../server/src/languages/dtrace/index.ts';
import { analyzeStap, parseStap } from '../../server/src/languages/systemtap/index.ts';

export function modelOfD(text: string, platform: (typeof platforms)[number] = 'linux'): LanguageModel {
  return analyzeD(parseD(text, { runCpp: false, defines: new Map(), includes: () => undefined }), { platform });
}

export function modelOfStap(text: string): LanguageModel {
  return analyzeStap(parseStap(text), {});
}

/** `warning cpython/spelling «function__entry» message`, a line each. */
export function shown(text: string, diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(
    ({ severity, code, span, message }) => `${severity} ${code} «${text.slice(span.start, span.end)}» ${message}`,
  );
}

/** The text after one fix of a diagnostic. */
export function fixed(text: string, diagnostic: Diagnostic, which = 0): string {
  const edits = [...(diagnostic.fixes?.[which]?.edits ?? [])].sort((a, b) => b.span.start - a.span.start);
  return edits.reduce((all, { span, newText }) => all.slice(0, span.start) + newText + all.slice(span.end), text);
}
