// The language server as a Node process: `dist/server.cjs --node-ipc` under VS Code, `cpython-probes lsp --stdio` under
// other editors. The runtime ends it when its input closes or its parent has gone.
import { createConnection } from 'vscode-languageserver/node';
import { languages } from './lsp/languages.ts';
import { serve } from './lsp/server.ts';
import { nodeHost } from './run/host.ts';

declare const __version: string;

serve(createConnection(), nodeHost(__version), languages);
