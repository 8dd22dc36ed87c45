// Starts the language server when the first D or SystemTap script is open: as a process of Node's on the desktop and on
// a remote machine, as a worker in a browser. Both ends speak LSP; what the scripts' features do is in the server.
import * as vscode from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';

const languageIds = ['dtrace', 'systemtap'];
export const clientId = 'cpythonProbes';
export const clientName = 'CPython Probes Language Server';

function clientOptions(commands: readonly string[]): LanguageClientOptions {
  return {
    // Any scheme: scripts in archives, on other machines and not yet saved are edited too.
    documentSelector: languageIds.map((language) => ({ language })),
    // Nothing is run in a workspace that the user does not trust; lenses name only commands that there are.
    initializationOptions: { trusted: vscode.workspace.isTrusted, commands },
    diagnosticCollectionName: 'cpython-probes',
  };
}

/**
 * Makes and starts the client once a script is open; `ready` resolves when the server has answered.
 * Until then nothing of the client library is loaded, for windows with Python alone.
 */
export function activateLanguageClient(
  context: vscode.ExtensionContext,
  commands: readonly string[],
  make: (options: LanguageClientOptions) => Promise<BaseLanguageClient>,
): { readonly ready: Promise<void> } {
  let started: Promise<void> | undefined;
  let settle: (done: Promise<void>) => void = () => undefined;
  const ready = new Promise<void>((resolve) => (settle = resolve));
  const start = async (): Promise<void> => {
    const client = await make(clientOptions(commands));
    context.subscriptions.push({ dispose: () => void client.dispose().catch(() => undefined) });
    await client.start();
    context.subscriptions.push(
      vscode.workspace.onDidGrantWorkspaceTrust(() => void client.sendNotification('cpythonProbes/trusted')),
    );
  };
  const look = (document: vscode.TextDocument): void => {
    if (started || !languageIds.includes(document.languageId)) return;
    started = start();
    settle(started);
    started.catch((error: unknown) => {
      void vscode.window.showErrorMessage(`The language server of CPython Probes did not start: ${String(error)}`);
    });
  };
  context.subscriptions.push(vscode.workspace.onDidOpenTextDocument(look));
  vscode.workspace.textDocuments.forEach(look);
  return { ready };
}
