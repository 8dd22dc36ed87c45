// The language server on the desktop and on remote machines: a Node process beside the extension host.
import path from 'node:path';
import type { ExtensionContext } from 'vscode';
import { activateLanguageClient, clientId, clientName } from '../languageClient.ts';

export function activateLanguage(context: ExtensionContext): { readonly ready: Promise<void> } {
  return activateLanguageClient(context, ['cpythonProbes.selectInterpreter'], async (options) => {
    const { LanguageClient, TransportKind } = await import('vscode-languageclient/node');
    const module = path.join(context.extensionPath, 'dist/server.cjs');
    return new LanguageClient(clientId, clientName, { module, transport: TransportKind.ipc }, options);
  });
}
