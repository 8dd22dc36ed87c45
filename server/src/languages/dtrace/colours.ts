// Semantic tokens: every token of the text that has a meaning, in LSP's words.
import type { Occurrence, SemanticToken, SymbolKind } from '../model.ts';
import type { Analyzer } from './analyzer.ts';
import { keywordKind, T } from './tokens.ts';

type Type = SemanticToken['type'];
type Modifiers = SemanticToken['modifiers'];

const none: Modifiers = [];
const library: Modifiers = ['defaultLibrary'];
const fixed: Modifiers = ['readonly', 'defaultLibrary'];
const declaration: Modifiers = ['declaration'];
const modification: Modifiers = ['modification'];

const typeOfKind: Readonly<Record<SymbolKind, Type>> = {
  variable: 'variable', threadLocal: 'variable', clauseLocal: 'variable', parameter: 'parameter', array: 'variable',
  aggregation: 'variable', function: 'function', macro: 'macro', macroParameter: 'parameter', probeAlias: 'event',
  probe: 'event', type: 'type', member: 'property', enumerator: 'enumMember', translator: 'type', constant: 'variable',
}; // prettier-ignore

/** Colours a program; `occurrences` are sorted. */
export function colour(analyzer: Analyzer, occurrences: readonly Occurrence[]): SemanticToken[] {
  const { tokens, text } = analyzer.tree;
  const result: SemanticToken[] = [];
  const add = (start: number, end: number, type: Type, modifiers: Modifiers): void => {
    if (end > start) result.push({ span: { start, end }, type, modifiers });
  };
  let next = 0;
  let before = 0;
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kinds[i] ?? 0;
    const start = tokens.starts[i] ?? 0;
    const end = tokens.starts[i + 1] ?? 0;
    if (kind === T.whitespace) continue;
    while ((occurrences[next]?.span.start ?? Infinity) < start) next++;
    const occurrence = occurrences[next];
    if (occurrence && occurrence.span.start >= start && occurrence.span.end <= end && kind !== T.control) {
      const symbol = occurrence.symbol;
      const readonly = symbol.kind === 'constant' || symbol.kind === 'enumerator';
      const modifiers: Modifiers =
        occurrence.role === 'definition'
          ? readonly
            ? ['declaration', 'readonly']
            : declaration
          : occurrence.role === 'write'
            ? modification
            : readonly
              ? ['readonly']
              : none;
      add(start, end, typeOfKind[symbol.kind], modifiers);
    } else if (kind === T.identifier) {
      const afterDot = before === T.dot || before === T.arrow;
      const [type, modifiers] = afterDot ? (['property', none] as const) : builtin(analyzer, text.slice(start, end));
      add(start, end, type, modifiers);
    } else if (kind >= T.firstKeyword)
      add(start, end, isTypeWord(kind) ? 'type' : 'keyword', isTypeWord(kind) ? library : none);
    else addLiteral(text, kind, start, end, add);
    if (kind > T.control) before = kind;
  }
  return result;
}

const typeWords = new Set(['void', 'char', 'short', 'int', 'long', 'float', 'double', 'signed', 'unsigned', 'string'].map((word) => keywordKind(word) ?? 0)); // prettier-ignore

function isTypeWord(kind: number): boolean {
  return typeWords.has(kind);
}

function builtin(analyzer: Analyzer, name: string): readonly [Type, Modifiers] {
  const { table } = analyzer;
  if (table.functions.has(name)) return ['function', library];
  if (table.variables.has(name)) return ['variable', fixed];
  if (table.inlines.has(name)) return ['variable', fixed];
  if (table.typedefs.has(name)) return ['type', library];
  return ['variable', none];
}

type Add = (start: number, end: number, type: Type, modifiers: Modifiers) => void;

function addLiteral(text: string, kind: number, start: number, end: number, add: Add): void {
  switch (kind) {
    case T.comment: {
      // A token of LSP lies on one line.
      let at = start;
      while (at < end) {
        const newline = text.indexOf('\n', at);
        const stop = newline < 0 || newline > end ? end : newline;
        const trimmed = text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop;
        add(at, trimmed, 'comment', none);
        at = stop + 1;
      }
      return;
    }
    case T.string:
    case T.character:
      add(start, end, 'string', none);
      return;
    case T.integer:
    case T.float:
      add(start, end, 'number', none);
      return;
    case T.macro:
      add(start, end, 'macro', none);
      return;
    case T.aggregation:
      add(start, end, 'variable', none);
      return;
    case T.specification: {
      const word = text.slice(start, end);
      const colon = word.lastIndexOf(':');
      const first = word.indexOf(':');
      if (colon < 0) add(start, end, 'event', none);
      else {
        add(start, start + first, 'namespace', none);
        if (colon > first + 1) add(start + first + 1, start + colon, 'function', none);
        add(start + colon + 1, end, 'event', none);
      }
    }
  }
}
