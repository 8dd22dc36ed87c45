// The built command with real programs: signals, input, errors, and a stranger on the agents' socket.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenForEvents } from '../../../client/src/eventServer.ts';
import { FileModel } from '../../../client/src/view/model.ts';
import { listenForAgents } from '../../../server/src/run/agentServer.ts';
import type { Report, RunEvent } from '../../../server/src/protocol.ts';
import { streamSink } from '../../../server/src/run/sink.ts';

const cli = path.resolve(import.meta.dirname, '../../../dist/cli.js');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cpp-unit-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function hits(program: string, options: string[] = [], input = '', name = 'program.py'): ReturnType<typeof run> {
  writeFileSync(path.join(folder, name), program);
  return run([...options, name], input);
}

function run(
  words: string[],
  input = '',
): { stdout: string; stderr: string; status: number | null; signal: string | null } {
  return spawnSync(process.execPath, [cli, 'hits', ...words], {
    cwd: folder,
    encoding: 'utf8',
    input,
    timeout: 30_000,
  });
}

test('a signal that ends the target ends the command, after its report', () => {
  const done = hits('import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\nimport time\ntime.sleep(9)\n');
  expect([done.signal, done.stderr]).toEqual(['SIGTERM', '']);
  expect(done.stdout).toContain('1 | os.kill(os.getpid(), signal.SIGTERM)');
});

test('the target reads input, and its exit code is passed on', () => {
  const done = hits('print(input())\nraise SystemExit(7)\n', [], 'hello\n');
  expect([done.status, done.stdout.split('\n')[0]]).toEqual([7, 'hello']);
});

test('events begin with started, end with ended, and sum up to the report', () => {
  const output = path.join(folder, 'events');
  hits('for i in range(1000):\n    i += 1\n', ['--format=ndjson', '--output', output]);
  const events = readFileSync(output, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as RunEvent); // prettier-ignore
  expect([events[0]?.type, events.at(-1)?.type]).toEqual(['started', 'ended']);
  let second = 0;
  for (const event of events) {
    if (event.type !== 'hits') continue;
    for (const file of event.files) for (const [line, count] of file.lines) if (line === 2) second += count;
  }
  expect(second).toBe(1000);
});

test('a hostile file name is shown, not obeyed', () => {
  const done = hits('x = 1\n', [], '', 'a\u001b[31m;$(touch owned).py');
  expect([done.status, done.stdout.split('\n')[1]]).toEqual([
    0,
    'a\\x1b[31m;$(touch owned).py: 1 line event, 1 of 1 line ran',
  ]);
  expect(readdirSync(folder)).not.toContain('owned');
});

test('a run that counts nothing says why', () => {
  const done = hits('x = 1\n', ['--include', 'elsewhere']);
  expect([done.status, done.stdout]).toEqual([0, '']);
  expect(done.stderr).toMatch(/^cpython-probes: Nothing was counted: .*elsewhere.* --include/);
});

test('a program that ends before any of its code ran is told from one whose code is elsewhere', () => {
  const done = hits('def f(:\n');
  expect([done.status, done.stdout]).toEqual([1, '']);
  expect(done.stderr).toContain('the program ended with exit code 1 before it ran any code from');
});

test('with --functions no line is said to have not run', () => {
  const done = hits('def f():\n    pass\nf()\n', ['--functions', '--format=json']);
  const [file] = (JSON.parse(done.stdout) as Report).files;
  expect([file?.lines, file?.functions.map(({ name, calls }) => [name, calls])]).toEqual([{}, [['<module>', 1], ['f', 1]]]); // prettier-ignore
});

test('ten million events reach the window as they are counted; neither the target nor the runner grows with them', async () => {
  const program = [
    'import resource',
    'def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss',
    'before = None',
    'for i in range(5_000_000):',
    '    if i == 500_000: before = peak()',
    'print(peak() - before)',
  ];
  writeFileSync(path.join(folder, 'millions.py'), program.join('\n'));
  const model = new FileModel();
  const seen: RunEvent[] = [];
  let closed: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (closed = resolve));
  const server = await listenForEvents((event) => {
    if (event.type === 'hits') for (const delta of event.files) model.add(event.pid, delta);
    seen.push(event);
  }, closed);
  try {
    const env = { CPYTHON_PROBES_EVENTS_TOKEN: server.token };
    const words = [cli, 'hits', '--format=ndjson', '--events', server.address, 'millions.py'];
    const runner = execa(process.execPath, words, { cwd: folder, env, reject: false });
    let largest = 0;
    const watching = setInterval(() => (largest = Math.max(largest, residentKilobytes(runner.pid))), 100);
    const { stdout, exitCode } = await runner;
    clearInterval(watching);
    await over;
    const lines = model.placed((line) => ({ line, same: true })).lines.map(({ line, count }) => [line, count]);
    expect(lines).toEqual([[1, 1], [2, 3], [3, 1], [4, 5_000_001], [5, 5_000_000], [6, 1]]); // prettier-ignore
    const batches = seen.filter((event) => event.type === 'hits').length;
    expect([exitCode, seen[0]?.type, seen.at(-1)?.type]).toEqual([0, 'started', 'ended']);
    expect(batches).toBeGreaterThan(2);
    expect(batches).toBeLessThan(300);
    expect(Number(stdout)).toBeLessThan(4096); // kilobytes that the target grew by, over nine million events
    expect(largest).toBeLessThan(200 * 1024);
  } finally {
    server.close();
  }
}, 120_000);

/** What a process holds in memory, or 0 where the system does not tell. */
function residentKilobytes(pid: number | undefined): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

test('a reader that is behind gets merged counts, and all of them', async () => {
  const written: string[] = [];
  const waiting: (() => void)[] = [];
  const slow = new Writable({
    highWaterMark: 1,
    write: (chunk: Buffer, _, done) => {
      written.push(chunk.toString());
      waiting.push(done);
    },
  });
  const sink = streamSink(slow, true);
  const delta = { path: '/x.py', lines: [[1, 1]] as const, functions: [] };
  for (let i = 0; i < 1000; i++) {
    sink.hits(7, [delta]);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const ended: RunEvent = { type: 'ended', exitCode: 0, signal: null, reason: 'exited', durationMs: 1, summary: { processes: 1, files: 1, lines: 1000, calls: 0 } }; // prettier-ignore
  const ending = sink.end(ended);
  while (waiting.length > 0) {
    waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ending;
  const events = written.join('').trimEnd().split('\n').map((line) => JSON.parse(line) as RunEvent); // prettier-ignore
  const sum = events.reduce((total, event) => total + (event.type === 'hits' ? (event.files[0]?.lines[0]?.[1] ?? 0) : 0), 0); // prettier-ignore
  expect([sum, events.length <= 3, events.at(-1)?.type]).toEqual([1000, true, 'ended']);
});

test('the window hears why nothing could start', async () => {
  const seen: RunEvent[] = [];
  let closed: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (closed = resolve));
  const server = await listenForEvents((event) => seen.push(event), closed);
  try {
    const env = { CPYTHON_PROBES_EVENTS_TOKEN: server.token };
    const words = [cli, 'hits', '--events', server.address, '--python', '/bin/ls', 'program.py'];
    const done = await execa(process.execPath, words, { cwd: folder, env, reject: false });
    await over;
    expect([done.exitCode, done.stderr]).toEqual([2, 'cpython-probes: "/bin/ls" does not answer as a Python would']);
    expect(seen.map((event) => (event.type === 'diagnostic' ? `${event.code}: ${event.message}` : event.type))).toEqual(
      ['run/no-python: "/bin/ls" does not answer as a Python would.', 'ended'],
    );
  } finally {
    server.close();
  }
});

test.each([
  [['nothing.py'], 'there is no file "nothing.py"'],
  [['.'], 'the folder "." has no __main__.py to run'],
  [['--python', '/nonexistent/python', 'program.py'], 'there is no "/nonexistent/python"'],
  [
    ['--output', 'no/such/folder/x', 'program.py'],
    '"no/such/folder/x" can\'t be written: it, or the folder that it should be in, is not there',
  ],
  [['-o', '.', 'program.py'], '"." can\'t be written: it is a folder'],
  [
    ['--events', '/nonexistent', 'program.py'],
    "the socket of --events can't be written: it, or the folder that it should be in, is not there",
  ],
  [['-'], 'a program from standard input has no file to count in; save it in one'],
  [[''], 'there is no file ""'],
  [['--python', '.', 'program.py'], 'no "." is on PATH'],
  [['--python', './program.py', 'program.py'], '"./program.py" can not be executed'],
])('%j is one sentence and exit code 2', (words, sentence) => {
  const done = run(words);
  expect([done.status, done.stdout, done.stderr]).toEqual([2, '', `cpython-probes: ${sentence}\n`]);
});

test('a stranger on the agents’ socket is cut off and counts nothing', async () => {
  const seen: string[] = [];
  const server = await listenForAgents('secret', {
    onProcess: () => seen.push('process'),
    onDeltas: () => seen.push('deltas'),
    onNote: () => seen.push('note'),
  });
  try {
    for (const hello of ['{"t":"hello","token":"wrong","pid":1}', '{"t":"file","id":0}', 'nonsense']) {
      const socket = connect(server.address as string);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.on('error', () => undefined);
      socket.write(`${hello}\n{"t":"note","code":"x","message":"y"}\n`);
      await closed;
    }
    expect(seen).toEqual([]);
  } finally {
    server.close();
  }
});
