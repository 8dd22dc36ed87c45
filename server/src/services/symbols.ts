// Document symbols (the outline) and workspace symbols.
import { SymbolKind as Kind, type DocumentSymbol, type WorkspaceSymbol } from 'vscode-languageserver-types';
import type { OutlineItem, SymbolKind } from '../languages/model.ts';
import { contains, rangeOf, type Analyzed } from './places.ts';

const kinds: Readonly<Record<SymbolKind, Kind>> = {
  variable: Kind.Variable,
  threadLocal: Kind.Variable,
  clauseLocal: Kind.Variable,
  parameter: Kind.Variable,
  array: Kind.Array,
  aggregation: Kind.Array,
  function: Kind.Function,
  macro: Kind.Constant,
  macroParameter: Kind.Variable,
  probeAlias: Kind.Event,
  probe: Kind.Event,
  type: Kind.Struct,
  member: Kind.Field,
  enumerator: Kind.EnumMember,
  translator: Kind.Interface,
  constant: Kind.Constant,
};

export function documentSymbols(analyzed: Analyzed): DocumentSymbol[] {
  return analyzed.model.outline.map((item) => documentSymbol(analyzed, item));
}

function documentSymbol(analyzed: Analyzed, item: OutlineItem): DocumentSymbol {
  return {
    // An empty name makes VS Code refuse the whole outline.
    name: item.name.trim() === '' ? '(no name)' : item.name,
    detail: item.detail,
    kind: kinds[item.kind],
    range: rangeOf(analyzed.document, item.span),
    // One that lies outside its range would be refused as well.
    selectionRange: rangeOf(analyzed.document, contains(item.span, item.nameSpan) ? item.nameSpan : item.span),
    children: item.children.map((child) => documentSymbol(analyzed, child)),
  };
}

/** At most this many answers: an editor shows a list, and asks again when the user has typed more. */
const most = 500;

/** The outlines' items whose names hold the letters of `query` in order, the best first. */
export function workspaceSymbols(all: Iterable<Analyzed>, query: string): WorkspaceSymbol[] {
  const found: { readonly rank: number; readonly symbol: WorkspaceSymbol }[] = [];
  for (const { document, model } of all) {
    const visit = (item: OutlineItem, container: string): void => {
      const rank = match(item.name, query);
      if (rank !== undefined && item.kind !== 'parameter' && item.kind !== 'macroParameter') {
        const location = { uri: document.uri, range: rangeOf(document, item.nameSpan) };
        const symbol = { name: item.name, kind: kinds[item.kind], location };
        found.push({ rank, symbol: container === '' ? symbol : { ...symbol, containerName: container } });
      }
      for (const child of item.children) visit(child, item.name);
    };
    for (const item of model.outline) visit(item, '');
  }
  found.sort((a, b) => a.rank - b.rank || a.symbol.name.length - b.symbol.name.length);
  return found.slice(0, most).map((each) => each.symbol);
}

/** 0 for the same name, 1 for a beginning, 2 for a part, 3 for letters in order, ignoring case; undefined for none. */
function match(name: string, query: string): number | undefined {
  const where = name.toLowerCase();
  const wanted = query.toLowerCase();
  if (where === wanted) return 0;
  if (where.startsWith(wanted)) return 1;
  if (where.includes(wanted)) return 2;
  let from = 0;
  for (const letter of wanted) {
    const next = where.indexOf(letter, from);
    if (next < 0) return undefined;
    from = next + 1;
  }
  return 3;
}
