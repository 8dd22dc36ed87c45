// The built command with real programs: signals, input, errors, and a stranger on the agents' socket.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenForAgents } from '../../../server/src/run/agentServer.ts';
import type { RunEvent } from '../../../server/src/protocol.ts';

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
    'a\\x1b[31m;$(touch owned).py: 1 line events, 1 of 1 lines ran',
  ]);
  expect(readdirSync(folder)).not.toContain('owned');
});

test('a run that counts nothing says why', () => {
  const done = hits('x = 1\n', ['--include', 'elsewhere']);
  expect([done.status, done.stdout]).toEqual([0, '']);
  expect(done.stderr).toMatch(/^cpython-probes: Nothing was counted: .*elsewhere.* --include/);
});

test.each([
  [['nothing.py'], 'there is no file "nothing.py"'],
  [['.'], 'the folder "." has no __main__.py to run'],
  [['--python', '/nonexistent/python', 'program.py'], 'there is no "/nonexistent/python"'],
  [['--output', 'no/such/folder/x', 'program.py'], '"no/such/folder/x" can\'t be written (ENOENT)'],
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
