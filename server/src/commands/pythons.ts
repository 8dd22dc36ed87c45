// `cpython-probes pythons`: the interpreters of this machine, the likeliest first, or what there is to say of some.
import type { PythonsOptions } from '../base/arguments.ts';
import { defaultPython, findPythons, probePython, type ProbedPython } from '../run/interpreters.ts';
import { fail } from './fail.ts';

/** One that does not answer as a Python would has no version, and a reason. */
interface Row {
  readonly path: string;
  readonly version: string | null;
  readonly supported: boolean;
  readonly reason: string | null;
}

export async function pythons(options: PythonsOptions): Promise<void> {
  const rows = await find(options);
  const wrong = options.names.length > 0 && rows.every(({ version }) => version === null);
  if (wrong && !options.json) {
    for (const { reason } of rows) fail(reason ?? '');
    return;
  }
  if (options.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else if (rows.length === 0) fail('no Python was found; install one, or put it on PATH');
  else {
    const lines = rows.map(
      ({ version, path, reason }) => `${(version ?? '-').padEnd(8)} ${path}${reason === null ? '' : `  (${reason})`}`,
    );
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}

async function find({ first, names }: PythonsOptions): Promise<Row[]> {
  if (names.length > 0) return Promise.all(names.map(async (name) => row(name, await probePython(name))));
  if (!first) return findPythons();
  const found = await defaultPython();
  return found.ok ? [found.python] : [];
}

function row(name: string, answer: ProbedPython): Row {
  return answer.ok ? answer.python : { path: name, version: null, supported: false, reason: answer.reason };
}
