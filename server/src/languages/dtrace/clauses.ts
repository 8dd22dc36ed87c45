// Clauses: their statements in the order in which the compiler takes them, the predicate, and what may follow what around
// speculations.
import { checkAction, checkAggregated } from './calls.ts';
import { complain, F, say, type Analyzer, type Operand } from './analyzer.ts';
import { cook, reads } from './expressions.ts';
import { checkDescriptions } from './probes.ts';
import type { Clause, Expression, Statement } from './syntax.ts';
import { isScalar, isString, isUnknown, renderType } from './types.ts';
import { childrenOf } from './walk.ts';

/** What a clause did so far, as far as it forbids what follows. */
interface Progress {
  committed: boolean;
  speculating: boolean;
  recorded: boolean;
}

export function analyzeClause(analyzer: Analyzer, clause: Clause): void {
  analyzer.clause = clause;
  checkDescriptions(analyzer, clause);
  const { predicate, body } = clause;
  // The body comes first: it may assign what the predicate reads. If the predicate assigns, it must come first.
  const first = predicate !== undefined && assigns(predicate.expression);
  if (first) analyzePredicate(analyzer, predicate.expression);
  if (body) {
    const progress: Progress = { committed: false, speculating: false, recorded: false };
    for (const statement of body.statements) analyzeStatement(analyzer, statement, progress);
  }
  if (predicate && !first) analyzePredicate(analyzer, predicate.expression);
  analyzer.clause = undefined;
}

/** Whether an expression makes variables: it assigns a name, or steps it. */
function assigns(node: Expression): boolean {
  if (node.kind === 'assignment' || node.kind === 'postfix') return true;
  if (node.kind === 'unary' && (node.operator === '++' || node.operator === '--')) return true;
  return childrenOf(node).some((child) => 'id' in child && assigns(child));
}

function analyzePredicate(analyzer: Analyzer, node: Expression): void {
  if (node.kind === 'missing') return;
  const { type } = cook(analyzer, node, reads);
  if (isUnknown(type) || isScalar(type)) return;
  const hint = isString(type) ? ' Compare it: / … != "" /.' : '';
  complain(
    analyzer,
    'D_PRED_SCALAR',
    node,
    `A predicate must be a number or a pointer; this is ${renderType(type)}.${hint}`,
  );
}

function analyzeStatement(analyzer: Analyzer, node: Statement, progress: Progress): void {
  switch (node.kind) {
    case 'emptyStatement':
      return;
    case 'block':
      for (const statement of node.statements) analyzeStatement(analyzer, statement, progress);
      return;
    case 'if': {
      const supported = analyzer.environment.platform === 'illumos' || analyzer.environment.platform === 'freebsd';
      if (!supported)
        complain(
          analyzer,
          'D_SYNTAX',
          node.keyword,
          `D has no if on ${analyzer.environment.platform}; use predicates, or ?: in expressions.`,
        );
      analyzePredicate(analyzer, node.condition);
      // What one branch does doesn't come before the other.
      const before = { ...progress };
      analyzeStatement(analyzer, node.then, before);
      if (node.else) analyzeStatement(analyzer, node.else, { ...progress });
      return;
    }
    case 'expressionStatement':
      analyzeExpressionStatement(analyzer, node.expression, progress);
  }
}

function forgetDestructive(analyzer: Analyzer): void {
  analyzer.destructive = false;
}

function plain(node: Expression): Expression {
  return node.kind === 'parenthesized' ? plain(node.expression) : node;
}

function analyzeExpressionStatement(analyzer: Analyzer, expression: Expression, progress: Progress): void {
  const before = analyzer.diagnostics.length;
  forgetDestructive(analyzer);
  const operand = cook(analyzer, expression, reads);
  const node = plain(expression);
  // Whether an action may run at all is asked last, of scripts that compile.
  const compiles = analyzer.diagnostics.length === before;
  if (operand.flags & F.aggregation) {
    checkAggregation(analyzer, node, operand, progress);
    return;
  }
  if (node.kind === 'call' && operand.callee) {
    const { facts } = operand.callee;
    if (facts.kind === 'aggregation') {
      complain(
        analyzer,
        'D_CG_EXPR',
        node.callee,
        `${facts.name}() does nothing by itself; assign it: @name = ${facts.name}(…).`,
      );
      return;
    }
    if (facts.kind === 'action' && compiles) checkAction(analyzer, node);
    if (facts.destructive && analyzer.diagnostics.length === before)
      checkDestructive(analyzer, node.callee, facts.name);
    checkReturn(analyzer, node.callee, facts.name);
    follow(analyzer, node, facts.name, facts.kind, facts.destructive, progress);
    return;
  }
  if (operand.type.kind === 'dynamic') {
    complain(analyzer, 'D_CG_DYN', node, `This statement has no value that can be used: ${renderType(operand.type)}.`);
  }
  if (analyzer.destructive) checkNested(analyzer, node, progress);
}

/** The action return() needs a probe whose function lets errors be injected: fbt's never do. */
function checkReturn(analyzer: Analyzer, span: { start: number; end: number }, name: string): void {
  if (name !== 'return' || analyzer.clause?.descriptions.every(({ provider }) => provider?.text === 'fbt') !== true)
    return;
  complain(analyzer, 'D_return', span, 'return() is not allowed at probes of fbt; use rawfbt.');
}

/** Destructive functions within an expression count as well. */
function checkNested(analyzer: Analyzer, node: Expression, progress: Progress): void {
  if (node.kind === 'call') {
    const callee = analyzer.operands[node.id]?.callee;
    if (callee?.facts.destructive === true) {
      checkDestructive(analyzer, node.callee, callee.facts.name);
      follow(analyzer, node, callee.facts.name, callee.facts.kind, true, progress);
    }
  }
  for (const child of childrenOf(node)) if ('id' in child) checkNested(analyzer, child, progress);
}

function checkDestructive(analyzer: Analyzer, span: { start: number; end: number }, name: string): void {
  if (analyzer.options.has('destructive')) return;
  const { environment, tree } = analyzer;
  // Without the command line it can't be known whether -w is in it.
  const severity = environment.flags || tree.interpreter ? 'error' : 'warning';
  say(
    analyzer,
    severity,
    'D_destructive',
    span,
    `${name}() is destructive: run dtrace with -w, or add #pragma D option destructive.`,
    [
      {
        title: 'Allow destructive actions',
        edits: [{ span: insertionPoint(analyzer), newText: '#pragma D option destructive\n' }],
      },
    ],
  );
}

/** The beginning of the line after the interpreter line. */
function insertionPoint(analyzer: Analyzer): { start: number; end: number } {
  const { interpreter, text } = analyzer.tree;
  const at = interpreter ? Math.min(text.length, interpreter.end + 1) : 0;
  return { start: at, end: at };
}

function checkAggregation(analyzer: Analyzer, node: Expression, operand: Operand, progress: Progress): void {
  if (!(operand.flags & F.aggregating)) {
    if (node.kind !== 'assignment') {
      const shown = operand.symbol ? `@${operand.symbol.name}` : 'This';
      complain(
        analyzer,
        'D_AGG_NULL',
        node,
        `${shown} alone does nothing; assign an aggregating function: @name = count().`,
      );
    }
    return;
  }
  const call = node.kind === 'assignment' ? plain(node.right) : undefined;
  if (operand.symbol && call?.kind === 'call') {
    checkAggregated(analyzer, operand.symbol, call, call.arguments.map((argument) => analyzer.operands[argument.id])); // prettier-ignore
  }
  if (progress.committed) complain(analyzer, 'D_AGG_COMM', node, 'Nothing can be aggregated after commit().');
  else if (progress.speculating)
    complain(analyzer, 'D_AGG_SPEC', node, "Nothing can be aggregated after speculate(): it can't be taken back.");
}

/** Actions that leave no record. */
const silent = new Set(['discard', 'clear', 'trunc', 'normalize', 'denormalize', 'setopt', 'ftruncate', 'raise', 'stop', 'return', 'chill', 'breakpoint', 'panic', 'copyout', 'copyoutstr']); // prettier-ignore

function follow(
  analyzer: Analyzer,
  node: Expression,
  name: string,
  kind: string,
  destructive: boolean,
  progress: Progress,
): void {
  if (name === 'commit') {
    if (progress.recorded)
      complain(analyzer, 'D_COMM_DREC', node, 'commit() must come before the clause records data.');
    progress.committed = true;
    return;
  }
  if (name === 'speculate') {
    if (progress.speculating) complain(analyzer, 'D_SPEC_SPEC', node, 'A clause speculates once.');
    else if (progress.committed)
      complain(analyzer, 'D_SPEC_COMM', node, "speculate() can't follow commit(); use another clause.");
    else if (progress.recorded)
      complain(analyzer, 'D_SPEC_DREC', node, 'speculate() must come before the clause records data.');
    progress.speculating = true;
    return;
  }
  if (progress.speculating) {
    if (destructive)
      complain(analyzer, 'D_ACT_SPEC', node, `${name}() can't follow speculate(): what it does can't be taken back.`);
    else if (name === 'exit')
      complain(analyzer, 'D_EXIT_SPEC', node, "exit() can't follow speculate(); use another clause.");
  }
  if (kind !== 'action' || silent.has(name)) return;
  if (progress.committed)
    complain(analyzer, 'D_DREC_COMM', node, `${name}() can't follow commit(): it records data. Use another clause.`);
  progress.recorded = true;
}
