// Looks at a target before it runs, so that a wrong name is one sentence of ours and not a traceback.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { HitsOptions } from '../base/arguments.ts';

/** A sentence if the script can't be run, else undefined. Modules are looked for by Python itself. */
export function problemWithTarget(target: HitsOptions['target']): string | undefined {
  if (target.kind === 'module') return undefined;
  const shown = JSON.stringify(target.name);
  if (target.name === '-') return 'a program from standard input has no file to count in; save it in one';
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

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EISDIR: 'it is a folder',
  ENOENT: 'it, or the folder that it should be in, is not there',
  ENOTDIR: 'a part of it is no folder',
  ECONNREFUSED: 'nobody listens there',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
};

/** A system error's code in words. */
export function systemReason(code: string): string {
  return reasons[code] ?? code;
}
