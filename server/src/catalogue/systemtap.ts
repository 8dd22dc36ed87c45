// What SystemTap knows without being told: functions, probe aliases and macros of its tapsets (a snapshot that
// scripts/snapshot-systemtap.mjs makes), its built-in probe points, and the language's own operators. Everything is
// unfolded when it is first asked for; the names of 5,333 aliases take a few milliseconds.
import componentData from '../../data/systemtap/components.json' with { type: 'json' };
import conversionData from '../../data/systemtap/conversions.json' with { type: 'json' };
import docData from '../../data/systemtap/docs.json' with { type: 'json' };
import languageData from '../../data/systemtap/language.json' with { type: 'json' };
import optionData from '../../data/systemtap/options.json' with { type: 'json' };
import tapsetData from '../../data/systemtap/tapsets.json' with { type: 'json' };

export type StapType = 'long' | 'string';

export interface StapVariable {
  readonly name: string;
  readonly type: StapType;
}

export interface StapFunction {
  readonly name: string;
  readonly parameters: readonly StapVariable[];
  /** Absent if the function gives no value. */
  readonly result?: StapType;
  /** `guru`, `unprivileged`, `myproc-unprivileged`. */
  readonly flags: readonly string[];
  /** In our own words, for the functions that we describe. */
  readonly doc?: string;
}

export interface StapMacro {
  readonly name: string;
  readonly parameters: readonly string[];
}

/** Built-ins of the language and what its preprocessor and embedded C know. */
export interface StapWord {
  readonly kind: 'print' | 'extractor' | 'operator' | 'keyword' | 'context' | 'condition' | 'pragma' | 'limit';
  readonly name: string;
  readonly signature: string;
  readonly doc: string;
  readonly result?: 'long' | 'string' | 'histogram';
  readonly source: string;
}

export interface StapOption {
  readonly name: string;
  /** What the option's value is; absent for a flag. */
  readonly value?: string;
  readonly doc: string;
  readonly source: string;
}

/** A conversion of `printf` without its percent sign. */
export interface StapConversion {
  readonly name: string;
  readonly accepts: 'long' | 'string' | 'none';
  readonly doc: string;
  readonly source: string;
}

/** Probe points by component: `process(string)` → `mark(string)`. */
export interface PointNode {
  /** The component with the kind of its argument: `mark(string)`, `begin`. */
  readonly component: string;
  readonly children: ReadonlyMap<string, PointNode>;
  /** A probe point may end here. */
  readonly complete: boolean;
  /** What an alias that ends here defines. */
  readonly alias: readonly StapVariable[] | undefined;
}

/** The SystemTap that the snapshot was made of. @public */
export const stapVersion = tapsetData.version;
export const stapLanguage = languageData.records as readonly StapWord[];
/** stap's command line, for the command run. @public */
export const stapOptions = optionData.records as readonly StapOption[];
export const stapConversions = conversionData.records as readonly StapConversion[];
/** The built-in probe points in stap's notation: `process(string).mark(string)`. */
export const stapPoints: readonly string[] = tapsetData.points;

/** The tapsets' functions by name, each with its overloads. */
export const stapFunctions = once((): ReadonlyMap<string, readonly StapFunction[]> => {
  const docs = new Map(docData.records.map((each) => [each.name, each.doc]));
  const found = new Map<string, StapFunction[]>();
  for (const line of tapsetData.functions) {
    const [name = '', parameters = '', result, flags = ''] = line.split('|');
    const doc = docs.get(name);
    const overload: StapFunction = {
      name,
      parameters: variables(parameters),
      flags: flags === '' ? [] : flags.split(','),
      ...(result === '' || result === undefined ? {} : { result: type(result) }),
      ...(doc === undefined ? {} : { doc }),
    };
    found.set(name, [...(found.get(name) ?? []), overload]);
  }
  return found;
});

/** The tapsets' macros by name, without the `@`. */
export const stapMacros = once((): ReadonlyMap<string, StapMacro> => {
  const macros = tapsetData.macros.map((line): StapMacro => {
    const open = line.indexOf('(');
    const inside = line.slice(open + 1, -1);
    return { name: line.slice(0, open), parameters: inside === '' ? [] : inside.split(',') };
  });
  return new Map(macros.map((macro) => [macro.name, macro]));
});

/** The tapsets' probe aliases by name; each gives the variables that a handler sees. */
const aliasLists = once((): ReadonlyMap<string, () => readonly StapVariable[]> => {
  const lists = tapsetData.variables.map((text) => once(() => variables(text)));
  const found = new Map<string, () => readonly StapVariable[]>();
  for (const line of tapsetData.calls) {
    const [name = '', list, ...missing] = line.split(' ');
    tapsetData.implementations.forEach((prefix, i) => {
      if (!missing.includes(String(i))) found.set(`${prefix}.${name}`, lists[Number(list)] ?? noVariables);
    });
  }
  for (const line of tapsetData.aliases) {
    const [name = '', list] = line.split(' ');
    found.set(name, lists[Number(list)] ?? noVariables);
  }
  return found;
});

/** The names of the tapsets' probe aliases. */
export function stapAliasNames(): Iterable<string> {
  return aliasLists().keys();
}

/** The variables that a probe alias gives to its handlers, or undefined if no tapset defines it. */
export function stapAlias(name: string): readonly StapVariable[] | undefined {
  return aliasLists().get(name)?.();
}

/** All probe points, built-in ones and aliases, as one tree; its root's component is ''. Nodes unfold when asked. */
export const stapPointTree = once((): PointNode => {
  const ends: End[] = stapPoints.map((point) => ({ rest: point, variables: undefined }));
  for (const [name, variables] of aliasLists()) ends.push({ rest: name, variables });
  return node('', ends);
});

const componentDocs = once(() => new Map(componentData.records.map((each) => [each.name, each.doc])));

/** What a component of a built-in probe point means: `mark`, with or without its parentheses. */
export function stapComponentDoc(component: string): string | undefined {
  return componentDocs().get(component.replace(/\(.*/, ''));
}

/** What is left of a probe point below a node. */
interface End {
  readonly rest: string;
  readonly variables: (() => readonly StapVariable[]) | undefined;
}

function node(component: string, ends: readonly End[]): PointNode {
  const here = ends.filter((end) => end.rest === '');
  const given = here.find((end) => end.variables)?.variables;
  const children = once(() => {
    const groups = new Map<string, End[]>();
    for (const { rest, variables } of ends) {
      if (rest === '') continue;
      const dot = rest.indexOf('.');
      const first = dot < 0 ? rest : rest.slice(0, dot);
      const below: End = { rest: dot < 0 ? '' : rest.slice(dot + 1), variables };
      const group = groups.get(first);
      if (group) group.push(below);
      else groups.set(first, [below]);
    }
    return new Map([...groups].map(([name, group]) => [name, node(name, group)]));
  });
  return {
    component,
    complete: here.length > 0,
    get children() {
      return children();
    },
    get alias() {
      return given?.();
    },
  };
}

function variables(text: string): readonly StapVariable[] {
  if (text === '') return [];
  return text.split(',').map((each) => {
    const colon = each.lastIndexOf(':');
    return { name: each.slice(0, colon), type: type(each.slice(colon + 1)) };
  });
}

function type(letter: string): StapType {
  return letter === 's' ? 'string' : 'long';
}

function noVariables(): readonly StapVariable[] {
  return [];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
