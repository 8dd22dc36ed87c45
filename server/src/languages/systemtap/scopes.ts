// The state of an analysis: variables and functions with their slots, the scopes that names are looked up in, and what
// was found. A *unit* is a file: the document, or a library script whose functions and aliases the document uses; these
// are walked as stap does, for their types, but nothing is said about them.
import type { Span } from '../../base/text.ts';
import type { Diagnostic, LanguageSymbol } from '../model.ts';
import type { StapLibrary } from './library.ts';
import { tapsetGlobals } from './library.ts';
import type { AliasEntry, AliasIndex } from './points.ts';
import type { Alias, Call, FunctionDeclaration, GlobalVariable, Name, Probe, StapTree, Target } from './syntax.ts';
import { newSlot, longSlot, slotOf, stringSlot, type Slot } from './types.ts';

export type VariableRole = 'global' | 'local' | 'parameter' | 'index' | 'message' | 'given';

export interface Variable {
  readonly name: string;
  /** `index`: of a foreach; `message`: of a catch; `given`: by an alias of SystemTap's tapsets. */
  readonly role: VariableRole;
  readonly slot: Slot;
  /** Of a global: how many indexes; 0 is no array, -1 not known. */
  arity: number;
  arityAt: Span | undefined;
  readonly indexes: Slot[];
  reads: number;
  writes: number;
  /** Where it is read first. */
  firstRead: Span | undefined;
  readonly definitions: Span[];
  readonly scope: Span | undefined;
  readonly unit: Unit;
  readonly declaration?: GlobalVariable;
  /** The histogram that is made of it, as written. */
  histogram: string | undefined;
  /** The function whose local it is. */
  readonly function: LocalFunction | undefined;
  /** Alias: handlers that use the alias may read it. */
  exported: boolean;
  symbol: LanguageSymbol | undefined;
}

export interface LocalFunction {
  readonly name: string;
  readonly declaration: FunctionDeclaration;
  readonly unit: Unit;
  readonly parameters: readonly Slot[];
  readonly result: Slot;
  readonly calls: Set<LocalFunction>;
  /** Global arrays that it changes itself. */
  readonly changes: Set<Variable>;
  /** Its body was walked, or waits for it. */
  queued: boolean;
  called: boolean;
}

export interface Unit {
  readonly tree: StapTree;
  readonly isForeign: boolean;
  readonly globals: Map<string, Variable>;
  readonly functions: Map<string, LocalFunction[]>;
  readonly aliases: Map<Alias, AliasScope>;
}

/** The variables of an alias: those that its bodies assign are seen by handlers. */
export interface AliasScope {
  readonly scope: Scope;
  walked: boolean;
}

export interface Scope {
  readonly names: Map<string, Variable>;
  readonly unit: Unit;
  readonly owner: FunctionDeclaration | Probe | Alias | undefined;
  readonly span: Span;
  /** Scopes of aliases whose variables are seen here too. */
  readonly given: readonly AliasScope[];
  /** Variables of the snapshot's aliases: type, or `any` where the probe points disagree. */
  readonly snapshot: ReadonlyMap<string, 'long' | 'string' | 'any'>;
  /** A probe point could not be resolved, so names may be its alias's. */
  readonly isOpen: boolean;
  /** Whether `$x` has a meaning: no in functions and in probes without a place in a program. */
  readonly targets: 'yes' | 'no' | 'value';
  /** `@entry` has a meaning. */
  readonly isReturn: boolean;
  readonly function: LocalFunction | undefined;
  loops: number;
  readonly iterated: Variable[];
  /** In an operand of `@defined`. */
  defined: number;
  /** Probe points, as written, that stand for no alias and so give no variables, while others do. */
  readonly bare: readonly string[];
  /** Variables of aliases that the handler assigns itself. */
  readonly assigned: Set<string>;
}

export interface TypeError {
  readonly diagnostic: Diagnostic;
  readonly variable: Variable | undefined;
  readonly function: LocalFunction | undefined;
  readonly alias: Alias | undefined;
}

export type Thing = Variable | LocalFunction | AliasEntry;
export type Role = 'definition' | 'read' | 'write' | 'call';

export interface Analysis {
  readonly document: Unit;
  readonly units: Map<StapTree, Unit>;
  readonly library: StapLibrary;
  /** Aliases of the document and of the library. */
  readonly aliases: readonly [AliasIndex, AliasIndex];
  /** Aliases whose probe points are being resolved: meeting one again is a loop. */
  readonly resolving: Set<Alias>;
  /** Aliases that a probe point names. */
  readonly usedAliases: Set<Alias>;
  readonly problems: TypeError[];
  readonly variables: Variable[];
  /** Uses of things in the document, three arrays side by side. */
  readonly useNodes: Span[];
  readonly useThings: Thing[];
  readonly useRoles: Role[];
  readonly functions: LocalFunction[];
  /** Walks the body of a function of another file, for its types; those deep in others wait in the queue. */
  readonly walk: (fn: LocalFunction) => void;
  readonly queue: LocalFunction[];
  walking: number;
  /** Globals read as plain values, which statistics aggregates cannot be. */
  readonly plainReads: {
    readonly node: Span;
    readonly variable: Variable;
    readonly function: LocalFunction | undefined;
  }[];
  /** Calls whose value is used. */
  readonly valueCalls: { readonly node: Call; readonly slot: Slot; readonly function: LocalFunction | undefined }[];
  /** Calls inside of loops over arrays. */
  readonly loopCalls: {
    readonly node: Name;
    readonly callee: LocalFunction;
    readonly iterated: readonly Variable[];
    readonly caller: LocalFunction | undefined;
  }[];
  readonly targets: { readonly node: Target; readonly wrapper: string | undefined }[];
  scope: Scope;
}

export const manual = (page: string): string => `https://sourceware.org/systemtap/man/${page}.7stap.html`;

export function report(
  a: Analysis,
  span: Span,
  code: string,
  message: string,
  more: {
    severity?: Diagnostic['severity'];
    variable?: Variable;
    related?: Diagnostic['related'];
    fixes?: Diagnostic['fixes'];
    href?: string;
    unused?: boolean;
  } = {},
): void {
  if (a.scope.unit.isForeign) return;
  const severity = more.severity ?? 'error';
  const diagnostic: Diagnostic = {
    span: { start: span.start, end: span.end },
    code: `systemtap/${code}`,
    severity,
    message,
    ...(severity === 'error' ? { href: more.href ?? manual('error::pass2') } : {}),
    ...(more.related ? { related: more.related } : {}),
    ...(more.fixes ? { fixes: more.fixes } : {}),
    ...(more.unused ? { tags: ['unnecessary'] } : {}),
  };
  const { owner } = a.scope;
  a.problems.push({
    diagnostic,
    variable: more.variable,
    function: a.scope.function ?? more.variable?.function,
    alias: owner?.kind === 'alias' ? owner : undefined,
  });
}

export function newVariable(
  name: string,
  role: VariableRole,
  slot: Slot,
  unit: Unit,
  scope: Span | undefined,
  declaration?: GlobalVariable,
  fn?: LocalFunction,
): Variable {
  const variable: Variable = {
    name,
    role,
    slot,
    arity: role === 'global' ? -1 : 0,
    arityAt: undefined,
    indexes: [],
    reads: 0,
    writes: 0,
    firstRead: undefined,
    definitions: [],
    scope,
    unit,
    histogram: undefined,
    function: fn,
    exported: false,
    symbol: undefined,
  };
  return declaration ? { ...variable, declaration } : variable;
}

export function newUnit(tree: StapTree, isForeign: boolean): Unit {
  const unit: Unit = { tree, isForeign, globals: new Map(), functions: new Map(), aliases: new Map() };
  for (const declaration of tree.declarations) {
    if (declaration.kind === 'function') addFunction(unit, declaration);
    else if (declaration.kind === 'global') {
      for (const variable of declaration.variables) {
        const { name } = variable.name;
        if (name === '' || unit.globals.has(name)) continue;
        const slot =
          variable.initial?.kind === 'string' ? stringSlot : variable.initial?.kind === 'number' ? longSlot : newSlot();
        if (variable.initial?.kind === 'argument') slot.tainted = true;
        const global = newVariable(name, 'global', slot, unit, undefined, variable);
        if (variable.initial) {
          global.arity = 0;
          global.arityAt = variable;
        }
        unit.globals.set(name, global);
      }
    }
  }
  return unit;
}

function addFunction(unit: Unit, declaration: FunctionDeclaration): void {
  const { name } = declaration.name;
  if (name === '') return;
  const parameters = declaration.parameters.map((parameter) => slotOf(parameter.type?.name));
  const result = slotOf(declaration.type?.name);
  const added: LocalFunction = {
    name,
    declaration,
    unit,
    parameters,
    result,
    calls: new Set(),
    changes: new Set(),
    queued: !unit.isForeign,
    called: false,
  };
  const list = unit.functions.get(name);
  if (list) list.push(added);
  else unit.functions.set(name, [added]);
}

export function unitOf(a: Analysis, tree: StapTree): Unit {
  let unit = a.units.get(tree);
  if (!unit) {
    unit = newUnit(tree, true);
    a.units.set(tree, unit);
  }
  return unit;
}

/** The functions of a name that scripts define: this file's, then the library's. */
export function functionsOf(a: Analysis, name: string): readonly LocalFunction[] {
  const { unit } = a.scope;
  const own = unit.functions.get(name) ?? [];
  if (unit === a.document && a.library.functions.size === 0) return own;
  const found =
    unit === a.document
      ? [...own]
      : [...own, ...(a.document.functions.get(name) ?? []).filter((each) => !each.declaration.isPrivate)];
  for (const { declaration, tree } of a.library.functions.get(name) ?? []) {
    if (tree === unit.tree) continue;
    const other = unitOf(a, tree)
      .functions.get(name)
      ?.find((each) => each.declaration === declaration);
    if (other) found.push(other);
  }
  return found;
}

export function globalOf(a: Analysis, name: string): Variable | undefined {
  const own = a.scope.unit.globals.get(name);
  if (own) return own;
  const library = a.library.globals.get(name);
  if (library && library.tree !== a.scope.unit.tree) return unitOf(a, library.tree).globals.get(name);
  const known = tapsetGlobals.get(name);
  if (known === undefined) return undefined;
  const slot = known === 'long' ? longSlot : known === 'string[]' ? stringSlot : newSlot();
  const variable = newVariable(name, 'given', slot, a.scope.unit, undefined);
  variable.arity = known === 'counter' ? -1 : known === 'long' ? 0 : 1;
  if (known === 'string[]') variable.indexes.push(longSlot);
  if (known === 'counter') slot.tainted = true;
  variable.writes = 1;
  a.scope.names.set(name, variable);
  return variable;
}

/** The variable of a name, if there is one already. */
export const known = (a: Analysis, name: string): Variable | undefined =>
  a.scope.names.get(name) ?? givenVariable(a, name) ?? globalOf(a, name);

/** What a name means here; a local variable begins to be with its first use. */
export function lookUp(a: Analysis, node: Name): Variable {
  return known(a, node.name) ?? declareLocal(a, node, 'local');
}

export function declareLocal(a: Analysis, node: Name, role: VariableRole, slot: Slot = newSlot()): Variable {
  const { scope } = a;
  const variable = newVariable(node.name, role, slot, scope.unit, scope.span, undefined, scope.function);
  if (scope.isOpen) slot.tainted = true;
  scope.names.set(node.name, variable);
  if (!scope.unit.isForeign) a.variables.push(variable);
  return variable;
}

/** A variable that one of the probe's aliases gives. */
function givenVariable(a: Analysis, name: string): Variable | undefined {
  const { scope } = a;
  for (const { scope: alias } of scope.given) {
    const found = alias.names.get(name);
    if (found?.exported) return found;
  }
  const type = scope.snapshot.get(name);
  if (type === undefined) return undefined;
  const slot = type === 'any' ? newSlot() : slotOf(type);
  if (type === 'any') slot.tainted = true;
  const variable = newVariable(name, 'given', slot, scope.unit, scope.span);
  variable.writes = 1;
  scope.names.set(name, variable);
  return variable;
}

export function use(a: Analysis, node: Span, thing: Thing, role: Role): void {
  if (a.scope.unit.isForeign) return;
  a.useNodes.push(node);
  a.useThings.push(thing);
  a.useRoles.push(role);
}

export function read(a: Analysis, node: Name, variable: Variable): void {
  if (a.scope.bare.length > 0) checkGiven(a, node, variable);
  variable.reads++;
  variable.firstRead ??= node;
  use(a, node, variable, 'read');
}

/** A variable of an alias, in a handler that also has probe points which give none. */
export function checkGiven(
  a: Analysis,
  node: Name,
  variable: Variable,
  severity: Diagnostic['severity'] = 'warning',
): void {
  const { bare, assigned, span } = a.scope;
  const isGiven = variable.role === 'given' ? variable.scope === span : variable.exported && variable.scope !== span;
  if (!isGiven || assigned.has(variable.name)) return;
  const message = `${variable.name} is a variable of the other probe points; ${bare.join(', ')} gives none.`;
  report(a, node, 'variable-not-given', message, { severity });
  assigned.add(variable.name);
}

export function write(a: Analysis, node: Name, variable: Variable): void {
  a.scope.assigned.add(variable.name);
  if (variable.writes++ === 0 && variable.role !== 'global') {
    variable.definitions.push(node);
    use(a, node, variable, 'definition');
  } else use(a, node, variable, 'write');
}
