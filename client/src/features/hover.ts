// Hover on a counted line: the exact count, its share, the processes and the functions that begin there.
import * as vscode from 'vscode';
import type { Session } from '../session.ts';
import { headLine } from '../view/annotations.ts';
import { exactCount } from '../view/heat.ts';

export function activateHover(context: vscode.ExtensionContext, session: Session): void {
  context.subscriptions.push(
    vscode.languages.registerHoverProvider(
      { language: 'python', scheme: 'file' },
      { provideHover: (document, position) => hover(session, document, position.line + 1) },
    ),
  );
}

function hover(session: Session, document: vscode.TextDocument, line: number): vscode.Hover | undefined {
  const model = session.model(document);
  const text = (each: number): string | undefined =>
    each <= document.lineCount ? document.lineAt(each - 1).text : undefined;
  const here = model?.line(line);
  const functions = (model?.functionList() ?? []).filter(
    (each) => headLine(each, text) === line && each.name !== '<module>',
  );
  if (!model || (!here && functions.length === 0)) return undefined;
  const words: string[] = [];
  if (here?.count === 0) words.push('**Never ran** in this run.');
  else if (here) {
    const share = ((100 * here.count) / Math.max(1, model.total())).toFixed(1);
    words.push(
      `Ran **${exactCount(here.count)}** ${here.count === 1 ? 'time' : 'times'}, ${share} % of this file's line events.`,
    );
    if (here.processes.size > 1) {
      const parts = [...here.processes].map(([pid, count]) => `process ${String(pid)}: ${exactCount(count)}`);
      words.push(parts.join(' · '));
    }
  }
  for (const each of functions) {
    words.push(`\`${each.qualname}\`: ${exactCount(each.calls)} entries, ${exactCount(each.returns)} returns.`);
  }
  if (here?.stale === true) words.push('The line was edited since; run again for its new count.');
  const { python, engine } = session.state;
  if (python) {
    words.push(
      `Python ${python.version}${engine ? `, counted by ${engine}` : ''}, ${new Date(session.state.began).toLocaleString()}`,
    );
  }
  return new vscode.Hover(new vscode.MarkdownString(words.join('\n\n')));
}
