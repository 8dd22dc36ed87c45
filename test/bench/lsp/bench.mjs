// How fast the language server answers, over JSON-RPC, as an editor would feel it: `node test/bench/lsp/bench.mjs`.
// Beside it bash-language-server and vscode-css-language-server, on inputs of the same size, installed into .cache/.
// `--check` measures only our server and fails where a bound of the issue is passed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bashText, cssText, dtraceText, systemtapText } from './inputs.mjs';

const root = path.resolve(fileURLToPath(import.meta.url), '../../../..');
const onlyOurs = process.argv.includes('--check');
const sizes = [20, 2000, 10_000];
const bounds = { 20: 10, 2000: 15, 10_000: 40 };
const keystrokes = onlyOurs ? 60 : 120;

const ours = [process.execPath, path.join(root, 'dist/server.cjs'), '--stdio'];
const servers = [
  { name: 'D', command: ours, languageId: 'dtrace', text: dtraceText, ending: 'd', word: '@longest' },
  { name: 'SystemTap', command: ours, languageId: 'systemtap', text: systemtapText, ending: 'stp', word: 'funcname' },
];
if (!onlyOurs) {
  const bin = others();
  servers.push(
    { name: 'bash-language-server', command: [process.execPath, path.join(bin, 'bash-language-server/out/cli.js'), 'start'], languageId: 'shellscript', text: bashText, ending: 'sh', word: 'total' }, // prettier-ignore
    { name: 'vscode-css-language-server', command: [process.execPath, path.join(bin, 'vscode-langservers-extracted/bin/vscode-css-language-server'), '--stdio'], languageId: 'css', text: cssText, ending: 'css', word: 'color' }, // prettier-ignore
  );
}

const failures = [];
const rows = [];
for (const server of servers) {
  for (const size of sizes) {
    const row = await measure(server, size);
    rows.push(row);
    process.stdout.write(`${JSON.stringify(row)}\n`);
    if (server.command !== ours) continue;
    const judge = (what, value, bound) => {
      if (value > bound) failures.push(`${server.name}, ${size} lines: ${what} ${value.toFixed(0)}, bound ${bound}`);
    };
    judge('keystroke p95 in ms', row.p95, bounds[size]);
    judge('first answer in ms', row.first, 250);
    judge('opening in ms', row.open, 300);
    judge('memory in MB', row.memory, 120);
  }
}
const head = [
  'server',
  'lines',
  'first answer',
  'open',
  'key p50',
  'key p95',
  'completion p95',
  'CPU per key',
  'memory',
];
const table = rows.map((row) => [
  row.name, String(row.lines), ms(row.first), ms(row.open), ms(row.p50), ms(row.p95), ms(row.completion), ms(row.cpu), `${row.memory.toFixed(0)} MB`,
]); // prettier-ignore
process.stdout.write('\n');
for (const cells of [head, ...table]) {
  process.stdout.write(`${cells.map((cell, index) => (index ? cell.padStart(15) : cell.padEnd(28))).join('')}\n`);
}
for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`);
const judged = servers.filter((each) => each.command === ours).length * sizes.length * 4;
process.stdout.write(`${judged - failures.length} passed, ${failures.length} failed\n`);
process.exit(failures.length === 0 ? 0 : 1);

function ms(value) {
  return value === undefined ? '-' : `${value.toFixed(1)} ms`;
}

/** One server process and one document. */
async function measure({ name, command, languageId, text: make, ending, word }, size) {
  const text = make(size);
  const lines = text.split('\n');
  const began = performance.now();
  const server = connect(command);
  const { capabilities } = await server.request('initialize', {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: null,
    capabilities: {
      textDocument: {
        completion: { completionItem: { snippetSupport: true } },
        diagnostic: { dynamicRegistration: false },
        publishDiagnostics: { versionSupport: true },
      },
    },
  });
  const first = performance.now() - began;
  server.notify('initialized', {});
  const uri = `file:///work/bench.${ending}`;
  const pulls = capabilities.diagnosticProvider !== undefined;
  // A server that sends them of its own accord and time can't be compared by them.
  const diagnosed = () => (pulls ? server.request('textDocument/diagnostic', { textDocument: { uri } }) : undefined);
  const opened = performance.now();
  server.notify('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
  await Promise.all([diagnosed(), server.request('textDocument/documentSymbol', { textDocument: { uri } })]);
  const open = performance.now() - opened;

  // Typing at the end of a word in the middle of the text, and taking it back.
  const from = Math.floor(lines.length / 2);
  const line = lines.findIndex((each, index) => index >= from && each.includes(word));
  const at = line < 0 ? lines.findIndex((each) => each.includes(word)) : line;
  const character = lines[at].indexOf(word) + word.length;
  const keys = [];
  const completions = [];
  const spent = cpuMs(server.pid);
  for (let index = 0; index < keystrokes; index++) {
    const insert = index % 2 === 0;
    const range = { start: { line: at, character }, end: { line: at, character: character + (insert ? 0 : 1) } };
    const started = performance.now();
    server.notify('textDocument/didChange', {
      textDocument: { uri, version: index + 2 },
      contentChanges: [{ range, text: insert ? 'x' : '' }],
    });
    const position = { line: at, character: character + (insert ? 1 : 0) };
    const completed = server
      .request('textDocument/completion', { textDocument: { uri }, position })
      .then(() => completions.push(performance.now() - started));
    await Promise.all([diagnosed(), completed]);
    keys.push(performance.now() - started);
  }
  const cpu = (cpuMs(server.pid) - spent) / keystrokes;
  const memory = residentMB(server.pid);
  await server.end();
  const half = (values) => values.slice(Math.floor(values.length / 6)); // without the first sixth, in which code is still compiled
  return {
    name,
    lines: size,
    first,
    open,
    p50: pulls ? quantile(half(keys), 0.5) : undefined,
    p95: pulls ? quantile(half(keys), 0.95) : undefined,
    completion: quantile(half(completions), 0.95),
    cpu,
    memory,
  };
}

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

function residentMB(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024;
}

/** Processor time of all threads: what a keystroke costs on a machine that has other work, too. */
function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** A server process, spoken to frame by frame. */
function connect([program, ...args]) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map();
  let buffer = Buffer.alloc(0);
  let next = 1;
  const send = (message) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  child.stdout.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const header = buffer.indexOf('\r\n\r\n');
      if (header < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, header).toString())[1]);
      if (buffer.length < header + 4 + length) return;
      const message = JSON.parse(buffer.subarray(header + 4, header + 4 + length).toString());
      buffer = buffer.subarray(header + 4 + length);
      if (message.method === undefined) {
        const { resolve, reject } = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.error) reject(new Error(message.error.message));
        else resolve(message.result);
      } else if (message.id !== undefined) {
        const result = message.method === 'workspace/configuration' ? message.params.items.map(() => null) : null;
        send({ id: message.id, result });
      }
    }
  });
  const request = (method, params) =>
    new Promise((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve, reject });
      send({ id, method, params });
    });
  return {
    pid: child.pid,
    request,
    notify: (method, params) => send({ method, params }),
    end: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      await request('shutdown');
      send({ method: 'exit' });
      await gone;
    },
  };
}

/** Installs the servers that are measured beside ours; returns their node_modules. */
function others() {
  const folder = path.join(root, '.cache/bench-lsp');
  const packages = ['bash-language-server@5.6.0', 'vscode-langservers-extracted@4.10.0'];
  const mark = path.join(folder, 'installed');
  if (!existsSync(mark) || readFileSync(mark, 'utf8') !== packages.join()) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...packages];
    const done = spawnSync('npm', words, { cwd: folder, stdio: 'inherit' });
    if (done.status !== 0) throw new Error('the servers to compare with could not be installed');
    writeFileSync(mark, packages.join());
  }
  return path.join(folder, 'node_modules');
}
