// Formats every script that other people wrote and that our front ends accept: DTrace's test suite and libraries,
// SystemTap's examples and tapsets. Nothing but white space may change, the tree must be the same afterwards, and a second
// time must change nothing; with tabs of 8 and with 4 spaces.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { FormattingOptions } from 'vscode-languageserver-types';
import { parseD } from '../../server/src/languages/dtrace/index.ts';
import { parseStap } from '../../server/src/languages/systemtap/index.ts';
import { format as formatD } from '../../server/src/services/dtrace/format.ts';
import { format as formatStap } from '../../server/src/services/systemtap/format.ts';

type StapTree = ReturnType<typeof parseStap>;
interface Read {
  readonly isValid: boolean;
  readonly tree: unknown;
  readonly apply: (options: FormattingOptions) => string;
}

const sid = process.env.SID_ROOT ?? path.join(os.homedir(), '.cache/cpython-probes/sid');
const macros = new Map<string, StapTree['macros'][number]>();
const tapset = path.join(sid, 'usr/share/systemtap/tapset');
for (const file of filesBelow(tapset, '.stpm')) {
  for (const macro of parseStap(readFileSync(file, 'latin1'), { role: 'macros', macros }).macros)
    macros.set(macro.name, macro);
}

const corpora = [
  ['dtrace', dtraceFolder(), '.d', readD],
  ['systemtap examples', path.join(sid, 'usr/share/doc/systemtap/examples'), '.stp', readStap],
  ['systemtap more examples', path.join(sid, 'usr/share/systemtap/examples'), '.stp', readStap],
  ['systemtap tapsets', tapset, '.stp', readStap],
] as const;

let passed = 0;
let failed = 0;
for (const [name, folder, ending, read] of corpora) {
  const files = filesBelow(folder, ending).filter((file) => !path.basename(file).startsWith('err.'));
  let refused = 0;
  const wrong: string[] = [];
  for (const file of files) {
    const fault = faultOf(readFileSync(file, 'latin1'), read);
    if (fault === 'refused') refused++;
    else if (fault !== '') wrong.push(`${file}: ${fault}`);
  }
  const good = files.length - refused - wrong.length;
  const missing = existsSync(folder) ? '' : ` (${folder} is not there)`;
  process.stdout.write(
    `${name}: ${good} of ${files.length} formatted, ${refused} not parsed, ${wrong.length} wrong${missing}\n`,
  );
  for (const line of wrong.slice(0, 10)) process.stdout.write(`  ${line}\n`);
  passed += good;
  failed += wrong.length;
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

function faultOf(text: string, read: (text: string) => Read): string {
  const before = read(text);
  if (!before.isValid) return 'refused';
  for (const options of [
    { tabSize: 8, insertSpaces: false },
    { tabSize: 4, insertSpaces: true },
  ]) {
    const result = before.apply(options);
    if (result.replace(/\s+/g, '') !== text.replace(/\s+/g, '')) return 'more than white space changed';
    const after = read(result);
    if (!after.isValid) return 'the result is not accepted';
    if (shape(after.tree) !== shape(before.tree)) return 'the tree changed';
    if (after.apply(options) !== result) return 'a second time changes it again';
  }
  return '';
}

function readD(text: string): Read {
  const tree = parseD(text);
  const document = TextDocument.create('file:///script.d', 'd', 1, text);
  return {
    isValid: tree.problems.length === 0,
    tree: tree.program,
    apply: (options) => TextDocument.applyEdits(document, [...formatD(document, tree, undefined, options)]),
  };
}

function readStap(text: string): Read {
  const tree = parseStap(text, { macros, role: 'tapset' });
  const document = TextDocument.create('file:///script.stp', 'stp', 1, text);
  return {
    isValid: tree.diagnostics.every(({ severity }) => severity !== 'error'),
    tree: tree.declarations,
    apply: (options) => TextDocument.applyEdits(document, [...formatStap(document, tree, undefined, options)]),
  };
}

/** A tree without its places. */
function shape(tree: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) => {
    if (/^(?:start|end|id|\w*[sS]pan|origin|keyword|list|parts)$/.test(key)) return undefined;
    if (typeof value === 'bigint') return String(value);
    // A text that may hold white space: a specifier's words, embedded C.
    return typeof value === 'string' && /\s/.test(value) ? value.replace(/\s+/g, ' ') : value;
  });
}

function filesBelow(folder: string, ending: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(folder, name))
    .sort();
}

/** Debian puts it below the machine's name. */
function dtraceFolder(): string {
  const library = path.join(sid, 'usr/lib');
  const machine = existsSync(library)
    ? readdirSync(library).find((each) => existsSync(path.join(library, each, 'dtrace')))
    : undefined;
  return path.join(library, machine ?? '', 'dtrace');
}
