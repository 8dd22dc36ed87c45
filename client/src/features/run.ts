// "Trace This Python File" and "Stop": runs `cli.js hits` as a task in a terminal, so that the program can read input,
// and feeds the session with the events that come over the window's socket.
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunEvent } from '../../../server/src/protocol.ts';
import { listenForEvents, type EventServer } from '../eventServer.ts';
import { messages, type Message } from '../messages.ts';
import { idle, type Session } from '../session.ts';
import { chooseInterpreter } from './interpreter.ts';

/** How long a stop may take before the terminal's process is ended. */
const terminateAfterMs = 6000;

export function activateRun(context: vscode.ExtensionContext, session: Session): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('cpythonProbes.traceFile', (uri?: unknown) =>
      traceFile(context, session, uri instanceof vscode.Uri ? uri : vscode.window.activeTextEditor?.document.uri),
    ),
    vscode.commands.registerCommand('cpythonProbes.stop', () => session.stop?.()),
    { dispose: () => session.stop?.() },
  );
}

async function traceFile(
  context: vscode.ExtensionContext,
  session: Session,
  uri: vscode.Uri | undefined,
): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    if (await ask(messages.untrusted)) await vscode.commands.executeCommand('workbench.trust.manage');
    return;
  }
  if (!uri) return void ask(messages.noPythonFile);
  if (uri.scheme !== 'file') return void ask(messages.notOnDisk);
  if (session.running) {
    if (await ask(messages.alreadyRunning(session.state.name))) session.stop?.();
    return;
  }
  const before = session.state;
  session.update({ phase: 'starting', name: path.basename(uri.fsPath) });
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    // All files, not this one alone: the counts of the others, too, are of the text on disk.
    const saved = document.languageId === 'python' && (await vscode.workspace.saveAll(false));
    if (!saved) {
      session.update(before);
      if (document.languageId !== 'python') void ask(messages.noPythonFile);
      return;
    }
    const python = await chooseInterpreter(context, uri);
    if (!python) {
      session.update(before);
      if (await ask(messages.noInterpreter)) await vscode.commands.executeCommand('cpythonProbes.selectInterpreter');
      return;
    }
    session.files.clear();
    session.update({ ...idle, phase: 'starting', name: path.basename(uri.fsPath), began: Date.now() });
    await runTask(context, session, uri, python.path);
  } catch (error) {
    session.stop = undefined;
    session.update(session.state.ended ? {} : { phase: 'ended' });
    void ask(messages.diagnostic(`The trace could not start: ${String(error)}`, undefined));
  }
}

async function runTask(
  context: vscode.ExtensionContext,
  session: Session,
  uri: vscode.Uri,
  python: string,
): Promise<void> {
  let closed: () => void = () => undefined;
  const runnerClosed = new Promise<void>((resolve) => (closed = resolve));
  const server = await listenForEvents((event) => receive(session, event), closed);
  const folder = vscode.workspace.getWorkspaceFolder(uri) ?? vscode.workspace.workspaceFolders?.[0];
  let execution: vscode.TaskExecution;
  try {
    execution = await vscode.tasks.executeTask(task(context, uri, folder, python, server));
  } catch (error) {
    server.close();
    throw error;
  }
  let stopped = false as boolean;
  let timer: NodeJS.Timeout | undefined;
  session.stop = () => {
    stopped = true;
    if (!server.stop()) execution.terminate();
    timer ??= setTimeout(() => execution.terminate(), terminateAfterMs);
  };
  const exited = new Promise<void>((resolve) => {
    const listener = vscode.tasks.onDidEndTask((event) => {
      if (event.execution !== execution) return;
      listener.dispose();
      resolve();
    });
  });
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Tracing ${session.state.name}`, cancellable: true },
    (_, cancel) => {
      cancel.onCancellationRequested(() => session.stop?.());
      return Promise.race([runnerClosed, exited]);
    },
  );
  clearTimeout(timer);
  session.stop = undefined;
  server.close();
  if (session.state.phase !== 'ended') {
    session.update({ phase: 'ended' });
    if (!stopped && (await ask(messages.notStarted)))
      await vscode.commands.executeCommand('workbench.action.terminal.focus');
    return;
  }
  for (const { severity, message, hint } of session.state.diagnostics) {
    if (severity !== 'information') void ask(messages.diagnostic(message, hint));
  }
}

function task(
  context: vscode.ExtensionContext,
  uri: vscode.Uri,
  folder: vscode.WorkspaceFolder | undefined,
  python: string,
  server: EventServer,
): vscode.Task {
  const settings = vscode.workspace.getConfiguration('cpythonProbes', uri);
  const paths = (name: string, flag: string): string[] =>
    settings.get<string[]>(name, []).flatMap((each) => [flag, path.resolve(folder?.uri.fsPath ?? '', each)]);
  const include = paths('include', '--include');
  const inFolder = folder !== undefined && !path.relative(folder.uri.fsPath, uri.fsPath).startsWith('..');
  const around = inFolder ? folder.uri.fsPath : path.dirname(uri.fsPath);
  const words = [
    path.join(context.extensionPath, 'dist/cli.js'),
    'hits',
    '--format=ndjson',
    ...['--events', server.address, '--python', python],
    ...(include.length > 0 ? include : ['--include', around]),
    ...paths('exclude', '--exclude'),
    '--',
    uri.fsPath,
  ];
  const process_ = new vscode.ProcessExecution(process.execPath, words, {
    cwd: around,
    env: { ELECTRON_RUN_AS_NODE: '1', CPYTHON_PROBES_EVENTS_TOKEN: server.token },
  });
  const scope = folder ?? vscode.TaskScope.Workspace;
  const made = new vscode.Task(
    { type: 'cpython-probes' },
    scope,
    `Trace ${path.basename(uri.fsPath)}`,
    'CPython Probes',
    process_,
    [],
  );
  made.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    focus: false,
    echo: false,
    clear: true,
    panel: vscode.TaskPanelKind.Dedicated,
    showReuseMessage: false,
  };
  return made;
}

/** Takes one event into the session. */
function receive(session: Session, event: RunEvent): void {
  switch (event.type) {
    case 'started':
      return session.update({ phase: 'running', python: event.python, began: event.time });
    case 'process':
      return session.update({ engine: event.engine });
    case 'hits':
      return session.add(event.pid, event.files);
    case 'diagnostic':
      return session.update({ diagnostics: [...session.state.diagnostics, event] });
    case 'ended':
      return session.update({ phase: 'ended', ended: event });
    case 'output':
    case 'progress':
      return;
  }
}

/** Shows a message; true if its button was pressed. */
async function ask(message: Message): Promise<boolean> {
  const buttons = message.action === undefined ? [] : [message.action];
  return (await vscode.window.showWarningMessage(message.text, ...buttons)) !== undefined;
}
