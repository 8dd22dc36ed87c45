// Rename: whether the name under the cursor can have another name at all, whether the new one is one that the language
// allows and nothing else has, and the edits in every file.
// A D aggregation's `@` and the `self->` and `this->` before a variable are part of how it is written, not of its name.
import type { Range, WorkspaceEdit } from 'vscode-languageserver-types';
import type { Span } from '../base/text.ts';
import type { LanguageId, LanguageSymbol, SymbolKind } from '../languages/model.ts';
import { occurrencesEverywhere, type Found } from './references.ts';
import type { ReservedNames } from './reserved.ts';
import { occurrenceAt, overlaps, rangeOf, type Analyzed } from './places.ts';

export type Renamed =
  { readonly ok: true; readonly edit: WorkspaceEdit } | { readonly ok: false; readonly reason: string };

const identifier: Readonly<Record<LanguageId, RegExp>> = {
  dtrace: /^[A-Za-z_][A-Za-z0-9_]*$/,
  systemtap: /^[A-Za-z_$][A-Za-z0-9_$]*$/,
};

/** The part of an occurrence that is the name itself. */
export function nameSpan(text: string, span: Span): Span {
  const written = text.slice(span.start, span.end);
  const sigil = /^(?:@|(?:self|this)\s*->\s*)/.exec(written)?.[0].length ?? 0;
  return { start: span.start + sigil, end: span.end };
}

/** What can be renamed at the offset, or why nothing can. */
export function prepareRename(
  { document, model }: Analyzed,
  offset: number,
):
  | { readonly ok: true; readonly range: Range; readonly placeholder: string }
  | { readonly ok: false; readonly reason: string } {
  const found = occurrenceAt(model, offset);
  if (!found) return refused('There is no name here that this script defines.');
  const problem = fixed(found.symbol);
  if (problem !== undefined) return refused(problem);
  const span = nameSpan(model.text, found.span);
  return { ok: true, range: rangeOf(document, span), placeholder: model.text.slice(span.start, span.end) };
}

/** A sentence if the symbol's name is not the script's to choose. */
function fixed(symbol: LanguageSymbol): string | undefined {
  if (symbol.kind === 'probe') return 'A probe is named by its provider, not by this script.';
  if (symbol.definitions.length === 0 && symbol.uri === undefined && !variables.includes(symbol.kind)) {
    return `${symbol.name} is not defined in this script.`;
  }
  return undefined;
}

/** `others` are the analysed files that might use the symbol; `writable` says which files may be changed. */
export function rename(
  here: Analyzed,
  offset: number,
  newName: string,
  others: readonly Analyzed[],
  reserved: ReservedNames,
  writable: (uri: string) => boolean,
): Renamed {
  const prepared = prepareRename(here, offset);
  if (!prepared.ok) return prepared;
  const symbol = occurrenceAt(here.model, offset)?.symbol;
  if (!symbol) return refused('There is no name here that this script defines.');
  const wanted = newName.trim().replace(/^(?:@|(?:self|this)\s*->\s*)/, '');
  const { language } = here.model;
  if (!identifier[language].test(wanted)) {
    return refused(`${JSON.stringify(newName)} is no name: it needs letters, digits and _, and no digit first.`);
  }
  if (reserved.isKeyword(wanted)) return refused(`${wanted} is a keyword.`);
  if (reserved.isBuiltin(wanted) && !sigiled.includes(symbol.kind)) {
    return refused(`${wanted} is built in; a script's own ${wanted} would hide it.`);
  }
  if (symbol.uri !== undefined && !writable(symbol.uri)) {
    return refused(`${symbol.name} is defined in ${symbol.uri}, which is not part of this workspace.`);
  }
  const found = occurrencesEverywhere(here, offset, others);
  if (symbol.uri !== undefined && !found.some((each) => each.in.document.uri === symbol.uri)) {
    return refused(`${symbol.name} is defined in ${symbol.uri}, which could not be read.`);
  }
  const clash = wanted === symbol.name ? undefined : firstClash(found, symbol, wanted);
  if (clash !== undefined) return refused(clash);
  return { ok: true, edit: edits(found, wanted) };
}

function edits(found: readonly Found[], newText: string): WorkspaceEdit {
  const changes: NonNullable<WorkspaceEdit['changes']> = {};
  for (const {
    in: { document, model },
    occurrences,
  } of found) {
    changes[document.uri] = occurrences.map(({ span }) => ({
      range: rangeOf(document, nameSpan(model.text, span)),
      newText,
    }));
  }
  return { changes };
}

const variables: readonly SymbolKind[] = [
  'variable',
  'array',
  'parameter',
  'aggregation',
  'threadLocal',
  'clauseLocal',
];
const sigiled: readonly SymbolKind[] = ['aggregation', 'threadLocal', 'clauseLocal', 'member'];

/** Names clash only within one of these groups: D's `@a`, `self->a`, `this->a` and `a` are four things. */
function group(kind: SymbolKind): string {
  switch (kind) {
    case 'threadLocal':
    case 'clauseLocal':
    case 'aggregation':
    case 'macro':
    case 'probeAlias':
    case 'type':
    case 'member':
    case 'macroParameter':
      return kind;
    case 'function':
      return 'function';
    default:
      return 'value';
  }
}

function firstClash(found: readonly Found[], symbol: LanguageSymbol, wanted: string): string | undefined {
  for (const {
    in: { document, model },
    occurrences,
  } of found) {
    const reach = symbol.scope ?? { start: 0, end: model.text.length + 1 };
    const other = model.symbols.find(
      (each) =>
        each.name === wanted &&
        !occurrences.some((occurrence) => occurrence.symbol === each) &&
        group(each.kind) === group(symbol.kind) &&
        symbol.kind !== 'member' &&
        overlaps(each.scope ?? { start: 0, end: model.text.length + 1 }, reach),
    );
    if (!other) continue;
    const at = other.definitions[0] ?? model.occurrences.find((each) => each.symbol === other)?.span;
    const where = other.uri !== undefined || !at ? '' : ` in line ${String(document.positionAt(at.start).line + 1)}`;
    return `There is already a ${noun(other.kind)} ${wanted}${where}.`;
  }
  return undefined;
}

/** A kind of symbol in words. */
export function noun(kind: SymbolKind): string {
  switch (kind) {
    case 'threadLocal':
      return 'thread-local variable';
    case 'clauseLocal':
      return 'clause-local variable';
    case 'macroParameter':
      return 'macro parameter';
    case 'probeAlias':
      return 'probe alias';
    default:
      return kind;
  }
}

function refused(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
