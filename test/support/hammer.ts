// Edits a script through the server at random and asks it everything: every request is answered, every place in the
// answers lies within the text, and in the end the server has the text that the editor has.
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { LspClient } from './lspClient.ts';
import { apply, mutate, randomBy } from './mutations.ts';

const requests = [
  'completion', 'hover', 'signatureHelp', 'definition', 'references', 'documentHighlight', 'documentSymbol', 'foldingRange',
  'selectionRange', 'semanticTokens/full', 'semanticTokens/range', 'inlayHint', 'documentLink', 'codeAction', 'formatting',
  'rangeFormatting', 'onTypeFormatting', 'prepareCallHierarchy', 'codeLens',
] as const; // prettier-ignore

/** Requests that answer with an error of their own accord: there is nothing to rename. */
const refusing = ['prepareRename', 'rename'] as const;

/** Makes `edits` edits, with a few requests after each. Throws at the first fault, with the text that shows it. */
export async function hammer(
  server: LspClient,
  name: string,
  original: string,
  edits: number,
  seed: number,
): Promise<void> {
  const random = randomBy(seed);
  const languageId = /\.stpm?$/.test(name) ? 'systemtap' : 'dtrace';
  const uri = `file:///fuzz/${String(seed)}/${name}`;
  let document = TextDocument.create(uri, languageId, 1, original);
  server.open(uri, original, languageId);
  for (let count = 0; count < edits; count++) {
    const text = document.getText();
    // A text that grows without end shows nothing that a short one doesn't.
    const edit = text.length > 60_000 ? { start: 100, end: text.length - 20_000, text: '' } : mutate(text, random);
    const range = { start: document.positionAt(edit.start), end: document.positionAt(edit.end) };
    const change = { range, text: edit.text };
    // Positions can't lie within \r\n or a pair of surrogates: the text is what the positions say.
    document = TextDocument.create(
      uri,
      languageId,
      document.version + 1,
      apply(text, { start: document.offsetAt(range.start), end: document.offsetAt(range.end), text: edit.text }),
    );
    server.change(uri, document.version, [change]);
    const position = document.positionAt(Math.floor(random() * (document.getText().length + 1)));
    const which = Array.from({ length: 3 }, () => requests[Math.floor(random() * requests.length)] ?? 'hover');
    const refused = refusing[Math.floor(random() * 40)];
    try {
      const answers = await Promise.all([
        server.diagnostics(uri),
        ...which.map((method) => server.request(`textDocument/${method}`, parameters(uri, position, document))),
      ]);
      for (const answer of answers) checkRanges(answer, document, uri);
      if (refused) {
        const asked = server.request(`textDocument/${refused}`, {
          ...parameters(uri, position, document),
          newName: 'x1',
        });
        await asked.catch((error: unknown) => {
          if ((error as { code?: number }).code !== -32803) throw error;
        });
      }
    } catch (error) {
      const what = `${name}, seed ${String(seed)}, edit ${String(count)}, ${which.join(' ')}: ${String(error)}`;
      throw new Error(`${what}\n${server.stderr}\n${JSON.stringify(document.getText())}`, { cause: error });
    }
  }
  const mine = await server.diagnostics(uri);
  const fresh = `${uri}.fresh.${name.replace(/^.*\./, '')}`;
  server.open(fresh, document.getText(), languageId);
  const anew = await server.diagnostics(fresh);
  const plain = (report: unknown): string => JSON.stringify(report).replaceAll(fresh, uri);
  if (plain(mine.items) !== plain(anew.items)) {
    throw new Error(`${name}, seed ${String(seed)}: the server's text differs\n${JSON.stringify(document.getText())}`);
  }
  server.close(uri);
  server.close(fresh);
}

function parameters(uri: string, position: unknown, document: TextDocument): Record<string, unknown> {
  const end = document.positionAt(document.getText().length);
  const range = { start: { line: Math.max(0, end.line - 40), character: 0 }, end };
  return {
    textDocument: { uri },
    position,
    positions: [position],
    range,
    context: { diagnostics: [], includeDeclaration: true },
    options: { tabSize: 2, insertSpaces: true },
    ch: '}',
  };
}

/** Every range in an answer about this document lies within it, and does not end before it begins. */
function checkRanges(value: unknown, document: TextDocument, uri: string): void {
  if (typeof value !== 'object' || value === null) return;
  const { start, end, uri: other, targetUri } = value as Record<string, unknown>;
  if ((typeof other === 'string' && other !== uri) || (typeof targetUri === 'string' && targetUri !== uri)) return;
  if (isPosition(start) && isPosition(end)) {
    const ordered = start.line < end.line || (start.line === end.line && start.character <= end.character);
    for (const each of [start, end]) {
      const real = document.positionAt(document.offsetAt(each));
      if (real.line !== each.line || real.character !== each.character || !ordered) {
        throw new Error(`a range outside the text: ${JSON.stringify({ start, end })}`);
      }
    }
  }
  for (const each of Object.values(value)) checkRanges(each, document, uri);
}

function isPosition(value: unknown): value is { readonly line: number; readonly character: number } {
  return typeof value === 'object' && value !== null && 'line' in value && 'character' in value;
}
