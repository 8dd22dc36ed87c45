// One status-bar item: what is being traced, or what the last run counted, or why nothing can run.
import * as vscode from 'vscode';
import type { Session } from '../session.ts';
import { exactCount, shortCount } from '../view/heat.ts';

export function activateStatusBar(context: vscode.ExtensionContext, session: Session): void {
  const item = vscode.window.createStatusBarItem('cpythonProbes.state', vscode.StatusBarAlignment.Left, 10);
  item.name = 'CPython Probes';
  const show = (): void => {
    const python = vscode.window.activeTextEditor?.document.languageId === 'python';
    const { phase, name, ended } = session.state;
    if (!vscode.workspace.isTrusted) {
      item.text = '$(flame) Trace off';
      item.tooltip =
        'Tracing runs the program, so it is off in Restricted Mode. Click to manage the trust of this workspace.';
      item.command = 'workbench.trust.manage';
    } else if (session.running) {
      item.text = `$(sync~spin) Tracing ${name}`;
      item.tooltip = 'Click to stop the program and keep its counts.';
      item.command = 'cpythonProbes.stop';
    } else if (phase === 'ended' && ended) {
      item.text = `$(flame) ${shortCount(ended.summary.lines)} line events, ${shortCount(ended.summary.calls)} calls`;
      item.tooltip = summary(session);
      item.command = 'cpythonProbes.toggleCounts';
    } else {
      item.text = '$(flame) Trace';
      item.tooltip = 'Trace this Python file: count how often each line runs.';
      item.command = 'cpythonProbes.traceFile';
    }
    if (python || session.running || phase === 'ended') item.show();
    else item.hide();
    void vscode.commands.executeCommand('setContext', 'cpythonProbes.running', session.running);
  };
  show();
  context.subscriptions.push(
    item,
    session.onDidChange(show),
    vscode.window.onDidChangeActiveTextEditor(show),
    vscode.workspace.onDidGrantWorkspaceTrust(show),
  );
}

function summary(session: Session): string {
  const { name, ended, python } = session.state;
  if (!ended) return '';
  const how =
    ended.reason === 'stopped'
      ? 'stopped'
      : ended.signal
        ? `ended by ${ended.signal}`
        : `exit code ${String(ended.exitCode)}`;
  return [
    `${name}: ${how}, ${(ended.durationMs / 1000).toFixed(1)} s`,
    `${exactCount(ended.summary.lines)} line events, ${exactCount(ended.summary.calls)} calls, ${String(ended.summary.files)} files, ${String(ended.summary.processes)} processes`,
    python ? `Python ${python.version} (${python.path})` : '',
    'Click to show or hide the counts.',
  ].join('\n');
}
