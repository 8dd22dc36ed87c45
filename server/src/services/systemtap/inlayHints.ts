// Inlay hints in SystemTap scripts: what `$arg1` is at a marker of CPython, and the types that stap infers.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { InlayHint } from 'vscode-languageserver-types';
import type { Span } from '../../base/text.ts';
import { describeArgument, probesMatching } from '../cpython.ts';
import type { ServiceContext } from '../language.ts';
import { markup } from '../offers.ts';
import { firstEndingAfter } from '../places.ts';
import type { StapScript } from './script.ts';

export function inlayHints(
  document: TextDocument,
  script: StapScript,
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
  script: StapScript,
  span: Span,
  context: ServiceContext,
): readonly InlayHint[] {
  const hints = new Map<number, InlayHint>();
  for (const { clause, marker, provider, arguments: uses } of script.probes) {
    if (clause.end < span.start || clause.start > span.end || (provider && provider.text !== 'python')) continue;
    const [probe] = probesMatching(marker.pattern);
    for (const { index, span: use } of uses) {
      const argument = probe?.arguments[index];
      if (!probe || !argument || use.end < span.start || use.start > span.end || hints.has(use.end)) continue;
      const tooltip = markup(describeArgument(probe, index, 'systemtap', context), context.client);
      hints.set(use.end, { position: document.positionAt(use.end), label: `:${argument.name}`, kind: 2, tooltip });
    }
  }
  return [...hints.values()];
}

/** Globals and functions that have no written type. */
function typeHints(document: TextDocument, script: StapScript, span: Span): readonly InlayHint[] {
  const hints: InlayHint[] = [];
  const seen = new Set<number>();
  for (let i = firstEndingAfter(script.occurrences, span.start); i < script.occurrences.length; i++) {
    const occurrence = script.occurrences[i];
    if (!occurrence || occurrence.span.start > span.end) break;
    const { symbol } = occurrence;
    const [first] = symbol.definitions;
    if (symbol.type === undefined || seen.has(symbol.id) || first?.start !== occurrence.span.start) continue;
    seen.add(symbol.id);
    if (
      !/^(?:variable|array|aggregation|parameter|function)$/.test(symbol.kind) ||
      /^\s*:/.test(script.text.slice(first.end, first.end + 20))
    )
      continue;
    hints.push({ position: document.positionAt(first.end), label: `:${symbol.type}`, kind: 1 });
  }
  return hints;
}
