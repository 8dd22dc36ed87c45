// Editing of D and SystemTap scripts in a real VS Code's extension host, on a workspace that languages.mjs makes.
import assert from 'node:assert/strict';
import Mocha from 'mocha';
import * as vscode from 'vscode';
import type { Api } from '../../client/src/extension.ts';

async function serverReady(): Promise<void> {
  const extension = vscode.extensions.getExtension<Api>('cpython-probes.cpython-probes');
  assert.ok(extension, 'the extension is not there');
  await (
    await extension.activate()
  ).languageServer;
}

function file(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  return vscode.Uri.joinPath(folder.uri, name);
}

/** Opens a script and waits for the server. */
async function open(name: string): Promise<vscode.TextDocument> {
  const { document } = await vscode.window.showTextDocument(file(name));
  await serverReady();
  return document;
}

/** The value of `look` once there is one; it looks again at every event. */
function eventually<T>(events: vscode.Event<unknown>, look: () => T | undefined, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(() => reject(new Error(`never happened: ${what}`))), 30_000);
    const listeners = [events(again)];
    again();
    function again(): void {
      const value = look();
      if (value !== undefined) done(() => resolve(value));
    }
    function done(settle: () => void): void {
      clearTimeout(timer);
      for (const listener of listeners) listener.dispose();
      settle();
    }
  });
}

/** A document's diagnostics once one of them has the code. */
function diagnosed(document: vscode.TextDocument, code: string): Promise<vscode.Diagnostic> {
  return eventually(
    vscode.languages.onDidChangeDiagnostics,
    () => vscode.languages.getDiagnostics(document.uri).find((each) => codeOf(each) === code),
    `${code} in ${document.uri.path}`,
  );
}

function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

function after(document: vscode.TextDocument, text: string): vscode.Position {
  const offset = document.getText().indexOf(text);
  assert.ok(offset >= 0, `${text} is not in ${document.uri.path}`);
  return document.positionAt(offset + text.length);
}

async function language(name: string, expected: string): Promise<void> {
  await vscode.window.showTextDocument(file(name));
  await eventually(
    vscode.workspace.onDidOpenTextDocument,
    () =>
      vscode.workspace.textDocuments.find(
        (each) => each.uri.toString() === file(name).toString() && each.languageId === expected,
      ),
    `${name} is ${expected}`,
  );
}

function languages(): void {
  test('D: diagnostics with their codes, at their places', async () => {
    const document = await open('mistakes.d');
    const found = await diagnosed(document, 'dtrace/D_PROTO_LEN');
    assert.equal(document.getText(found.range), '()');
    assert.equal(found.source, 'cpython-probes');
    assert.equal(found.severity, vscode.DiagnosticSeverity.Error);
  });
  test('SystemTap: diagnostics', async () => {
    const document = await open('mistakes.stp');
    const found = await diagnosed(document, 'systemtap/syntax');
    assert.equal(found.range.start.line, 1);
  });
  test('an edit takes its diagnostics away', async () => {
    const document = await open('mistakes.d');
    await diagnosed(document, 'dtrace/D_PROTO_LEN');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, after(document, 'trace('), '1');
    await vscode.workspace.applyEdit(edit);
    await eventually(
      vscode.languages.onDidChangeDiagnostics,
      () =>
        vscode.languages.getDiagnostics(document.uri).every((each) => codeOf(each) !== 'dtrace/D_PROTO_LEN') ||
        undefined,
      'no diagnostics',
    );
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });
  test('a quick fix changes the script', async () => {
    const document = await open('spelling.d');
    const found = await diagnosed(document, 'cpython/spelling');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      found.range,
    );
    const fix = actions.find((each) => each.title === 'Use function-entry');
    assert.ok(fix?.edit, `no fix among ${actions.map((each) => each.title).join(', ')}`);
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(document.getText(), /python\$target:::function-entry/);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });
  test('completion offers probes, variables and functions', async () => {
    const document = await open('complete.d');
    const at = async (text: string): Promise<string[]> => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        after(document, text),
      );
      return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    };
    assert.ok((await at('python$target:::f')).includes('function-entry'), 'probes');
    assert.ok((await at('copyin')).includes('copyinstr'), 'functions');
    assert.ok((await at('x = self->de')).includes('depth'), 'variables');
  });
  test('hover says what an argument is at this probe', async () => {
    const document = await open('complete.d');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      after(document, '/* here */ arg'),
    );
    const parts = hovers.flatMap((each) => each.contents);
    const text = parts.map((part) => (part instanceof vscode.MarkdownString ? part.value : '')).join('\n');
    assert.match(text, /filename/);
  });
  test('rename changes every place, and refuses a keyword', async () => {
    const document = await open('complete.d');
    const position = after(document, 'self->depth');
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      position,
      'level',
    );
    assert.equal(edit.get(document.uri).length, 2);
    await assert.rejects(
      Promise.resolve(
        vscode.commands.executeCommand('vscode.executeDocumentRenameProvider', document.uri, position, 'struct'),
      ),
      /keyword/,
    );
  });
  for (const [name, expected] of [
    ['format.d', /^BEGIN \{ x = 1; \}\n$/],
    ['format.stp', /^probe begin \{ x = 1; print\(x\) \}\n$/],
  ] as const) {
    test(`formatting: ${name}`, async () => {
      const document = await open(name);
      const edits = await vscode.commands.executeCommand<vscode.TextEdit[] | undefined>(
        'vscode.executeFormatDocumentProvider',
        document.uri,
        { tabSize: 2, insertSpaces: true },
      );
      const edit = new vscode.WorkspaceEdit();
      edit.set(document.uri, edits ?? []);
      await vscode.workspace.applyEdit(edit);
      assert.match(document.getText(), expected);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    });
  }
  test('definition goes into a tapset of the workspace', async () => {
    const document = await open('uses.stp');
    const found = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      after(document, 'shar'),
    );
    const [first] = found;
    assert.ok(first, 'no definition');
    assert.match(('targetUri' in first ? first.targetUri : first.uri).path, /tapset\/own\.stp$/);
  });
  test('outline, folding and colours', async () => {
    const document = await open('complete.d');
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    assert.ok(symbols.some((each) => each.name.includes('function-entry')));
    const tokens = await vscode.commands.executeCommand<vscode.SemanticTokens>(
      'vscode.provideDocumentSemanticTokens',
      document.uri,
    );
    assert.ok(tokens.data.length > 0 && tokens.data.length % 5 === 0);
  });
  test('.d files: DTrace by content, others left alone, the user’s associations respected', async () => {
    await language('complete.d', 'dtrace');
    await language('module.d', 'plaintext');
    await language('main.d', 'makefile');
    await language('bare.d', 'dtrace');
    const settings = vscode.workspace.getConfiguration('files');
    await settings.update('associations', { '*kept.d': 'dtrace' }, vscode.ConfigurationTarget.Workspace);
    await language('kept.d', 'dtrace');
    await settings.update('associations', undefined, vscode.ConfigurationTarget.Workspace);
  });
}

/** Called by VS Code with the extension loaded. */
export function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 60_000, reporter: 'base' });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  languages();
  return new Promise((resolve) => {
    let passed = 0;
    let failed = 0;
    const runner = mocha.run(() => {
      console.log(`CPP-DONE ${JSON.stringify({ passed, failed })}`);
      resolve();
    });
    runner.on('pass', ({ title }) => {
      passed++;
      console.log(`CPP ok ${title}`);
    });
    runner.on('fail', ({ title }, error: Error) => {
      failed++;
      console.log(`CPP FAILED ${title}: ${error.stack ?? error.message}`);
    });
  });
}
