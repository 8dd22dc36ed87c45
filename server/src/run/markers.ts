// Finds the markers that an interpreter really contains: its executable's, or its libpython's where it is built as a
// shared library. The interpreter itself is asked where it may be (it knows its libpython, whatever a launcher or the
// loader's settings make of it); where nothing may run, the file's own words have to do.
import { closeSync, existsSync, openSync, readFileSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import type { ByteSource } from '../catalogue/notes/bytes.ts';
import { readBinary } from '../catalogue/notes/binary.ts';
import type { Binary, Marker } from '../catalogue/notes/markers.ts';
import { findExecutable } from './interpreters.ts';

export interface InterpreterMarkers {
  readonly ok: true;
  /** The path that was asked for. */
  readonly python: string;
  /** The program that runs, links and launchers resolved. */
  readonly executable: string;
  /** The file that the markers are in, or would be in. */
  readonly binary: string;
  /** SystemTap needs `.library("…")` for markers in a library. */
  readonly kind: 'executable' | 'library';
  /** Those of the provider `python`. */
  readonly markers: readonly Marker[];
  /** `3.11.2`, or `3.11` where only the file's name says so. */
  readonly version?: string;
  /** How it was configured; what it contains is in `markers`. */
  readonly withDtrace?: boolean;
  /** `cpython`, `pypy`, … */
  readonly implementation?: string;
}

export type InterpreterMarkersAnswer =
  InterpreterMarkers | { readonly ok: false; readonly reason: string; readonly hint: string };

/** What the interpreter says of itself. */
interface Said {
  readonly version: string;
  readonly implementation: string;
  readonly executable: string;
  /** Its libpython as it is loaded, or as sysconfig names it. */
  readonly library: string | null;
  readonly withDtrace: boolean | null;
}

const question = `
import json, os, sys
library = None
try:
    with open("/proc/self/maps") as maps:
        for line in maps:
            path = line[line.find("/"):].rstrip("\\n") if "/" in line else ""
            if os.path.basename(path).startswith(("libpython", "libpypy")):
                library = path
                break
except Exception:
    pass
with_dtrace = None
try:
    import sysconfig
    with_dtrace = bool(sysconfig.get_config_var("WITH_DTRACE"))
    if library is None and sysconfig.get_config_var("Py_ENABLE_SHARED"):
        folder = sysconfig.get_config_var("LIBDIR") or ""
        library = os.path.join(folder, sysconfig.get_config_var("INSTSONAME") or sysconfig.get_config_var("LDLIBRARY") or "")
    framework = sysconfig.get_config_var("PYTHONFRAMEWORKPREFIX")
    if library is None and framework:
        library = os.path.join(framework, sysconfig.get_config_var("LDLIBRARY") or "")
except Exception:
    pass
implementation = getattr(getattr(sys, "implementation", None), "name", "cpython")
executable = getattr(sys, "_base_executable", None) or sys.executable
print(json.dumps({"version": "%d.%d.%d" % sys.version_info[:3], "implementation": implementation,
                  "executable": executable, "library": library, "withDtrace": with_dtrace}))
`;

const cache = new Map<string, Promise<InterpreterMarkersAnswer>>();

/**
 * Reads the markers of an interpreter, by path or by name on PATH. `run: false` never starts it.
 * The answer is kept until the file changes.
 */
export function readMarkers(
  name: string,
  { run = true }: { readonly run?: boolean } = {},
): Promise<InterpreterMarkersAnswer> {
  const file = findExecutable(name);
  if (!file.ok) return Promise.resolve({ ...file, hint: 'Name an interpreter by its path, such as /usr/bin/python3.' });
  const key = `${file.path}\0${statSync(file.path).mtimeMs}\0${String(run)}`;
  let answer = cache.get(key);
  if (!answer) cache.set(key, (answer = look(file.path, run)));
  return answer;
}

async function look(python: string, run: boolean): Promise<InterpreterMarkersAnswer> {
  const said = run ? await ask(python) : undefined;
  const executable = real(said?.executable !== undefined && existsSync(said.executable) ? said.executable : python);
  const main = readFile(executable);
  if (main === undefined) {
    return { ok: false, reason: `${JSON.stringify(python)} can't be read`, hint: 'Check the file’s permissions.' };
  }
  if (!run && main.format === 'other') {
    return {
      ok: false,
      reason: `${JSON.stringify(python)} is not the interpreter itself but something that starts it`,
      hint: 'Name the interpreter that it starts.',
    };
  }
  const own = main.markers.filter(isPython);
  const library = own.length > 0 ? undefined : (existing(said?.library) ?? findLibpython(executable, main));
  if (said === undefined && own.length === 0 && library === undefined && versionOf(executable) === undefined) {
    return {
      ok: false,
      reason: `${JSON.stringify(python)} does not answer as a Python would`,
      hint: 'Name an interpreter, such as /usr/bin/python3.',
    };
  }
  const inside = library === undefined ? undefined : readFile(library);
  const version = said?.version ?? versionOf(executable) ?? (library === undefined ? undefined : versionOf(library));
  return {
    ok: true,
    python,
    executable,
    ...(inside && library !== undefined
      ? { binary: library, kind: 'library', markers: inside.markers.filter(isPython) }
      : { binary: executable, kind: 'executable', markers: own }),
    ...(version === undefined ? {} : { version }),
    ...(said?.withDtrace === null || said?.withDtrace === undefined ? {} : { withDtrace: said.withDtrace }),
    ...(said === undefined ? {} : { implementation: said.implementation }),
  };
}

async function ask(python: string): Promise<Said | undefined> {
  for (const flags of [['-I'], []]) {
    const answer = await execa(python, [...flags, '-c', question], { reject: false, timeout: 10_000, stdin: 'ignore' });
    try {
      return JSON.parse(answer.stdout) as Said;
    } catch {
      // Python 2 has no -I; anything else fails the second time too.
    }
  }
  return undefined;
}

function isPython(marker: Marker): boolean {
  return marker.provider === 'python';
}

function versionOf(file: string): string | undefined {
  return /(?:python|pypy)(\d+\.\d+)/.exec(path.basename(file))?.[1];
}

/** Where the loader would find the libpython that an executable asks for; undefined if it asks for none. */
function findLibpython(executable: string, binary: Binary): string | undefined {
  const wanted = binary.needed.find((each) => /^(libpython|libpypy|Python$)/.test(path.basename(each)));
  if (wanted === undefined) return undefined;
  const here = path.dirname(executable);
  const place = (text: string) =>
    text.replace(/\$\{?ORIGIN\}?|@(loader|executable)_path/g, here).replace(/^@rpath\/?/, '');
  if (path.isAbsolute(place(wanted)) && existsSync(place(wanted))) return real(place(wanted));
  const folders = [
    ...(process.env.LD_LIBRARY_PATH ?? '').split(':'),
    ...binary.searchPaths.map(place),
    path.join(here, '../lib'),
    // The libraries of a system that is mounted somewhere else lie beside its programs.
    ...subfolders(path.join(here, '../lib')),
    ...loaderFolders(),
  ];
  const name = path.basename(wanted);
  const found = folders.filter((each) => each !== '').map((each) => path.join(each, name));
  return existing(found.find((each) => existsSync(each)));
}

function subfolders(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((each) => /-linux-|-gnu/.test(each));
    return names.map((each) => path.join(folder, each));
  } catch {
    return [];
  }
}

function loaderFolders(): string[] {
  const configured: string[] = [];
  try {
    for (const name of readdirSync('/etc/ld.so.conf.d')) {
      const lines = readFileSync(path.join('/etc/ld.so.conf.d', name), 'utf8').split('\n');
      configured.push(...lines.map((line) => line.trim()).filter((line) => line.startsWith('/')));
    }
  } catch {
    // Not a glibc system: the usual folders have to do.
  }
  return [...configured, '/usr/local/lib', '/lib', '/usr/lib', '/lib64', '/usr/lib64', '/opt/homebrew/lib'];
}

function existing(file: string | null | undefined): string | undefined {
  return file !== null && file !== undefined && file !== '' && existsSync(file) ? real(file) : undefined;
}

function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function readFile(file: string): Binary | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const source: ByteSource = (offset, length) => {
      if (!Number.isSafeInteger(offset) || offset < 0 || length <= 0) return new Uint8Array();
      const buffer = new Uint8Array(Math.min(length, 64 * 1024 * 1024));
      return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, offset));
    };
    return readBinary(source);
  } catch {
    // A folder, a pipe, a disk error: there is nothing to say about its markers.
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}
