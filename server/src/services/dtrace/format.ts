// Formatting of D scripts in the manual's style: descriptions, predicate and braces in the first column, one step per
// block, spaces around binary operators and none behind unary ones or before a call's parenthesis.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { FormattingOptions, TextEdit } from 'vscode-languageserver-types';
import type { Span } from '../../base/text.ts';
import { childrenOf } from '../../languages/dtrace/walk.ts';
import { K, T, tokenIndexAt } from '../../languages/dtrace/tokens.ts';
import type { Block, DNode, DTree, Item, Specifiers, Statement } from '../../languages/dtrace/syntax.ts';
import { boundsOf, formatEdits, hasProblems, keepApart, type Layout } from '../layout.ts';
import { endOf, kindOf, startOf } from './place.ts';

export function format(
  document: TextDocument,
  tree: DTree,
  span: Span | undefined,
  options: FormattingOptions,
): readonly TextEdit[] {
  if (hasProblems(tree.problems, span)) return [];
  return formatEdits(document, layoutOf(tree, span), span, options);
}

/** After `}` the block that it ends, after `;` the statement's line. */
export function formatOnType(
  document: TextDocument,
  tree: DTree,
  offset: number,
  character: string,
  options: FormattingOptions,
): readonly TextEdit[] {
  const item = tree.program.items.find(({ start, end }) => start < offset && offset <= end);
  if (!item || hasProblems(tree.problems, item)) return [];
  const line = { start: tree.text.lastIndexOf('\n', offset - 1) + 1, end: offset };
  if (character === ';') return format(document, tree, { start: Math.max(0, line.start - 1), end: offset }, options);
  return character === '}' ? format(document, tree, { start: Math.max(0, item.start), end: offset }, options) : [];
}

interface Marks {
  readonly levels: Map<number, number>;
  readonly closers: Set<number>;
  readonly breaks: Set<number>;
  /** Offsets of prefix operators. */
  readonly prefixes: Set<number>;
  /** Offsets of stars of declarators. */
  readonly pointers: Set<number>;
  /** Offsets of the slashes that begin predicates. */
  readonly predicates: Set<number>;
  /** Where a colon or an angle bracket is no operator. */
  readonly loose: Span[];
}

function layoutOf(tree: DTree, span: Span | undefined): Layout {
  const { bounds, from, to } = boundsOf(tree.program.items, tree.text, span);
  const marks: Marks = {
    levels: new Map(),
    closers: new Set(),
    breaks: new Set(),
    prefixes: new Set(),
    pointers: new Set(),
    predicates: new Set(),
    loose: [],
  };
  for (const item of tree.program.items.slice(from, to)) markItem(tree, item, marks);
  const indexes: number[] = [];
  for (
    let i = Math.max(0, tokenIndexAt(tree.tokens, bounds.start));
    i < tree.tokens.count && startOf(tree, i) < bounds.end;
    i++
  ) {
    if (kindOf(tree, i) !== T.whitespace && startOf(tree, i) >= bounds.start) indexes.push(i);
  }
  const verbatim = verbatimSpans(tree);
  return {
    text: tree.text,
    bounds,
    starts: indexes.map((index) => startOf(tree, index)),
    ends: indexes.map((index) => trimmedEnd(tree, index)),
    isComment: (index) => kindOf(tree, indexes[index] ?? 0) === T.comment,
    ...marks,
    verbatim,
    between: (left, right) => between(tree, marks, indexes[left] ?? 0, indexes[right] ?? 0),
  };
}

/** Control lines with what is before and behind them, what the preprocessor leaves out or makes, and the first line. */
function verbatimSpans(tree: DTree): readonly Span[] {
  const spans: Span[] = [];
  if (tree.interpreter) spans.push({ start: 0, end: tree.interpreter.end });
  for (let i = 0; i < tree.tokens.count; i++) {
    if (kindOf(tree, i) !== T.control) continue;
    const start = i > 0 && kindOf(tree, i - 1) === T.whitespace ? startOf(tree, i - 1) : startOf(tree, i);
    spans.push({ start, end: trimmedEnd(tree, i) });
  }
  let depth = 0;
  let from = 0;
  for (const { directive, start, end } of tree.controls) {
    if (directive.startsWith('if') && depth++ === 0) from = start;
    if (directive === 'endif' && depth > 0 && --depth === 0) spans.push({ start: from, end });
  }
  for (const { start, end } of tree.macroUses) spans.push({ start, end });
  return merged(spans);
}

/** Without the line break that some tokens have at their end. */
function trimmedEnd(tree: DTree, index: number): number {
  const end = endOf(tree, index);
  if (tree.text.charAt(end - 1) !== '\n') return end;
  return tree.text.charAt(end - 2) === '\r' ? end - 2 : end - 1;
}

function merged(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && span.start <= last.end)
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else result.push(span);
  }
  return result;
}

function markItem(tree: DTree, item: Item, marks: Marks): void {
  marks.levels.set(item.start, 0);
  switch (item.kind) {
    case 'clause':
      for (const description of item.descriptions) marks.levels.set(description.start, 0);
      if (item.predicate) {
        marks.levels.set(item.predicate.start, 0);
        marks.predicates.add(item.predicate.start);
      }
      if (item.body) markBlock(tree, item.body, 0, marks);
      break;
    case 'translator':
      marks.loose.push({ start: item.start, end: item.members[0]?.start ?? item.end });
      markMembers(tree, item, item.members, marks);
      break;
    case 'provider':
      markMembers(tree, item, item.probes, marks);
      break;
    case 'declaration':
      markSpecifiers(tree, item.specifiers, 0, marks);
      break;
    default:
  }
  markOperators(item, marks);
}

/** Members between the braces of an item that ends with them. */
function markMembers(tree: DTree, item: Span, members: readonly Span[], marks: Marks): void {
  const close = tree.text.lastIndexOf('}', item.end);
  const isLong =
    members[0] !== undefined &&
    tree.text.slice(tree.text.lastIndexOf('{', members[0].start), members[0].start).includes('\n');
  for (const member of members) {
    marks.levels.set(member.start, 1);
    if (isLong) marks.breaks.add(member.start);
  }
  markClose(close, 0, isLong, marks);
}

function markClose(close: number, level: number, isLong: boolean, marks: Marks): void {
  marks.levels.set(close, level);
  marks.closers.add(close);
  if (isLong) marks.breaks.add(close);
}

function markBlock(tree: DTree, block: Block, level: number, marks: Marks): void {
  const first = block.statements[0];
  const isLong =
    first !== undefined &&
    tree.text
      .slice(block.start, first.start)
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .includes('\n');
  if (!marks.levels.has(block.start)) marks.levels.set(block.start, level);
  for (const statement of block.statements) markStatement(tree, statement, level + 1, isLong, marks);
  if (block.closed) markClose(block.end - 1, level, isLong, marks);
}

function markStatement(tree: DTree, statement: Statement, level: number, isLong: boolean, marks: Marks): void {
  // The semicolon of an empty statement ends nothing that stands before it.
  if (statement.kind === 'emptyStatement') return;
  marks.levels.set(statement.start, level);
  if (isLong) marks.breaks.add(statement.start);
  if (statement.kind === 'block') markBlock(tree, statement, level, marks);
  if (statement.kind !== 'if') return;
  for (const branch of [statement.then, statement.else]) {
    if (!branch) continue;
    if (branch.kind === 'block') markBlock(tree, branch, level, marks);
    else if (branch.kind === 'if' && branch === statement.else) markStatement(tree, branch, level, false, marks);
    else markStatement(tree, branch, level + 1, false, marks);
  }
  if (statement.else) {
    const between = tree.text.slice(statement.then.end, statement.else.start);
    const at = between.search(/\belse\b/);
    if (at >= 0) marks.levels.set(statement.then.end + at, level);
  }
}

function markSpecifiers(tree: DTree, { words }: Specifiers, level: number, marks: Marks): void {
  for (const word of words) {
    const members = word.kind === 'struct' ? word.members : word.kind === 'enum' ? word.enumerators : undefined;
    const [first] = members ?? [];
    if (!members || !first) continue;
    const open = tree.text.lastIndexOf('{', first.start);
    const isLong = tree.text.slice(open, first.start).includes('\n');
    marks.levels.set(open, level);
    for (const member of members) {
      marks.levels.set(member.start, level + 1);
      if (member.kind === 'memberDeclaration') {
        if (isLong) marks.breaks.add(member.start);
        markSpecifiers(tree, member.specifiers, level + 1, marks);
      }
    }
    markClose(word.end - 1, level, isLong, marks);
  }
}

/** Which signs are prefix operators or pointers. A loop: expressions can be deep. */
function markOperators(item: DNode, marks: Marks): void {
  const open: DNode[] = [item];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.kind === 'unary') marks.prefixes.add(node.start);
    else if (node.kind === 'pointer') marks.pointers.add(node.start);
    else if (node.kind === 'xlate') marks.loose.push({ start: node.start, end: node.operand.start });
    open.push(...childrenOf(node));
  }
}

const tightAfter = new Set<number>([T.openParen, T.openBracket, T.arrow, T.dot]);
const tightBefore = new Set<number>([T.closeParen, T.closeBracket, T.comma, T.semicolon, T.arrow, T.dot]);

function between(tree: DTree, marks: Marks, left: number, right: number): '' | ' ' | undefined {
  const wanted = wantedGap(tree, marks, left, right);
  return wanted === undefined ? undefined : keepApart(textAt(tree, left), textAt(tree, right), wanted);
}

function textAt(tree: DTree, index: number): string {
  return tree.text.slice(startOf(tree, index), endOf(tree, index));
}

function wantedGap(tree: DTree, marks: Marks, left: number, right: number): '' | ' ' | undefined {
  const from = endOf(tree, left);
  const to = startOf(tree, right);
  const kept = from === to ? '' : ' ';
  const a = kindOf(tree, left);
  const b = kindOf(tree, right);
  if (a === T.comment || b === T.comment || marks.loose.some(({ start, end }) => start <= from && to <= end))
    return kept;
  if (b === T.openBrace || a === T.closeBrace) return b === T.semicolon || b === T.comma ? '' : ' ';
  if (a === T.openBrace || b === T.closeBrace) return a === T.openBrace && b === T.closeBrace ? kept : ' ';
  if (tightBefore.has(b)) return '';
  if (tightAfter.has(a)) return '';
  if (a === T.comma || a === T.semicolon) return ' ';
  // The slashes of a predicate, and what is before the first.
  if (b === T.predicateEnd || marks.predicates.has(startOf(tree, left))) return kept;
  if (a === T.specification || a === T.predicateEnd || b === T.specification) return ' ';
  if (b === T.openParen) return openGap(a, kept);
  if (b === T.openBracket) return isOperand(a) || a === T.aggregation ? '' : kept;
  if (marks.pointers.has(to)) return a === T.star ? '' : kept === '' && isOperand(a) ? ' ' : kept;
  if (marks.pointers.has(startOf(tree, left))) return b === T.identifier ? '' : kept;
  if (a === T.increment || a === T.decrement || b === T.increment || b === T.decrement)
    return stepGap(tree, marks, left, right, kept);
  if (marks.prefixes.has(startOf(tree, left)) && !isWordOperator(a)) return '';
  if (isBinary(b) && !marks.prefixes.has(to)) return ' ';
  if (isBinary(a)) return ' ';
  return kept;
}

function openGap(before: number, kept: '' | ' '): '' | ' ' {
  if (before === T.identifier) return '';
  if (before === K.if) return ' ';
  if (before === K.sizeof || before === K.offsetof || before === K.stringof) return kept;
  return isBinary(before) ? ' ' : kept;
}

/** `x++`, `++x`, and `a + ++b`. */
function stepGap(tree: DTree, marks: Marks, left: number, right: number, kept: '' | ' '): '' | ' ' {
  const a = kindOf(tree, left);
  const b = kindOf(tree, right);
  if (marks.prefixes.has(startOf(tree, left)) && (a === T.increment || a === T.decrement)) return '';
  if ((b === T.increment || b === T.decrement) && !marks.prefixes.has(startOf(tree, right))) return '';
  return isBinary(a) || isBinary(b) ? ' ' : kept;
}

function isOperand(kind: number): boolean {
  return (
    kind === T.identifier ||
    kind === T.macro ||
    kind === T.closeParen ||
    kind === T.closeBracket ||
    kind === T.string ||
    kind >= T.firstKeyword
  );
}

function isWordOperator(kind: number): boolean {
  return kind === K.sizeof || kind === K.stringof;
}

function isBinary(kind: number): boolean {
  return (kind >= T.assign && kind <= T.logicalOr) || kind === T.question || kind === T.colon;
}
