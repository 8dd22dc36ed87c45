// The documents that are open in the editor, and the one place where analyses are cached: by uri, version and the
// generation of everything around them (settings, other files, interpreters).
// Invariant: a TextDocument never changes once it is here; an edit makes a new one. So an answer that takes a while is
// about one text from its beginning to its end.
import { TextDocument } from 'vscode-languageserver-textdocument';
import { TextDocuments, type Connection, type TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { LanguageModel } from '../languages/model.ts';
import type { Analyzed } from '../services/places.ts';

export function openDocuments(connection: Connection): TextDocuments<TextDocument> {
  const documents = new TextDocuments({
    create: (uri: string, languageId: string, version: number, text: string) =>
      TextDocument.create(uri, languageId, version, text),
    update: (document: TextDocument, changes: readonly TextDocumentContentChangeEvent[], version: number) => {
      let changed = document;
      for (const change of changes) {
        changed = TextDocument.create(document.uri, document.languageId, version, applied(changed, change));
      }
      return changed;
    },
  });
  documents.listen(connection);
  return documents;
}

function applied(document: TextDocument, change: TextDocumentContentChangeEvent): string {
  if (!('range' in change)) return change.text;
  const text = document.getText();
  const one = document.offsetAt(change.range.start);
  const other = document.offsetAt(change.range.end);
  return text.slice(0, Math.min(one, other)) + change.text + text.slice(Math.max(one, other));
}

interface Kept extends Analyzed {
  readonly generation: number;
}

export interface AnalysisCache {
  /** The analysis of this very document in this generation, made by `make` if it isn't there. */
  readonly get: (document: TextDocument, generation: number, make: () => LanguageModel) => Analyzed;
  readonly drop: (uri: string) => void;
}

/** Keeps one analysis for each of the `limit` documents that were asked for last. */
export function analysisCache(limit: number): AnalysisCache {
  const kept = new Map<string, Kept>();
  return {
    get: (document, generation, make) => {
      const known = kept.get(document.uri);
      kept.delete(document.uri);
      const fresh = known?.document === document && known.generation === generation;
      const here = fresh ? known : { document, generation, model: make() };
      kept.set(document.uri, here);
      for (const uri of kept.keys()) {
        if (kept.size <= limit) break;
        kept.delete(uri);
      }
      return here;
    },
    drop: (uri) => void kept.delete(uri),
  };
}
