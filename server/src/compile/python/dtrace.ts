// D's own part of the emitted Python: runtime functions by name, built-in variables, and recording actions.
import type { Expression, IrAggregation, Statement } from '../ir.ts';
import { parseFormat, type Conversion } from '../format.ts';
import { expression, sizeOf } from './expressions.ts';
import type { StatementPlace } from './statements.ts';
import { names } from './names.ts';
import { bytesLiteral, utf8, type Lines } from './text.ts';

/** Built-in variables whose value the emitted code names directly. */
const contexts: Readonly<Record<string, string>> = {
  timestamp: 'now()',
  vtimestamp: 'thread_time()',
  walltimestamp: 'wall()',
  pid: 'rt.pid',
  tid: 'native_id()',
  ppid: 'getppid()',
  uid: 'getuid()',
  gid: 'getgid()',
  cpu: '0',
  errno: '0',
  execname: 'execname()',
  probeprov: 'P.provider',
  probemod: 'P.module',
  probefunc: 'P.function',
  probename: 'P.name',
  id: 'P.number',
  epid: 'P.number',
  caller: '0',
  ucaller: '0',
  stackdepth: 'depth()',
  ustackdepth: 'depth()',
  ipl: '0',
  curcpu: '0',
};

export function dtraceContext(name: string): string {
  return contexts[name] ?? `rt.context(${JSON.stringify(name)})`;
}

/** Calls are functions of the same name in the emitted program's prologue (see program.ts), with a leading `f_`. */
export function dtraceCall(name: string, args: readonly string[]): string {
  return `f_${name}(${args.join(', ')})`;
}

/** One recording or state-changing action. `R` holds what the clause has recorded so far. */
export function dtraceAction(s: Extract<Statement, { kind: 'action' }>, lines: Lines, place: StatementPlace): void {
  const args = s.arguments.map((each) => expression(each, place));
  const first = args[0] ?? '0';
  switch (s.name) {
    case 'printf':
      return lines.add(`R.append(${render(s.format ?? '', s.arguments, args)})`);
    case 'trace':
      return lines.add(trace(s.arguments[0], first));
    case 'printa':
      return printa(s, lines);
    case 'exit':
      lines.add('R.append(b"")');
      return lines.add(`rt.exit(${first})`);
    case 'clear':
    case 'trunc':
    case 'normalize':
    case 'denormalize': {
      const list = s.aggregations.map((each) => names.aggregation(each)).join(', ');
      return lines.add(`R.append(later_${s.name}(${[list, ...args].join(', ')}))`);
    }
    case 'speculate':
      return lines.add(`SP = ${first}`);
    case 'system':
      return lines.add(`f_system(P, R, ${render(s.format ?? '', s.arguments, args)})`);
    case 'stack':
    case 'ustack':
    case 'jstack':
      return lines.add(`R.append(frames(${args[0] ?? 'FRAMES'}))`);
    default:
      return lines.add(`f_${s.name}(${['P', 'R', ...args].join(', ')})`);
  }
}

function trace(value: Expression | undefined, source: string): string {
  if (value?.type.kind === 'string') return `R.append(trace_text(${source}))`;
  if (value?.type.kind === 'memory') return `R.append(trace_bytes(${source}, ${value.type.size}))`;
  const size = value === undefined ? 8 : sizeOf(value.type);
  return `R.append(trace(${source}, ${size}, ${value?.type.kind === 'int' && value.type.signed ? 'True' : 'False'}))`;
}

function printa(s: Extract<Statement, { kind: 'action' }>, lines: Lines): void {
  const list = `[${s.aggregations.map((each) => names.aggregation(each)).join(', ')}]`;
  if (s.format === undefined) return lines.add(`R.append(later_printa(${list}, None))`);
  lines.add(`R.append(later_printa(${list}, lambda k, v: ${renderAggregations(s.format, s.aggregations)}))`);
}

/** A printf as a bytes expression: Python's `%` where it means the same as C's, the runtime's functions elsewhere. */
function render(format: string, values: readonly Expression[], sources: readonly string[]): string {
  let template = '';
  const parts: string[] = [];
  let at = 0;
  for (const piece of parseFormat(format)) {
    if (piece.kind === 'literal') {
      template += piece.text.replaceAll('%', '%%');
      continue;
    }
    if (piece.width === '*') parts.push(sources[at++] ?? '0');
    if (piece.precision === '*') parts.push(sources[at++] ?? '0');
    const value = values[at];
    const [spec, source] = conversion(piece, value, sources[at] ?? '0');
    at++;
    template += spec;
    parts.push(source);
  }
  const literal = bytesLiteral(utf8(template));
  return parts.length === 0
    ? bytesLiteral(utf8(template.replaceAll('%%', '%')))
    : `${literal} % (${parts.join(', ')},)`;
}

/** Python's conversion and the source of its value. */
export function conversion(c: Conversion, value: Expression | undefined, source: string): readonly [string, string] {
  const size = value === undefined ? 8 : sizeOf(value.type);
  const signed = value?.type.kind === 'int' && value.type.signed;
  return convert(c, { text: value?.type.kind === 'string', size, signed }, source);
}

interface Kind {
  readonly text: boolean;
  readonly size: number;
  readonly signed: boolean;
}

function convert(c: Conversion, kind: Kind, source: string): readonly [string, string] {
  const width = c.width === undefined ? '' : String(c.width);
  const precision = c.precision === undefined ? '' : `.${String(c.precision)}`;
  const flags = c.flags.replace(/['@?]/g, '');
  const spec = (letter: string): string => `%${flags}${width}${precision}${letter}`;
  const unsigned = kind.signed ? `(${source} & ${mask(kind.size)})` : source;
  switch (c.letter) {
    case 'd':
    case 'i':
      return [spec('d'), source];
    case 'u':
      return [spec('d'), unsigned];
    case 'x':
    case 'X':
      return [spec(c.letter), unsigned];
    case 'o':
      return flags.includes('#') ? [spec('s'), `octal(${unsigned})`] : [spec('o'), unsigned];
    case 'c':
      return [spec('c'), `(${source} & 255)`];
    case 's':
      return [spec('s'), kind.text ? source : `b"%d" % ${source}`];
    case 'S':
      return [spec('s'), `escaped(${source})`];
    case 'p':
      return [spec('x'), unsigned];
    default:
      return [spec('s'), `special(${JSON.stringify(c.letter)}, ${source})`];
  }
}

function mask(size: number): string {
  return `0x${'f'.repeat(size * 2)}`;
}

/** A printa format: keys in order for plain conversions, the aggregations' values in order for those with `@`. */
function renderAggregations(format: string, aggregations: readonly IrAggregation[]): string {
  let template = '';
  const parts: string[] = [];
  let keyAt = 0;
  let valueAt = 0;
  for (const piece of parseFormat(format)) {
    if (piece.kind === 'literal') {
      template += piece.text.replaceAll('%', '%%');
      continue;
    }
    if (piece.flags.includes('@')) {
      const at = Math.min(valueAt++, aggregations.length - 1);
      const into = aggregations[at];
      if (into === undefined) continue;
      const name = names.aggregation(into);
      const histogram = into.function.endsWith('quantize');
      const [spec, source] = histogram
        ? ['%s', `histogram(${name}, v[${at}])`]
        : convert(piece, { text: false, size: 8, signed: true }, `number(${name}, v[${at}])`);
      template += spec;
      parts.push(source);
      continue;
    }
    const type = aggregations[0]?.keys[keyAt];
    const kind = {
      text: type?.kind === 'string',
      size: type === undefined ? 8 : sizeOf(type),
      signed: type?.kind === 'int' && type.signed,
    };
    const [spec, source] = convert(piece, kind, `k[${keyAt}]`);
    keyAt++;
    template += spec;
    parts.push(source);
  }
  return `${bytesLiteral(utf8(template))} % (${parts.join(', ')}${parts.length > 0 ? ',' : ''})`;
}
