// Hover on a counted line.
import * as vscode from 'vscode';
import type { Session } from '../session.ts';
import { hoverText } from '../view/hoverText.ts';

export function activateHover(context: vscode.ExtensionContext, session: Session): void {
  const provideHover = (document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined => {
    const file = session.placed(document);
    const { python, engine, began } = session.state;
    const { lines, processes } = session;
    const run = { lines, processes, python, engine, began: new Date(began).toLocaleString() };
    const text = file && hoverText(file, position.line + 1, run);
    return text === undefined ? undefined : new vscode.Hover(new vscode.MarkdownString(text));
  };
  const python = { language: 'python', scheme: 'file' };
  context.subscriptions.push(vscode.languages.registerHoverProvider(python, { provideHover }));
}
