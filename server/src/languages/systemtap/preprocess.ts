// SystemTap's preprocessor: `@define` macros, with parameters that are closures over the place of invocation, and
// `%( … %? … %: … %)`, on tokens. Its result is the sequence of tokens that the parser reads, each with the place in the
// document that it stands for. Invariant: that place never goes backwards. Unknown `@words` pass through.
import type { Span } from '../../base/text.ts';
import type { Diagnostic } from '../model.ts';
import { evaluateCondition, type ConditionResult } from './condition.ts';
import type { Conditional, Macro, MacroToken, MacroUse, ParseOptions } from './syntax.ts';
import { T, isTrivia, type TokenTable } from './tokens.ts';
import { lex } from './lexer.ts';

/** What the parser reads: parallel arrays, the last token of kind `T.end`. */
export interface TokenStream {
  kinds: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  count: number;
  /** Tokens that do not stand at their place in the document as they are: out of macros and arguments. */
  readonly expanded: Map<number, MacroToken>;
  /** Indexes into the table's words, for tokens of the document; else -1. */
  names: Int32Array;
}

export interface Preprocessed {
  readonly stream: TokenStream;
  readonly macros: readonly Macro[];
  readonly uses: readonly MacroUse[];
  readonly conditionals: readonly Conditional[];
  readonly diagnostics: Diagnostic[];
}

interface Activation {
  readonly macro: Macro;
  readonly body: readonly MacroToken[];
  position: number;
  /** What the parameters' names mean here. */
  readonly parameters: ReadonlyMap<string, Closure>;
  /** The outermost invocation, in the document. */
  readonly place: Span;
}

interface Closure {
  readonly macro: Macro;
  readonly parameters: ReadonlyMap<string, Closure>;
}

interface State {
  readonly text: string;
  readonly table: TokenTable;
  readonly options: ParseOptions;
  readonly stream: TokenStream;
  readonly macros: Map<string, Macro>;
  readonly definitions: Macro[];
  readonly uses: MacroUse[];
  readonly conditionals: Conditional[];
  readonly diagnostics: Diagnostic[];
  readonly stack: Activation[];
  /** The next token of the document. */
  position: number;
  /** Tokens that came out of macros so far. */
  expansions: number;
  /** Tokens out of script arguments that wait to be read. */
  pending: MacroToken[];
  /** Where the last token that was read stands in the document. */
  place: Span;
}

/** No real script nests macros this deep; one that does expands without end. */
const deepest = 200;
const mostExpanded = 200_000;
const none: ReadonlyMap<string, Closure> = new Map();

/** stap's own `@` operators. */
export const atWords: ReadonlySet<string> = new Set([
  'cast',
  'defined',
  'probewrite',
  'entry',
  'perf',
  'var',
  'avg',
  'count',
  'sum',
  'min',
  'max',
  'hist_linear',
  'hist_log',
  'const',
  'variance',
  'kregister',
  'uregister',
  'kderef',
  'uderef',
]);

export function preprocess(text: string, table: TokenTable, options: ParseOptions): Preprocessed {
  const stream = newStream(table.count + 16);
  const state: State = {
    text,
    table,
    options,
    stream,
    macros: new Map(),
    definitions: [],
    uses: [],
    conditionals: [],
    diagnostics: [],
    stack: [],
    position: 0,
    expansions: 0,
    pending: [],
    place: { start: 0, end: 0 },
  };
  readConditionals(state);
  append(stream, T.end, text.length, text.length, -1);
  const { definitions: macros, uses, conditionals, diagnostics } = state;
  return { stream, macros, uses, conditionals, diagnostics };
}

function newStream(capacity: number): TokenStream {
  return {
    kinds: new Uint8Array(capacity),
    starts: new Int32Array(capacity),
    ends: new Int32Array(capacity),
    names: new Int32Array(capacity),
    count: 0,
    expanded: new Map(),
  };
}

function append(stream: TokenStream, kind: number, start: number, end: number, name: number): void {
  const at = stream.count++;
  if (at === stream.kinds.length) grow(stream);
  stream.kinds[at] = kind;
  stream.starts[at] = start;
  stream.ends[at] = end;
  stream.names[at] = name;
}

/** Macros can make more tokens than the document has. */
function grow(stream: TokenStream): void {
  const larger = newStream(stream.kinds.length * 2);
  larger.kinds.set(stream.kinds);
  larger.starts.set(stream.starts);
  larger.ends.set(stream.ends);
  larger.names.set(stream.names);
  stream.kinds = larger.kinds;
  stream.starts = larger.starts;
  stream.ends = larger.ends;
  stream.names = larger.names;
}

function report(
  state: State,
  span: Span,
  code: string,
  message: string,
  severity: Diagnostic['severity'] = 'error',
): void {
  state.diagnostics.push({ span, code: `systemtap/${code}`, severity, message });
}

const special = new Uint8Array(256);
for (const kind of [T.atWord, T.argument, T.stringArgument, T.argumentCount, T.stringArgumentCount]) special[kind] = 1;
for (const kind of [T.ppOpen, T.ppThen, T.ppElse, T.ppClose]) special[kind] = 1;

/** Copies ordinary tokens of the document, without making objects, up to one that needs attention. */
function copyOrdinary(state: State): void {
  const { table, stream } = state;
  const { kinds, starts, names } = table;
  let at = state.position;
  for (; at < table.count; at++) {
    const kind = kinds[at] ?? 0;
    if (kind <= T.blockComment) continue;
    if (special[kind] === 1) break;
    append(stream, kind, starts[at] ?? 0, starts[at + 1] ?? 0, names[at] ?? -1);
  }
  state.position = at;
}

// Level 0: the document's tokens, or a macro's body.

function nextRaw(state: State): MacroToken | undefined {
  const pending = state.pending.shift();
  if (pending) return pending;
  const activation = state.stack.at(-1);
  if (activation) {
    const token = activation.body[activation.position++];
    state.place = activation.place;
    return token;
  }
  const token = documentToken(state);
  if (token) state.place = { start: token.start, end: token.end };
  return token;
}

function documentToken(state: State): MacroToken | undefined {
  const { table } = state;
  while (state.position < table.count && isTrivia(table.kinds[state.position] ?? 0)) state.position++;
  if (state.position >= table.count) return undefined;
  const at = state.position++;
  const start = table.starts[at] ?? 0;
  const end = table.starts[at + 1] ?? 0;
  const kind = table.kinds[at] ?? 0;
  const token = { kind, text: state.text.slice(start, end), start, end };
  if (state.options.arguments && kind >= T.argument && kind <= T.stringArgumentCount) {
    const [first, ...rest] = substitute(state, token, state.options.arguments);
    state.pending = rest;
    return first ?? nextRaw(state);
  }
  return token;
}

/** A script argument's characters take its place; a word that touches it becomes part of it. */
function substitute(state: State, token: MacroToken, given: readonly string[]): MacroToken[] {
  const index = token.text.endsWith('#') ? 0 : Number(token.text.slice(1));
  const isCount = token.text.endsWith('#');
  const value = isCount ? String(given.length) : index === 0 ? undefined : given[index - 1];
  if (value === undefined) {
    const range = given.length === 0 ? 'the script has no arguments' : `the script has ${given.length} arguments`;
    report(state, token, 'missing-argument', `There is no script argument ${token.text}: ${range}.`);
    return [{ ...token, kind: T.number, text: '0' }];
  }
  if (token.text.startsWith('@')) {
    const quoted = `"${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
    return [{ ...token, kind: T.string, text: quoted }];
  }
  let pasted = value;
  let end = token.end;
  const following = state.table.kinds[state.position] ?? T.space;
  if (/\w$/.test(value) && (following === T.identifier || following === T.number)) {
    pasted += state.text.slice(token.end, state.table.starts[state.position + 1]);
    end = state.table.starts[state.position + 1] ?? end;
    state.position++;
  }
  const table = lex(pasted);
  const tokens: MacroToken[] = [];
  for (let i = 0; i < table.count; i++) {
    const kind = table.kinds[i] ?? 0;
    if (isTrivia(kind)) continue;
    const nested = kind >= T.argument && kind <= T.stringArgumentCount;
    if (nested) report(state, token, 'nested-argument', 'A script argument must not refer to another one.');
    tokens.push({ kind, text: pasted.slice(table.starts[i], table.starts[i + 1]), start: token.start, end });
  }
  return tokens;
}

// Level 1: macros.

function nextExpanded(state: State): MacroToken | undefined {
  for (;;) {
    const token = nextRaw(state);
    if (!token) {
      if (state.stack.length === 0) return undefined;
      state.stack.pop();
      continue;
    }
    if (token.kind !== T.atWord) return token;
    if (token.text === '@define') {
      define(state, token);
      continue;
    }
    if (!expand(state, token)) return token;
  }
}

function find(state: State, name: string): Closure | undefined {
  const activation = state.stack.at(-1);
  const parameter = activation?.parameters.get(name);
  if (parameter) return parameter;
  const local = activation?.macro.isLibrary ? undefined : state.macros.get(name);
  const macro = local ?? state.options.macros?.get(name);
  return macro && { macro, parameters: none };
}

/** Begins the expansion of a macro or a parameter; false if the word is neither. */
function expand(state: State, token: MacroToken): boolean {
  const name = token.text.slice(1);
  const found = find(state, name);
  if (!found) return false;
  const { macro } = found;
  const atTop = state.stack.length === 0;
  const isParameter = found.parameters !== none || macro.nameSpan.start < 0;
  if (macro.body === undefined) return false;
  if (state.stack.length >= deepest || state.expansions > mostExpanded) {
    report(state, state.place, 'endless-macro', `The expansion of @${name} does not end.`);
    state.stack.length = 0;
    state.expansions = 0;
    return true;
  }
  const outer = state.stack.at(-1)?.place;
  let end = token.end;
  const parameters = new Map<string, Closure>(found.parameters);
  if (macro.parameters.length > 0) {
    const given = readArguments(state, token, macro);
    if (!given) return true;
    end = given.end;
    const closed = state.stack.at(-1)?.parameters ?? none;
    for (const [i, parameter] of macro.parameters.entries()) {
      const body = given.bodies[i] ?? [];
      const at = { start: -1, end: -1 };
      const value: Macro = {
        name: parameter,
        nameSpan: at,
        span: at,
        parameters: [],
        parameterSpans: [],
        body,
        isLibrary: state.stack.at(-1)?.macro.isLibrary ?? false,
      };
      parameters.set(parameter, { macro: value, parameters: closed });
    }
  }
  const place = outer ?? { start: token.start, end };
  if (atTop && !isParameter) state.uses.push({ macro, nameSpan: { start: token.start, end: token.end }, span: place });
  state.expansions += macro.body.length;
  state.stack.push({ macro, body: macro.body, position: 0, parameters, place });
  return true;
}

/** The arguments of an invocation: balanced tokens between its commas. */
function readArguments(
  state: State,
  token: MacroToken,
  macro: Macro,
): { bodies: MacroToken[][]; end: number } | undefined {
  const count = macro.parameters.length;
  const wanted = `${count} ${count === 1 ? 'argument' : 'arguments'}`;
  const before = state.position;
  const open = nextRaw(state);
  if (open?.kind !== T.openParen) {
    report(
      state,
      spanHere(state, token),
      'macro-arguments',
      `The macro @${macro.name} takes ${wanted} in parentheses.`,
    );
    if (state.stack.length === 0) state.position = before;
    return undefined;
  }
  const bodies: MacroToken[][] = [[]];
  for (let nesting = 0; ;) {
    const next = nextRaw(state);
    if (!next) {
      report(state, spanHere(state, token), 'macro-arguments', `The invocation of @${macro.name} is not closed by ).`);
      return undefined;
    }
    if (next.kind === T.openParen || next.kind === T.openBracket) nesting++;
    else if (nesting > 0 && (next.kind === T.closeParen || next.kind === T.closeBracket)) nesting--;
    else if (nesting === 0 && next.kind === T.closeParen) {
      const given = bodies.length;
      if (given !== count) {
        const problem = given < count ? 'few' : 'many';
        const message = `Too ${problem} arguments for the macro @${macro.name}: it takes ${count}, here are ${given}.`;
        report(state, spanHere(state, token), 'macro-arguments', message);
        return undefined;
      }
      return { bodies, end: next.end };
    } else if (nesting === 0 && next.kind === T.comma) {
      bodies.push([]);
      continue;
    }
    bodies.at(-1)?.push(next);
  }
}

/** A token's own span at the document's level; the invocation's inside of a macro. */
const spanHere = (state: State, token: Span): Span =>
  state.stack.at(-1)?.place ?? { start: token.start, end: token.end };

/** `@define name(parameters) %( body %)` */
function define(state: State, keyword: MacroToken): void {
  if (state.stack.length > 0) {
    report(state, state.place, 'nested-define', 'A macro cannot define a macro.');
    return;
  }
  const name = documentToken(state);
  if (name?.kind !== T.identifier) {
    report(state, name ?? keyword, 'syntax', 'Expected the name of the macro after @define.');
    return;
  }
  const known = state.macros.get(name.text);
  if (known) {
    const related = [{ span: known.nameSpan, message: 'first defined here' }];
    const message = `The macro @${name.text} is defined twice in this file.`;
    state.diagnostics.push({ span: name, code: 'systemtap/duplicate-macro', severity: 'error', message, related });
  }
  if (name.text === 'define') report(state, name, 'duplicate-macro', '@define cannot be redefined.');
  if (atWords.has(name.text)) {
    report(state, name, 'macro-redefines-operator', `The macro hides the operator @${name.text}.`, 'warning');
  }
  const parameters = readParameters(state);
  const open = documentToken(state);
  if (open?.kind !== T.ppOpen) {
    const message = `Expected %( ${parameters.list ? '' : 'or ( '}after the macro's name.`;
    report(state, open ?? name, 'syntax', message);
    return back(state, open);
  }
  const body: MacroToken[] = [];
  const { uri } = state.options;
  let close: MacroToken | undefined;
  for (let nesting = 0; ;) {
    close = documentToken(state);
    if (!close) break;
    if (close.kind === T.ppOpen) nesting++;
    else if (close.kind === T.ppClose && --nesting < 0) break;
    body.push(uri === undefined ? close : { ...close, uri });
  }
  if (!close) report(state, open, 'unclosed', `The macro @${name.text} is not closed by %).`);
  const end = close?.end ?? state.text.length;
  const span = { start: keyword.start, end };
  const spans = (parameters.list ?? []).map(({ start, end }) => ({ start, end }));
  const macro: Macro = {
    name: name.text,
    nameSpan: { start: name.start, end: name.end },
    span,
    parameters: (parameters.list ?? []).map((parameter) => parameter.text),
    parameterSpans: spans,
    body,
    bodySpan: { start: open.end, end: close?.start ?? end },
    ...(uri === undefined ? {} : { uri }),
    isLibrary: state.options.role === 'macros',
  };
  if (!known) state.macros.set(name.text, macro);
  state.definitions.push(macro);
}

/** Unreads a token of the document. */
function back(state: State, token: MacroToken | undefined): void {
  if (token) state.position--;
}

function readParameters(state: State): { readonly list?: readonly MacroToken[] } {
  const open = documentToken(state);
  if (open?.kind !== T.openParen) {
    back(state, open);
    return {};
  }
  const list: MacroToken[] = [];
  for (;;) {
    const name = documentToken(state);
    if (name?.kind !== T.identifier) {
      report(state, name ?? open, 'syntax', 'Expected the name of a macro parameter.');
      if (name && name.kind !== T.closeParen) back(state, name);
      return { list };
    }
    list.push(name);
    const separator = documentToken(state);
    if (separator?.kind === T.comma) continue;
    if (separator?.kind !== T.closeParen) {
      report(state, separator ?? name, 'syntax', 'Expected , or ) after the macro parameter.');
      back(state, separator);
    }
    return { list };
  }
}

// Level 2: conditionals.

interface Open {
  readonly token: Span;
  readonly condition: Span;
  readonly holds: boolean;
  branch: 'then' | 'else';
  inactiveFrom: number;
  inactive: Span | undefined;
}

function readConditionals(state: State): void {
  const open: Open[] = [];
  for (;;) {
    if (state.stack.length === 0 && state.pending.length === 0) copyOrdinary(state);
    const token = nextExpanded(state);
    if (!token) break;
    const span = spanHere(state, token);
    const top = open.at(-1);
    if (token.kind === T.ppOpen) beginConditional(state, token, open);
    else if (token.kind === T.ppThen) report(state, span, 'conditional', 'This %? belongs to no %(.');
    else if (token.kind === T.ppElse) {
      if (!top) report(state, span, 'conditional', 'This %: belongs to no %(.');
      else if (top.branch === 'else') report(state, span, 'conditional', 'This conditional has a second %:.');
      else {
        top.branch = 'else';
        if (top.holds) skip(state, top);
        else endInactive(top, token.start);
      }
    } else if (token.kind === T.ppClose) {
      if (!top) report(state, span, 'conditional', 'This %) belongs to no %(.');
      else {
        open.pop();
        endInactive(top, span.start);
        finish(state, top, span.end);
      }
    } else push(state, token, span);
  }
  for (const unclosed of open) {
    report(state, unclosed.token, 'unclosed', 'This conditional is not closed by %).');
    endInactive(unclosed, state.text.length);
    finish(state, unclosed, state.text.length);
  }
}

function endInactive(open: Open, end: number): void {
  if (open.inactiveFrom < 0) return;
  open.inactive = { start: open.inactiveFrom, end: Math.max(open.inactiveFrom, end) };
  open.inactiveFrom = -1;
}

function finish(state: State, open: Open, end: number): void {
  const { token, condition, holds, inactive } = open;
  const span = { start: token.start, end: Math.max(token.end, end) };
  state.conditionals.push({ span, condition, holds, ...(inactive ? { inactive } : {}) });
}

function push(state: State, token: MacroToken, span: Span): void {
  const { stream } = state;
  const isPlain = state.stack.length === 0 && state.options.arguments === undefined;
  if (!isPlain) stream.expanded.set(stream.count, token);
  else if (token.kind === T.atWord) stream.expanded.set(stream.count, token);
  append(stream, token.kind, span.start, span.end, -1);
}

function beginConditional(state: State, token: MacroToken, open: Open[]): void {
  const span = spanHere(state, token);
  const { holds, last } = readCondition(state, span);
  if (last?.kind !== T.ppThen) {
    if (last) report(state, spanHere(state, last), 'conditional', 'Expected %? after the condition.');
    else report(state, span, 'conditional', 'The condition after %( is not complete.');
    if (last && state.stack.length === 0) back(state, last);
  }
  const here = last ? spanHere(state, last) : span;
  const condition = { start: span.end, end: Math.max(span.end, here.start) };
  const entry: Open = { token: span, condition, holds, branch: 'then', inactiveFrom: -1, inactive: undefined };
  open.push(entry);
  if (!holds) skip(state, entry);
}

/** `a op b && c op d || …`, left to right; the token behind it. */
function readCondition(state: State, open: Span): { holds: boolean; last: MacroToken | undefined } {
  let holds = false;
  let all = true;
  for (;;) {
    const left = nextExpanded(state);
    const isEmpty = !left || left.kind === T.ppThen || left.kind === T.ppClose;
    const operator = isEmpty ? undefined : nextExpanded(state);
    const right = operator && operator.kind !== T.ppThen ? nextExpanded(state) : undefined;
    if (!left || !operator || !right) {
      report(state, open, 'conditional', 'The condition after %( is not complete.');
      return { holds: true, last: operator?.kind === T.ppThen ? operator : left?.kind === T.ppThen ? left : undefined };
    }
    const result: ConditionResult = evaluateCondition(left, operator, right, state.options);
    if (!result.ok) report(state, spanHere(state, result.token), 'conditional', result.reason);
    all = all && (!result.ok || result.holds);
    const last = nextExpanded(state);
    if (last?.kind === T.andAnd) continue;
    holds ||= all;
    all = true;
    if (last?.kind !== T.orOr) return { holds, last };
  }
}

/** Leaves out tokens up to the `%:` or `%)` that ends the branch, which stays to be read. */
function skip(state: State, open: Open): void {
  const atTop = state.stack.length === 0;
  open.inactiveFrom = atTop ? state.place.end : -1;
  for (let nesting = 0; ;) {
    const activation = state.stack.at(-1);
    const before = activation ? activation.position : state.position;
    const token = nextRaw(state);
    if (!token) {
      if (!activation) return;
      state.stack.pop();
      continue;
    }
    if (token.kind === T.ppOpen) nesting++;
    else if (nesting > 0 && token.kind === T.ppClose) nesting--;
    else if (nesting === 0 && (token.kind === T.ppClose || token.kind === T.ppElse || token.kind === T.ppThen)) {
      if (activation) activation.position = before;
      else state.position = before;
      return;
    }
  }
}
