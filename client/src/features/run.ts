// "Trace This Python File" and "Stop": runs `cli.js hits` as a task in a terminal, so that the program can read input,
// and feeds the session with the events that come over the window's socket.
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunEvent } from '../../../server/src/protocol.ts';
import { listenForEvents, type EventServer } from '../eventServer.ts';
import { ask, messages, type Message } from '../messages.ts';
import type { Session } from '../session.ts';
import { shortCount } from '../view/heat.ts';
import type { Interpreters } from './interpreter.ts';

/** How long a stop may take before the terminal's process is ended. */
const terminateAfterMs = 6000;
/** Shorter runs come and go without a notification. */
const notifyAfterMs = 700;
const progressEveryMs = 1000;

type Log = Pick<vscode.LogOutputChannel, 'info' | 'warn'>;

export function activateRun(context: vscode.ExtensionContext, session: Session, interpreters: Interpreters): void {
  const log = vscode.window.createOutputChannel('CPython Probes', { log: true });
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand('cpythonProbes.traceFile', async (uri?: unknown) => {
      session.command();
      const file = uri instanceof vscode.Uri ? uri : vscode.window.activeTextEditor?.document.uri;
      if (file && (await mayRun(session, file))) await traceFile(context, session, interpreters, log, file);
      else if (!file) void ask(messages.noPythonFile);
    }),
    vscode.commands.registerCommand('cpythonProbes.stop', () => session.stop?.()),
    { dispose: () => session.stop?.() },
  );
}

/** Whether the file can be traced here and now; says why if not, and takes the next step that a person chooses. */
async function mayRun(session: Session, uri: vscode.Uri): Promise<boolean> {
  if (!vscode.workspace.isTrusted) {
    if (await ask(messages.untrusted)) await vscode.commands.executeCommand('workbench.trust.manage');
  } else if (uri.scheme === 'untitled') {
    if (await ask(messages.untitled)) await vscode.commands.executeCommand('workbench.action.files.saveAs');
  } else if (uri.scheme === 'vscode-notebook-cell' || uri.path.endsWith('.ipynb')) {
    void ask(messages.notebook);
  } else if (uri.scheme !== 'file') {
    void ask(messages.notOnDisk);
  } else if (session.running) {
    if (await ask(messages.alreadyRunning(session.state.name))) session.stop?.();
  } else return true;
  return false;
}

async function traceFile(
  context: vscode.ExtensionContext,
  session: Session,
  interpreters: Interpreters,
  log: Log,
  uri: vscode.Uri,
): Promise<void> {
  const before = session.state;
  let begun = false;
  const name = path.basename(uri.fsPath);
  session.update({ phase: 'starting', name });
  const refuse = (message: Message): Promise<boolean> => {
    session.update(before);
    return ask(message);
  };
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.languageId !== 'python') return void refuse(messages.noPythonFile);
    // All files, not this one alone: the program may read the others, too, from the disk.
    if (!(await vscode.workspace.saveAll(false))) return void refuse(messages.notSaved(unsaved(name)));
    session.step('saved');
    const python = await interpreters.choose(uri);
    session.step('interpreter chosen');
    if (python?.problem !== undefined || !python) {
      const message = python ? messages.badInterpreter(python.path, python.problem ?? '') : messages.noInterpreter;
      if (await refuse(message)) await vscode.commands.executeCommand('cpythonProbes.selectInterpreter');
      return;
    }
    begun = true;
    session.begin(name);
    await runTask(context, session, log, uri, python.path);
  } catch (error) {
    session.stop = undefined;
    session.update(begun ? { phase: 'ended' } : before);
    log.warn(String(error instanceof Error ? error.stack : error));
    void ask(messages.diagnostic(`The trace could not start: ${String(error)}`, undefined));
  }
}

/** The files that are still not on the disk, for a sentence. */
function unsaved(traced: string): string {
  const left = vscode.workspace.textDocuments.filter((each) => each.isDirty && !each.isUntitled);
  const names = left.map((each) => path.basename(each.uri.path));
  return names.length > 0 ? names.join(', ') : traced;
}

async function runTask(
  context: vscode.ExtensionContext,
  session: Session,
  log: Log,
  uri: vscode.Uri,
  python: string,
): Promise<void> {
  let closed: () => void = () => undefined;
  const runnerClosed = new Promise<void>((resolve) => (closed = resolve));
  const server = await listenForEvents((event) => receive(session, log, event), closed);
  const folder = vscode.workspace.getWorkspaceFolder(uri) ?? vscode.workspace.workspaceFolders?.[0];
  let execution: vscode.TaskExecution;
  try {
    // Its terminal may still be closing; VS Code would take the new task for the old one.
    await session.terminal;
    execution = await vscode.tasks.executeTask(task(context, uri, folder, python, server, log));
  } catch (error) {
    server.close();
    throw error;
  }
  session.step('task made');
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
  session.terminal = exited;
  const over = Promise.race([runnerClosed, exited]);
  showProgress(session, over);
  await over;
  clearTimeout(timer);
  session.stop = undefined;
  server.close();
  if (session.state.phase !== 'ended') {
    session.update({ phase: 'ended' });
    if (!stopped && (await ask(messages.notStarted)))
      await vscode.commands.executeCommand('workbench.action.terminal.focus');
    return;
  }
  const steps = [...session.steps].map(([name, ms]) => `${name} ${String(ms)}`);
  log.info(`${session.state.name}: ms from the command: ${steps.join(', ')}`);
  for (const { severity, code, message, hint } of session.state.diagnostics) {
    log.warn(`${code}: ${message} ${hint ?? ''}`);
    if (code === 'run/no-python') {
      void ask({ text: message, action: 'Select Interpreter' }).then(
        (pressed) => pressed && vscode.commands.executeCommand('cpythonProbes.selectInterpreter'),
      );
    } else if (severity !== 'information') void ask(messages.diagnostic(message, hint));
  }
}

/** A notification with the way out, for runs that last; it tells how far they are. */
function showProgress(session: Session, over: Promise<void>): void {
  const late = setTimeout(() => {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `Tracing ${session.state.name}`,
      cancellable: true,
    };
    void vscode.window.withProgress(options, async (progress, cancel) => {
      cancel.onCancellationRequested(() => session.stop?.());
      const report = (): void => {
        const { lines, processes } = session;
        const where = processes.size > 1 ? ` in ${String(processes.size)} processes` : '';
        progress.report({
          message: lines === 0 ? 'nothing counted yet' : `${shortCount(lines)} line events${where} so far`,
        });
      };
      report();
      const ticking = setInterval(report, progressEveryMs);
      await over;
      clearInterval(ticking);
    });
  }, notifyAfterMs);
  void over.then(() => clearTimeout(late));
}

/** The words after `cli.js` that count a file as the settings ask. */
function words(uri: vscode.Uri, folder: vscode.WorkspaceFolder | undefined, around: string): string[] {
  const settings = vscode.workspace.getConfiguration('cpythonProbes', uri);
  const paths = (name: string, flag: string): string[] =>
    settings.get<string[]>(name, []).flatMap((each) => [flag, path.resolve(folder?.uri.fsPath ?? '', each)]);
  const include = paths('include', '--include');
  const what = settings.get<string>('count', 'both');
  return [
    'hits',
    '--format=ndjson',
    ...(what === 'lines' || what === 'functions' ? [`--${what}`] : []),
    ...(include.length > 0 ? include : ['--include', around]),
    ...paths('exclude', '--exclude'),
  ];
}

function task(
  context: vscode.ExtensionContext,
  uri: vscode.Uri,
  folder: vscode.WorkspaceFolder | undefined,
  python: string,
  server: EventServer,
  log: Log,
): vscode.Task {
  const relative = folder && path.relative(folder.uri.fsPath, uri.fsPath);
  const outside = relative === undefined || relative.startsWith('..') || path.isAbsolute(relative);
  const around = folder && !outside ? folder.uri.fsPath : path.dirname(uri.fsPath);
  const counting = words(uri, folder, around);
  const cli = path.join(context.extensionPath, 'dist/cli.js');
  log.info(['cpython-probes', ...counting, '--python', python, '--', uri.fsPath].map(quoted).join(' '));
  if (outside) log.info(`${uri.fsPath} lies outside the workspace: its own folder is counted, and runs it`);
  const arguments_ = [cli, ...counting, '--events', server.address, '--python', python, '--', uri.fsPath];
  const made = new vscode.Task(
    { type: 'cpython-probes' },
    folder ?? vscode.TaskScope.Workspace,
    `Trace ${path.basename(uri.fsPath)}`,
    'CPython Probes',
    new vscode.ProcessExecution(process.execPath, arguments_, {
      cwd: around,
      env: { ELECTRON_RUN_AS_NODE: '1', CPYTHON_PROBES_EVENTS_TOKEN: server.token },
    }),
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

/** A word as a shell would take it back; for reading and copying only. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}

/** Takes one event into the session. */
function receive(session: Session, log: Log, event: RunEvent): void {
  session.step(event.type);
  switch (event.type) {
    case 'started':
      return session.update({ phase: 'running', python: event.python, began: event.time });
    case 'process':
      session.processes.set(event.pid, event);
      log.info(`process ${String(event.pid)}, counted by ${event.engine}: ${event.argv.map(quoted).join(' ')}`);
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
