// Inlay hints in D scripts: what `arg0` is at a marker of CPython, and the type of a variable where it is first written.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { InlayHint } from 'vscode-languageserver-types';
import type { Span } from '../../base/text.ts';
import { cpythonProbe } from '../../catalogue/index.ts';
import type { ProbeReference } from '../../languages/model.ts';
import { describeArgument, probesMatching } from '../cpython.ts';
import type { ServiceContext } from '../language.ts';
import { markup } from '../offers.ts';
import { firstEndingAfter } from '../places.ts';
import type { DScript } from './script.ts';

export function inlayHints(
  document: TextDocument,
  script: DScript,
  span: Span,
  context: ServiceContext,
): readonly InlayHint[] {
  const wanted = context.settings.inlayHints;
  return [
    ...(wanted.argumentNames ? argumentHints(document, script, span, context) : []),
    ...(wanted.types ? typeHints(document, script, span) : []),
  ];
}

function argumentHints(
  document: TextDocument,
  script: DScript,
  span: Span,
  context: ServiceContext,
): readonly InlayHint[] {
  const hints = new Map<number, InlayHint>();
  for (const probe of script.probes) {
    if (probe.clause.end < span.start || probe.clause.start > span.end) continue;
    for (const use of probe.arguments) {
      if (use.span.end < span.start || use.span.start > span.end || hints.has(use.span.end)) continue;
      const hint = argumentHint(document, probe, use.index, use.span.end, context);
      if (hint) hints.set(use.span.end, hint);
    }
  }
  return [...hints.values()];
}

function argumentHint(
  document: TextDocument,
  { marker, provider }: ProbeReference,
  index: number,
  end: number,
  context: ServiceContext,
): InlayHint | undefined {
  if (provider && provider.text !== 'python') return undefined;
  const name = probesMatching(marker.pattern)[0]?.name;
  const probe = name === undefined ? undefined : cpythonProbe(name);
  const argument = probe?.arguments[index];
  if (!probe || !argument) return undefined;
  const tooltip = markup(describeArgument(probe, index, 'dtrace', context), context.client);
  return { position: document.positionAt(end), label: `:${argument.name}`, kind: 2, tooltip, paddingRight: false };
}

function typeHints(document: TextDocument, script: DScript, span: Span): readonly InlayHint[] {
  const hints: InlayHint[] = [];
  const seen = new Set<number>();
  for (let i = firstEndingAfter(script.occurrences, span.start); i < script.occurrences.length; i++) {
    const occurrence = script.occurrences[i];
    if (!occurrence || occurrence.span.start > span.end) break;
    const { symbol } = occurrence;
    const [first] = symbol.definitions;
    if (symbol.type === undefined || seen.has(symbol.id) || first?.start !== occurrence.span.start) continue;
    seen.add(symbol.id);
    if (!/^(?:variable|threadLocal|clauseLocal|array)$/.test(symbol.kind) || isDeclared(script.text, first)) continue;
    hints.push({ position: document.positionAt(first.end), label: `: ${symbol.type}`, kind: 1 });
  }
  return hints;
}

/** Whether a type is written in front of the name. */
function isDeclared(text: string, { start, end }: Span): boolean {
  return (
    !/^\s*(?:\[[^\]]*\]\s*)?=[^=]/.test(text.slice(end, end + 200)) ||
    /[\w*]\s+\**$/.test(text.slice(Math.max(0, start - 80), start).replace(/(?:self|this)\s*->\s*$/, ''))
  );
}
