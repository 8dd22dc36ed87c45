// `cpython-probes pythons`: the interpreters of this machine, the likeliest first.
import { findPythons } from '../run/interpreters.ts';
import { fail } from './fail.ts';

export async function pythons(json: boolean): Promise<void> {
  const found = await findPythons();
  if (json) process.stdout.write(`${JSON.stringify(found)}\n`);
  else if (found.length === 0) fail('no Python was found; install one, or put it on PATH');
  else {
    const rows = found.map(
      (each) => `${each.version.padEnd(8)} ${each.path}${each.reason ? `  (${each.reason})` : ''}`,
    );
    process.stdout.write(`${rows.join('\n')}\n`);
  }
}
