// Draws the counts: one decoration type for the texts and one for each heat bucket's mark in the overview ruler, for
// the visible lines only, at most four times a second, and only when something has changed.
import * as vscode from 'vscode';
import { realPath, type Session } from '../session.ts';
import { annotations, column, type Annotation } from '../view/annotations.ts';
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

  /** Draws in one editor; false if it shows already what there is. */
  const draw = (editor: vscode.TextEditor): boolean => {
    const { document, visibleRanges } = editor;
    const placement = vscode.workspace
      .getConfiguration('cpythonProbes', document.uri)
      .get<Placement>('counts.placement', 'after');
    const file = shown && placement !== 'off' ? session.placed(document) : undefined;
    const from = Math.max(1, Math.min(...visibleRanges.map((range) => range.start.line)) + 1 - marginLines);
    const to = Math.min(
      document.lineCount,
      Math.max(...visibleRanges.map((range) => range.end.line)) + 1 + marginLines,
    );
    const wanted = file ? (placement === 'left' ? column(file, from, to) : annotations(file, from, to)) : [];
    const heats = (file?.lines ?? [])
      .filter(({ count }) => count > 0)
      .map(({ line, count }) => [line, heat(count, file?.largest ?? 0)] as const);
    const key = JSON.stringify([placement, wanted, heats]);
    if (wanted.length > 0) session.step('drawn');
    if (keys.get(editor) === key || (wanted.length === 0 && !keys.has(editor))) return false;
    keys.set(editor, key);
    editor.setDecorations(
      counts,
      wanted.map((each) => option(document, each, placement)),
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
    return true;
  };
  const drawAll = (): void => {
    timer = undefined;
    const changed = vscode.window.visibleTextEditors.map(draw);
    if (changed.includes(true)) last = Date.now();
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
    vscode.workspace.onDidRenameFiles(({ files }) => {
      for (const { oldUri, newUri } of files) session.rename(realPath(oldUri.fsPath), realPath(newUri.fsPath));
    }),
    vscode.workspace.onDidCloseTextDocument((document) => drawn.delete(document.uri.toString())),
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

function paint(each: Annotation): vscode.ThemeColor {
  if (each.stale) return new vscode.ThemeColor('cpythonProbes.staleForeground');
  return each.heat < 0 ? new vscode.ThemeColor('cpythonProbes.neverRunForeground') : color(each.heat);
}

function option(document: vscode.TextDocument, each: Annotation, placement: Placement): vscode.DecorationOptions {
  // Spaces that do not break: the editor folds ordinary ones.
  const look = {
    contentText: each.text.replace(/ /g, '\u00a0'),
    color: paint(each),
    ...(each.stale ? { fontStyle: 'italic' } : {}),
  };
  if (placement === 'left') {
    return {
      range: new vscode.Range(each.line - 1, 0, each.line - 1, 0),
      renderOptions: { before: { ...look, margin: '0 1.5em 0 0' } },
    };
  }
  const end = document.lineAt(each.line - 1).text.length;
  return {
    range: new vscode.Range(each.line - 1, end, each.line - 1, end),
    renderOptions: { after: { ...look, margin: '0 0 0 3em' } },
  };
}
