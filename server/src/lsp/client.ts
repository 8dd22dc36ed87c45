// What the editor can do, read once from its `initialize` request; everything that is not said is assumed missing.
import type { InitializeParams } from 'vscode-languageserver';

export interface ClientFeatures {
  readonly snippets: boolean;
  readonly markdown: boolean;
  readonly labelDetails: boolean;
  readonly definitionLinks: boolean;
  readonly nestedSymbols: boolean;
  readonly foldLimit: number;
  readonly configuration: boolean;
  readonly configurationChanges: boolean;
  readonly folders: boolean;
  readonly watching: boolean;
  readonly pullDiagnostics: boolean;
  /** Whether the user trusts the workspace; editors without such a notion do. */
  readonly trusted: boolean;
  /** Commands of the editor that lenses may name. */
  readonly commands: readonly string[];
  readonly refresh: {
    readonly diagnostics: boolean;
    readonly semanticTokens: boolean;
    readonly inlayHints: boolean;
    readonly codeLens: boolean;
  };
}

export function clientFeatures({ capabilities, initializationOptions }: InitializeParams): ClientFeatures {
  const own = initializationOptions as { trusted?: unknown; commands?: unknown } | undefined;
  const { textDocument, workspace } = capabilities;
  const item = textDocument?.completion?.completionItem;
  return {
    snippets: item?.snippetSupport === true,
    markdown: textDocument?.hover?.contentFormat?.includes('markdown') ?? false,
    labelDetails: item?.labelDetailsSupport === true,
    definitionLinks: textDocument?.definition?.linkSupport === true,
    nestedSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    foldLimit: textDocument?.foldingRange?.rangeLimit ?? Infinity,
    configuration: workspace?.configuration === true,
    configurationChanges: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    folders: workspace?.workspaceFolders === true,
    watching: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    pullDiagnostics: textDocument?.diagnostic !== undefined,
    trusted: own?.trusted !== false,
    commands: Array.isArray(own?.commands) ? own.commands.filter((each) => typeof each === 'string') : [],
    refresh: {
      diagnostics: workspace?.diagnostics?.refreshSupport === true,
      semanticTokens: workspace?.semanticTokens?.refreshSupport === true,
      inlayHints: workspace?.inlayHint?.refreshSupport === true,
      codeLens: workspace?.codeLens?.refreshSupport === true,
    },
  };
}
