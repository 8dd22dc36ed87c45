// A Debian sid in a folder: the newest tracers (DTrace, SystemTap with its tapsets and examples) and the newest
// CPythons, beside whatever release this machine runs. Made in a folder of its own and renamed when whole, so that an
// interrupted installation is done again. As a command, `node scripts/setup/sid.mjs` prints the folder.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installSystemPackages } from './system.mjs';

const packages = [
  ...['dtrace', 'dtrace-tests', 'systemtap', 'systemtap-doc', 'systemtap-common', 'systemtap-sdt-dev'],
  ...['python3.13', 'python3.14', 'python3.15', 'python3-debugpy'],
];

/** Where the chroot is, or would be. */
export function sidPlace() {
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'cpython-probes', 'sid');
}

/** Makes the chroot where it is not there: `{ok: true, place}`, or `{ok: false, reason}` with a sentence. */
export function installSid() {
  const place = sidPlace();
  if (!existsSync(place)) {
    const reason = make(place);
    if (reason !== undefined) return { ok: false, reason };
  }
  writeLaunchers(place);
  return { ok: true, place };
}

function make(place) {
  if (process.platform !== 'linux') return 'a Debian chroot needs Linux';
  if (process.getuid() !== 0) return 'making a Debian chroot needs root';
  if (installSystemPackages({ debootstrap: 'debootstrap' }).length > 0) {
    return 'making a Debian chroot needs debootstrap, which could not be installed';
  }
  const making = `${place}.making`;
  rmSync(making, { recursive: true, force: true, maxRetries: 3 });
  mkdirSync(making, { recursive: true });
  process.stdout.write('Making a Debian sid with the newest tracers and CPythons (some minutes, 1.1 GB)…\n');
  const base = run('debootstrap', ['--variant=minbase', 'sid', making, mirror()]);
  if (base !== undefined) return `debootstrap could not make a Debian sid: ${base}`;
  copyAptOptions(making);
  const apt = (args) =>
    run('chroot', [making, 'env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', 'apt-get', ...args]);
  const problem =
    apt(['update', '-qq']) ?? apt(['install', '-y', '-qq', '--no-install-recommends', ...packages]) ?? apt(['clean']);
  if (problem !== undefined) return `the packages of Debian sid could not be installed: ${problem}`;
  renameSync(making, place);
  return undefined;
}

/** Runs a command quietly; returns its last words if it fails. */
function run(command, args) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
  if (done.status === 0) return undefined;
  const words = done.error?.message ?? `${done.stdout}\n${done.stderr}`.trim();
  return words.split('\n').slice(-3).join(' / ').slice(-400);
}

/** The Debian mirror that this machine's apt uses: one of its sources whose suites are Debian's. */
function mirror() {
  const folder = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list'];
  if (existsSync(folder)) files.push(...readdirSync(folder).map((name) => path.join(folder, name)));
  for (const file of files.filter((each) => existsSync(each) && /\.(list|sources)$/.test(each))) {
    const text = readFileSync(file, 'utf8');
    const line = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+\/debian)\/?\s/m.exec(text);
    const stanza = /^URIs:\s*(\S+\/debian)\/?(?:\s|$)/m.exec(text);
    const found = line?.[1] ?? stanza?.[1];
    if (found !== undefined) return found;
  }
  return 'http://deb.debian.org/debian';
}

/** The chroot's apt goes the machine's ways: proxies and the like. */
function copyAptOptions(making) {
  const folder = '/etc/apt/apt.conf.d';
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const from = path.join(folder, name);
    if (/Acquire/.test(readFileSync(from, 'utf8'))) copyFileSync(from, path.join(making, folder, name));
  }
}

/**
 * `usr/bin/host-python3.N` runs the chroot's Python outside of it, with the chroot's own libraries: no root, no mounts,
 * this machine's files. The name that it was called by stays `sys.executable`, so its children start the same way.
 */
function writeLaunchers(place) {
  const bin = path.join(place, 'usr/bin');
  const loader = readdirSync(path.join(place, 'usr/lib64')).find((name) => name.startsWith('ld-linux'));
  const libraries = readdirSync(path.join(place, 'usr/lib')).find((name) => name.endsWith('-linux-gnu'));
  for (const python of readdirSync(bin).filter((name) => /^python3\.\d+$/.test(name))) {
    const launcher = path.join(bin, `host-${python}`);
    if (existsSync(launcher) || loader === undefined || libraries === undefined) continue;
    const quoted = (...parts) => `'${path.join(place, ...parts).replaceAll("'", `'\\''`)}'`;
    const text = `#!/bin/sh
exec ${quoted('usr/lib64', loader)} --library-path ${quoted('usr/lib', libraries)} --argv0 "$0" ${quoted('usr/bin', python)} "$@"
`;
    try {
      writeFileSync(launcher, text, { mode: 0o755 });
    } catch (error) {
      process.stdout.write(`${python} of the Debian sid can't be used: ${error.message}\n`);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = installSid();
  process.stdout.write(`${made.ok ? made.place : `No Debian sid: ${made.reason}.`}\n`);
  process.exit(made.ok ? 0 : 1);
}
