// The members behind `->` and `.`: from what the script declares, and from DTrace's own libraries. Kernel types are not
// known here (their names are in the kernel's CTF), so a chain ends where one begins.
import { dFunctions, dLibrary, dProviders, dVariables } from '../../catalogue/index.ts';
import { nodesAt } from '../../languages/dtrace/walk.ts';
import type {
  Clause,
  Declarator,
  DTree,
  Expression,
  MemberDeclaration,
  Specifiers,
} from '../../languages/dtrace/syntax.ts';
import type { ServiceContext } from '../language.ts';
import type { DScript } from './script.ts';
import { providerName } from './subjects.ts';

export interface KnownMember {
  readonly name: string;
  readonly type: string;
  /** The type that has it. */
  readonly owner: string;
  readonly library: boolean;
}

/** The type of an expression as written, as far as names tell it: `bufinfo_t *`. */
export function typeText(
  script: DScript,
  expression: Expression,
  context: ServiceContext,
  depth = 0,
): string | undefined {
  if (depth > 20) return undefined;
  const { tree } = script;
  switch (expression.kind) {
    case 'parenthesized':
      return typeText(script, expression.expression, context, depth + 1);
    case 'cast':
    case 'xlate':
      return tree.text.slice(expression.type.start, expression.type.end);
    case 'identifier':
      return (
        dVariables(context.platform).get(expression.name)?.type ??
        declaredType(script, expression.name, expression.start)
      );
    case 'call':
      return expression.callee.kind === 'identifier'
        ? dFunctions(context.platform).get(expression.callee.name)?.result
        : undefined;
    case 'index':
      return indexType(script, expression, context, depth);
    case 'member': {
      if (expression.object.kind === 'identifier' && /^(?:self|this)$/.test(expression.object.name)) {
        return declaredType(script, expression.name.text, expression.start);
      }
      const object = typeText(script, expression.object, context, depth + 1);
      return object === undefined
        ? undefined
        : membersOf(script, object).find(({ name }) => name === expression.name.text)?.type;
    }
    case 'unary':
      return expression.operator === '*'
        ? typeText(script, expression.operand, context, depth + 1)?.replace(/\*$/, '')
        : undefined;
    case 'assignment':
      return typeText(script, expression.right, context, depth + 1);
    case 'string':
      return 'string';
    default:
      return undefined;
  }
}

/** The members of a type that the script or a library declares. */
export function membersOf(script: DScript, type: string): readonly KnownMember[] {
  const name = bareName(type);
  const own = declaredMembers(script.tree).get(name);
  if (own) return own;
  const found = dLibrary.types.find((each) => each.name === name || each.tag === name);
  if (found?.type !== undefined && found.members === undefined) {
    return bareName(found.type) === name ? [] : membersOf(script, found.type);
  }
  return (found?.members ?? []).flatMap((member) =>
    typeof member === 'string'
      ? []
      : [{ name: member[1].replace(/\[.*/, ''), type: member[0], owner: name, library: true }],
  );
}

/** `struct foo *` → `foo`. */
export function bareName(type: string): string {
  return type.replace(/\b(?:const|volatile|struct|union|enum)\b/g, '').replace(/[*\s]|\[.*?\]/g, '');
}

function indexType(
  script: DScript,
  { object, keys, start }: Expression & { kind: 'index' },
  context: ServiceContext,
  depth: number,
): string | undefined {
  if (object.kind !== 'identifier' || object.name !== 'args')
    return typeText(script, object, context, depth + 1)?.replace(/\*$/, '');
  const [key] = keys;
  const clause = nodesAt(script.tree.program, start).find((node): node is Clause => node.kind === 'clause');
  if (key?.kind !== 'integer' || !clause) return undefined;
  for (const { provider, name } of clause.descriptions) {
    const known = dProviders(context.platform).get(providerName(provider?.text ?? ''));
    const type = known?.probes?.find((probe) => probe.name === name?.text)?.arguments?.[Number(key.value)];
    if (type !== undefined) return type;
  }
  return undefined;
}

function declaredType(script: DScript, name: string, offset: number): string | undefined {
  return script.symbols.find(
    (symbol) =>
      symbol.name.replace(/^(?:self|this)->/, '') === name &&
      (!symbol.scope || (symbol.scope.start <= offset && offset <= symbol.scope.end)),
  )?.type;
}

const byTree = new WeakMap<DTree, ReadonlyMap<string, readonly KnownMember[]>>();

function declaredMembers(tree: DTree): ReadonlyMap<string, readonly KnownMember[]> {
  let known = byTree.get(tree);
  if (!known) {
    known = collect(tree);
    byTree.set(tree, known);
  }
  return known;
}

function collect(tree: DTree): ReadonlyMap<string, readonly KnownMember[]> {
  const types = new Map<string, readonly KnownMember[]>();
  const visit = (specifiers: Specifiers, declarators: readonly Declarator[]): void => {
    for (const word of specifiers.words) {
      if (word.kind !== 'struct' || !word.members) continue;
      const isTypedef = specifiers.words.some((each) => each.kind === 'word' && each.text === 'typedef');
      const names = [word.name?.text, ...(isTypedef ? declarators.map(({ name }) => name?.text) : [])].filter(
        (each) => each !== undefined && each !== '',
      );
      for (const name of names as string[])
        types.set(
          name,
          word.members.flatMap((member) => membersIn(tree, member, name)),
        );
      for (const member of word.members) visit(member.specifiers, member.declarators);
    }
  };
  for (const item of tree.program.items) {
    if (item.kind === 'declaration') visit(item.specifiers, item.declarators);
  }
  return types;
}

function membersIn(tree: DTree, { specifiers, declarators }: MemberDeclaration, owner: string): KnownMember[] {
  const base = specifiers.words
    .map((word) =>
      word.kind === 'struct' ? `${word.keyword} ${word.name?.text ?? ''}` : tree.text.slice(word.start, word.end),
    )
    .join(' ');
  return declarators.flatMap(({ name, pointers }) =>
    name
      ? [
          {
            name: name.text,
            type: pointers.length > 0 ? `${base} ${'*'.repeat(pointers.length)}` : base,
            owner,
            library: false,
          },
        ]
      : [],
  );
}
