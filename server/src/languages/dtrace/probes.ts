// Probe descriptions: what is wrong with them by their form alone, and what they say about markers in programs. Whether a
// probe is there depends on the traced system; only what can't match on any is an error here.
import { dProviders, type Platform } from '../../catalogue/index.ts';
import type { ArgumentUse, ProbeReference } from '../model.ts';
import { complain, say, type Analyzer } from './analyzer.ts';
import type { Clause, ProbeDescription, ProbePart } from './syntax.ts';

const glob = /[*?[\]\\]/;
const units: Readonly<Record<string, number>> = {
  ns: 1, nsec: 1, us: 1e3, usec: 1e3, ms: 1e6, msec: 1e6, s: 1e9, sec: 1e9, m: 6e10, min: 6e10, h: 3.6e12, hour: 3.6e12,
  d: 8.64e13, day: 8.64e13,
}; // prettier-ignore

/** Checks every description of a clause. */
export function checkDescriptions(analyzer: Analyzer, clause: Clause): void {
  for (const description of clause.descriptions) checkDescription(analyzer, description);
}

function checkDescription(analyzer: Analyzer, node: ProbeDescription): void {
  if (node.overlong) {
    complain(analyzer, 'D_PDESC_INVAL', node, 'A description has four parts at most: provider:module:function:name.');
    return;
  }
  if (node.number !== undefined) {
    if (node.number > 0xffffffffn)
      complain(analyzer, 'D_PDESC_INVAL', node, 'There are no probe numbers beyond 32 bits.');
    return;
  }
  for (const part of [node.provider, node.module, node.function, node.name]) if (part) checkMacros(analyzer, part);
  if (analyzer.options.has('zdefs')) return;
  const text = (part: ProbePart | undefined): string => part?.text ?? '';
  const provider = text(node.provider);
  const name = text(node.name);
  if (/^pid(?:\d+|\$)/.test(provider)) checkPid(analyzer, node);
  else if (provider !== '' && !glob.test(provider)) checkProvider(analyzer, node, provider);
  if (provider === '' || provider === 'profile' || provider === 'dtrace')
    checkOwnProbes(analyzer, node, provider, name);
}

const knownMacros = /^(?:egid|euid|gid|pid|pgid|ppid|sid|target|uid|projid|taskid)$/;

function checkMacros(analyzer: Analyzer, part: ProbePart): void {
  const { arguments: given } = analyzer.environment;
  for (const [whole, name = ''] of part.text.matchAll(/\$\$?([a-zA-Z_]\w*|\d+)/g)) {
    const missing = /^\d/.test(name)
      ? given !== undefined && Number(name) >= given.length && !analyzer.options.has('defaultargs')
      : !knownMacros.test(name);
    if (missing) complain(analyzer, 'D_PDESC_INVAL', part, `${whole} isn't defined.`);
  }
}

const describedPlatforms: readonly Platform[] = ['linux', 'macos', 'freebsd', 'illumos'];

/** A provider's name that ends in no digit belongs to the system, so it is a known one. */
function checkProvider(analyzer: Analyzer, node: ProbeDescription, provider: string): void {
  const { platform } = analyzer.environment;
  const part = node.provider ?? node;
  const known = dProviders(platform).get(provider);
  if (!known && !/[\d$]/.test(provider.slice(-1)) && !provider.includes('$')) {
    const elsewhere = describedPlatforms.filter((each) => dProviders(each).has(provider));
    if (elsewhere.length > 0) {
      say(
        analyzer,
        'warning',
        'D_PDESC_ZERO',
        part,
        `There is no provider ${provider} on ${platform}; it exists on ${elsewhere.join(', ')}.`,
      );
    } else if (provider !== 'python') {
      complain(
        analyzer,
        'D_PDESC_ZERO',
        part,
        `There is no provider ${provider}; a provider in programs has the process id behind it: ${provider}$target.`,
      );
    }
    return;
  }
  if (provider === 'syscall') checkSyscall(analyzer, node);
  else if (provider === 'fbt' || provider === 'rawfbt') checkFunction(analyzer, node);
  else if (provider === 'cpc') checkCounter(analyzer, node);
}

function checkSyscall(analyzer: Analyzer, node: ProbeDescription): void {
  const { name, module } = node;
  if (name && name.text !== '' && !['entry', 'return'].some((each) => matches(name.text, each))) {
    complain(analyzer, 'D_PDESC_ZERO', name, `A system call has the probes entry and return, no ${name.text}.`);
  }
  if (analyzer.environment.platform === 'linux' && module && module.text !== '' && !matches(module.text, 'vmlinux')) {
    complain(analyzer, 'D_PDESC_ZERO', module, 'The module of system calls is vmlinux on Linux; leave it empty.');
  }
  const fn = node.function;
  const calls = analyzer.environment.kernel?.systemCalls;
  if (fn && calls && calls.size > 0 && !some(calls, fn.text)) {
    complain(analyzer, 'D_PDESC_ZERO', fn, `The kernel has no system call ${fn.text}.`);
  }
}

/** fbt and rawfbt have the kernel's functions; which ones is known where the kernel is. */
function checkFunction(analyzer: Analyzer, node: ProbeDescription): void {
  const { name, module } = node;
  const fn = node.function;
  const { kernel, platform } = analyzer.environment;
  if (
    name &&
    name.text !== '' &&
    !['entry', 'return'].some((each) => matches(name.text, each)) &&
    platform === 'linux'
  ) {
    complain(analyzer, 'D_PDESC_ZERO', name, `A function has the probes entry and return, no ${name.text}.`);
    return;
  }
  if (!kernel || !fn || fn.text === '' || (module && module.text !== '' && !matches(module.text, 'vmlinux'))) return;
  // The compiler makes variants of functions: name.isra.0.
  const bare = fn.text.replace(/\.(?:isra|constprop|part|cold)(?:\.\d+)?.*$/, '');
  const there = glob.test(bare) ? some(kernel.functionNames(), bare) : kernel.functionNamed(bare) !== undefined;
  if (there) return;
  // A loaded module may have it, where none is named.
  const severity = module && module.text !== '' ? 'error' : 'warning';
  say(analyzer, severity, 'D_PDESC_ZERO', fn, `The kernel has no function ${fn.text}.`);
}

function some(names: Iterable<string>, pattern: string): boolean {
  for (const name of names) if (matches(pattern, name)) return true;
  return false;
}

/** `cpc:::event-mode-count` */
function checkCounter(analyzer: Analyzer, node: ProbeDescription): void {
  const { name } = node;
  if (!name || name.text === '' || glob.test(name.text)) return;
  const count = /^[\w.-]+-(?:all|user|kernel)(?:-0x[\da-fA-F]+)?-(\d+)$/.exec(name.text)?.[1];
  if (count === undefined)
    complain(
      analyzer,
      'D_PDESC_ZERO',
      name,
      'The form is event-mode-count, the mode all, user or kernel: cpu_cycles-all-50000.',
    );
  else if (Number(count) < 5_000) complain(analyzer, 'D_PDESC_ZERO', name, 'Counters overflow at 5000 or more.');
}

/** BEGIN, END, ERROR, tick-n and profile-n have no module and no function. */
function checkOwnProbes(analyzer: Analyzer, node: ProbeDescription, provider: string, name: string): void {
  const named = node.name ?? node;
  const fromProfile = /^(?:profile|tick)-/.test(name);
  if (provider === 'profile' && name !== '' && !glob.test(name) && !fromProfile && !name.includes('$')) {
    complain(
      analyzer,
      'D_PDESC_ZERO',
      named,
      'The probes of profile are profile-RATE and tick-RATE: profile-997, tick-1s.',
    );
    return;
  }
  if (provider === 'dtrace' && name !== '' && !['BEGIN', 'END', 'ERROR'].some((each) => matches(name, each))) {
    complain(analyzer, 'D_PDESC_ZERO', named, 'The probes of dtrace are BEGIN, END and ERROR.');
    return;
  }
  const own = fromProfile || (provider === 'dtrace' && name !== '');
  const beside = [node.module, node.function].find(
    (part) => part !== undefined && part.text !== '' && !/^\*+$/.test(part.text),
  );
  if (own && beside) {
    const rate = rateProblem(name) === undefined && !glob.test(name);
    if (rate || provider !== '')
      complain(analyzer, 'D_PDESC_ZERO', beside, `${name} has no module and no function; write ${name} alone.`);
    return;
  }
  if (!fromProfile || glob.test(name) || name.includes('$')) return;
  const problem = rateProblem(name);
  if (problem !== undefined) complain(analyzer, 'D_PDESC_ZERO', named, problem);
}

function rateProblem(name: string): string | undefined {
  const [, digits, unit = ''] = /^(?:profile|tick)-(\d+)([a-z]*)$/.exec(name) ?? [];
  if (digits === undefined || (unit !== '' && unit !== 'hz' && units[unit] === undefined)) {
    return 'A rate is a number, in Hz without a unit: tick-1s, tick-100ms, profile-997.';
  }
  const number = Number(digits);
  if (number === 0) return 'A rate must be greater than 0.';
  const nanoseconds = unit === '' || unit === 'hz' ? 1e9 / number : number * (units[unit] ?? 1);
  return nanoseconds < 200_000 ? 'The shortest interval is 200 microseconds (5000 Hz).' : undefined;
}

/** The pid provider: entry, return, or an offset in hexadecimal. */
function checkPid(analyzer: Analyzer, node: ProbeDescription): void {
  const { provider, module, name } = node;
  const fn = node.function;
  const nameText = name?.text ?? '';
  if (provider && /^pid0+$/.test(provider.text)) {
    complain(analyzer, 'D_PROC_BADPID', provider, 'There is no process 0 to trace.');
    return;
  }
  const offset = /^[0-9a-fA-F]+$/.test(nameText);
  if (fn?.text === '-') {
    if (module && module.text !== '' && !matches(module.text, 'a.out')) {
      complain(analyzer, 'D_PROC_LIB', module, 'The function - stands for offsets in a.out only.');
    } else if (!offset)
      complain(
        analyzer,
        'D_PROC_NAME',
        name ?? node,
        'With the function - the name is an offset in hexadecimal: pid$target:a.out:-:4005d0.',
      );
    return;
  }
  if (
    nameText === '' ||
    glob.test(nameText) ||
    nameText.includes('$') ||
    offset ||
    nameText === 'entry' ||
    nameText === 'return'
  )
    return;
  complain(
    analyzer,
    'D_PROC_NAME',
    name ?? node,
    `A function has the probes entry, return and offsets in hexadecimal, no ${nameText}.`,
  );
}

/** Whether a pattern with `*`, `?` and `[…]` matches a text; a part that is empty matches everything. */
export function matches(pattern: string, text: string): boolean {
  if (pattern === '' || pattern === text) return true;
  if (!glob.test(pattern)) return false;
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    const char = pattern[p];
    const set = char === '[' ? /^\[([!^]?)([^\]]+)\]/.exec(pattern.slice(p)) : null;
    const one = set
      ? inSet(set[2] ?? '', text[t] ?? '') !== (set[1] !== '')
      : char === '?' || (char === '\\' ? pattern[p + 1] === text[t] : char === text[t]);
    if (char === '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.length && one) {
      p += set ? set[0].length : char === '\\' ? 2 : 1;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

function inSet(set: string, char: string): boolean {
  for (let i = 0; i < set.length; i++) {
    if (set[i + 1] === '-' && i + 2 < set.length) {
      if (char >= (set[i] ?? '') && char <= (set[i + 2] ?? '')) return true;
      i += 2;
    } else if (set[i] === char) return true;
  }
  return false;
}

/** Descriptions that name a marker in a program: a provider with a process behind it. */
export function probeReferences(analyzer: Analyzer, clause: Clause): ProbeReference[] {
  const references: ProbeReference[] = [];
  const system = dProviders(analyzer.environment.platform);
  let uses: ArgumentUse[] | undefined;
  for (const node of clause.descriptions) {
    const { provider, name } = node;
    const [, bareName = '', process = ''] = /^(.*?)(\$\$?\w+|\d*)$/.exec(provider?.text ?? '') ?? [];
    if (!provider || bareName === '' || bareName === 'pid') continue;
    const known = system.get(bareName);
    if (known && known.process !== true) continue;
    if (!known && process === '' && !glob.test(bareName)) continue;
    if (glob.test(bareName) && process === '' && !/^[a-z_]\w*\*$/i.test(bareName)) continue;
    uses ??= argumentUses(analyzer, clause);
    const end =
      provider.start +
      (provider.end - provider.start === provider.text.length ? bareName.length : provider.end - provider.start);
    references.push({
      text: node.text,
      span: { start: node.start, end: node.end },
      clause: { start: clause.start, end: clause.end },
      ...(clause.body && { handler: { start: clause.body.start, end: clause.body.end } }),
      provider: { text: bareName, span: { start: provider.start, end } },
      process: process === '' && bareName.endsWith('*') ? '*' : process,
      marker: {
        pattern: (name?.text ?? '*').replaceAll('-', '__') || '*',
        span: name ? { start: name.start, end: name.end } : { start: node.end, end: node.end },
      },
      optional: analyzer.options.has('zdefs') || glob.test(node.text),
      hasPredicate: clause.predicate !== undefined,
      arguments: uses,
    });
  }
  return references;
}

/** Uses of arg0 … arg9 and args[…] in a clause, in order. */
function argumentUses(analyzer: Analyzer, clause: Clause): ArgumentUse[] {
  const all = analyzer.argumentUses;
  if (!sorted.has(analyzer)) {
    all.sort((a, b) => a.span.start - b.span.start);
    sorted.add(analyzer);
  }
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.span.start ?? 0) < clause.start) low = middle + 1;
    else high = middle;
  }
  const uses: ArgumentUse[] = [];
  for (let each = all[low]; each && each.span.start < clause.end; each = all[++low]) uses.push(each);
  return uses;
}

const sorted = new WeakSet<Analyzer>();
