// The server's state: settings, folders, interpreters, other files, and the way from a uri to its analysis. Each part of
// it that changes starts a new generation, in which every analysis is made anew when it is asked for.
import type { Connection, TextDocuments, WorkspaceFolder } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { defaultSettings, readSettings, type Platform, type Settings } from '../base/settings.ts';
import { canonicalUri, fileUri } from '../base/uri.ts';
import { kindOfD } from '../protocol.ts';
import type { Surroundings } from '../services/analysis.ts';
import type { InterpreterFacts, ServiceContext } from '../services/language.ts';
import type { Analyzed } from '../services/places.ts';
import { tapsetReader } from '../services/tapsets.ts';
import type { ClientFeatures } from './client.ts';
import { analysisCache } from './documents.ts';
import { createFiles, type Files } from './files.ts';
import type { Host } from './host.ts';
import { languageIdOf, type Language } from './languages.ts';
import type { LanguageId } from '../languages/model.ts';

/** The endings of files that the server watches and looks into. */
export const scriptEndings = ['.stp', '.stpm', '.d'];
const mostFiles = 5000;
const mostRounds = 16;

export interface Workspace {
  readonly host: Host;
  readonly files: Files;
  readonly generation: () => number;
  readonly languageOf: (document: TextDocument) => Language | undefined;
  readonly settingsOf: (uri: string) => Promise<Settings>;
  readonly contextOf: (uri: string) => Promise<ServiceContext>;
  /** The analysis of an open document; undefined if it is closed or in another language. */
  readonly open: (uri: string) => Promise<Analyzed | undefined>;
  /** The analysis of any file that can be read. */
  readonly any: (uri: string) => Promise<Analyzed | undefined>;
  /** Every script of the workspace in a language, and the open documents. */
  readonly all: (language: LanguageId | undefined) => Promise<readonly Analyzed[]>;
  /** The tapset files of the workspace and of the settings' folders. */
  readonly tapsets: (
    settings: Settings,
  ) => Promise<{ readonly own: readonly string[]; readonly installed: readonly string[] }>;
  /** Whether a file lies in one of the workspace's folders. */
  readonly holds: (uri: string) => boolean;
  /** Before the first request: folders, and settings of an editor that sends them at the start. */
  readonly begin: (folders: readonly WorkspaceFolder[], section: unknown) => void;
  readonly setFolders: (added: readonly WorkspaceFolder[], removed: readonly WorkspaceFolder[]) => void;
  /** Settings that came with a notification, for editors that are not asked for them. */
  readonly setSettings: (section: unknown) => void;
  readonly filesChanged: (changes: readonly { readonly uri: string; readonly listed: boolean }[]) => void;
  readonly close: (uri: string) => void;
}

/** `onChange` is called when answers that were given may have become wrong, without any edit. */
export function createWorkspace(
  connection: Connection,
  host: Host,
  client: ClientFeatures,
  documents: TextDocuments<TextDocument>,
  languages: Readonly<Record<LanguageId, Language>>,
  onChange: () => void,
): Workspace {
  let generation = 0;
  let folders: readonly string[] = [];
  let given: Settings = defaultSettings;
  let listing: Promise<readonly string[]> | undefined;
  const settings = new Map<string, Promise<Settings>>();
  const installed = new Map<string, Promise<readonly string[]>>();
  const interpreters = new Map<string, { facts: readonly InterpreterFacts[] }>();
  const openAnalyses = analysisCache(Infinity);
  const otherAnalyses = analysisCache(300);
  const others = new Map<string, TextDocument>();
  const readTapsets = tapsetReader();
  const byCanonical = (uri: string): TextDocument | undefined =>
    documents.get(uri) ?? documents.all().find((each) => canonicalUri(each.uri) === uri);
  const files = createFiles(host, (uri) => byCanonical(uri)?.getText());

  const changed = (): void => {
    generation++;
    onChange();
  };
  const settingsOf = (uri: string): Promise<Settings> => {
    if (!client.configuration) return Promise.resolve(given);
    let promise = settings.get(uri);
    if (!promise) {
      promise = connection.workspace
        .getConfiguration({ scopeUri: uri, section: 'cpythonProbes' })
        .then(readSettings, () => defaultSettings);
      settings.set(uri, promise);
    }
    return promise;
  };
  const interpretersFor = (selected: string): readonly InterpreterFacts[] => {
    const known = interpreters.get(selected);
    if (known) return known.facts;
    const entry: { facts: readonly InterpreterFacts[] } = { facts: [] };
    interpreters.set(selected, entry);
    // Looking at the machine takes a while: answers go out without it, and again when it is known.
    void host.interpreters(selected).then((facts) => {
      if (interpreters.get(selected) !== entry || facts.length === 0) return;
      entry.facts = facts;
      changed();
    });
    return entry.facts;
  };
  const platformOf = (own: Settings): Platform => (own.platform === 'auto' ? host.platform : own.platform);
  const languageOf = (document: TextDocument): Language | undefined => {
    const id = languageIdOf(document.languageId, document.uri);
    return id && languages[id];
  };

  const listed = (): Promise<readonly string[]> => {
    listing ??= Promise.all(folders.map((folder) => host.findFiles(folder, scriptEndings, mostFiles))).then((found) => [
      ...new Set(found.flat().map(canonicalUri)),
    ]);
    return listing;
  };
  const tapsets: Workspace['tapsets'] = async (own) => {
    const inFolders = await Promise.all(
      own.tapsets.map((folder) => {
        let promise = installed.get(folder);
        if (!promise) {
          promise = host.findFiles(fileUri(folder), ['.stp', '.stpm'], mostFiles);
          installed.set(folder, promise);
        }
        return promise;
      }),
    );
    const here = (await listed()).filter((uri) => /\/tapsets?\/.*\.stp$|\.stpm$/.test(uri));
    return { own: here, installed: [...new Set(inFolders.flat().map(canonicalUri))] };
  };

  /** Analyses until no file is missing that could be loaded. */
  const analyze = async (
    document: TextDocument,
    cache: typeof openAnalyses,
    current: () => TextDocument | undefined,
  ): Promise<Analyzed | undefined> => {
    const own = await settingsOf(document.uri);
    const language = languageOf(document);
    if (!language) return undefined;
    const library = language.id === 'systemtap' ? (await tapsets(own)).own : [];
    const me = canonicalUri(document.uri);
    for (let round = 1; ; round++) {
      const now = current();
      if (!now) return undefined;
      const around: Surroundings = {
        uri: now.uri,
        platform: platformOf(own),
        settings: own,
        read: files.peek,
        tapsets: readTapsets(
          library.filter((uri) => uri !== me),
          files.peek,
        ),
        interpreters: interpretersFor(own.interpreter),
      };
      const analyzed = cache.get(now, generation, () => language.analyze(now.getText(), around));
      if (round === mostRounds || !(await files.settle())) return analyzed;
      cache.drop(now.uri);
    }
  };

  const open = async (uri: string): Promise<Analyzed | undefined> => {
    const document = documents.get(uri);
    return document && analyze(document, openAnalyses, () => documents.get(uri));
  };
  const other = async (uri: string): Promise<Analyzed | undefined> => {
    const text = await files.read(uri);
    if (text === undefined) return undefined;
    let document = others.get(uri);
    if (document?.getText() !== text) {
      const id = languageIdOf('', uri) ?? '';
      document = TextDocument.create(uri, id, (document?.version ?? 0) + 1, text);
      others.set(uri, document);
    }
    const same = document;
    return analyze(same, otherAnalyses, () => same);
  };
  const any = async (uri: string): Promise<Analyzed | undefined> => {
    const opened = byCanonical(canonicalUri(uri));
    return opened ? open(opened.uri) : other(canonicalUri(uri));
  };

  return {
    host,
    files,
    generation: () => generation,
    languageOf,
    settingsOf,
    contextOf: async (uri) => {
      const own = await settingsOf(uri);
      return {
        platform: platformOf(own),
        settings: own,
        interpreters: interpretersFor(own.interpreter),
        ...(host.manual ? { manual: host.manual } : {}),
        client: { snippets: client.snippets, markdown: client.markdown, labelDetails: client.labelDetails },
      };
    },
    open,
    any,
    tapsets,
    all: async (language) => {
      const opened = documents.all().map((each) => canonicalUri(each.uri));
      const found: Analyzed[] = [];
      for (const uri of new Set([...opened, ...(await listed())])) {
        const id = languageIdOf('', uri);
        if (language !== undefined && id !== language && !opened.includes(uri)) continue;
        if (id === 'dtrace' && !opened.includes(uri) && kindOfD((await files.read(uri)) ?? '') !== 'dtrace') continue;
        const analyzed = await any(uri);
        if (analyzed && (language === undefined || analyzed.model.language === language)) found.push(analyzed);
      }
      return found;
    },
    holds: (uri) =>
      folders.some((folder) => canonicalUri(uri).startsWith(`${folder}/`)) ||
      byCanonical(canonicalUri(uri)) !== undefined,
    begin: (first, section) => {
      folders = first.map((each) => canonicalUri(each.uri).replace(/\/$/, ''));
      if (section !== undefined) given = readSettings(section);
    },
    setFolders: (added, removed) => {
      const gone = removed.map((each) => canonicalUri(each.uri).replace(/\/$/, ''));
      const come = added.map((each) => canonicalUri(each.uri).replace(/\/$/, ''));
      folders = [...new Set([...folders.filter((each) => !gone.includes(each)), ...come])];
      listing = undefined;
      changed();
    },
    setSettings: (section) => {
      given = readSettings(section);
      settings.clear();
      changed();
    },
    filesChanged: (changes) => {
      let matters = false;
      for (const { uri, listed: appears } of changes) {
        const name = canonicalUri(uri);
        others.delete(name);
        if (files.forget(name)) matters = true;
        if (appears) {
          listing = undefined;
          matters = true;
        }
      }
      if (matters) changed();
    },
    close: (uri) => {
      openAnalyses.drop(uri);
      settings.delete(uri);
    },
  };
}
