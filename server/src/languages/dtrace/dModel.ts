// The model of a D program: what the analysis found, in the words that services share, and D's own types besides. What
// not every keystroke needs (outline, folds, colours) is made when it is first asked for.
import type { Span } from '../../base/text.ts';
import type {
  Diagnostic, Fold, LanguageModel, LanguageSymbol, Occurrence, OutlineItem, ProbeReference, SemanticToken,
} from '../model.ts'; // prettier-ignore
import type { Analyzer, DEnvironment, DSymbol, Operand } from './analyzer.ts';
import { colour } from './colours.ts';
import { nameOf } from './declare.ts';
import { probeReferences } from './probes.ts';
import type { Clause, DTree, Expression, Item } from './syntax.ts';
import { T } from './tokens.ts';
import type { TypeTable } from './typeTable.ts';
import { renderType, type DType } from './types.ts';
import { nodesAt } from './walk.ts';

export interface DModel extends LanguageModel {
  readonly language: 'dtrace';
  readonly tree: DTree;
  readonly environment: DEnvironment;
  /** The platform's types, functions and variables with their types read. */
  readonly table: TypeTable;
  /** Options from pragmas, the interpreter line and the command line; flags have an empty value. */
  readonly options: ReadonlyMap<string, string>;
  /** The diagnostics in the order in which DTrace's compiler would meet them; it stops at the first error. */
  readonly compilerOrder: readonly Diagnostic[];
  /** What an expression is: type, constant value, symbol, built-in function. Absent where nothing was made of it. */
  readonly operandOf: (node: Expression) => Operand | undefined;
  readonly typeOf: (node: Expression) => DType | undefined;
  readonly symbolOf: (symbol: DSymbol) => LanguageSymbol | undefined;
  /** The program's variables by their spaces, for completion. */
  readonly variables: {
    readonly globals: ReadonlyMap<string, DSymbol>;
    readonly threadLocals: ReadonlyMap<string, DSymbol>;
    readonly clauseLocals: ReadonlyMap<string, DSymbol>;
    readonly aggregations: ReadonlyMap<string, DSymbol>;
    readonly typedefs: ReadonlyMap<string, { readonly type: DType; readonly symbol: DSymbol }>;
    readonly macros: ReadonlyMap<string, DSymbol>;
  };
}

export function makeModel(analyzer: Analyzer, diagnostics: readonly Diagnostic[]): DModel {
  const { tree } = analyzer;
  const symbols = analyzer.symbols.map((symbol) => languageSymbol(analyzer, symbol));
  let occurrences: readonly Occurrence[] | undefined;
  let outline: readonly OutlineItem[] | undefined;
  let folds: readonly Fold[] | undefined;
  let tokens: readonly SemanticToken[] | undefined;
  let probes: readonly ProbeReference[] | undefined;
  const clauses = tree.program.items.filter((item): item is Clause => item.kind === 'clause');
  return {
    language: 'dtrace',
    text: tree.text,
    tree,
    environment: analyzer.environment,
    table: analyzer.table,
    options: analyzer.options,
    diagnostics,
    compilerOrder: analyzer.diagnostics,
    symbols,
    get occurrences() {
      return (occurrences ??= orderedOccurrences(analyzer, symbols));
    },
    get outline() {
      return (outline ??= tree.program.items.flatMap((item) => outlineItem(tree, item)));
    },
    get folds() {
      return (folds ??= foldsOf(tree));
    },
    get tokens() {
      return (tokens ??= colour(analyzer, orderedOccurrences(analyzer, symbols)));
    },
    get probes() {
      return (probes ??= clauses.flatMap((clause) => probeReferences(analyzer, clause)));
    },
    spansAt: (offset) => spansAt(tree, offset),
    operandOf: (node) => analyzer.operands[node.id],
    typeOf: (node) => analyzer.operands[node.id]?.type,
    symbolOf: (symbol) => symbols[symbol.id],
    variables: {
      globals: analyzer.globals,
      threadLocals: analyzer.threadLocals,
      clauseLocals: analyzer.clauseLocals,
      aggregations: analyzer.aggregations,
      typedefs: analyzer.typedefs,
      macros: analyzer.macros,
    },
  };
}

function languageSymbol(analyzer: Analyzer, symbol: DSymbol): LanguageSymbol {
  const { id, name, kind, type, scope, definitions } = symbol;
  const rendered = kind === 'aggregation' ? aggregationType(symbol) : type && renderType(type);
  const documentation = definitions[0] && commentAbove(analyzer.tree, definitions[0].start);
  return {
    id,
    name,
    kind,
    ...(rendered !== undefined && rendered !== 'unknown' && { type: rendered }),
    detail: symbol.detail ?? detailOf(symbol),
    ...(documentation !== undefined && { documentation }),
    ...(scope && { scope }),
    definitions,
  };
}

function aggregationType({ aggregation }: DSymbol): string {
  return aggregation ? `aggregation of ${aggregation.name}` : 'aggregation';
}

function detailOf(symbol: DSymbol): string {
  const { name, kind, type, keys, space, aggregation } = symbol;
  const shownKeys = keys && keys.length > 0 ? `[${keys.map(renderType).join(', ')}]` : '';
  if (kind === 'aggregation')
    return `@${name === '_' ? '' : name}${shownKeys}${aggregation ? ` = ${aggregation.name}()` : ''}`;
  const shownType = type ? `${renderType(type)} ` : '';
  return `${space === 'global' ? '' : `${space} `}${shownType}${name}${kind === 'array' ? shownKeys : ''}`;
}

/** The comment that ends on the line above the one where `offset` lies, without its markers. */
function commentAbove(tree: DTree, offset: number): string | undefined {
  const { text, tokens } = tree;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  if (lineStart < 2) return undefined;
  // The line above must end in a comment, which is cheap to see.
  const before = text.slice(Math.max(0, lineStart - 3), lineStart).trimEnd();
  const aboveStart = text.lastIndexOf('\n', lineStart - 2) + 1;
  const above = text.slice(aboveStart, lineStart);
  if (!before.endsWith('*/') && !above.trimStart().startsWith('//')) return undefined;
  let low = 0;
  let high = tokens.count - 1;
  const target = aboveStart + above.trimEnd().length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tokens.starts[middle] ?? 0) <= target) low = middle;
    else high = middle - 1;
  }
  if (tokens.kinds[low] !== T.comment) return undefined;
  const start = tokens.starts[low] ?? 0;
  // A comment behind code is about that code.
  if (text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() !== '') return undefined;
  return withoutMarkers(text.slice(start, tokens.starts[low + 1]));
}

function withoutMarkers(comment: string): string {
  const inner = comment.startsWith('//') ? comment.slice(2) : comment.replace(/^\/\*+!?/, '').replace(/\*+\/$/, '');
  return inner
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trimEnd())
    .join('\n')
    .trim();
}

/** Sorted and without overlaps: what a macro expands to hides behind the macro's name. */
function orderedOccurrences(analyzer: Analyzer, symbols: readonly LanguageSymbol[]): Occurrence[] {
  const sorted = [...analyzer.uses].sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
  const occurrences: Occurrence[] = [];
  let end = -1;
  for (const { span, symbol, role } of sorted) {
    const target = symbols[symbol.id];
    if (!target) continue;
    const last = occurrences.at(-1);
    if (last?.span.start === span.start && last.span.end === span.end && last.symbol === target) {
      if (rank(role) > rank(last.role)) occurrences[occurrences.length - 1] = { span: last.span, symbol: target, role };
      continue;
    }
    if (span.start < end) continue;
    occurrences.push({ span: { start: span.start, end: span.end }, symbol: target, role });
    ({ end } = span);
  }
  return occurrences;
}

function rank(role: Occurrence['role']): number {
  return role === 'definition' ? 2 : role === 'write' ? 1 : 0;
}

function outlineItem(tree: DTree, item: Item): OutlineItem[] {
  const span = { start: item.start, end: item.end };
  const plain = { span, children: [] };
  switch (item.kind) {
    case 'clause': {
      const [first] = item.descriptions;
      const nameSpan = first ? { start: first.start, end: first.end } : { start: item.start, end: item.start };
      const name = item.descriptions.map((each) => each.text).join(', ') || '(no probe)';
      const detail = item.predicate
        ? tree.text.slice(item.predicate.start, item.predicate.end).replace(/\s+/g, ' ')
        : '';
      return [{ ...plain, name, detail, kind: 'probe', nameSpan }];
    }
    case 'inline':
    case 'declaration': {
      const declarators = item.kind === 'inline' ? [item.declarator] : item.declarators;
      const detail = tree.text.slice(item.specifiers.start, item.specifiers.end).replace(/\s*\{[\s\S]*\}\s*/, ' ').replace(/\s+/g, ' '); // prettier-ignore
      const typedef = item.specifiers.words.some((word) => word.kind === 'word' && word.text === 'typedef');
      const kind = item.kind === 'inline' ? 'constant' : typedef ? 'type' : 'variable';
      return [...tagItems(tree, item), ...declarators.flatMap((declarator): OutlineItem[] => {
        const name = nameOf(declarator);
        if (!name || name.text === '') return [];
        return [{ ...plain, name: name.text, detail, kind, nameSpan: { start: name.start, end: name.end } }];
      })]; // prettier-ignore
    }
    case 'translator': {
      const text = (node: Span): string => tree.text.slice(node.start, node.end).replace(/\s+/g, ' ');
      const children = item.members.map(({ name, start, end }): OutlineItem => ({
        name: name.text, detail: '', kind: 'member', span: { start, end }, nameSpan: { start: name.start, end: name.end }, children: [],
      })); // prettier-ignore
      return [
        {
          name: text(item.output),
          detail: `translator from ${text(item.input)}`,
          kind: 'translator',
          span,
          nameSpan: { start: item.output.start, end: item.output.end },
          children,
        },
      ];
    }
    case 'provider': {
      const children = item.probes.map(({ name, start, end }): OutlineItem => ({
        name: name.text.replaceAll('__', '-'), detail: '', kind: 'probe', span: { start, end }, nameSpan: { start: name.start, end: name.end }, children: [],
      })); // prettier-ignore
      return [
        {
          name: item.name.text || '(no name)',
          detail: 'provider',
          kind: 'type',
          span,
          nameSpan: { start: item.name.start, end: item.name.end },
          children,
        },
      ];
    }
  }
}

/** Structs and enums that a declaration declares. */
function tagItems(tree: DTree, item: Item & { kind: 'inline' | 'declaration' }): OutlineItem[] {
  return item.specifiers.words.flatMap((word): OutlineItem[] => {
    if (word.kind !== 'struct' && word.kind !== 'enum') return [];
    const parts = word.kind === 'struct' ? word.members : word.enumerators;
    if (!parts || !word.name) return [];
    const span = { start: word.start, end: word.end };
    const children =
      word.kind === 'enum'
        ? (word.enumerators ?? []).map(({ name, start, end }): OutlineItem => ({ name: name.text, detail: '', kind: 'enumerator', span: { start, end }, nameSpan: { start: name.start, end: name.end }, children: [] }))
        : (word.members ?? []).flatMap((member) => member.declarators.flatMap((declarator): OutlineItem[] => {
            const name = nameOf(declarator);
            if (!name || name.text === '') return [];
            const detail = tree.text.slice(member.specifiers.start, member.specifiers.end);
            return [{ name: name.text, detail, kind: 'member', span: { start: member.start, end: member.end }, nameSpan: { start: name.start, end: name.end }, children: [] }];
          })); // prettier-ignore
    return [
      {
        name: word.name.text,
        detail: word.kind === 'struct' ? word.keyword : 'enum',
        kind: 'type',
        span,
        nameSpan: { start: word.name.start, end: word.name.end },
        children: children.filter((child) => child.name !== ''),
      },
    ];
  });
}

function foldsOf(tree: DTree): Fold[] {
  const folds: Fold[] = [];
  const { text, tokens } = tree;
  const multiline = (start: number, end: number): boolean => {
    const newline = text.indexOf('\n', start);
    return newline >= 0 && newline < end;
  };
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kinds[i] !== T.comment) continue;
    const start = tokens.starts[i] ?? 0;
    const end = tokens.starts[i + 1] ?? 0;
    if (multiline(start, end)) folds.push({ span: { start, end }, kind: 'comment' });
  }
  let first: Span | undefined;
  let last: Span | undefined;
  const endControls = (): void => {
    if (first && last && multiline(first.start, last.end))
      folds.push({ span: { start: first.start, end: last.end }, kind: 'imports' });
    first = last = undefined;
  };
  for (const line of tree.controls) {
    if (last && text.slice(last.end, line.start).trim() !== '') endControls();
    first ??= line;
    last = line;
  }
  endControls();
  for (const item of tree.program.items) {
    const span = item.kind === 'clause' && item.body ? item.body : item;
    if (multiline(span.start, span.end)) folds.push({ span: { start: span.start, end: span.end }, kind: 'region' });
  }
  return folds.sort((a, b) => a.span.start - b.span.start);
}

function spansAt(tree: DTree, offset: number): Span[] {
  const spans: Span[] = [];
  for (const { start, end } of nodesAt(tree.program, offset)) {
    const last = spans.at(-1);
    if (last?.start === start && last.end === end) continue;
    spans.push({ start, end });
  }
  return spans;
}
