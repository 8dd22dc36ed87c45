// The interpreters of this machine with their markers, in the shape that the language services want. Nothing is started:
// a language server must not run what lies in a folder that nobody has vouched for, and files say enough.
import { readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { InterpreterFacts } from '../services/language.ts';
import { candidatePythons } from './interpreters.ts';
import { readMarkers, type InterpreterMarkers } from './markers.ts';

/**
 * All interpreters found, each once; `selected` (a path, or a name on PATH; may be empty) first. A selected one that
 * can't be read is left out, and so are launchers that are scripts.
 */
export async function interpreterFacts(selected: string): Promise<readonly InterpreterFacts[]> {
  const first = selected === '' ? undefined : await readMarkers(selected, { run: false });
  const facts: InterpreterFacts[] = first?.ok === true ? [factsOf(first)] : [];
  for (const python of candidatePythons()) {
    // A file takes some milliseconds; answers to the editor go first.
    await setImmediate();
    const answer = await readMarkers(python, { run: false });
    if (!answer.ok || (answer.version ?? '').startsWith('2.')) continue;
    const next = factsOf(answer);
    if (!facts.some((each) => each.path === next.path)) facts.push(next);
  }
  return facts;
}

function factsOf(found: InterpreterMarkers): InterpreterFacts {
  const program = realpath(found.executable);
  return {
    path: program,
    aliases: [...new Set([found.python, ...linksTo(program)])].filter((each) => each !== program),
    version: found.version ?? '',
    ...(found.kind === 'library' ? { library: found.binary } : {}),
    probes: found.markers.map((marker) => ({
      provider: marker.provider,
      name: marker.name,
      arguments: marker.arguments.map(({ size, signed, operand }) => `${signed ? '-' : ''}${size ?? ''}@${operand}`),
    })),
  };
}

/** Links beside a program that lead to it: `/usr/bin/python3`. */
function linksTo(program: string): readonly string[] {
  const folder = path.dirname(program);
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith('python'))
      .map((name) => path.join(folder, name))
      .filter((file) => realpath(file) === program);
  } catch {
    return [];
  }
}

function realpath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
