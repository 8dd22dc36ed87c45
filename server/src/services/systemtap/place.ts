// Where in a SystemTap script an offset is, for completion and signature help. `probe`, `function` and `global` are
// reserved, so the nearest of them to the left begins the declaration that holds the offset, however broken the text
// before it is; from there the braces say whether it is a header or a handler.
import type { Span } from '../../base/text.ts';
import { isKeyword, isTrivia, T, tokenIndexAt } from '../../languages/systemtap/tokens.ts';
import type { StapTree } from '../../languages/systemtap/syntax.ts';

/** A component that stands before the offset: `process("x")`. */
export interface TypedComponent {
  readonly name: string;
  readonly argument: 'none' | 'string' | 'number';
  /** A string's text. */
  readonly text: string;
}

export interface OpenCall {
  readonly name: string;
  readonly span: Span;
  readonly argument: number;
  /** Offsets of the first token of each argument so far. */
  readonly starts: readonly number[];
}

export type Place =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'top'; readonly span: Span; readonly afterPrivate: boolean }
  /** A component of a probe point; `path` are those before it. */
  | { readonly kind: 'point'; readonly span: Span; readonly path: readonly TypedComponent[]; readonly alias: boolean }
  /** Behind a whole probe point. */
  | { readonly kind: 'afterPoint'; readonly span: Span }
  /** Inside the quotes of a component's argument. */
  /** A component's argument that is not begun. */
  | {
      readonly kind: 'pointArgument';
      readonly span: Span;
      readonly path: readonly TypedComponent[];
      readonly component: string;
    }
  | {
      readonly kind: 'pointString';
      readonly span: Span;
      readonly path: readonly TypedComponent[];
      readonly component: string;
    }
  | { readonly kind: 'type'; readonly span: Span }
  | { readonly kind: 'context'; readonly span: Span }
  | { readonly kind: 'at'; readonly span: Span; readonly call: OpenCall | undefined }
  | { readonly kind: 'condition'; readonly span: Span }
  | { readonly kind: 'conversion'; readonly span: Span; readonly call: OpenCall; readonly string: Span }
  | { readonly kind: 'embedded'; readonly span: Span; readonly comment: boolean }
  | { readonly kind: 'array'; readonly span: Span }
  | { readonly kind: 'statement'; readonly span: Span; readonly line: string }
  | {
      readonly kind: 'expression';
      readonly span: Span;
      readonly call: OpenCall | undefined;
      readonly after: string;
      readonly left: number | undefined;
    };

const nothing: Place = { kind: 'nothing' };

export function placeAt(tree: StapTree, offset: number): Place {
  const at = leftOf(tree, offset);
  const kind = at < 0 ? T.space : kindOf(tree, at);
  const inside = at >= 0 && offset > startOf(tree, at) && offset < endOf(tree, at);
  if (isOpenComment(tree, at, kind, inside)) return nothing;
  if (kind === T.unclosedEmbedded || (kind === T.embedded && inside)) return inEmbedded(tree, at, offset);
  const region = regionAt(tree, offset);
  if (isOpenString(tree, at, kind, inside)) return inString(tree, at, offset, region);
  const word = at >= 0 && isWord(kind) && endOf(tree, at) >= offset ? at : -1;
  const span = word < 0 ? { start: offset, end: offset } : { start: startOf(tree, word), end: endOf(tree, word) };
  if (word >= 0 && kind === T.number) return nothing;
  const before = significant(tree, word < 0 ? at : word - 1);
  const sign = tree.text.charAt(span.start);
  if (sign === '@' && region.kind !== 'global') return { kind: 'at', span, call: callAt(tree, span.start) };
  switch (region.kind) {
    case 'top':
      return inTop(tree, before, span, sign);
    case 'condition':
      return { kind: 'condition', span };
    case 'global':
      return isOperandEnd(tree, before) && hasLineBreak(tree, before, span.start)
        ? inTop(tree, before, span, sign)
        : nothing;
    case 'functionHeader':
      return before >= 0 && kindOf(tree, before) === T.colon ? { kind: 'type', span } : nothing;
    case 'probeHeader':
      return inHeader(tree, before, span, region.start, sign);
    case 'body':
      return inBody(tree, before, span, sign);
  }
}

/** The innermost call or `@` operator whose parentheses hold the offset, by the tokens alone. */
export function callAt(tree: StapTree, offset: number): OpenCall | undefined {
  let depth = 0;
  let argument = 0;
  let next = -1;
  const starts: number[] = [];
  for (let i = leftOf(tree, offset); i >= 0; i--) {
    const kind = kindOf(tree, i);
    if (isTrivia(kind) || startOf(tree, i) >= offset) continue;
    if (kind === T.closeParen || kind === T.closeBracket) depth++;
    else if (kind === T.openParen || kind === T.openBracket) {
      if (depth > 0) depth--;
      else {
        const name = significant(tree, i - 1);
        const nameKind = name < 0 ? -1 : kindOf(tree, name);
        if (kind === T.openParen && (nameKind === T.identifier || nameKind === T.atWord)) {
          if (next >= 0) starts.unshift(startOf(tree, next));
          return { name: textAt(tree, name), span: spanAt(tree, name), argument, starts };
        }
        if (nameKind === T.if || nameKind === T.while || nameKind === T.for || nameKind === T.foreach) return undefined;
        argument = 0;
        starts.length = 0;
      }
    } else if (depth === 0 && kind === T.comma) {
      argument++;
      if (next >= 0) starts.unshift(startOf(tree, next));
    } else if (kind === T.semicolon || kind === T.openBrace || kind === T.closeBrace || declares(tree, i))
      return undefined;
    next = i;
  }
  return undefined;
}

type Region =
  | { readonly kind: 'top' | 'body' | 'condition' | 'global' | 'functionHeader' }
  | { readonly kind: 'probeHeader'; readonly start: number };

function regionAt(tree: StapTree, offset: number): Region {
  const last = leftOf(tree, offset);
  // Inside the word `prob|` that is the keyword itself, the region is that before it.
  let from = last;
  if (from >= 0 && declares(tree, from) && endOf(tree, from) >= offset) from--;
  let keyword = from;
  while (keyword >= 0 && !declares(tree, keyword)) keyword--;
  let depth = 0;
  let opened = false;
  const preprocessing: ('define' | 'condition' | 'branch')[] = [];
  for (let i = keyword + 1; i <= last; i++) {
    if (startOf(tree, i) >= offset) break;
    const kind = kindOf(tree, i);
    const endsBefore = endOf(tree, i) <= offset;
    if (kind === T.openBrace && (depth > 0 || opened || !isGroup(tree, i))) {
      depth++;
      opened = true;
    } else if (kind === T.openBrace) i = closingGroup(tree, i, last);
    else if (kind === T.closeBrace) depth = Math.max(0, depth - 1);
    else if (kind === T.ppOpen && endsBefore) preprocessing.push(isDefinition(tree, i) ? 'define' : 'condition');
    else if (kind === T.ppThen && endsBefore && preprocessing.at(-1) === 'condition')
      preprocessing[preprocessing.length - 1] = 'branch';
    else if (kind === T.ppClose && endsBefore) preprocessing.pop();
    else if (kind === T.embedded && depth === 0) opened = true;
  }
  if (preprocessing.at(-1) === 'condition') return { kind: 'condition' };
  if (preprocessing.includes('define')) return { kind: 'body' };
  if (depth > 0) return { kind: 'body' };
  if (keyword < 0 || opened) return { kind: 'top' };
  const kind = kindOf(tree, keyword);
  if (kind === T.probe) return { kind: 'probeHeader', start: keyword + 1 };
  return { kind: kind === T.function ? 'functionHeader' : kind === T.global ? 'global' : 'top' };
}

/** Whether the brace begins alternatives of a probe point: `syscall.{open,close}`, `{kernel,module("x")}.function("y")`. */
function isGroup(tree: StapTree, index: number): boolean {
  const before = significant(tree, index - 1);
  const kind = before < 0 ? -1 : kindOf(tree, before);
  return kind === T.dot || kind === T.probe || kind === T.comma || kind === T.assign || kind === T.plusAssign;
}

function closingGroup(tree: StapTree, index: number, last: number): number {
  let i = index + 1;
  while (i <= last && kindOf(tree, i) !== T.closeBrace) i++;
  return i;
}

/** Whether `%(` begins the body of `@define NAME(…)`. */
function isDefinition(tree: StapTree, index: number): boolean {
  let i = significant(tree, index - 1);
  if (i >= 0 && kindOf(tree, i) === T.closeParen) {
    while (i >= 0 && kindOf(tree, i) !== T.openParen) i--;
    i = significant(tree, i - 1);
  }
  const define = significant(tree, i - 1);
  return i >= 0 && define >= 0 && textAt(tree, define) === '@define';
}

function inTop(tree: StapTree, before: number, span: Span, sign: string): Place {
  if (sign === '%' || sign === '$') return nothing;
  const prior = before < 0 ? -1 : kindOf(tree, before);
  if (prior === T.probe || prior === T.function || prior === T.global) return nothing;
  return { kind: 'top', span, afterPrivate: prior === T.private };
}

function inHeader(tree: StapTree, before: number, span: Span, start: number, sign: string): Place {
  if (sign === '$') return nothing;
  const prior = before < start ? T.probe : kindOf(tree, before);
  const open = openParen(tree, start, span.start);
  if (open >= 0) {
    const name = significant(tree, open - 1);
    if (name < start) return nothing;
    if (kindOf(tree, name) === T.if) {
      const fits = prior === T.openParen || isOperator(prior);
      return fits
        ? { kind: 'expression', span, call: callAt(tree, span.start), after: textAt(tree, before), left: undefined }
        : nothing;
    }
    return prior === T.openParen
      ? { kind: 'pointArgument', span, path: pathTo(tree, name, start), component: textAt(tree, name) }
      : nothing;
  }
  if (prior === T.dot) return { kind: 'point', span, path: pathBefore(tree, before, start), alias: false };
  if (prior === T.probe || prior === T.comma || prior === T.assign || prior === T.plusAssign || prior === T.openBrace) {
    const group = openGroup(tree, start, span.start);
    const dot = group < 0 ? -1 : significant(tree, group - 1);
    const path = dot >= start && kindOf(tree, dot) === T.dot ? pathBefore(tree, dot, start) : [];
    return { kind: 'point', span, path, alias: prior === T.probe };
  }
  return span.start === span.end || prior === T.closeParen ? { kind: 'afterPoint', span } : nothing;
}

/** The parenthesis that is open at an offset of a probe point; -1 if none is. */
function openParen(tree: StapTree, start: number, offset: number): number {
  const open: number[] = [];
  for (let i = start; i < tree.tokens.count && startOf(tree, i) < offset; i++) {
    if (kindOf(tree, i) === T.openParen) open.push(i);
    else if (kindOf(tree, i) === T.closeParen) open.pop();
  }
  return open.at(-1) ?? -1;
}

/** The brace of alternatives that is open at an offset; -1 if none is. */
function openGroup(tree: StapTree, start: number, offset: number): number {
  let open = -1;
  for (let i = start; i < tree.tokens.count && startOf(tree, i) < offset; i++) {
    if (kindOf(tree, i) === T.openBrace) open = i;
    else if (kindOf(tree, i) === T.closeBrace) open = -1;
  }
  return open;
}

/** The components before the one whose name is at an index. */
function pathTo(tree: StapTree, name: number, start: number): readonly TypedComponent[] {
  const dot = significant(tree, name - 1);
  return dot >= start && kindOf(tree, dot) === T.dot ? pathBefore(tree, dot, start) : [];
}

/** The components before a dot. */
function pathBefore(tree: StapTree, dot: number, start: number): readonly TypedComponent[] {
  const path: TypedComponent[] = [];
  let i = significant(tree, dot - 1);
  while (i >= start) {
    let argument: TypedComponent['argument'] = 'none';
    let text = '';
    if (kindOf(tree, i) === T.closeParen) {
      const value = significant(tree, i - 1);
      const kind = kindOf(tree, value);
      argument = kind === T.number ? 'number' : 'string';
      text = kind === T.string ? textAt(tree, value).slice(1, -1) : '';
      while (i >= start && kindOf(tree, i) !== T.openParen) i--;
      i = significant(tree, i - 1);
    }
    if (i < start || !(kindOf(tree, i) === T.identifier || isKeyword(kindOf(tree, i)))) break;
    path.unshift({ name: textAt(tree, i), argument, text });
    i = significant(tree, i - 1);
    if (i < start || kindOf(tree, i) !== T.dot) break;
    i = significant(tree, i - 1);
  }
  return path;
}

function inString(tree: StapTree, at: number, offset: number, region: Region): Place {
  const start = startOf(tree, at) + 1;
  const text = textAt(tree, at);
  const isClosed = kindOf(tree, at) === T.string;
  const inner = {
    start,
    end: isClosed
      ? endOf(tree, at) - 1
      : Math.max(offset, start + (/^[^\s)"{,]*/.exec(text.slice(1))?.[0].length ?? 0)),
  };
  if (region.kind === 'probeHeader') {
    const open = significant(tree, at - 1);
    const name = open >= 0 && kindOf(tree, open) === T.openParen ? significant(tree, open - 1) : -1;
    if (name < region.start) return nothing;
    return { kind: 'pointString', span: inner, path: pathTo(tree, name, region.start), component: textAt(tree, name) };
  }
  const call = callAt(tree, startOf(tree, at));
  if (call?.argument !== 0 || !/^s?printf$/.test(call.name)) return nothing;
  const before = tree.text.slice(start, offset);
  const conversion = /(?:^|[^%])(?:%%)*%([-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+)?)?)([a-zA-Z]*)$/.exec(before);
  if (!conversion) return nothing;
  return {
    kind: 'conversion',
    span: { start: offset - (conversion[2]?.length ?? 0), end: offset },
    call,
    string: { start: start - 1, end: endOf(tree, at) },
  };
}

function inEmbedded(tree: StapTree, at: number, offset: number): Place {
  const { text } = tree;
  const start = startOf(tree, at);
  const before = text.slice(start, offset);
  const word = /[A-Za-z_]\w*$/.exec(before)?.[0].length ?? 0;
  const span = { start: offset - word, end: offset + (/^\w*/.exec(text.slice(offset, offset + 100))?.[0].length ?? 0) };
  const comment = before.lastIndexOf('/*') > before.lastIndexOf('*/');
  if (!comment && /"(?:[^"\\\n]|\\.)*$/.test(before.replace(/"(?:[^"\\\n]|\\.)*"/g, ''))) return nothing;
  const pragma = comment && /\/\*\s*[\w:-]*$/.test(before);
  return comment && !pragma ? nothing : { kind: 'embedded', span, comment };
}

function inBody(tree: StapTree, before: number, span: Span, sign: string): Place {
  if (sign === '$') return { kind: 'context', span };
  const prior = before < 0 ? -1 : kindOf(tree, before);
  if (prior === T.arrow) return nothing;
  if (prior === T.in) return { kind: 'array', span };
  if (prior === T.delete) return { kind: 'array', span };
  if (startsStatement(tree, before, span.start)) {
    return { kind: 'statement', span, line: tree.text.slice(span.end, span.end + 80).split('\n')[0] ?? '' };
  }
  if (prior === T.openParen || prior === T.openBracket || prior === T.comma) {
    // New names: `foreach (|`, `foreach ([a, |`, `catch (|`.
    const open = prior === T.comma ? enclosing(tree, before) : before;
    const keyword = open < 0 ? -1 : significant(tree, open - 1);
    const kind = keyword < 0 ? -1 : kindOf(tree, keyword);
    if (kind === T.catch || kind === T.foreach) return nothing;
    if (
      kindOf(tree, open) === T.openBracket &&
      kind === T.openParen &&
      kindOf(tree, significant(tree, keyword - 1)) === T.foreach
    )
      return nothing;
  }
  if (isOperandEnd(tree, before)) return nothing;
  return {
    kind: 'expression',
    span,
    call: callAt(tree, span.start),
    after: before < 0 ? '' : textAt(tree, before),
    left: before > 0 ? endOf(tree, significant(tree, before - 1)) : undefined,
  };
}

function startsStatement(tree: StapTree, before: number, offset: number): boolean {
  const prior = before < 0 ? -1 : kindOf(tree, before);
  if (prior === T.openBrace || prior === T.closeBrace || prior === T.semicolon || prior === T.else) return true;
  if (prior === T.next || prior === T.break || prior === T.continue || prior === T.try) return true;
  if (prior === T.ppOpen || prior === T.ppThen || prior === T.ppElse || prior === T.ppClose) return true;
  if (prior === T.closeParen) {
    const open = openerOf(tree, before);
    const keyword = open > 0 ? kindOf(tree, significant(tree, open - 1)) : -1;
    if (keyword === T.if || keyword === T.while || keyword === T.for || keyword === T.foreach) return true;
  }
  // Statements need no semicolon: a new line after a value begins one.
  return isOperandEnd(tree, before) && hasLineBreak(tree, before, offset) && !isInParens(tree, before);
}

function isInParens(tree: StapTree, from: number): boolean {
  return enclosing(tree, from) >= 0;
}

/** The parenthesis or bracket that is open at a token; -1 if none is. */
function enclosing(tree: StapTree, from: number): number {
  let depth = 0;
  for (let i = from; i >= 0; i--) {
    const kind = kindOf(tree, i);
    if (kind === T.closeParen || kind === T.closeBracket) depth++;
    else if (kind === T.openParen || kind === T.openBracket) {
      if (depth === 0) return i;
      depth--;
    } else if (kind === T.semicolon || kind === T.openBrace || kind === T.closeBrace || declares(tree, i)) return -1;
  }
  return -1;
}

function openerOf(tree: StapTree, close: number): number {
  let depth = 0;
  for (let i = close; i >= 0; i--) {
    const kind = kindOf(tree, i);
    if (kind === T.closeParen) depth++;
    else if (kind === T.openParen && --depth === 0) return i;
    else if (kind === T.openBrace || declares(tree, i)) return -1;
  }
  return -1;
}

function hasLineBreak(tree: StapTree, index: number, offset: number): boolean {
  return tree.text.slice(endOf(tree, index), offset).includes('\n');
}

/** Whether a reserved word begins a declaration; behind a dot it is a component: `kernel.function("x")`. */
function declares(tree: StapTree, index: number): boolean {
  const kind = kindOf(tree, index);
  if (kind !== T.probe && kind !== T.function && kind !== T.global && kind !== T.private) return false;
  const before = significant(tree, index - 1);
  return before < 0 || kindOf(tree, before) !== T.dot;
}

function isWord(kind: number): boolean {
  return (
    kind === T.identifier ||
    kind === T.number ||
    (kind >= T.argument && kind <= T.atWord) ||
    kind === T.junk ||
    isKeyword(kind)
  );
}

function isOperandEnd(tree: StapTree, index: number): boolean {
  if (index < 0) return false;
  const kind = kindOf(tree, index);
  const literal =
    kind === T.identifier ||
    kind === T.number ||
    kind === T.string ||
    kind === T.embedded ||
    (kind >= T.argument && kind <= T.atWord);
  return literal || kind === T.closeParen || kind === T.closeBracket || kind === T.increment || kind === T.decrement;
}

function isOperator(kind: number): boolean {
  return kind >= T.bang && kind <= T.shiftRightUnsigned;
}

function isOpenComment(tree: StapTree, at: number, kind: number, inside: boolean): boolean {
  if (kind === T.lineComment) return inside || !textAt(tree, at).endsWith('\n');
  if (kind !== T.blockComment) return false;
  const text = textAt(tree, at);
  return inside || !text.endsWith('*/') || text.length < 4;
}

function isOpenString(tree: StapTree, at: number, kind: number, inside: boolean): boolean {
  return kind === T.unclosedString ? !textAt(tree, at).includes('\n') : kind === T.string && inside;
}

function leftOf(tree: StapTree, offset: number): number {
  return offset <= 0 ? -1 : tokenIndexAt(tree.tokens, offset - 1);
}

/** The nearest index from `from` to the left whose token is no trivia; -1 if there is none. */
export function significant(tree: StapTree, from: number): number {
  let i = from;
  while (i >= 0 && isTrivia(kindOf(tree, i))) i--;
  return i;
}

export function kindOf(tree: StapTree, index: number): number {
  return tree.tokens.kinds[index] ?? T.end;
}
export function startOf(tree: StapTree, index: number): number {
  return tree.tokens.starts[index] ?? 0;
}
export function endOf(tree: StapTree, index: number): number {
  return tree.tokens.starts[index + 1] ?? 0;
}
export function spanAt(tree: StapTree, index: number): Span {
  return { start: startOf(tree, index), end: endOf(tree, index) };
}
export function textAt(tree: StapTree, index: number): string {
  return index < 0 ? '' : tree.text.slice(startOf(tree, index), endOf(tree, index));
}
