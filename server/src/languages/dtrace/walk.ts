// The children of a node, in the order of the text: for everything that walks a tree without caring for its kinds.
import type { DNode } from './syntax.ts';

/** The direct children of a node, in order; absent ones are left out. */
export function childrenOf(node: DNode): readonly DNode[] {
  switch (node.kind) {
    case 'program':
      return node.items;
    case 'clause':
      return some(...node.descriptions, node.predicate, node.body);
    case 'probeDescription':
      return some(node.provider, node.module, node.function, node.name);
    case 'predicate':
    case 'expressionStatement':
    case 'parenthesized':
      return [node.expression];
    case 'block':
      return node.statements;
    case 'if':
      return some(node.condition, node.then, node.else);
    case 'declaration':
    case 'memberDeclaration':
      return [node.specifiers, ...node.declarators];
    case 'inline':
      return [node.specifiers, node.declarator, node.value];
    case 'translator':
      return [node.output, node.input, node.parameter, ...node.members];
    case 'translatorMember':
      return [node.name, node.value];
    case 'provider':
      return [node.name, ...node.probes];
    case 'probeDeclaration':
      return some(node.name, node.input, node.output);
    case 'specifiers':
      return node.words;
    case 'struct':
      return some(node.name, ...(node.members ?? []));
    case 'enum':
      return some(node.name, ...(node.enumerators ?? []));
    case 'enumerator':
      return some(node.name, node.value);
    case 'declarator':
      return some(...node.pointers, node.name, node.inner, ...node.suffixes, node.bits);
    case 'array':
      return some(node.size, ...(node.keys ?? []));
    case 'function':
      return node.parameters;
    case 'parameter':
      return some(node.type);
    case 'typeName':
      return [node.specifiers, node.declarator];
    case 'call':
      return [node.callee, ...node.arguments];
    case 'index':
      return [node.object, ...node.keys];
    case 'member':
      return [node.object, node.name];
    case 'unary':
    case 'postfix':
      return [node.operand];
    case 'binary':
    case 'assignment':
      return [node.left, node.right];
    case 'conditional':
      return [node.condition, node.then, node.else];
    case 'cast':
    case 'xlate':
      return [node.type, node.operand];
    case 'sizeofType':
      return [node.type];
    case 'offsetof':
      return [node.type, node.member];
    default:
      return [];
  }
}

function some(...nodes: readonly (DNode | undefined)[]): DNode[] {
  return nodes.filter((node) => node !== undefined);
}

/** The nodes whose spans hold an offset, from the program inwards; at a border, the one that begins there wins. */
export function nodesAt(root: DNode, offset: number): DNode[] {
  const path: DNode[] = [root];
  for (;;) {
    const last = path.at(-1) ?? root;
    const inside = childrenOf(last).filter((child) => child.start <= offset && offset <= child.end);
    const next = inside.find((child) => offset < child.end || child.start === child.end) ?? inside.at(-1);
    if (!next) return path;
    path.push(next);
  }
}
