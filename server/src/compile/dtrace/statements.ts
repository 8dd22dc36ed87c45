// D's statements in the engine's form: aggregating assignments, recording actions, and everything else an expression.
import type { DSymbol } from '../../languages/dtrace/analyzer.ts';
import type * as D from '../../languages/dtrace/syntax.ts';
import type { Expression, IrAggregation, LineKeys, Statement } from '../ir.ts';
import { irType, onFunctions, refuse, s64, text, u64, type Lowering } from './context.ts';
import { asString, cast, lower } from './expressions.ts';

/** Actions that the engine has; the rest are refused at their call. */
const actions = new Set(['printf', 'trace', 'printa', 'exit', 'clear', 'trunc', 'normalize', 'denormalize', 'speculate',
  'commit', 'discard', 'stack', 'ustack', 'jstack', 'tracemem', 'print', 'setopt', 'raise', 'chill', 'system', 'freopen',
  'ftruncate', 'sym', 'mod', 'func', 'usym', 'umod', 'ufunc', 'uaddr']); // prettier-ignore
const destructive = new Set([
  'raise',
  'chill',
  'system',
  'freopen',
  'copyout',
  'copyoutstr',
  'stop',
  'panic',
  'breakpoint',
]);

export function lowerStatements(lowering: Lowering, all: readonly D.Statement[]): Statement[] {
  return all.flatMap((each) => lowerStatement(lowering, each));
}

function lowerStatement(lowering: Lowering, node: D.Statement): Statement[] {
  switch (node.kind) {
    case 'emptyStatement':
      return [];
    case 'block':
      return lowerStatements(lowering, node.statements);
    case 'if':
      return [
        {
          kind: 'if',
          test: lower(lowering, node.condition),
          then: lowerStatement(lowering, node.then),
          otherwise: node.else === undefined ? [] : lowerStatement(lowering, node.else),
          span: node,
        },
      ];
    case 'expressionStatement':
      return lowerEffect(lowering, node.expression);
  }
}

function lowerEffect(lowering: Lowering, node: D.Expression): Statement[] {
  if (node.kind === 'parenthesized') return lowerEffect(lowering, node.expression);
  if (node.kind === 'binary' && node.operator === ',') {
    return [...lowerEffect(lowering, node.left), ...lowerEffect(lowering, node.right)];
  }
  if (node.kind === 'assignment') {
    const into = aggregationOf(lowering, node.left);
    if (into) return [aggregate(lowering, node, into)];
  }
  if (
    node.kind === 'call' &&
    node.callee.kind === 'identifier' &&
    (actions.has(node.callee.name) || destructive.has(node.callee.name))
  ) {
    return action(lowering, node, node.callee.name);
  }
  return [{ kind: 'evaluate', value: lower(lowering, node), span: node }];
}

/** The symbol of `@a` or `@a[…]`. */
function aggregationOf(
  lowering: Lowering,
  node: D.Expression,
): { symbol: DSymbol; keys: readonly D.Expression[] } | undefined {
  const base = node.kind === 'index' ? node.object : node;
  if (base.kind !== 'aggregation') return undefined;
  const symbol = lowering.operandOf(base)?.symbol ?? lowering.operandOf(node)?.symbol;
  return symbol && { symbol, keys: node.kind === 'index' ? node.keys : [] };
}

function aggregationFor(lowering: Lowering, symbol: DSymbol): IrAggregation {
  let made = lowering.aggregations.get(symbol);
  if (!made) {
    made = {
      id: lowering.aggregations.size + 1,
      name: symbol.name,
      function: (symbol.aggregation?.name ?? 'count') as IrAggregation['function'],
      parameters: symbol.aggregation?.parameters ?? [],
      keys: (symbol.keys ?? []).map(irType),
    };
    lowering.aggregations.set(symbol, made);
  }
  return made;
}

function aggregate(
  lowering: Lowering,
  node: D.Assignment,
  { symbol, keys: keyNodes }: { symbol: DSymbol; keys: readonly D.Expression[] },
): Statement {
  let into = aggregationFor(lowering, symbol);
  const keys = keyNodes.map((each, at) => {
    const type = into.keys[at] ?? s64;
    const stack = stackKey(lowering, each);
    if (stack) return stack;
    const value = lower(lowering, each);
    return type.kind === 'string' ? asString(value, each) : cast(type, value);
  });
  const lineKeys = findLineKeys(lowering, keys);
  if (lineKeys && into.lineKeys === undefined) {
    into = { ...into, lineKeys };
    lowering.aggregations.set(symbol, into);
  }
  const args = node.right.kind === 'call' ? node.right.arguments : [];
  const value = args[0] === undefined ? undefined : cast(s64, lower(lowering, args[0]));
  const at = { quantize: 1, lquantize: 4, llquantize: 5 }[into.function as string];
  const weightNode = at === undefined ? undefined : args[at];
  const weight = weightNode === undefined ? undefined : cast(s64, lower(lowering, weightNode));
  return {
    kind: 'aggregate',
    into,
    keys,
    ...(value && into.function !== 'count' && { value }),
    ...(weight && { weight }),
    span: node,
  };
}

/** `@[ustack()]`: the stack as text. */
function stackKey(lowering: Lowering, node: D.Expression): Expression | undefined {
  if (node.kind !== 'call' || node.callee.kind !== 'identifier') return undefined;
  if (!['stack', 'ustack', 'jstack'].includes(node.callee.name)) return undefined;
  const args = node.arguments.slice(0, 1).map((each) => cast(s64, lower(lowering, each)));
  return { kind: 'call', name: 'frames', arguments: args, type: text, span: node };
}

/** Which keys are a file and a line of the event. */
function findLineKeys(lowering: Lowering, keys: readonly Expression[]): LineKeys | undefined {
  if (!onFunctions(lowering)) return undefined;
  const bare = keys.map((each) => (each.kind === 'cast' ? each.operand : each));
  const file = bare.findIndex((each) => each.kind === 'argument' && each.index === 0 && each.as === 'string');
  const line = bare.findIndex((each) => each.kind === 'argument' && each.index === 2);
  return file >= 0 && line >= 0 ? { file, line } : undefined;
}

function action(lowering: Lowering, node: D.Call, name: string): Statement[] {
  if (destructive.has(name) && !lowering.options.destructive) {
    refuse(
      lowering,
      node,
      'destructive',
      `${name}() changes the system, and that was not allowed.`,
      'Allow it with -w, or with #pragma D option destructive.',
    );
    return [];
  }
  if (!actions.has(name)) {
    refuse(
      lowering,
      node,
      'needs-dtrace',
      `The embedded engine has no ${name}().`,
      'Run the script with --backend=dtrace.',
    );
    return [];
  }
  const args = [...node.arguments];
  let format: string | undefined;
  if (
    (name === 'printf' || name === 'printa' || name === 'system' || name === 'freopen') &&
    args[0]?.kind === 'string'
  ) {
    format = args[0].value;
    args.shift();
  }
  const into: IrAggregation[] = [];
  const values: Expression[] = [];
  for (const each of args) {
    const found = aggregationOf(lowering, each);
    if (found) into.push(aggregationFor(lowering, found.symbol));
    else values.push(actionArgument(lowering, each, name));
  }
  return [
    {
      kind: 'action',
      name,
      arguments: values,
      aggregations: into,
      ...(format !== undefined && { format }),
      span: node,
    },
  ];
}

function actionArgument(lowering: Lowering, node: D.Expression, name: string): Expression {
  const stack = stackKey(lowering, node);
  if (stack) return stack;
  const value = lower(lowering, node);
  if (name === 'setopt') return asString(value, node);
  if (name === 'tracemem' && value.type.kind === 'string')
    return { kind: 'call', name: 'address_of_text', arguments: [value], type: u64, span: node };
  return ['printf', 'trace', 'print', 'system', 'freopen', 'tracemem'].includes(name) ? value : cast(s64, value);
}
