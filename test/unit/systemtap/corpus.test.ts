// Every case of test/corpus/systemtap parses to the tree beside it. UPDATE_CORPUS=1 rewrites the trees, to be reviewed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseStap } from '../../../server/src/languages/systemtap/index.ts';
import { renderTree } from '../../support/systemtapTree.ts';

const folder = path.join(import.meta.dirname, '../../corpus/systemtap');

/** Title between lines of `=`, source, `---`, tree. */
function cases(text: string): { title: string; source: string; tree: string }[] {
  return text
    .split(/^={3,}\n(?=[^\n]+\n={3,}\n)/m)
    .slice(1)
    .map((part) => {
      const [, title = '', source = '', tree = ''] = /^([^\n]+)\n={3,}\n([^]*?)\n---\n([^]*)$/.exec(part) ?? [];
      return { title, source, tree: tree.trim() };
    });
}

for (const name of readdirSync(folder)) {
  const file = path.join(folder, name);
  const all = cases(readFileSync(file, 'utf8'));
  const rendered = all.map(({ source }) => renderTree(parseStap(source)));
  if (process.env.UPDATE_CORPUS === '1') {
    const line = '='.repeat(60);
    const parts = all.map(
      ({ title, source }, i) => `${line}\n${title}\n${line}\n${source}\n---\n${rendered[i] ?? ''}\n`,
    );
    writeFileSync(file, parts.join('\n'));
  }
  describe(name, () => {
    it.each(all.map((entry, i) => ({ ...entry, actual: rendered[i] })))('$title', ({ tree, actual }) => {
      expect(actual).toBe(tree);
    });
  });
}
