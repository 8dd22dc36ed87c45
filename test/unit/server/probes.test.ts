// The command `probes`: its words, its report, and how it finds the file with the markers.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../server/src/base/arguments.ts';
import { probesReport, probesText, type Interpreter } from '../../../server/src/report/probes.ts';
import { interpreterFacts } from '../../../server/src/run/interpreterFacts.ts';
import { readMarkers } from '../../../server/src/run/markers.ts';
import { elf } from '../../support/binaries.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(path.join(tmpdir(), 'probes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const marker = (name: string, count: number) => ({
  provider: 'python',
  name,
  arguments: Array.from({ length: count }, () => ({ size: 8, signed: false, operand: '%rax' })),
  semaphore: true,
  places: 1,
});
const without: Interpreter = {
  python: '/opt/python3.13',
  binary: '/opt/python3.13',
  kind: 'executable',
  version: '3.13.1',
  markers: ['gc__start', 'gc__done', 'import__find__load__start']
    .map((name) => marker(name, 1))
    .concat(marker('import__find__load__done', 2), marker('audit', 2)),
};

describe('the report', () => {
  it('says what the manual promises in vain', () => {
    expect(probesText([without], false)).toBe(`/opt/python3.13: CPython 3.13.1, 5 probes
   no  function__entry            in CPython 3.6 to 3.11 and from 3.15; the manual describes it
   no  function__return           in CPython 3.6 to 3.11 and from 3.15; the manual describes it
   no  line                       in CPython 3.6 to 3.11; the manual describes it
  yes  gc__start                  generation
  yes  gc__done                   collected
  yes  import__find__load__start  modulename
  yes  import__find__load__done   modulename, found
  yes  audit                      event, tuple

  DTrace     python$target:::gc-start
  SystemTap  process("/opt/python3.13").mark("gc__start")

  The manual of 3.13 describes function__entry, function__return and line, which are not in
  this interpreter: scripts on them print nothing. \`cpython-probes hits SCRIPT\` counts its
  lines and calls without them.
`);
  });

  it('names the library where the markers are', () => {
    const shared: Interpreter = { ...without, kind: 'library', binary: '/opt/libpython3.13.so.1.0' };
    expect(probesText([shared], false)).toContain(
      '  SystemTap  process("/opt/python3.13").library("/opt/libpython3.13.so.1.0").mark("gc__start")\n',
    );
  });

  it('says why there is nothing', () => {
    const none: Interpreter = { ...without, markers: [], version: '3.6.15', withDtrace: false };
    expect(probesText([none], false)).toBe(`/opt/python3.13: CPython 3.6.15, no probes

  The manual of 3.6 describes function__entry, function__return, line, gc__start and
  gc__done.
  No tracer finds a probe here: it was built without markers (configure --with-dtrace).
  \`cpython-probes hits SCRIPT\` counts its lines and calls without them.
`);
    expect(probesText([{ ...none, implementation: 'pypy' }], false)).toContain('pypy has no markers');
  });

  it('tells the faults of a version, and markers that nobody declares', () => {
    const old: Interpreter = {
      ...without,
      version: '3.11.2',
      markers: [marker('function__entry', 3), marker('mine', 1)],
    };
    const { probes } = probesReport(old);
    expect(probes.find((each) => each.name === 'function__entry')?.faults).toHaveLength(1);
    expect(probes.find((each) => each.name === 'mine')).toMatchObject({ there: true, promised: false, versions: null });
  });
});

describe('finding the file with the markers', () => {
  const markers = [{ name: 'line', arguments: '8@%rax 8@%rbx -4@%ecx' }];
  const put = (file: string, bytes: Uint8Array | string) => {
    const place = path.join(folder, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, bytes);
    chmodSync(place, 0o755);
    return place;
  };
  const shape = { bits: 64, littleEndian: true, sections: true } as const;

  it('reads the executable', async () => {
    const python = put('a/bin/python3.11', elf({ ...shape, markers }));
    expect(await readMarkers(python, { run: false })).toMatchObject({
      ok: true,
      kind: 'executable',
      version: '3.11',
      markers: [{ name: 'line' }],
    });
  });

  it.each([
    ['a run path', '$ORIGIN/../here', 'here'],
    ['the folder beside', undefined, 'lib'],
    ['a system mounted elsewhere', undefined, 'lib/x86_64-linux-gnu'],
  ])('reads libpython from %s', async (_, runpath, where) => {
    const name = where.replaceAll('/', '_');
    const needed = ['libc.so.6', 'libpython3.10.so.1.0'];
    const python = put(
      `${name}/bin/python3.10`,
      elf({ ...shape, markers: [], needed, ...(runpath === undefined ? {} : { runpath }) }),
    );
    const library = put(`${name}/${where}/libpython3.10.so.1.0`, elf({ ...shape, markers }));
    const link = path.join(folder, `${name}-python`);
    symlinkSync(python, link);
    expect(await readMarkers(link, { run: false })).toMatchObject({
      ok: true,
      kind: 'library',
      binary: library,
      version: '3.10',
      markers: [{ name: 'line' }],
    });
  });

  it('refuses what is no Python in one sentence', async () => {
    const script = put('nothing', '#!/bin/sh\necho hello\n');
    expect(await readMarkers(script)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('does not answer as a Python would') as string,
    });
    expect(await readMarkers(path.join(folder, 'absent'))).toMatchObject({ ok: false });
    expect(await readMarkers(folder)).toMatchObject({ ok: false });
  });
});

it('gives the language services the selected interpreter first, with its links', async () => {
  const python = path.join(folder, 'facts/bin/python3.11');
  mkdirSync(path.dirname(python), { recursive: true });
  const markers = [{ name: 'line', arguments: '8@%rax 8@%rbx -4@%ecx' }];
  writeFileSync(python, elf({ bits: 64, littleEndian: true, sections: true, markers }));
  const link = path.join(path.dirname(python), 'python3');
  symlinkSync(python, link);
  const [first, ...rest] = await interpreterFacts(link);
  expect(first).toEqual({
    path: python,
    aliases: [link],
    version: '3.11',
    probes: [{ provider: 'python', name: 'line', arguments: ['8@%rax', '8@%rbx', '-4@%ecx'] }],
  });
  expect(rest.some((each) => each.path === python)).toBe(false);
});

describe('the command line', () => {
  it.each([
    [[], { pythons: [], json: false, color: 'auto' }],
    [['python3', '/usr/bin/python3.11', '--format=json'], { pythons: ['python3', '/usr/bin/python3.11'], json: true }],
    [['--format', 'text', '--color=never'], { json: false, color: 'never' }],
  ])('%j', (words, value) => {
    expect(parseCommandLine(['probes', ...words])).toMatchObject({ ok: true, value: { command: 'probes', ...value } });
  });

  it.each([
    [['--engine=auto'], 'probes takes only --format and --color, not "--engine" (see --help)'],
    [['--format=xml'], `--format can't be "xml"; it is one of text, json`],
    [['--color'], '--color needs a value; it is one of auto, always, never'],
  ])('%j is refused', (words, reason) => {
    expect(parseCommandLine(['probes', ...words])).toEqual({ ok: false, reason });
  });

  it('prints JSON that keeps to its schema, and 2 for what is no Python', () => {
    const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
      encoding: 'utf8',
    }).stdout.trim();
    const done = spawnSync('node', ['dist/cli.js', 'probes', '--format=json', python], { cwd: root, encoding: 'utf8' });
    const schema = JSON.parse(readFileSync(path.join(root, 'docs/probes.schema.json'), 'utf8')) as object;
    const ajv = new Ajv();
    ajv.validate(schema, JSON.parse(done.stdout));
    expect([done.status, done.stderr, ajv.errors]).toEqual([0, '', null]);
    const wrong = spawnSync('node', ['dist/cli.js', 'probes', '/no/such/python'], { cwd: root, encoding: 'utf8' });
    expect([wrong.status, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toBe(
      'cpython-probes: there is no "/no/such/python". Name an interpreter by its path, such as /usr/bin/python3.\n',
    );
  });
});
