// The named types of a platform, and types read from notations such as `const char *`: prototypes of functions, types of
// variables and members in the catalogue. Made once a platform; a program's own types lie over it.
import {
  dFunctions, dLibrary, dTypes, dVariables, type DFunction, type DVariable, type Platform,
} from '../../catalogue/index.ts'; // prettier-ignore
import {
  alignOf, floatTypes, integerTypes, sizeOf, T0, type DType, type EnumType, type Signature, type StructMember,
  type StructType, type Translator,
} from './types.ts'; // prettier-ignore

export interface TypeTable {
  readonly platform: Platform;
  readonly typedefs: ReadonlyMap<string, DType>;
  /** `struct s`, `union u`, `enum e`. */
  readonly tags: ReadonlyMap<string, StructType | EnumType>;
  readonly functions: ReadonlyMap<string, Signature>;
  readonly variables: ReadonlyMap<string, { readonly facts: DVariable; readonly type: DType }>;
  /** Inlines of the D libraries: constants with a value, or names with a type. */
  readonly inlines: ReadonlyMap<string, LibraryInline>;
  readonly translators: readonly Translator[];
  /** Names in the functions' prototypes: their types exist, whatever they are. */
  readonly mentioned: ReadonlySet<string>;
}

export interface LibraryInline {
  readonly name: string;
  readonly type: DType;
  readonly keys?: readonly DType[];
  readonly value?: bigint;
  readonly file: string;
}

const tables = new Map<Platform, TypeTable>();

export function typeTable(platform: Platform): TypeTable {
  let table = tables.get(platform);
  if (!table) {
    table = makeTable(platform);
    tables.set(platform, table);
  }
  return table;
}

interface Building {
  readonly typedefs: Map<string, DType>;
  readonly tags: Map<string, StructType | EnumType>;
}

function makeTable(platform: Platform): TypeTable {
  const building: Building = { typedefs: new Map(), tags: new Map() };
  for (const { name, kind, type } of dTypes) {
    if (kind === 'typedef')
      building.typedefs.set(name, { kind: 'typedef', name, type: baseType(building, type ?? '') });
    else if (kind === 'dynamic' && !building.typedefs.has(name)) building.typedefs.set(name, dynamicType(name));
  }
  if (!building.typedefs.has('longlong_t')) building.typedefs.set('longlong_t', typedef('longlong_t', T0.longLong));
  addLibrary(building);
  const functions = new Map<string, Signature>();
  for (const [name, facts] of dFunctions(platform)) functions.set(name, signature(building, facts));
  const variables = new Map<string, { facts: DVariable; type: DType }>();
  for (const [name, facts] of dVariables(platform))
    variables.set(name, { facts, type: readType(building, facts.type) });
  return {
    platform,
    typedefs: building.typedefs,
    tags: building.tags,
    functions,
    variables,
    inlines: libraryInlines(building),
    translators: libraryTranslators(building),
    mentioned: new Set([...dFunctions(platform).values()].flatMap(({ prototype }) => prototype.match(/\w+/g) ?? [])),
  };
}

function typedef(name: string, type: DType): DType {
  return { kind: 'typedef', name, type };
}

function dynamicType(name: string): DType {
  if (name === '_symaddr') return T0.symaddr;
  if (name === '_usymaddr') return T0.usymaddr;
  return T0.stack;
}

function signature(building: Building, facts: DFunction): Signature {
  return {
    facts,
    result: readType(building, facts.result),
    parameters: facts.parameters.map(({ type }) => (type === '@' ? undefined : readType(building, type))),
  };
}

function addLibrary(building: Building): void {
  // Tags first: members refer to each other.
  for (const { kind, tag, name } of dLibrary.types) {
    if (kind === 'typedef') continue;
    const made = kind === 'enum' ? emptyEnum(tag ?? '') : emptyStruct(kind, tag ?? '');
    if (tag !== undefined) building.tags.set(`${kind} ${tag}`, made);
    if (name !== undefined) building.typedefs.set(name, typedef(name, made));
  }
  for (const { kind, name, type } of dLibrary.types) {
    if (kind === 'typedef' && name !== undefined)
      building.typedefs.set(name, typedef(name, readType(building, type ?? '')));
  }
  for (const { kind, tag, name, members } of dLibrary.types) {
    const key = tag === undefined ? undefined : building.tags.get(`${kind} ${tag}`);
    const named = name === undefined ? undefined : building.typedefs.get(name);
    const made = key ?? (named?.kind === 'typedef' ? named.type : undefined);
    if (made?.kind !== 'struct' || !members) continue;
    const pairs = members.filter((member) => typeof member !== 'string');
    layOut(made, pairs.map(([type, member]) => memberOf(building, type, member))); // prettier-ignore
    made.foreign = false;
  }
}

/** `[uint8_t, tcp_hdr[4]]`: an array's brackets stand behind the name. */
function memberOf(building: Building, type: string, name: string): { name: string; type: DType } {
  const [, bare = name, length] = /^(\w+)\s*(?:\[(\d+)\])?/.exec(name) ?? [];
  const element = readType(building, type);
  return { name: bare, type: length === undefined ? element : { kind: 'array', of: element, length: Number(length) } };
}

export function emptyStruct(keyword: 'struct' | 'union', tag: string): StructType {
  return { kind: 'struct', keyword, tag, size: 0, align: 1, foreign: true };
}

export function emptyEnum(tag: string): EnumType {
  return { kind: 'enum', tag, foreign: true };
}

/** Gives a struct its members, with C's alignment. */
export function layOut(struct: StructType, members: readonly { name: string; type: DType }[]): void {
  const laid = new Map<string, StructMember>();
  let end = 0;
  let align = 1;
  for (const { name, type } of members) {
    const bits = type.kind === 'integer' ? type.bits : undefined;
    const natural = alignOf(type) * 8;
    align = Math.max(align, alignOf(type));
    let offset = struct.keyword === 'union' ? 0 : end;
    if (bits === undefined || offset % natural > natural - bits) offset = Math.ceil(offset / natural) * natural;
    laid.set(name, { name, type, offset });
    end = Math.max(end, offset + (bits ?? sizeOf(type) * 8));
  }
  struct.members = laid;
  struct.align = align;
  struct.size = Math.ceil(end / 8 / align) * align;
}

function libraryInlines(building: Building): Map<string, LibraryInline> {
  const inlines = new Map<string, LibraryInline>();
  for (const { name, type, keys, value, file } of dLibrary.inlines) {
    const keyTypes =
      keys === undefined ? undefined : keys.split(',').map((key) => readType(building, key.replace(/\w+\s*$/, '')));
    inlines.set(name, {
      name,
      type: readType(building, type),
      ...(keyTypes && { keys: keyTypes }),
      ...(value !== undefined && { value: BigInt.asUintN(64, BigInt(value)) }),
      file,
    });
  }
  return inlines;
}

function libraryTranslators(building: Building): Translator[] {
  return dLibrary.translators.map(({ output, input, members }) => ({
    output: readType(building, output),
    input: readType(building, input),
    members: new Set(members),
  }));
}

/** Reads a type's notation: words, stars, an array's length. Names that nobody declares are unknown types. */
export function readType(names: Pick<TypeTable, 'typedefs' | 'tags'>, notation: string): DType {
  const [, words = '', stars = '', length] = /^([^*[]*)((?:\*|\s)*)(?:\[(\d*)\])?/.exec(notation.trim()) ?? [];
  const bare = words.replace(/\b(?:const|volatile|userland|restrict)\b/g, '').replace(/^.*`/, '').trim().replace(/\s+/g, ' '); // prettier-ignore
  let type = baseType(names, bare);
  for (const star of stars) if (star === '*') type = { kind: 'pointer', to: type };
  return length === undefined ? type : { kind: 'array', of: type, length: Number(length) };
}

function baseType(names: Pick<TypeTable, 'typedefs' | 'tags'>, name: string): DType {
  if (name === 'void') return T0.void;
  if (name === 'string') return T0.string;
  if (name === '@' || name === '') return T0.unknown;
  const known = integerTypes.get(name) ?? floatTypes.get(name) ?? names.typedefs.get(name) ?? names.tags.get(name);
  if (known) return known;
  const [, keyword, tag = ''] = /^(struct|union|enum) (\w+)$/.exec(name) ?? [];
  if (keyword === 'enum') return emptyEnum(tag);
  if (keyword === 'struct' || keyword === 'union') return emptyStruct(keyword, tag);
  return { kind: 'unknown', name };
}
