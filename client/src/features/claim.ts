// `.d` files have three owners: DTrace, the D language, and make's dependency files. When one is opened, its content
// decides, unless the user's `files.associations` has decided already; a language chosen by hand is left alone too.
import * as vscode from 'vscode';
import { kindOfD } from '../../../server/src/protocol.ts';

export function activateClaim(context: vscode.ExtensionContext): void {
  // Looked at once: after that, the language is the user's choice.
  const seen = new Set<string>();
  const look = (document: vscode.TextDocument): void => {
    const name = document.uri.toString();
    if (!/\.d$/i.test(document.uri.path) || seen.has(name)) return;
    seen.add(name);
    void claim(document);
  };
  context.subscriptions.push(vscode.workspace.onDidOpenTextDocument(look));
  vscode.workspace.textDocuments.forEach(look);
}

async function claim(document: vscode.TextDocument): Promise<void> {
  if (isAssociated(document)) return;
  const kind = kindOfD(document.getText());
  if (kind === undefined) return;
  const { languageId } = document;
  if (kind === 'dtrace') {
    if (['plaintext', 'd', 'makefile'].includes(languageId))
      await vscode.languages.setTextDocumentLanguage(document, kind);
  } else if (languageId === 'dtrace') {
    const known = await vscode.languages.getLanguages();
    await vscode.languages.setTextDocumentLanguage(document, known.includes(kind) ? kind : 'plaintext');
  }
}

/** Whether the user has said what language files of this name are. */
function isAssociated(document: vscode.TextDocument): boolean {
  const associations = vscode.workspace.getConfiguration('files', document.uri).get<object>('associations', {});
  return Object.keys(associations).some((glob) => {
    const pattern = glob.includes('/') ? glob : `**/${glob}`;
    return vscode.languages.match({ pattern }, document) > 0;
  });
}
