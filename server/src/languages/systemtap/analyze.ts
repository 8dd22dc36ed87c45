// The meaning of a SystemTap script: names, types and probe points, as stap's second pass finds them. All bodies are
// walked once; what only the whole script can tell (what is never assigned, which functions nothing calls, which globals
// turned out to hold aggregates) is said at the end. Lists that only some requests need are made when they are asked for.
import type { Span } from '../../base/text.ts';
import type { Diagnostic, LanguageModel, LanguageSymbol } from '../model.ts';
import { stapFunctions, type StapFunction } from '../../catalogue/systemtap.ts';
import {
  emptyScope,
  givenVariables,
  resolveAll,
  walkAlias,
  walkFunction,
  walkProbe,
  type ResolvedPoint,
} from './handlers.ts';
import { emptyLibrary, snapshotFunctions, type StapLibrary } from './library.ts';
import { foldsOf, outlineOf, semanticTokensOf } from './outline.ts';
import { aliasEntries, indexAliases } from './points.ts';
import { probeReferences } from './references.ts';
import {
  functionsOf,
  manual,
  newUnit,
  report,
  use,
  type Analysis,
  type LocalFunction,
  type Thing,
  type TypeError,
  type Variable,
} from './scopes.ts';
import { placeOf, symbolTable, type SymbolTable } from './symbols.ts';
import type { Alias, Call, Expression, Name, Probe, StapTree } from './syntax.ts';
import { spansAround } from './tree.ts';
import { any, open, stats, typeNames, typeOf } from './types.ts';

export interface StapEnvironment {
  /** Tapsets of the workspace and the machine; SystemTap's own are known without. */
  readonly library?: StapLibrary;
}

export type ValueType = 'long' | 'string' | 'stats' | 'unknown';

/** What a call may mean, in the order in which stap tries it. */
export interface ResolvedCall {
  /** Functions that scripts define. */
  readonly functions: readonly LocalFunction[];
  /** Functions of SystemTap's tapsets of this name and number of parameters. */
  readonly tapset: readonly StapFunction[];
}

export interface StapModel extends LanguageModel {
  readonly language: 'systemtap';
  readonly tree: StapTree;
  readonly library: StapLibrary;
  /** The type of an expression of the document. */
  readonly typeOf: (expression: Expression) => ValueType;
  /** The variable that a name of the document means. */
  readonly variableOf: (name: Name) => Variable | undefined;
  readonly callOf: (call: Call) => ResolvedCall;
  readonly symbolOf: (thing: Thing) => LanguageSymbol | undefined;
  /** The probe points of a declaration, braces resolved, with what they match. */
  readonly pointsOf: (declaration: Probe | Alias) => readonly ResolvedPoint[];
  /** The variables that the aliases of a declaration's probe points give to its body, with their types. */
  readonly givenTo: (declaration: Probe | Alias) => ReadonlyMap<string, 'long' | 'string' | 'any'>;
  readonly globals: ReadonlyMap<string, Variable>;
  readonly functions: ReadonlyMap<string, readonly LocalFunction[]>;
}

export function analyzeStap(tree: StapTree, environment: StapEnvironment = {}): StapModel {
  const library = environment.library ?? emptyLibrary;
  const a = newAnalysis(tree, library);
  walkDocument(a);
  conclude(a);
  return modelOf(a);
}

/** Functions that call functions that call functions: the stack is not endless. */
const deepestWalk = 20;

function newAnalysis(tree: StapTree, library: StapLibrary): Analysis {
  const document = newUnit(tree, false);
  const queue: LocalFunction[] = [];
  const a: Analysis = {
    document,
    units: new Map([[tree, document]]),
    library,
    aliases: [indexAliases(aliasEntries(tree)), library.aliases],
    resolving: new Set(),
    usedAliases: new Set(),
    problems: [],
    variables: [],
    useNodes: [],
    useThings: [],
    useRoles: [],
    functions: [...document.functions.values()].flat(),
    queue,
    walking: 0,
    walk: (fn) => {
      if (a.walking >= deepestWalk) queue.push(fn);
      else {
        a.walking++;
        walkFunction(a, fn);
        a.walking--;
      }
    },
    plainReads: [],
    valueCalls: [],
    loopCalls: [],
    targets: [],
    scope: emptyScope(document),
  };
  return a;
}

function walkDocument(a: Analysis): void {
  const { document } = a;
  const byDeclaration = new Map(a.functions.map((each) => [each.declaration, each]));
  for (const declaration of document.tree.declarations) {
    switch (declaration.kind) {
      case 'global':
        declareGlobals(
          a,
          declaration.variables.map(({ name }) => name),
          declaration.isPrivate,
        );
        break;
      case 'function': {
        const fn = byDeclaration.get(declaration);
        if (!fn) break;
        use(a, declaration.name, fn, 'definition');
        walkFunction(a, fn);
        break;
      }
      case 'alias':
        for (const list of a.aliases[0].values()) {
          for (const entry of list) if (entry.alias === declaration) use(a, entry.span, entry, 'definition');
        }
        walkAlias(a, declaration, document);
        break;
      case 'probe':
        walkProbe(a, declaration, document);
    }
  }
  for (let next = a.queue.pop(); next; next = a.queue.pop()) walkFunction(a, next);
  a.scope = emptyScope(document);
}

function declareGlobals(a: Analysis, names: readonly Name[], isPrivate: boolean): void {
  for (const name of names) {
    const variable = a.document.globals.get(name.name);
    if (!variable) continue;
    const [first] = variable.definitions;
    if (first) {
      const word = isPrivate ? 'private' : 'global';
      report(a, name, 'duplicate-global', `The ${word} ${name.name} is declared twice in this file.`, {
        related: [{ span: first, message: 'first declared here' }],
        href: manual('error::pass1'),
      });
      continue;
    }
    variable.definitions.push(name);
    use(a, name, variable, 'definition');
  }
}

// What the whole script tells.

function conclude(a: Analysis): void {
  const { role = 'script' } = a.document.tree.options;
  const embedded = embeddedCode(a.document.tree);
  reached(a);
  concludeReads(a);
  concludeLoops(a);
  for (const variable of a.document.globals.values()) concludeGlobal(a, variable, embedded, role);
  for (const variable of a.variables) if (variable.role !== 'global') concludeLocal(a, variable);
  if (role === 'script') unusedFunctions(a);
}

/** All C in the file: what it names counts as used. */
function embeddedCode(tree: StapTree): string {
  return (tree.text.match(/%\{[^]*?%\}/g) ?? []).join('\n');
}

/** Marks the functions that probes call, over others too. */
function reached(a: Analysis): void {
  const pending = [...a.functions.filter((fn) => fn.called)];
  for (let fn = pending.pop(); fn; fn = pending.pop()) {
    for (const callee of fn.calls) {
      if (callee.called) continue;
      callee.called = true;
      pending.push(callee);
    }
  }
}

function concludeReads(a: Analysis): void {
  const said = new Set(a.problems.map(({ diagnostic }) => diagnostic.span.start));
  const late = (span: Span, fn: LocalFunction | undefined, code: string, message: string): void => {
    if (said.has(span.start)) return;
    said.add(span.start);
    report(a, span, code, message);
    const last = a.problems.at(-1);
    if (last) a.problems[a.problems.length - 1] = { ...last, function: fn };
  };
  for (const { node, variable, function: fn } of a.plainReads) {
    if (typeOf(variable.slot) !== stats || variable.unit.isForeign) continue;
    const operators = '@count, @sum, @min, @max, @avg, @variance or a histogram';
    late(
      node,
      fn,
      'invalid-aggregate',
      `${variable.name} is a statistics aggregate and no value: read it with ${operators}.`,
    );
  }
  for (const { node, slot, function: fn } of a.valueCalls) {
    if (typeOf(slot) !== open || slot.tainted || rootIsTainted(slot)) continue;
    late(node, fn, 'unresolved-type', `Unresolved type: ${node.function.name} gives no value.`);
  }
}

const rootIsTainted = (slot: Variable['slot']): boolean => {
  let at = slot;
  while (at.next) at = at.next;
  return at.tainted;
};

function concludeLoops(a: Analysis): void {
  const changes = new Map<LocalFunction, ReadonlySet<Variable>>();
  const changedBy = (fn: LocalFunction): ReadonlySet<Variable> => {
    const known = changes.get(fn);
    if (known) return known;
    const all = new Set<Variable>();
    const seen = new Set([fn]);
    const pending = [fn];
    for (let at = pending.pop(); at; at = pending.pop()) {
      for (const variable of at.changes) all.add(variable);
      for (const callee of at.calls) {
        if (!seen.has(callee)) pending.push(callee);
        seen.add(callee);
      }
    }
    changes.set(fn, all);
    return all;
  };
  for (const { node, callee, iterated } of a.loopCalls) {
    const changed = iterated.find((variable) => changedBy(callee).has(variable));
    if (changed)
      report(a, node, 'modified-in-foreach', `${callee.name} changes ${changed.name} while a foreach goes over it.`);
  }
}

function concludeGlobal(a: Analysis, variable: Variable, embedded: string, role: string): void {
  const name = variable.declaration?.name;
  if (!name) return;
  const { declaration } = variable;
  if (variable.arity === 0 && declaration && (declaration.wrap || declaration.size)) {
    report(a, name, 'inconsistent-arity', `${variable.name} is declared as an array and used as a scalar.`);
  }
  if (embedded.includes(variable.name)) return;
  const isOpen = typeOf(variable.slot) === open && !rootIsTainted(variable.slot);
  if (variable.reads > 0 && variable.writes === 0 && !declaration?.initial) {
    report(a, name, 'never-assigned', `The global ${variable.name} is read and never assigned.`, {
      severity: 'warning',
    });
  } else if (variable.reads === 0 && variable.writes === 0 && role === 'script') {
    report(a, name, 'unused-global', `The global ${variable.name} is not used.`, { severity: 'hint', unused: true });
  }
  if (isOpen && variable.firstRead && variable.reads > 0 && variable.arity === 0) {
    report(a, variable.firstRead, 'unresolved-type', `Unresolved type: nothing says what ${variable.name} is.`);
  }
}

function concludeLocal(a: Analysis, variable: Variable): void {
  const { name, reads, writes, firstRead, slot, role } = variable;
  if (role === 'given' || role === 'parameter') return;
  const isOpen = typeOf(slot) === open && !rootIsTainted(slot);
  if (reads > 0 && writes === 0 && firstRead) {
    if (rootIsTainted(slot)) return;
    const similar = functionLike(a, name);
    const hint = similar ? ` There is a function of this name: ${name}().` : '';
    const fixes = similar
      ? [{ title: `Call ${name}()`, edits: [{ span: { start: firstRead.end, end: firstRead.end }, newText: '()' }] }]
      : undefined;
    const more = { variable, ...(fixes ? { fixes } : {}) };
    if (isOpen) report(a, firstRead, 'unresolved-type', `Unresolved type: ${name} is never assigned.${hint}`, more);
    else
      report(a, firstRead, 'never-assigned', `${name} is read and never assigned, so it is always 0 or empty.${hint}`, {
        ...more,
        severity: 'warning',
      });
  } else if (reads > 0 && isOpen && firstRead) {
    report(a, firstRead, 'unresolved-type', `Unresolved type: nothing says what ${name} is.`, { variable });
  } else if (reads === 0 && writes > 0 && role === 'local' && !variable.exported) {
    const [first] = variable.definitions;
    if (first)
      report(a, first, 'unused-variable', `${name} is assigned and never read.`, { severity: 'warning', unused: true });
  }
}

const functionLike = (a: Analysis, name: string): boolean =>
  a.document.functions.has(name) ||
  a.library.functions.has(name) ||
  stapFunctions()
    .get(name)
    ?.some((each) => each.parameters.length === 0) === true;

function unusedFunctions(a: Analysis): void {
  if (!hasProbes(a)) return;
  for (const fn of a.functions) {
    if (fn.called) continue;
    const { name } = fn.declaration;
    report(a, name, 'unused-function', `Nothing calls ${fn.name}.`, { severity: 'hint', unused: true });
  }
}

const hasProbes = (a: Analysis): boolean =>
  a.document.tree.declarations.some((declaration) => declaration.kind === 'probe');

/** stap does not look into functions and aliases that nothing uses, nor at values that nothing reads. */
function settle(a: Analysis, { diagnostic, variable, function: fn, alias }: TypeError): Diagnostic | undefined {
  if (
    diagnostic.code === 'systemtap/type-mismatch' &&
    (variable?.role === 'local' || variable?.role === 'message') &&
    variable.reads === 0 &&
    !variable.exported
  )
    return undefined;
  const isScript = (a.document.tree.options.role ?? 'script') === 'script';
  const isUnused = (fn !== undefined && !fn.called) || (alias !== undefined && !a.usedAliases.has(alias));
  if (diagnostic.severity !== 'error' || !isUnused || !isScript || !hasProbes(a)) return diagnostic;
  return { ...diagnostic, severity: 'warning' };
}

function diagnosticsOf(a: Analysis): readonly Diagnostic[] {
  const all = a.problems.map((problem) => settle(a, problem)).filter((each) => each !== undefined);
  const href = manual('error::pass1');
  const syntax = a.document.tree.diagnostics.map((each) => (each.severity === 'error' ? { ...each, href } : each));
  const seen = new Set<string>();
  return [...syntax, ...all]
    .sort((x, y) => x.span.start - y.span.start || x.span.end - y.span.end)
    .filter((each) => {
      const key = `${each.span.start} ${each.span.end} ${each.code}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function modelOf(a: Analysis): StapModel {
  const { tree } = a.document;
  const table = lazy((): SymbolTable => symbolTable(a));
  const outline = lazy(() => outlineOf(a));
  const folds = lazy(() => foldsOf(tree));
  const tokens = lazy(() => semanticTokensOf(a, (index) => placeOf(a.useNodes[index] ?? { start: 0, end: 0 })));
  const probes = lazy(() => probeReferences(a));
  const things = lazy(() => new Map(a.useNodes.map((node, i) => [node, a.useThings[i]])));
  const variableOf = (name: Name): Variable | undefined => {
    const thing = things().get(name);
    return thing && 'role' in thing ? thing : undefined;
  };
  const callOf = (call: Call): ResolvedCall => {
    const { name } = call.function;
    const count = call.arguments.length;
    const functions = functionsOf(a, name).filter((each) => each.parameters.length === count);
    return { functions, tapset: snapshotFunctions(name).filter((each) => each.parameters.length === count) };
  };
  return {
    language: 'systemtap',
    text: tree.text,
    tree,
    library: a.library,
    diagnostics: diagnosticsOf(a),
    get symbols() {
      return table().symbols;
    },
    get occurrences() {
      return table().occurrences;
    },
    get outline() {
      return outline();
    },
    get folds() {
      return folds();
    },
    get tokens() {
      return tokens();
    },
    get probes() {
      return probes();
    },
    spansAt: (offset) => spansAround(tree, offset),
    typeOf: (expression) => typeOfExpression(expression, variableOf, callOf),
    variableOf,
    callOf,
    symbolOf: (thing) => table().symbolOf(thing),
    pointsOf: (declaration) => resolveAll(a, declaration.points),
    givenTo: (declaration) => givenVariables(a, declaration),
    globals: a.document.globals,
    functions: a.document.functions,
  };
}

const named = (slot: Variable['slot']): ValueType => {
  const type = typeOf(slot);
  return type === any ? 'unknown' : typeNames[type];
};

function typeOfExpression(
  expression: Expression,
  variableOf: StapModel['variableOf'],
  callOf: StapModel['callOf'],
): ValueType {
  let at = expression;
  for (;;) {
    switch (at.kind) {
      case 'parenthesized':
        at = at.expression;
        continue;
      case 'ternary': {
        const then = typeOfExpression(at.then, variableOf, callOf);
        if (then !== 'unknown') return then;
        at = at.else;
        continue;
      }
      case 'assignment': {
        if (at.operator === '<<<') return 'long';
        const left = typeOfExpression(at.left, variableOf, callOf);
        if (left !== 'unknown') return left;
        at = at.right;
        continue;
      }
    }
    break;
  }
  switch (at.kind) {
    case 'string':
      return 'string';
    case 'argument':
      return at.form === 'string' ? 'string' : at.index === 0 ? 'long' : 'unknown';
    case 'name': {
      const variable = variableOf(at);
      return variable ? named(variable.slot) : 'unknown';
    }
    case 'index': {
      if (at.array.kind === 'histogram') return 'long';
      const variable = variableOf(at.array);
      return variable ? named(variable.slot) : 'unknown';
    }
    case 'call': {
      const call = callOf(at);
      const [own] = call.functions;
      return own ? named(own.result) : (call.tapset[0]?.result ?? 'unknown');
    }
    case 'print':
      return at.name.startsWith('s') ? 'string' : 'long';
    case 'binary':
      return at.operator === '.' ? 'string' : 'long';
    case 'target':
      return at.pretty !== '' || (at.base.kind === 'variable' && at.base.name.startsWith('$$')) ? 'string' : 'long';
    case 'operator': {
      const [operand] = at.operands;
      return at.operator === '@entry' && operand ? typeOfExpression(operand, variableOf, callOf) : 'long';
    }
    case 'embeddedExpression':
      return /\/\*\s*string\s*\*\//.test(at.code) ? 'string' : 'long';
    case 'macroCall':
    case 'missing':
    case 'histogram':
      return 'unknown';
    default:
      return 'long';
  }
}
