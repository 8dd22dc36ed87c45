// What a script can use besides itself: the workspace's tapsets (and the machine's, where they were read) as trees, with
// the snapshot of SystemTap's own tapsets below them. Prepared once for a set of trees; each tree is indexed once.
import { stapFunctions, stapMacros, type StapFunction } from '../../catalogue/systemtap.ts';
import { aliasEntries, indexAliases, type AliasEntry, type AliasIndex } from './points.ts';
import type { FunctionDeclaration, GlobalVariable, Macro, ParseOptions, StapTree } from './syntax.ts';

export interface LibraryFunction {
  readonly declaration: FunctionDeclaration;
  readonly tree: StapTree;
}

export interface LibraryGlobal {
  readonly declaration: GlobalVariable;
  readonly tree: StapTree;
}

export interface StapLibrary {
  readonly trees: readonly StapTree[];
  readonly functions: ReadonlyMap<string, readonly LibraryFunction[]>;
  readonly globals: ReadonlyMap<string, LibraryGlobal>;
  readonly aliases: AliasIndex;
}

interface TreeIndex {
  readonly functions: readonly FunctionDeclaration[];
  readonly globals: readonly GlobalVariable[];
  readonly aliases: readonly AliasEntry[];
}

const indexes = new WeakMap<StapTree, TreeIndex>();

function indexOf(tree: StapTree): TreeIndex {
  let index = indexes.get(tree);
  if (!index) {
    const functions: FunctionDeclaration[] = [];
    const globals: GlobalVariable[] = [];
    for (const declaration of tree.declarations) {
      if (declaration.kind === 'function' && !declaration.isPrivate) functions.push(declaration);
      if (declaration.kind === 'global' && !declaration.isPrivate) globals.push(...declaration.variables);
    }
    index = { functions, globals, aliases: aliasEntries(tree) };
    indexes.set(tree, index);
  }
  return index;
}

/** Library scripts together; earlier ones win where names collide. */
export function prepareLibrary(trees: readonly StapTree[]): StapLibrary {
  const functions = new Map<string, LibraryFunction[]>();
  const globals = new Map<string, LibraryGlobal>();
  const aliases: AliasEntry[] = [];
  for (const tree of trees) {
    const index = indexOf(tree);
    for (const declaration of index.functions) {
      const list = functions.get(declaration.name.name);
      if (list) list.push({ declaration, tree });
      else functions.set(declaration.name.name, [{ declaration, tree }]);
    }
    for (const declaration of index.globals) {
      if (!globals.has(declaration.name.name)) globals.set(declaration.name.name, { declaration, tree });
    }
    aliases.push(...index.aliases);
  }
  return { trees, functions, globals, aliases: indexAliases(aliases) };
}

/** Without tapsets besides SystemTap's own. */
export const emptyLibrary: StapLibrary = prepareLibrary([]);

/** The snapshot's functions of a name. */
export const snapshotFunctions = (name: string): readonly StapFunction[] => stapFunctions().get(name) ?? [];

/**
 * Global variables of SystemTap's tapsets that scripts use, which `stap --dump-functions` does not list: numbers, an
 * array of strings, and counters of an arity that is not asked.
 */
export const tapsetGlobals: ReadonlyMap<string, 'counter' | 'long' | 'string[]'> = new Map([
  ['argv', 'string[]' as const],
  ...words(
    'argc BIO_READ BIO_WRITE VM_FAULT_OOM VM_FAULT_SIGBUS VM_FAULT_MINOR VM_FAULT_MAJOR VM_FAULT_NOPAGE VM_FAULT_LOCKED',
    'VM_FAULT_ERROR FAULT_FLAG_WRITE syscall_string_trunc tls_debug cve_enabled_p',
  ).map((name) => [name, 'long'] as const),
  ...words(
    'ActiveOpens AttemptFails CurrEstab EstabResets InSegs OutRsts OutSegs PassiveOpens RetransSegs InReceives InNoRoutes',
    'InAddrErrors InUnknownProtos InDiscards ForwDatagrams OutRequests ReasmTimeout ReasmReqds FragOKs FragFails',
    'DelayedACKs ListenOverflows ListenDrops TCPMemoryPressures cve_metrics',
  ).map((name) => [name, 'counter'] as const),
]);

function words(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '));
}

/** Functions of tapsets that a stap built without Java or Python lacks, as the snapshot's was. */
export const otherBuildFunctions: ReadonlySet<string> = new Set(
  words('python_print_backtrace python_sprint_backtrace print_java_backtrace sprint_java_backtrace java_backtrace'),
);

/** Tapsets that other packages bring, by the first component of their aliases. */
export const otherTapsets: ReadonlyMap<string, string> = new Map([
  ['glib', 'GLib'],
  ['gobject', 'GLib'],
  ['libvirt', 'libvirt'],
  ['qemu', 'QEMU'],
  ['hotspot', 'OpenJDK'],
  ['hotspot_jni', 'OpenJDK'],
  ['hotspot_gc', 'OpenJDK'],
  ['jstack', 'OpenJDK'],
  ['node', 'Node.js'],
  ['ruby', 'Ruby'],
  ['tcl', 'Tcl'],
  ['postgresql', 'PostgreSQL'],
]);

let opaque: ReadonlyMap<string, Macro> | undefined;

/** The macros of SystemTap's tapsets, by name and parameters only: their texts are not ours to ship. */
export function snapshotMacros(): ReadonlyMap<string, Macro> {
  if (!opaque) {
    const nowhere = { start: 0, end: 0 };
    opaque = new Map(
      [...stapMacros().values()].map(({ name, parameters }) => [
        name,
        { name, nameSpan: nowhere, span: nowhere, parameters, parameterSpans: [], isLibrary: true },
      ]),
    );
  }
  return opaque;
}

/** The macros of `.stpm` trees over the snapshot's: what `ParseOptions.macros` wants. */
export function macrosOf(trees: readonly StapTree[]): ReadonlyMap<string, Macro> {
  const all = new Map(snapshotMacros());
  for (const tree of trees) for (const macro of tree.macros) all.set(macro.name, macro);
  return all;
}

/** What a file is by its name: `.stpm`, a tapset in a folder of that name, or a script. */
export function roleOf(uri: string): NonNullable<ParseOptions['role']> {
  if (/\.stpm$/i.test(uri)) return 'macros';
  return /\/tapsets?\/.*\.stp$/i.test(uri) ? 'tapset' : 'script';
}
