// The server's life over JSON-RPC: start, shutdown, exit, dead parents, closed documents, cancelled requests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { LspClient, RequestError, startLsp } from '../support/lspClient.ts';

const uri = 'file:///work/x.stp';
const at = { textDocument: { uri }, position: { line: 0, character: 3 } };

const code = (promise: Promise<unknown>): Promise<number | string> =>
  promise.then(
    () => 'answered',
    (error: unknown) => (error instanceof RequestError ? error.code : String(error)),
  );

test('shutdown is answered, later requests are refused, and exit ends with 0', async () => {
  const server = await startLsp();
  expect(await server.request('shutdown')).toBeNull();
  expect(await code(server.request('textDocument/hover', at))).toBe(-32600);
  server.notify('exit');
  expect(await server.exited).toBe(0);
  expect(server.stderr).toBe('');
});

test('exit without shutdown ends with 1', async () => {
  const server = await startLsp();
  server.notify('exit');
  expect(await server.exited).toBe(1);
});

test('a request before initialize is refused, and initialize still works', async () => {
  const server = new LspClient();
  expect(await code(server.request('textDocument/hover', at))).toBe(-32002);
  const answer = await server.request<{ serverInfo: { name: string } }>('initialize', {
    processId: null,
    rootUri: null,
    capabilities: {},
  });
  expect(answer.serverInfo.name).toBe('cpython-probes');
  expect(await server.end()).toBe(0);
});

test('the server ends when its input closes', async () => {
  const server = await startLsp();
  server.process.stdin?.end();
  expect(await server.exited).toBe(1);
});

test('the server ends when its parent has gone', async () => {
  const parent = spawn('sleep', ['60']);
  const server = new LspClient();
  await server.request('initialize', { processId: parent.pid, rootUri: null, capabilities: {} });
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  expect(await server.exited).toBe(1);
});

test('every request for a document that is not open has an empty answer', async () => {
  const server = await startLsp();
  const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
  const options = { tabSize: 2, insertSpaces: true };
  const item = { name: 'f', kind: 12, uri, range, selectionRange: range };
  const requests: Record<string, unknown> = {
    completion: at,
    hover: at,
    signatureHelp: at,
    definition: at,
    references: { ...at, context: { includeDeclaration: true } },
    documentHighlight: at,
    documentSymbol: at,
    foldingRange: at,
    selectionRange: { ...at, positions: [at.position] },
    'semanticTokens/full': at,
    'semanticTokens/full/delta': { ...at, previousResultId: '1' },
    'semanticTokens/range': { ...at, range },
    inlayHint: { ...at, range },
    documentLink: at,
    codeAction: { ...at, range, context: { diagnostics: [] } },
    formatting: { ...at, options },
    rangeFormatting: { ...at, range, options },
    onTypeFormatting: { ...at, ch: '}', options },
    prepareRename: at,
    rename: { ...at, newName: 'x' },
    prepareCallHierarchy: at,
    diagnostic: at,
  };
  for (const [method, params] of Object.entries(requests)) {
    const answer = await server.request(`textDocument/${method}`, params);
    const empty = [null, JSON.stringify({ data: [] }), JSON.stringify({ kind: 'full', items: [] })];
    expect([method, answer === null ? null : JSON.stringify(answer)]).toEqual([method, expect.toBeOneOf(empty)]);
  }
  expect(await server.request('callHierarchy/incomingCalls', { item })).toBeNull();
  expect(await server.request('callHierarchy/outgoingCalls', { item })).toBeNull();
  expect(await server.end()).toBe(0);
});

test('a cancelled request is answered as such, and the next one is answered', async () => {
  const server = await startLsp();
  server.open(uri, 'probe begin { }\n');
  const { id, answer } = server.start('textDocument/documentSymbol', { textDocument: { uri } });
  server.notify('$/cancelRequest', { id });
  expect(await code(answer)).toBe(-32800);
  expect(await code(server.request('textDocument/documentSymbol', { textDocument: { uri } }))).toBe('answered');
  expect(await server.end()).toBe(0);
});

test('unknown methods and odd parameters get an error and do no harm', async () => {
  const server = await startLsp();
  expect(await code(server.request('textDocument/sing', at))).toBe(-32601);
  expect(await code(server.request('textDocument/hover', {}))).not.toBe('answered');
  server.notify('textDocument/didChange', {
    textDocument: { uri: 'file:///nowhere.d', version: 2 },
    contentChanges: [],
  });
  server.notify('textDocument/didClose', { textDocument: { uri: 'file:///nowhere.d' } });
  expect(await code(server.request('workspace/symbol', { query: '' }))).toBe('answered');
  expect(await server.end()).toBe(0);
});
