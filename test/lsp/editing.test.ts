// Editing over JSON-RPC: incremental changes of every kind of text, diagnostics asked for and sent, settings.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLsp, type LspClient } from '../support/lspClient.ts';

interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}
interface Diagnostic {
  readonly range: Range;
  readonly code: string;
  readonly severity: number;
  readonly source: string;
}

let server: LspClient;
beforeAll(async () => {
  server = await startLsp();
});
afterAll(async () => {
  expect(await server.end()).toBe(0);
  expect(server.stderr).toBe('');
});

let number = 0;
/** Opens a text and answers its diagnostics as `line:character-line:character code`, from 0. */
async function diagnose(text: string, ending = 'd'): Promise<string[]> {
  const uri = `file:///work/edit${String(++number)}.${ending}`;
  server.open(uri, text);
  return shown(await server.diagnostics(uri));
}
function shown(report: { readonly items?: readonly unknown[] }): string[] {
  return ((report.items ?? []) as Diagnostic[]).map(
    ({ range: { start, end }, code }) => `${place(start)}-${place(end)} ${code}`,
  );
}
const place = ({ line, character }: Range['start']): string => `${String(line)}:${String(character)}`;
const range = (line: number, from: number, endLine: number, to: number): Range => ({
  start: { line, character: from },
  end: { line: endLine, character: to },
});

test.each([
  ['LF', 'BEGIN\n{\n  x = ;\n}\n', ['2:6-2:7 dtrace/D_SYNTAX']],
  ['CRLF', 'BEGIN\r\n{\r\n  x = ;\r\n}\r\n', ['2:6-2:7 dtrace/D_SYNTAX']],
  ['CR', 'BEGIN\r{\r  x = ;\r}\r', ['2:6-2:7 dtrace/D_SYNTAX']],
  ['surrogates', '/* 😀😀 */ BEGIN { x = ; }', ['0:23-0:24 dtrace/D_SYNTAX']],
])('ranges are right with %s', async (_, text, expected) => {
  expect(await diagnose(text)).toEqual(expected);
});

test.each(['d', 'stp', 'stpm'])('odd texts are answered: .%s', async (ending) => {
  for (const text of [
    '',
    '\n',
    '\0',
    'a\0b',
    '\ud800',
    '\udc00\ud800',
    '"',
    '/*',
    '`',
    '%{',
    '%(',
    '@',
    '#',
    '\ufeff',
    '}'.repeat(50),
  ]) {
    const uri = `file:///work/odd${String(++number)}.${ending}`;
    server.open(uri, text);
    const end = { line: text.split('\n').length - 1, character: 1000 };
    const at = { textDocument: { uri }, position: end };
    expect((await server.diagnostics(uri)).kind).toBe('full');
    for (const method of [
      'completion',
      'hover',
      'signatureHelp',
      'definition',
      'documentHighlight',
      'documentSymbol',
      'foldingRange',
      'semanticTokens/full',
      'prepareCallHierarchy',
    ]) {
      await server.request(`textDocument/${method}`, at);
    }
    server.close(uri);
  }
});

test.each(['d', 'stp'])('5,000 nested braces and parentheses: .%s', async (ending) => {
  const begin = ending === 'd' ? 'BEGIN ' : 'probe begin ';
  for (const text of [
    begin + '{'.repeat(5000),
    `${begin}{ x = ${'('.repeat(5000)}1`,
    begin + '{ if (1) '.repeat(5000),
  ]) {
    await diagnose(text, ending);
  }
});

test('incremental changes give the text that the editor has', async () => {
  const uri = 'file:///work/incremental.d';
  server.open(uri, 'BEGIN\r\n{\r\n  a = 1;\r\n}\r\n');
  const steps: { readonly change: unknown; readonly expected: string[] }[] = [
    { change: { range: range(2, 6, 2, 7), text: '' }, expected: ['2:6-2:7 dtrace/D_SYNTAX'] },
    { change: { range: range(2, 6, 2, 6), text: '"😀"' }, expected: [] },
    { change: { range: range(2, 10, 2, 10), text: ' + ' }, expected: ['2:13-2:14 dtrace/D_SYNTAX'] },
    // Beyond the end of a line and of the text: the last position there is.
    { change: { range: range(2, 10, 2, 999), text: ';' }, expected: [] },
    { change: { range: range(99, 0, 99, 0), text: 'END { x = ; }' }, expected: ['4:10-4:11 dtrace/D_SYNTAX'] },
    { change: { text: 'BEGIN { }' }, expected: [] },
    // Turned around, as some editors send it.
    { change: { range: range(0, 8, 0, 6), text: '{ x = ; ' }, expected: ['0:12-0:13 dtrace/D_SYNTAX'] },
  ];
  for (const [index, { change, expected }] of steps.entries()) {
    server.change(uri, index + 2, [change]);
    expect([index, shown(await server.diagnostics(uri))]).toEqual([index, expected]);
  }
});

test('several changes in one message apply one after the other', async () => {
  const uri = 'file:///work/several.d';
  server.open(uri, '');
  server.change(uri, 2, [
    { range: range(0, 0, 0, 0), text: 'BEGIN { }' },
    { range: range(0, 8, 0, 8), text: 'x = ; ' },
    { range: range(0, 0, 0, 0), text: '\n' },
  ]);
  expect(shown(await server.diagnostics(uri))).toEqual(['1:12-1:13 dtrace/D_SYNTAX']);
});

test('unchanged diagnostics are not sent again', async () => {
  const uri = 'file:///work/unchanged.d';
  server.open(uri, 'BEGIN { x = ; }');
  const first = await server.diagnostics(uri);
  const again = await server.request('textDocument/diagnostic', {
    textDocument: { uri },
    previousResultId: first.resultId,
  });
  expect(again).toEqual({ kind: 'unchanged', resultId: first.resultId });
  server.change(uri, 2, [{ text: 'BEGIN { }' }]);
  const changed = await server.request('textDocument/diagnostic', {
    textDocument: { uri },
    previousResultId: first.resultId,
  });
  expect(changed).toMatchObject({ kind: 'full', items: [] });
});

test('an editor that does not ask is sent diagnostics, the last text’s last, and an empty list at the end', async () => {
  const pushed = await startLsp({ capabilities: { textDocument: {}, workspace: {} } });
  const uri = 'file:///work/pushed.d';
  const sent = (version: number) =>
    pushed.next<{ version: number; diagnostics: Diagnostic[] }>(
      'textDocument/publishDiagnostics',
      (params) => params.version === version,
    );
  pushed.open(uri, 'BEGIN { x = ; }');
  expect((await sent(1)).diagnostics.map((each) => each.code)).toEqual(['dtrace/D_SYNTAX']);
  for (let version = 2; version <= 20; version++) pushed.change(uri, version, [{ text: 'BEGIN { }' }]);
  expect((await sent(20)).diagnostics).toEqual([]);
  pushed.close(uri);
  const last = await pushed.next<{ uri: string; version?: number; diagnostics: unknown[] }>(
    'textDocument/publishDiagnostics',
    (params) => params.version === undefined,
  );
  expect(last).toEqual({ uri, diagnostics: [] });
  expect(await pushed.end()).toBe(0);
});

test('a severity of the settings is used, and a change of it at once', async () => {
  const own = await startLsp({ settings: { severities: { 'dtrace/*': 'hint' } } });
  const uri = 'file:///work/severity.d';
  own.open(uri, 'BEGIN { x = ; }');
  expect((await own.diagnostics(uri)).items).toMatchObject([{ severity: 4 }]);
  own.settings = { severities: { 'dtrace/D_SYNTAX': 'off' } };
  own.notify('workspace/didChangeConfiguration', { settings: null });
  await own.next('workspace/diagnostic/refresh');
  expect((await own.diagnostics(uri)).items).toEqual([]);
  expect(await own.end()).toBe(0);
});

test('settings that come with the notification are used where the editor can’t be asked', async () => {
  const own = await startLsp({
    capabilities: { workspace: {} },
    initializationOptions: { settings: { severities: { 'dtrace/*': 'warning' } } },
  });
  const uri = 'file:///work/sent.d';
  own.open(uri, 'BEGIN { x = ; }');
  expect((await own.diagnostics(uri)).items).toMatchObject([{ severity: 2 }]);
  own.notify('workspace/didChangeConfiguration', {
    settings: { cpythonProbes: { severities: { 'dtrace/*': 'information' } } },
  });
  expect((await own.diagnostics(uri)).items).toMatchObject([{ severity: 3 }]);
  expect(await own.end()).toBe(0);
});

test('a file of 10 MB is opened, edited and asked about', { timeout: 120_000 }, async () => {
  const line = 'python$target:::function-entry /arg2 > 3/ { @[copyinstr(arg0), arg2] = count(); } /* 0123456789 */\n';
  const text = line.repeat(Math.ceil(10_000_000 / line.length));
  const uri = 'file:///work/large.d';
  server.open(uri, text);
  const at = { textDocument: { uri }, position: { line: 50_000, character: 50 } };
  expect((await server.diagnostics(uri)).kind).toBe('full');
  server.change(uri, 2, [{ range: range(50_000, 41, 50_000, 41), text: ' ' }]);
  await server.request('textDocument/hover', at);
  server.close(uri);
});
