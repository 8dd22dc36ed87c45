// Formatting of SystemTap scripts in the tapsets' style: headers in the first column, one step per block, spaces around
// operators (the dot that joins strings too) and none in a probe point or before a call's parenthesis.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { FormattingOptions, TextEdit } from 'vscode-languageserver-types';
import type { Span } from '../../base/text.ts';
import type { Block, Declaration, StapTree, Statement } from '../../languages/systemtap/syntax.ts';
import { isKeyword, T, tokenIndexAt } from '../../languages/systemtap/tokens.ts';
import { boundsOf, formatEdits, hasProblems, keepApart, type Layout } from '../layout.ts';
import { endOf, kindOf, startOf, textAt } from './place.ts';

export function format(
  document: TextDocument,
  tree: StapTree,
  span: Span | undefined,
  options: FormattingOptions,
): readonly TextEdit[] {
  if (hasProblems(errorsOf(tree), span)) return [];
  return formatEdits(document, layoutOf(tree, span), span, options);
}

/** After `}`: the declaration that it stands in. */
export function formatOnType(
  document: TextDocument,
  tree: StapTree,
  offset: number,
  character: string,
  options: FormattingOptions,
): readonly TextEdit[] {
  const item = tree.declarations.find(({ start, end }) => start < offset && offset <= end);
  if (character !== '}' || !item || hasProblems(errorsOf(tree), item)) return [];
  return format(document, tree, { start: item.start, end: offset }, options);
}

function errorsOf(tree: StapTree): readonly Span[] {
  return tree.diagnostics.filter(({ severity }) => severity === 'error').map(({ span }) => span);
}

interface Marks {
  readonly levels: Map<number, number>;
  readonly closers: Set<number>;
  readonly breaks: Set<number>;
  /** Probe points and function headers: dots and colons are tight there. */
  readonly headers: Span[];
}

function layoutOf(tree: StapTree, span: Span | undefined): Layout {
  const { bounds, from, to } = boundsOf(tree.declarations, tree.text, span);
  const marks: Marks = { levels: new Map(), closers: new Set(), breaks: new Set(), headers: [] };
  for (const declaration of tree.declarations.slice(from, to)) markDeclaration(tree, declaration, marks);
  for (const { span } of tree.macros) marks.levels.set(span.start, 0);
  const indexes: number[] = [];
  for (
    let i = Math.max(0, tokenIndexAt(tree.tokens, bounds.start));
    i < tree.tokens.count && startOf(tree, i) < bounds.end;
    i++
  ) {
    if (kindOf(tree, i) !== T.space && startOf(tree, i) >= bounds.start) indexes.push(i);
  }
  const regions = new Regions(marks.headers);
  const groups = new Regions(groupsOf(tree, marks.headers));
  return {
    text: tree.text,
    bounds,
    starts: indexes.map((index) => startOf(tree, index)),
    // A line comment ends before its line break.
    ends: indexes.map(
      (index) =>
        endOf(tree, index) -
        (kindOf(tree, index) === T.lineComment ? (/\r?\n$/.exec(textAt(tree, index))?.[0].length ?? 0) : 0),
    ),
    isComment: (index) => isComment(kindOf(tree, indexes[index] ?? 0)),
    ...marks,
    still: new Set(
      indexes
        .filter((index) => preprocessing.has(kindOf(tree, index)) && kindOf(tree, index) !== T.embedded)
        .map((index) => startOf(tree, index)),
    ),
    verbatim: verbatimSpans(tree),
    between: (left, right) => {
      const a = indexes[left] ?? 0;
      const b = indexes[right] ?? 0;
      const start = startOf(tree, b);
      const isInGroup = groups.has(start);
      const wanted =
        isInGroup && !isComment(kindOf(tree, a)) && !isComment(kindOf(tree, b))
          ? ''
          : wantedGap(tree, a, b, indexes[left - 1] ?? -1, regions.has(start));
      return wanted === undefined ? undefined : keepApart(textAt(tree, a), textAt(tree, b), wanted);
    },
  };
}

/** The alternatives in headers, without their opening brace: `{open,close}`. */
function groupsOf(tree: StapTree, headers: readonly Span[]): readonly Span[] {
  const groups: Span[] = [];
  for (const { start, end } of headers) {
    let open = -1;
    for (let i = Math.max(0, tokenIndexAt(tree.tokens, start)); i < tree.tokens.count && startOf(tree, i) < end; i++) {
      if (kindOf(tree, i) === T.openBrace) open = endOf(tree, i);
      else if (kindOf(tree, i) === T.closeBrace && open >= 0) {
        groups.push({ start: open, end: endOf(tree, i) });
        open = -1;
      }
    }
  }
  return groups;
}

/** Spans that are asked for in order. */
class Regions {
  #next = 0;
  readonly #spans: readonly Span[];
  constructor(spans: readonly Span[]) {
    this.#spans = [...spans].sort((a, b) => a.start - b.start);
  }
  has(offset: number): boolean {
    while ((this.#spans[this.#next]?.end ?? Infinity) <= offset) this.#next++;
    return (this.#spans[this.#next]?.start ?? Infinity) <= offset;
  }
}

/** What is preprocessed: a macro's definition and its uses, a condition, what a condition leaves out. */
function verbatimSpans(tree: StapTree): readonly Span[] {
  const spans: Span[] = [];
  for (const macro of tree.macros) spans.push(macro.span);
  for (const use of tree.macroUses) spans.push(use.span);
  for (const { condition, inactive } of tree.conditionals) {
    spans.push({ start: condition.start - 2, end: condition.end + 2 });
    if (inactive) spans.push(inactive);
  }
  const first = kindOf(tree, 0);
  if (first === T.lineComment && tree.text.startsWith('#!')) spans.push({ start: 0, end: endOf(tree, 0) });
  const result: Span[] = [];
  for (const span of spans.sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && span.start <= last.end)
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else result.push(span);
  }
  return result;
}

function markDeclaration(tree: StapTree, declaration: Declaration, marks: Marks): void {
  marks.levels.set(declaration.start, 0);
  switch (declaration.kind) {
    case 'probe':
    case 'alias':
      marks.headers.push({ start: declaration.start, end: declaration.body.start });
      markBlock(tree, declaration.body, 0, marks);
      if (declaration.kind === 'alias' && declaration.epilogue) markBlock(tree, declaration.epilogue, 0, marks);
      break;
    case 'function':
      marks.headers.push({ start: declaration.start, end: declaration.body.start });
      if (declaration.body.kind === 'block') markBlock(tree, declaration.body, 0, marks);
      else marks.levels.set(declaration.body.start, 0);
      break;
    case 'global':
      marks.headers.push({ start: declaration.start, end: declaration.end });
      break;
    default:
  }
}

function markBlock(tree: StapTree, block: Block, level: number, marks: Marks): void {
  if (tree.text.charAt(block.start) !== '{') return;
  const first = block.statements[0];
  const isLong =
    first !== undefined &&
    tree.text
      .slice(block.start, first.start)
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .includes('\n');
  marks.levels.set(block.start, level);
  for (const statement of block.statements) markStatement(tree, statement, level + 1, isLong, marks);
  const close = block.end - 1;
  if (tree.text.charAt(close) !== '}') return;
  marks.levels.set(close, level);
  marks.closers.add(close);
  if (isLong) marks.breaks.add(close);
}

function markStatement(tree: StapTree, statement: Statement, level: number, isLong: boolean, marks: Marks): void {
  if (statement.kind === 'empty') return;
  marks.levels.set(statement.start, level);
  if (isLong) marks.breaks.add(statement.start);
  switch (statement.kind) {
    case 'block':
      markBlock(tree, statement, level, marks);
      break;
    case 'if':
      markBranch(tree, statement.then, level, marks);
      if (statement.else) {
        markWord(tree, 'else', statement.then.end, statement.else.start, level, marks);
        if (statement.else.kind === 'if') markStatement(tree, statement.else, level, false, marks);
        else markBranch(tree, statement.else, level, marks);
      }
      break;
    case 'for':
    case 'while':
    case 'foreach':
      markBranch(tree, statement.body, level, marks);
      break;
    case 'try':
      markBlock(tree, statement.body, level, marks);
      markWord(tree, 'catch', statement.body.end, statement.handler.start, level, marks);
      markBlock(tree, statement.handler, level, marks);
      break;
    default:
  }
}

function markBranch(tree: StapTree, branch: Statement, level: number, marks: Marks): void {
  if (branch.kind === 'block') markBlock(tree, branch, level, marks);
  else markStatement(tree, branch, level + 1, false, marks);
}

function markWord(tree: StapTree, word: string, start: number, end: number, level: number, marks: Marks): void {
  const at = tree.text.slice(start, end).search(new RegExp(`\\b${word}\\b`));
  if (at >= 0) marks.levels.set(start + at, level);
}

function isComment(kind: number): boolean {
  return kind === T.lineComment || kind === T.blockComment;
}

const tightBefore = new Set<number>([T.closeParen, T.closeBracket, T.comma, T.semicolon, T.arrow]);
const preprocessing = new Set<number>([T.ppOpen, T.ppThen, T.ppElse, T.ppClose, T.embedded]);

function wantedGap(
  tree: StapTree,
  left: number,
  right: number,
  before: number,
  inHeader: boolean,
): '' | ' ' | undefined {
  const kept = endOf(tree, left) === startOf(tree, right) ? '' : ' ';
  const a = kindOf(tree, left);
  const b = kindOf(tree, right);
  if (isComment(a) || isComment(b) || preprocessing.has(a) || preprocessing.has(b)) return kept;
  // Alternatives: what follows them belongs to each.
  if (inHeader && b === T.openBrace)
    return a === T.comma || a === T.assign || a === T.plusAssign || a === T.probe ? ' ' : '';
  if (inHeader && a === T.closeBrace) return '';
  if (b === T.openBrace || a === T.closeBrace) return b === T.semicolon || b === T.dot ? kept : ' ';
  if (a === T.openBrace || b === T.closeBrace) return a === T.openBrace && b === T.closeBrace ? kept : ' ';
  if (tightBefore.has(b) || a === T.openParen || a === T.openBracket || a === T.arrow) return '';
  if (a === T.comma || a === T.semicolon) return ' ';
  if (inHeader && (a === T.dot || b === T.dot || a === T.colon || b === T.colon)) return '';
  const loose = inHeader && (isLoose(a) || isLoose(b));
  if (loose) return kept;
  if (b === T.openParen) return callGap(a, kept);
  if (b === T.openBracket) return isOperand(a) && !isKeyword(a) ? '' : a === T.in || isKeyword(a) ? ' ' : kept;
  if (a === T.increment || a === T.decrement) return isPrefix(tree, before) ? '' : isBinary(b) ? ' ' : kept;
  if (b === T.increment || b === T.decrement) return isOperand(a) ? '' : isBinary(a) ? ' ' : kept;
  if (isSign(a) && isPrefix(tree, before)) return '';
  if (isSort(tree, left, right)) return kept;
  if (isBinary(a) || isBinary(b)) return ' ';
  // `[a] in b`, `if (x) y`
  return (a === T.closeParen || a === T.closeBracket) && startsOperand(b) && !/^\$+$/.test(textAt(tree, right))
    ? ' '
    : kept;
}

function startsOperand(kind: number): boolean {
  return (
    kind === T.identifier ||
    kind === T.number ||
    kind === T.string ||
    isKeyword(kind) ||
    (kind >= T.argument && kind <= T.atWord)
  );
}

/** What is a suffix or a wild card in a header. */
function isLoose(kind: number): boolean {
  return kind === T.question || kind === T.bang || kind === T.percent || kind === T.star;
}

function callGap(before: number, kept: '' | ' '): '' | ' ' {
  if (before === T.identifier || before === T.atWord) return '';
  if (before === T.longType || before === T.stringType) return '';
  if (before === T.function) return kept;
  return isKeyword(before) || isBinary(before) ? ' ' : kept;
}

/** `foreach (x in array- limit 5)`, `foreach ([a+, b] in …)`: the sign belongs to the name before it. */
function isSort(tree: StapTree, left: number, right: number): boolean {
  const isSortSign = (index: number) => {
    const kind = kindOf(tree, index);
    if (kind !== T.plus && kind !== T.minus) return false;
    let next = index + 1;
    while (kindOf(tree, next) === T.space) next++;
    const after = kindOf(tree, next);
    return (
      after === T.comma || after === T.closeBracket || after === T.closeParen || after === T.limit || after === T.in
    );
  };
  return isSortSign(left) || isSortSign(right);
}

/** Whether a sign stands before its operand: nothing that it could join stands to its left. */
function isPrefix(tree: StapTree, before: number): boolean {
  if (before < 0) return true;
  const kind = kindOf(tree, before);
  return !isOperand(kind) || kind === T.return || kind === T.in;
}

function isOperand(kind: number): boolean {
  const literal =
    kind === T.identifier ||
    kind === T.number ||
    kind === T.string ||
    kind === T.embedded ||
    (kind >= T.argument && kind <= T.atWord);
  return literal || kind === T.closeParen || kind === T.closeBracket || kind === T.increment || kind === T.decrement;
}

function isSign(kind: number): boolean {
  return kind === T.plus || kind === T.minus || kind === T.bang || kind === T.tilde || kind === T.ampersand;
}

function isBinary(kind: number): boolean {
  return (
    kind === T.dot ||
    kind === T.question ||
    kind === T.colon ||
    (kind >= T.plus && kind <= T.orOr) ||
    (kind >= T.shiftLeft && kind <= T.shiftRightUnsigned)
  );
}
