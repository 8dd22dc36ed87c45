import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cpythonCodes } from '../../../server/src/services/cpython/diagnostics.ts';

const root = path.resolve(import.meta.dirname, '../../..');

it('documents every code, and no other', () => {
  const page = readFileSync(path.join(root, 'docs/diagnostics.md'), 'utf8');
  const documented = [...page.matchAll(/^\| `(cpython\/[\w-]+)` \|/gm)].map((match) => match[1]);
  expect([...documented].sort()).toEqual([...cpythonCodes]);
});
