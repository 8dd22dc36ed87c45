// The extension in VS Code for the Web: editing of D and SystemTap scripts, with the server as a worker. Programs can't
// be run in a browser, so nothing of tracing is here.
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { activateClaim } from './features/claim.ts';
import { activateLanguageClient, clientId, clientName } from './languageClient.ts';

/** The worker of the browser, of which no more is used than its constructor. */
declare const Worker: new (url: string) => ConstructorParameters<typeof LanguageClient>[2] & object;

export function activate(context: vscode.ExtensionContext): { readonly ready: Promise<void> } {
  activateClaim(context);
  return activateLanguageClient(context, [], (options) => {
    const worker = new Worker(vscode.Uri.joinPath(context.extensionUri, 'dist/browser/server.js').toString(true));
    return Promise.resolve(new LanguageClient(clientId, clientName, worker, options));
  });
}
