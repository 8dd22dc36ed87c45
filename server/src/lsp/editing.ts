// The requests that a person feels while typing: completion, hover, signature help, inlay hints, colours, formatting,
// and quick fixes.
import type { Connection } from 'vscode-languageserver';
import { spanOf } from '../services/places.ts';
import { codeActions } from '../services/codeActions.ts';
import { semanticTokens, semanticTokensDelta } from '../services/semanticTokens.ts';
import type { LanguageServices } from '../services/language.ts';
import type { Answer, Session } from './answer.ts';
import type { Language } from './languages.ts';
import type { LanguageId } from '../languages/model.ts';
import type { Analyzed } from '../services/places.ts';

/** The analysis of an open document and its language. */
async function served(
  { workspace }: Session,
  uri: string,
): Promise<(Analyzed & { readonly language: Language; readonly services: LanguageServices }) | undefined> {
  const analyzed = await workspace.open(uri);
  const language = analyzed && workspace.languageOf(analyzed.document);
  return analyzed && language && { ...analyzed, language, services: language.services };
}

export function registerEditing(
  connection: Connection,
  answer: Answer,
  languages: Readonly<Record<LanguageId, Language>>,
): void {
  connection.onCompletion(
    answer(async (session, { textDocument, position }) => {
      const context = await session.workspace.contextOf(textDocument.uri);
      const here = await served(session, textDocument.uri);
      if (!here) return null;
      const list = here.services.complete(here.document, here.model, here.document.offsetAt(position), context);
      for (const item of list.items)
        item.data = { language: here.language.id, uri: textDocument.uri, own: item.data as unknown };
      return list;
    }),
  );
  connection.onCompletionResolve(
    answer(async ({ workspace }, item) => {
      const data = item.data as { language?: LanguageId; uri?: string; own?: unknown } | undefined;
      const language = data?.language && languages[data.language];
      if (!language) return item;
      const context = await workspace.contextOf(data.uri ?? '');
      return { ...language.services.resolve({ ...item, data: data.own }, context), data };
    }),
  );
  connection.onHover(
    answer(async (session, { textDocument, position }) => {
      const context = await session.workspace.contextOf(textDocument.uri);
      const here = await served(session, textDocument.uri);
      return here?.services.hover(here.document, here.model, here.document.offsetAt(position), context) ?? null;
    }),
  );
  connection.onSignatureHelp(
    answer(async (session, { textDocument, position }) => {
      const context = await session.workspace.contextOf(textDocument.uri);
      const here = await served(session, textDocument.uri);
      return here?.services.signatureHelp(here.document, here.model, here.document.offsetAt(position), context) ?? null;
    }),
  );
  connection.languages.inlayHint.on(
    answer(async (session, { textDocument, range }) => {
      const context = await session.workspace.contextOf(textDocument.uri);
      const here = await served(session, textDocument.uri);
      return here
        ? [...here.services.inlayHints(here.document, here.model, spanOf(here.document, range), context)]
        : null;
    }),
  );
  connection.onCodeAction(
    answer(async (session, { textDocument, range, context }) => {
      const here = await session.workspace.open(textDocument.uri);
      if (!here) return null;
      const found = await session.diagnostics.of(here);
      return codeActions(here.document, found, spanOf(here.document, range), context.only);
    }),
  );
  registerFormatting(connection, answer);
  registerSemanticTokens(connection, answer);
}

function registerFormatting(connection: Connection, answer: Answer): void {
  const enabled = async ({ workspace }: Session, uri: string): Promise<boolean> =>
    (await workspace.settingsOf(uri)).format.enabled;
  connection.onDocumentFormatting(
    answer(async (session, { textDocument, options }) => {
      const here = (await enabled(session, textDocument.uri)) ? await served(session, textDocument.uri) : undefined;
      return here ? [...here.services.format(here.document, here.model, undefined, options)] : null;
    }),
  );
  connection.onDocumentRangeFormatting(
    answer(async (session, { textDocument, range, options }) => {
      const here = (await enabled(session, textDocument.uri)) ? await served(session, textDocument.uri) : undefined;
      return here ? [...here.services.format(here.document, here.model, spanOf(here.document, range), options)] : null;
    }),
  );
  connection.onDocumentOnTypeFormatting(
    answer(async (session, { textDocument, position, ch, options }) => {
      const here = (await enabled(session, textDocument.uri)) ? await served(session, textDocument.uri) : undefined;
      if (!here) return null;
      const offset = here.document.offsetAt(position);
      return [...here.services.formatOnType(here.document, here.model, offset, ch, options)];
    }),
  );
}

function registerSemanticTokens(connection: Connection, answer: Answer): void {
  // The last answer for each document, for deltas. Its id is the document's version and the generation.
  const last = new Map<string, { readonly id: string; readonly data: number[] }>();
  const whole = async ({ workspace }: Session, uri: string): Promise<{ id: string; data: number[] } | undefined> => {
    const here = await workspace.open(uri);
    if (!here) {
      last.delete(uri);
      return undefined;
    }
    return { id: `${String(here.document.version)}.${String(workspace.generation())}`, data: semanticTokens(here) };
  };
  const { semanticTokens: tokens } = connection.languages;
  tokens.on(
    answer(async (session, { textDocument: { uri } }) => {
      const now = await whole(session, uri);
      if (!now) return { data: [] };
      last.set(uri, now);
      return { resultId: now.id, data: now.data };
    }),
  );
  tokens.onDelta(
    answer(async (session, { textDocument: { uri }, previousResultId }) => {
      const before = last.get(uri);
      const now = await whole(session, uri);
      if (!now) return { data: [] };
      last.set(uri, now);
      return before?.id === previousResultId
        ? { resultId: now.id, edits: semanticTokensDelta(before.data, now.data) }
        : { resultId: now.id, data: now.data };
    }),
  );
  tokens.onRange(
    answer(async ({ workspace }, { textDocument: { uri }, range }) => {
      const here = await workspace.open(uri);
      return { data: here ? semanticTokens(here, spanOf(here.document, range)) : [] };
    }),
  );
}
