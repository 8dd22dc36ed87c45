// The extension: a list of features around one session. What `activate` returns is for tests and other extensions.
import * as vscode from 'vscode';
import { activateClaim } from './features/claim.ts';
import { activateDecorations } from './features/decorations.ts';
import { activateHover } from './features/hover.ts';
import { activateInterpreter, type Choice } from './features/interpreter.ts';
import { activateLanguage } from './features/language.ts';
import { activateRestore } from './features/restore.ts';
import { activateRun } from './features/run.ts';
import { activateStatusBar } from './features/statusBar.ts';
import { onDidSay, type Message } from './messages.ts';
import { realPath, Session, type RunState } from './session.ts';
import type { Annotation } from './view/annotations.ts';

export interface Api {
  /** The run that is going on, or the last one. */
  state(): RunState;
  /** Counts of a file by line: `[line, count, stale]`, where they stand in its editor. */
  counts(uri: vscode.Uri): readonly (readonly [number, number, boolean])[];
  /** What was last drawn in a document. */
  decorations(uri: vscode.Uri): readonly Annotation[];
  /** Resolves when the language server has answered; it starts with the first script. */
  readonly languageServer: Promise<void>;
  /** The Python that was chosen last. */
  interpreter(): Choice | undefined;
  /** Milliseconds from the command to each step of its run. */
  steps(): ReadonlyMap<string, number>;
  /** Milliseconds that `activate` took. */
  readonly activation: number;
  /** Resolves when the runs that have ended are stored for the next window. */
  stored(): Promise<void>;
  readonly onDidRender: vscode.Event<vscode.Uri>;
  readonly onDidChange: vscode.Event<void>;
  /** A message is shown. */
  readonly onDidSay: vscode.Event<Message>;
}

export async function activate(context: vscode.ExtensionContext): Promise<Api> {
  const began = performance.now();
  const session = new Session();
  context.subscriptions.push(session);
  activateClaim(context);
  const language = activateLanguage(context);
  const interpreters = activateInterpreter(context);
  activateRun(context, session, interpreters);
  activateHover(context, session);
  activateStatusBar(context, session, interpreters);
  const drawn = activateDecorations(context, session);
  const { stored } = await activateRestore(context, session);
  return {
    state: () => session.state,
    counts: (uri) => {
      const open = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
      const file = open
        ? session.placed(open)
        : session.files.get(realPath(uri.fsPath))?.placed((line) => ({ line, same: true }));
      return (file?.lines ?? []).map(({ line, count, stale }) => [line, count, stale] as const);
    },
    decorations: drawn.decorations,
    languageServer: language.ready,
    interpreter: () => interpreters.current(),
    steps: () => session.steps,
    activation: performance.now() - began,
    stored,
    onDidRender: drawn.onDidRender,
    onDidChange: session.onDidChange,
    onDidSay,
  };
}
