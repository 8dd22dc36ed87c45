// Draws the counts: one decoration type for the texts and one for each heat bucket's mark in the overview ruler, for
// the visible lines only, at most four times a second, and only when something has changed.
import * as vscode from 'vscode';
import type { Session } from '../session.ts';
import { annotations, type Annotation } from '../view/annotations.ts';
import { buckets, heat } from '../view/heat.ts';

const renderEveryMs = 250;
const marginLines = 500;
const heatNames = ['Low', 'Medium', 'High', 'Highest'] as const;

type Placement = 'after' | 'left' | 'off';

export interface Drawn {
  readonly onDidRender: vscode.Event<vscode.Uri>;
  /** What was last drawn in a document. */
  readonly decorations: (uri: vscode.Uri) => readonly Annotation[];
}

export function activateDecorations(context: vscode.ExtensionContext, session: Session): Drawn {
  const rendered = new vscode.EventEmitter<vscode.Uri>();
  const drawn = new Map<string, readonly Annotation[]>();
  const keys = new WeakMap<vscode.TextEditor, string>();
  const counts = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
  });
  const marks = Array.from({ length: buckets }, (_, bucket) =>
    vscode.window.createTextEditorDecorationType({
      overviewRulerColor: color(bucket),
      overviewRulerLane: vscode.OverviewRulerLane.Right,
    }),
  );
  let shown = true;
  let timer: NodeJS.Timeout | undefined;
  let last = 0;

  const draw = (editor: vscode.TextEditor): void => {
    const { document } = editor;
    const model = shown ? session.model(document) : undefined;
    const placement = vscode.workspace
      .getConfiguration('cpythonProbes', document.uri)
      .get<Placement>('counts.placement', 'after');
    const visible = editor.visibleRanges.map((range) => range);
    const from = Math.max(1, Math.min(...visible.map((range) => range.start.line)) + 1 - marginLines);
    const to = Math.max(...visible.map((range) => range.end.line)) + 1 + marginLines;
    const text = (line: number): string | undefined =>
      line <= document.lineCount ? document.lineAt(line - 1).text : undefined;
    const wanted =
      model && placement !== 'off'
        ? annotations(model, from, to, text).filter((each) => each.line <= document.lineCount)
        : [];
    const largest = model?.largest() ?? 0;
    const lines = model && placement !== 'off' ? model.entries() : [];
    const hot = lines.filter(([line, { count }]) => count > 0 && line <= document.lineCount);
    const heats = hot.map(([line, { count }]) => [line, heat(count, largest)] as const);
    const key = JSON.stringify([placement, wanted, heats]);
    if (keys.get(editor) === key || (wanted.length === 0 && !keys.has(editor))) return;
    keys.set(editor, key);
    const width = Math.max(0, ...wanted.map((each) => each.text.length));
    editor.setDecorations(
      counts,
      wanted.map((each) => option(document, each, placement, width)),
    );
    for (const [bucket, mark] of marks.entries()) {
      const here = heats.filter(([, each]) => each === bucket);
      editor.setDecorations(
        mark,
        here.map(([line]) => new vscode.Range(line - 1, 0, line - 1, 0)),
      );
    }
    drawn.set(document.uri.toString(), wanted);
    rendered.fire(document.uri);
  };
  const drawAll = (): void => {
    timer = undefined;
    last = Date.now();
    for (const editor of vscode.window.visibleTextEditors) draw(editor);
  };
  const schedule = (): void => {
    timer ??= setTimeout(drawAll, Math.max(0, last + renderEveryMs - Date.now()));
  };
  context.subscriptions.push(
    rendered,
    counts,
    ...marks,
    session.onDidChange(schedule),
    vscode.window.onDidChangeVisibleTextEditors(schedule),
    vscode.window.onDidChangeTextEditorVisibleRanges(schedule),
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('cpythonProbes') && schedule()),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => session.edit(document, contentChanges)),
    vscode.commands.registerCommand('cpythonProbes.clearCounts', () => session.clear()),
    vscode.commands.registerCommand('cpythonProbes.toggleCounts', () => {
      shown = !shown;
      schedule();
    }),
    { dispose: () => clearTimeout(timer) },
  );
  return { onDidRender: rendered.event, decorations: (uri) => drawn.get(uri.toString()) ?? [] };
}

function color(bucket: number): vscode.ThemeColor {
  return new vscode.ThemeColor(`cpythonProbes.heat${heatNames[bucket] ?? 'Low'}`);
}

function option(
  document: vscode.TextDocument,
  each: Annotation,
  placement: Placement,
  width: number,
): vscode.DecorationOptions {
  const paint = each.stale
    ? new vscode.ThemeColor('cpythonProbes.staleForeground')
    : each.heat < 0
      ? new vscode.ThemeColor('cpythonProbes.neverRunForeground')
      : color(each.heat);
  const end = document.lineAt(each.line - 1).text.length;
  if (placement === 'left') {
    // Non-breaking spaces keep the column: the editor folds ordinary ones.
    const contentText = each.text.padStart(width).replace(/ /g, '\u00a0');
    return {
      range: new vscode.Range(each.line - 1, 0, each.line - 1, 0),
      renderOptions: { before: { contentText, color: paint, margin: '0 1.5em 0 0' } },
    };
  }
  return {
    range: new vscode.Range(each.line - 1, end, each.line - 1, end),
    renderOptions: {
      after: {
        contentText: each.text,
        color: paint,
        margin: '0 0 0 3em',
        ...(each.stale ? { fontStyle: 'italic' } : {}),
      },
    },
  };
}
