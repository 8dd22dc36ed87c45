// The requests that go from place to place: definition, references, rename, symbols, folds, links, calls, lenses.
import { LSPErrorCodes, ResponseError, type Connection, type Location, type LocationLink } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { canonicalUri, fileUri, joinUri, parentUri } from '../base/uri.ts';
import {
  callHierarchyFile,
  incomingCalls,
  outgoingCalls,
  outgoingFiles,
  prepareCallHierarchy,
} from '../services/callHierarchy.ts';
import { codeLenses } from '../services/codeLens.ts';
import { definition, definitionFile } from '../services/definition.ts';
import { foldingRanges, selectionRange } from '../services/folding.ts';
import { fileLinks, type FileLink } from '../services/links.ts';
import { highlights, references } from '../services/references.ts';
import { prepareRename, rename } from '../services/rename.ts';
import { reservedNames } from '../services/reserved.ts';
import { isShared, occurrenceAt, rangeOf, type Analyzed } from '../services/places.ts';
import { documentSymbols, workspaceSymbols } from '../services/symbols.ts';
import type { Answer, Session } from './answer.ts';
import type { Workspace } from './workspace.ts';

export function registerNavigation(connection: Connection, answer: Answer): void {
  connection.onDefinition(
    answer(async ({ workspace, client }, { textDocument, position }) => {
      const here = await workspace.open(textDocument.uri);
      if (!here) return null;
      const offset = here.document.offsetAt(position);
      const links = await definitionLinks(workspace, here, offset);
      return client.definitionLinks ? links : links.map(plainLocation);
    }),
  );
  connection.onReferences(
    answer(async ({ workspace }, { textDocument, position, context }) => {
      const here = await workspace.open(textDocument.uri);
      if (!here) return null;
      const offset = here.document.offsetAt(position);
      return references(here, offset, await otherFiles(workspace, here, offset), context.includeDeclaration);
    }),
  );
  connection.onDocumentHighlight(
    answer(async ({ workspace }, { textDocument, position }) => {
      const here = await workspace.open(textDocument.uri);
      return here ? highlights(here, here.document.offsetAt(position)) : null;
    }),
  );
  connection.onDocumentSymbol(
    answer(async ({ workspace, client }, { textDocument }) => {
      const here = await workspace.open(textDocument.uri);
      if (!here) return null;
      if (client.nestedSymbols) return documentSymbols(here);
      return here.model.outline.map((item) => ({
        name: item.name,
        kind: documentSymbols({ ...here, model: { ...here.model, outline: [item] } })[0]?.kind ?? 13,
        location: { uri: here.document.uri, range: rangeOf(here.document, item.span) },
      }));
    }),
  );
  connection.onWorkspaceSymbol(
    answer(async ({ workspace }, { query }) => workspaceSymbols(await workspace.all(undefined), query)),
  );
  connection.onFoldingRanges(
    answer(async ({ workspace, client }, { textDocument }) => {
      const here = await workspace.open(textDocument.uri);
      return here ? foldingRanges(here, client.foldLimit) : null;
    }),
  );
  connection.onSelectionRanges(
    answer(async ({ workspace }, { textDocument, positions }) => {
      const here = await workspace.open(textDocument.uri);
      return here ? positions.map((position) => selectionRange(here, here.document.offsetAt(position))) : null;
    }),
  );
  connection.onCodeLens(
    answer(async ({ workspace, client }, { textDocument }) => {
      const context = await workspace.contextOf(textDocument.uri);
      const here = await workspace.open(textDocument.uri);
      return here ? codeLenses(here, context, client.commands) : null;
    }),
  );
  registerRename(connection, answer);
  registerCalls(connection, answer);
  registerLinks(connection, answer);
}

function plainLocation(link: LocationLink): Location {
  return { uri: link.targetUri, range: link.targetSelectionRange };
}

async function definitionLinks(workspace: Workspace, here: Analyzed, offset: number): Promise<LocationLink[]> {
  const link = fileLinks(here.model).find(({ span }) => span.start <= offset && offset <= span.end);
  if (link) {
    const target = await linkTarget(workspace, here.document.uri, link);
    const start = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    if (target === undefined) return [];
    const originSelectionRange = rangeOf(here.document, link.span);
    return [{ originSelectionRange, targetUri: target, targetRange: start, targetSelectionRange: start }];
  }
  const uri = definitionFile(here, offset);
  const text = uri === undefined ? undefined : await workspace.files.read(canonicalUri(uri));
  const other = uri !== undefined && text !== undefined ? TextDocument.create(uri, '', 0, text) : undefined;
  return definition(here, offset, other);
}

/** The files that may use the symbol at an offset, this one not among them. */
async function otherFiles(workspace: Workspace, here: Analyzed, offset: number): Promise<readonly Analyzed[]> {
  const symbol = occurrenceAt(here.model, offset)?.symbol;
  if (!symbol || !isShared(symbol)) return [];
  const all = await workspace.all(here.model.language);
  const home = symbol.uri === undefined ? undefined : await workspace.any(symbol.uri);
  const listed = home && all.some((each) => each.document.uri === home.document.uri);
  return home && !listed ? [...all, home] : all;
}

function registerRename(connection: Connection, answer: Answer): void {
  connection.onPrepareRename(
    answer(async ({ workspace }, { textDocument, position }) => {
      const here = await workspace.open(textDocument.uri);
      if (!here) return null;
      const prepared = prepareRename(here, here.document.offsetAt(position));
      return prepared.ok ? { range: prepared.range, placeholder: prepared.placeholder } : refuse(prepared.reason);
    }),
  );
  connection.onRenameRequest(
    answer(async ({ workspace }, { textDocument, position, newName }) => {
      const here = await workspace.open(textDocument.uri);
      if (!here) return null;
      const { platform } = await workspace.contextOf(textDocument.uri);
      const offset = here.document.offsetAt(position);
      const others = await otherFiles(workspace, here, offset);
      const renamed = rename(here, offset, newName, others, reservedNames(here.model.language, platform), (uri) =>
        workspace.holds(uri),
      );
      return renamed.ok ? renamed.edit : refuse(renamed.reason);
    }),
  );
}

function refuse(reason: string): never {
  throw new ResponseError(LSPErrorCodes.RequestFailed, reason);
}

function registerCalls(connection: Connection, answer: Answer): void {
  const { callHierarchy } = connection.languages;
  const analyzedFiles = async ({ workspace }: Session, uris: readonly string[]): Promise<Analyzed[]> => {
    const found = await Promise.all(uris.map((uri) => workspace.any(uri)));
    return found.filter((each) => each !== undefined);
  };
  callHierarchy.onPrepare(
    answer(async (session, { textDocument, position }) => {
      const here = await session.workspace.open(textDocument.uri);
      if (!here) return null;
      const offset = here.document.offsetAt(position);
      const uri = callHierarchyFile(here, offset);
      const other = uri === undefined ? undefined : await session.workspace.any(uri);
      return prepareCallHierarchy(here, offset, other);
    }),
  );
  callHierarchy.onIncomingCalls(
    answer(async ({ workspace }, { item }) => {
      const home = await workspace.any(item.uri);
      return home ? incomingCalls(home, item, await workspace.all(home.model.language)) : null;
    }),
  );
  callHierarchy.onOutgoingCalls(
    answer(async (session, { item }) => {
      const home = await session.workspace.any(item.uri);
      if (!home) return null;
      return outgoingCalls(home, item, await analyzedFiles(session, outgoingFiles(home, item)));
    }),
  );
}

function registerLinks(connection: Connection, answer: Answer): void {
  connection.onDocumentLinks(
    answer(async ({ workspace }, { textDocument }) => {
      const here = await workspace.open(textDocument.uri);
      if (!here) return null;
      const links = await Promise.all(
        fileLinks(here.model).map(async (link) => {
          const target = await linkTarget(workspace, here.document.uri, link);
          return target === undefined ? undefined : { range: rangeOf(here.document, link.span), target };
        }),
      );
      return links.filter((each) => each !== undefined);
    }),
  );
}

/** The first place where the named file is. */
async function linkTarget({ host }: Workspace, uri: string, link: FileLink): Promise<string | undefined> {
  const places = {
    beside: [parentUri(uri), fileUri('/usr/include')],
    system: [fileUri('/usr/include'), fileUri('/usr/local/include')],
    dtraceLibrary: [parentUri(uri), fileUri('/usr/lib/dtrace'), fileUri('/usr/lib64/dtrace')],
  };
  for (const folder of places[link.where]) {
    const candidate = joinUri(folder, link.path);
    if (await host.exists(candidate)) return candidate;
  }
  return undefined;
}
