// Makes server/data/systemtap/tapsets.json: the names that SystemTap's own tapsets define, as facts without a sentence
// of theirs (functions with parameters and results, probe aliases with the variables they give, macros).
//   node scripts/snapshot-systemtap.mjs --tapsets /usr/share/systemtap/tapset --version 5.6
//     [--functions FILE] [--aliases FILE] [--points FILE]
// FILE holds what `stap --dump-functions`, `--dump-probe-aliases` and `--dump-probe-types` print; without it, stap is
// run.
// Most aliases are system calls in several implementations, so the file names each call once, with the prefixes that
// have it; variables that many aliases share are listed once. The reader is server/src/catalogue/systemtap.ts.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({
  options: {
    tapsets: { type: 'string' },
    functions: { type: 'string' },
    aliases: { type: 'string' },
    points: { type: 'string' },
    version: { type: 'string' },
  },
});
if (values.tapsets === undefined || values.version === undefined) {
  console.error(
    'usage: node scripts/snapshot-systemtap.mjs --tapsets FOLDER --version 5.6 [--functions F --aliases F --points F]',
  );
  process.exit(2);
}

const functions = dump(values.functions, '--dump-functions').map(functionRecord);
const definitions = new Map();
for (const line of dump(values.aliases, '--dump-probe-aliases')) {
  const [name, targets = ''] = line.split(/ \+?= (.*)/);
  definitions.set(name, [...(definitions.get(name) ?? []), targets]);
}
const files = readdirSync(values.tapsets, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.stpm?$/.test(file) && !/(^|\/)(bpf|dyninst)\//.test(file))
  .filter((file) => !/(^|\/)(arm|arm64|i386|ia64|mips|powerpc|riscv|s390)\//.test(file))
  .sort();
const frontEnd = await bundleFrontEnd();
const { variablesOf, macros } = readTapsets(files);

const hidden = /(^|\.)_/;
const aliases = [...definitions.keys()].filter((name) => !hidden.test(name)).sort();
const lists = [];
const listOf = new Map([...variablesOf(aliases)].map(([name, variables]) => [name, list(variables)]));

const implementations = ['syscall', 'dw_syscall', 'nd_syscall', 'tp_syscall', 'nd1_syscall', 'nd2_syscall'];
const calls = [...new Set(aliases.filter(isCall).map((name) => name.replace(/^\w+\./, '')))].sort();
const result = {
  $schema: '../schemas/systemtap-tapsets.schema.json',
  version: values.version,
  functions: functions.map((each) => [each.name, each.parameters, each.result, each.flags].join('|')),
  macros: [...macros.values()]
    .filter(({ name, isLibrary, body }) => isLibrary && body && !name.startsWith('_'))
    .map(({ name, parameters }) => `${name}(${parameters.join(',')})`)
    .sort(),
  points: dump(values.points, '--dump-probe-types'),
  variables: lists,
  implementations,
  calls: calls.map((name) => {
    const missing = implementations.filter((each) => !listOf.has(`${each}.${name}`));
    const variables = implementations.map((each) => listOf.get(`${each}.${name}`)).find((each) => each !== undefined);
    return [name, variables, ...missing.map((each) => implementations.indexOf(each))].join(' ');
  }),
  aliases: aliases.filter((name) => !isCall(name)).map((name) => `${name} ${listOf.get(name)}`),
};
const target = path.join(import.meta.dirname, '../server/data/systemtap/tapsets.json');
writeFileSync(target, `${JSON.stringify(result)}\n`);
console.log(
  `${functions.length} functions, ${result.macros.length} macros, ${aliases.length} aliases (${calls.length} calls), ${lists.length} lists of variables → ${target}`,
);

/** Our own front end, which reads the tapsets as it reads any script. */
async function bundleFrontEnd() {
  const outfile = path.join(tmpdir(), `cpython-probes-front-end-${process.pid}.mjs`);
  const entry = path.join(import.meta.dirname, '../server/src/languages/systemtap/index.ts');
  await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' });
  return import(pathToFileURL(outfile).href);
}

/** The tapsets' macros, and what handlers of aliases see: the names and types that the aliases' bodies give. */
function readTapsets(list) {
  const { parseStap, analyzeStap, macrosOf, prepareLibrary } = frontEnd;
  const text = (file) => readFileSync(path.join(values.tapsets, file), 'utf8');
  const parse = (file, role, macros) => parseStap(text(file), { role, uri: file, ...(macros ? { macros } : {}) });
  const macros = macrosOf(list.filter((file) => file.endsWith('.stpm')).map((file) => parse(file, 'macros')));
  const library = prepareLibrary(
    list.filter((file) => file.endsWith('.stp')).map((file) => parse(file, 'tapset', macros)),
  );
  const variablesOf = (names) => {
    const model = analyzeStap(parseStap(names.map((name) => `probe ${name} {}`).join('\n')), { library });
    return new Map(
      model.tree.declarations.map((declaration, i) => {
        const given = [...model.givenTo(declaration)].filter(([name]) => !name.startsWith('_')).sort();
        return [names[i], given.map(([name, type]) => [name, type === 'any' ? 'unknown' : type])];
      }),
    );
  };
  return { variablesOf, macros };
}

function isCall(name) {
  return implementations.includes(name.split('.')[0]);
}

function dump(file, option) {
  const text = file === undefined ? execFileSync('stap', [option], { encoding: 'utf8' }) : readFileSync(file, 'utf8');
  return text.split('\n').filter((line) => line !== '');
}

/** `user_string:string (addr:long, err_msg:string) /* unprivileged *\/` with types cut to a letter. */
function functionRecord(line) {
  const match = /^([^:]+):(\w+) \(([^)]*)\)(.*)$/.exec(line);
  if (!match) throw new Error(`not understood: ${line}`);
  const [, name, result, parameters, flags] = match;
  return {
    name,
    result: letter(result),
    parameters: parameters
      .split(', ')
      .filter((each) => each !== '')
      .map((each) => each.replace(/:(\w+)$/, (_, type) => `:${letter(type)}`))
      .join(','),
    flags: [...flags.matchAll(/\/\* (.+?) \*\//g)].map((each) => each[1]).join(','),
  };
}

function letter(type) {
  return { long: 'l', string: 's', unknown: '' }[type] ?? type;
}

/** The number of a list of variables: equal lists are kept once. */
function list(variables) {
  const text = [...variables].map(([name, type]) => `${name}:${letter(type)}`).join(',');
  const at = lists.indexOf(text);
  return at >= 0 ? at : lists.push(text) - 1;
}
