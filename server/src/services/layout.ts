// The part of formatting that both languages share: a new layout is a new white space between tokens, never another
// token, so that comments, embedded C and control lines stay what they are. A line that begins a statement gets its
// block's indentation; a line that goes on moves along with the one that it goes on from. Line breaks stay where the
// author put them, but for statements that share a line in a block of several.
// Invariant: applied to its own result, it changes nothing.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { FormattingOptions, TextEdit } from 'vscode-languageserver-types';
import type { Span } from '../base/text.ts';
import { overlaps, rangeOf } from './places.ts';

export interface Layout {
  readonly text: string;
  /** What is laid out, white space at its ends included. */
  readonly bounds: Span;
  /** Of all tokens in it but white space, in order. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly isComment: (index: number) => boolean;
  /** Indentation of a line that begins with the token at an offset, in steps; absent: the line goes on. */
  readonly levels: ReadonlyMap<number, number>;
  /** Offsets of tokens that end a block: a comment before one belongs to the block. */
  readonly closers: ReadonlySet<number>;
  /** Offsets of tokens that stay where they are on their line. */
  readonly still?: ReadonlySet<number>;
  /** Offsets of tokens that begin a line of their own. */
  readonly breaks: ReadonlySet<number>;
  /** What stands between two tokens of one line; undefined: what is there. */
  readonly between: (left: number, right: number) => '' | ' ' | undefined;
  /** Where white space stays as it is; sorted. */
  readonly verbatim: readonly Span[];
}

interface Change extends Span {
  readonly newText: string;
}

/** The edits inside a span, or of the whole text. */
export function formatEdits(
  document: TextDocument,
  layout: Layout,
  span: Span | undefined,
  options: FormattingOptions,
): readonly TextEdit[] {
  const inside = (change: Change) => !span || (span.start <= change.start && change.end <= span.end);
  return changesOf(layout, options)
    .filter((change) => inside(change) && layout.text.slice(change.start, change.end) !== change.newText)
    .map((change) => ({ range: rangeOf(document, change), newText: change.newText }));
}

function changesOf(layout: Layout, options: FormattingOptions): readonly Change[] {
  const { text, bounds, starts, ends } = layout;
  const changes: Change[] = [];
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  // Widths of the line that began a statement last: as it was, and as it will be.
  let before = 0;
  let after = 0;
  let verbatim = 0;
  for (let i = 0; i <= starts.length; i++) {
    const start = ends[i - 1] ?? bounds.start;
    const end = starts[i] ?? bounds.end;
    while ((layout.verbatim[verbatim]?.end ?? Infinity) <= start) verbatim++;
    const gap = text.slice(start, end);
    const kept = layout.verbatim[verbatim];
    if (
      kept &&
      ((kept.start < end && start < kept.end) || (start === end && kept.start <= start && start < kept.end))
    ) {
      if (gap.includes('\n') && layout.levels.has(end)) before = after = widthOf(gap, options.tabSize);
      continue;
    }
    if (i === starts.length) {
      if (end === text.length) changes.push({ start, end, newText: starts.length === 0 ? '' : newline });
      continue;
    }
    const lines = gap.split('\n').length - 1;
    const isFirst = i === 0 && start === 0;
    if (i === 0 && !isFirst && lines === 0) continue;
    if (!isFirst && lines === 0 && !layout.breaks.has(end)) {
      const wanted = layout.isComment(i) && gap !== '' ? gap : layout.between(i - 1, i);
      if (wanted !== undefined) changes.push({ start, end, newText: wanted });
      continue;
    }
    if (layout.still?.has(end)) continue;
    const was = lines > 0 || isFirst ? widthOf(gap, options.tabSize) : before;
    const level = levelAt(layout, i);
    let width: number;
    if (level === undefined) width = was > before ? after + was - before : after + stepOf(options);
    else {
      width = level * stepOf(options);
      before = was;
      after = width;
    }
    const breaks = isFirst ? '' : newline.repeat(isEdge(layout, start, end) ? 1 : Math.min(Math.max(lines, 1), 2));
    const indentation = indent(width, options);
    changes.push({ start, end, newText: breaks + indentation });
    if (layout.isComment(i)) changes.push(...starLines(text, end, ends[i] ?? end, indentation));
  }
  return changes;
}

/** Directly inside a block's braces, where no empty line stands. */
function isEdge({ text, closers }: Layout, start: number, end: number): boolean {
  return text.charAt(start - 1) === '{' || closers.has(end);
}

/** A comment is indented like what follows it. */
function levelAt(layout: Layout, index: number): number | undefined {
  let i = index;
  while (i < layout.starts.length && layout.isComment(i)) i++;
  const start = layout.starts[i];
  if (start === undefined) return 0;
  const level = layout.levels.get(start);
  return level !== undefined && i > index && layout.closers.has(start) ? level + 1 : level;
}

/** The lines of a block comment that begin with a star. */
function starLines(text: string, start: number, end: number, indentation: string): readonly Change[] {
  const changes: Change[] = [];
  for (const match of text.slice(start, end).matchAll(/\n([ \t]*)(?=\*)/g)) {
    const from = start + match.index + 1;
    changes.push({ start: from, end: from + (match[1]?.length ?? 0), newText: `${indentation} ` });
  }
  return changes;
}

/** How wide the last line of a white space is. */
function widthOf(gap: string, tabSize: number): number {
  let width = 0;
  for (const character of gap.slice(gap.lastIndexOf('\n') + 1)) {
    width = character === '\t' ? width + tabSize - (width % tabSize) : width + 1;
  }
  return width;
}

function stepOf({ tabSize }: FormattingOptions): number {
  return Math.max(1, tabSize);
}

function indent(width: number, { insertSpaces, tabSize }: FormattingOptions): string {
  if (insertSpaces) return ' '.repeat(width);
  return '\t'.repeat(Math.floor(width / tabSize)) + ' '.repeat(width % tabSize);
}

/** A space where two tokens would become another one without it. */
export function keepApart(left: string, right: string, wanted: '' | ' '): '' | ' ' {
  if (wanted === ' ') return wanted;
  const merges = /[\w$@]$/.test(left)
    ? /^[\w$]/.test(right)
    : /[-+&|<>=*/%^!~.:?@$#]$/.test(left) && /^[-+&|<>=*/%^!~.:?({]/.test(right) && wouldMerge(left, right);
  return merges ? ' ' : wanted;
}

function wouldMerge(left: string, right: string): boolean {
  const pair = `${left.slice(-1)}${right.charAt(0)}`;
  return /^(?:\+\+|--|&&|\|\||<<|>>|[-+*/%&|^<>=!.]=|->|\/\*|\/\/|\^\^|=~|!~|%[(){}?:]|\*\/)$/.test(pair);
}

/** The items that a span touches, with the white space around them. */
export function boundsOf(
  items: readonly Span[],
  text: string,
  span: Span | undefined,
): { readonly bounds: Span; readonly from: number; readonly to: number } {
  if (!span) return { bounds: { start: 0, end: text.length }, from: 0, to: items.length };
  let from = items.findIndex(({ end }) => end >= span.start);
  if (from < 0) from = items.length;
  let to = from;
  while (to < items.length && (items[to]?.start ?? 0) <= span.end) to++;
  return { bounds: { start: items[from - 1]?.end ?? 0, end: items[to]?.start ?? text.length }, from, to };
}

/** Whether errors stand where the edits would be. */
export function hasProblems(problems: readonly Span[], span: Span | undefined): boolean {
  return span
    ? problems.some((problem) => overlaps({ start: problem.start, end: problem.end + 1 }, span))
    : problems.length > 0;
}
