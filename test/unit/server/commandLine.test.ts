// The command line's pure parts: words to options or one sentence, deltas to sums, and the reports' exact text.
// The schema is checked against the output of the built program with a real Python.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { parseCommandLine } from '../../../server/src/base/arguments.ts';
import { lcov } from '../../../server/src/report/lcov.ts';
import { Store } from '../../../server/src/report/store.ts';
import { textReport } from '../../../server/src/report/text.ts';

test.each([
  ['hits --fromat=json x.py', 'there is no option "--fromat" (did you mean --format?) (see --help)'],
  ['hits --format=xml x.py', '--format can\'t be "xml"; it is one of text, json, ndjson, lcov'],
  ['hits --output', '--output needs a value after it'],
  ['hits -m', '-m needs the name of a module after it'],
  ['hits', 'what should run? Name a script, or a module with -m (see --help)'],
  ['hits --', 'what should run? Name a script, or a module with -m (see --help)'],
  ['hits --python x.py', 'what should run? Name a script, or a module with -m (see --help)'],
  ['hits --include= x.py', '--include needs a value after it'],
  ['hits --time=yes x.py', '--time takes no value'],
  ['hits -x x.py', 'there is no option "-x" (see --help)'],
  ['hits --engine=fast x.py', '--engine can\'t be "fast"; it is one of auto, injection, monitoring, settrace'],
  ['hits --color=maybe x.py', '--color can\'t be "maybe"; it is one of auto, always, never'],
  ['x.py', 'to trace "x.py", say: cpython-probes hits x.py'],
  [
    'pythons --frist',
    'pythons has no option "--frist" (did you mean --first?); it takes --format=json, --first and paths',
  ],
  ['pythons --first python3', '--first looks for a Python; it takes no path beside it'],
])('%s', (words, reason) => {
  expect(parseCommandLine(words.split(' '))).toEqual({ ok: false, reason });
});

test.each(['hits x.py --time -m', 'hits -- x.py --time -m', 'hits -m x.py --time -m'])(
  '%s: what follows the target is its own',
  (words) => {
    expect(parseCommandLine(words.split(' '))).toMatchObject({
      value: { target: { name: 'x.py' }, targetArguments: ['--time', '-m'], time: false },
    });
  },
);

function sample(): Store {
  const store = new Store();
  const f = { name: 'f', qualname: 'f', line: 1, calls: 1, returns: 1 };
  for (let i = 0; i < 1000; i++)
    store.add({
      path: '/a.py',
      lines: [
        [1, 1],
        [2, 1234],
        [3, 0],
      ],
      functions: [f],
    });
  return store;
}

test('deltas are summed, and taken once', () => {
  const store = sample();
  expect(store.totals()).toEqual({ files: 1, lines: 1_235_000, calls: 1000 });
  expect(store.take()[0]?.lines).toEqual([
    [1, 1000],
    [2, 1_234_000],
    [3, 0],
  ]);
  expect(store.empty).toBe(true);
});

test('lcov', () => {
  expect(lcov(sample().fileReports())).toBe(
    'TN:\nSF:/a.py\nFN:1,f\nFNDA:1000,f\nFNF:1\nFNH:1\nDA:1,1000\nDA:2,1234000\nDA:3,0\nLF:3\nLH:2\nend_of_record\n',
  );
});

test('lcov: functions of one name have their line added, since the format knows them by name alone', () => {
  const twice = [1, 5].map((line) => ({ name: 'f', qualname: 'f', line, calls: line, returns: line }));
  const once = { name: 'g', qualname: 'C.g', line: 9, calls: 0, returns: 0 };
  expect(
    lcov([{ path: '/a.py', lines: {}, functions: [...twice, once] }])
      .split('\n')
      .slice(2, 9),
  ).toEqual(['FN:1,f:1', 'FN:5,f:5', 'FN:9,C.g', 'FNDA:1,f:1', 'FNDA:5,f:5', 'FNDA:0,C.g', 'FNF:3']);
});

test('the annotated source escapes control characters', () => {
  const display = (): string => 'a\n.py';
  const source = (): string => 'def f():\n  "\x1b[2J"\n  g()\n';
  const options = { lines: true, functions: true, time: false, color: false, display, source };
  expect(textReport(sample().fileReports(), options)).toBe(
    'a\\x0a.py: 1,235,000 line events, 2 of 3 lines ran\n' +
      '    1,000 | def f():  # f 1,000 calls\n1,234,000 |   "\\x1b[2J"\n        - |   g()\n',
  );
});

test("a real run: the report fits the schema and the exit code is the program's", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cp-test-'));
  try {
    writeFileSync(path.join(folder, 'x.py'), 'for i in range(3):\n    print(i)\nraise SystemExit(7)\n');
    const cli = path.resolve('dist/cli.js');
    const words = ['hits', '--format=json', '-o', 'report.json', 'x.py'];
    const result = await execa(process.execPath, [cli, ...words], { cwd: folder, reject: false, timeout: 25_000 });
    expect(result).toMatchObject({ exitCode: 7, stdout: '0\n1\n2' });
    const report: unknown = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8'));
    const validate = new Ajv().compile(JSON.parse(readFileSync('docs/report.schema.json', 'utf8')) as object);
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    expect(report).toMatchObject({ files: [{ lines: { '1': 4, '2': 3, '3': 1 } }] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
