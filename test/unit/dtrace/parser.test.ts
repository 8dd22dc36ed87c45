// The parser over its corpus (test/corpus/dtrace: title, source, ---, tree). `UPDATE_CORPUS=1` rewrites the trees.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseD } from '../../../server/src/languages/dtrace/index.ts';
import { printTree } from './printTree.ts';

const folder = path.join(import.meta.dirname, '../../corpus/dtrace');
const update = process.env.UPDATE_CORPUS !== undefined;

interface Example {
  readonly title: string;
  readonly source: string;
  readonly tree: string;
}

function readCorpus(file: string): Example[] {
  return readFileSync(file, 'utf8')
    .split(/^={3,}\n/m)
    .slice(1)
    .map((part) => {
      const [, title = '', rest = ''] = /^(.*)\n([\s\S]*)$/.exec(part) ?? [];
      const [source = '', tree = ''] = rest.split(/^---\n/m);
      return { title, source: source.replace(/\n$/, ''), tree: tree.trim() };
    });
}

for (const name of readdirSync(folder).filter((each) => each.endsWith('.txt'))) {
  const file = path.join(folder, name);
  const examples = readCorpus(file);
  describe(name, () => {
    for (const { title, source, tree } of examples) {
      test(title, () => {
        if (!update) expect(printTree(parseD(source))).toBe(tree);
      });
    }
  });
  if (update) {
    const parts = examples.map(
      ({ title, source }) => `===\n${title}\n${source}\n---\n${printTree(parseD(source))}\n\n`,
    );
    writeFileSync(file, parts.join(''));
  }
}
