// Looks at a target before it runs, so that a wrong name is one sentence of ours and not a traceback.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { HitsOptions } from '../base/arguments.ts';

/** A sentence if the script can't be run, else undefined. Modules are looked for by Python itself. */
export function problemWithTarget(target: HitsOptions['target']): string | undefined {
  if (target.kind === 'module') return undefined;
  const shown = JSON.stringify(target.name);
  if (!existsSync(target.name)) return `there is no file ${shown}`;
  if (statSync(target.name).isDirectory()) {
    return existsSync(path.join(target.name, '__main__.py'))
      ? undefined
      : `the folder ${shown} has no __main__.py to run`;
  }
  try {
    accessSync(target.name, constants.R_OK);
    return undefined;
  } catch {
    return `the file ${shown} can't be read`;
  }
}
