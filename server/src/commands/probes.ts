// `probes`: what interpreters have, what their manuals promise, and the difference.
import type { ProbesOptions } from '../base/probesArguments.ts';
import { probesReport, probesText } from '../report/probes.ts';
import { findPythons } from '../run/interpreters.ts';
import { readMarkers, type InterpreterMarkers } from '../run/markers.ts';
import { fail } from './fail.ts';

export async function probes(options: ProbesOptions): Promise<void> {
  const named = options.pythons.length > 0;
  const names = named ? options.pythons : (await findPythons()).map((python) => python.path);
  if (names.length === 0) {
    fail('no Python was found; name one, such as /usr/bin/python3');
    return;
  }
  const found: InterpreterMarkers[] = [];
  for (const name of names) {
    const answer = await readMarkers(name);
    if (answer.ok) found.push(answer);
    else fail(`${answer.reason}. ${answer.hint}`);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(found.map(probesReport), null, 2)}\n`);
  else if (found.length > 0) {
    const terminal = process.stdout.isTTY && process.env.NO_COLOR === undefined;
    process.stdout.write(probesText(found, options.color === 'always' || (options.color === 'auto' && terminal)));
  }
}
