// Completion of probe points, component by component: whole points for the interpreters that were found first, then what
// stap's own tree of points and aliases has below the components that are typed.
import { cpythonProbes, presence, stapComponentDoc, stapPointTree, type PointNode } from '../../catalogue/index.ts';
import type { StapTree } from '../../languages/systemtap/syntax.ts';
import { argumentsOf, interpreterName, isThere, selected } from '../cpython.ts';
import type { InterpreterFacts, ServiceContext } from '../language.ts';
import { escapeSnippet, Kind, type Offer } from '../offers.ts';
import type { Place, TypedComponent } from './place.ts';
import { declarationAt, pointName } from './probe.ts';
import type { StapScript } from './script.ts';
import type { Subject } from './subjects.ts';

type Offers = readonly Offer<Subject>[];

const usualFirst = new Set([
  'begin',
  'end',
  'timer',
  'process',
  'error',
  'never',
  'kernel',
  'syscall',
  'python',
  'module',
  'oneshot',
  'kprobe',
  'perf',
  'procfs',
  'netfilter',
  'scheduler',
  'signal',
  'vm',
  'tcp',
  'udp',
  'socket',
  'nd_syscall',
  'ioblock',
  'vfs',
  'kprocess',
]);

export function pointOffers(script: StapScript, place: Place & { kind: 'point' }, context: ServiceContext): Offers {
  const own = ownAliases(script.tree, place.path, place.span.start);
  if (place.path.length === 0) {
    const next = script.tree.text.slice(place.span.end, place.span.end + 200);
    return [...wholePoints(next, context), ...own, ...firstComponents()];
  }
  const node = nodeAt(place.path);
  return [
    ...own,
    ...(node ? [...node.children.values()].map((child) => componentOffer(child, place.path, context)) : []),
  ];
}

/** What may follow a whole point. */
export function afterPoint({ text }: StapTree, end: number): Offers {
  const body: Offers = /^\s*\{/.test(text.slice(end, end + 200))
    ? []
    : [{ label: '{ … }', kind: Kind.snippet, rank: 0, filter: '{', insert: '{\n\t$0\n}', note: 'the handler' }];
  return [
    ...body,
    {
      label: 'if (…)',
      kind: Kind.keyword,
      rank: 2,
      filter: 'if',
      insert: 'if (${1:condition})$0',
      note: 'armed only while a condition holds',
    },
    { label: '?', kind: Kind.operator, rank: 1, note: 'may match nothing' },
    { label: '!', kind: Kind.operator, rank: 1, note: 'may match nothing, and ends the list when it matches' },
  ];
}

/** The node of stap's tree below the typed components. */
export function nodeAt(path: readonly TypedComponent[]): PointNode | undefined {
  let node: PointNode | undefined = stapPointTree();
  for (const { name, argument } of path) {
    node = node.children.get(argument === 'none' ? name : `${name}(${argument})`);
    if (!node) return undefined;
  }
  return node;
}

const firstComponents = once((): Offers =>
  [...stapPointTree().children.values()].map((node) => ({
    ...componentOffer(node, [], undefined),
    rank: usualFirst.has(bare(node.component)) ? 2 : 4,
  })),
);

function componentOffer(
  node: PointNode,
  path: readonly TypedComponent[],
  context: ServiceContext | undefined,
): Offer<Subject> {
  const { component } = node;
  const name = bare(component);
  const argument = /\((\w+)\)$/.exec(component)?.[1];
  const alias = [...path.map((each) => each.name), name].join('.');
  const more = node.complete || node.children.size === 0 ? '' : '.';
  return {
    label: argument === undefined ? name : argument === 'string' ? `${name}("…")` : `${name}(…)`,
    kind: node.alias ? Kind.event : node.complete ? Kind.event : Kind.module,
    rank: path.some(({ name: each }) => each === 'process')
      ? rankInProcess(component)
      : path[0]?.name === 'timer' && !/^(?:m?s|us|profile)(?:\(|$)/.test(component)
        ? 2
        : 1,
    filter: name,
    insert:
      argument === undefined
        ? `${name}${more}`
        : argument === 'string'
          ? `${name}("${stringChoice(name, context)}")$0`
          : `${name}(\${1:${numberOf(name)}})$0`,
    ...(node.alias ? { note: 'alias' } : {}),
    subject: node.alias
      ? { kind: 'alias', name: alias }
      : { kind: 'component', name: stapComponentDoc(component) === undefined ? alias : component },
  };
}

/** What fits a process: markers first, places inside DWARF last. */
function rankInProcess(component: string): number {
  if (/^(?:mark|library)\(string\)$/.test(component)) return 0;
  if (/^(?:provider|function)\(string\)$|^(?:begin|end)$/.test(component)) return 1;
  return component.includes('number') ? 5 : 3;
}

function stringChoice(name: string, context: ServiceContext | undefined): string {
  if (name === 'mark' && context) {
    const marks = cpythonProbes
      .filter(({ present, name: mark }) => present.length > 0 && isThere(mark, context) !== false)
      .map((each) => each.name);
    return marks.length > 0 ? `\${1|${marks.join(',')}|}` : '$1';
  }
  if (name === 'provider') return '${1:python}';
  return '$1';
}

function numberOf(name: string): string {
  return /^(?:m?s|sec|msec|hz)$/.test(name) ? '100' : '1';
}

function bare(component: string): string {
  return component.replace(/\(.*/, '');
}

/** The script's own aliases, below what is typed. */
function ownAliases(tree: StapTree, path: readonly TypedComponent[], offset: number): Offers {
  const prefix = path.map(({ name }) => `${name}.`).join('');
  const here = declarationAt(tree, offset);
  const names = new Set<string>();
  for (const declaration of tree.declarations) {
    if (declaration.kind !== 'alias' || declaration === here) continue;
    for (const point of declaration.names) {
      const name = pointName(point);
      if (name.startsWith(prefix) && name.length > prefix.length) names.add(name.slice(prefix.length));
    }
  }
  return [...names].map((label) => ({ label, kind: Kind.event, rank: 0, note: 'alias of this script' }));
}

/** `process("…").mark("…")` for the markers of the interpreters that were found. */
function wholePoints(next: string, context: ServiceContext): Offers {
  const body = /^\s*[{,?!.(]/.test(next) ? '' : '\n{\n\t$0\n}';
  const interpreter = selected(context);
  if (!interpreter) {
    return cpythonProbes
      .filter(({ present }) => present.length > 0)
      .map((probe) =>
        wholePoint(
          { path: '/usr/bin/python3', version: '', probes: [] },
          probe.name,
          presence(probe),
          3,
          body,
          context,
        ),
      );
  }
  return interpreter.probes
    .filter(({ provider }) => provider === 'python')
    .map((probe) => wholePoint(interpreter, probe.name, interpreterName(interpreter), 0, body, context));
}

function wholePoint(
  interpreter: InterpreterFacts | undefined,
  mark: string,
  note: string,
  rank: number,
  body: string,
  context: ServiceContext,
): Offer<Subject> {
  const library = interpreter?.library === undefined ? '' : `.library("${escapeSnippet(interpreter.library)}")`;
  const process = `process("${interpreter ? escapeSnippet(interpreter.path) : '${1:/usr/bin/python3}'}")${library}`;
  const probe = cpythonProbes.find(({ name }) => name === mark);
  const passed = probe
    ? argumentsOf(probe, context)
        .map(({ name }) => name)
        .join(', ')
    : '';
  return {
    label: `process(…).mark("${mark}")`,
    kind: Kind.event,
    rank,
    signature: `(${passed})`,
    note,
    filter: `process(…).mark("${mark}") python ${mark}`,
    insert: `${process}.mark("${mark}")${body}`,
    subject: { kind: 'mark', name: mark },
  };
}

export function pointStrings(
  place: Place & { kind: 'pointString' | 'pointArgument' },
  context: ServiceContext,
): Offers {
  switch (place.component) {
    case 'process':
      return context.interpreters.map((each, index) => ({
        label: each.path,
        kind: Kind.file,
        rank: Math.min(index, 9),
        note: each.version === '' ? 'Python' : `Python ${each.version}`,
      }));
    case 'library': {
      const libraries = context.interpreters.flatMap(({ library }) => (library === undefined ? [] : [library]));
      return [...new Set(libraries)]
        .map((label): Offer<Subject> => ({ label, kind: Kind.file, rank: 0, note: 'libpython' }))
        .concat({ label: 'libpython3*.so*', kind: Kind.file, rank: 1, note: 'any libpython' });
    }
    case 'provider':
      return [{ label: 'python', kind: Kind.module, rank: 0, note: 'CPython’s markers' }];
    case 'mark':
      return marks(place.path, context);
    case 'function':
      return place.path.some(({ name, text }) => name === 'process' && text.includes('python'))
        ? internals.map((label) => ({ label, kind: Kind.function, rank: 1 }))
        : [];
    default:
      return [];
  }
}

const internals = [
  '_PyEval_EvalFrameDefault',
  'PyObject_Malloc',
  'PyEval_EvalCode',
  'PyImport_ImportModule',
  'PyErr_SetObject',
  'take_gil',
  'drop_gil',
];

/** Markers of the process that is named, if it is one of those that were looked at. */
function marks(path: readonly TypedComponent[], context: ServiceContext): Offers {
  const named = path.find(({ name }) => name === 'process')?.text;
  const known = context.interpreters.find(
    ({ path: each, aliases }) => each === named || aliases?.some((alias) => alias === named),
  );
  const within: ServiceContext = known ? { ...context, interpreters: [known] } : context;
  return cpythonProbes.map((probe): Offer<Subject> => {
    const there = isThere(probe.name, within);
    const never = probe.present.length === 0;
    const passed = argumentsOf(probe, within)
      .map(({ name }) => name)
      .join(', ');
    return {
      label: probe.name,
      kind: Kind.event,
      rank: never ? 8 : there === false ? 4 : 0,
      signature: `(${passed})`,
      note: never
        ? 'never fires'
        : there === false
          ? `not in ${known ? interpreterName(known) : 'the selected interpreter'}`
          : presence(probe),
      ...(never ? { deprecated: true } : {}),
      subject: { kind: 'mark', name: probe.name },
    };
  });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
