// Walking SystemTap's tree without knowing each kind: children in the text's order, the path to an offset, and the
// comment above a declaration.
import type { Span } from '../../base/text.ts';
import type { StapTree, SyntaxNode } from './syntax.ts';
import { T, tokenIndexAt } from './tokens.ts';

function collect(value: object, into: SyntaxNode[]): void {
  if (Array.isArray(value)) {
    for (const element of value as unknown[])
      if (typeof element === 'object' && element !== null) collect(element, into);
  } else if ('kind' in value && 'start' in value) into.push(value as SyntaxNode);
}

/** The nodes directly below a node, those of a target's base and members among them. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const fields = node as unknown as Readonly<Record<string, unknown>>;
  for (const field in fields) {
    const value = fields[field];
    if (typeof value !== 'object' || value === null || field === 'origin') continue;
    if (node.kind === 'target' && (field === 'base' || field === 'members')) {
      for (const part of field === 'base' ? [value] : (value as object[])) {
        for (const inner of Object.values(part) as unknown[]) {
          if (typeof inner === 'object' && inner !== null) collect(inner, found);
        }
      }
    } else collect(value, found);
  }
  for (let i = 1; i < found.length; i++) {
    if ((found[i]?.start ?? 0) < (found[i - 1]?.start ?? 0))
      return found.sort((a, b) => a.start - b.start || a.end - b.end);
  }
  return found;
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
