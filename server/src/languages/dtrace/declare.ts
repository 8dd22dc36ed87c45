// Declarations: types out of specifiers and declarators, variables, typedefs, structs, enums, inlines, translators and
// providers, with the rules of C and those that D adds.
import type { Span } from '../../base/text.ts';
import { complain, kindWord, makeSymbol, use, type Analyzer, type DSymbol } from './analyzer.ts';
import { emptyEnum, emptyStruct, layOut } from './typeTable.ts';
import type {
  Declaration, Declarator, EnumSpecifier, Expression, FunctionSuffix, Name, Parameter, ProviderDefinition,
  Specifiers, StructSpecifier, TypeName,
} from './syntax.ts'; // prettier-ignore
import {
  floatTypes, integerTypes, isDynamic, isVoid, renderType, resolve, sameType, T0, type DType,
} from './types.ts'; // prettier-ignore

/** What a declarator declares: its type, and the key types if it is an associative array. */
export interface Declared {
  readonly type: DType;
  readonly keys?: readonly ParameterType[];
  /** An array whose brackets are empty. */
  readonly unsized: boolean;
}

export interface ParameterType {
  readonly type: DType;
  readonly name?: Name;
  readonly variadic: boolean;
}

interface Words {
  readonly base: DType;
  readonly storage?: { readonly text: string } & Span;
  readonly typedef: boolean;
}

const signs = new Set(['signed', 'unsigned']);
const storageClasses = new Set(['auto', 'register', 'static', 'extern', 'typedef', 'self', 'this']);

/** The type that specifiers name; complains about words that don't go together. */
export function readSpecifiers(analyzer: Analyzer, specifiers: Specifiers, nested = false): Words {
  let storage: ({ readonly text: string } & Span) | undefined;
  let named: DType | undefined;
  let name = '';
  let long = 0;
  let short = false;
  let sign = '';
  for (const word of specifiers.words) {
    if (word.kind === 'word') {
      if (storageClasses.has(word.text)) {
        if (storage) complain(analyzer, 'D_DECL_CLASS', word, 'A declaration has only one storage class; remove one.');
        storage ??= { text: word.text, start: word.start, end: word.end };
        continue;
      }
      if (word.text === 'long') long++;
      else if (word.text === 'short') short = true;
      else if (signs.has(word.text)) sign = word.text;
      else if (!['const', 'volatile', 'restrict', 'userland'].includes(word.text)) {
        if (named)
          complain(
            analyzer,
            'D_DECL_COMBO',
            word,
            `Two types in one declaration; remove ${word.text}, or add a semicolon before it.`,
          );
        name = word.text;
        named =
          word.text === 'void'
            ? T0.void
            : word.text === 'string'
              ? T0.string
              : (integerTypes.get(word.text) ?? floatTypes.get(word.text));
      }
    } else {
      if (named)
        complain(analyzer, 'D_DECL_COMBO', word, 'Two types in one declaration; add a semicolon before the second.');
      named =
        word.kind === 'namedType'
          ? readNamedType(analyzer, word.text, word)
          : word.kind === 'struct'
            ? readStruct(analyzer, word, nested)
            : readEnum(analyzer, word);
      name = '';
    }
    checkWords(analyzer, word, named, name, long > 0 || short, sign !== '');
  }
  const typedef = storage?.text === 'typedef';
  const result = (base: DType): Words => ({ base, ...(storage && { storage }), typedef });
  if (named && name !== 'int' && name !== 'char' && name !== 'double') return result(named);
  if (short && long > 0) {
    complain(analyzer, 'D_UNKNOWN', specifiers, 'There is no type short long; choose one of them.');
    return result(T0.unknown);
  }
  if (name === 'double') return result((long > 0 ? floatTypes.get('long double') : named) ?? T0.unknown);
  if (specifiers.words.length === 0) return result(T0.int);
  const size = short ? 'short' : long > 1 ? 'long long' : long === 1 ? 'long' : name === 'char' ? 'char' : '';
  if (long > 2) {
    complain(analyzer, 'D_UNKNOWN', specifiers, 'There is no type longer than long long.');
  }
  const canonical = [sign, size === '' ? (sign === '' || name === 'int' ? 'int' : '') : size].filter((part) => part !== '').join(' '); // prettier-ignore
  return result(integerTypes.get(canonical) ?? T0.int);
}

function checkWords(
  analyzer: Analyzer,
  word: Span,
  type: DType | undefined,
  name: string,
  sized: boolean,
  signed: boolean,
): void {
  if (!type || (!sized && !signed)) return;
  if (name === 'char') {
    if (sized) complain(analyzer, 'D_DECL_CHARATTR', word, 'A char can be neither short nor long.');
  } else if (name === 'void') {
    complain(analyzer, 'D_DECL_VOIDATTR', word, 'void takes no short, long, signed or unsigned.');
  } else if (name !== 'int') {
    const floating = name === 'double' || name === 'float';
    if (signed) complain(analyzer, 'D_DECL_SIGNINT', word, 'Only integer types are signed or unsigned.');
    else if (!floating) complain(analyzer, 'D_DECL_LONGINT', word, 'Only integer and floating-point types are long.');
  }
}

/** A typedef's type: the program's, else the platform's, else one that only the kernel knows. */
export function readNamedType(analyzer: Analyzer, text: string, span: Span): DType {
  if (text.includes('`')) {
    const [, scope = '', bare = ''] = /^(.*)`([^`]*)$/.exec(text) ?? [];
    if (bare === '' || scope.includes('`'))
      complain(analyzer, 'D_DECL_SCOPE', span, 'A type has one scope at most: module`type.');
    return { kind: 'unknown', name: text };
  }
  const own = analyzer.typedefs.get(text);
  if (own) {
    use(analyzer, own.symbol, span, 'read');
    return own.type;
  }
  const known = analyzer.table.typedefs.get(text);
  const { kernel } = analyzer.environment;
  if (!known && kernel && kernel.sizeOf(text) === undefined && !analyzer.table.mentioned.has(text)) {
    complain(analyzer, 'D_SYNTAX', span, `There is no type ${text}, neither here nor in the kernel.`);
  }
  return known ?? { kind: 'unknown', name: text };
}

function readStruct(analyzer: Analyzer, node: StructSpecifier, nested: boolean): DType {
  // D`s is the script's own s; another scope is a module, whose types aren't known.
  const [, scope = '', tag = ''] = /^(?:(.*)`)?([^`]*)$/.exec(node.name?.text ?? '') ?? [];
  const elsewhere = scope !== '' && scope !== 'D' && scope !== 'C';
  const key = `${node.keyword} ${tag}`;
  const known = tag === '' ? undefined : analyzer.tags.get(key);
  const before = known?.kind === 'struct' ? known : undefined;
  if (!node.members) {
    if (elsewhere) return emptyStruct(node.keyword, node.name?.text ?? '');
    if (before) {
      const symbol = analyzer.tagSymbols.get(key);
      if (symbol && node.name) use(analyzer, symbol, node.name, 'read');
      return before;
    }
    const library = analyzer.table.tags.get(key);
    if (library) return library;
    const made = emptyStruct(node.keyword, tag);
    const { kernel } = analyzer.environment;
    if (kernel && kernel.sizeOf(key) === undefined) made.foreign = false;
    if (tag !== '') analyzer.tags.set(key, made);
    return made;
  }
  if (before?.members && node.name) {
    complain(analyzer, 'D_DECL_TYPERED', node.name, `${key} is already declared; give this one another name.`);
  }
  const struct = before && !before.members ? before : emptyStruct(node.keyword, tag);
  if (tag !== '') analyzer.tags.set(key, struct);
  if (node.name) {
    const symbol = makeSymbol(analyzer, 'type', tag);
    symbol.type = struct;
    symbol.declared = true;
    symbol.detail = key;
    analyzer.tagSymbols.set(key, symbol);
    use(analyzer, symbol, node.name, 'definition');
  }
  // While its members are read the struct is one without any: it can't contain itself.
  struct.foreign = false;
  readMembers(analyzer, node, struct, nested);
  return struct;
}

function readMembers(
  analyzer: Analyzer,
  node: StructSpecifier,
  struct: ReturnType<typeof emptyStruct>,
  _nested: boolean,
): void {
  const members: { name: string; type: DType }[] = [];
  const symbols = new Map<string, DSymbol>();
  for (const declaration of node.members ?? []) {
    const { base } = readSpecifiers(analyzer, declaration.specifiers, true);
    for (const declarator of declaration.declarators) {
      const { type, keys } = readDeclarator(analyzer, declarator, base);
      const name = nameOf(declarator);
      const shown = name?.text ?? '(anonymous)';
      let member = type;
      if (keys) complain(analyzer, 'D_DECL_DYNOBJ', declarator, `An associative array can't be a member: ${shown}.`);
      else checkComplete(analyzer, declarator, type, shown, true);
      if (name?.text.includes('`') === true) complain(analyzer, 'D_DECL_SCOPE', name, "A member's name has no scope.");
      if (declarator.bits) member = readBits(analyzer, declarator.bits, member, name);
      if (!name || name.text === '') continue;
      if (symbols.has(name.text))
        complain(analyzer, 'D_UNKNOWN', name, `The member ${name.text} is already there; give this one another name.`);
      const symbol = makeSymbol(analyzer, 'member', name.text);
      symbol.type = member;
      symbol.declared = true;
      symbols.set(name.text, symbol);
      use(analyzer, symbol, name, 'definition');
      members.push({ name: name.text, type: member });
    }
  }
  layOut(struct, members);
  analyzer.members.set(struct, symbols);
}

/** The type of a bit-field: its integer type cut to a width. */
function readBits(analyzer: Analyzer, node: Expression, type: DType, name: Name | undefined): DType {
  const { value, type: valueType } = analyzer.cook(analyzer, node, 1);
  const shown = name?.text ?? '(anonymous)';
  if (value === 0n && !name) return type;
  if (!isPositive(value, valueType)) {
    complain(analyzer, 'D_DECL_BFCONST', node, "A bit-field's width must be a positive constant.");
    return type;
  }
  const base = resolve(type);
  if (base.kind === 'unknown') return type;
  if (base.kind !== 'integer') {
    complain(analyzer, 'D_DECL_BFTYPE', node, `Only an integer can be a bit-field: ${shown}.`);
    return type;
  }
  if (value !== undefined && value > BigInt(base.size * 8)) {
    complain(
      analyzer,
      'D_DECL_BFSIZE',
      node,
      `${renderType(type)} has ${base.size * 8} bits; ${shown} can't have ${value}.`,
    );
    return type;
  }
  return value === undefined ? type : { ...base, bits: Number(value) };
}

function isPositive(value: bigint | undefined, type: DType): boolean {
  if (value === undefined) return isUnknownConstant(type);
  const signed = resolve(type).kind !== 'integer' || (resolve(type) as { signed: boolean }).signed;
  return value !== 0n && (!signed || BigInt.asIntN(64, value) > 0n);
}

/** A macro argument's value is not known, but it is a constant. */
function isUnknownConstant(type: DType): boolean {
  return type.kind === 'unknown';
}

function readEnum(analyzer: Analyzer, node: EnumSpecifier): DType {
  const tag = node.name?.text ?? '';
  const key = `enum ${tag}`;
  const before = tag === '' ? undefined : analyzer.tags.get(key);
  if (!node.enumerators) {
    if (before) {
      const symbol = analyzer.tagSymbols.get(key);
      if (symbol && node.name) use(analyzer, symbol, node.name, 'read');
      return before;
    }
    return analyzer.table.tags.get(key) ?? emptyEnum(tag);
  }
  if (before?.kind === 'enum' && before.values && node.name) {
    complain(analyzer, 'D_DECL_TYPERED', node.name, `enum ${tag} is already declared; give this one another name.`);
  }
  const made = before?.kind === 'enum' && !before.values ? before : emptyEnum(tag);
  made.foreign = false;
  const values = new Map<string, bigint>();
  made.values = values;
  if (tag !== '') analyzer.tags.set(key, made);
  if (node.name) {
    const symbol = makeSymbol(analyzer, 'type', tag);
    symbol.type = made;
    symbol.declared = true;
    symbol.detail = key;
    analyzer.tagSymbols.set(key, symbol);
    use(analyzer, symbol, node.name, 'definition');
  }
  let next = 0n;
  for (const { name, value } of node.enumerators) {
    if (value) next = readEnumerator(analyzer, name, value, values) ?? next;
    if (name.text === '') continue;
    if (values.has(name.text))
      complain(analyzer, 'D_UNKNOWN', name, `${name.text} is already in this enum; give this one another name.`);
    values.set(name.text, next);
    declareEnumerator(analyzer, name, made, next);
    next = BigInt.asIntN(32, next + 1n);
  }
  return made;
}

function readEnumerator(
  analyzer: Analyzer,
  name: Name,
  node: Expression,
  values: ReadonlyMap<string, bigint>,
): bigint | undefined {
  const own = node.kind === 'identifier' ? values.get(node.name) : undefined;
  const operand = analyzer.cook(analyzer, node, 1);
  if (own !== undefined) return own;
  if (operand.value === undefined) {
    if (operand.type.kind === 'unknown') return undefined;
    complain(analyzer, 'D_DECL_ENCONST', node, `The value of ${name.text} must be an integer constant.`);
    return undefined;
  }
  const value = BigInt.asIntN(64, operand.value);
  if (value > 0x7fffffffn || value < -0x80000000n) {
    complain(analyzer, 'D_DECL_ENOFLOW', node, `${value} doesn't fit into the 32 bits of an enumerator.`);
  }
  return BigInt.asIntN(32, value);
}

function declareEnumerator(analyzer: Analyzer, name: Name, type: DType, value: bigint): void {
  if (name.text.includes('`')) complain(analyzer, 'D_DECL_SCOPE', name, "An enumerator's name has no scope.");
  if (isTaken(analyzer, name.text)) {
    complain(
      analyzer,
      'D_DECL_IDRED',
      name,
      `${name.text} already means something else; give the enumerator another name.`,
    );
    return;
  }
  const symbol = makeSymbol(analyzer, 'enumerator', name.text);
  Object.assign(symbol, {
    type,
    value: BigInt.asUintN(64, value),
    declared: true,
    read: true,
    detail: `${name.text} = ${value}`,
  });
  analyzer.globals.set(name.text, symbol);
  use(analyzer, symbol, name, 'definition');
}

/** Whether a global name is taken, by the program, the compiler or a library. */
export function isTaken(analyzer: Analyzer, name: string): boolean {
  return analyzer.globals.has(name) || isBuiltin(analyzer, name);
}

export function isBuiltin(analyzer: Analyzer, name: string): boolean {
  const { table } = analyzer;
  return table.variables.has(name) || table.functions.has(name) || table.inlines.has(name);
}

export function nameOf(declarator: Declarator): Name | undefined {
  let inner: Declarator | undefined = declarator;
  while (inner && !inner.name) inner = inner.inner;
  return inner?.name;
}

/** The type that a declarator makes of its specifiers' type. */
export function readDeclarator(analyzer: Analyzer, declarator: Declarator, base: DType): Declared {
  let type = base;
  let keys: ParameterType[] | undefined;
  let unsized = false;
  for (const _ of declarator.pointers) type = { kind: 'pointer', to: type };
  // `int a[3][5]` is an array of three arrays of five.
  const { suffixes } = declarator;
  for (let i = suffixes.length - 1; i >= 0; i--) {
    const suffix = suffixes[i];
    if (!suffix) continue;
    if (suffix.kind === 'function') {
      readPrototype(analyzer, suffix, 'function');
      type = T0.function;
    } else {
      if (isVoid(type)) complain(analyzer, 'D_DECL_VOIDOBJ', suffix, "There can't be an array of void.");
      if (suffix.keys) {
        if (i > 0 || keys)
          complain(analyzer, 'D_DECL_DYNOBJ', suffix, "There can't be an array of associative arrays.");
        keys = readParameters(analyzer, suffix.keys, 'array');
        checkPrototype(analyzer, keys, suffix.keys, 'array');
      } else if (suffix.size) {
        type = { kind: 'array', of: type, length: readLength(analyzer, suffix.size) };
      } else {
        unsized = true;
        type = { kind: 'array', of: type, length: 0 };
      }
    }
  }
  if (declarator.inner) {
    const inner = readDeclarator(analyzer, declarator.inner, type);
    return keys && !inner.keys ? { ...inner, keys } : inner;
  }
  return { type, ...(keys && { keys }), unsized };
}

function readLength(analyzer: Analyzer, node: Expression): number {
  const { value, type } = analyzer.cook(analyzer, node, 1);
  if (!isPositive(value, type)) {
    complain(
      analyzer,
      'D_DECL_ARRSUB',
      node,
      "An array's size must be a positive constant; for an associative array, name the types of its keys.",
    );
    return 0;
  }
  if (value !== undefined && value > 0xffffffffn) {
    complain(analyzer, 'D_DECL_ARRBIG', node, `An array can't have ${value} elements.`);
    return 0;
  }
  return Number(value ?? 0n);
}

function readParameters(analyzer: Analyzer, parameters: readonly Parameter[], _kind: string): ParameterType[] {
  return parameters.map((parameter) => {
    if (!parameter.type) return { type: T0.unknown, variadic: true };
    const { base, storage } = readSpecifiers(analyzer, parameter.type.specifiers);
    if (storage && storage.text !== 'register') {
      complain(analyzer, 'D_DECL_PARMCLASS', storage, 'A parameter has no storage class.');
    }
    const { type, keys } = readDeclarator(analyzer, parameter.type.declarator, base);
    const name = nameOf(parameter.type.declarator);
    return { type: keys ? T0.array : type, ...(name && { name }), variadic: false };
  });
}

/** Checks a parameter list: `array` keys, a `function`'s, or a probe's. */
function checkPrototype(
  analyzer: Analyzer,
  types: readonly ParameterType[],
  nodes: readonly Parameter[],
  kind: 'array' | 'function' | 'probe',
): void {
  const names = new Set<string>();
  types.forEach(({ type, name, variadic }, i) => {
    const node = nodes[i];
    if (!node) return;
    if (variadic) {
      if (kind !== 'function')
        complain(
          analyzer,
          'D_DECL_PROTO_VARARGS',
          node,
          `${kind === 'array' ? 'Keys' : 'Arguments of a probe'} can't end in "...".`,
        );
      return;
    }
    if (isDynamic(type)) complain(analyzer, 'D_DECL_PROTO_TYPE', node, `A parameter can't be ${renderType(type)}.`);
    if (isVoid(type)) {
      if (kind === 'array') complain(analyzer, 'D_DECL_PROTO_TYPE', node, "A key can't be void.");
      else if (name) complain(analyzer, 'D_DECL_PROTO_NAME', name, 'A void parameter has no name.');
      else if (types.length > 1) complain(analyzer, 'D_DECL_PROTO_VOID', node, 'void must be the only parameter.');
    }
    if (!name || name.text === '') return;
    if (names.has(name.text)) complain(analyzer, 'D_DECL_PROTO_FORM', name, `There are two parameters ${name.text}.`);
    names.add(name.text);
  });
}

function readPrototype(analyzer: Analyzer, suffix: FunctionSuffix, kind: 'function' | 'probe'): ParameterType[] {
  const types = readParameters(analyzer, suffix.parameters, kind);
  checkPrototype(analyzer, types, suffix.parameters, kind);
  return types;
}

/** The type of a cast, a `sizeof`, … */
export function readTypeName(analyzer: Analyzer, node: TypeName): DType {
  const { base } = readSpecifiers(analyzer, node.specifiers);
  const { type, keys } = readDeclarator(analyzer, node.declarator, base);
  return keys ? T0.array : type;
}

/** Complains about an object of a type that isn't complete here. */
function checkComplete(analyzer: Analyzer, span: Span, type: DType, name: string, member: boolean): void {
  const base = resolve(type);
  if (base.kind === 'struct' && !base.members && (!base.foreign || definedLater(analyzer, base))) {
    const what = `${base.keyword} ${base.tag}`;
    complain(
      analyzer,
      'D_DECL_INCOMPLETE',
      span,
      `${what} isn't complete here; declare its members before ${name}, or use a pointer.`,
    );
  } else if (base.kind === 'void' || (member && base.kind === 'function')) {
    complain(analyzer, 'D_DECL_VOIDOBJ', span, `${name} can't be void.`);
  }
}

/** Whether the program itself declares the members of a struct somewhere: then no library does. */
export function definedLater(analyzer: Analyzer, struct: { readonly keyword: string; readonly tag: string }): boolean {
  return declaredTags(analyzer).has(`${struct.keyword} ${struct.tag}`);
}

const tagsByTree = new WeakMap<object, ReadonlySet<string>>();

function declaredTags(analyzer: Analyzer): ReadonlySet<string> {
  const { program } = analyzer.tree;
  let tags = tagsByTree.get(program);
  if (!tags) {
    const found = new Set<string>();
    const visit = (specifiers: Specifiers): void => {
      for (const word of specifiers.words) {
        if (word.kind !== 'struct') continue;
        if (word.members && word.name) found.add(`${word.keyword} ${word.name.text}`);
        for (const member of word.members ?? []) visit(member.specifiers);
      }
    };
    for (const item of program.items) if (item.kind === 'declaration') visit(item.specifiers);
    tags = found;
    tagsByTree.set(program, tags);
  }
  return tags;
}

/** `int x;`, `self string s;`, `typedef … t;`, `struct s { … };` */
export function declare(analyzer: Analyzer, node: Declaration): void {
  const { base, storage, typedef } = readSpecifiers(analyzer, node.specifiers);
  if (node.declarators.length === 0) {
    const types = node.specifiers.words.some((word) => word.kind === 'struct' || word.kind === 'enum');
    if (!types) complain(analyzer, 'D_DECL_USELESS', node, 'This declares nothing; add a name.');
    return;
  }
  for (const declarator of node.declarators) {
    const declared = readDeclarator(analyzer, declarator, base);
    const name = nameOf(declarator);
    if (!name || name.text === '') continue;
    if (name.text.includes('`')) {
      complain(analyzer, 'D_DECL_SCOPE', name, `A declared name has no scope: ${name.text}.`);
      continue;
    }
    const plainFunction = resolve(declared.type).kind === 'function';
    if (typedef) declareTypedef(analyzer, name, declared);
    else if (
      storage &&
      ['auto', 'register', 'static'].includes(storage.text) &&
      !(plainFunction && storage.text === 'static')
    ) {
      complain(analyzer, 'D_DECL_BADCLASS', storage, `D has no use for ${storage.text} here; remove it.`);
    } else if (storage?.text === 'extern' || plainFunction) {
      declareExternal(analyzer, name, declared.type);
    } else {
      declareVariable(
        analyzer,
        node,
        name,
        declared,
        storage?.text === 'self' ? 'self' : storage?.text === 'this' ? 'this' : 'global',
        declarator,
      );
    }
  }
}

function declareTypedef(analyzer: Analyzer, name: Name, { type }: Declared): void {
  if (isTaken(analyzer, name.text)) {
    complain(
      analyzer,
      'D_DECL_IDRED',
      name,
      `${name.text} is already the name of ${analyzer.globals.has(name.text) ? 'a variable' : 'something built in'}.`,
    );
  } else if (analyzer.typedefs.has(name.text) || isCompilerTypedef(analyzer, name.text)) {
    complain(analyzer, 'D_DECL_IDRED', name, `The type ${name.text} is already declared; give this one another name.`);
  }
  const made: DType = { kind: 'typedef', name: name.text, type };
  const symbol = makeSymbol(analyzer, 'type', name.text);
  symbol.type = made;
  symbol.declared = true;
  symbol.detail = `typedef ${renderType(type)} ${name.text}`;
  analyzer.typedefs.set(name.text, { type: made, symbol });
  use(analyzer, symbol, name, 'definition');
}

/** The compiler's own typedefs can't be declared again; those of libraries can. */
function isCompilerTypedef(analyzer: Analyzer, name: string): boolean {
  return /^u?int(?:8|16|32|64|ptr)_t$/.test(name) && analyzer.table.typedefs.has(name);
}

function declareExternal(analyzer: Analyzer, name: Name, type: DType): void {
  const symbol = makeSymbol(analyzer, 'function', name.text);
  symbol.type = type;
  symbol.declared = true;
  symbol.detail = `extern ${renderType(type)} ${name.text}`;
  use(analyzer, symbol, name, 'definition');
}

const spaces = { global: '', self: 'self ', this: 'this ' };

function declareVariable(
  analyzer: Analyzer,
  node: Declaration,
  name: Name,
  declared: Declared,
  space: DSymbol['space'],
  declarator: Declarator,
): void {
  const { type, keys, unsized } = declared;
  const table = space === 'self' ? analyzer.threadLocals : space === 'this' ? analyzer.clauseLocals : analyzer.globals;
  if (unsized && resolve(type).kind === 'array') {
    complain(
      analyzer,
      'D_DECL_ARRNULL',
      declarator,
      `${name.text} needs a size, or the types of its keys, between the brackets.`,
    );
  }
  if (space === 'global' && isBuiltin(analyzer, name.text)) {
    complain(analyzer, 'D_DECL_IDRED', name, `${name.text} is built in; give the variable another name.`);
  } else if (analyzer.typedefs.has(name.text)) {
    complain(analyzer, 'D_DECL_IDRED', name, `${name.text} is the name of a type; give the variable another name.`);
  }
  if (keys && space === 'this') {
    complain(
      analyzer,
      'D_DECL_LOCASSC',
      name,
      `A clause-local variable can't be an associative array; use self ${name.text}, or a global one.`,
    );
  }
  const before = table.get(name.text);
  const kind = keys ? 'array' : space === 'self' ? 'threadLocal' : space === 'this' ? 'clauseLocal' : 'variable';
  if (before) {
    const same =
      (before.kind === 'array') === (keys !== undefined) &&
      (before.type === undefined || sameType(before.type, type)) &&
      (!keys || before.keys?.length === keys.length);
    if (!same || before.kind === 'enumerator' || before.kind === 'constant') {
      const was = before.type ? renderType(before.type) : kindWord(before);
      complain(analyzer, 'D_DECL_IDRED', name, `${name.text} is already declared as ${was}.`);
    }
    use(analyzer, before, name, 'definition');
    return;
  }
  if (!keys) checkComplete(analyzer, name, type, name.text, false);
  const symbol = makeSymbol(analyzer, kind, name.text, space);
  symbol.type = type;
  symbol.declared = true;
  if (keys) symbol.keys = keys.map((key) => key.type);
  symbol.detail = `${spaces[space]}${renderType(type)} ${name.text}${keys ? `[${keys.map((key) => renderType(key.type)).join(', ')}]` : ''}`;
  if (space === 'this') symbol.scope = { start: node.start, end: analyzer.tree.text.length };
  table.set(name.text, symbol);
  use(analyzer, symbol, name, 'definition');
}

/** `provider name { probe …; };` */
export function declareProvider(analyzer: Analyzer, node: ProviderDefinition): void {
  const { name } = node;
  if (name.text.includes('`')) complain(analyzer, 'D_PROV_BADNAME', name, "A provider's name has no scope.");
  else if (name.text.length >= 60)
    complain(analyzer, 'D_PROV_BADNAME', name, "A provider's name has fewer than 60 characters.");
  else if (/\d$/.test(name.text))
    complain(analyzer, 'D_PROV_BADNAME', name, "A provider's name can't end in a digit: the process id follows it.");
  const probes = new Set<string>();
  for (const probe of node.probes) {
    const shown = probe.name.text.replaceAll('__', '-');
    if (probe.name.text.includes('`')) complain(analyzer, 'D_PROV_BADNAME', probe.name, "A probe's name has no scope.");
    else if (probe.name.text.length >= 64)
      complain(analyzer, 'D_PROV_BADNAME', probe.name, "A probe's name has fewer than 64 characters.");
    if (shown !== '' && probes.has(shown))
      complain(analyzer, 'D_PROV_PRDUP', probe.name, `The probe ${shown} is already declared.`);
    probes.add(shown);
    const input = readPrototype(analyzer, probe.input, 'probe');
    if (input.length > 255) complain(analyzer, 'D_PROV_PRARGLEN', probe.input, 'A probe has 255 arguments at most.');
    if (probe.output) readOutput(analyzer, probe.output, input);
    const symbol = makeSymbol(analyzer, 'probe', shown);
    symbol.declared = true;
    symbol.detail = `probe ${shown}(${input.map((each) => (each.variadic ? '...' : renderType(each.type))).join(', ')})`;
    use(analyzer, symbol, probe.name, 'definition');
  }
}

function readOutput(analyzer: Analyzer, suffix: FunctionSuffix, input: readonly ParameterType[]): void {
  const types = readParameters(analyzer, suffix.parameters, 'probe');
  types.forEach(({ type, name }, i) => {
    const node = suffix.parameters[i];
    if (!node) return;
    if (!name) {
      if (!isVoid(type))
        complain(
          analyzer,
          'D_DECL_PROTO_NAME',
          node,
          'An argument after the colon needs a name: one of those before it.',
        );
    } else if (!input.some((each) => each.name?.text === name.text)) {
      complain(analyzer, 'D_DECL_PROTO_FORM', name, `There is no argument ${name.text} before the colon.`);
    }
  });
}
