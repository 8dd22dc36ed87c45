// The C preprocessor, as `dtrace -C` runs it before the D compiler: macros with and without parameters, `#` and `##`,
// conditionals, `#include`, comments of both kinds. It makes a text and a map back to the document; what came out of a
// macro or an included file has the span of the macro's use or of the `#include` line.
// Expansion is bounded in depth and in size, so that no input makes it run away.
import type { Span } from '../../base/text.ts';
import { evaluateCondition } from './conditions.ts';
import type { MacroDefinition, MacroUse, SyntaxProblem } from './syntax.ts';

export interface PreprocessorOptions {
  readonly defines?: ReadonlyMap<string, string>;
  readonly undefines?: readonly string[];
  readonly includes?: (path: string, system: boolean) => string | undefined;
}

export interface Preprocessed {
  readonly text: string;
  /** The span of the document for one of the text. */
  readonly spanOf: (start: number, end: number) => Span;
  readonly macros: readonly MacroDefinition[];
  readonly uses: readonly MacroUse[];
  /** What conditionals left out. */
  readonly skipped: readonly Span[];
  readonly problems: readonly SyntaxProblem[];
}

interface Macro {
  readonly name: string;
  readonly parameters?: readonly string[];
  readonly variadic: boolean;
  readonly body: string;
}

interface Conditional {
  /** This branch is read. */
  active: boolean;
  /** A branch before was read, or the whole conditional is skipped. */
  done: boolean;
  readonly outer: boolean;
  readonly start: number;
  /** Its #else was seen. */
  last: boolean;
}

interface State {
  readonly options: PreprocessorOptions;
  readonly macros: Map<string, Macro>;
  readonly definitions: MacroDefinition[];
  readonly uses: MacroUse[];
  readonly problems: SyntaxProblem[];
  readonly skipped: Span[];
  readonly pieces: string[];
  length: number;
  /** Where pieces begin in the output, and the source they came from; verbatim pieces map offset by offset. */
  readonly outStarts: number[];
  readonly sourceStarts: number[];
  readonly sourceEnds: number[];
  /** In an included file: the span that everything maps to. */
  fixed: Span | undefined;
  depth: number;
  budget: number;
}

const maximumIncludes = 40;
const maximumExpansion = 1_000_000;

/** Runs the preprocessor over a document. */
export function preprocess(text: string, options: PreprocessorOptions): Preprocessed {
  const state: State = {
    options,
    macros: new Map(),
    definitions: [],
    uses: [],
    problems: [],
    skipped: [],
    pieces: [],
    length: 0,
    outStarts: [],
    sourceStarts: [],
    sourceEnds: [],
    fixed: undefined,
    depth: 0,
    budget: maximumExpansion,
  };
  for (const [name, body] of options.defines ?? []) defineFromOption(state, name, body);
  for (const name of options.undefines ?? []) state.macros.delete(name);
  processText(state, text);
  if (state.budget <= 0) {
    const last = state.uses.at(-1) ?? { start: 0, end: 0 };
    report(state, { start: last.start, end: last.end }, 'These macros expand to more than a million characters.');
  }
  return {
    text: state.pieces.join(''),
    spanOf: (start, end) => spanOf(state, start, end),
    macros: state.definitions,
    uses: state.uses,
    skipped: state.skipped,
    problems: state.problems,
  };
}

function defineFromOption(state: State, name: string, body: string): void {
  const parts = /^([a-zA-Z_]\w*)(?:\(([^)]*)\))?$/.exec(name);
  if (!parts) return;
  const [, word = '', list] = parts;
  const parameters = list === undefined ? undefined : list.split(',').map((each) => each.trim());
  state.macros.set(word, { name: word, ...(parameters && { parameters }), variadic: false, body });
}

function emit(state: State, piece: string, start: number, end: number): void {
  if (piece === '') return;
  state.outStarts.push(state.length);
  state.sourceStarts.push(state.fixed ? state.fixed.start : start);
  // An end below the start marks a verbatim piece, whose offsets map one by one.
  state.sourceEnds.push(state.fixed ? state.fixed.end : end);
  state.pieces.push(piece);
  state.length += piece.length;
}

function emitVerbatim(state: State, text: string, start: number, end: number): void {
  if (state.fixed) emit(state, text.slice(start, end), start, end);
  else emit(state, text.slice(start, end), start, -1);
}

function spanOf(state: State, start: number, end: number): Span {
  const first = pieceAt(state, start);
  const last = end > start ? pieceAt(state, end - 1) : first;
  const from = sourceOf(state, first, start, false);
  const to = end > start ? sourceOf(state, last, end - 1, true) : from;
  return { start: from, end: Math.max(from, to) };
}

function sourceOf(state: State, piece: number, offset: number, after: boolean): number {
  const source = state.sourceStarts[piece] ?? 0;
  const end = state.sourceEnds[piece] ?? 0;
  if (end >= 0) return after ? end : source;
  return source + offset - (state.outStarts[piece] ?? 0) + (after ? 1 : 0);
}

function pieceAt(state: State, offset: number): number {
  let low = 0;
  let high = state.outStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((state.outStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** What the scan stops at: words, quotes, comments, line breaks, and a `#` that may begin a directive. */
const interesting =
  /[a-zA-Z_]\w*|\.?[0-9](?:[eEpP][+-]|[\w.])*|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?|\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))|\/\/[^\n]*|\n|#/g;
const onlySpace = /^[^\S\n]*$/;

/** Processes a document or an included file. */
function processText(state: State, text: string): void {
  const conditionals: Conditional[] = [];
  let copied = 0;
  let lineStart = 0;
  let skipFrom = -1;
  const scan = new RegExp(interesting.source, 'g');
  for (let found = scan.exec(text); found; found = scan.exec(text)) {
    const [word] = found;
    const at = found.index;
    const active = conditionals.at(-1)?.active ?? true;
    const code = word.charCodeAt(0);
    if (code === 10) {
      lineStart = at + 1;
    } else if (code === 35) {
      if (!onlySpace.test(text.slice(lineStart, at))) continue;
      const end = lineEnd(text, at);
      if (active) emitVerbatim(state, text, copied, at);
      const before = active;
      directive(state, conditionals, text, at, end);
      emit(state, '', at, end);
      const now = conditionals.at(-1)?.active ?? true;
      if (before && !now) skipFrom = end;
      else if (!before && now && skipFrom >= 0) {
        if (!state.fixed) state.skipped.push({ start: skipFrom, end: at });
        skipFrom = -1;
      }
      copied = end;
      scan.lastIndex = end;
      lineStart = end;
    } else if (!active) {
      continue;
    } else if (code === 47) {
      // A comment counts as a space; its line breaks stay, as control lines need them.
      emitVerbatim(state, text, copied, at);
      emit(state, ' ', at, at + word.length);
      copied = at + word.length;
      const broken = word.lastIndexOf('\n');
      if (broken >= 0) lineStart = at + broken + 1;
    } else if (isNameStart(code)) {
      const macro = state.macros.get(word);
      if (!macro) continue;
      const use = macroUse(text, at, macro);
      if (!use) continue;
      emitVerbatim(state, text, copied, at);
      const expanded = expandUse(state, macro, use.args, new Set(), 0);
      if (!state.fixed) state.uses.push({ name: word, start: at, end: at + word.length });
      emit(state, expanded === '' ? ' ' : expanded, at, use.end);
      copied = use.end;
      scan.lastIndex = use.end;
    }
  }
  if (conditionals.at(-1)?.active ?? true) emitVerbatim(state, text, copied, text.length);
  else if (!state.fixed && skipFrom >= 0) state.skipped.push({ start: skipFrom, end: text.length });
  for (const open of conditionals) {
    report(
      state,
      { start: open.start, end: lineEnd(text, open.start) },
      'This conditional is never closed; add #endif.',
    );
  }
}

function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

/** The end of a directive's line; a backslash before a line break continues it. */
function lineEnd(text: string, at: number): number {
  let end = at;
  for (;;) {
    end = text.indexOf('\n', end);
    if (end < 0) return text.length;
    const before = text.charCodeAt(end - 1) === 13 ? end - 2 : end - 1;
    if (text.charCodeAt(before) !== 92) return end;
    end++;
  }
}

function report(state: State, span: Span, message: string, tag = 'D_SYNTAX'): void {
  state.problems.push({ tag, message, ...(state.fixed ?? span) });
}

function directive(state: State, conditionals: Conditional[], text: string, at: number, end: number): void {
  const raw = text.slice(at + 1, end);
  const line = withoutComments(raw.replace(/\\\r?\n/g, ' '));
  const [, name = '', rest = ''] = /^\s*([a-zA-Z_]*)\s*([\s\S]*)$/.exec(line) ?? [];
  const argument = rest.trim();
  const active = conditionals.at(-1)?.active ?? true;
  const span = { start: at, end };
  switch (name) {
    case 'if':
    case 'ifdef':
    case 'ifndef': {
      const holds = active && conditionHolds(state, name, argument, span);
      conditionals.push({ active: holds, done: holds || !active, outer: active, start: at, last: false });
      return;
    }
    case 'elif':
    case 'else':
    case 'endif':
      branch(state, conditionals, name, argument, span);
      return;
  }
  if (!active) return;
  if (name === 'define') define(state, line, argument, text, span);
  else if (name === 'undef') state.macros.delete(argument.split(/\s/)[0] ?? '');
  else if (name === 'include') include(state, argument, span);
  else if (name === 'error') report(state, span, `#error: ${argument}`, 'D_PRAGERR');
}

function withoutComments(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\*[\s\S]*?(?:\*\/|$)|\/\/.*/g, (part) => {
    return part.startsWith('/') ? ' ' : part;
  });
}

function conditionHolds(state: State, name: string, argument: string, span: Span): boolean {
  if (name === 'ifdef') return state.macros.has(argument.split(/\s/)[0] ?? '');
  if (name === 'ifndef') return !state.macros.has(argument.split(/\s/)[0] ?? '');
  const replaced = argument.replace(
    /\bdefined\s*(?:\(\s*([a-zA-Z_]\w*)\s*\)|([a-zA-Z_]\w*))/g,
    (_, a?: string, b?: string) => (state.macros.has(a ?? b ?? '') ? ' 1 ' : ' 0 '),
  );
  const value = evaluateCondition(expandText(state, replaced, new Set(), 0));
  if (!value.ok) report(state, span, `The condition of this #${name} can't be read: ${value.reason}.`);
  return value.ok && value.value !== 0n;
}

function branch(state: State, conditionals: Conditional[], name: string, argument: string, span: Span): void {
  const open = conditionals.at(-1);
  if (!open) {
    report(state, span, `There is no #if for this #${name}.`);
    return;
  }
  if (name === 'endif') {
    conditionals.pop();
    return;
  }
  if (open.last) report(state, span, `#${name} can't follow #else.`);
  if (name === 'else') open.last = true;
  const holds = open.outer && !open.done && (name === 'else' || conditionHolds(state, 'if', argument, span));
  open.active = holds;
  open.done ||= holds;
}

function define(state: State, line: string, argument: string, text: string, span: Span): void {
  const parts = /^([a-zA-Z_]\w*)(\(([^)]*)\))?([\s\S]*)$/.exec(argument);
  if (!parts) {
    report(state, span, '#define needs a name.');
    return;
  }
  const [, name = '', list, inner = '', body = ''] = parts;
  // Parameters stand directly behind the name: `#define f (x)` has none.
  const direct = list !== undefined && new RegExp(`${name}\\(`).test(line);
  const names = inner.split(',').map((each) => each.trim()).filter((each) => each !== ''); // prettier-ignore
  const variadic = direct && names.at(-1) === '...';
  const parameters = direct ? (variadic ? [...names.slice(0, -1), '__VA_ARGS__'] : names) : undefined;
  const replacement = (direct ? body : `${list ?? ''}${body}`).trim();
  state.macros.set(name, { name, ...(parameters && { parameters }), variadic, body: replacement });
  if (state.fixed) return;
  const nameStart = text.indexOf(name, text.indexOf('define', span.start) + 6);
  state.definitions.push({
    kind: 'macroDefinition',
    name,
    nameSpan: { start: nameStart, end: nameStart + name.length },
    ...(parameters && { parameters }),
    body: replacement,
    ...span,
  });
}

function include(state: State, argument: string, span: Span): void {
  const parts = /^(?:"([^"]*)"|<([^>]*)>)/.exec(expandIncluded(state, argument));
  if (!parts) {
    report(state, span, '#include needs "a file" or <a file>.');
    return;
  }
  const [, local, system] = parts;
  const path = local ?? system ?? '';
  if (!state.options.includes) return;
  const content = state.options.includes(path, system !== undefined);
  if (content === undefined) {
    report(
      state,
      span,
      `The file ${path} can't be found; check the path, or give its folder with -I.`,
      system === undefined ? 'include' : 'system-include',
    );
    return;
  }
  if (state.depth >= maximumIncludes) {
    report(state, span, `More than ${maximumIncludes} files include each other.`, 'include');
    return;
  }
  const outer = state.fixed;
  state.fixed = outer ?? span;
  state.depth++;
  processText(state, content);
  emit(state, '\n', span.start, span.end);
  state.depth--;
  state.fixed = outer;
}

function expandIncluded(state: State, argument: string): string {
  return /^["<]/.test(argument) ? argument : expandText(state, argument, new Set(), 0);
}

/** The arguments of a macro at `at`, and where its use ends; undefined if it needs arguments and has none. */
function macroUse(text: string, at: number, macro: Macro): { args: string[]; end: number } | undefined {
  const after = at + macro.name.length;
  if (!macro.parameters) return { args: [], end: after };
  let open = after;
  while (/\s/.test(text.charAt(open))) open++;
  if (text.charAt(open) !== '(') return undefined;
  const args: string[] = [];
  const scan = /"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?|\/\*[\s\S]*?\*\/|[(),]/g;
  scan.lastIndex = open + 1;
  let depth = 0;
  let from = open + 1;
  for (let found = scan.exec(text); found; found = scan.exec(text)) {
    const [word] = found;
    if (word === '(') depth++;
    else if (word === ')' && depth > 0) depth--;
    else if (word === ')' || (word === ',' && depth === 0)) {
      const full = macro.variadic && args.length === macro.parameters.length - 1;
      if (word === ',' && full) continue;
      args.push(text.slice(from, found.index).trim());
      from = found.index + 1;
      if (word === ')') return { args, end: from };
    }
  }
  return undefined;
}

const maximumNesting = 200;

/** Expands macros in a text that is no document: an argument, or a replacement that is scanned again. */
function expandText(state: State, text: string, hidden: ReadonlySet<string>, depth: number): string {
  if (depth > maximumNesting || state.budget <= 0) return text;
  let result = '';
  let copied = 0;
  const scan = /[a-zA-Z_]\w*|\.?[0-9](?:[eEpP][+-]|[\w.])*|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?/g;
  for (let found = scan.exec(text); found; found = scan.exec(text)) {
    const [word] = found;
    if (!isNameStart(word.charCodeAt(0)) || hidden.has(word)) continue;
    const macro = state.macros.get(word);
    const use = macro && macroUse(text, found.index, macro);
    if (!use) continue;
    result += text.slice(copied, found.index) + expandUse(state, macro, use.args, hidden, depth + 1);
    copied = use.end;
    scan.lastIndex = use.end;
  }
  return result + text.slice(copied);
}

function expandUse(
  state: State,
  macro: Macro,
  args: readonly string[],
  hidden: ReadonlySet<string>,
  depth: number,
): string {
  const body = macro.parameters ? substitute(state, macro, args, hidden, depth) : pasted(macro.body);
  state.budget -= body.length + 1;
  return expandText(state, body, new Set([...hidden, macro.name]), depth);
}

function pasted(body: string): string {
  return body.includes('##') ? body.replace(/\s*##\s*/g, '') : body;
}

/** The replacement with the arguments in place of the parameters; `#` makes strings, `##` joins. */
function substitute(
  state: State,
  macro: Macro,
  args: readonly string[],
  hidden: ReadonlySet<string>,
  depth: number,
): string {
  const parameters = macro.parameters ?? [];
  const valueOf = (name: string): string | undefined => {
    const index = parameters.indexOf(name);
    return index < 0 ? undefined : (args[index] ?? '');
  };
  const parts = /##|#\s*([a-zA-Z_]\w*)|[a-zA-Z_]\w*|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?/g;
  const replaced = macro.body.replace(parts, (word, stringed: string | undefined, offset: number) => {
    if (state.budget <= 0) return word;
    if (stringed !== undefined) {
      const value = valueOf(stringed);
      return value === undefined ? word : JSON.stringify(value.replace(/\s+/g, ' '));
    }
    const value = valueOf(word);
    if (value === undefined) return word;
    const before = macro.body.slice(0, offset).trimEnd().endsWith('##');
    const after = macro.body
      .slice(offset + word.length)
      .trimStart()
      .startsWith('##');
    const made = before || after ? value : expandText(state, value, hidden, depth + 1);
    state.budget -= made.length;
    return made;
  });
  return pasted(replaced);
}
