// Types of expressions, and what must hold for them: stap's rules, one for each kind of expression. `infer` gives the
// slot of an expression's type; `check` wants a type and says so where it is another. Long chains of binary operators
// and of ?: are walked by loops, because the stack is not endless.
import type { Span } from '../../base/text.ts';
import { readFormat } from './formats.ts';
import { rawOffset } from './literals.ts';
import { otherBuildFunctions, snapshotFunctions } from './library.ts';
import { nearest } from './points.ts';
import { checkRegex } from './regex.ts';
import {
  checkGiven,
  functionsOf,
  globalOf,
  known,
  lookUp,
  read,
  report,
  use,
  write,
  type Analysis,
  type LocalFunction,
  type Variable,
} from './scopes.ts';
import type {
  Assignment,
  Binary,
  Call,
  Expression,
  Histogram,
  Index,
  Name,
  Operator,
  Print,
  StringLiteral,
  Target,
  Wildcard,
} from './syntax.ts';
import { stapFunctions, type StapFunction } from '../../catalogue/systemtap.ts';
import {
  anySlot,
  long,
  longSlot,
  newSlot,
  open,
  restrict,
  root,
  slotOf,
  stats,
  string,
  stringSlot,
  typeNames,
  typeOf,
  typePhrases,
  unify,
  type Slot,
  type TypeCode,
} from './types.ts';

export function unwrap(expression: Expression): Expression {
  let at = expression;
  while (at.kind === 'parenthesized') at = at.expression;
  return at;
}

/** The variable that an expression names, if it is one. */
function variableOf(a: Analysis, expression: Expression): Variable | undefined {
  const bare = unwrap(expression);
  const name =
    bare.kind === 'name' ? bare : bare.kind === 'index' && bare.array.kind === 'name' ? bare.array : undefined;
  return name && known(a, name.name);
}

const spanOf = ({ start, end }: Span): Span => ({ start, end });

/** Characters of a string literal, by their offsets in its value; all of it where it has several parts. */
function spanInside(a: Analysis, literal: StringLiteral, start: number, end: number): Span {
  const { text } = a.scope.unit.tree;
  if (literal.parts || text[literal.start] !== '"' || literal.end - literal.start < 2) return spanOf(literal);
  const inner = text.slice(literal.start + 1, literal.end - 1);
  const from = Math.min(literal.start + 1 + rawOffset(inner, start), literal.end - 1);
  return { start: from, end: Math.min(Math.max(from + 1, literal.start + 1 + rawOffset(inner, end)), literal.end) };
}

function mismatch(a: Analysis, expression: Expression, slot: Slot, wanted: TypeCode): void {
  const { type, where } = root(slot);
  const variable = variableOf(a, expression);
  const what = variable ? `${variable.name} is ${typePhrases[type]}` : `this is ${typePhrases[type]}`;
  const message = `Type mismatch: ${what}, and ${typePhrases[wanted]} is wanted here.`;
  const related =
    variable && where && where.start !== expression.start
      ? [{ span: spanOf(where), message: `${typeNames[type]} was first inferred here` }]
      : undefined;
  report(a, expression, 'type-mismatch', message, {
    ...(variable ? { variable } : {}),
    ...(related ? { related } : {}),
  });
}

/** Wants an expression to be of a type. */
export function check(a: Analysis, expression: Expression, wanted: TypeCode): void {
  const slot = infer(a, expression);
  if (!restrict(slot, wanted, expression)) mismatch(a, expression, slot, wanted);
}

/** Wants two expressions to be of one type, whose slot is the result. */
function agree(a: Analysis, expression: Expression, slot: Slot, other: Slot): void {
  if (!unify(slot, other, expression)) mismatch(a, expression, slot, typeOf(other));
}

export function infer(a: Analysis, expression: Expression): Slot {
  switch (expression.kind) {
    case 'number':
      return longSlot;
    case 'string':
      return stringSlot;
    case 'argument':
      return expression.form === 'string' ? stringSlot : expression.index === 0 ? longSlot : anySlot;
    case 'name':
      return inferName(a, expression);
    case 'index':
      return inferIndex(a, expression);
    case 'call':
      return inferCall(a, expression, true);
    case 'print':
      return inferPrint(a, expression);
    case 'assignment':
      return inferAssignment(a, expression);
    case 'ternary':
      return inferTernary(a, expression);
    case 'binary':
      return inferBinary(a, expression);
    case 'match':
      check(a, expression.left, string);
      if (expression.pattern.kind === 'string') checkPattern(a, expression.pattern);
      return longSlot;
    case 'in':
      inferElement(a, expression.array, expression.indexes, true);
      return longSlot;
    case 'unary':
      check(a, expression.operand, long);
      return longSlot;
    case 'update': {
      const target = unwrap(expression.operand);
      if (target.kind === 'name' || target.kind === 'index') {
        const slot = changed(a, target, true);
        if (!restrict(slot, long, target)) mismatch(a, target, slot, long);
      } else {
        check(a, target, long);
        if (
          target.kind !== 'target' &&
          target.kind !== 'missing' &&
          target.kind !== 'macroCall' &&
          target.kind !== 'argument' &&
          target.kind !== 'embeddedExpression'
        ) {
          report(
            a,
            target,
            'lvalue',
            `Only a variable or an array's element can be the operand of ${expression.operator}.`,
          );
        }
      }
      return longSlot;
    }
    case 'target':
      return inferTarget(a, expression, undefined);
    case 'parenthesized':
      return infer(a, expression.expression);
    case 'statistic':
      inferAggregate(a, expression.operand);
      return longSlot;
    case 'histogram':
      inferHistogram(a, expression);
      return anySlot;
    case 'operator':
      return inferOperator(a, expression);
    case 'embeddedExpression':
      return /\/\*\s*string\s*\*\//.test(expression.code) ? stringSlot : longSlot;
    case 'macroCall':
    case 'missing':
      return anySlot;
  }
}

/** Whether a variable is a statistics aggregate, or can turn out to be one. */
function mayAggregate(variable: Variable): boolean {
  const type = typeOf(variable.slot);
  return type === open || type === stats;
}

function inferName(a: Analysis, node: Name): Slot {
  if (node.name === '' || node.name.startsWith('$')) return anySlot;
  const variable = lookUp(a, node);
  read(a, node, variable);
  useArity(a, node, variable, 0);
  if (variable.role === 'global' && !a.scope.unit.isForeign && mayAggregate(variable))
    a.plainReads.push({ node, variable, function: a.scope.function });
  return variable.slot;
}

/** Wants a global to have so many indexes. */
export function useArity(a: Analysis, node: Name, variable: Variable, count: number): boolean {
  if (variable.role !== 'global' && variable.role !== 'given') {
    if (count > 0) {
      report(
        a,
        node,
        'unresolved-array',
        `Unresolved array ${node.name}: only globals are arrays; declare it with “global ${node.name}”.`,
      );
      variable.slot.tainted = true;
      return false;
    }
    return true;
  }
  if (variable.arity < 0) {
    variable.arity = count;
    variable.arityAt = node;
    while (variable.indexes.length < count) variable.indexes.push(newSlot());
    return true;
  }
  if (variable.arity === count) return true;
  const plural = (n: number): string => (n === 0 ? 'no index' : n === 1 ? '1 index' : `${n} indexes`);
  const message = `Inconsistent arity: ${node.name} has ${plural(variable.arity)} elsewhere and ${plural(count)} here.`;
  const related =
    variable.arityAt && !variable.unit.isForeign
      ? [{ span: variable.arityAt, message: `first used here with ${plural(variable.arity)}` }]
      : undefined;
  report(a, node, 'inconsistent-arity', message, related ? { related } : {});
  return false;
}

/** An element of an array: its slot, after its indexes were checked. */
function inferElement(
  a: Analysis,
  array: Name | Histogram,
  indexes: readonly (Expression | Wildcard)[],
  wildcards: boolean,
): Slot {
  if (array.kind === 'histogram') {
    inferHistogram(a, array);
    for (const index of indexes) if (index.kind !== 'wildcard') check(a, index, long);
    if (indexes.length !== 1)
      report(a, array, 'inconsistent-arity', 'A histogram has one index: the number of its bucket.');
    return longSlot;
  }
  if (array.name === '' || array.name.startsWith('$')) {
    for (const index of indexes) if (index.kind !== 'wildcard') infer(a, index);
    return anySlot;
  }
  const variable = lookUp(a, array);
  read(a, array, variable);
  return elementOf(a, array, variable, indexes, wildcards);
}

function elementOf(
  a: Analysis,
  array: Name,
  variable: Variable,
  indexes: readonly (Expression | Wildcard)[],
  wildcards: boolean,
): Slot {
  const fits = useArity(a, array, variable, indexes.length);
  for (const [i, index] of indexes.entries()) {
    if (index.kind === 'wildcard') {
      if (!wildcards) report(a, index, 'wildcard-index', 'A * is no index here: it is for foreach, delete and in.');
      continue;
    }
    const slot = infer(a, index);
    const wanted = variable.indexes[i];
    if (!fits || !wanted) continue;
    if (!unify(slot, wanted, index)) {
      const related = root(wanted).where
        ? [{ span: root(wanted).where ?? index, message: 'first inferred here' }]
        : undefined;
      const message = `Type mismatch: index ${i + 1} of ${array.name} is ${typePhrases[typeOf(wanted)]}, and this is ${typePhrases[typeOf(slot)]}.`;
      report(a, index, 'type-mismatch', message, variable.unit.isForeign || !related ? {} : { related });
    }
  }
  return fits ? variable.slot : anySlot;
}

function inferIndex(a: Analysis, node: Index): Slot {
  const slot = inferElement(a, node.array, node.indexes, false);
  if (node.array.kind === 'name' && slot !== anySlot) {
    const variable = a.scope.names.get(node.array.name) ?? globalOf(a, node.array.name);
    if (variable?.role === 'global' && !a.scope.unit.isForeign && mayAggregate(variable))
      a.plainReads.push({ node: node.array, variable, function: a.scope.function });
  }
  return slot;
}

/** A variable or element that is assigned to; `reads` if its old value matters too. */
function changed(a: Analysis, node: Name | Index, reads: boolean): Slot {
  if (node.kind === 'name') {
    if (node.name === '' || node.name.startsWith('$')) return anySlot;
    const variable = lookUp(a, node);
    if (reads && variable.role !== 'local') variable.reads++;
    if (reads) variable.reads++;
    write(a, node, variable);
    useArity(a, node, variable, 0);
    return variable.slot;
  }
  const { array } = node;
  if (array.kind === 'histogram') {
    report(a, node, 'lvalue', 'A bucket of a histogram cannot be changed.');
    return inferIndex(a, node);
  }
  if (array.name === '' || array.name.startsWith('$')) return anySlot;
  const variable = lookUp(a, array);
  if (reads) variable.reads++;
  write(a, array, variable);
  changesArray(a, array, variable);
  return elementOf(a, array, variable, node.indexes, false);
}

/** An element is set or deleted: not while a foreach goes over the array. */
export function changesArray(a: Analysis, node: Name, variable: Variable): void {
  a.scope.function?.changes.add(variable);
  if (!a.scope.iterated.includes(variable)) return;
  report(a, node, 'modified-in-foreach', `${node.name} cannot be changed while a foreach goes over it.`);
}

function inferAssignment(a: Analysis, node: Assignment): Slot {
  const left = unwrap(node.left);
  const { operator } = node;
  if (left.kind === 'target') {
    const slot = inferTarget(a, left, undefined);
    const wanted = operator === '.=' ? string : operator === '=' ? open : long;
    const right = infer(a, node.right);
    if (operator === '=') agree(a, node.right, right, slot);
    else if (!restrict(right, wanted, node.right)) mismatch(a, node.right, right, wanted);
    return slot;
  }
  if (left.kind !== 'name' && left.kind !== 'index') {
    const allowed =
      left.kind === 'missing' ||
      left.kind === 'macroCall' ||
      left.kind === 'argument' ||
      left.kind === 'embeddedExpression';
    infer(a, left);
    if (!allowed && !(left.kind === 'operator' && left.operator === '@probewrite')) {
      report(a, node.left, 'lvalue', `Only a variable, an array's element or a $target variable can be assigned to.`);
    }
    infer(a, node.right);
    return anySlot;
  }
  if (operator === '<<<') return inferAccumulation(a, node, left);
  const slot = changed(a, left, operator !== '=');
  if (operator === '=') {
    const right = infer(a, node.right);
    if (typeOf(right) === stats) return slot;
    const before = root(slot);
    if (before.type !== open && !restrict(right, before.type, node.right)) {
      const bare = unwrap(node.right);
      const isPlain = bare.kind === 'name' || bare.kind === 'index';
      mismatchAssigned(a, node, left, slot, right, isPlain);
    } else unify(slot, right, left);
    return slot;
  }
  const wanted = operator === '.=' ? string : long;
  if (!restrict(slot, wanted, left)) mismatch(a, left, slot, wanted);
  check(a, node.right, wanted);
  return slot;
}

function mismatchAssigned(
  a: Analysis,
  node: Assignment,
  left: Name | Index,
  slot: Slot,
  right: Slot,
  isPlain: boolean,
): void {
  const variable = variableOf(a, left);
  const name = variable?.name ?? 'This';
  const { where, type } = root(slot);
  const message = `Type mismatch: ${name} is ${typePhrases[type]}, and ${typePhrases[typeOf(right)]} is assigned to it.`;
  const related =
    where && !(variable?.unit.isForeign ?? false)
      ? [{ span: spanOf(where), message: `${typeNames[type]} was first inferred here` }]
      : undefined;
  report(a, isPlain ? left : node.right, 'type-mismatch', message, {
    ...(variable ? { variable } : {}),
    ...(related ? { related } : {}),
  });
}

function inferAccumulation(a: Analysis, node: Assignment, left: Name | Index): Slot {
  const name = left.kind === 'name' ? left : left.array.kind === 'name' ? left.array : undefined;
  const slot = changed(a, left, false);
  const variable = name && a.scope.names.get(name.name);
  if (variable && variable.role !== 'global' && left.kind === 'name' && name.name !== '') {
    const message = `${name.name} is local; only globals hold statistics aggregates: declare it with “global ${name.name}”.`;
    report(a, left, 'local-aggregate', message, { variable });
    variable.slot.tainted = true;
  } else if (!restrict(slot, stats, left)) mismatch(a, left, slot, stats);
  check(a, node.right, long);
  return longSlot;
}

function inferTernary(a: Analysis, node: Expression): Slot {
  let at = node;
  let first: Slot | undefined;
  while (at.kind === 'ternary') {
    check(a, at.condition, long);
    const then = infer(a, at.then);
    if (first) agree(a, at.then, then, first);
    first ??= then;
    at = at.else;
  }
  const last = infer(a, at);
  if (!first) return last;
  agree(a, at, last, first);
  return first;
}

const comparisons: ReadonlySet<string> = new Set(['<', '>', '==', '!=', '<=', '>=']);

function inferBinary(a: Analysis, node: Binary): Slot {
  const chain: Binary[] = [];
  let at: Expression = node;
  while (at.kind === 'binary') {
    chain.push(at);
    at = at.left;
  }
  let left = infer(a, at);
  let operand: Expression = at;
  for (let link = chain.pop(); link; link = chain.pop()) {
    const { operator, right } = link;
    if (comparisons.has(operator)) {
      agree(a, right, infer(a, right), left);
      left = longSlot;
    } else {
      const wanted = operator === '.' ? string : long;
      if (operator === '>>>' && unwrap(operand).kind === 'number' && unwrap(right).kind === 'number') {
        report(a, link.operatorSpan, 'unsupported-operator', 'stap cannot compute >>> of two literals.');
      }
      if (!restrict(left, wanted, operand)) mismatch(a, operand, left, wanted);
      check(a, right, wanted);
      left = wanted === string ? stringSlot : longSlot;
    }
    operand = link;
  }
  return left;
}

function checkPattern(a: Analysis, node: StringLiteral): void {
  const problem = checkRegex(node.value);
  if (!problem) return;
  report(a, spanInside(a, node, problem.at, problem.at + 1), 'regex', `Regular expression: ${problem.message}.`);
}

/** The operand of @count and the like: a global, or an element of one. */
function inferAggregate(a: Analysis, operand: Expression): Variable | undefined {
  const bare = unwrap(operand);
  if (bare.kind === 'name' && bare.name !== '' && !bare.name.startsWith('$')) {
    const variable = lookUp(a, bare);
    read(a, bare, variable);
    if (variable.role !== 'global') {
      const known = typeOf(variable.slot);
      if (variable.role !== 'local' || known !== open) mismatch(a, bare, variable.slot, stats);
      else {
        const message = `${bare.name} is local; only globals hold statistics aggregates: declare it with “global ${bare.name}”.`;
        report(a, bare, 'local-aggregate', message, { variable });
      }
      variable.slot.tainted = true;
      return variable;
    }
    if (useArity(a, bare, variable, 0) && !restrict(variable.slot, stats, bare))
      mismatch(a, bare, variable.slot, stats);
    return variable;
  }
  if (bare.kind === 'index' && bare.array.kind === 'name') {
    const slot = inferElement(a, bare.array, bare.indexes, false);
    if (!restrict(slot, stats, bare)) mismatch(a, bare, slot, stats);
    return a.scope.unit.globals.get(bare.array.name);
  }
  check(a, bare, stats);
  return undefined;
}

export function inferHistogram(a: Analysis, node: Histogram): void {
  const variable = inferAggregate(a, node.operand);
  if (!variable) return;
  const shape = [node.operator, ...node.parameters.map((parameter) => parameter.value.toString())].join(' ');
  if (variable.histogram !== undefined && variable.histogram !== shape) {
    report(
      a,
      node.operatorSpan,
      'histogram',
      `${variable.name} has another histogram already; an aggregate has one kind, with the same bounds.`,
    );
  }
  variable.histogram ??= shape;
}

function inferOperator(a: Analysis, node: Operator): Slot {
  const [first, second] = node.operands;
  switch (node.operator) {
    case '@defined':
      a.scope.defined++;
      if (first) infer(a, first);
      a.scope.defined--;
      return longSlot;
    case '@entry':
      if (!a.scope.isReturn) report(a, node.operatorSpan, 'entry', '@entry has a meaning in .return probes only.');
      return first ? infer(a, first) : anySlot;
    case '@probewrite':
      return longSlot;
    case '@kderef':
    case '@uderef':
      if (second) check(a, second, long);
      return longSlot;
    default:
      return longSlot;
  }
}

/** `$x`, `$$vars`, `@cast(…)->y`: numbers, or strings where they are printed. */
function inferTarget(a: Analysis, node: Target, wrapper: string | undefined): Slot {
  const { base } = node;
  if (!a.scope.unit.isForeign) a.targets.push({ node, wrapper });
  for (const member of node.members) if (member.kind === 'element') check(a, member.index, long);
  if (base.kind === 'cast' || base.kind === 'auto') {
    const { operand } = base;
    const slot = operand.kind === 'target' ? inferTarget(a, operand, undefined) : infer(a, operand);
    if (base.kind === 'cast' && !restrict(slot, long, operand)) mismatch(a, operand, slot, long);
  }
  if (base.kind === 'variable') {
    if (a.scope.targets === 'no' && a.scope.defined === 0) {
      const where = a.scope.function
        ? 'in functions: pass its value as an argument'
        : 'in this probe, which has no place in a program';
      report(a, base.span, 'unresolved-target', `Unresolved target variable ${base.name}: there are none ${where}.`, {
        href: manualDwarf,
      });
      return anySlot;
    }
    if (base.name === '$value') {
      // procfs probes have a string of this name; whether an alias stands for one is not asked.
      if (a.scope.targets === 'value') return stringSlot;
      if (a.scope.given.length > 0 || a.scope.snapshot.size > 0 || a.scope.isOpen) return anySlot;
    }
    if (base.name.startsWith('$$')) return stringSlot;
  }
  return node.pretty !== '' ? stringSlot : longSlot;
}
const manualDwarf = 'https://sourceware.org/systemtap/man/error::dwarf.7stap.html';

function inferPrint(a: Analysis, node: Print): Slot {
  const result = node.name.startsWith('s') ? stringSlot : longSlot;
  const { format } = node;
  if (format?.kind === 'string') {
    const parsed = readFormat(format.value);
    if (!parsed.ok) {
      const span = spanInside(a, format, parsed.start, parsed.end);
      report(
        a,
        span,
        'format',
        'This conversion has no meaning: %, one flag, width, .precision, and one of b c d i m M o p s u x X are known.',
        {
          href: 'https://sourceware.org/systemtap/man/error::pass1.7stap.html',
        },
      );
    } else {
      const { wanted } = parsed;
      if (wanted.length !== node.arguments.length) {
        const plural = (n: number): string => (n === 1 ? '1 value' : `${n} values`);
        report(
          a,
          node.function,
          'print-arguments',
          `The format wants ${plural(wanted.length)}, and here are ${node.arguments.length}.`,
        );
      }
      for (const [i, argument] of node.arguments.entries()) {
        const type = wanted[i];
        if (type === undefined) printed(a, argument, node.name);
        else checkArgument(a, argument, type === 'string' ? string : long, node.name);
      }
      return result;
    }
  }
  for (const argument of node.arguments) printed(a, argument, node.name);
  return result;
}

/** An argument of any type, but a statistics aggregate. */
function printed(a: Analysis, argument: Expression, wrapper: string): void {
  const bare = unwrap(argument);
  if (bare.kind === 'name' && a.scope.bare.length > 0) {
    // Nothing else says what its type is there.
    const variable = known(a, bare.name);
    if (variable) checkGiven(a, bare, variable, 'error');
  }
  if (bare.kind === 'histogram') inferHistogram(a, bare);
  else inferArgument(a, argument, wrapper);
}

function inferArgument(a: Analysis, argument: Expression, wrapper: string): Slot {
  const bare = unwrap(argument);
  return bare.kind === 'target' ? inferTarget(a, bare, wrapper) : infer(a, argument);
}

function checkArgument(a: Analysis, argument: Expression, wanted: TypeCode, wrapper: string): void {
  const slot = inferArgument(a, argument, wrapper);
  if (!restrict(slot, wanted, argument)) mismatch(a, argument, slot, wanted);
}

export function inferCall(a: Analysis, node: Call, isValue: boolean): Slot {
  const { name } = node.function;
  const count = node.arguments.length;
  if (name === '' || name.startsWith('$')) {
    // A script argument may be anything, @count too.
    const { length } = a.plainReads;
    for (const argument of node.arguments) infer(a, argument);
    a.plainReads.length = length;
    return anySlot;
  }
  const scripts = functionsOf(a, name);
  const snapshot = snapshotFunctions(name);
  if (scripts.length === 0) {
    const known = snapshot.find((each) => each.parameters.length === count);
    return known ? inferTapsetCall(a, node, known, isValue) : unresolvedCall(a, node, scripts, snapshot);
  }
  const fitting = scripts.filter((each) => each.parameters.length === count);
  const known = snapshot.filter((each) => each.parameters.length === count);
  if (fitting.length === 0 && known.length === 0) return unresolvedCall(a, node, scripts, snapshot);
  const [first] = fitting;
  if (first) use(a, node.function, first, 'call');
  for (const callee of fitting) called(a, node, callee);
  for (const [i, argument] of node.arguments.entries()) {
    const slot = inferArgument(a, argument, name);
    for (const callee of fitting) agree(a, argument, slot, callee.parameters[i] ?? anySlot);
    // A script's own function is taken before the tapset's, whose types need not fit then.
    const [only] = known;
    if (fitting.length === 0 && only) {
      const type = only.parameters[i]?.type;
      const wanted = type === 'string' ? string : long;
      if (!restrict(slot, wanted, argument)) mismatch(a, argument, slot, wanted);
    }
  }
  const result =
    fitting[0]?.result ??
    known.map((each) => each.result).map((type) => (type ? slotOf(type) : newSlot()))[0] ??
    anySlot;
  for (const callee of fitting.slice(1)) unify(callee.result, result, node);
  if (isValue && typeOf(result) === open && !a.scope.unit.isForeign) {
    a.valueCalls.push({ node, slot: result, function: a.scope.function });
  }
  return result;
}

function inferTapsetCall(a: Analysis, node: Call, known: StapFunction, isValue: boolean): Slot {
  node.arguments.forEach((argument, i) => {
    checkArgument(a, argument, known.parameters[i]?.type === 'string' ? string : long, known.name);
  });
  if (known.result === 'long') return longSlot;
  if (known.result === 'string') return stringSlot;
  const slot = newSlot();
  if (isValue && !a.scope.unit.isForeign) a.valueCalls.push({ node, slot, function: a.scope.function });
  return slot;
}

function called(a: Analysis, node: Call, callee: LocalFunction): void {
  if (a.scope.function) a.scope.function.calls.add(callee);
  else callee.called = true;
  if (!callee.queued) {
    callee.queued = true;
    a.walk(callee);
    // Where the library's text does not tell, because a probe of it fills an array, the snapshot may.
    const count = callee.parameters.length;
    const result = snapshotFunctions(callee.name).find((each) => each.parameters.length === count)?.result;
    if (result && callee.unit.isForeign)
      restrict(callee.result, result === 'string' ? string : long, callee.declaration);
  }
  if (a.scope.iterated.length > 0 && !a.scope.unit.isForeign) {
    a.loopCalls.push({ node: node.function, callee, iterated: [...a.scope.iterated], caller: a.scope.function });
  }
}

function unresolvedCall(
  a: Analysis,
  node: Call,
  scripts: readonly LocalFunction[],
  snapshot: readonly { readonly parameters: readonly unknown[] }[],
): Slot {
  for (const argument of node.arguments) inferArgument(a, argument, node.function.name);
  const { name } = node.function;
  if (otherBuildFunctions.has(name)) return anySlot;
  const arities = [...new Set([...scripts, ...snapshot].map((each) => each.parameters.length))].sort((x, y) => x - y);
  if (arities.length > 0) {
    const [first] = scripts;
    if (first) use(a, node.function, first, 'call');
    for (const callee of scripts) called(a, node, callee);
    const takes = arities.map(String).join(' or ');
    const related =
      first && !first.unit.isForeign ? [{ span: first.declaration.name, message: 'defined here' }] : undefined;
    const message = `Arity mismatch: ${name} takes ${takes} ${takes === '1' ? 'argument' : 'arguments'}, and here are ${node.arguments.length}.`;
    report(a, node.function, 'function-arity', message, related ? { related } : {});
    return anySlot;
  }
  const names = [...a.document.functions.keys(), ...a.library.functions.keys(), ...stapFunctions().keys()];
  const similar = nearest(name, names);
  const hint = similar.length > 0 ? ` Similar: ${similar.join(', ')}.` : '';
  const fixes = similar.map((other, i) => ({
    title: `Change to ${other}`,
    edits: [{ span: { start: node.function.start, end: node.function.end }, newText: other }],
    ...(i === 0 ? { preferred: true } : {}),
  }));
  // The snapshot of SystemTap's tapsets leaves out what they keep for themselves.
  const isInternal = name.startsWith('_');
  const message = isInternal
    ? `Unresolved function ${name}: no script here defines it, and names that begin with _ are internal to tapsets.${hint}`
    : `Unresolved function ${name}.${hint}`;
  report(a, node.function, 'unresolved-function', message, {
    ...(fixes.length > 0 ? { fixes } : {}),
    ...(isInternal ? { severity: 'warning' as const } : {}),
  });
  return anySlot;
}
