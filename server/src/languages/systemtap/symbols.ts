// Turns what the analysis knows about names into the neutral model's symbols and occurrences.
import type { Span } from '../../base/text.ts';
import type { LanguageSymbol, Occurrence } from '../model.ts';
import type { AliasEntry } from './points.ts';
import { kindOf, nameOfType, pointsText, renderType, signature } from './render.ts';
import type { Analysis, LocalFunction, Thing, Variable } from './scopes.ts';
import type { Alias, FunctionDeclaration, Macro, Name, StapTree } from './syntax.ts';
import { commentAbove } from './tree.ts';
import { T } from './tokens.ts';

const roleWords: Readonly<Record<Variable['role'], string>> = {
  global: 'global',
  local: 'local',
  parameter: 'parameter',
  index: 'foreach',
  message: 'catch',
  given: 'variable of the probe',
};

export interface SymbolTable {
  readonly symbols: readonly LanguageSymbol[];
  readonly occurrences: readonly Occurrence[];
  readonly symbolOf: (thing: Thing) => LanguageSymbol | undefined;
}

/** Where the characters of a name stand in the document, if they do. */
export function placeOf(node: Span): Span | undefined {
  const { origin } = node as Partial<Pick<Name, 'origin'>>;
  if (!origin) return { start: node.start, end: node.end };
  return origin.uri === undefined ? { start: origin.start, end: origin.end } : undefined;
}

export function symbolTable(a: Analysis): SymbolTable {
  const { tree } = a.document;
  let id = 0;
  const symbols: LanguageSymbol[] = [];
  const byName = new Map<string, LanguageSymbol>();
  const add = (symbol: Omit<LanguageSymbol, 'id'>): LanguageSymbol => {
    const made = { id: id++, ...symbol };
    symbols.push(made);
    return made;
  };
  const variable = (it: Variable): LanguageSymbol | undefined => {
    if (it.symbol) return it.symbol;
    const definitions = it.definitions.map(placeOf).filter((span) => span !== undefined);
    const type = renderType(it);
    const { uri } = it.unit.tree.options;
    const isGlobal = it.role === 'global';
    if (!isGlobal && definitions.length === 0 && it.role === 'given') return undefined;
    const detail = `${roleWords[it.role]} ${it.name}${type === undefined ? '' : `: ${type}`}`;
    const first = it.declaration?.name ?? it.definitions[0];
    const documentation = isGlobal && first ? commentAbove(it.unit.tree, lineOf(it.unit.tree, first.start)) : undefined;
    it.symbol = add({
      name: it.name,
      kind: kindOf(it),
      ...(type === undefined ? {} : { type }),
      detail,
      ...(documentation === undefined ? {} : { documentation }),
      ...(it.scope ? { scope: { start: it.scope.start, end: it.scope.end } } : {}),
      ...(it.unit.isForeign && uri !== undefined ? { uri } : {}),
      definitions:
        it.unit.isForeign && it.declaration
          ? [{ start: it.declaration.name.start, end: it.declaration.name.end }]
          : definitions,
    });
    return it.symbol;
  };
  const fn = (it: LocalFunction): LanguageSymbol => {
    const key = `f ${it.unit.isForeign ? (it.unit.tree.options.uri ?? '?') : ''} ${it.name}`;
    const known = byName.get(key);
    if (known) return known;
    const made = add(functionSymbol(it.unit.tree, it.unit.functions.get(it.name) ?? [it], it.unit.isForeign));
    byName.set(key, made);
    return made;
  };
  const alias = (entry: AliasEntry): LanguageSymbol => {
    const key = `a ${entry.tree.options.uri ?? ''} ${entry.name}`;
    const known = byName.get(key);
    if (known) return known;
    const all = [...(a.aliases[entry.tree === tree ? 0 : 1].get(entry.parts[0] ?? '') ?? [])].filter(
      (each) => each.name === entry.name && each.tree === entry.tree,
    );
    const made = add(aliasSymbol(entry, all, entry.tree !== tree));
    byName.set(key, made);
    return made;
  };
  const symbolOf = (thing: Thing): LanguageSymbol | undefined =>
    'role' in thing ? variable(thing) : 'alias' in thing ? alias(thing) : fn(thing);

  for (const global of a.document.globals.values()) variable(global);
  for (const list of a.document.functions.values()) for (const each of list) fn(each);
  for (const list of a.aliases[0].values()) for (const entry of list) alias(entry);
  const occurrences: Occurrence[] = [];
  a.useThings.forEach((thing, i) => {
    const node = a.useNodes[i];
    const span = node && placeOf(node);
    const symbol = span && symbolOf(thing);
    if (span && symbol) occurrences.push({ span, symbol, role: a.useRoles[i] ?? 'read' });
  });
  for (const it of a.variables) variable(it);
  addMacros(tree, add, occurrences);
  return { symbols, occurrences: sorted(occurrences), symbolOf };
}

/** In order, and without those that overlap an earlier one: a macro's body is looked at once per expansion. */
function sorted(occurrences: Occurrence[]): readonly Occurrence[] {
  occurrences.sort((x, y) => x.span.start - y.span.start || x.span.end - y.span.end);
  let end = 0;
  return occurrences.filter(({ span }) => {
    if (span.start < end || span.end <= span.start) return false;
    end = span.end;
    return true;
  });
}

/** The start of the declaration that begins on the line, for the comment above it. */
function lineOf(tree: StapTree, offset: number): number {
  const from = tree.text.lastIndexOf('\n', offset - 1) + 1;
  const indent = /^\s*/.exec(tree.text.slice(from, offset))?.[0].length ?? 0;
  return from + indent;
}

function functionSymbol(
  tree: StapTree,
  list: readonly LocalFunction[],
  isForeign: boolean,
): Omit<LanguageSymbol, 'id'> {
  const declarations: readonly FunctionDeclaration[] = list.map((each) => each.declaration);
  const [first] = list;
  const type = first && nameOfType(first.result);
  const documentation = first && commentAbove(tree, first.declaration.start);
  const { uri } = tree.options;
  return {
    name: first?.name ?? '',
    kind: 'function',
    ...(type === undefined ? {} : { type }),
    detail: declarations.map((declaration) => `function ${signature(declaration)}`).join('\n'),
    ...(documentation === undefined ? {} : { documentation }),
    ...(isForeign && uri !== undefined ? { uri } : {}),
    definitions: declarations.map(({ name }) => placeOf(name)).filter((span) => span !== undefined),
  };
}

function aliasSymbol(entry: AliasEntry, all: readonly AliasEntry[], isForeign: boolean): Omit<LanguageSymbol, 'id'> {
  const { alias, tree } = entry;
  const { uri } = tree.options;
  const documentation = commentAbove(tree, alias.start);
  return {
    name: entry.name,
    kind: 'probeAlias',
    detail: aliasDetail(entry.name, alias, tree),
    ...(documentation === undefined ? {} : { documentation }),
    ...(isForeign && uri !== undefined ? { uri } : {}),
    definitions: (all.length > 0 ? all : [entry]).map((each) => each.span),
  };
}

const aliasDetail = (name: string, alias: Alias, tree: StapTree): string =>
  `probe ${name} ${alias.style === 'epilogue' ? '+=' : '='} ${pointsText(tree, alias.points)}`;

function addMacros(
  tree: StapTree,
  add: (symbol: Omit<LanguageSymbol, 'id'>) => LanguageSymbol,
  occurrences: Occurrence[],
): void {
  const made = new Map<Macro, LanguageSymbol>();
  const macroSymbol = (macro: Macro): LanguageSymbol => {
    const known = made.get(macro);
    if (known) return known;
    const isForeign = !tree.macros.includes(macro);
    const documentation = isForeign ? undefined : commentAbove(tree, macro.span.start);
    const symbol = add({
      name: macro.name,
      kind: 'macro',
      detail: `@define ${macro.name}${macro.parameters.length > 0 ? `(${macro.parameters.join(', ')})` : ''}`,
      ...(documentation === undefined ? {} : { documentation }),
      ...(isForeign && macro.uri !== undefined ? { uri: macro.uri } : {}),
      definitions: [macro.nameSpan],
    });
    made.set(macro, symbol);
    return symbol;
  };
  for (const macro of tree.macros) {
    occurrences.push({ span: macro.nameSpan, symbol: macroSymbol(macro), role: 'definition' });
    macro.parameters.forEach((name, i) => {
      const definition = macro.parameterSpans[i];
      if (!definition) return;
      const symbol = add({
        name,
        kind: 'macroParameter',
        detail: `parameter of @${macro.name}`,
        scope: macro.span,
        definitions: [definition],
      });
      occurrences.push({ span: definition, symbol, role: 'definition' });
      for (const token of macro.body ?? []) {
        if (token.kind !== T.atWord || token.text !== `@${name}`) continue;
        occurrences.push({ span: { start: token.start + 1, end: token.end }, symbol, role: 'read' });
      }
    });
  }
  for (const { macro, nameSpan } of tree.macroUses) {
    occurrences.push({
      span: { start: nameSpan.start + 1, end: nameSpan.end },
      symbol: macroSymbol(macro),
      role: 'call',
    });
  }
}
