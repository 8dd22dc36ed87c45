// The command line: `cpython-probes COMMAND …`. It only chooses the command; each is a file in commands/, its words are
// parsed in base/.
import { parseCommandLine } from './base/arguments.ts';
import { help } from './base/help.ts';
import { fail } from './commands/fail.ts';
import { hits } from './commands/hits.ts';
import { lsp } from './commands/lsp.ts';
import { pythons } from './commands/pythons.ts';
import { run } from './commands/run.ts';

declare const __version: string;

// A reader that has gone (`| head`) is no error; the target runs on, and its exit code is passed on all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
void main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<void> {
  const parsed = parseCommandLine(words);
  if (!parsed.ok) {
    fail(parsed.reason);
    return;
  }
  const options = parsed.value;
  switch (options.command) {
    case 'help':
      process.stdout.write(help);
      return;
    case 'version':
      process.stdout.write(`cpython-probes ${__version}\n`);
      return;
    case 'pythons':
      await pythons(options);
      return;
    case 'check':
      // Loaded when it is asked for: the front ends and their data are most of the program, and hits needs none of it.
      await (await import('./commands/check.ts')).check(options, __version);
      return;
    case 'probes':
      await (await import('./commands/probes.ts')).probes(options);
      return;
    case 'lsp':
      await lsp();
      return;
    case 'run':
      await run(options);
      return;
    case 'hits':
      await hits(options);
  }
}
