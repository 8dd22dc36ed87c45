// DTrace's own test suite (Debian's package dtrace-tests) against our front end: what must be accepted, what must be
// refused, and with which tag. A script's options stand in its comments and in test.options beside it; they are honoured.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { analyzeD, parseD, readKernel } from '../../server/src/languages/dtrace/index.ts';

const sid = process.env.SID_ROOT ?? path.join(os.homedir(), '.cache/cpython-probes/sid');
const library = path.join(sid, 'usr/lib');
const verbose = process.argv.includes('--verbose');
const only = process.argv.find((word) => word.startsWith('--only='))?.slice(7);

function findSuite(): string | undefined {
  if (!existsSync(library)) return undefined;
  for (const machine of readdirSync(library)) {
    const suite = path.join(library, machine, 'dtrace/testsuite');
    if (existsSync(path.join(suite, 'test'))) return suite;
  }
  return undefined;
}

function scriptsBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory() && /^(?:tst|err)\..*\.d$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** The words of `@@name: …` in a script, else in the nearest test.options. */
function optionWords(suite: string, file: string, text: string, name: string): string[] {
  const pattern = new RegExp(`@@${name}:([^\\n]*)`);
  let found = pattern.exec(text)?.[1];
  for (
    let folder = path.dirname(file);
    found === undefined && folder.startsWith(suite);
    folder = path.dirname(folder)
  ) {
    const options = path.join(folder, 'test.options');
    if (existsSync(options)) found = pattern.exec(readFileSync(options, 'utf8'))?.[1];
  }
  return (found ?? '').replace(/\*\/.*/, '').trim().split(/\s+/).filter((word) => word !== ''); // prettier-ignore
}

const withValue = new Set(['-D', '-I', '-L', '-U', '-X', '-b', '-c', '-o', '-p', '-s', '-x']);

interface Run {
  readonly flags: string[];
  readonly arguments: string[];
}

function splitWords(words: readonly string[]): Run {
  const flags: string[] = [];
  const args: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') {
      args.push(...words.slice(i + 1));
      break;
    }
    if (/^-[a-zA-Z]/.test(word)) {
      flags.push(word);
      if (withValue.has(word)) flags.push(words[++i] ?? '');
    } else args.push(word === '$_pid' ? '4242' : word);
  }
  return { flags, arguments: args };
}

function definesOf(flags: readonly string[], letter: string, option: string): [string, string][] {
  return flags.flatMap((flag, i): [string, string][] => {
    const word =
      flag === letter
        ? flags[i + 1]
        : flag.startsWith(letter)
          ? flag.slice(2)
          : flag.startsWith(`-x${option}=`)
            ? flag.slice(option.length + 3)
            : undefined;
    if (word === undefined) return [];
    const [, name = '', value = '1'] = /^([^=]*)(?:=(.*))?$/.exec(word) ?? [];
    return [[name, value]];
  });
}

/** What cpp and dtrace define themselves on Linux. */
const predefined: [string, string][] = [
  ['__linux', '1'], ['__linux__', '1'], ['__unix', '1'], ['__unix__', '1'], ['__x86_64', '1'], ['__x86_64__', '1'],
  ['__amd64', '1'], ['_LP64', '1'], ['__LP64__', '1'], ['__SUNW_D', '1'], ['__SUNW_D_64', '1'],
  ['__SUNW_D_VERSION', '0x02000000'], ['__STDC__', '1'],
]; // prettier-ignore

/** The kernel under the tests: names of types and functions can be decided only with it. */
const btf = '/sys/kernel/btf/vmlinux';
const kernel = existsSync(btf) ? readKernel(readFileSync(btf)) : undefined;

interface Verdict {
  readonly tag?: string;
  readonly message?: string;
  readonly line: number;
}

function judge(suite: string, file: string): Verdict | undefined {
  const text = readFileSync(file, 'utf8');
  const run = splitWords(optionWords(suite, file, text, 'runtest-opts'));
  const folders = definesOf(run.flags, '-I', 'incdir').map(([folder]) => path.join(suite, folder));
  const includes = (name: string, system: boolean): string | undefined => {
    const places = [
      ...(system ? [] : [path.dirname(file)]),
      ...folders,
      path.join(sid, 'usr/include'),
      path.join(sid, 'usr/include/x86_64-linux-gnu'),
    ];
    const place = places.map((folder) => path.join(folder, name)).find((each) => existsSync(each));
    return place === undefined ? undefined : readFileSync(place, 'utf8');
  };
  // -V only prints a version.
  if (run.flags.includes('-V')) return undefined;
  const tree = parseD(text, {
    runCpp: run.flags.some((flag) => /^-[a-wyzA-BE-HJ-KM-TV-Z]*C/.test(flag)) || run.flags.includes('-xcpp'),
    defines: new Map([...predefined, ...definesOf(run.flags, '-D', 'define')]),
    undefines: definesOf(run.flags, '-U', 'undef').map(([name]) => name),
    includes,
  });
  const model = analyzeD(tree, {
    platform: 'linux',
    flags: run.flags,
    arguments: [file, ...run.arguments],
    ...(kernel && { kernel }),
  });
  const first = model.compilerOrder.find(({ severity }) => severity === 'error');
  if (!first) return undefined;
  return {
    tag: first.code.replace('dtrace/', ''),
    message: first.message,
    line: text.slice(0, first.span.start).split('\n').length,
  };
}

function main(): void {
  const suite = findSuite();
  if (suite === undefined) {
    process.stdout.write(
      `not run: dtrace-tests are not at ${sid} (scripts/setup/sid.mjs makes that place)\n0 passed, 0 failed\n`,
    );
    return;
  }
  process.stdout.write(kernel ? '' : `${btf} is not here: what only the kernel\'s types decide is accepted\n`);
  const totals = { accept: 0, accepted: 0, refuse: 0, refused: 0, tagged: 0, tags: 0 };
  for (const file of scriptsBelow(path.join(suite, 'test'))) {
    const shown = path.relative(path.join(suite, 'test'), file);
    if (only !== undefined && !shown.includes(only)) continue;
    const verdict = judge(suite, file);
    const name = path.basename(file);
    const said = verdict ? `line ${verdict.line}: ${verdict.tag ?? ''} ${verdict.message ?? ''}` : 'accepted';
    if (name.startsWith('tst.')) {
      totals.accept++;
      if (!verdict) totals.accepted++;
      else process.stdout.write(`must be accepted: ${shown}: ${said}\n`);
    } else {
      totals.refuse++;
      if (verdict) totals.refused++;
      else process.stdout.write(`must be refused: ${shown}\n`);
      const tag = /^err\.(D_[A-Z0-9_]+)\./.exec(name)?.[1];
      if (tag !== undefined) {
        totals.tags++;
        if (verdict?.tag === tag) totals.tagged++;
        else if (verdict) process.stdout.write(`must have another tag: ${shown}: ${said}\n`);
      }
    }
    if (verbose && verdict) process.stdout.write(`${shown}: ${said}\n`);
  }
  const rows: [string, number, number, number][] = [
    ['accepted', totals.accepted, totals.accept, 0.99],
    ['refused', totals.refused, totals.refuse, 0.95],
    ['with the exact tag', totals.tagged, totals.tags, 0.85],
  ];
  let failed = 0;
  for (const [what, got, of, least] of rows) {
    const share = of === 0 ? 1 : got / of;
    if (share < least) failed++;
    process.stdout.write(
      `${what}: ${got} of ${of} (${(share * 100).toFixed(1)} %, at least ${(least * 100).toFixed(0)} %)\n`,
    );
  }
  process.stdout.write(`${rows.length - failed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main();
