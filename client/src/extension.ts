// The extension: a list of features around one session. What `activate` returns is for tests and other extensions.
import * as vscode from 'vscode';
import { activateClaim } from './features/claim.ts';
import { activateDecorations } from './features/decorations.ts';
import { activateHover } from './features/hover.ts';
import { activateInterpreter } from './features/interpreter.ts';
import { activateLanguage } from './features/language.ts';
import { activateRestore } from './features/restore.ts';
import { activateRun } from './features/run.ts';
import { activateStatusBar } from './features/statusBar.ts';
import { Session, type RunState } from './session.ts';
import type { Annotation } from './view/annotations.ts';

export interface Api {
  /** The run that is going on, or the last one. */
  state(): RunState;
  /** Counts of a file by line: `[line, count, stale]`. */
  counts(uri: vscode.Uri): readonly (readonly [number, number, boolean])[];
  /** What was last drawn in a document. */
  decorations(uri: vscode.Uri): readonly Annotation[];
  /** Resolves when the language server has answered; it starts with the first script. */
  readonly languageServer: Promise<void>;
  readonly onDidRender: vscode.Event<vscode.Uri>;
  readonly onDidChange: vscode.Event<void>;
}

export async function activate(context: vscode.ExtensionContext): Promise<Api> {
  const session = new Session();
  context.subscriptions.push(session);
  activateClaim(context);
  const language = activateLanguage(context);
  activateRun(context, session);
  activateInterpreter(context);
  activateHover(context, session);
  activateStatusBar(context, session);
  const drawn = activateDecorations(context, session);
  await activateRestore(context, session);
  return {
    state: () => session.state,
    counts: (uri) =>
      (session.files.get(uri.fsPath)?.entries() ?? []).map(([line, each]) => [line, each.count, each.stale] as const),
    decorations: drawn.decorations,
    languageServer: language.ready,
    onDidRender: drawn.onDidRender,
    onDidChange: session.onDidChange,
  };
}
