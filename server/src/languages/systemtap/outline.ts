// What the document's shape gives: the outline, folds and colours of tokens.
import type { Span } from '../../base/text.ts';
import type { Fold, OutlineItem, SemanticToken } from '../model.ts';
import { stapFunctions } from '../../catalogue/systemtap.ts';
import { kindOf, pointsText, signature } from './render.ts';
import type { Analysis, Thing } from './scopes.ts';

import type { Declaration, StapTree, SyntaxNode } from './syntax.ts';
import { childrenOf } from './tree.ts';
import { T } from './tokens.ts';

const spanOf = ({ start, end }: Span): Span => ({ start, end });

export function outlineOf(a: Analysis): readonly OutlineItem[] {
  const { tree } = a.document;
  const items: OutlineItem[] = tree.declarations.flatMap((declaration) => outlineItems(a, declaration));
  for (const macro of tree.macros) {
    const detail = macro.parameters.length > 0 ? `(${macro.parameters.join(', ')})` : '';
    items.push({
      name: `@${macro.name}`,
      detail,
      kind: 'macro',
      span: macro.span,
      nameSpan: macro.nameSpan,
      children: [],
    });
  }
  return items.sort((x, y) => x.span.start - y.span.start);
}

function outlineItems(a: Analysis, declaration: Declaration): OutlineItem[] {
  const { tree } = a.document;
  const span = spanOf(declaration);
  switch (declaration.kind) {
    case 'probe': {
      const first = declaration.points[0];
      const last = declaration.points.at(-1);
      const nameSpan =
        first && last && last.end > first.start ? { start: first.start, end: last.end } : spanOf(declaration.keyword);
      const name = pointsText(tree, declaration.points).trim();
      return [{ name: name === '' ? 'probe' : name, detail: '', kind: 'probe', span, nameSpan, children: [] }];
    }
    case 'alias':
      return declaration.names.map((point) => ({
        name: pointsText(tree, [point]),
        detail: `${declaration.style === 'epilogue' ? '+=' : '='} ${pointsText(tree, declaration.points)}`,
        kind: 'probeAlias' as const,
        span,
        nameSpan: spanOf(point),
        children: [],
      }));
    case 'function':
      if (declaration.name.name === '') return [];
      return [
        {
          name: declaration.name.name,
          detail: signature(declaration).slice(declaration.name.name.length).trim(),
          kind: 'function',
          span,
          nameSpan: spanOf(declaration.name),
          children: [],
        },
      ];
    case 'global':
      return declaration.variables
        .filter((variable) => variable.name.name !== '')
        .map((variable) => {
          const known = a.document.globals.get(variable.name.name);
          const kind = known ? kindOf(known) : 'variable';
          return {
            name: variable.name.name,
            detail: declaration.isPrivate ? 'private' : '',
            kind,
            span: spanOf(variable),
            nameSpan: spanOf(variable.name),
            children: [],
          };
        });
    case 'embeddedCode':
      return [];
  }
}

export function foldsOf(tree: StapTree): readonly Fold[] {
  const folds: Fold[] = [];
  const isLong = ({ start, end }: Span): boolean => tree.text.slice(start, end).includes('\n');
  const add = (span: Span, kind: Fold['kind'] = 'region'): void => {
    if (isLong(span)) folds.push({ span: spanOf(span), kind });
  };
  const pending: SyntaxNode[] = [...tree.declarations];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'block' || node.kind === 'embeddedCode') add(node);
    if (node.kind === 'global') add(node);
    pending.push(...childrenOf(node).filter((child) => child.end - child.start > 1));
  }
  for (const { span } of tree.macros) add(span);
  for (const { span } of tree.conditionals) add(span);
  const { count, kinds, starts } = tree.tokens;
  let first = -1;
  let end = 0;
  for (let i = 0; i <= count; i++) {
    const kind = kinds[i];
    if (kind === T.lineComment) {
      if (first < 0) first = starts[i] ?? 0;
      end = starts[i + 1] ?? 0;
      continue;
    }
    if (kind === T.space && (tree.text.slice(starts[i], starts[i + 1]).match(/\n/g)?.length ?? 0) <= 1 && i < count)
      continue;
    if (first >= 0) add({ start: first, end }, 'comment');
    first = -1;
    if (kind === T.blockComment) add({ start: starts[i] ?? 0, end: starts[i + 1] ?? 0 }, 'comment');
  }
  return folds.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
}

function thingType(thing: Thing): SemanticToken['type'] {
  if ('role' in thing) return thing.role === 'parameter' ? 'parameter' : 'variable';
  return 'alias' in thing ? 'event' : 'function';
}

/** Colours that the grammar cannot know. */
export function semanticTokensOf(
  a: Analysis,
  spanOfUse: (index: number) => Span | undefined,
): readonly SemanticToken[] {
  const { tree } = a.document;
  const tokens: SemanticToken[] = [];
  a.useThings.forEach((thing, i) => {
    const span = spanOfUse(i);
    if (!span || 'alias' in thing) return;
    const role = a.useRoles[i];
    const modifiers: SemanticToken['modifiers'][number][] = [];
    if (role === 'definition') modifiers.push('definition');
    if (role === 'write') modifiers.push('modification');
    if ('role' in thing && thing.role === 'given') modifiers.push('defaultLibrary');
    tokens.push({ span, type: thingType(thing), modifiers });
  });
  const pending: SyntaxNode[] = [...tree.declarations];
  const snapshot = stapFunctions();
  for (let node = pending.pop(); node; node = pending.pop()) {
    tokenOf(node, tokens, (name) => snapshot.has(name));
    pending.push(...childrenOf(node));
  }
  for (const { nameSpan } of tree.macroUses) tokens.push({ span: nameSpan, type: 'macro', modifiers: [] });
  for (const { nameSpan } of tree.macros) tokens.push({ span: nameSpan, type: 'macro', modifiers: ['definition'] });
  for (const { inactive } of tree.conditionals) if (inactive) addInactive(tree, inactive, tokens);
  tokens.sort((x, y) => x.span.start - y.span.start || y.span.end - x.span.end);
  let end = 0;
  return tokens.filter(({ span }) => {
    if (span.start < end || span.end <= span.start || tree.text.slice(span.start, span.end).includes('\n'))
      return false;
    end = span.end;
    return true;
  });
}

function tokenOf(node: SyntaxNode, tokens: SemanticToken[], isKnown: (name: string) => boolean): void {
  const library = ['defaultLibrary'] as const;
  switch (node.kind) {
    case 'component':
      tokens.push({ span: node.nameSpan, type: 'event', modifiers: [] });
      break;
    case 'call':
      if (isKnown(node.function.name) && !node.function.origin)
        tokens.push({ span: spanOf(node.function), type: 'function', modifiers: library });
      break;
    case 'print':
      if (!node.function.origin) tokens.push({ span: spanOf(node.function), type: 'function', modifiers: library });
      break;
    case 'target':
      if (node.base.kind !== 'auto') {
        const { span } = node.base;
        if (node.base.kind !== 'variable') tokens.push({ span, type: 'function', modifiers: library });
        else if (!node.base.origin) tokens.push({ span, type: 'variable', modifiers: ['defaultLibrary', 'readonly'] });
      }
      for (const member of node.members)
        if (member.kind === 'member') tokens.push({ span: member.span, type: 'property', modifiers: [] });
      break;
    case 'statistic':
    case 'histogram':
    case 'operator':
      tokens.push({ span: node.operatorSpan, type: 'function', modifiers: library });
      break;
    case 'type':
      tokens.push({ span: spanOf(node), type: 'type', modifiers: library });
      break;
    case 'match':
      if (node.pattern.kind === 'string') tokens.push({ span: spanOf(node.pattern), type: 'regexp', modifiers: [] });
      break;
    case 'macroCall':
      tokens.push({ span: node.nameSpan, type: 'macro', modifiers: library });
  }
}

function addInactive(tree: StapTree, span: Span, tokens: SemanticToken[]): void {
  const { count, kinds, starts } = tree.tokens;
  for (let i = 0; i < count; i++) {
    const start = starts[i] ?? 0;
    const end = starts[i + 1] ?? 0;
    if (end <= span.start || kinds[i] === T.space) continue;
    if (start >= span.end) break;
    tokens.push({ span: { start, end }, type: 'comment', modifiers: [] });
  }
}
