// Statements of the intermediate form as lines of Python. What is D's or SystemTap's alone (recording actions, runtime
// functions) comes in through the place.
import type { Expression, Statement } from '../ir.ts';
import { condition, elementKey, expression, key, zero, type Place } from './expressions.ts';
import { isBound } from '../bound.ts';
import { names } from './names.ts';
import type { Lines } from './text.ts';

export interface StatementPlace extends Place {
  readonly action: (statement: Extract<Statement, { kind: 'action' }>, lines: Lines, place: StatementPlace) => void;
  /** Counts loops and calls against the language's limit; empty where there is none. */
  readonly tick: string;
}

export function statements(all: readonly Statement[], lines: Lines, place: StatementPlace): void {
  for (const each of all) statement(each, lines, place);
}

function statement(s: Statement, lines: Lines, place: StatementPlace): void {
  lines.offset = s.span.start;
  switch (s.kind) {
    case 'evaluate':
      return evaluate(s.value, lines, place);
    case 'if':
      lines.block(`if ${condition(s.test, place)}:`, () => statements(s.then, lines, place));
      if (s.otherwise.length > 0) lines.block('else:', () => statements(s.otherwise, lines, place));
      return;
    case 'while':
      return loop(s, lines, place);
    case 'foreach':
      return foreach(s, lines, place);
    case 'try':
      lines.block('try:', () => statements(s.body, lines, place));
      lines.block('except Fault as caught:', () => {
        if (s.caught) lines.add(`${names.variable(s.caught)} = message_of(caught)`);
        statements(s.handler, lines, place);
      });
      return;
    case 'return':
      return lines.add(s.value === undefined ? 'return' : `return ${expression(s.value, place)}`);
    case 'break':
    case 'continue':
      return lines.add(s.kind);
    case 'next':
      return lines.add('raise Next');
    case 'delete':
      return remove(s, lines, place);
    case 'aggregate':
      return aggregate(s, lines, place);
    case 'accumulate': {
      const parts = s.keys.length === 0 ? 'None' : key(s.keys, place);
      return lines.add(`accumulate(${names.variable(s.variable)}, ${parts}, ${expression(s.value, place)})`);
    }
    case 'action':
      return place.action(s, lines, place);
  }
}

/** An expression for its effect: assignments get their simple forms. */
function evaluate(e: Expression, lines: Lines, place: StatementPlace): void {
  if (e.kind !== 'assign' || e.target.kind === 'store' || e.target.kind === 'bits' || e.target.variable.inMemory) {
    if (e.kind !== 'variable' && e.kind !== 'integer') lines.add(expression(e, place));
    return;
  }
  const { target } = e;
  const value = expression(e.value, place);
  const name = names.variable(target.variable);
  if (target.kind === 'variable' && target.variable.storage === 'firing')
    return lines.add(`F[${target.variable.id}] = ${value}`);
  if (target.kind === 'variable' && target.variable.storage !== 'thread') return lines.add(`${name} = ${value}`);
  const at = target.kind === 'element' ? elementKey(target.variable, target.keys, place) : 'get_ident()';
  if (e.value.kind === 'integer' && e.value.value === 0n) return lines.add(`${name}.pop(${at}, None)`);
  lines.add(`${name}[${at}] = ${value}`);
}

function loop(s: Extract<Statement, { kind: 'while' }>, lines: Lines, place: StatementPlace): void {
  lines.block(`while ${condition(s.test, place)}:`, () => {
    if (place.tick !== '') lines.add(place.tick);
    if (s.step === undefined) return statements(s.body, lines, place);
    // `continue` must still do the step: the body is a loop of one round, left by `continue` and by its end.
    lines.add('left = True');
    lines.block('for _ in ONCE:', () => statements(s.body, lines, place));
    lines.block('else:', () => lines.add('left = False'));
    lines.block('if left:', () => lines.add('break'));
    evaluate(s.step, lines, place);
  });
}

function foreach(s: Extract<Statement, { kind: 'foreach' }>, lines: Lines, place: StatementPlace): void {
  const over = names.variable(s.over);
  const slice = s.slice?.some((each) => each !== undefined)
    ? `, (${s.slice.map((each) => (each === undefined ? 'ANY' : expression(each, place))).join(', ')},)`
    : ', None';
  const sort = s.sort === undefined ? 'None' : `(${JSON.stringify(s.sort.by)}, ${s.sort.order})`;
  const limit = s.limit === undefined ? 'None' : expression(s.limit, place);
  const list = s.names.map((each) => names.variable(each)).join(', ');
  const keys = s.names.length === 1 ? list : `(${list})`;
  const value = s.value === undefined ? '_' : names.variable(s.value);
  lines.block(`for ${keys}, ${value} in each(${over}${slice}, ${sort}, ${limit}):`, () => {
    if (place.tick !== '') lines.add(place.tick);
    statements(s.body, lines, place);
  });
}

function remove(s: Extract<Statement, { kind: 'delete' }>, lines: Lines, place: StatementPlace): void {
  const name = names.variable(s.variable);
  if (s.keys === undefined) {
    if (s.variable.keys !== undefined || s.variable.type.kind === 'statistics') return lines.add(`${name}.clear()`);
    return lines.add(`${name} = ${zero(s.variable.type)}`);
  }
  if (s.keys.every((each) => each !== undefined))
    return lines.add(`${name}.pop(${elementKey(s.variable, s.keys, place)}, None)`);
  const wanted = s.keys.map((each) => (each === undefined ? 'ANY' : expression(each, place)));
  lines.add(`delete_matching(${name}, (${wanted.join(', ')},))`);
}

/** The common aggregating functions are updated in place; the rest go through the runtime. */
function aggregate(s: Extract<Statement, { kind: 'aggregate' }>, lines: Lines, place: StatementPlace): void {
  const { into } = s;
  const cells = names.cells(into);
  const listed = s.keys.length === 0 ? '()' : `(${s.keys.map((each) => expression(each, place)).join(', ')},)`;
  const at = s.keys.length > 0 && s.keys.every(isBound) ? place.hoist(listed) : listed;
  const value = s.value === undefined ? '0' : expression(s.value, place);
  if (into.function !== 'count' && into.function !== 'sum') {
    const weight = s.weight === undefined ? '' : `, ${expression(s.weight, place)}`;
    return lines.add(`update(${names.aggregation(into)}, ${at}, ${value}${weight})`);
  }
  lines.add(`k = ${at}`);
  if (into.function === 'sum') lines.add(`v = ${value}`);
  lines.block('try:', () => lines.add(`c = ${cells}[k]`));
  lines.block('except KeyError:', () => lines.add(`c = ${cells}[k] = [0]`));
  lines.add(into.function === 'count' ? 'c[0] += 1' : 'c[0] = s64(c[0] + v)');
}
