// The command line of `check`.
import { expect, test } from 'vitest';
import { parseCheck } from '../../../server/src/base/checkArguments.ts';

test.each([
  ['', 'what should be checked? Name .d, .stp or .stpm files (see --help)'],
  ['--format=xml a.d', `--format can't be "xml"; it is one of text, json, sarif`],
  ['--platform=beos a.d', `--platform can't be "beos"; it is one of linux, macos, freebsd, illumos`],
  ['--fast a.d', 'there is no option "--fast" of check (see --help)'],
  ['a.d --python', '--python needs a value after it'],
  ['a.d --format=', '--format needs a value after it'],
  ['-D 1=2 a.d', '-D needs NAME or NAME=VALUE, not "1=2"'],
])('check %s', (words, reason) => {
  expect(parseCheck(words.split(' ').filter((word) => word !== ''))).toEqual({ ok: false, reason });
});
test('all of it', () => {
  const words = [
    'a.d',
    '-C',
    '--python',
    '/p',
    '-DX=1=2',
    '-D',
    'Y',
    '--platform',
    'macos',
    '--format=json',
    '--',
    '-b.d',
  ];
  expect(parseCheck(words)).toEqual({
    ok: true,
    value: {
      command: 'check',
      files: ['a.d', '-b.d'],
      format: 'json',
      platform: 'macos',
      python: '/p',
      cpp: true,
      defines: { X: '1=2', Y: '1' },
    },
  });
});
