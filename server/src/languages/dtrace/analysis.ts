// The analysis of a D program: from its tree to everything that services, checks and compilers ask about it. It goes as
// DTrace's compiler does: declarations, inlines and translators of the whole text first, then the clauses in order.
import type { Diagnostic } from '../model.ts';
import { complain, F, makeSymbol, say, use, type Analyzer, type DEnvironment, type DSymbol, type Operand } from './analyzer.ts'; // prettier-ignore
import { analyzeClause } from './clauses.ts';
import { declare, declareProvider, isTaken, nameOf, readDeclarator, readSpecifiers, readTypeName } from './declare.ts';
import { cook, reads } from './expressions.ts';
import { checkControl, checkFlags, optionsOf } from './pragmas.ts';
import { makeModel, type DModel } from './dModel.ts';
import { checkFaults } from './faults.ts';
import type { DTree, Expression, InlineDefinition, TranslatorDefinition } from './syntax.ts';
import { typeTable } from './typeTable.ts';
import {
  argumentCompatible,
  compatible,
  isDynamic,
  isUnknown,
  isVoid,
  renderType,
  resolve,
  type DType,
} from './types.ts';
import { dMacros } from '../../catalogue/index.ts';
import { T } from './tokens.ts';

/** Analyses a parsed program. It never throws, and reports everything that it finds. */
export function analyzeD(tree: DTree, environment: DEnvironment): DModel {
  const analyzer: Analyzer = {
    tree,
    environment,
    table: typeTable(environment.platform),
    typedefs: new Map(),
    tags: new Map(),
    tagSymbols: new Map(),
    members: new Map(),
    globals: new Map(),
    threadLocals: new Map(),
    clauseLocals: new Map(),
    aggregations: new Map(),
    macros: new Map(),
    translators: [],
    locals: undefined,
    symbols: [],
    uses: [],
    diagnostics: [],
    operands: new Array<Operand | undefined>(tree.expressionCount).fill(undefined),
    options: optionsOf(tree, environment.flags),
    clause: undefined,
    risky: new Set(),
    destructive: false,
    argumentUses: [],
    wrapper: undefined,
    cook,
    muted: 0,
  };
  for (const { tag, start, end, message } of tree.problems) {
    // Headers of the system may be there where the script runs.
    say(analyzer, tag === 'system-include' ? 'warning' : 'error', tag, { start, end }, message);
  }
  defineMacros(analyzer);
  checkFlags(analyzer);
  checkMacroArguments(analyzer);
  checkLineComments(analyzer);
  for (const item of tree.program.items) {
    if (item.kind === 'declaration') declare(analyzer, item);
    else if (item.kind === 'inline') defineInline(analyzer, item);
    else if (item.kind === 'translator') defineTranslator(analyzer, item);
    else if (item.kind === 'provider') declareProvider(analyzer, item);
  }
  for (const line of tree.controls) checkControl(analyzer, line);
  // Up to here is what the compiler says while it reads the text.
  analyzer.diagnostics.sort((a, b) => a.span.start - b.span.start);
  for (const item of tree.program.items) if (item.kind === 'clause') analyzeClause(analyzer, item);
  checkEmpty(analyzer);
  checkFaults(analyzer);
  return makeModel(analyzer, orderedDiagnostics(analyzer.diagnostics));
}

/** In the order of the text; what was said twice at one place is said once. */
function orderedDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const ordered = [...diagnostics].sort((a, b) => a.span.start - b.span.start);
  const seen = new Set<string>();
  return ordered.filter(({ span, code, message }) => {
    const key = `${span.start} ${span.end} ${code} ${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function defineMacros(analyzer: Analyzer): void {
  for (const { name, nameSpan, parameters, body } of analyzer.tree.macros) {
    const symbol = makeSymbol(analyzer, 'macro', name);
    symbol.declared = true;
    symbol.detail = `#define ${name}${parameters ? `(${parameters.join(', ')})` : ''} ${body}`.trim();
    analyzer.macros.set(name, symbol);
    use(analyzer, symbol, nameSpan, 'definition');
  }
  for (const { name, start, end } of analyzer.tree.macroUses) {
    const symbol = analyzer.macros.get(name);
    if (symbol) use(analyzer, symbol, { start, end }, 'read');
  }
}

/** `$name` must be a macro variable; `$1` must be given, and what is given must be used. */
function checkMacroArguments(analyzer: Analyzer): void {
  const { tree, environment } = analyzer;
  const { tokens, text } = tree;
  const known = dMacros(environment.platform);
  const given = environment.arguments;
  const used = new Set<number>([0]);
  let dollar = -1;
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kinds[i];
    if (kind !== T.macro && kind !== T.specification) continue;
    const start = tokens.starts[i] ?? 0;
    const end = tokens.starts[i + 1] ?? 0;
    if (dollar < start) dollar = text.indexOf('$', start);
    if (dollar < 0) break;
    if (dollar >= end) continue;
    for (const [, name = ''] of text.slice(start, end).matchAll(/\$\$?([a-zA-Z_]\w*|\d+)/g)) {
      if (/^\d/.test(name)) used.add(Number(name));
      if (kind === T.specification) continue;
      if (!/^\d/.test(name)) {
        if (!known.has(name))
          complain(
            analyzer,
            'D_MACRO_UNDEF',
            { start, end },
            `There is no macro variable $${name}; there are ${[...known.keys()].map((each) => `$${each}`).join(', ')}.`,
          );
      } else if (given && Number(name) >= given.length && !analyzer.options.has('defaultargs')) {
        complain(
          analyzer,
          'D_MACRO_UNDEF',
          { start, end },
          `$${name} isn't given: the script has ${given.length - 1} arguments.`,
        );
      }
    }
  }
  if (!given || analyzer.options.has('argref')) return;
  for (let i = 1; i < given.length; i++) {
    if (!used.has(i))
      complain(
        analyzer,
        'D_MACRO_UNUSED',
        { start: 0, end: 0 },
        `The argument $${i} is never used; the option argref allows that.`,
      );
  }
}

/** Only DTrace on Linux reads `//` without the preprocessor. */
function checkLineComments(analyzer: Analyzer): void {
  const { tree, environment } = analyzer;
  if (environment.platform === 'linux' || tree.preprocessed) return;
  const { tokens, text } = tree;
  for (let i = 0; i < tokens.count; i++) {
    const start = tokens.starts[i] ?? 0;
    if (tokens.kinds[i] !== T.comment || !text.startsWith('//', start)) continue;
    const end = tokens.starts[i + 1] ?? 0;
    const edits = [{ span: { start, end: start + 2 }, newText: '/*' }, { span: { start: end, end }, newText: ' */' }]; // prettier-ignore
    complain(analyzer, 'D_SYNTAX', { start, end }, `D on ${environment.platform} has no // comments; use /* … */, or -C.`, [{ title: 'Use /* … */', edits, preferred: true }]); // prettier-ignore
  }
}

function checkEmpty(analyzer: Analyzer): void {
  const { tree, options } = analyzer;
  if (tree.program.items.length > 0 || tree.text.trim() === '') return;
  if (tree.problems.length > 0) return;
  const newline = tree.text.indexOf('\n');
  const span = { start: 0, end: newline < 0 ? tree.text.length : newline };
  if (!options.has('empty')) complain(analyzer, 'D_EMPTY', span, 'This script has no clause and declares nothing.');
  else say(analyzer, 'error', 'D_EMPTY', span, 'This script enables no probe.');
}

/** `inline type name = value;`, or with keys: `inline type name[type x] = value;` */
function defineInline(analyzer: Analyzer, node: InlineDefinition): void {
  const { base, storage } = readSpecifiers(analyzer, node.specifiers);
  const declared = readDeclarator(analyzer, node.declarator, base);
  const name = nameOf(node.declarator);
  const { type, keys, unsized } = declared;
  if (storage) complain(analyzer, 'D_DECL_BADCLASS', storage, 'An inline has no storage class.');
  if (!name || name.text === '') {
    cook(analyzer, node.value, reads);
    return;
  }
  const taken = isTaken(analyzer, name.text);
  if (taken)
    complain(analyzer, 'D_DECL_IDRED', name, `${name.text} already means something; give the inline another name.`);
  if (resolve(type).kind === 'array' && !keys) {
    complain(
      analyzer,
      'D_DECL_ARRNULL',
      node.declarator,
      unsized ? 'An inline array needs the types of its keys.' : "An inline can't be an array with a size.",
    );
  } else if (isVoid(type)) complain(analyzer, 'D_DECL_VOIDOBJ', name, "An inline can't be void.");
  const outer = analyzer.locals;
  if (keys) {
    analyzer.locals = new Map(outer);
    for (const key of keys) {
      if (!key.name || key.name.text === '') continue;
      const parameter = makeSymbol(analyzer, 'parameter', key.name.text);
      Object.assign(parameter, { type: key.type, declared: true, scope: { start: node.start, end: node.end } });
      analyzer.locals.set(key.name.text, parameter);
      use(analyzer, parameter, key.name, 'definition');
    }
  }
  const value = cook(analyzer, node.value, reads);
  analyzer.locals = outer;
  checkInlineValue(analyzer, node.value, type, value, name.text);
  const symbol = makeSymbol(analyzer, keys ? 'array' : 'constant', name.text);
  Object.assign(symbol, { type, declared: true, read: true, inline: value });
  if (keys) symbol.keys = keys.map((key) => key.type);
  else if (value.value !== undefined) symbol.value = value.value;
  symbol.detail = `inline ${renderType(type)} ${name.text}${keys ? `[${keys.map((key) => renderType(key.type)).join(', ')}]` : ''} = ${analyzer.tree.text.slice(node.value.start, node.value.end)}`;
  if (!taken) analyzer.globals.set(name.text, symbol);
  use(analyzer, symbol, name, 'definition');
}

function checkInlineValue(analyzer: Analyzer, node: Expression, type: DType, value: Operand, name: string): void {
  if (isUnknown(type) || isUnknown(value.type)) return;
  const translated = value.type.kind === 'dynamic' ? value.type.translator : undefined;
  const pointer = resolve(type);
  const fits = translated
    ? compatible(pointer.kind === 'pointer' ? pointer.to : type, translated.output)
    : !isDynamic(value.type) && argumentCompatible({ type }, value);
  if (!fits)
    complain(
      analyzer,
      'D_OP_INCOMPAT',
      node,
      `${name} is declared as ${renderType(type)}, but this is ${renderType(value.type)}.`,
    );
}

/** `translator output < input name > { member = value; … };` */
function defineTranslator(analyzer: Analyzer, node: TranslatorDefinition): void {
  const output = readTypeName(analyzer, node.output);
  const input = readTypeName(analyzer, node.input);
  const target = resolve(output);
  const same = (each: { readonly input: DType; readonly output: DType }): boolean =>
    renderType(each.input) === renderType(input) &&
    compatible(each.output, output) &&
    renderType(resolve(each.output)) === renderType(target);
  if (!isUnknown(input) && (analyzer.translators.some(same) || analyzer.table.translators.some(same))) {
    complain(
      analyzer,
      'D_XLATE_REDECL',
      node.output,
      `There is already a translator from ${renderType(input)} to ${renderType(output)}.`,
    );
  }
  const known = target.kind === 'struct' && target.members !== undefined;
  if (target.kind === 'struct' && !target.members && !target.foreign) {
    complain(analyzer, 'D_XLATE_SOU', node.output, `The members of ${renderType(output)} aren't declared here.`);
  } else if (target.kind !== 'struct' && target.kind !== 'unknown') {
    complain(
      analyzer,
      'D_XLATE_SOU',
      node.output,
      `A translator makes a struct or a union; ${renderType(output)} is none.`,
    );
  }
  const parameter = makeSymbol(analyzer, 'parameter', node.parameter.text);
  Object.assign(parameter, {
    type: input,
    declared: true,
    read: true,
    scope: { start: node.start, end: node.end },
    inline: { type: input, flags: F.lvalue },
  });
  if (node.parameter.text !== '') use(analyzer, parameter, node.parameter, 'definition');
  const outer = analyzer.locals;
  analyzer.locals = new Map([...(outer ?? []), [node.parameter.text, parameter]]);
  const members = new Set<string>();
  for (const { name, value } of node.members) {
    const member = known ? target.members?.get(name.text) : undefined;
    if (known && !member && name.text !== '') {
      complain(analyzer, 'D_XLATE_MEMB', name, `${renderType(output)} has no member ${name.text}.`);
    }
    const operand = cook(analyzer, value, reads);
    members.add(name.text);
    if (!member) continue;
    useMember(analyzer, target, name);
    if (isUnknown(operand.type) || argumentCompatible({ type: member.type }, operand)) continue;
    complain(
      analyzer,
      'D_XLATE_INCOMPAT',
      value,
      `${name.text} is ${renderType(member.type)}, but this is ${renderType(operand.type)}.`,
    );
  }
  analyzer.locals = outer;
  const symbol: DSymbol = makeSymbol(analyzer, 'translator', renderType(output));
  symbol.declared = true;
  symbol.detail = `translator ${renderType(output)} < ${renderType(input)} ${node.parameter.text} >`;
  analyzer.translators.push({ input, output, members, symbol });
}

function useMember(
  analyzer: Analyzer,
  struct: DType,
  name: { readonly text: string; readonly start: number; readonly end: number },
): void {
  if (struct.kind !== 'struct') return;
  const symbol = analyzer.members.get(struct)?.get(name.text);
  if (symbol) use(analyzer, symbol, name, 'write');
}
