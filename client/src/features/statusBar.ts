// One status-bar item: what is being traced, or what the last run counted, or why nothing can run.
import * as vscode from 'vscode';
import type { Session } from '../session.ts';
import { exactCount, shortCount } from '../view/heat.ts';
import type { Choice, Interpreters } from './interpreter.ts';

export function activateStatusBar(context: vscode.ExtensionContext, session: Session, python: Interpreters): void {
  const item = vscode.window.createStatusBarItem('cpythonProbes.state', vscode.StatusBarAlignment.Left, 10);
  item.name = 'CPython Probes';
  let running: boolean | undefined;
  const show = (): void => {
    const { phase, name } = session.state;
    const choice = python.current();
    if (!vscode.workspace.isTrusted) {
      item.text = '$(flame) Trace off';
      item.tooltip = 'Tracing runs the program, so it is off in Restricted Mode. Click to manage trust.';
      item.command = 'workbench.trust.manage';
    } else if (session.running) {
      item.text = `$(loading~spin) Tracing ${name}`;
      item.tooltip = 'Click to stop the program and keep its counts.';
      item.command = 'cpythonProbes.stop';
    } else if (phase === 'ended') {
      item.text = `$(flame) ${outcome(session)}`;
      item.tooltip = summary(session, choice);
      item.command = 'cpythonProbes.toggleCounts';
    } else {
      item.text = choice?.version === undefined ? '$(flame) Trace' : `$(flame) Trace with Python ${choice.version}`;
      item.tooltip = linked(['Click to trace this file: how often each of its lines runs.', ...runsWith(choice)]);
      item.command = 'cpythonProbes.traceFile';
    }
    item.accessibilityInformation = { label: `CPython Probes: ${item.text.replace(/\$\([^)]*\)\s*/g, '')}` };
    const inPython = vscode.window.activeTextEditor?.document.languageId === 'python';
    if (inPython || session.running || phase === 'ended') item.show();
    else item.hide();
    if (running === session.running) return;
    running = session.running;
    void vscode.commands.executeCommand('setContext', 'cpythonProbes.running', running);
  };
  show();
  context.subscriptions.push(
    item,
    session.onDidChange(show),
    python.onDidChange(show),
    vscode.window.onDidChangeActiveTextEditor(show),
    vscode.workspace.onDidGrantWorkspaceTrust(show),
  );
}

/** What the last run came to, in a few words. */
function outcome(session: Session): string {
  const { ended, diagnostics } = session.state;
  const calls = ended?.summary.calls ?? 0;
  const counted = [
    ...(session.lines > 0 ? [`${shortCount(session.lines)} line events`] : []),
    ...(calls > 0 ? [`${shortCount(calls)} ${calls === 1 ? 'call' : 'calls'}`] : []),
  ];
  if (counted.length > 0) return counted.join(', ');
  return diagnostics.length > 0 || !ended ? 'Nothing counted' : 'No counts';
}

function summary(session: Session, choice: Choice | undefined): vscode.MarkdownString {
  const { name, ended, python, engine } = session.state;
  const lines = [`**${escaped(name)}**: ${how(session)}`];
  if (ended) {
    const { lines: events, calls, files, processes } = ended.summary;
    const plural = (count: number, noun: string, more = `${noun}s`): string =>
      `${exactCount(count)} ${count === 1 ? noun : more}`;
    lines.push(
      [
        plural(events, 'line event'),
        plural(calls, 'call'),
        plural(files, 'file'),
        plural(processes, 'process', 'processes'),
      ].join(', '),
    );
  }
  if (python) lines.push(`Python ${python.version}${engine ? `, counted by ${engine}` : ''}`);
  for (const { message } of session.state.diagnostics) lines.push(`$(warning) ${escaped(message)}`);
  lines.push('Click to show or hide the counts.', ...runsWith(choice));
  return linked(lines);
}

function how({ state }: Session): string {
  const { ended } = state;
  if (!ended) return 'its window closed, or it could not be started';
  const seconds = `${(ended.durationMs / 1000).toFixed(1)} s`;
  if (ended.reason === 'stopped') return `stopped after ${seconds}`;
  if (ended.reason === 'failed') return 'could not be started';
  return ended.signal === null
    ? `exit code ${String(ended.exitCode)}, ${seconds}`
    : `ended by ${ended.signal} after ${seconds}`;
}

function runsWith(choice: Choice | undefined): string[] {
  const change = '[Change…](command:cpythonProbes.selectInterpreter)';
  if (!choice) return [`No Python has been chosen yet. ${change}`];
  const problem = choice.problem === undefined ? '' : ` $(warning) ${escaped(choice.problem)}.`;
  return [`Runs with Python ${choice.version ?? ''} (${choice.from}: ${escaped(choice.path)}).${problem} ${change}`];
}

function linked(lines: readonly string[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString(lines.join('\n\n'), true);
  text.isTrusted = { enabledCommands: ['cpythonProbes.selectInterpreter'] };
  return text;
}

/** Text that Markdown shows as it is. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, '\\$&');
}
