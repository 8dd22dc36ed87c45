// Walks the declarations of a unit: functions, probes and aliases with their scopes, statement by statement.
import { otherTapsets } from './library.ts';
import { check, changesArray, infer, inferCall, inferHistogram, unwrap, useArity } from './infer.ts';
import { flattenPoint, nearest, pointText, resolvePoint, type FlatPoint, type Resolution } from './points.ts';
import {
  declareLocal,
  globalOf,
  lookUp,
  newVariable,
  read,
  report,
  unitOf,
  use,
  write,
  type Analysis,
  type AliasScope,
  type LocalFunction,
  type Scope,
  type Unit,
} from './scopes.ts';
import type { Alias, Block, Expression, ForeachStatement, Name, Probe, ProbePoint, Statement } from './syntax.ts';
import { long, newSlot, restrict, stats, string, stringSlot, typeOf, typeNames, typePhrases, unify } from './types.ts';

/** A probe point with what it matches. */
export interface ResolvedPoint {
  readonly flat: FlatPoint;
  readonly resolution: Resolution;
}

export function emptyScope(unit: Unit): Scope {
  return {
    names: new Map(),
    unit,
    owner: undefined,
    span: { start: 0, end: unit.tree.text.length },
    given: [],
    snapshot: new Map(),
    isOpen: false,
    targets: 'no',
    isReturn: false,
    function: undefined,
    loops: 0,
    iterated: [],
    defined: 0,
    bare: [],
    assigned: new Set(),
  };
}

const within = (a: Analysis, scope: Scope, walk: () => void): void => {
  const outer = a.scope;
  a.scope = scope;
  walk();
  a.scope = outer;
};

// Functions.

export function walkFunction(a: Analysis, fn: LocalFunction): void {
  const { declaration, unit } = fn;
  const scope: Scope = { ...emptyScope(unit), owner: declaration, span: declaration, function: fn };
  within(a, scope, () => {
    for (const [i, parameter] of declaration.parameters.entries()) {
      if (parameter.name.name === '') continue;
      const variable = declareLocal(a, parameter.name, 'parameter', fn.parameters[i] ?? newSlot());
      variable.definitions.push(parameter.name);
      variable.writes++;
      use(a, parameter.name, variable, 'definition');
    }
    if (declaration.body.kind === 'block') walkBlock(a, declaration.body);
    else fn.result.tainted = true;
  });
}

// Probes and aliases.

/** Names that an alias's bodies assign, so that its handlers see them. */
function assignedNames(blocks: readonly Block[]): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: Expression | undefined): void => {
    const bare = name && unwrap(name);
    if (bare?.kind === 'name') names.add(bare.name);
  };
  const expression = (node: Expression): void => {
    let at = node;
    for (;;) {
      if (at.kind === 'assignment') {
        add(at.left);
        at = at.right;
      } else if (at.kind === 'parenthesized') at = at.expression;
      else {
        if (at.kind === 'update') add(at.operand);
        return;
      }
    }
  };
  const statement = (node: Statement): void => {
    let at: Statement | undefined = node;
    while (at) {
      const now: Statement = at;
      at = undefined;
      switch (now.kind) {
        case 'block':
          now.statements.forEach(statement);
          break;
        case 'if':
          statement(now.then);
          at = now.else;
          break;
        case 'for':
          if (now.initial) expression(now.initial);
          statement(now.body);
          break;
        case 'while':
          statement(now.body);
          break;
        case 'foreach':
          for (const index of now.indexes) names.add(index.name);
          if (now.value) names.add(now.value.name);
          statement(now.body);
          break;
        case 'try':
          if (now.variable) names.add(now.variable.name);
          statement(now.body);
          statement(now.handler);
          break;
        case 'expressionStatement':
          expression(now.expression);
      }
    }
  };
  blocks.forEach(statement);
  return names;
}

/** The scope of an alias; its bodies are walked once, for the document in its own order. */
export function aliasScope(a: Analysis, alias: Alias, unit: Unit): AliasScope {
  const known = unit.aliases.get(alias);
  if (known) return known;
  const blocks = alias.epilogue ? [alias.body, alias.epilogue] : [alias.body];
  a.resolving.add(alias);
  const made: AliasScope = { scope: probeScope(a, alias, unit, resolveAll(a, alias.points), alias), walked: false };
  a.resolving.delete(alias);
  unit.aliases.set(alias, made);
  for (const name of assignedNames(blocks)) {
    if (unit.globals.has(name)) continue;
    const variable = newVariable(name, 'local', newSlot(), unit, alias);
    variable.exported = true;
    if (!unit.isForeign) a.variables.push(variable);
    made.scope.names.set(name, variable);
  }
  if (unit.isForeign) walkAlias(a, alias, unit);
  return made;
}

export function walkAlias(a: Analysis, alias: Alias, unit: Unit): void {
  const made = aliasScope(a, alias, unit);
  if (made.walked) return;
  made.walked = true;
  within(a, made.scope, () => {
    checkPoints(a, alias.points, resolveAll(a, alias.points), true);
    checkLoop(a, alias);
    walkBlock(a, alias.body);
    if (alias.epilogue) walkBlock(a, alias.epilogue);
  });
}

export function walkProbe(a: Analysis, probe: Probe, unit: Unit): void {
  const points = resolveAll(a, probe.points);
  const scope = probeScope(a, probe, unit, points, undefined);
  within(a, scope, () => {
    checkPoints(a, probe.points, points, false);
    walkBlock(a, probe.body);
  });
}

export function resolveAll(a: Analysis, points: readonly ProbePoint[]): readonly ResolvedPoint[] {
  return points.flatMap(flattenPoint).map((flat) => ({ flat, resolution: resolvePoint(flat.components, a.aliases) }));
}

const placeless: ReadonlySet<string> = new Set(['begin', 'end', 'error', 'never', 'timer']);

/** Whether a built-in probe point gives target variables. */
function targetsOf({ flat, resolution }: ResolvedPoint): Scope['targets'] {
  if (!resolution.ok || !resolution.builtin || resolution.aliases.length > 0) return 'yes';
  const [first, second] = flat.components;
  const name = first?.name ?? '';
  if (first?.unknown === true || first?.name === '') return 'yes';
  if (placeless.has(name)) return 'no';
  if (name === 'procfs') return 'value';
  if (name === 'process' && flat.components.length <= 3 && /^(?:begin|end|thread)$/.test(second?.name ?? ''))
    return 'no';
  return 'yes';
}

function probeScope(
  a: Analysis,
  owner: Probe | Alias,
  unit: Unit,
  points: readonly ResolvedPoint[],
  self: Alias | undefined,
): Scope {
  const given: AliasScope[] = [];
  // What an epilogue reads, the handler may assign.
  const isEpilogue = owner.kind === 'alias' && (owner.style === 'epilogue' || owner.epilogue !== undefined);
  let isOpen = points.length === 0 || isEpilogue;
  const bare: string[] = [];
  let isReturn = false;
  const snapshot = new Map<string, 'long' | 'string' | 'any'>();
  for (const { flat, resolution } of points) {
    if (!resolution.ok) {
      isOpen = true;
      isReturn = true;
      continue;
    }
    if (
      flat.components.some(
        (component) => component.name === 'return' || component.name === '' || component.unknown === true,
      )
    )
      isReturn = true;
    if (
      flat.components.some(
        (component) => component.name === '' || component.unknown === true || component.name.includes('**'),
      )
    )
      isOpen = true;
    if (resolution.aliases.length === 0 && resolution.given.length === 0) {
      bare.push(pointText(flat.components, unit.tree.text));
    }
    for (const { entry } of resolution.aliases) {
      isReturn = true;
      if (entry.alias !== self) a.usedAliases.add(entry.alias);
      if (entry.alias === self || a.resolving.has(entry.alias)) {
        isOpen = true;
        continue;
      }
      const scope = aliasScope(a, entry.alias, unitOf(a, entry.tree));
      if (!given.includes(scope)) given.push(scope);
    }
    for (const list of resolution.given) {
      isReturn = true;
      for (const { name, type } of list) {
        const before = snapshot.get(name);
        snapshot.set(name, before === undefined || before === type ? type : 'any');
      }
    }
  }
  const kinds = new Set(points.map(targetsOf));
  const targets = kinds.has('yes') || kinds.size === 0 ? 'yes' : kinds.has('value') ? 'value' : 'no';
  // A prologue alias's variables pass through the aliases on top of it.
  const all = given.flatMap((scope) => [scope, ...scope.scope.given]);
  for (const scope of given)
    for (const [name, type] of scope.scope.snapshot) if (!snapshot.has(name)) snapshot.set(name, type);
  if (given.some((scope) => scope.scope.isOpen)) isOpen = true;
  const isMixed = !isOpen && bare.length < points.length;
  return {
    ...emptyScope(unit),
    owner,
    span: owner,
    given: all,
    snapshot,
    isOpen,
    targets,
    isReturn,
    bare: isMixed ? bare : [],
  };
}

/** The variables that a probe's aliases give to its handler, by name. */
export function givenVariables(
  a: Analysis,
  declaration: Probe | Alias,
): ReadonlyMap<string, 'long' | 'string' | 'any'> {
  const self = declaration.kind === 'alias' ? declaration : undefined;
  const scope = probeScope(a, declaration, a.document, resolveAll(a, declaration.points), self);
  const found = new Map(scope.snapshot);
  for (const { scope: alias } of scope.given) {
    for (const variable of alias.names.values()) {
      if (!variable.exported || found.has(variable.name)) continue;
      const type = typeOf(variable.slot);
      found.set(variable.name, type === string ? 'string' : type === long ? 'long' : 'any');
    }
  }
  return found;
}

/** Says which probe points match nothing, and checks their conditions. */
function checkPoints(
  a: Analysis,
  written: readonly ProbePoint[],
  points: readonly ResolvedPoint[],
  isAlias: boolean,
): void {
  for (const { flat, resolution } of a.scope.unit.isForeign ? [] : points) {
    if (resolution.ok) {
      for (const { entry, rest } of resolution.aliases) {
        const last = flat.components[flat.components.length - rest.length - 1];
        const [first] = flat.components;
        if (first && last && first.start <= last.start)
          use(a, { start: first.start, end: last.nameSpan.end }, entry, 'call');
      }
      checkInterval(a, flat);
    } else if (flat.suffix === '') mismatchedPoint(a, flat, resolution, isAlias);
  }
  for (const point of written) checkConditions(a, point);
}

/** An alias that stands, over others, for itself. */
function checkLoop(a: Analysis, alias: Alias): void {
  if (a.scope.unit.isForeign) return;
  const seen = new Set<Alias>();
  const pending = [alias];
  for (let at = pending.pop(); at; at = pending.pop()) {
    for (const { resolution } of resolveAll(a, at.points)) {
      for (const { entry } of resolution.ok ? resolution.aliases : []) {
        if (entry.alias === alias) {
          const [name] = alias.names;
          report(a, name ?? alias.keyword, 'alias-loop', 'This alias stands for itself: its expansion does not end.');
          return;
        }
        if (!seen.has(entry.alias)) pending.push(entry.alias);
        seen.add(entry.alias);
      }
    }
  }
}

const intervals: Readonly<Record<string, number>> = {
  s: 86_400,
  sec: 86_400,
  ms: 86_400_000,
  msec: 86_400_000,
  us: 86_400_000_000,
  usec: 86_400_000_000,
  ns: 86_400_000_000_000,
  nsec: 86_400_000_000_000,
  jiffies: Number.MAX_SAFE_INTEGER,
  hz: 1_000_000,
};

function checkInterval(a: Analysis, flat: FlatPoint): void {
  const [first, second] = flat.components;
  if (first?.name !== 'timer' || second?.argument?.kind !== 'number') return;
  const most = intervals[second.name];
  if (most === undefined) return;
  const { value } = second.argument;
  if (value < 1n || value > BigInt(most)) {
    report(a, second.argument, 'timer-interval', `The interval of timer.${second.name} is from 1 to ${most}.`);
  }
}

function checkConditions(a: Analysis, point: ProbePoint): void {
  if (point.condition) {
    for (const name of namesIn(point.condition)) {
      if (a.scope.unit.globals.has(name.name) || globalOf(a, name.name)) continue;
      report(a, name, 'condition-variable', `The condition of a probe point reads globals only; ${name.name} is none.`);
      declareLocal(a, name, 'given').slot.tainted = true;
    }
    check(a, point.condition, long);
  }
  for (const component of point.components) {
    if (component.kind === 'componentGroup') for (const inner of component.points) checkConditions(a, inner);
  }
}

/** Variables that an expression names. */
function namesIn(expression: Expression): readonly Name[] {
  const names: Name[] = [];
  const pending: unknown[] = [expression];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (Array.isArray(node)) pending.push(...(node as unknown[]));
    else if (typeof node === 'object' && node !== null && 'kind' in node) {
      const { kind } = node;
      const fields = node as unknown as Readonly<Record<string, unknown>>;
      if (kind === 'name') names.push(node as Name);
      else if (kind === 'call' || kind === 'print') pending.push(fields.arguments);
      else pending.push(...Object.values(fields).filter((value) => typeof value === 'object'));
    }
  }
  return names.filter((name) => name.name !== '' && !name.name.startsWith('$'));
}

function mismatchedPoint(a: Analysis, flat: FlatPoint, resolution: Resolution & { ok: false }, isAlias: boolean): void {
  const component = flat.components[resolution.index];
  if (!component) return;
  const own = [...a.aliases[0].values()].flat().map((entry) => entry.parts[resolution.index] ?? '');
  const follow = [...new Set([...resolution.follow.map((key) => key.replace(/\(.*/, '')), ...own])].filter(
    (name) => name !== '',
  );
  const similar = nearest(component.name, follow);
  const hint = similar.length > 0 ? ` Similar: ${similar.join(', ')}.` : '';
  const text = pointText(flat.components, a.scope.unit.tree.text);
  const forms = resolution.follow.filter((key) => key.replace(/\(.*/, '') === component.name);
  const list = (names: readonly string[]): string => names.slice(0, 8).join(', ') + (names.length > 8 ? ', …' : '');
  const messages = {
    mismatch: `Probe point mismatch: nothing matches ${text}; ${component.name} is not known here.${hint}`,
    wildcard: `Probe point mismatch: the pattern ${component.name} matches nothing here.${hint}`,
    argument: `Probe point mismatch: ${component.name} takes another argument here: ${list(forms)}.`,
    suffix: `Invalid suffix for the probe point: ${component.name} cannot follow here.${hint}`,
    truncated: `The probe point is not complete; there can follow: ${list(resolution.follow)}.`,
  };
  const fixes = similar
    .filter(() => resolution.problem === 'mismatch')
    .map((name) => ({ title: `Change to ${name}`, edits: [{ span: component.nameSpan, newText: name }] }));
  const isFirst = resolution.index === 0 && resolution.problem === 'mismatch';
  const owner = isFirst ? otherTapsets.get(component.name) : undefined;
  if (owner !== undefined) {
    const message = `${component.name} is a tapset that ${owner} installs; it was not read here.`;
    report(a, component.nameSpan, 'other-tapset', message, { severity: 'information' });
    return;
  }
  report(
    a,
    resolution.problem === 'truncated' ? component : component.nameSpan,
    'probe-point-mismatch',
    messages[resolution.problem],
    {
      ...(isAlias ? { severity: 'warning' as const } : {}),
      ...(fixes.length > 0 ? { fixes } : {}),
    },
  );
}

// Statements.

function walkBlock(a: Analysis, block: Block): void {
  for (const statement of block.statements) walkStatement(a, statement);
}

function walkStatement(a: Analysis, statement: Statement): void {
  switch (statement.kind) {
    case 'block':
      walkBlock(a, statement);
      break;
    case 'expressionStatement': {
      const { expression } = statement;
      if (expression.kind === 'call') inferCall(a, expression, false);
      else infer(a, expression);
      break;
    }
    case 'if': {
      let at: Statement | undefined = statement;
      while (at?.kind === 'if') {
        check(a, at.condition, long);
        walkStatement(a, at.then);
        at = at.else;
      }
      if (at) walkStatement(a, at);
      break;
    }
    case 'for':
      if (statement.initial) infer(a, statement.initial);
      if (statement.condition) check(a, statement.condition, long);
      if (statement.step) infer(a, statement.step);
      walkLoop(a, statement.body);
      break;
    case 'while':
      check(a, statement.condition, long);
      walkLoop(a, statement.body);
      break;
    case 'foreach':
      walkForeach(a, statement);
      break;
    case 'try':
      walkBlock(a, statement.body);
      if (statement.variable && statement.variable.name !== '') {
        const { variable: name } = statement;
        const variable =
          a.scope.names.get(name.name) ?? a.scope.unit.globals.get(name.name) ?? declareLocal(a, name, 'message');
        write(a, name, variable);
        if (!restrict(variable.slot, string, name)) typeClash(a, name, variable.slot, stringSlot);
      }
      walkBlock(a, statement.handler);
      break;
    case 'return':
      walkReturn(a, statement);
      break;
    case 'delete':
      walkDelete(a, statement.value);
      break;
    case 'break':
    case 'continue':
      if (a.scope.loops === 0) {
        report(a, statement, 'outside-loop', `A ${statement.kind} stands in a loop only.`, {
          href: 'https://sourceware.org/systemtap/man/error::pass3.7stap.html',
        });
      }
      break;
    case 'next':
    case 'empty':
      break;
  }
}

function typeClash(
  a: Analysis,
  node: Name,
  slot: Parameters<typeof typeOf>[0],
  wanted: Parameters<typeof typeOf>[0],
): void {
  const message = `Type mismatch: ${node.name} is ${typePhrases[typeOf(slot)]}, and it becomes ${typePhrases[typeOf(wanted)]} here.`;
  report(a, node, 'type-mismatch', message);
}

function walkLoop(a: Analysis, body: Statement): void {
  a.scope.loops++;
  walkStatement(a, body);
  a.scope.loops--;
}

function walkReturn(a: Analysis, statement: Statement & { kind: 'return' }): void {
  const { value } = statement;
  const fn = a.scope.function;
  if (!value) return;
  const slot = infer(a, value);
  if (!fn || unify(slot, fn.result, value)) return;
  const wanted = typeOf(fn.result);
  const message = `Type mismatch: ${fn.name} gives ${typePhrases[wanted]}, and this is ${typePhrases[typeOf(slot)]}.`;
  const declared = fn.declaration.type;
  report(
    a,
    value,
    'type-mismatch',
    message,
    declared && !fn.unit.isForeign ? { related: [{ span: declared, message: 'declared here' }] } : {},
  );
}

function walkDelete(a: Analysis, value: Expression): void {
  const bare = unwrap(value);
  if (bare.kind === 'name' && bare.name !== '' && !bare.name.startsWith('$')) {
    const variable = a.scope.names.get(bare.name) ?? globalOf(a, bare.name) ?? lookUp(a, bare);
    use(a, bare, variable, 'write');
    if (variable.role === 'local' && variable.writes === 0 && variable.reads === 0) {
      report(a, bare, 'unresolved-array', `Unresolved array ${bare.name}: there is nothing of this name to delete.`);
      variable.slot.tainted = true;
      variable.writes++;
    }
    return;
  }
  if (bare.kind === 'index' && bare.array.kind === 'name' && bare.array.name !== '') {
    const { array } = bare;
    const variable = lookUp(a, array);
    use(a, array, variable, 'write');
    changesArray(a, array, variable);
    if (!useArity(a, array, variable, bare.indexes.length)) return;
    for (const [i, index] of bare.indexes.entries()) {
      if (index.kind === 'wildcard') continue;
      const slot = infer(a, index);
      const wanted = variable.indexes[i];
      if (wanted && !unify(slot, wanted, index)) {
        report(
          a,
          index,
          'type-mismatch',
          `Type mismatch: index ${i + 1} of ${array.name} is ${typePhrases[typeOf(wanted)]}, and this is ${typePhrases[typeOf(slot)]}.`,
        );
      }
    }
    return;
  }
  if (bare.kind === 'missing' || bare.kind === 'macroCall' || bare.kind === 'argument') return;
  infer(a, bare);
  report(a, value, 'delete', 'Only a variable, an array or an element of one can be deleted.');
}

function walkForeach(a: Analysis, node: ForeachStatement): void {
  const { array } = node;
  const variable =
    array.kind === 'name' && array.name !== '' && !array.name.startsWith('$') ? lookUp(a, array) : undefined;
  const declare = (name: Name): ReturnType<typeof lookUp> | undefined => {
    if (name.name === '') return undefined;
    const known = a.scope.names.get(name.name) ?? a.scope.unit.globals.get(name.name);
    const index = known ?? declareLocal(a, name, 'index');
    write(a, name, index);
    if (index.role === 'global') useArity(a, name, index, 0);
    return index;
  };
  const value = node.value && declare(node.value);
  const indexes = node.indexes.map(declare);
  let fits = false;
  if (array.kind === 'histogram') {
    inferHistogram(a, array);
    for (const index of indexes) if (index) restrict(index.slot, long, array);
    if (value) restrict(value.slot, long, array);
  } else if (variable) {
    read(a, array, variable);
    const count = node.indexes.length;
    fits = useArity(a, array, variable, count);
    if (fits) {
      for (const [i, index] of indexes.entries()) {
        const wanted = variable.indexes[i];
        const name = node.indexes[i];
        if (index && wanted && name && !unify(index.slot, wanted, name)) typeClash(a, name, index.slot, wanted);
      }
      if (value && !unify(value.slot, variable.slot, node.value)) typeClash(a, node.value, value.slot, variable.slot);
      if (value && typeOf(value.slot) === stats) {
        report(
          a,
          node.value,
          'aggregate-value',
          `${array.name} holds statistics aggregates, which a variable cannot; use @count(${array.name}[…]) and the like.`,
        );
      }
    }
  }
  if (node.sort?.by !== undefined && variable && fits && !restrict(variable.slot, stats, array)) {
    report(
      a,
      array,
      'type-mismatch',
      `Type mismatch: ${variable.name} is an array of ${typeNames[typeOf(variable.slot)]} and has no @${node.sort.by} to sort by.`,
    );
  }
  if (node.slice) walkSlice(a, node, variable);
  if (node.limit) check(a, node.limit, long);
  if (variable) a.scope.iterated.push(variable);
  walkLoop(a, node.body);
  if (variable) a.scope.iterated.pop();
}

function walkSlice(a: Analysis, node: ForeachStatement, variable: ReturnType<typeof lookUp> | undefined): void {
  for (const [i, index] of (node.slice ?? []).entries()) {
    if (index.kind === 'wildcard') continue;
    const slot = infer(a, index);
    const wanted = variable?.indexes[i];
    if (wanted && !unify(slot, wanted, index)) {
      report(
        a,
        index,
        'type-mismatch',
        `Type mismatch: index ${i + 1} is ${typePhrases[typeOf(wanted)]}, and this is ${typePhrases[typeOf(slot)]}.`,
      );
    }
  }
  const count = node.slice?.length ?? 0;
  if (variable && variable.arity >= 0 && count !== variable.arity && node.array.kind === 'name') {
    useArity(a, node.array, variable, count);
  }
}
