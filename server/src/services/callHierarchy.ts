// Call hierarchy: which functions and probes call a SystemTap function, and what it calls. D scripts define no
// functions, so there it stays empty.
import {
  SymbolKind,
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type Range,
} from 'vscode-languageserver-types';
import type { LanguageSymbol, OutlineItem } from '../languages/model.ts';
import { contains, isShared, occurrenceAt, rangeOf, sameSymbol, type Analyzed } from './places.ts';

/** The function, probe or alias that the item names: its outline entry, found again by its place. */
function container(analyzed: Analyzed, offset: number): OutlineItem | undefined {
  return analyzed.model.outline.find((item) => item.span.start <= offset && offset <= item.span.end);
}

function itemOf({ document, model }: Analyzed, item: OutlineItem): CallHierarchyItem {
  const kind = item.kind === 'function' ? SymbolKind.Function : SymbolKind.Event;
  return {
    name: item.name.trim() === '' ? model.language : item.name,
    kind,
    detail: item.detail,
    uri: document.uri,
    range: rangeOf(document, item.span),
    selectionRange: rangeOf(document, contains(item.span, item.nameSpan) ? item.nameSpan : item.span),
  };
}

/** The file that defines the function at the offset, if that is another one. */
export function callHierarchyFile({ model }: Analyzed, offset: number): string | undefined {
  const symbol = occurrenceAt(model, offset)?.symbol;
  return symbol?.kind === 'function' ? symbol.uri : undefined;
}

/** The function under the cursor, or the function or probe around it. `other` is the file of `callHierarchyFile`. */
export function prepareCallHierarchy(here: Analyzed, offset: number, other: Analyzed | undefined): CallHierarchyItem[] {
  if (here.model.language !== 'systemtap') return [];
  const symbol = occurrenceAt(here.model, offset)?.symbol;
  if (symbol?.kind !== 'function') {
    const around = container(here, offset);
    return around ? [itemOf(here, around)] : [];
  }
  const home = symbol.uri === undefined ? here : other;
  if (!home) return [];
  return symbol.definitions.flatMap((span) => {
    const item = container(home, span.start);
    return item ? [itemOf(home, item)] : [];
  });
}

/** Who calls the function that `item` names, in `home` (its file) and the other files. */
export function incomingCalls(
  home: Analyzed,
  item: CallHierarchyItem,
  all: readonly Analyzed[],
): CallHierarchyIncomingCall[] {
  const symbol = symbolOf(home, item);
  if (!symbol) return [];
  const files = [home, ...(isShared(symbol) ? all.filter((each) => each.document.uri !== home.document.uri) : [])];
  return files.flatMap((file) => {
    const callers = new Map<OutlineItem, Range[]>();
    for (const each of file.model.occurrences) {
      if (each.role !== 'call' || !sameSymbol(symbol, home.document.uri, each.symbol, file.document.uri)) continue;
      const caller = container(file, each.span.start);
      if (!caller) continue;
      const ranges = callers.get(caller) ?? [];
      ranges.push(rangeOf(file.document, each.span));
      callers.set(caller, ranges);
    }
    return [...callers].map(([caller, fromRanges]) => ({ from: itemOf(file, caller), fromRanges }));
  });
}

/** The files that define what `item` calls, besides its own: `outgoingCalls` wants them. */
export function outgoingFiles(home: Analyzed, item: CallHierarchyItem): string[] {
  const uris = calls(home, item).map(({ symbol }) => symbol.uri);
  return [...new Set(uris.filter((uri) => uri !== undefined))];
}

export function outgoingCalls(
  home: Analyzed,
  item: CallHierarchyItem,
  others: readonly Analyzed[],
): CallHierarchyOutgoingCall[] {
  const bySymbol = new Map<LanguageSymbol, Range[]>();
  for (const { symbol, span } of calls(home, item)) {
    const ranges = bySymbol.get(symbol) ?? [];
    ranges.push(rangeOf(home.document, span));
    bySymbol.set(symbol, ranges);
  }
  return [...bySymbol].flatMap(([symbol, fromRanges]) => {
    const file = symbol.uri === undefined ? home : others.find((each) => each.document.uri === symbol.uri);
    const defined = symbol.definitions[0];
    const callee = file && defined && container(file, defined.start);
    return callee ? [{ to: itemOf(file, callee), fromRanges }] : [];
  });
}

function calls({ document, model }: Analyzed, item: CallHierarchyItem) {
  const span = { start: document.offsetAt(item.range.start), end: document.offsetAt(item.range.end) };
  return model.occurrences.filter(
    (each) => each.role === 'call' && each.symbol.kind === 'function' && contains(span, each.span),
  );
}

function symbolOf({ document, model }: Analyzed, item: CallHierarchyItem): LanguageSymbol | undefined {
  const symbol = occurrenceAt(model, document.offsetAt(item.selectionRange.start))?.symbol;
  return symbol?.kind === 'function' ? symbol : undefined;
}
