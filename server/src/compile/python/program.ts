// A whole program as Python source: `program(rt)`, which declares the script's state and returns its clauses. The text
// compiles on every Python from 3.8; test/unit/compile runs what it does.
import type { IrClause, IrVariable, ProbePoint, Program, Statement } from '../ir.ts';
import { condition, expression, sizeOf, zero, type Place } from './expressions.ts';
import { names } from './names.ts';
import { dtraceAction, dtraceCall, dtraceContext } from './dtrace.ts';
import { statements, type StatementPlace } from './statements.ts';
import { bytesLiteral, Lines, utf8 } from './text.ts';

export interface EmitOptions {
  /** Clauses on Python functions count their hits by line. */
  readonly hits: boolean;
}

const functionMarkers = new Set(['function__entry', 'function__return', 'line']);

/** The Python source of a program, and which of its lines come from where in the script. */
export interface Emitted {
  readonly python: string;
  readonly places: readonly (readonly [line: number, offset: number])[];
}

export function emitPython(program: Program, options: EmitOptions): Emitted {
  const lines = new Lines();
  lines.block('def program(rt):', () => {
    state(program, lines);
    for (const clause of program.clauses) emitClause(program, clause, options, lines);
    const rows = program.clauses.map((clause) => clauseRow(clause));
    lines.add(`return [${rows.join(', ')}]`);
  });
  return { python: lines.toString(), places: lines.places() };
}

/** Whether every point of a clause passes (file, function, line), so that only the line has to travel. */
function isDirect(clause: IrClause): boolean {
  return clause.points.every(({ probe }) => probe.kind === 'marker' && functionMarkers.has(probe.name));
}

function clauseRow(clause: IrClause): string {
  const points = clause.points.map((point) => pointRow(point)).join(', ');
  return `(${clause.id}, ${names.clause(clause.id)}, [${points}], ${isDirect(clause) ? 'True' : 'False'})`;
}

function pointRow(point: ProbePoint): string {
  const { probe } = point;
  const text = (part: string): string => bytesLiteral(utf8(part));
  const parts = `(${[point.provider, point.module, point.function, point.name].map(text).join(', ')})`;
  const what =
    probe.kind === 'marker'
      ? JSON.stringify(probe.name)
      : probe.kind === 'timer'
        ? `(${String(probe.nanoseconds)}, ${String(probe.randomNanoseconds ?? 0)}, ${probe.perCpu ? 'True' : 'False'})`
        : 'None';
  const process = probe.kind === 'marker' ? JSON.stringify(probe.process ?? null).replace('null', 'None') : 'None';
  return `(${JSON.stringify(probe.kind)}, ${what}, ${parts}, ${process})`;
}

/** Variables and aggregations, in the order of their declarations. */
function state(program: Program, lines: Lines): void {
  const place = placeFor(false, (source) => source);
  for (const variable of program.variables) {
    if ((variable.storage === 'firing' && !variable.inMemory) || variable.storage === 'local') continue;
    const name = names.variable(variable);
    if (variable.keys !== undefined || variable.storage === 'thread') lines.add(`${name} = {}`);
    else if (variable.inMemory) {
      lines.add(`${name} = allocate(${sizeOf(variable.type)})`);
    } else
      lines.add(
        `${name} = ${variable.initial === undefined ? zero(variable.type) : expression(variable.initial, place)}`,
      );
  }
  for (const each of program.aggregations) {
    const parameters = each.parameters.map(String).join(', ');
    const keys = each.keys.map((type) => (type.kind === 'string' ? '"string"' : String(sizeOf(type)))).join(', ');
    const comma = (list: string): string => (list === '' ? '()' : `(${list},)`);
    const lineKeys = each.lineKeys === undefined ? 'None' : `(${each.lineKeys.file}, ${each.lineKeys.line})`;
    const name = JSON.stringify(each.name);
    lines.add(
      `${names.aggregation(each)} = rt.aggregation(${name}, "${each.function}", ${comma(parameters)}, ${comma(keys)}, ${lineKeys})`,
    );
    lines.add(`${names.cells(each)} = ${names.aggregation(each)}.cells`);
  }
  const firing = program.variables.filter((each) => each.storage === 'firing');
  if (firing.length > 0) {
    const size = Math.max(...firing.map((each) => each.id)) + 1;
    const slots = Array.from({ length: size }, (_, id) => {
      const variable = firing.find((each) => each.id === id);
      return variable === undefined ? '0' : zero(variable.type);
    });
    lines.add(`rt.firing = [${slots.join(', ')}]`);
  }
}

function placeFor(direct: boolean, hoist: (source: string) => string): StatementPlace {
  return {
    direct,
    tick: '',
    hoist,
    call: (name, args) => dtraceCall(name, args),
    context: (name) => dtraceContext(name),
    action: dtraceAction,
  };
}

function emitClause(program: Program, clause: IrClause, options: EmitOptions, lines: Lines): void {
  const direct = isDirect(clause);
  const hoisted: string[] = [];
  const place = placeFor(direct, (source) => {
    const known = hoisted.indexOf(source);
    return `h${known >= 0 ? known : hoisted.push(source) - 1}`;
  });
  const body = new Lines();
  body.block('def run(A, F=None):', () => runBody(program, clause, options, body, place));
  lines.block(`def ${names.clause(clause.id)}(P):`, () => {
    if (direct) lines.add('p_file, p_name = P.file, P.function_name');
    if (clause.filter !== undefined)
      lines.block(`if not ${condition(clause.filter, place)}:`, () => lines.add('return None'));
    if (options.hits) lines.add('hits = P.hits');
    hoisted.forEach((source, at) => lines.add(`h${at} = ${source}`));
    lines.include(body);
    lines.add('return run');
  });
}

function runBody(program: Program, clause: IrClause, options: EmitOptions, lines: Lines, place: StatementPlace): void {
  const shared = program.variables.filter(isPlainGlobal).map((each) => names.variable(each));
  if (shared.length > 0) lines.add(`nonlocal ${shared.join(', ')}`);
  lines.block('if stopped:', () => lines.add('return'));
  lines.block('try:', () => {
    lines.offset = clause.predicate?.span.start ?? clause.span.start;
    if (clause.predicate !== undefined)
      lines.block(`if not ${condition(clause.predicate, place)}:`, () => lines.add('return'));
    if (options.hits && clause.points.some(({ probe }) => probe.kind === 'marker' && functionMarkers.has(probe.name)))
      countHit(place, lines);
    const records = clause.records || hasActions(clause.body);
    if (records) {
      lines.add('R = []');
      lines.add('SP = None');
    }
    statements(clause.body, lines, place);
    if (records) lines.add('record(P, R, SP)');
  });
  lines.block('except Fault as fault:', () => lines.add(`complain(P, ${clause.id}, fault)`));
  // What has no string's operations here is a null string.
  lines.block('except TypeError as error:', () => lines.add(`complain(P, ${clause.id}, null_string(error))`));
  lines.block('except Exception as error:', () => lines.add(`broken(P, ${clause.id}, error)`));
}

/** A hit of this clause at the event's line. */
function countHit(place: Place, lines: Lines): void {
  const line = place.direct ? 'A' : 'A[2]';
  lines.block('if hits is not None:', () => lines.add(`hits[${line}] += 1`));
}

function isPlainGlobal(variable: IrVariable): boolean {
  return variable.storage === 'global' && variable.keys === undefined && !variable.inMemory;
}

/** Whether a body records anything for the consumer. */
function hasActions(body: readonly Statement[]): boolean {
  return body.some((each) => {
    if (each.kind === 'action') return true;
    if (each.kind === 'if') return hasActions(each.then) || hasActions(each.otherwise);
    return each.kind === 'while' || each.kind === 'foreach' ? hasActions(each.body) : false;
  });
}
