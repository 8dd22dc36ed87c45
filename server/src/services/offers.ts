// What completion offers, before it becomes LSP's items: both languages make `Offer`s, so that ranking, snippets for
// editors without them, and what is resolved lazily are decided in one place.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CompletionItem, CompletionItemKind, CompletionList, Range } from 'vscode-languageserver-types';
import type { Span } from '../base/text.ts';
import type { ServiceContext } from './language.ts';
import { rangeOf } from './places.ts';

export interface Offer<Subject = unknown> {
  readonly label: string;
  readonly kind: CompletionItemKind;
  /** 0 is what fits best. Items of one rank are sorted by their label. */
  readonly rank: number;
  /** Directly behind the label: `(string, [size_t])`. */
  readonly signature?: string;
  /** At the right: a type, a meaning. */
  readonly note?: string;
  /** In the snippet syntax, if it is not the label. */
  readonly insert?: string;
  /** What typing is compared with, if it is not the label. */
  readonly filter?: string;
  /** What the documentation is made of when the item is chosen. */
  readonly subject?: Subject;
  /** Documentation that is already at hand. */
  readonly documentation?: string;
  readonly deprecated?: boolean;
  /** Replaces another span than the list's. */
  readonly span?: Span;
}

/** Numbers of LSP's CompletionItemKind; its enum object would load the protocol's module for ten numbers. */
export const Kind = {
  text: 1,
  function: 3,
  field: 5,
  variable: 6,
  module: 9,
  property: 10,
  unit: 11,
  value: 12,
  enumeration: 13,
  keyword: 14,
  snippet: 15,
  file: 17,
  reference: 18,
  enumMember: 20,
  constant: 21,
  struct: 22,
  event: 23,
  operator: 24,
  typeParameter: 25,
} as const satisfies Record<string, CompletionItemKind>;

export function completionList(
  document: TextDocument,
  span: Span,
  offers: Iterable<Offer>,
  { client }: ServiceContext,
): CompletionList {
  const range = rangeOf(document, span);
  const items: CompletionItem[] = [];
  for (const offer of offers) {
    items.push(itemOf(offer, offer.span ? rangeOf(document, offer.span) : range, client));
  }
  return { isIncomplete: false, items };
}

function itemOf(offer: Offer, range: Range, client: ServiceContext['client']): CompletionItem {
  const { label, insert } = offer;
  const isSnippet = client.snippets && insert !== undefined && /(?<!\\)\$/.test(insert);
  const newText = insert === undefined ? label : isSnippet ? insert : plainText(insert);
  const item: CompletionItem = {
    label,
    kind: offer.kind,
    sortText: `${offer.rank}${label}`,
    textEdit: { range, newText },
  };
  if (isSnippet) item.insertTextFormat = 2;
  if (offer.filter !== undefined) item.filterText = offer.filter;
  if (client.labelDetails && (offer.signature !== undefined || offer.note !== undefined)) {
    item.labelDetails = {
      ...(offer.signature === undefined ? {} : { detail: offer.signature }),
      ...(offer.note === undefined ? {} : { description: offer.note }),
    };
  } else if (offer.note !== undefined) item.detail = offer.note;
  if (offer.deprecated) item.tags = [1];
  if (offer.documentation !== undefined) item.documentation = { kind: 'markdown', value: offer.documentation };
  if (offer.subject !== undefined) item.data = offer.subject;
  return item;
}

/** A snippet for an editor that has none: tab stops become their defaults. */
export function plainText(snippet: string): string {
  return snippet
    .replace(/\$\{\d+:((?:[^\\}]|\\.)*)\}/g, '$1')
    .replace(/\$\{\d+\|((?:[^\\|,]|\\.)*)[^|]*\|\}/g, '$1')
    .replace(/\$(?:\d+|\{\d+\})/g, '')
    .replace(/\\([\\$}|,])/g, '$1');
}

/** A text as it is, inside a snippet. */
export function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

/** Documentation as the client can show it. */
export function markup(
  value: string,
  client: ServiceContext['client'],
): { kind: 'markdown' | 'plaintext'; value: string } {
  if (client.markdown) return { kind: 'markdown', value };
  const plain = value
    .replace(/```\w*\n?/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*]{1,2}/g, '');
  return { kind: 'plaintext', value: plain };
}
