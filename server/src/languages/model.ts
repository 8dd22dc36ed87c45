// What the analysis of either language gives to the services: symbols, their occurrences, the outline, diagnostics
// and references to CPython's probes, in words that are the same for D and SystemTap. Services that need more than
// this (completion, hover, formatting) know the language's own tree.
// Invariants: analysis never throws; spans lie within the text; `occurrences` and `tokens` are sorted and don't overlap.
import type { Span, TextEdit } from '../base/text.ts';

export type LanguageId = 'dtrace' | 'systemtap';
export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface Fix {
  /** An imperative sentence without a full stop: "Use function-entry". */
  readonly title: string;
  readonly edits: readonly TextEdit[];
  readonly preferred?: boolean;
}

export interface Diagnostic {
  readonly span: Span;
  /** Stable: `dtrace/D_PROTO_LEN`, `systemtap/unknown-function`, `cpython/missing-probe`, … */
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong, where, and what to do. */
  readonly message: string;
  /** Documentation of the code: DTrace's or SystemTap's manual page. */
  readonly href?: string;
  readonly fixes?: readonly Fix[];
  readonly tags?: readonly ('unnecessary' | 'deprecated')[];
  readonly related?: readonly { readonly span: Span; readonly message: string }[];
}

export type SymbolKind =
  | 'variable'
  | 'threadLocal'
  | 'clauseLocal'
  | 'parameter'
  | 'array'
  | 'aggregation'
  | 'function'
  | 'macro'
  | 'macroParameter'
  | 'probeAlias'
  | 'probe'
  | 'type'
  | 'member'
  | 'enumerator'
  | 'translator'
  | 'constant';

/** A thing with a name that the text (or another file: `uri`) defines; the language's built-ins are not here. */
export interface LanguageSymbol {
  readonly id: number;
  readonly name: string;
  readonly kind: SymbolKind;
  /** Rendered in the language's own words: `int`, `string`, `aggregation of count`; absent if unknown. */
  readonly type?: string;
  /** A signature or declaration on one line, for hovers. */
  readonly detail: string;
  /** Comment that stands directly above the definition, without its markers. */
  readonly documentation?: string;
  /** Where the name can be used; absent: everywhere. */
  readonly scope?: Span;
  /** A file other than this document, where the definition lies (a tapset, an include). */
  readonly uri?: string;
  /** The names' spans at the definitions, first first; empty for implicit ones. */
  readonly definitions: readonly Span[];
}

export interface Occurrence {
  readonly span: Span;
  readonly symbol: LanguageSymbol;
  readonly role: 'definition' | 'read' | 'write' | 'call';
}

export interface OutlineItem {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly OutlineItem[];
}

export interface Fold {
  readonly span: Span;
  readonly kind: 'comment' | 'imports' | 'region';
}

/** A token for colouring, in LSP's standard words. */
export interface SemanticToken {
  readonly span: Span;
  readonly type:
    | 'namespace'
    | 'type'
    | 'parameter'
    | 'variable'
    | 'property'
    | 'enumMember'
    | 'event'
    | 'function'
    | 'macro'
    | 'keyword'
    | 'comment'
    | 'string'
    | 'number'
    | 'regexp'
    | 'operator';
  readonly modifiers: readonly ('declaration' | 'definition' | 'readonly' | 'defaultLibrary' | 'modification')[];
}

/** One use of a probe argument (`arg0`, `args[0]`, `$arg1`) in a clause or handler. */
export interface ArgumentUse {
  /** Counted from 0, in both languages: D's `arg0` and SystemTap's `$arg1` are 0. */
  readonly index: number;
  readonly span: Span;
  /** The function whose direct argument it is: `copyinstr`, `user_string`. */
  readonly wrapper?: string;
}

/** One probe description or probe point that names a marker in a user-space program. */
export interface ProbeReference {
  /** The description as written. */
  readonly text: string;
  readonly span: Span;
  /** The whole clause or probe with its handler. */
  readonly clause: Span;
  readonly handler?: Span;
  /** The provider as written, without a pid part: `python`, `python*`, `*`; absent in SystemTap where it is left out. */
  readonly provider?: { readonly text: string; readonly span: Span };
  /** D: what follows the provider's name: `$target`, `1234`, `*` or ''. */
  readonly process?: string;
  /** The marker's name as a pattern in SystemTap's spelling (`function__entry`, `gc__*`), and where it stands. */
  readonly marker: { readonly pattern: string; readonly span: Span };
  /** SystemTap's `process("…")`: a path or command name, and its span inside the quotes. */
  readonly executable?: { readonly text: string; readonly span: Span };
  /** SystemTap's `.library("…")`. */
  readonly library?: { readonly text: string; readonly span: Span };
  /** `?` or `!` in SystemTap; `-Z`, or a glob that may match nothing, in D. */
  readonly optional: boolean;
  readonly hasPredicate: boolean;
  /** Uses in the clause; a clause with several descriptions gives them to each. */
  readonly arguments: readonly ArgumentUse[];
}

export interface LanguageModel {
  readonly language: LanguageId;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly symbols: readonly LanguageSymbol[];
  readonly occurrences: readonly Occurrence[];
  readonly outline: readonly OutlineItem[];
  readonly folds: readonly Fold[];
  readonly tokens: readonly SemanticToken[];
  readonly probes: readonly ProbeReference[];
  /** The spans of the nodes around an offset, outermost first; each contains the next. */
  readonly spansAt: (offset: number) => readonly Span[];
}
