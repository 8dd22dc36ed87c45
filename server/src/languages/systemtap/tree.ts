// Walking SystemTap's tree without knowing each kind: children in the text's order, the path to an offset, and the
// comment above a declaration.
import type { Span } from '../../base/text.ts';
import type { StapTree, SyntaxNode } from './syntax.ts';
import { T, tokenIndexAt } from './tokens.ts';

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'kind' in value && 'start' in value;

function collect(value: unknown, into: SyntaxNode[]): void {
  if (Array.isArray(value)) for (const element of value as unknown[]) collect(element, into);
  else if (isNode(value)) into.push(value);
}

/** The nodes directly below a node, those of a target's base and members among them. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (const [field, value] of Object.entries(node)) {
    if (typeof value !== 'object' || value === null || field === 'origin') continue;
    if (node.kind === 'target' && (field === 'base' || field === 'members')) {
      for (const part of field === 'base' ? [value as object] : (value as object[])) {
        for (const inner of Object.values(part)) collect(inner, found);
      }
    } else collect(value, found);
  }
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The nodes around an offset, outermost first. Of two that touch there, the one that begins. */
export function pathTo(tree: StapTree, offset: number): readonly SyntaxNode[] {
  const path: SyntaxNode[] = [];
  let below: readonly SyntaxNode[] = tree.declarations;
  for (;;) {
    const around = below.filter((node) => node.start <= offset && offset <= node.end && node.end > node.start);
    const node = around.find((each) => each.start === offset) ?? around.at(-1);
    if (!node) return path;
    path.push(node);
    below = childrenOf(node);
  }
}

export function spansAround(tree: StapTree, offset: number): readonly Span[] {
  const spans: Span[] = [{ start: 0, end: tree.text.length }];
  const add = (span: Span): void => {
    const last = spans.at(-1);
    if (last && span.start >= last.start && span.end <= last.end && (span.start > last.start || span.end < last.end)) {
      spans.push({ start: span.start, end: span.end });
    }
  };
  for (const node of pathTo(tree, offset)) add(node);
  const index = tokenIndexAt(tree.tokens, offset);
  const { kinds, starts } = tree.tokens;
  if (index >= 0 && kinds[index] !== T.space) add({ start: starts[index] ?? 0, end: starts[index + 1] ?? 0 });
  return spans;
}

/** The comment that ends on the line above (or on the same line before) an offset, without its markers. */
export function commentAbove(tree: StapTree, offset: number): string | undefined {
  const { kinds, starts } = tree.tokens;
  const textOf = (index: number): string => tree.text.slice(starts[index], starts[index + 1]);
  const lines: string[] = [];
  for (let at = tokenIndexAt(tree.tokens, offset) - 1; at >= 0; at--) {
    const kind = kinds[at];
    const text = textOf(at);
    if (kind === T.space) {
      if ((text.match(/\n/g)?.length ?? 0) > 1) break;
    } else if (kind === T.lineComment) {
      if (text.startsWith('#!')) break;
      // A comment behind code belongs to the code.
      const before = tree.text.slice(tree.text.lastIndexOf('\n', (starts[at] ?? 0) - 1) + 1, starts[at]);
      if (before.trim() !== '') break;
      lines.unshift(text.replace(/^(?:#+|\/\/+)[ \t]?/, '').trimEnd());
    } else if (kind === T.blockComment) {
      if (lines.length > 0) break;
      const inner = text.replace(/^\/\*+/, '').replace(/\*+\/$/, '');
      lines.unshift(...inner.split('\n').map((line) => line.replace(/^\s*\*?[ \t]?/, '').trimEnd()));
      break;
    } else break;
  }
  const joined = lines.join('\n').trim();
  return joined === '' ? undefined : joined;
}
