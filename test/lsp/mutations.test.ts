// A bounded run of test/fuzz/lsp.mjs: random edits of real scripts through the server, everything asked, nothing lost.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hammer } from '../support/hammer.ts';
import { startLsp } from '../support/lspClient.ts';

const scripts = readdirSync('test/support/scripts').map(
  (name) => [name, readFileSync(`test/support/scripts/${name}`, 'utf8')] as const,
);

test.each(scripts)('%s', { timeout: 120_000 }, async (name, text) => {
  const server = await startLsp();
  for (let seed = 1; seed <= 4; seed++) await hammer(server, name, text, 60, seed);
  expect(await server.end()).toBe(0);
  expect(server.stderr).toBe('');
});
