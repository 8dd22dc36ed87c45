// SystemTap's own scripts and verdicts against our front end: the examples of Debian's package systemtap-doc and the
// tapsets of systemtap-common must have no error, and scripts for every construct must be accepted or refused as stap
// 5.6 does (`systemtap-verdicts.txt` says how it judged them, by which of its passes and where; `--ask` asks the stap of
// the Debian sid again and rewrites the file).
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { analyzeStap, macrosOf, parseStap, prepareLibrary } from '../../server/src/languages/systemtap/index.ts';
import type { Diagnostic } from '../../server/src/languages/model.ts';
import type { StapTree } from '../../server/src/languages/systemtap/syntax.ts';

const sid = process.env.SID_ROOT ?? path.join(os.homedir(), '.cache/cpython-probes/sid');
const share = path.join(sid, 'usr/share/systemtap');
const verdictFile = path.join(import.meta.dirname, '../../test/corpus/systemtap-verdicts.txt');
const verbose = process.argv.includes('--verbose');
let passed = 0;
let failed = 0;

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

const errorsOf = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === 'error');

function place(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function judge(name: string, good: number, all: number, least: number): void {
  const share = all === 0 ? 0 : (good / all) * 100;
  print(`${name}: ${good} of ${all} (${share.toFixed(1)} %, at least ${least} % wanted)`);
  if (share >= least) passed++;
  else failed++;
}

const read = (file: string): string => readFileSync(file, 'latin1');

// The tapsets, each for itself.

/** Folders of other machines and runtimes, whose macros have the same names. */
const elsewhere = /\/(?:arm|arm64|bpf|dyninst|i386|ia64|mips|powerpc|riscv|s390)\//;

function tapsets(): { macros: ReturnType<typeof macrosOf>; trees: readonly StapTree[] } {
  const macroFiles = filesBelow(path.join(share, 'tapset'), '.stpm');
  const macroTrees = macroFiles.map((file) => parseStap(read(file), { role: 'macros', uri: file }));
  const macros = macrosOf(macroTrees.filter((_, i) => !elsewhere.test(macroFiles[i] ?? '')));
  const files = filesBelow(path.join(share, 'tapset'), '.stp');
  const trees = files.map((file) => parseStap(read(file), { role: 'tapset', uri: file, macros }));
  for (const [kind, list] of [
    ['.stpm files', macroTrees],
    ['tapsets', trees],
  ] as const) {
    // prettier-ignore
    const bad = list.filter((tree) => errorsOf(tree.diagnostics).length > 0);
    judge(`${kind} without an error`, list.length - bad.length, list.length, 100);
    for (const { options, diagnostics } of bad)
      print(`  ${options.uri ?? ''}: ${errorsOf(diagnostics)[0]?.message ?? ''}`);
  }
  return { macros, trees: trees.filter((_, i) => !elsewhere.test(files[i] ?? '')) };
}

/** Scripts of the package that stap refuses too. */
const refusedByStap = new Map([['security-bandaid-template.stp', 'a template with … for the parts to fill in']]);

/** Examples with what lies beside them in a folder `tapset`, as `stap -I` would read it. */
function examples(name: string, macros: ReturnType<typeof macrosOf> | undefined, installed: readonly StapTree[]): void {
  const files = filesBelow(path.join(share, 'examples'), '.stp');
  let good = 0;
  let all = 0;
  for (const file of files) {
    const beside = path.join(path.dirname(file), 'tapset');
    const own = existsSync(beside)
      ? filesBelow(beside, '.stp').map((each) => parseStap(read(each), { role: 'tapset', uri: each }))
      : [];
    const role = file.includes('/tapset/') ? 'tapset' : 'script';
    const tree = parseStap(read(file), { role, uri: file, ...(macros ? { macros } : {}) });
    const found = errorsOf(analyzeStap(tree, { library: prepareLibrary([...own, ...installed]) }).diagnostics);
    const reason = refusedByStap.get(path.basename(file));
    if (reason !== undefined) {
      print(`  ${path.basename(file)} is left out, because stap refuses it too: ${reason}`);
      continue;
    }
    all++;
    if (found.length === 0) good++;
    for (const { span, message } of found.slice(0, 3))
      print(`  ${path.relative(share, file)}:${place(tree.text, span.start)} ${message}`);
  }
  judge(name, good, all, 100);
}

// Agreement with stap.

interface Case {
  readonly verdict: string;
  readonly source: string;
}

function cases(): readonly Case[] {
  return read(verdictFile)
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { verdict: part.slice(0, end), source: part.slice(end + 1).replace(/\n+$/, '') };
    });
}

function agreement(all: readonly Case[]): void {
  let same = 0;
  let samePlace = 0;
  let refused = 0;
  for (const { verdict, source } of all) {
    const model = analyzeStap(parseStap(source, { guru: false, arguments: [] }));
    const errors = errorsOf(model.diagnostics);
    const accepted = verdict === 'accepted';
    if (accepted === (errors.length === 0)) same++;
    else
      print(`  stap: ${verdict}; here: ${errors[0]?.message ?? 'accepted'}\n    ${source.replaceAll('\n', '\n    ')}`);
    const at = / at (\d+):/.exec(verdict)?.[1];
    if (accepted || errors.length === 0 || at === undefined) continue;
    refused++;
    if (errors.some(({ span }) => place(source, span.start).startsWith(`${at}:`))) samePlace++;
    else if (verbose)
      print(`  line ${at} in stap; here ${errors.map(({ span }) => place(source, span.start)).join(' ')}: ${source}`);
  }
  judge('verdicts as stap 5.6 gives them', same, all.length, 98);
  judge('refused on the same line', samePlace, refused, 95);
}

function ask(all: readonly Case[]): void {
  const headers = existsSync(path.join(sid, 'lib/modules')) ? readdirSync(path.join(sid, 'lib/modules'))[0] : undefined;
  if (headers === undefined)
    return print('not run: asking stap needs kernel headers in the sid (apt-get install linux-headers-amd64)');
  const asked = all.map(({ source, verdict }): Case => {
    const done = spawnSync('chroot', [sid, 'stap', '-r', headers, '-p3', '-e', source], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (done.status === 0) return { source, verdict: 'accepted' };
    const pass = [...done.stderr.matchAll(/Pass (\d): \w+ failed/g)].at(-1)?.[1];
    const at = /(?:saw|at|error): .*?<input>:(\d+:\d+)/.exec(done.stderr)?.[1];
    if (pass === undefined) return { source, verdict };
    return { source, verdict: `refused by pass ${pass}${at === undefined ? '' : ` at ${at}`}` };
  });
  const changed = asked.filter((each, i) => each.verdict !== all[i]?.verdict);
  for (const each of changed) print(`  now ${each.verdict}: ${each.source}`);
  writeFileSync(verdictFile, asked.map(({ verdict, source }) => `=== ${verdict}\n${source}\n`).join('\n'));
  print(`asked stap for ${asked.length} verdicts; ${changed.length} changed`);
}

if (process.argv.includes('--ask')) ask(cases());
agreement(cases());
if (existsSync(path.join(share, 'examples')) && existsSync(path.join(share, 'tapset'))) {
  const { macros, trees } = tapsets();
  examples("examples without an error, with the snapshot's names", undefined, []);
  examples('examples without an error, with the installed tapsets', macros, trees);
} else print(`not run: examples and tapsets, because ${share} is not there (scripts/setup/sid.mjs makes it)`);
print(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
