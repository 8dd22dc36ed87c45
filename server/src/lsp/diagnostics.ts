// Diagnostics: sent a little after the last edit to editors that wait for them, or answered to those that ask (LSP
// 3.17). What an outside checker said on save is shown until the text changes.
import {
  DocumentDiagnosticReportKind,
  type CancellationToken,
  type Connection,
  type DocumentDiagnosticReport,
} from 'vscode-languageserver';
import type { Diagnostic } from '../languages/model.ts';
import { lspDiagnostic, withSeverities } from '../services/codeActions.ts';
import { cpythonDiagnostics } from '../services/cpython/diagnostics.ts';
import type { Analyzed } from '../services/places.ts';
import type { ClientFeatures } from './client.ts';
import type { Workspace } from './workspace.ts';

const delayMs = 80;

export interface Diagnostics {
  /** A document was opened or edited. */
  readonly edited: (uri: string) => void;
  readonly closed: (uri: string) => void;
  readonly saved: (uri: string) => void;
  /** All documents may have other diagnostics than before. */
  readonly refresh: (uris: readonly string[]) => void;
  readonly pull: (
    uri: string,
    previous: string | undefined,
    token: CancellationToken,
  ) => Promise<DocumentDiagnosticReport>;
  /** Everything that is known of a document, with the severities of the settings. */
  readonly of: (analyzed: Analyzed) => Promise<readonly Diagnostic[]>;
  /** The user trusts the workspace now. */
  readonly trust: () => void;
  readonly stop: () => void;
}

export function createDiagnostics(connection: Connection, workspace: Workspace, client: ClientFeatures): Diagnostics {
  const timers = new Map<string, () => void>();
  const checks = new Map<string, AbortController>();
  const outside = new Map<
    string,
    { readonly text: string; readonly found: readonly Diagnostic[]; readonly check: number }
  >();
  let checkNumber = 0;
  let stopped = false;
  let trusted = client.trusted;

  const of = async ({ document, model }: Analyzed): Promise<readonly Diagnostic[]> => {
    const context = await workspace.contextOf(document.uri);
    const checked = outside.get(document.uri);
    const more = checked?.text === model.text ? checked.found : [];
    return withSeverities([...model.diagnostics, ...cpythonDiagnostics(model, context), ...more], context.settings);
  };
  const push = async (uri: string): Promise<void> => {
    const analyzed = await workspace.open(uri);
    if (!analyzed || stopped) return;
    const { document } = analyzed;
    const diagnostics = (await of(analyzed)).map((each) => lspDiagnostic(document, each));
    // An edit meanwhile has a timer of its own.
    if (timers.has(uri)) return;
    await connection.sendDiagnostics({ uri, version: document.version, diagnostics });
  };
  const schedule = (uri: string): void => {
    timers.get(uri)?.();
    const cancel = workspace.host.later(delayMs, () => {
      timers.delete(uri);
      push(uri).catch((error: unknown) => connection.console.error(String(error)));
    });
    timers.set(uri, cancel);
  };
  const again = (uri: string): void => {
    if (!client.pullDiagnostics) schedule(uri);
    else if (client.refresh.diagnostics) void connection.languages.diagnostics.refresh();
  };

  const check = async (uri: string): Promise<void> => {
    const settings = await workspace.settingsOf(uri);
    const analyzed = await workspace.open(uri);
    const run = workspace.host.checkExternally;
    if (!trusted || !settings.checkOnSave.enabled || !analyzed || !run) return;
    const { language, text } = analyzed.model;
    checks.get(uri)?.abort();
    const controller = new AbortController();
    checks.set(uri, controller);
    const { own } = await workspace.tapsets(settings);
    const command = language === 'dtrace' ? settings.checkOnSave.dtrace : settings.checkOnSave.stap;
    const request = { language, command, uri, text, cpp: settings.cpp, defines: settings.defines, tapsets: own };
    const found = await run(request, controller.signal);
    if (checks.get(uri) !== controller) return;
    checks.delete(uri);
    outside.set(uri, { text, found, check: ++checkNumber });
    again(uri);
  };

  return {
    of,
    edited: (uri) => {
      if (!client.pullDiagnostics) schedule(uri);
    },
    closed: (uri) => {
      timers.get(uri)?.();
      timers.delete(uri);
      checks.get(uri)?.abort();
      checks.delete(uri);
      outside.delete(uri);
      if (!client.pullDiagnostics) void connection.sendDiagnostics({ uri, diagnostics: [] });
    },
    saved: (uri) => void check(uri).catch((error: unknown) => connection.console.error(String(error))),
    refresh: (uris) => {
      if (!client.pullDiagnostics) for (const uri of uris) schedule(uri);
      else if (client.refresh.diagnostics) void connection.languages.diagnostics.refresh();
    },
    pull: async (uri, previous) => {
      const analyzed = await workspace.open(uri);
      if (!analyzed) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
      const { document } = analyzed;
      const parts = [document.version, workspace.generation(), outside.get(uri)?.check ?? 0];
      const resultId = parts.join('.');
      if (resultId === previous) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
      const items = (await of(analyzed)).map((each) => lspDiagnostic(document, each));
      return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
    },
    trust: () => {
      trusted = true;
    },
    stop: () => {
      stopped = true;
      for (const cancel of timers.values()) cancel();
      for (const controller of checks.values()) controller.abort();
    },
  };
}
