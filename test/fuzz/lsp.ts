// The long run of random edits through the language server: `node test/fuzz/run.mjs [EDITS] [SEED] [FOLDERS…]`.
// Scripts are those of test/support/scripts and, where folders are named, every .d, .stp and .stpm below them. Prints
// the first fault with the text that shows it. 100,000 edits take about an hour on one core.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { hammer } from '../support/hammer.ts';
import { startLsp } from '../support/lspClient.ts';
import { randomBy } from '../support/mutations.ts';

const [edits = '100000', first = '1', ...folders] = process.argv.slice(2);
const scripts = ['test/support/scripts', ...folders].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(d|stp|stpm)$/.test(name))
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).size < 100_000),
);
const each = 50;
let seed = Number(first);
let server = await startLsp();
for (let done = 0; done < Number(edits); done += each, seed++) {
  const file = scripts[Math.floor(randomBy(seed)() * scripts.length)] ?? '';
  await hammer(server, path.basename(file), readFileSync(file, 'utf8'), each, seed);
  if (seed % 40 === 0) {
    process.stdout.write(`${String(done + each)} edits, seed ${String(seed)}\n`);
    // A fresh process now and then, so that what one holds on to shows in its size and not in ours.
    if ((await server.end()) !== 0) throw new Error('the server did not end well');
    server = await startLsp();
  }
}
if ((await server.end()) !== 0) throw new Error('the server did not end well');
process.stdout.write(`${edits} edits of ${String(scripts.length)} scripts: no fault\n`);
