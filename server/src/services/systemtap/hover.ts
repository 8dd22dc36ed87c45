// Hover in SystemTap scripts: what stands under the pointer, and what the catalogue, the script and the selected
// interpreter say about it.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Hover } from 'vscode-languageserver-types';
import type { Span } from '../../base/text.ts';
import { stapAlias, stapConversions, stapFunctions, stapMacros } from '../../catalogue/index.ts';
import type { LanguageSymbol } from '../../languages/model.ts';
import type { Component, ComponentGroup } from '../../languages/systemtap/syntax.ts';
import { isKeyword, T, tokenIndexAt } from '../../languages/systemtap/tokens.ts';
import type { ServiceContext } from '../language.ts';
import { markup } from '../offers.ts';
import { firstEndingAfter, rangeOf } from '../places.ts';
import { callAt, kindOf, significant, spanAt, startOf, textAt } from './place.ts';
import { aliasVariables, markersOf, probeAt } from './probe.ts';
import type { StapScript } from './script.ts';
import { code, describe, wordNamed, type Subject } from './subjects.ts';

export function hover(
  document: TextDocument,
  script: StapScript,
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
  readonly what: Subject | string;
}

function subjectAt(script: StapScript, offset: number, context: ServiceContext): Found | undefined {
  const { tree } = script;
  const index = tokenIndexAt(tree.tokens, offset);
  if (index < 0) return undefined;
  const kind = kindOf(tree, index);
  if (
    !isWord(kind) &&
    kind !== T.string &&
    offset > 0 &&
    offset === startOf(tree, index) &&
    isWord(kindOf(tree, index - 1))
  ) {
    return subjectAt(script, offset - 1, context);
  }
  const span = spanAt(tree, index);
  const text = textAt(tree, index);
  const probe = probeAt(tree, offset);
  const component =
    probe && offset < probe.body.start
      ? componentAt([...probe.points, ...(probe.kind === 'alias' ? probe.names : [])], offset)
      : undefined;
  if (component) {
    const found = inComponent(component.component, component.path, kind === T.string, span);
    if (found) return found;
  }
  if (kind === T.string) return inString(script, index, offset);
  const own = ownAt(script, offset);
  const variable =
    probe && kind === T.identifier ? aliasVariables(tree, probe).find(({ name }) => name === text) : undefined;
  if (variable && !variable.library) {
    const by = `Set by the alias \`${variable.alias}\`.`;
    return { span, what: typeof own?.what === 'string' ? `${own.what}\n${by}` : `${code(text)}\n${by}` };
  }
  if (own) return own;
  if (kind === T.atWord)
    return {
      span,
      what:
        stapMacros().has(text.slice(1)) && !wordNamed(text)
          ? { kind: 'macro', name: text.slice(1) }
          : { kind: 'word', name: text },
    };
  if (isKeyword(kind)) return { span, what: { kind: 'word', name: text } };
  if (kind !== T.identifier) return undefined;
  if (text.startsWith('$')) {
    const number = /^\$arg(\d+)$/.exec(text)?.[1];
    const marker = probe && number !== undefined ? markersOf(probe)[0] : undefined;
    return {
      span,
      what: marker
        ? { kind: 'argument', probe: marker.name, index: Number(number) - 1 }
        : { kind: 'word', name: text, of: 'context' },
    };
  }
  const before = significant(tree, index - 1);
  if (before >= 0 && kindOf(tree, before) === T.arrow) return undefined;
  if (variable) return { span, what: { kind: 'aliasVariable', alias: variable.alias, name: text } };
  if (stapFunctions().has(text)) return { span, what: { kind: 'function', name: text } };
  const word = wordNamed(text, 'print') ?? wordNamed(text, 'condition');
  return word && { span, what: { kind: 'word', name: word.name, of: word.kind } };
}

function isWord(kind: number): boolean {
  return kind === T.identifier || kind === T.atWord || isKeyword(kind);
}

interface FoundComponent {
  readonly component: Component;
  readonly path: string;
}

function componentAt(
  points: readonly {
    readonly components: readonly (Component | ComponentGroup)[];
    readonly start: number;
    readonly end: number;
  }[],
  offset: number,
): FoundComponent | undefined {
  for (const point of points) {
    if (offset < point.start || offset > point.end) continue;
    const names: string[] = [];
    for (const each of point.components) {
      if (each.kind === 'componentGroup') {
        const inside = componentAt(each.points, offset);
        if (inside) return inside;
        continue;
      }
      names.push(each.name);
      if (each.start <= offset && offset <= each.end) return { component: each, path: names.join('.') };
    }
  }
  return undefined;
}

function inComponent(component: Component, path: string, isString: boolean, span: Span): Found | undefined {
  if (isString && component.argument?.kind === 'string') {
    const inside = { start: span.start + 1, end: span.end - 1 };
    return component.name === 'mark'
      ? { span: inside, what: { kind: 'mark', name: component.argument.value } }
      : { span: component.nameSpan, what: { kind: 'component', name: component.name } };
  }
  if (stapAlias(path)) return { span: component.nameSpan, what: { kind: 'alias', name: path } };
  return { span: component.nameSpan, what: { kind: 'component', name: component.name } };
}

function ownAt(script: StapScript, offset: number): Found | undefined {
  const occurrence = script.occurrences[firstEndingAfter(script.occurrences, offset)];
  if (!occurrence || occurrence.span.start > offset) return undefined;
  return { span: occurrence.span, what: describeSymbol(occurrence.symbol) };
}

export function describeSymbol({ detail, documentation }: LanguageSymbol): string {
  return documentation === undefined ? code(detail) : `${code(detail)}\n${documentation}`;
}

/** A conversion of a format. */
function inString(script: StapScript, index: number, offset: number): Found | undefined {
  const start = startOf(script.tree, index);
  const call = callAt(script.tree, start);
  if (call?.argument !== 0 || !/^s?printf$/.test(call.name)) return undefined;
  for (const match of textAt(script.tree, index).matchAll(
    /%(?:%|[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+)?)?l{0,2}([a-zA-Z]))/g,
  )) {
    const span = { start: start + match.index, end: start + match.index + match[0].length };
    const name = match[1] ?? '%';
    if (span.start <= offset && offset < span.end)
      return stapConversions.some((each) => each.name === name)
        ? { span, what: { kind: 'conversion', name } }
        : undefined;
  }
  return undefined;
}
