// Where in a D script an offset is, for completion and signature help: worked out from the tokens to the left and the
// recovered tree, since the text is half typed nearly always. One answer per offset; `nothing` where nothing fits.
import type { Span } from '../../base/text.ts';
import { isTrivia, K, T, tokenIndexAt } from '../../languages/dtrace/tokens.ts';
import { nodesAt } from '../../languages/dtrace/walk.ts';
import type { Clause, DTree, Item, Member } from '../../languages/dtrace/syntax.ts';

export type DescriptionPart = 'provider' | 'module' | 'function' | 'name';

/** The function whose arguments hold an offset. */
export interface OpenCall {
  readonly name: string;
  /** Of the name. */
  readonly span: Span;
  /** Which argument, from 0. */
  readonly argument: number;
  /** Offsets of the first token of each argument so far. */
  readonly starts: readonly number[];
}

export type Place =
  | { readonly kind: 'nothing' }
  /** After a `#` that begins a line; the span is the word. */
  | { readonly kind: 'directive'; readonly span: Span }
  | { readonly kind: 'pragma'; readonly span: Span; readonly d: boolean }
  | { readonly kind: 'option'; readonly span: Span }
  | { readonly kind: 'optionValue'; readonly span: Span; readonly option: string }
  | { readonly kind: 'words'; readonly span: Span; readonly words: readonly string[] }
  | { readonly kind: 'macroName'; readonly span: Span }
  /** Behind the percent sign of a conversion; `flags` stand between. */
  | { readonly kind: 'conversion'; readonly span: Span; readonly call: OpenCall; readonly string: Span }
  | {
      readonly kind: 'description';
      readonly part: DescriptionPart;
      readonly span: Span;
      readonly before: string;
      readonly rest: Span;
    }
  /** Behind the descriptions, where a predicate may stand. */
  | { readonly kind: 'predicate'; readonly span: Span; readonly clause: Clause | undefined }
  | { readonly kind: 'scoped'; readonly scope: 'self' | 'this'; readonly span: Span }
  | { readonly kind: 'member'; readonly node: Member | undefined; readonly span: Span }
  | { readonly kind: 'aggregation'; readonly span: Span }
  | { readonly kind: 'macro'; readonly span: Span }
  | { readonly kind: 'type'; readonly span: Span; readonly tag?: boolean }
  /** Outside of clauses, at the begin of one or of a declaration. */
  | { readonly kind: 'statement'; readonly span: Span; readonly clause: Clause | undefined }
  | {
      readonly kind: 'expression';
      readonly span: Span;
      readonly clause: Clause | undefined;
      readonly call: OpenCall | undefined;
      /** The value of an aggregation: only aggregating functions fit. */
      readonly aggregated: boolean;
      /** The token before, as text: `==`. */
      readonly after: string;
      /** Offset of the end of the operand before `after`, if there is one. */
      readonly left: number | undefined;
    };

const nothing: Place = { kind: 'nothing' };
const typeWords = new Set<number>(
  [
    K.char, K.const, K.counter, K.double, K.enum, K.extern, K.float, K.inline, K.int, K.long, K.self, K.short, K.signed,
    K.static, K.string, K.struct, K.this, K.typedef, K.union, K.unsigned, K.void, K.volatile, K.translator, K.provider,
    K.probe,
  ], // prettier-ignore
);

export function placeAt(tree: DTree, offset: number): Place {
  const at = leftOf(tree, offset);
  const kind = at < 0 ? T.whitespace : kindOf(tree, at);
  const start = at < 0 ? 0 : startOf(tree, at);
  const insideToken = at >= 0 && offset > start && offset < endOf(tree, at);
  if (kind === T.control && (insideToken || !tree.text.slice(start, offset).endsWith('\n')))
    return inDirective(tree, start, offset);
  if (kind === T.interpreter) return nothing;
  if (kind === T.comment && (insideToken || isOpenComment(tree.text.slice(start, offset)))) return nothing;
  const item = itemAt(tree, offset);
  const region = regionOf(tree, item, offset);
  if (region === 'description') return inDescription(tree, offset, item?.kind === 'clause' ? item : undefined);
  if (kind === T.string && (insideToken || isOpenString(tree, at))) return inString(tree, at, offset);
  if (kind === T.character && insideToken) return nothing;
  return inCode(tree, offset, at, item?.kind === 'clause' ? item : undefined, region);
}

/** The clause around an offset. */
export function clauseAt(tree: DTree, offset: number): Clause | undefined {
  const item = itemAt(tree, offset);
  return item?.kind === 'clause' ? item : undefined;
}

/** The innermost call whose parentheses hold the offset, found by the tokens alone. */
export function callAt(tree: DTree, offset: number): OpenCall | undefined {
  let depth = 0;
  let argument = 0;
  const starts: number[] = [];
  let next = -1;
  for (let i = leftOf(tree, offset); i >= 0; i--) {
    const kind = kindOf(tree, i);
    if (isTrivia(kind) || (kind === T.string && startOf(tree, i) >= offset)) continue;
    if (kind === T.closeParen || kind === T.closeBracket) depth++;
    else if (kind === T.openParen || kind === T.openBracket) {
      if (depth > 0) depth--;
      else {
        const name = significant(tree, i - 1);
        if (kind === T.openParen && name >= 0 && kindOf(tree, name) === T.identifier) {
          if (next >= 0) starts.unshift(startOf(tree, next));
          return {
            name: textAt(tree, name),
            span: { start: startOf(tree, name), end: endOf(tree, name) },
            argument,
            starts,
          };
        }
        argument = 0;
        starts.length = 0;
      }
    } else if (depth === 0 && kind === T.comma) {
      argument++;
      if (next >= 0) starts.unshift(startOf(tree, next));
    } else if (kind === T.semicolon || kind === T.openBrace || kind === T.closeBrace || kind === T.specification)
      return undefined;
    next = i;
  }
  return undefined;
}

function itemAt(tree: DTree, offset: number): Item | undefined {
  const { items } = tree.program;
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return items[low - 1];
}

type Region = 'description' | 'predicate' | 'body' | 'declaration';

function regionOf(tree: DTree, item: Item | undefined, offset: number): Region {
  if (item?.kind === 'clause') {
    const { body, predicate } = item;
    if (body && offset > body.start) return !body.closed || offset < body.end ? 'body' : afterItem(tree, offset);
    if (predicate && offset > predicate.start) {
      const closed = tree.text[predicate.end - 1] === '/' && predicate.end - predicate.start > 1;
      if (!closed || offset < predicate.end) return 'predicate';
    }
    return 'description';
  }
  if (item && offset < item.end) return 'declaration';
  return afterItem(tree, offset);
}

/** Behind an item: in a declaration that is not whole yet, or where a description may begin. */
function afterItem(tree: DTree, offset: number): Region {
  let first = -1;
  for (let i = leftOf(tree, offset); i >= 0; i--) {
    const kind = kindOf(tree, i);
    if (isTrivia(kind)) continue;
    if (kind === T.semicolon || kind === T.closeBrace || kind === T.specification) break;
    first = i;
  }
  return first >= 0 && typeWords.has(kindOf(tree, first)) && endOf(tree, first) < offset
    ? 'declaration'
    : 'description';
}

function inDescription(tree: DTree, offset: number, clause: Clause | undefined): Place {
  const { text } = tree;
  const left = significant(tree, leftOf(tree, offset));
  const prior = left < 0 || endOf(tree, left) >= offset ? -1 : kindOf(tree, left);
  if (prior === T.predicateEnd || (prior === T.specification && !clause?.predicate)) {
    return { kind: 'predicate', span: { start: offset, end: offset }, clause };
  }
  let start = offset;
  while (start > 0 && /[^\s{}();,/"]/.test(text.charAt(start - 1))) start--;
  let end = offset;
  while (end < text.length && /[^\s{}();,/":]/.test(text.charAt(end))) end++;
  let last = end;
  while (last < text.length && /[^\s{}();,/"]/.test(text.charAt(last))) last++;
  const before = text.slice(start, offset);
  const colons = before.split(':').length - 1;
  const partStart = Math.max(start, text.lastIndexOf(':', offset - 1) + 1);
  const part = (['provider', 'module', 'function', 'name'] as const)[colons];
  if (part === undefined) return nothing;
  // `name`, `function:name` and `module:function:name` are descriptions too; which it is to be shows with the colons.
  return {
    kind: 'description',
    part,
    span: { start: partStart, end },
    before: text.slice(start, partStart),
    rest: { start: partStart, end: last },
  };
}

function inDirective(tree: DTree, start: number, offset: number): Place {
  const lineStart = Math.max(start, tree.text.lastIndexOf('\n', offset - 1) + 1);
  const line = tree.text.slice(start, offset);
  const wordStart = offset - (/[\w-]*$/.exec(line)?.[0].length ?? 0);
  const span = { start: Math.max(lineStart, wordStart), end: offset + wordLength(tree.text, offset) };
  const directive = /^\s*#\s*(\w*)$/.exec(line);
  if (directive) return { kind: 'directive', span };
  const pragma = /^\s*#\s*pragma\s+(D\s+)?(?:(\w+)\s+)?/.exec(line);
  if (pragma) {
    const rest = line.slice(pragma[0].length);
    if (pragma[1] === undefined) return pragma[2] === undefined ? { kind: 'pragma', span, d: false } : nothing;
    if (pragma[2] === undefined) return { kind: 'pragma', span, d: true };
    if (pragma[2] === 'option') {
      const value = /^(\w+)\s*=\s*\S*$/.exec(rest);
      if (value?.[1] !== undefined) return { kind: 'optionValue', span, option: value[1] };
      return /^\w*$/.test(rest) ? { kind: 'option', span } : nothing;
    }
    if (pragma[2] === 'depends_on' && /^\w*$/.test(rest))
      return { kind: 'words', span, words: ['library', 'module', 'provider'] };
    if (pragma[2] === 'attributes') return { kind: 'words', span, words: stabilities };
    return nothing;
  }
  return /^\s*#\s*(?:ifdef|ifndef|undef|if|elif)\b.*[\s(!&|]\w*$/.test(line) ? { kind: 'macroName', span } : nothing;
}

const stabilities = [
  'Internal', 'Private', 'Obsolete', 'External', 'Unstable', 'Evolving', 'Stable', 'Standard',
  'Unknown', 'CPU', 'Platform', 'Group', 'ISA', 'Common', 'provider', 'module', 'function', 'name', 'args',
]; // prettier-ignore

function inString(tree: DTree, at: number, offset: number): Place {
  const call = callAt(tree, startOf(tree, at));
  if (!call || call.argument > 0 || !/^(?:printf|printa|freopen|system)$/.test(call.name)) {
    if (call?.name === 'setopt' && call.argument === 0) {
      return { kind: 'option', span: { start: startOf(tree, at) + 1, end: offset + wordLength(tree.text, offset) } };
    }
    return nothing;
  }
  const before = tree.text.slice(startOf(tree, at) + 1, offset);
  // A percent sign that another one follows is no conversion.
  const conversion = /(?:^|[^%])(?:%%)*%([-+ #0',@]*(?:\*|\d+)?(?:\.(?:\*|\d+)?)?)([a-zA-Z]*)$/.exec(before);
  if (!conversion) return nothing;
  return {
    kind: 'conversion',
    span: { start: offset - (conversion[2]?.length ?? 0), end: offset },
    call,
    string: { start: startOf(tree, at), end: endOf(tree, at) },
  };
}

function inCode(tree: DTree, offset: number, at: number, clause: Clause | undefined, region: Region): Place {
  const word = at >= 0 && isWord(kindOf(tree, at)) && endOf(tree, at) >= offset ? at : -1;
  const span = word < 0 ? { start: offset, end: offset } : { start: startOf(tree, word), end: endOf(tree, word) };
  const kind = word < 0 ? -1 : kindOf(tree, word);
  if (kind === T.integer || kind === T.float) return nothing;
  if (kind === T.aggregation) return { kind: 'aggregation', span };
  if (kind === T.macro) return { kind: 'macro', span };
  if (kind === T.unknown) {
    const sign = tree.text.slice(span.start, span.end);
    if (sign === '@') return { kind: 'aggregation', span };
    return sign.startsWith('$') ? { kind: 'macro', span } : nothing;
  }
  if (tree.text.slice(span.start, offset).includes('`')) return nothing;
  const before = significant(tree, word < 0 ? at : word - 1);
  const prior = before < 0 ? -1 : kindOf(tree, before);
  if (prior === T.arrow || prior === T.dot) return afterArrow(tree, before, span);
  if (prior === K.struct || prior === K.union || prior === K.enum) return { kind: 'type', span, tag: true };
  if (region === 'declaration' && prior !== T.assign && !isOperator(prior)) {
    return isWholeType(tree, before) ? nothing : { kind: 'type', span };
  }
  if (isStatementStart(tree, before, clause, region)) return { kind: 'statement', span, clause };
  const isType = prior === T.openParen && before > 0 && isTypeTaker(tree, significant(tree, before - 1));
  if (isType || (prior === T.less && textAt(tree, significant(tree, before - 1)) === 'xlate'))
    return { kind: 'type', span };
  if (isOperandEnd(prior) && !(prior === T.closeParen && endsCast(tree, before))) return nothing;
  return {
    kind: 'expression',
    span,
    clause,
    call: callAt(tree, span.start),
    aggregated: prior === T.assign && assignsAggregation(tree, before),
    after: before < 0 ? '' : textAt(tree, before),
    left: before > 0 ? endOf(tree, significant(tree, before - 1)) : undefined,
  };
}

const unfinishedTypes = new Set<number>([K.const, K.volatile, K.unsigned, K.signed, K.static, K.extern, K.inline, K.typedef, K.self, K.this, K.translator]); // prettier-ignore

/** Whether the word ends a type, so that a new name follows. */
function isWholeType(tree: DTree, index: number): boolean {
  const kind = index < 0 ? -1 : kindOf(tree, index);
  return kind === T.identifier || kind === T.star || (typeWords.has(kind) && !unfinishedTypes.has(kind));
}

function afterArrow(tree: DTree, arrow: number, span: Span): Place {
  const object = significant(tree, arrow - 1);
  const kind = object < 0 ? -1 : kindOf(tree, object);
  if (kindOf(tree, arrow) === T.arrow && (kind === K.self || kind === K.this)) {
    return { kind: 'scoped', scope: kind === K.self ? 'self' : 'this', span };
  }
  const start = startOf(tree, arrow);
  const node = nodesAt(tree.program, start).find(
    (each): each is Member => each.kind === 'member' && each.object.end <= start && each.name.start > start,
  );
  return { kind: 'member', node, span };
}

function isStatementStart(tree: DTree, before: number, clause: Clause | undefined, region: Region): boolean {
  if (region !== 'body' || !clause) return false;
  const prior = before < 0 ? -1 : kindOf(tree, before);
  if (prior === T.openBrace || prior === T.closeBrace || prior === T.semicolon || prior === K.else) return true;
  if (prior !== T.closeParen) return false;
  const open = openerOf(tree, before);
  return open > 0 && kindOf(tree, significant(tree, open - 1)) === K.if;
}

function assignsAggregation(tree: DTree, assign: number): boolean {
  let left = significant(tree, assign - 1);
  if (left >= 0 && kindOf(tree, left) === T.closeBracket) left = significant(tree, openerOf(tree, left) - 1);
  return left >= 0 && (kindOf(tree, left) === T.aggregation || textAt(tree, left) === '@');
}

function isTypeTaker(tree: DTree, index: number): boolean {
  if (index < 0) return false;
  const kind = kindOf(tree, index);
  return kind === K.sizeof || kind === K.offsetof;
}

/** Whether the closing parenthesis ends `(type)`. */
function endsCast(tree: DTree, close: number): boolean {
  const open = openerOf(tree, close);
  const first = open < 0 ? -1 : significantAfter(tree, open + 1);
  if (first < 0 || first >= close) return false;
  const before = significant(tree, open - 1);
  if (before >= 0 && (kindOf(tree, before) === T.identifier || kindOf(tree, before) === K.sizeof)) return false;
  return (
    typeWords.has(kindOf(tree, first)) ||
    textAt(tree, first).endsWith('_t') ||
    textAt(tree, significant(tree, close - 1)) === '*'
  );
}

function openerOf(tree: DTree, close: number): number {
  let depth = 0;
  for (let i = close; i >= 0; i--) {
    const kind = kindOf(tree, i);
    if (kind === T.closeParen || kind === T.closeBracket) depth++;
    else if (kind === T.openParen || kind === T.openBracket) {
      if (--depth === 0) return i;
    } else if (kind === T.semicolon || kind === T.openBrace) return -1;
  }
  return -1;
}

function isWord(kind: number): boolean {
  return (
    kind === T.unknown ||
    (kind >= T.identifier && kind <= T.float) ||
    kind === T.aggregation ||
    kind === T.macro ||
    kind >= T.firstKeyword
  );
}

function isOperandEnd(kind: number): boolean {
  const literal = kind >= T.identifier && kind <= T.macro;
  return literal || kind === T.closeParen || kind === T.closeBracket || kind === T.increment || kind === T.decrement;
}

function isOperator(kind: number): boolean {
  return kind >= T.assign && kind < T.firstKeyword;
}

function isOpenString(tree: DTree, at: number): boolean {
  const text = textAt(tree, at);
  return text.length < 2 || !text.endsWith('"') || /(?:^|[^\\])(?:\\\\)*\\"$/.test(text);
}

function isOpenComment(text: string): boolean {
  return text.startsWith('//') ? !text.includes('\n') : !text.endsWith('*/') || text.length < 4;
}

function wordLength(text: string, offset: number): number {
  return /^\w*/.exec(text.slice(offset, offset + 200))?.[0].length ?? 0;
}

/** The index of the token that ends at the offset or holds it. */
function leftOf(tree: DTree, offset: number): number {
  return offset <= 0 ? -1 : tokenIndexAt(tree.tokens, offset - 1);
}

/** The nearest index from `from` to the left whose token is no trivia; -1 if there is none. */
export function significant(tree: DTree, from: number): number {
  let i = from;
  while (i >= 0 && isTrivia(kindOf(tree, i))) i--;
  return i;
}

function significantAfter(tree: DTree, from: number): number {
  let i = from;
  while (i < tree.tokens.count && isTrivia(kindOf(tree, i))) i++;
  return i < tree.tokens.count ? i : -1;
}

export function kindOf(tree: DTree, index: number): number {
  return tree.tokens.kinds[index] ?? 0;
}
export function startOf(tree: DTree, index: number): number {
  return tree.tokens.starts[index] ?? 0;
}
export function endOf(tree: DTree, index: number): number {
  return tree.tokens.starts[index + 1] ?? 0;
}
export function textAt(tree: DTree, index: number): string {
  return index < 0 ? '' : tree.text.slice(startOf(tree, index), endOf(tree, index));
}
