// Renders a SystemTap tree as indented text, for corpus files: kind, the scalar fields, then the children by field.
import type { StapTree } from '../../server/src/languages/systemtap/syntax.ts';

const skipped = new Set(['kind', 'start', 'end', 'span', 'keyword', 'nameSpan', 'operatorSpan', 'parts', 'origin']);

const isNode = (value: unknown): value is Record<string, unknown> & { kind: string } =>
  typeof value === 'object' && value !== null && 'kind' in value;

function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint' || typeof value === 'number' || value === true) return String(value);
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !isNode(value)) {
    return Object.values(value).map(scalar).join(' ');
  }
  return undefined;
}

function render(node: Record<string, unknown> & { kind: string }, indent: string, label: string): string {
  const attributes: string[] = [];
  const children: string[] = [];
  for (const [field, value] of Object.entries(node)) {
    if (skipped.has(field) || value === false || value === '') continue;
    if (isNode(value)) children.push(render(value, `${indent}  `, `${field}: `));
    else if (Array.isArray(value)) {
      for (const element of value as unknown[]) {
        if (isNode(element)) children.push(render(element, `${indent}  `, `${field}: `));
      }
    } else {
      const text = scalar(value);
      if (text !== undefined) attributes.push(`${field}=${text}`);
    }
  }
  const head = `${indent}${label}(${[node.kind, ...attributes].join(' ')}`;
  return children.length === 0 ? `${head})` : `${head}\n${children.join('\n')})`;
}

/** The declarations, then a line for each diagnostic: `! "text": message`. */
export function renderTree(tree: StapTree): string {
  const nodes = tree.declarations.map((declaration) => render({ ...declaration }, '', ''));
  const problems = tree.diagnostics
    .filter(({ severity }) => severity !== 'information')
    .map(({ span, message }) => `! ${JSON.stringify(tree.text.slice(span.start, span.end))}: ${message}`);
  return [...nodes, ...problems].join('\n');
}
