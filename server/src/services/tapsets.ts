// The library scripts that a SystemTap script sees, parsed and put together. Parsing them at every keystroke would cost
// more than the script itself, so a result is kept as long as the texts are the same ones.
import {
  emptyLibrary,
  macrosOf,
  parseStap,
  prepareLibrary,
  snapshotMacros,
  type StapLibrary,
} from '../languages/systemtap/index.ts';

type Trees = ReturnType<typeof parseStap>;
type Macros = ReturnType<typeof macrosOf>;

export interface Tapsets {
  readonly library: StapLibrary;
  readonly macros: Macros;
}

/** SystemTap's own tapsets alone. */
export function noTapsets(): Tapsets {
  return { library: emptyLibrary, macros: snapshotMacros() };
}

/** Makes the library of some files, by uri; a file that `read` does not know is left out. */
export type TapsetReader = (uris: readonly string[], read: (uri: string) => string | undefined) => Tapsets;

export function tapsetReader(): TapsetReader {
  const trees = new Map<string, { readonly text: string; readonly macros: Macros | undefined; readonly tree: Trees }>();
  // One for each set of files: a tapset does not see itself, so there are a few.
  const made = new Map<string, { readonly parts: readonly Trees[]; readonly tapsets: Tapsets }>();

  const parse = (uri: string, text: string, macros: Macros | undefined): Trees => {
    const known = trees.get(uri);
    if (known?.text === text && known.macros === macros) return known.tree;
    const role = macros ? 'tapset' : 'macros';
    const tree = parseStap(text, { uri, role, ...(macros ? { macros } : {}) });
    trees.set(uri, { text, macros, tree });
    return tree;
  };
  return (uris, read) => {
    if (uris.length === 0) return noTapsets();
    const texts = uris.map((uri) => [uri, read(uri)] as const);
    const isMacros = (uri: string): boolean => /\.stpm$/i.test(uri);
    const ofMacros = texts.flatMap(([uri, text]) =>
      text !== undefined && isMacros(uri) ? [parse(uri, text, undefined)] : [],
    );
    const key = uris.join('\n');
    const before = made.get(key);
    const sameMacros = before && ofMacros.every((tree, index) => before.parts[index] === tree);
    const macros = sameMacros ? before.tapsets.macros : macrosOf(ofMacros);
    const scripts = texts.flatMap(([uri, text]) =>
      text !== undefined && !isMacros(uri) ? [parse(uri, text, macros)] : [],
    );
    const parts = [...ofMacros, ...scripts];
    if (before?.parts.length === parts.length && parts.every((tree, index) => before.parts[index] === tree)) {
      return before.tapsets;
    }
    const tapsets = { library: prepareLibrary(scripts), macros };
    if (made.size > 20) made.clear();
    made.set(key, { parts, tapsets });
    return tapsets;
  };
}
