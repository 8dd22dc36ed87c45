// What of a predicate is decided once for each code object: the conditions that are made of the file, the function and
// constants alone. Code in which they can't hold is then not watched at all, instead of being tested at every event.
import { isBound } from '../bound.ts';
import type { Expression } from '../ir.ts';

/** Splits `a && b && c` into what is constant for a code object and what is not. */
export function splitPredicate(predicate: Expression | undefined): {
  readonly filter?: Expression;
  readonly rest?: Expression;
} {
  if (predicate === undefined) return {};
  const parts = conjuncts(predicate);
  const constant = parts.filter((each) => isBound(each));
  const others = parts.filter((each) => !isBound(each));
  const filter = together(constant);
  const rest = together(others);
  return { ...(filter && { filter }), ...(rest && { rest }) };
}

function conjuncts(e: Expression): Expression[] {
  return e.kind === 'binary' && e.operator === 'and' ? [...conjuncts(e.left), ...conjuncts(e.right)] : [e];
}

function together(parts: readonly Expression[]): Expression | undefined {
  return parts.reduce<Expression | undefined>(
    (all, each) =>
      all === undefined
        ? each
        : { kind: 'binary', operator: 'and', left: all, right: each, type: each.type, span: all.span },
    undefined,
  );
}
