// The catalogue against what it describes: D's names, signatures, options and conversions against the compiler of DTrace
// itself (in the Debian sid), and our reader of markers against readelf on every interpreter at hand.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bytesSource } from '../../server/src/catalogue/notes/bytes.ts';
import { readBinary } from '../../server/src/catalogue/notes/binary.ts';
import { dConversions, dFunctions, dOptions, dVariables, type DFunction } from '../../server/src/catalogue/index.ts';

const sid = process.env.SID_ROOT ?? path.join(os.homedir(), '.cache/cpython-probes/sid');
let passed = 0;
let failed = 0;

function check(what: string, good: boolean, detail = ''): void {
  if (good) passed++;
  else {
    failed++;
    console.log(`FAILED ${what}${detail === '' ? '' : `: ${detail}`}`);
  }
}

interface Question {
  readonly name: string;
  readonly program: string;
  /** What the compiler must say; undefined: that it is right. */
  readonly refusal?: RegExp;
}

const sample: Readonly<Record<string, string>> = {
  '@': '1',
  'const char *': '"x"',
  string: '"x"',
  'char *': '(char *)alloca(8)',
  'void *': 'alloca(8)',
  char: "'a'",
  uintptr_t: '(uintptr_t)curthread',
};

/** A call with as few arguments as are needed, of the kinds that the prototype names. */
function callOf(each: DFunction): string {
  if (each.checks === 'aggregation' || each.checks === 'printa') {
    const more = each.parameters.slice(1, each.minimum).map(() => '2');
    return `@a = count(); ${each.name}(${['@a', ...more].join(', ')});`;
  }
  if (each.checks === 'format') return `${each.name}("x");`;
  if (each.name === 'lquantize') return '@ = lquantize(1, 0, 10, 1);';
  if (each.name === 'llquantize') return '@ = llquantize(1, 10, 0, 6, 20);';
  if (each.name === 'print') return 'print(curthread);';
  if (each.name === 'setopt') return 'setopt("quiet");';
  if (each.name === 'return') return 'return(1);';
  const values = each.parameters
    .slice(0, each.minimum)
    .map(({ type }) => sample[type] ?? (type.endsWith('*') ? `(${type.replace(/\w+`/, '')})curthread` : '1'));
  const call = `${each.name}(${values.join(', ')});`;
  return each.kind === 'aggregation' ? `@ = ${call}` : call;
}

function questions(): Question[] {
  const list: Question[] = [];
  for (const each of dVariables('linux').values()) {
    if (each.kind !== 'scalar') continue;
    const refusal = each.unimplemented === undefined ? {} : { refusal: /not implemented/ };
    list.push({ name: `variable ${each.name}`, program: `BEGIN { this->x = ${each.name}; }`, ...refusal });
  }
  for (const each of dFunctions('linux').values()) {
    // Their arguments are structures that this kernel may lack.
    if (/^(?:msgd?size|mutex_|rw_|inet_ntoa|d_path)/.test(each.name)) continue;
    const probe = each.name === 'return' ? 'fbt::__x64_sys_getpid:entry' : 'BEGIN';
    const refusal = each.unimplemented === undefined ? {} : { refusal: /not implemented|unimplemented/ };
    list.push({ name: `function ${each.name}`, program: `${probe} { ${callOf(each)} }`, ...refusal });
    if (
      each.checks === undefined &&
      each.maximum !== undefined &&
      each.unimplemented === undefined &&
      each.name !== 'return'
    ) {
      const many = Array.from({ length: each.maximum + 1 }, () => '1').join(', ');
      const call = `${each.kind === 'aggregation' ? '@ = ' : ''}${each.name}(${many});`;
      list.push({
        name: `${each.name} with ${each.maximum + 1} arguments`,
        program: `BEGIN { ${call} }`,
        refusal: /PROTO_LEN|prototype mismatch|PROTO/,
      });
    }
  }
  const here = dFunctions('linux');
  for (const each of dFunctions('illumos').values()) {
    if (!here.has(each.name))
      list.push({ name: `${each.name} is not there`, program: `BEGIN { ${callOf(each)} }`, refusal: /./ });
  }
  for (const each of dOptions('linux').values()) {
    // Options that change the compiler itself would change the answers that follow, or want files that are not there.
    if (each.when === 'compile' || /^(?:grabanon|cpu|lockmem)$/.test(each.name)) continue;
    const value = {
      flag: '',
      integer: '=2',
      size: '=64k',
      rate: '=10hz',
      string: '=x',
      choice: `=${each.values?.[0] ?? ''}`,
    }[each.value];
    list.push({ name: `option ${each.name}`, program: `#pragma D option ${each.name}${value}\nBEGIN { exit(0); }` });
  }
  list.push({
    name: 'option nonsense',
    program: '#pragma D option nonsense\nBEGIN { exit(0); }',
    refusal: /nonsense|option/,
  });
  const value: Readonly<Record<string, string>> = {
    s: '"x"', S: '"x"', k: 'stack()', '%': '', Y: 'walltimestamp', T: 'walltimestamp',
  }; // prettier-ignore
  for (const each of dConversions('linux').values()) {
    if (/^[@A]$/.test(each.name) || /float|double|wchar_t/.test(each.accepts)) continue;
    const given =
      value[each.name] ?? (/^(?:unsigned )?(?:short|long|long long)$/.test(each.accepts) ? `(${each.accepts})1` : '1');
    list.push({
      name: `conversion %${each.name}`,
      program: `BEGIN { printf("%${each.name}"${given === '' ? '' : `, ${given}`}); }`,
    });
  }
  return list;
}

/** The compiler's answers by name, or a sentence why there are none. */
function ask(list: readonly Question[]): ReadonlyMap<string, string | null> | string {
  if (!existsSync(path.join(sid, 'usr/sbin/dtrace'))) return 'there is no Debian sid with DTrace';
  if (process.getuid?.() !== 0) return 'DTrace needs root';
  const libraries = path.join(sid, 'usr/lib/x86_64-linux-gnu/dtrace');
  if (!existsSync(libraries)) return 'there are no D libraries for this machine in the Debian sid';
  const place = `/tmp/catalogue-${process.pid}`;
  const copy = path.join(sid, place);
  try {
    // This kernel may lack the symbols that io.d wants; nothing here needs it.
    cpSync(libraries, copy, {
      recursive: true,
      filter: (file) => !/testsuite|(^|\/)io\.d$/.test(file.slice(libraries.length)),
    });
    copyFileSync(path.join(process.cwd(), 'test/tracers/dtrace_oracle.py'), path.join(copy, 'oracle.py'));
    const inside = `mount -t proc proc "$1/proc" && mount --rbind /sys "$1/sys" && mount --rbind /dev "$1/dev" && exec chroot "$1" python3.13 "$2/oracle.py" --syslibdir "$2"`;
    const done = spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', inside, 'sh', sid, place], {
      input: list.map(({ name, program }) => JSON.stringify([name, program])).join('\n'),
      encoding: 'utf8',
      timeout: 300_000,
    });
    if (done.status !== 0) return `the compiler did not answer: ${done.stderr.trim().split('\n').at(-1) ?? ''}`;
    return new Map(
      done.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as [string, string | null]),
    );
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function checkD(): void {
  const list = questions();
  const answers = ask(list);
  if (typeof answers === 'string') {
    console.log(`not checked: D's facts, because ${answers}`);
    return;
  }
  for (const { name, program, refusal } of list) {
    const answer = answers.get(name) ?? null;
    const good = refusal === undefined ? answer === null : answer !== null && refusal.test(answer);
    check(name, good, `${program.replaceAll('\n', ' ')} → ${answer ?? 'accepted'}`);
  }
}

function checkMarkers(): void {
  if (spawnSync('readelf', ['--version']).status !== 0) {
    console.log('not checked: markers, because readelf is not installed');
    return;
  }
  const folders = ['/usr/bin', path.join(sid, 'usr/bin'), path.join(sid, 'usr/lib/x86_64-linux-gnu')];
  const files = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /^(?:lib)?python3\.\d+(?:\.so[\d.]*)?$/.test(name))
        .map((name) => path.join(folder, name)),
    );
  for (const file of files) {
    const notes = spawnSync('readelf', ['-nW', file], { encoding: 'utf8', maxBuffer: 1 << 26 }).stdout;
    const theirs = [
      ...notes.matchAll(/Provider: (\S+)\s+Name: (\S+)\s+Location: \S+ Base: \S+ Semaphore: (\S+)\s+Arguments: ?(.*)/g),
    ];
    const counts = new Map<string, number>();
    for (const [, provider, name] of theirs)
      counts.set(`${provider}:${name}`, (counts.get(`${provider}:${name}`) ?? 0) + 1);
    const ours = readBinary(bytesSource(readFileSync(file))).markers;
    const same =
      ours.length === counts.size && ours.every((each) => counts.get(`${each.provider}:${each.name}`) === each.places);
    check(`markers of ${file}`, same, `${ours.length} of ${counts.size}`);
    for (const marker of ours) {
      const [, , , semaphore, list = ''] = theirs.find(([, , name]) => name === marker.name) ?? [];
      const text = marker.arguments
        .map(({ size, signed, operand }) => `${signed ? '-' : ''}${size ?? ''}@${operand}`)
        .join(' ');
      check(
        `${marker.name} of ${file}`,
        text === list.trim() && marker.semaphore === (Number(semaphore) !== 0),
        `${text} ≠ ${list}`,
      );
    }
  }
}

checkD();
checkMarkers();
console.log(`${passed} passed, ${failed} failed`);
