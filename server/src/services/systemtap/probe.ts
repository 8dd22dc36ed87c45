// The probe around an offset: which marker of CPython it is for, and which variables its alias gives to the handler.
import { stapAlias, type CPythonProbe } from '../../catalogue/index.ts';
import type {
  Alias,
  Component,
  Declaration,
  Probe,
  ProbePoint,
  StapTree,
  Statement,
} from '../../languages/systemtap/syntax.ts';
import { probesMatching } from '../cpython.ts';

export interface KnownVariable {
  readonly name: string;
  readonly type: string;
  readonly alias: string;
  readonly library: boolean;
}

/** The declaration that holds an offset, or that ends nearest before it. */
export function declarationAt(tree: StapTree, offset: number): Declaration | undefined {
  const { declarations } = tree;
  let low = 0;
  let high = declarations.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((declarations[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return declarations[low - 1];
}

export function probeAt(tree: StapTree, offset: number): Probe | Alias | undefined {
  const declaration = declarationAt(tree, offset);
  return declaration?.kind === 'probe' || declaration?.kind === 'alias' ? declaration : undefined;
}

/** The markers of CPython that a probe is for. */
export function markersOf(probe: Probe | Alias): readonly CPythonProbe[] {
  return probe.points.flatMap(markersOfPoint);
}

export function markersOfPoint({ components }: ProbePoint): readonly CPythonProbe[] {
  const named = components.filter((each): each is Component => each.kind === 'component');
  const provider = named.find(({ name }) => name === 'provider')?.argument;
  if (provider?.kind === 'string' && provider.value !== 'python') return [];
  return named.flatMap(({ name, argument }) =>
    name === 'mark' && argument?.kind === 'string' ? probesMatching(argument.value) : [],
  );
}

/** `python.function.entry`, from its components; arguments are left out. */
export function pointName({ components }: ProbePoint): string {
  return components.map((each) => (each.kind === 'component' ? each.name : '*')).join('.');
}

/** The variables that the aliases of a probe's points set before the handler runs. */
export function aliasVariables(tree: StapTree, probe: Probe | Alias): readonly KnownVariable[] {
  const found = new Map<string, KnownVariable>();
  for (const point of probe.points) {
    const alias = pointName(point);
    for (const { name, type } of stapAlias(alias) ?? []) found.set(name, { name, type, alias, library: true });
    for (const declaration of tree.declarations) {
      if (
        declaration.kind !== 'alias' ||
        declaration === probe ||
        !declaration.names.some((each) => pointName(each) === alias)
      )
        continue;
      for (const name of assignedIn(declaration.body.statements)) {
        if (!found.has(name)) found.set(name, { name, type: '', alias, library: false });
      }
    }
  }
  return [...found.values()];
}

function assignedIn(statements: readonly Statement[]): readonly string[] {
  return statements.flatMap((statement) => {
    if (statement.kind === 'block') return assignedIn(statement.statements);
    if (statement.kind === 'if') return assignedIn([statement.then, ...(statement.else ? [statement.else] : [])]);
    if (statement.kind !== 'expressionStatement' || statement.expression.kind !== 'assignment') return [];
    const { left } = statement.expression;
    return left.kind === 'name' ? [left.name] : [];
  });
}
