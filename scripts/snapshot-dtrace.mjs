// Reads the D libraries that DTrace brings (`/usr/lib/…/dtrace/6.10/*.d`) and writes what they declare, as facts
// without a comment: inlines, types and translators. `node scripts/snapshot-dtrace.mjs FOLDER VERSION` after a new
// release of DTrace; the result is server/data/dtrace/library.json.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [folder, version] = process.argv.slice(2);
if (folder === undefined || version === undefined) {
  console.error('usage: node scripts/snapshot-dtrace.mjs FOLDER VERSION');
  process.exit(2);
}

const inlines = [];
const types = [];
const translators = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith('.d')).sort()) {
  const text = readFileSync(path.join(folder, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/^\s*#.*$/gm, ' ');
  for (const declaration of topLevel(text)) read(declaration.replace(/\s+/g, ' ').trim(), file);
}
const result = {
  $schema: '../schemas/dtrace-library.schema.json',
  version,
  inlines,
  types,
  translators,
};
const target = path.join(import.meta.dirname, '../server/data/dtrace/library.json');
writeFileSync(target, `${JSON.stringify(result)}\n`);
console.log(`${inlines.length} inlines, ${types.length} types, ${translators.length} translators → ${target}`);

/** Pieces that end with a semicolon outside braces. */
function topLevel(text) {
  const pieces = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}') depth--;
    else if (text[i] === ';' && depth === 0) {
      pieces.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return pieces;
}

function read(text, file) {
  const inline = /^inline (.+?)(\w+)(?:\[([^\]]*)\])? = ([\s\S]+)$/.exec(text);
  if (inline) {
    const [, type, name, keys, value] = inline;
    const record = { name, type: type.trim(), file };
    if (keys !== undefined) record.keys = keys;
    if (/^[\s()|0-9a-fA-FxX<>+-]+$/.test(value)) record.value = number(value);
    inlines.push(record);
    return;
  }
  const translator = /^translator (.+?) < (.+?)(\w+) > \{(.*)\}$/.exec(text);
  if (translator) {
    const [, output, input, , body] = translator;
    const members = [...body.matchAll(/(?:^|;)\s*(\w+) =/g)].map((each) => each[1]);
    translators.push({ output, input: input.trim(), members, file });
    return;
  }
  const structure = /^(typedef )?(struct|union|enum) ?(\w*) ?\{(.*)\} ?(\w*)$/.exec(text);
  if (structure) {
    const [, , kind, tag, body, alias] = structure;
    const record = { kind, file };
    if (tag !== '') record.tag = tag;
    if (alias !== '') record.name = alias;
    record.members = kind === 'enum' ? body.split(',').map((each) => each.trim()) : fields(body);
    types.push(record);
    return;
  }
  const alias = /^typedef (.+?)(\w+)$/.exec(text);
  if (alias) types.push({ kind: 'typedef', name: alias[2], type: alias[1].trim(), file });
  else if (!/^(struct|union) \w+$/.test(text)) console.error(`${file}: not understood: ${text.slice(0, 80)}`);
}

/** `int a; char b[8]; struct x *c` as [type, name] pairs; arrays keep their dimension in the type. */
function fields(body) {
  return body
    .split(';')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .flatMap((each) => {
      const match = /^(.+?[\s*])(\w+)((?:\s*\[\w*\])*)(?:\s*:\s*(\d+))?$/.exec(each);
      if (!match) {
        console.error(`member not understood: ${each}`);
        return [];
      }
      return [[`${match[1].trim()}${match[3].replace(/\s/g, '')}${match[4] ? `:${match[4]}` : ''}`, match[2]]];
    });
}

/** Values are constants of C: octal, hexadecimal, sums of bits. */
function number(text) {
  const octal = text.replace(/\b0([0-7]+)\b/g, '0o$1');
  return Number(new Function(`return ${octal}`)());
}
