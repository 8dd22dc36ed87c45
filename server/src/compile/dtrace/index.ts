// A D script, compiled for the embedded engine: parsed, analysed, lowered, and emitted as Python. Problems come back
// with lines and columns, whether they are errors of the script or things that only another backend can do.
import { emitPython } from '../python/program.ts';
import type { IrClause, Program } from '../ir.ts';
import { parseD, analyzeD } from '../../languages/dtrace/index.ts';
import type * as D from '../../languages/dtrace/syntax.ts';
import type { Lowering, LowerOptions } from './context.ts';
import { lower } from './expressions.ts';
import { lowerCall } from './functions.ts';
import { engineOptions } from './options.ts';
import { resolveDescription } from './probes.ts';
import { splitPredicate } from './filter.ts';
import { lowerStatements } from './statements.ts';

export interface CompileOptions {
  readonly scriptName: string;
  readonly scriptArguments: readonly string[];
  /** `-x` and pragma options: `quiet`, `strsize=64`. */
  readonly options: readonly string[];
  readonly preprocess: boolean;
  readonly defines: readonly string[];
  readonly includes: (path: string) => string | undefined;
  readonly destructive: boolean;
  readonly hasTarget: boolean;
  readonly hits: boolean;
}

export interface CompileProblem {
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export type Compiled =
  | { readonly ok: true; readonly script: CompiledD; readonly program: Program }
  | { readonly ok: false; readonly problems: readonly CompileProblem[] };

export interface CompiledD {
  readonly language: 'dtrace';
  /** As it was named on the command line. */
  readonly name: string;
  readonly python: string;
  /** [line of the Python, line of the script, column], so that a fault can say where it happened. */
  readonly places: readonly (readonly [number, number, number])[];
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** Compiles a script. Never throws. */
export function compileD(text: string, options: CompileOptions): Compiled {
  const tree = parseD(text, {
    runCpp: options.preprocess,
    defines: new Map(options.defines.map((each) => definePair(each))),
    includes: options.includes,
  });
  const settings = engineOptions(tree, options.options);
  if (!settings.ok)
    return {
      ok: false,
      problems: [{ ...placeOf(text, settings.span.start), code: settings.code, message: settings.message }],
    };
  const flags = [
    ...(options.destructive || settings.options.destructive === true ? ['-w'] : []),
    ...(settings.options.zdefs === true ? ['-Z'] : []),
    ...options.options.flatMap((each) => ['-x', each]),
  ];
  const model = analyzeD(tree, { platform: 'linux', flags, arguments: options.scriptArguments });
  const errors = model.diagnostics.filter((each) => each.severity === 'error');
  if (errors.length > 0) {
    return {
      ok: false,
      problems: errors.map((each) => ({ ...placeOf(text, each.span.start), code: each.code, message: each.message })),
    };
  }
  const lowerOptions: LowerOptions = {
    scriptName: options.scriptName,
    scriptArguments: options.scriptArguments,
    zdefs: settings.options.zdefs === true,
    destructive: options.destructive || settings.options.destructive === true,
    hasTarget: options.hasTarget,
  };
  const lowering: Lowering = {
    tree,
    options: lowerOptions,
    operandOf: (node) => model.operandOf(node),
    call: (node, operand) => lowerCall(lowering, node, operand),
    variables: new Map(),
    aggregations: new Map(),
    refusals: [],
    points: [],
    bound: new Map(),
  };
  const clauses = tree.program.items
    .filter((item) => item.kind === 'clause')
    .map((item, at) => lowerClause(lowering, item, at));
  if (lowering.refusals.length > 0) {
    return { ok: false, problems: lowering.refusals.map((each) => ({ ...placeOf(text, each.span.start), ...each })) };
  }
  const program: Program = {
    language: 'dtrace',
    options: {},
    variables: [...lowering.variables.values()],
    aggregations: [...lowering.aggregations.values()],
    functions: [],
    clauses,
  };
  return {
    ok: true,
    program,
    script: {
      language: 'dtrace',
      name: options.scriptName,
      ...emitted(text, program, options.hits),
      options: settings.options,
    },
  };
}

function lowerClause(lowering: Lowering, clause: D.Clause, id: number): IrClause {
  const { hasTarget, zdefs, scriptArguments } = lowering.options;
  const macro = (part: string): string =>
    part.replace(/\$\$?(\d+)/g, (whole, digits: string) => scriptArguments[Number(digits) - 1] ?? whole);
  const points = clause.descriptions.flatMap((description) => {
    const resolved = resolveDescription(description, { hasTarget, zdefs, macro });
    if (resolved.ok) return resolved.points;
    lowering.refusals.push(resolved.refusal);
    return [];
  });
  lowering.points = points;
  const predicate = clause.predicate === undefined ? undefined : lower(lowering, clause.predicate.expression);
  const { filter, rest } = splitPredicate(predicate);
  return {
    id,
    span: { start: clause.start, end: clause.end },
    points,
    ...(filter && { filter }),
    ...(rest && { predicate: rest }),
    body: clause.body === undefined ? [] : lowerStatements(lowering, clause.body.statements),
    locals: [],
    records: clause.body === undefined || clause.body.statements.length === 0,
  };
}

function emitted(text: string, program: Program, hits: boolean): Pick<CompiledD, 'python' | 'places'> {
  const { python, places } = emitPython(program, { hits });
  const located = places.map(([at, offset]) => {
    const { line, column } = placeOf(text, offset);
    return [at, line, column] as const;
  });
  return { python, places: located };
}

/** `NAME=VALUE`; a name alone is 1, as for cpp. */
function definePair(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, '1'] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** Line and column, counted from 1. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
