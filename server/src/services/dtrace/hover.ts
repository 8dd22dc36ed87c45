// Hover in D scripts: what stands under the pointer, by the tokens and the tree, and what the catalogue, the script and
// the selected interpreter say about it.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Hover } from 'vscode-languageserver-types';
import { dConversions, dFunctions, dLibrary, dOptions, dTypes, dVariables } from '../../catalogue/index.ts';
import type { Span } from '../../base/text.ts';
import { K, T, tokenIndexAt } from '../../languages/dtrace/tokens.ts';
import type { Clause } from '../../languages/dtrace/syntax.ts';
import type { LanguageSymbol } from '../../languages/model.ts';
import type { ServiceContext } from '../language.ts';
import { markup } from '../offers.ts';
import { firstEndingAfter, rangeOf } from '../places.ts';
import { markerOf } from './arguments.ts';
import { callAt, clauseAt, endOf, kindOf, placeAt, significant, startOf, textAt } from './place.ts';
import type { DScript } from './script.ts';
import { code, describe, type Subject } from './subjects.ts';
import { membersOf, typeText } from './types.ts';

export function hover(
  document: TextDocument,
  script: DScript,
  offset: number,
  context: ServiceContext,
): Hover | undefined {
  const found = subjectAt(script, offset, context);
  if (!found) return undefined;
  const value = typeof found.what === 'string' ? found.what : describe(found.what, context);
  return value === undefined
    ? undefined
    : { contents: markup(value, context.client), range: rangeOf(document, found.span) };
}

interface Found {
  readonly span: Span;
  /** What it is, or its documentation. */
  readonly what: Subject | string;
}

function subjectAt(script: DScript, offset: number, context: ServiceContext): Found | undefined {
  const { tree } = script;
  const index = tokenIndexAt(tree.tokens, offset);
  if (index < 0) return undefined;
  const kind = kindOf(tree, index);
  const span = { start: startOf(tree, index), end: endOf(tree, index) };
  // At a word's end the pointer is still on it.
  if (!isWordKind(kind) && offset > 0 && offset === span.start && isWordKind(kindOf(tree, index - 1))) {
    return subjectAt(script, offset - 1, context);
  }
  if (kind === T.whitespace || kind === T.comment || kind === T.interpreter) return undefined;
  if (kind === T.control) return inControl(script, offset);
  const clause = clauseAt(tree, offset);
  if (kind === T.specification || (clause && !isInCode(clause, offset))) return inDescription(clause, offset);
  if (kind === T.string) return inString(script, index, offset, context);
  const text = textAt(tree, index);
  const own = ownAt(script, offset);
  if (own) return own;
  if (kind === T.macro) return { span, what: { kind: 'macro', name: text } };
  if (kind >= T.firstKeyword) return { span, what: { kind: 'keyword', name: text } };
  if (kind !== T.identifier) return undefined;
  const before = significant(tree, index - 1);
  if (before >= 0 && (kindOf(tree, before) === T.arrow || kindOf(tree, before) === T.dot))
    return memberAt(script, offset, span, context);
  const subject = byName(text, clause, before >= 0 && kindOf(tree, before) === K.struct, context);
  return subject && { span, what: subject };
}

function isWordKind(kind: number): boolean {
  return (
    kind === T.identifier ||
    kind === T.macro ||
    kind === T.specification ||
    kind === T.aggregation ||
    kind >= T.firstKeyword
  );
}

function isInCode({ body, predicate }: Clause, offset: number): boolean {
  return (body !== undefined && offset >= body.start) || (predicate !== undefined && offset >= predicate.start);
}

function byName(
  name: string,
  clause: Clause | undefined,
  isTag: boolean,
  context: ServiceContext,
): Subject | undefined {
  const { platform } = context;
  const argument = /^arg(\d)$/.exec(name)?.[1];
  const marker = clause && argument !== undefined ? markerOf(clause) : undefined;
  if (marker) return { kind: 'argument', probe: marker.name, index: Number(argument) };
  if (isTag) return { kind: 'type', name };
  if (dFunctions(platform).has(name)) return { kind: 'function', name };
  if (dVariables(platform).has(name)) return { kind: 'variable', name };
  if (dTypes.some((type) => type.name === name) || dLibrary.types.some((type) => type.name === name))
    return { kind: 'type', name };
  return { kind: 'constant', name };
}

function memberAt(script: DScript, offset: number, span: Span, context: ServiceContext): Found | undefined {
  const place = placeAt(script.tree, offset + 1);
  if (place.kind !== 'member' || !place.node) return undefined;
  const name = place.node.name.text;
  const member = membersOf(script, typeText(script, place.node.object, context) ?? '').find(
    (each) => each.name === name,
  );
  if (!member) return undefined;
  return { span, what: member.library ? { kind: 'member', type: member.owner, name } : code(`${member.type} ${name}`) };
}

/** Something that the script declares. */
function ownAt(script: DScript, offset: number): Found | undefined {
  const occurrence = script.occurrences[firstEndingAfter(script.occurrences, offset)];
  if (!occurrence || occurrence.span.start > offset) return undefined;
  return { span: occurrence.span, what: describeSymbol(occurrence.symbol) };
}

export function describeSymbol({ detail, documentation }: LanguageSymbol): string {
  return documentation === undefined ? code(detail) : `${code(detail)}\n${documentation}`;
}

function inDescription(clause: Clause | undefined, offset: number): Found | undefined {
  const description = clause?.descriptions.find(({ start, end }) => start <= offset && offset <= end);
  if (!description) return undefined;
  const { provider, name } = description;
  if (provider && offset <= provider.end && provider.text !== '') {
    return { span: provider, what: { kind: 'provider', name: provider.text } };
  }
  if (!name || offset < name.start || name.text === '') return undefined;
  const of =
    provider?.text ??
    (/^(?:BEGIN|END|ERROR)$/.test(name.text) ? 'dtrace' : /^(?:tick|profile)-/.test(name.text) ? 'profile' : '');
  return { span: name, what: { kind: 'probe', provider: of, name: name.text } };
}

function inControl(script: DScript, offset: number): Found | undefined {
  const line = script.tree.controls.find(({ start, end }) => start <= offset && offset < end);
  if (!line) return undefined;
  const index = line.words.findIndex(({ start, end }) => start <= offset && offset <= end);
  const word = line.words[index];
  if (!word || line.directive !== 'pragma') return ownAt(script, offset);
  if (index === 1) return { span: word, what: { kind: 'pragma', name: word.text } };
  if (index === 2 && line.words[1]?.text === 'option')
    return { span: word, what: { kind: 'option', name: word.text.replace(/=.*/, '') } };
  return undefined;
}

/** A conversion of a format, or an option's name. */
function inString(script: DScript, index: number, offset: number, context: ServiceContext): Found | undefined {
  const { tree } = script;
  const call = callAt(tree, startOf(tree, index));
  if (!call || call.argument > 0) return undefined;
  const start = startOf(tree, index);
  const text = textAt(tree, index);
  if (call.name === 'setopt') {
    const name = text.slice(1, -1);
    return dOptions(context.platform).has(name)
      ? { span: { start, end: endOf(tree, index) }, what: { kind: 'option', name } }
      : undefined;
  }
  if (!/^(?:printf|printa|freopen|system)$/.test(call.name)) return undefined;
  for (const match of text.matchAll(/%(?:%|@?[-+ #0',]*(?:\*|\d+)?(?:\.(?:\*|\d+)?)?@?([a-zA-Z]+))/g)) {
    const from = start + match.index;
    if (offset < from || offset >= from + match[0].length) continue;
    const name = longestConversion(match[1] ?? '', context);
    if (name === '') return undefined;
    const end = from + match[0].length - (match[1] ?? '').length + name.length;
    return offset < end ? { span: { start: from, end }, what: { kind: 'conversion', name } } : undefined;
  }
  return undefined;
}

function longestConversion(letters: string, context: ServiceContext): string {
  for (let length = Math.min(4, letters.length); length > 0; length--) {
    const name = letters.slice(0, length);
    if (dConversions(context.platform).has(name)) return name;
  }
  return '';
}
