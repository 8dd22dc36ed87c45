// `check`: its command line, its three formats, its exit codes. Runs the built command line.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findingsSarif, type Finding } from '../../server/src/report/findings.ts';

const cli = path.resolve('dist/cli.js');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cpp-check-'));
  writeFileSync(path.join(folder, 'good.d'), 'BEGIN\n{\n  exit(0);\n}\n');
  writeFileSync(path.join(folder, 'bad.d'), 'BEGIN\r\n{\r\n  x = ;\r\n}\r\n');
  writeFileSync(path.join(folder, 'bad é.stp'), '/* 😀 */ probe begin { printf("x" }\n');
  mkdirSync(path.join(folder, 'sub'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...words: string[]) => execa(process.execPath, [cli, 'check', ...words], { cwd: folder, reject: false });

test('a file without mistakes: 0', async () => {
  const { exitCode, stdout, stderr } = await run('good.d');
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '1 file: 0 errors, 0 warnings', stderr: '' });
});

test('files with mistakes: 1, and where they are, counted from 1 in UTF-16 units', async () => {
  const { exitCode, stdout } = await run('--format=json', 'bad.d', 'good.d', 'bad é.stp');
  expect(exitCode).toBe(1);
  const findings = JSON.parse(stdout) as Finding[];
  expect(findings.map(({ file, line, column, severity, code }) => ({ file, line, column, severity, code }))).toEqual([
    { file: 'bad.d', line: 3, column: 7, severity: 'error', code: 'dtrace/D_SYNTAX' },
    { file: 'bad é.stp', line: 1, column: 35, severity: 'error', code: 'systemtap/syntax' },
  ]);
  for (const each of findings) expect([each.endLine, each.endColumn > each.column]).toEqual([each.line, true]);
  const text = await run('bad.d');
  expect(text.stdout).toMatch(/^bad\.d:3:7: error: .+ \[dtrace\/D_SYNTAX\]\n1 file: 1 error, 0 warnings$/);
});

test('wrong use: 2, one sentence, nothing on stdout', async () => {
  for (const words of [[], ['nope.d'], ['sub'], ['--format=xml', 'good.d'], ['--python', '/nope', 'good.d']]) {
    const { exitCode, stdout, stderr } = await run(...words);
    expect([words, exitCode, stdout]).toEqual([words, 2, '']);
    expect(stderr).toMatch(/^cpython-probes: [^\n]+$/);
  }
});

test('SARIF is valid, with relative names as code scanning wants them', async () => {
  const schema = JSON.parse(
    readFileSync('node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json', 'utf8'),
  ) as Record<string, unknown>;
  // It is in draft 4, and uses no word of it that later drafts read otherwise, except for these two.
  delete schema.$schema;
  delete schema.id;
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
  const { stdout, exitCode } = await run('--format=sarif', 'bad.d', 'bad é.stp');
  expect(exitCode).toBe(1);
  const log = JSON.parse(stdout) as { runs: { results: { locations: unknown[] }[] }[] };
  expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
  expect(stdout).toContain('"uri": "bad%20%C3%A9.stp"');
  expect(log.runs[0]?.results).toHaveLength(2);
  const empty = JSON.parse(findingsSarif([], '1.0.0', new Map())) as unknown;
  expect(validate(empty), JSON.stringify(validate.errors)).toBe(true);
});
