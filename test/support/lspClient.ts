// A small editor for tests: speaks JSON-RPC to the built server over its stdin and stdout, frame by frame, without the
// library that the server itself is made of.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

export interface Options {
  /** Merged over the capabilities of a full editor with pull diagnostics. */
  readonly capabilities?: Record<string, unknown>;
  readonly folders?: readonly string[];
  /** What `workspace/configuration` answers for the section `cpythonProbes`. */
  readonly settings?: Record<string, unknown>;
  readonly initializationOptions?: unknown;
  readonly command?: readonly string[];
  readonly env?: Record<string, string>;
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** An answer that is an error. */
export class RequestError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export const fullCapabilities = {
  textDocument: {
    completion: { completionItem: { snippetSupport: true, labelDetailsSupport: true } },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    definition: { linkSupport: true },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    diagnostic: {},
  },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
    semanticTokens: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
  },
};

export class LspClient {
  readonly process: ChildProcess;
  /** Exit code, once it has gone. */
  readonly exited: Promise<number | null>;
  settings: Record<string, unknown>;
  stderr = '';
  /** Every message from the server that is not an answer. */
  readonly heard: Message[] = [];
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #listeners: (() => void)[] = [];
  #next = 1;
  #buffer = Buffer.alloc(0);

  constructor(options: Options = {}) {
    this.settings = options.settings ?? {};
    const [program, ...words] = options.command ?? [process.execPath, path.join(root, 'dist/server.cjs'), '--stdio'];
    this.process = spawn(program ?? '', words, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    });
    this.exited = new Promise((resolve) => this.process.once('exit', (code) => resolve(code)));
    this.process.stdout?.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.process.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.process.stdin?.on('error', () => undefined);
    void this.exited.then((code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the server ended with ${String(code)}`));
    });
  }

  #receive(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const header = this.#buffer.indexOf('\r\n\r\n');
      if (header < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, header).toString())?.[1]);
      if (this.#buffer.length < header + 4 + length) return;
      const body = this.#buffer.subarray(header + 4, header + 4 + length).toString();
      this.#buffer = this.#buffer.subarray(header + 4 + length);
      this.#dispatch(JSON.parse(body) as Message);
    }
  }

  #dispatch(message: Message): void {
    if (message.method === undefined) {
      const waiting = this.#waiting.get(Number(message.id));
      this.#waiting.delete(Number(message.id));
      if (message.error) waiting?.reject(new RequestError(message.error.code, message.error.message));
      else waiting?.resolve(message.result);
      return;
    }
    this.heard.push(message);
    if (message.id !== undefined) this.send({ id: message.id, result: this.#answer(message) });
    for (const listener of this.#listeners) listener();
  }

  #answer({ method, params }: Message): unknown {
    if (method !== 'workspace/configuration') return null;
    return (params as { items: { section: string }[] }).items.map(() => this.settings);
  }

  send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.sendRaw(`Content-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`);
  }

  sendRaw(text: string): void {
    this.process.stdin?.write(text);
  }

  /** The id of the request, to cancel it, and its answer. */
  start<T>(method: string, params?: unknown): { readonly id: number; readonly answer: Promise<T> } {
    const id = this.#next++;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.send({ id, method, params });
    return { id, answer: answer as Promise<T> };
  }

  request<T>(method: string, params?: unknown): Promise<T> {
    return this.start<T>(method, params).answer;
  }

  notify(method: string, params?: unknown): void {
    this.send({ method, params });
  }

  /** Resolves with the first message of this method that fits, past or future; it is then taken out of `heard`. */
  next<T>(method: string, fits: (params: T) => boolean = () => true): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const index = this.heard.findIndex((each) => each.method === method && fits(each.params as T));
        if (index < 0) return;
        this.#listeners = this.#listeners.filter((each) => each !== look);
        resolve(this.heard.splice(index, 1)[0]?.params as T);
      };
      this.#listeners.push(look);
      look();
    });
  }

  open(uri: string, text: string, languageId = /\.stpm?$/.test(uri) ? 'systemtap' : 'dtrace'): void {
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
  }

  change(uri: string, version: number, contentChanges: readonly unknown[]): void {
    this.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
  }

  close(uri: string): void {
    this.notify('textDocument/didClose', { textDocument: { uri } });
  }

  diagnostics(uri: string): Promise<{ kind: string; resultId?: string; items?: Record<string, unknown>[] }> {
    return this.request('textDocument/diagnostic', { textDocument: { uri } });
  }

  /** `shutdown`, its answer, `exit`, and the exit code. */
  async end(): Promise<number | null> {
    await this.request('shutdown');
    this.notify('exit');
    return this.exited;
  }
}

/** A server after `initialize` and `initialized`. */
export async function startLsp(options: Options = {}): Promise<LspClient & { readonly initialized: unknown }> {
  const client = new LspClient(options);
  const initialized = await client.request('initialize', {
    processId: process.pid,
    rootUri: options.folders?.[0] ?? null,
    workspaceFolders: options.folders?.map((uri) => ({ uri, name: uri })) ?? null,
    capabilities: { ...fullCapabilities, ...options.capabilities },
    initializationOptions: options.initializationOptions,
  });
  client.notify('initialized', {});
  return Object.assign(client, { initialized });
}
