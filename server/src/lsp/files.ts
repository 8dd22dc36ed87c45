// Files that are not open in the editor: includes, tapsets, and the workspace's other scripts. Analysis is synchronous
// and asks with `peek`; what it asked for and was not there is loaded by `settle`, and the analysis is done again.
import type { Host } from './host.ts';

export interface Files {
  /** The text, if it is known; asking makes it wanted. */
  readonly peek: (uri: string) => string | undefined;
  readonly read: (uri: string) => Promise<string | undefined>;
  /** Loads what `peek` asked for; true if there was anything. */
  readonly settle: () => Promise<boolean>;
  /** The file may have changed; true if it was known. */
  readonly forget: (uri: string) => boolean;
  readonly forgetAll: () => void;
}

/** `open` gives the editor's text of a file, which wins over the disk's. */
export function createFiles(host: Host, open: (uri: string) => string | undefined): Files {
  const loading = new Map<string, Promise<string | undefined>>();
  const texts = new Map<string, { readonly text: string | undefined }>();
  let wanted: Promise<string | undefined>[] = [];

  const load = (uri: string): Promise<string | undefined> => {
    const known = loading.get(uri);
    if (known) return known;
    const promise = host.readText(uri).then((text) => {
      // Forgotten meanwhile: what was read may be old.
      if (loading.get(uri) === promise) texts.set(uri, { text });
      return text;
    });
    loading.set(uri, promise);
    return promise;
  };
  return {
    peek: (uri) => {
      const opened = open(uri);
      if (opened !== undefined) return opened;
      const known = texts.get(uri);
      if (!known) wanted.push(load(uri));
      return known?.text;
    },
    read: async (uri) => open(uri) ?? (texts.has(uri) ? texts.get(uri)?.text : load(uri)),
    settle: async () => {
      const these = wanted;
      wanted = [];
      await Promise.all(these);
      return these.length > 0;
    },
    forget: (uri) => {
      texts.delete(uri);
      return loading.delete(uri);
    },
    forgetAll: () => {
      texts.clear();
      loading.clear();
    },
  };
}
