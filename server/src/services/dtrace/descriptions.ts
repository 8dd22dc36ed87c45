// Completion of probe descriptions, part by part: markers that the selected interpreter has before those that only
// other versions have, whole clauses where nothing is typed yet, and the words that begin a declaration.
import { cpythonProbes, dProviders, presence, type DProvider } from '../../catalogue/index.ts';
import { argumentsOf, isThere, selected, spelled } from '../cpython.ts';
import type { ServiceContext } from '../language.ts';
import { Kind, type Offer } from '../offers.ts';
import type { Place } from './place.ts';
import type { DScript } from './script.ts';
import { providerName, type Subject } from './subjects.ts';

type Description = Place & { kind: 'description' };

export function descriptions(script: DScript, place: Description, context: ServiceContext): readonly Offer<Subject>[] {
  const provider = place.before.split(':')[0] ?? '';
  const name = providerName(provider);
  switch (place.part) {
    case 'provider':
      return begins(script, place, context);
    case 'module':
      return [...wholes(name, '::', place, context), ...modules(name, context)];
    case 'function':
      return [...wholes(name, ':', place, context), ...functions(name)];
    case 'name':
      return names(name, context);
  }
}

/** Markers with how they are in the selected interpreter, as names of a probe. */
function markers(context: ServiceContext): readonly {
  readonly name: string;
  readonly rank: number;
  readonly note: string;
  readonly documented: string;
  readonly passed: string;
}[] {
  return cpythonProbes.map((probe) => {
    const there = isThere(probe.name, context);
    const never = probe.present.length === 0;
    const passed = argumentsOf(probe, context)
      .map((argument) => argument.name)
      .join(', ');
    const absent = there === false && selected(context) ? 'not in the selected interpreter' : '';
    const note = never ? 'never fires' : absent === '' ? presence(probe) : absent;
    return {
      name: spelled(probe.name, 'dtrace'),
      rank: never ? 8 : there === false ? 4 : 0,
      note,
      documented: probe.name,
      passed,
    };
  });
}

function names(provider: string, context: ServiceContext): readonly Offer<Subject>[] {
  if (provider === 'python' || provider === '') {
    const own = markers(context).map(({ name, rank, note, passed }): Offer<Subject> => ({
      label: name,
      kind: Kind.event,
      rank,
      signature: `(${passed})`,
      note,
      ...(rank === 8 ? { deprecated: true } : {}),
      subject: { kind: 'probe', provider: 'python', name },
    }));
    if (provider === 'python') return own;
    return [
      ...own,
      ...['BEGIN', 'END', 'ERROR', 'entry', 'return'].map((label): Offer<Subject> => ({
        label,
        kind: Kind.event,
        rank: 5,
      })),
    ];
  }
  return [...timers(provider), ...probesOf(dProviders(context.platform).get(provider))];
}

function probesOf(provider: DProvider | undefined): readonly Offer<Subject>[] {
  return (provider?.probes ?? []).map(({ name, arguments: passed }) => ({
    label: name,
    kind: Kind.event,
    rank: 0,
    ...(passed === undefined ? {} : { signature: `(${passed.join(', ')})` }),
    subject: { kind: 'probe', provider: provider?.name ?? '', name },
  }));
}

function timers(provider: string): readonly Offer<Subject>[] {
  if (provider !== 'profile') return [];
  return [
    ['tick-', 'tick-${1:1}${2|s,ms,us,m,hz|}', 'at an interval, on one CPU'],
    ['profile-', 'profile-${1:997}', 'samples, on every CPU'],
  ].map(([label = '', insert = '', note = '']) => ({
    label,
    kind: Kind.event,
    rank: 0,
    insert,
    note,
    subject: { kind: 'probe', provider: 'profile', name: `${label}1s` },
  }));
}

/** The rest of a description from an inner part on: `::function-entry`. */
function wholes(
  provider: string,
  colons: string,
  place: Description,
  context: ServiceContext,
): readonly Offer<Subject>[] {
  if (provider === 'python') {
    return markers(context)
      .filter(({ rank }) => rank < 8)
      .map(({ name, rank, note, passed }) => ({
        label: `${colons}${name}`,
        kind: Kind.event,
        rank: rank + 1,
        filter: `${colons}${name} ${name}`,
        signature: `(${passed})`,
        note,
        span: { start: place.span.start, end: place.rest.end },
        subject: { kind: 'probe', provider: 'python', name },
      }));
  }
  if (provider === 'pid' || provider === 'fbt') return [];
  const skip =
    provider === 'syscall' && colons === ':' ? [] : (dProviders(context.platform).get(provider)?.probes ?? []);
  const own = skip.map(({ name }): Offer<Subject> => ({
    label: `${colons}${name}`,
    kind: Kind.event,
    rank: 1,
    span: { start: place.span.start, end: place.rest.end },
    subject: { kind: 'probe', provider, name },
  }));
  const timed = timers(provider).map((offer) => ({
    ...offer,
    label: `${colons}${offer.label}`,
    insert: `${colons}${offer.insert ?? ''}`,
  }));
  return [...timed, ...own];
}

function modules(provider: string, context: ServiceContext): readonly Offer<Subject>[] {
  if (provider === 'python') {
    const files = context.interpreters
      .flatMap(({ path, library }) => [library ?? path])
      .map((path) => path.split('/').at(-1) ?? path);
    return [...new Set(files)].map((label) => ({
      label,
      kind: Kind.module,
      rank: 2,
      note: 'the file with the marker',
    }));
  }
  if (provider === 'pid') {
    const libraries = context.interpreters.flatMap(({ library }) =>
      library === undefined ? [] : [library.split('/').at(-1) ?? library],
    );
    return [...new Set(['a.out', 'libc.so.*', 'libpython3*', ...libraries])].map((label) => ({
      label,
      kind: Kind.module,
      rank: 0,
    }));
  }
  return provider === 'syscall' || provider === 'fbt'
    ? [{ label: context.platform === 'macos' ? 'mach_kernel' : 'vmlinux', kind: Kind.module, rank: 0 }]
    : [];
}

const calls = [
  'read',
  'write',
  'open',
  'openat',
  'close',
  'stat',
  'fstat',
  'mmap',
  'munmap',
  'execve',
  'clone',
  'fork',
  'exit',
  'exit_group',
  'futex',
  'poll',
  'ppoll',
  'select',
  'epoll_wait',
  'connect',
  'accept',
  'sendto',
  'recvfrom',
  'socket',
  'ioctl',
  'fsync',
  'unlink',
  'rename',
  'kill',
  'nanosleep',
  'wait4',
];
const internals = [
  '_PyEval_EvalFrameDefault',
  'PyObject_Malloc',
  'PyEval_EvalCode',
  'PyImport_ImportModule',
  'PyErr_SetObject',
  'take_gil',
  'drop_gil',
  'malloc',
  'free',
];

function functions(provider: string): readonly Offer<Subject>[] {
  const list = provider === 'syscall' ? calls : provider === 'pid' ? internals : [];
  return list.map((label) => ({ label, kind: Kind.function, rank: 2 }));
}

/** Where nothing with a colon is typed yet: providers, whole clauses, declarations. */
function begins(script: DScript, place: Description, context: ServiceContext): readonly Offer<Subject>[] {
  const open = isFollowedByBody(script.tree.text, place.rest.end);
  const body = open ? '' : '\n{\n\t$0\n}';
  const span = { start: place.span.start, end: place.rest.end };
  const hasColons = place.rest.end > place.span.end;
  const clauses = markers(context)
    .filter(({ rank }) => rank < 8)
    .map(({ name, rank, note, passed }): Offer<Subject> => ({
      label: `python$target:::${name}`,
      kind: Kind.event,
      rank: rank === 0 ? 0 : 4,
      signature: `(${passed})`,
      note,
      filter: `python$target:::${name} ${name}`,
      insert: `python\\$target:::${name}${name === 'line' && !open ? '\n/basename(copyinstr(arg0)) == "${1:program.py}"/' : ''}${body}`,
      span,
      subject: { kind: 'probe', provider: 'python', name },
    }));
  const special = [
    ['BEGIN', 'once, before every other probe'],
    ['END', 'once, when tracing ends'],
    ['ERROR', 'when a clause fails'],
  ].map(([label = '', note = '']): Offer<Subject> => ({
    label,
    kind: Kind.event,
    rank: 1,
    note,
    insert: `dtrace:::${label}${body}`,
    span,
    subject: { kind: 'probe', provider: 'dtrace', name: label },
  }));
  const ticks = [
    ['tick', 'profile:::tick-${1:1}${2|s,ms,us,m,hz|}', 'at an interval, on one CPU'],
    ['profile', 'profile:::profile-${1:997}', 'samples, on every CPU'],
  ].map(([label = '', insert = '', note = '']): Offer<Subject> => ({
    label,
    kind: Kind.event,
    rank: 1,
    note,
    insert: `${insert}${body}`,
    span,
    subject: { kind: 'probe', provider: 'profile', name: `${label}-1s` },
  }));
  const providers = [...dProviders(context.platform).values()].map(({ name, process }): Offer<Subject> => ({
    label: process ? `${name}$target` : name,
    kind: Kind.module,
    rank: 2,
    note: 'provider',
    insert: hasColons ? (process ? `${name}\\$target` : name) : `${process ? `${name}\\$target` : name}:$0`,
    subject: { kind: 'provider', name },
  }));
  return [
    ...clauses,
    ...special,
    ...(hasColons ? [] : ticks),
    ...providers,
    ...(place.before === '' && !hasColons ? declarations : []),
  ];
}

const declarations: readonly Offer<Subject>[] = [
  ['inline', 'inline ${1:int} ${2:name} = ${3:0};$0', 'a named constant'],
  ['struct', 'struct ${1:name} {\n\t${2:int} ${3:member};\n};$0', 'a structure'],
  ['typedef', 'typedef ${1:int} ${2:name};$0', 'a name for a type'],
  ['enum', 'enum ${1:name} {\n\t${2:FIRST}\n};$0', 'an enumeration'],
  [
    'translator',
    'translator ${1:output_t} < ${2:input_t} *${3:in} > {\n\t${4:member} = ${3:in}->${5:member};\n};$0',
    'a translator',
  ],
  ['self', 'self ${1:int} ${2:name};$0', 'declares a thread-local variable'],
  ['this', 'this ${1:int} ${2:name};$0', 'declares a clause-local variable'],
  ['int', 'int ${1:name};$0', 'declares a global variable'],
  ['string', 'string ${1:name};$0', 'declares a global variable'],
  ['uint64_t', 'uint64_t ${1:name};$0', 'declares a global variable'],
].map(([label = '', insert = '', note = '']) => ({
  label,
  kind: Kind.keyword,
  rank: 5,
  insert,
  note,
  subject: { kind: label === 'int' || label === 'uint64_t' ? 'type' : 'keyword', name: label },
}));

function isFollowedByBody(text: string, end: number): boolean {
  return /^[\s]*(?:\{|\/(?![/*])|,)/.test(text.slice(end, end + 400));
}
