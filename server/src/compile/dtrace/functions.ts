// D's subroutines in expressions: functions of the runtime, with their arguments in the types that their prototypes have.
import type { Operand } from '../../languages/dtrace/analyzer.ts';
import type * as D from '../../languages/dtrace/syntax.ts';
import type { Expression, IrType } from '../ir.ts';
import { irType, refuse, s64, u64, type Lowering } from './context.ts';
import { asString, cast, integer, lower, stringArgument } from './expressions.ts';

/** The types of the arguments and of the result: `s` a string, `p` an address, `n` a 64-bit number. */
const subroutines: Readonly<Record<string, string>> = {
  alloca: 'n', basename: 's', bcopy: 'ppn', cleanpath: 's', copyin: 'pn', copyinstr: 'pn', copyinto: 'pnp', dirname: 's',
  getmajor: 'n', getminor: 'n', htonl: 'n', htonll: 'n', htons: 'n', index: 'ssn', inet_ntoa: 'p', inet_ntoa6: 'p',
  inet_ntop: 'np', link_ntop: 'np', lltostr: 'nn', ntohl: 'n', ntohll: 'n', ntohs: 'n', progenyof: 'n', rand: '',
  rindex: 'ssn', speculation: '', strchr: 'sn', strjoin: 'ss', strlen: 's', strrchr: 'sn', strstr: 'ss', strtok: 'ss',
  strtoll: 'sn', substr: 'snn', toupper: 's', tolower: 's', msgsize: 'p', mutex_owned: 'p', d_path: 'p',
}; // prettier-ignore

/** Subroutines that look into the kernel. */
const kernel = new Set(['msgsize', 'msgdsize', 'mutex_owned', 'mutex_owner', 'mutex_type_adaptive', 'mutex_type_spin',
  'rw_read_held', 'rw_write_held', 'rw_iswriter', 'd_path', 'ddi_pathname', 'sx_exclusive_held', 'link_ntop']); // prettier-ignore

export function lowerCall(lowering: Lowering, node: D.Call, operand: Operand | undefined): Expression {
  const name = node.callee.kind === 'identifier' ? node.callee.name : '';
  const wanted = subroutines[name];
  if (wanted === undefined || kernel.has(name)) {
    const what = kernel.has(name) ? `${name}() looks into the kernel` : `${name}() has no form in an expression here`;
    refuse(
      lowering,
      node,
      'needs-dtrace',
      `The embedded engine can't do this: ${what}.`,
      'Run the script with --backend=dtrace.',
    );
    return integer(0n, s64, node);
  }
  const [only] = node.arguments;
  if (name === 'copyinstr' && only !== undefined && node.arguments.length === 1) {
    const known = stringArgument(lowering, only);
    if (known) return known;
  }
  const args = node.arguments.map((each, at) => argument(lowering, each, wanted[at] ?? 'n'));
  return { kind: 'call', name, arguments: args, type: resultType(operand), span: node };
}

function argument(lowering: Lowering, node: D.Expression, wanted: string): Expression {
  const value = lower(lowering, node);
  if (wanted === 's') return asString(value, node);
  if (wanted === 'n') return cast(s64, value);
  if (value.type.kind === 'string')
    return { kind: 'call', name: 'address_of_text', arguments: [value], type: u64, span: node };
  return { ...value, type: u64 };
}

function resultType(operand: Operand | undefined): IrType {
  const type = irType(operand?.type);
  return type.kind === 'void' ? s64 : type;
}
