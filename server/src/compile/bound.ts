// Expressions that have one value for a code object: made of its file, its name and constants, and without faults.
import type { Expression } from './ir.ts';

const constantContexts = new Set(['probeprov', 'probemod', 'probefunc', 'probename', 'pid', '$target', 'id', 'epid']);
const pureCalls = new Set(['basename', 'dirname', 'cleanpath', 'strlen', 'strjoin', 'strchr', 'strrchr', 'strstr',
  'index', 'rindex', 'substr', 'toupper', 'tolower', 'is_null']); // prettier-ignore

/** Whether an expression has one value for a code object, and can't fault. */
export function isBound(e: Expression): boolean {
  switch (e.kind) {
    case 'integer':
    case 'text':
      return true;
    case 'argument':
      return e.as === 'string';
    case 'context':
      return constantContexts.has(e.name);
    case 'binary':
      return e.operator !== '/' && e.operator !== '%' && isBound(e.left) && isBound(e.right);
    case 'unary':
    case 'cast':
      return isBound(e.operand);
    case 'conditional':
      return isBound(e.test) && isBound(e.then) && isBound(e.otherwise);
    case 'call':
      return pureCalls.has(e.name) && e.arguments.every(isBound);
    default:
      return false;
  }
}
