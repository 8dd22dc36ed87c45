// The probe points of a script that name markers in user-space programs, in the neutral model's words, with the
// arguments that their handlers use.
import type { Span } from '../../base/text.ts';
import type { ArgumentUse, ProbeReference } from '../model.ts';
import { flattenPoint, type FlatPoint } from './points.ts';
import type { Analysis } from './scopes.ts';
import type { Alias, Block, Component, Probe, StapTree } from './syntax.ts';

/** A string argument and its place between the quotes. */
function stringArgument(
  tree: StapTree,
  component: Component | undefined,
): { readonly text: string; readonly span: Span } | undefined {
  const literal = component?.argument;
  if (literal?.kind !== 'string') return undefined;
  const quoted =
    tree.text[literal.start] === '"' && tree.text[literal.end - 1] === '"' && literal.end - literal.start >= 2;
  const span = quoted ? { start: literal.start + 1, end: literal.end - 1 } : { start: literal.start, end: literal.end };
  return { text: literal.value, span };
}

const begins = (body: Block): boolean => body.statements.find((statement) => statement.kind !== 'empty')?.kind === 'if';

export function probeReferences(a: Analysis): readonly ProbeReference[] {
  const { tree } = a.document;
  const references: ProbeReference[] = [];
  const uses = argumentUses(a);
  for (const declaration of tree.declarations) {
    if (declaration.kind !== 'probe' && declaration.kind !== 'alias') continue;
    const points = declaration.points.flatMap(flattenPoint).filter((flat) => flat.components[0]?.name === 'process');
    const inside = points.length === 0 ? [] : usesWithin(uses, declaration);
    for (const flat of points) {
      const reference = referenceOf(tree, declaration, flat, inside);
      if (reference) references.push(reference);
    }
  }
  return references;
}

/** Uses are in the text's order. */
function usesWithin(uses: readonly ArgumentUse[], { start, end }: Span): readonly ArgumentUse[] {
  let low = 0;
  let high = uses.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((uses[middle]?.span.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < uses.length && (uses[last]?.span.end ?? 0) <= end) last++;
  return uses.slice(low, last);
}

function argumentUses(a: Analysis): readonly ArgumentUse[] {
  const uses: ArgumentUse[] = [];
  for (const { node, wrapper } of a.targets) {
    if (node.base.kind !== 'variable' || node.base.origin) continue;
    const number = /^\$arg(\d+)$/.exec(node.base.name)?.[1];
    if (number === undefined) continue;
    const { span } = node.base;
    uses.push({ index: Number(number) - 1, span, ...(wrapper === undefined ? {} : { wrapper }) });
  }
  return uses.sort((x, y) => x.span.start - y.span.start);
}

function referenceOf(
  tree: StapTree,
  declaration: Probe | Alias,
  flat: FlatPoint,
  uses: readonly ArgumentUse[],
): ProbeReference | undefined {
  const component = (name: string): Component | undefined => flat.components.find((each) => each.name === name);
  const marker = stringArgument(tree, component('mark'));
  if (flat.components[0]?.name !== 'process' || !marker) return undefined;
  const provider = stringArgument(tree, component('provider'));
  const executable = stringArgument(tree, flat.components[0]);
  const library = stringArgument(tree, component('library'));
  const { start, end } = flat.point;
  return {
    text: tree.text.slice(start, end),
    span: { start, end },
    clause: { start: declaration.start, end: declaration.end },
    handler: { start: declaration.body.start, end: declaration.body.end },
    ...(provider ? { provider } : {}),
    marker: { pattern: marker.text, span: marker.span },
    ...(executable ? { executable } : {}),
    ...(library ? { library } : {}),
    optional: flat.suffix !== '',
    hasPredicate: flat.conditions.length > 0 || begins(declaration.body),
    arguments: uses,
  };
}
