// The language server on any connection: what it offers, and its life from `initialize` to `exit`. main.ts gives it a
// Node process's streams and machine, browser.ts a worker's.
import {
  CodeActionKind,
  CodeLensRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  TextDocumentSyncKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type ServerCapabilities,
} from 'vscode-languageserver';
import type { LanguageId } from '../languages/model.ts';
import { semanticTokensLegend } from '../services/semanticTokens.ts';
import { answering, type Lifecycle, type Session } from './answer.ts';
import { clientFeatures, type ClientFeatures } from './client.ts';
import { createDiagnostics } from './diagnostics.ts';
import { openDocuments } from './documents.ts';
import { registerEditing } from './editing.ts';
import type { Host } from './host.ts';
import type { Language } from './languages.ts';
import { registerNavigation } from './navigation.ts';
import { createWorkspace } from './workspace.ts';

export function serve(connection: Connection, host: Host, languages: Readonly<Record<LanguageId, Language>>): void {
  const lifecycle: Lifecycle = { shutDown: false };
  const documents = openDocuments(connection);
  const answer = answering(lifecycle);

  connection.onInitialize((params): InitializeResult => {
    const client = clientFeatures(params);
    lifecycle.session = start(connection, host, client, documents, languages, params);
    return {
      capabilities: capabilities(client, languages),
      serverInfo: { name: 'cpython-probes', version: host.version },
    };
  });
  connection.onInitialized(() => {
    if (lifecycle.session) void register(connection, lifecycle.session).catch(report);
  });
  connection.onShutdown(() => {
    lifecycle.shutDown = true;
    lifecycle.session?.diagnostics.stop();
  });
  connection.onDidChangeConfiguration(({ settings }) => {
    lifecycle.session?.workspace.setSettings((settings as { cpythonProbes?: unknown } | null)?.cpythonProbes ?? {});
  });
  connection.onNotification('cpythonProbes/trusted', () => lifecycle.session?.diagnostics.trust());
  connection.onDidChangeWatchedFiles(({ changes }) => {
    lifecycle.session?.workspace.filesChanged(
      changes.map(({ uri, type }) => ({ uri, listed: type !== FileChangeType.Changed })),
    );
  });
  documents.onDidChangeContent(({ document: { uri } }) => lifecycle.session?.diagnostics.edited(uri));
  documents.onDidSave(({ document: { uri } }) => lifecycle.session?.diagnostics.saved(uri));
  documents.onDidClose(({ document: { uri } }) => {
    lifecycle.session?.workspace.close(uri);
    lifecycle.session?.diagnostics.closed(uri);
  });
  connection.languages.diagnostics.on(
    answer(({ diagnostics }, params, token) =>
      diagnostics.pull(params.textDocument.uri, params.previousResultId, token),
    ),
  );
  registerEditing(connection, answer, languages);
  registerNavigation(connection, answer);
  connection.listen();

  function report(error: unknown): void {
    connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

function start(
  connection: Connection,
  host: Host,
  client: ClientFeatures,
  documents: ReturnType<typeof openDocuments>,
  languages: Readonly<Record<LanguageId, Language>>,
  params: InitializeParams,
): Session {
  const workspace = createWorkspace(connection, host, client, documents, languages, () => {
    session.diagnostics.refresh(documents.keys());
    const { refresh } = client;
    if (refresh.semanticTokens) void connection.languages.semanticTokens.refresh();
    if (refresh.codeLens) void connection.sendRequest(CodeLensRefreshRequest.type);
    if (refresh.inlayHints) void connection.languages.inlayHint.refresh();
  });
  const session: Session = { workspace, client, diagnostics: createDiagnostics(connection, workspace, client) };
  const root = (params as { rootUri?: string | null }).rootUri;
  const folders = params.workspaceFolders ?? (typeof root === 'string' ? [{ uri: root, name: '' }] : []);
  workspace.begin(folders, (params.initializationOptions as { settings?: unknown } | undefined)?.settings);
  return session;
}

function capabilities(client: ClientFeatures, languages: Readonly<Record<LanguageId, Language>>): ServerCapabilities {
  const both = [languages.dtrace.services.triggers, languages.systemtap.services.triggers];
  const [firstFormat, ...moreFormat] = [...new Set(both.flatMap((each) => each.format))];
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
    completionProvider: {
      triggerCharacters: [...new Set(both.flatMap((each) => each.completion))],
      resolveProvider: true,
      completionItem: { labelDetailsSupport: true },
    },
    hoverProvider: true,
    signatureHelpProvider: { triggerCharacters: [...new Set(both.flatMap((each) => each.signature))] },
    definitionProvider: true,
    referencesProvider: true,
    renameProvider: { prepareProvider: true },
    documentHighlightProvider: true,
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    foldingRangeProvider: true,
    selectionRangeProvider: true,
    semanticTokensProvider: { legend: semanticTokensLegend, full: { delta: true }, range: true },
    inlayHintProvider: true,
    documentLinkProvider: {},
    callHierarchyProvider: true,
    codeLensProvider: { resolveProvider: false },
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.SourceFixAll] },
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    ...(firstFormat === undefined
      ? {}
      : {
          documentOnTypeFormattingProvider: {
            firstTriggerCharacter: firstFormat,
            moreTriggerCharacter: moreFormat,
          },
        }),
    // An editor that asks for diagnostics must not be sent them as well.
    ...(client.pullDiagnostics
      ? {
          diagnosticProvider: {
            identifier: 'cpython-probes',
            interFileDependencies: true,
            workspaceDiagnostics: false,
          },
        }
      : {}),
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
}

/** What can only be asked of the editor once it is ready. */
async function register(connection: Connection, { workspace, client }: Session): Promise<void> {
  if (client.folders) {
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => workspace.setFolders(added, removed));
  }
  if (client.configurationChanges) {
    await connection.client.register(DidChangeConfigurationNotification.type, { section: 'cpythonProbes' });
  }
  if (client.watching) {
    await connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [{ globPattern: '**/*.{stp,stpm,d,h}' }],
    });
  }
}
