// Prints D trees as the corpus files have them: one node a line, indented, with what distinguishes it.
import { childrenOf } from '../../../server/src/languages/dtrace/index.ts';
import type { DNode, DTree } from '../../../server/src/languages/dtrace/syntax.ts';

export function printTree(tree: DTree): string {
  const lines: string[] = [];
  const visit = (node: DNode, indent: string): void => {
    lines.push(`${indent}${describe(node)}`);
    for (const child of childrenOf(node)) visit(child, `${indent}  `);
  };
  for (const item of tree.program.items) visit(item, '');
  for (const line of tree.controls) {
    const words = line.words.map((word) => (word.type === 'string' ? JSON.stringify(word.text) : word.text));
    lines.push(['#', line.directive, ...words, ...(line.skipped ? ['(skipped)'] : [])].join(' '));
  }
  for (const problem of tree.problems) {
    lines.push(`! ${problem.tag} ‹${tree.text.slice(problem.start, problem.end)}› ${problem.message}`);
  }
  return lines.join('\n');
}

function describe(node: DNode): string {
  switch (node.kind) {
    case 'identifier':
    case 'aggregation':
      return `${node.kind} ${node.name}`;
    case 'name':
    case 'namedType':
    case 'word':
    case 'probePart':
      return `${node.kind} ${node.text}`;
    case 'integer':
      return `integer ${node.value}${node.suffix}`;
    case 'character':
      return `character ${node.value}`;
    case 'string':
      return `string ${JSON.stringify(node.value)}`;
    case 'macroArgument':
      return `macroArgument ${node.asString ? '$$' : '$'}${node.name}`;
    case 'unary':
    case 'postfix':
    case 'binary':
    case 'assignment':
    case 'member':
      return `${node.kind} ${node.operator}`;
    case 'probeDescription':
      return `probeDescription${node.number === undefined ? '' : ` ${node.number}`}${node.overlong ? ' overlong' : ''}`;
    case 'struct':
      return node.keyword;
    default:
      return node.kind;
  }
}
