// `cpython-probes lsp --stdio`: the language server for any editor, from the bundle beside this one.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export async function lsp(): Promise<void> {
  // The server's runtime reads how it is to speak from the command line.
  if (!process.argv.includes('--stdio')) process.argv.push('--stdio');
  await import(pathToFileURL(path.join(__dirname, 'server.cjs')).href);
}
