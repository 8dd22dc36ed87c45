// The language server as a worker in a browser: no files, no programs, no interpreters; everything that the scripts
// themselves and the catalogue tell.
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import type { Host } from './lsp/host.ts';
import { languages } from './lsp/languages.ts';
import { serve } from './lsp/server.ts';

declare const __version: string;
declare const self: ConstructorParameters<typeof BrowserMessageReader>[0];

const host: Host = {
  platform: 'linux',
  version: __version,
  readText: () => Promise.resolve(undefined),
  exists: () => Promise.resolve(false),
  findFiles: () => Promise.resolve([]),
  later: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
  interpreters: () => Promise.resolve([]),
};

serve(createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self)), host, languages);
