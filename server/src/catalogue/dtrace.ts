// What each platform's D compiler knows without being told: names, signatures, options. The records come from the
// compilers' own tables (libdtrace's globals, options and conversions; on Linux those of DTrace 2.0.7 as built, so
// that what the manual promises and the compiler refuses is marked `unimplemented`), the prose is ours.
import conversionData from '../../data/dtrace/conversions.json' with { type: 'json' };
import functionData from '../../data/dtrace/functions.json' with { type: 'json' };
import libraryData from '../../data/dtrace/library.json' with { type: 'json' };
import macroData from '../../data/dtrace/macros.json' with { type: 'json' };
import optionData from '../../data/dtrace/options.json' with { type: 'json' };
import pragmaData from '../../data/dtrace/pragmas.json' with { type: 'json' };
import providerData from '../../data/dtrace/providers.json' with { type: 'json' };
import typeData from '../../data/dtrace/types.json' with { type: 'json' };
import variableData from '../../data/dtrace/variables.json' with { type: 'json' };
import type { Platform } from './platforms.ts';

interface Fact {
  readonly name: string;
  /** One to three sentences, Markdown. */
  readonly doc: string;
  /** Where the fact stands. */
  readonly source: string;
}

export interface DVariable extends Fact {
  /** `scope`: self and this; `library`: an inline of a D library, absent with `-xnolibs`. */
  readonly kind: 'scalar' | 'array' | 'scope' | 'constant' | 'library';
  /** The D type of the value, or of an element; `@` for `args`, whose elements differ. */
  readonly type: string;
  /** The D version in which it came. */
  readonly since: string;
  readonly writable: boolean;
  /** The compiler knows the name and refuses it; why. */
  readonly unimplemented?: string;
}

export interface DParameter {
  readonly name: string;
  /** D's notation; `@` takes anything. */
  readonly type: string;
  readonly optional: boolean;
}

export interface DFunction extends Fact {
  readonly kind: 'action' | 'subroutine' | 'aggregation';
  /** The compiler's own notation: `string(uintptr_t, [size_t])`. */
  readonly prototype: string;
  readonly result: string;
  readonly parameters: readonly DParameter[];
  /** How many arguments it takes at least. */
  readonly minimum: number;
  /** How many at most; absent if the prototype ends in `...`. */
  readonly maximum?: number;
  readonly since: string;
  /** Refused without `-w` or the option `destructive`. */
  readonly destructive: boolean;
  readonly unimplemented?: string;
  /** What the compiler looks at beyond the prototype. */
  readonly checks?: 'format' | 'printa' | 'aggregation';
}

export interface DOption extends Fact {
  /** `running`: `setopt` may change it while the script runs. */
  readonly when: 'compile' | 'start' | 'running';
  readonly value: 'flag' | 'integer' | 'size' | 'rate' | 'string' | 'choice';
  readonly values?: readonly string[];
  readonly default?: string;
  /** The command-line option that sets it. */
  readonly flag?: string;
}

export interface DPragma extends Fact {
  readonly form: string;
  readonly values?: readonly string[];
}

export interface DProvider extends Fact {
  /** The name is followed by a process: `$target`, `1234`. */
  readonly process?: boolean;
  readonly probes?: readonly {
    readonly name: string;
    readonly doc: string;
    /** What the arguments are: a type or a word each. */
    readonly arguments?: readonly string[];
  }[];
}

/** A macro variable without its dollar sign. */
export type DMacro = Fact;

/** A conversion without its percent sign: `lld`. */
export interface DConversion extends Fact {
  /** The accepted types in the compiler's words. */
  readonly accepts: string;
}

/** A type that is there without a library; LP64. */
export interface DType {
  readonly name: string;
  readonly kind: 'integer' | 'float' | 'typedef' | 'string' | 'dynamic';
  readonly bits?: number;
  readonly signed?: boolean;
  /** What a typedef stands for. */
  readonly type?: string;
  /** Comes from the kernel's types, so it may differ or be missing. */
  readonly kernel?: boolean;
}

/** What the D libraries of a release declare. */
export interface DLibrary {
  readonly version: string;
  readonly inlines: readonly {
    readonly name: string;
    readonly type: string;
    readonly file: string;
    /** Declared as an array with these keys: `int fd`. */
    readonly keys?: string;
    readonly value?: number;
  }[];
  readonly types: readonly {
    readonly kind: 'struct' | 'union' | 'enum' | 'typedef';
    readonly file: string;
    readonly tag?: string;
    readonly name?: string;
    /** What a typedef stands for. */
    readonly type?: string;
    /** `[type, name]` each; an enum's are its enumerators' texts. */
    readonly members?: readonly (readonly [string, string] | string)[];
  }[];
  readonly translators: readonly {
    readonly output: string;
    readonly input: string;
    readonly members: readonly string[];
    readonly file: string;
  }[];
}

interface OnPlatforms {
  readonly name: string;
  readonly platforms: readonly string[];
}

interface VariableRecord extends Omit<DVariable, 'writable' | 'unimplemented'>, OnPlatforms {
  readonly types?: Readonly<Partial<Record<Platform, string>>>;
  readonly unimplemented?: Readonly<Partial<Record<Platform, string>>>;
  readonly writable?: readonly string[];
}

interface FunctionRecord extends Fact, OnPlatforms {
  readonly kind: DFunction['kind'];
  readonly prototype: string;
  readonly parameters: readonly string[];
  readonly since: string;
  readonly variants?: Readonly<
    Partial<Record<Platform, { readonly prototype?: string; readonly kind?: string; readonly since?: string }>>
  >;
  readonly unimplemented?: Readonly<Partial<Record<Platform, string>>>;
  readonly destructive?: boolean;
  readonly checks?: DFunction['checks'];
}

/** The built-in variables of a platform by name; a name that a library repeats is the compiler's. */
export const dVariables = perPlatform(() => variableData.records as readonly VariableRecord[], variableOn);
/** The actions, subroutines and aggregating functions of a platform by name. */
export const dFunctions = perPlatform(() => functionData.records as readonly FunctionRecord[], functionOn);
/** The options of `#pragma D option`, `-x` and `setopt` by name. */
export const dOptions = perPlatform(() => optionData.records as readonly (DOption & OnPlatforms)[], same);
/** The pragmas that follow `#pragma D` (`ident` stands without the `D`). */
export const dPragmas = perPlatform(() => pragmaData.records as readonly (DPragma & OnPlatforms)[], same);
/** The providers of a platform by name. */
export const dProviders = perPlatform(() => providerData.records as readonly (DProvider & OnPlatforms)[], same);
/** The macro variables by name, without the dollar sign. */
export const dMacros = perPlatform(() => macroData.records as readonly (DMacro & OnPlatforms)[], same);
/** The conversions of `printf` and `printa` by name, without the percent sign. */
export const dConversions = perPlatform(() => conversionData.records as readonly (DConversion & OnPlatforms)[], same);

/** The types that the compiler knows without a library. */
export const dTypes = typeData.records as readonly DType[];
/** The libraries of DTrace on Linux; the other platforms' declare nearly the same names. */
export const dLibrary = libraryData as unknown as DLibrary;

/** Splits the compiler's notation: `void(@, [int])`; names come from our records. */
export function parsePrototype(
  prototype: string,
  names: readonly string[],
): Pick<DFunction, 'result' | 'parameters' | 'minimum'> & { readonly maximum?: number } {
  const open = prototype.indexOf('(');
  const inside = prototype.slice(open + 1, -1).trim();
  const words = inside === '' ? [] : inside.split(',').map((word) => word.trim());
  const variadic = words.at(-1) === '...';
  const fixed = variadic ? words.slice(0, -1) : words;
  const parameters = fixed.map((word, i): DParameter => {
    const optional = word.startsWith('[');
    return { name: names[i] ?? `argument${i + 1}`, type: optional ? word.slice(1, -1) : word, optional };
  });
  const rest = variadic ? names.slice(fixed.length).map((name) => ({ name, type: '@', optional: true })) : [];
  return {
    result: prototype.slice(0, open).trim(),
    parameters: [...parameters, ...rest],
    minimum: parameters.filter((each) => !each.optional).length,
    ...(variadic ? {} : { maximum: fixed.length }),
  };
}

/** One table a platform, made when it is first asked for. */
function perPlatform<R extends OnPlatforms, T extends { readonly name: string }>(
  records: () => readonly R[],
  on: (record: R, platform: Platform) => T,
): (platform: Platform) => ReadonlyMap<string, T> {
  const made = new Map<Platform, ReadonlyMap<string, T>>();
  return (platform) => {
    let table = made.get(platform);
    if (!table) {
      const here = records().filter((record) => record.platforms.includes(platform));
      table = new Map(here.reverse().map((record) => [record.name, on(record, platform)]));
      made.set(platform, table);
    }
    return table;
  };
}

function same<T>(record: T): T {
  return record;
}

function variableOn(record: VariableRecord, platform: Platform): DVariable {
  const refused = record.unimplemented?.[platform];
  return {
    name: record.name,
    doc: record.doc,
    source: record.source,
    kind: record.kind,
    type: record.types?.[platform] ?? record.type,
    since: record.since,
    writable: record.writable?.includes(platform) ?? false,
    ...(refused === undefined ? {} : { unimplemented: refused }),
  };
}

function functionOn(record: FunctionRecord, platform: Platform): DFunction {
  const variant = record.variants?.[platform];
  const prototype = variant?.prototype ?? record.prototype;
  const refused = record.unimplemented?.[platform];
  return {
    name: record.name,
    doc: record.doc,
    source: record.source,
    kind: (variant?.kind ?? record.kind) as DFunction['kind'],
    prototype,
    ...parsePrototype(prototype, record.parameters),
    since: variant?.since ?? record.since,
    destructive: record.destructive ?? false,
    ...(refused === undefined ? {} : { unimplemented: refused }),
    ...(record.checks === undefined ? {} : { checks: record.checks }),
  };
}
