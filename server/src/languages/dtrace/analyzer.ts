// What the passes of the analysis share: names and types known so far, what each expression turned out to be, and the
// problems. The passes go through the program in the order in which DTrace's compiler does, since that order decides
// which names exist: declarations first come, clauses create variables as they assign them.
import type { Span } from '../../base/text.ts';
import type { Platform } from '../../catalogue/index.ts';
import type { ArgumentUse, Diagnostic, Fix, Occurrence, Severity, SymbolKind } from '../model.ts';
import type { Kernel } from './kernel.ts';
import { manualPage } from './manual.ts';
import type { Clause, DTree, Expression } from './syntax.ts';
import type { TypeTable } from './typeTable.ts';
import type { DType, EnumType, Signature, StructType } from './types.ts';

/** How a script is run, as far as that is known. */
export interface DEnvironment {
  readonly platform: Platform;
  /** dtrace's own command line, without the script: `-w`, `-Z`, `-x strsize=64`, …; absent if it isn't known. */
  readonly flags?: readonly string[];
  /** What stands for `$1`, `$2`, … (`$0` is the first); absent if it isn't known. */
  readonly arguments?: readonly string[];
  /** The kernel that is traced, if its types are known: then a type that it lacks is an error. */
  readonly kernel?: Kernel;
}

/** A variable, aggregation, type, … that the program makes; the passes fill it in. */
export interface DSymbol {
  readonly id: number;
  readonly name: string;
  kind: SymbolKind;
  type: DType | undefined;
  /** The key types of an associative array or aggregation, once they are known. */
  keys: readonly DType[] | undefined;
  declared: boolean;
  read: boolean;
  written: boolean;
  readonly definitions: Span[];
  scope?: Span;
  /** `self`, `this` or neither. */
  readonly space: 'global' | 'self' | 'this';
  /** An aggregation's function, and the constants it was given (base, limit, step, …). */
  aggregation?: { readonly name: string; readonly span: Span; parameters?: readonly bigint[] };
  /** An inline's or enumerator's value, if it is an integer constant. */
  value?: bigint;
  /** An inline's operand: what it stands for. */
  inline?: Operand;
  /** `alloca` or another storage was assigned to it. */
  storage?: 'alloca' | 'other';
  /** A signature or declaration in one line. */
  detail?: string;
  /** What a use of it is, as long as nothing about it changes. */
  operand?: Operand;
}

/** Bits of `Operand.flags`. */
export const F = {
  lvalue: 1,
  writable: 2,
  /** A variable of the program or the compiler: its address can't be taken. */
  variable: 4,
  aggregation: 8,
  /** The call of an action. */
  action: 16,
  /** The call of an aggregating function. */
  aggregating: 32,
  call: 64,
  /** A string constant. */
  text: 128,
  bitfield: 256,
  /** A pointer into scratch memory. */
  alloca: 512,
  /** Either scratch memory or not: can't be assigned. */
  nonassignable: 1024,
  /** An associative array's name without its keys, or after them. */
  indexed: 2048,
  /** A constant whose value depends on the machine. */
  constant: 4096,
} as const;

/** What an expression is. */
export interface Operand {
  readonly type: DType;
  readonly flags: number;
  /** The value of an integer constant, wrapped to 64 bits. */
  readonly value?: bigint;
  readonly symbol?: DSymbol;
  /** The built-in function of a call. */
  readonly callee?: Signature;
  /** A string constant's text. */
  readonly text?: string;
}

export interface Analyzer {
  readonly tree: DTree;
  readonly environment: DEnvironment;
  readonly table: TypeTable;
  readonly typedefs: Map<string, { readonly type: DType; readonly symbol: DSymbol }>;
  readonly tags: Map<string, StructType | EnumType>;
  readonly tagSymbols: Map<string, DSymbol>;
  readonly members: Map<StructType, Map<string, DSymbol>>;
  readonly globals: Map<string, DSymbol>;
  readonly threadLocals: Map<string, DSymbol>;
  readonly clauseLocals: Map<string, DSymbol>;
  readonly aggregations: Map<string, DSymbol>;
  readonly macros: Map<string, DSymbol>;
  readonly translators: {
    readonly input: DType;
    readonly output: DType;
    readonly members: ReadonlySet<string>;
    readonly symbol: DSymbol;
  }[];
  /** Parameters of the inline or translator that is being read. */
  locals: Map<string, DSymbol> | undefined;
  readonly symbols: DSymbol[];
  readonly uses: { readonly span: Span; readonly symbol: DSymbol; readonly role: Occurrence['role'] }[];
  readonly diagnostics: Diagnostic[];
  readonly operands: (Operand | undefined)[];
  readonly options: ReadonlyMap<string, string>;
  clause: Clause | undefined;
  /** Clauses with pointers, copies or stores whose values are worth following. */
  readonly risky: Set<Clause>;
  /** Whether the statement that is read calls something destructive. */
  destructive: boolean;
  /** Uses of `arg0` … and `args[…]`, and the function whose direct argument is being read. */
  readonly argumentUses: ArgumentUse[];
  wrapper: string | undefined;
  /** Declarations hold expressions and expressions hold types, so one of them is reached through here. */
  readonly cook: (analyzer: Analyzer, node: Expression, mode: number) => Operand;
  /** Above 0, what is found is not said: the code is never compiled. */
  muted: number;
}

/** Says what is wrong with a place; `tag` is DTrace's. */
export function complain(analyzer: Analyzer, tag: string, span: Span, message: string, fixes?: readonly Fix[]): void {
  say(analyzer, 'error', tag, span, message, fixes);
}

export function say(
  analyzer: Analyzer,
  severity: Severity,
  tag: string,
  span: Span,
  message: string,
  fixes?: readonly Fix[],
): void {
  if (analyzer.muted > 0) return;
  const href = manualPage(tag);
  analyzer.diagnostics.push({
    span: { start: span.start, end: span.end },
    code: `dtrace/${tag}`,
    severity,
    message,
    ...(href !== undefined && { href }),
    ...(fixes && { fixes }),
  });
}

export function makeSymbol(
  analyzer: Analyzer,
  kind: SymbolKind,
  name: string,
  space: DSymbol['space'] = 'global',
): DSymbol {
  const symbol: DSymbol = {
    id: analyzer.symbols.length,
    name,
    kind,
    type: undefined,
    keys: undefined,
    declared: false,
    read: false,
    written: false,
    definitions: [],
    space,
  };
  analyzer.symbols.push(symbol);
  return symbol;
}

/** Notes a place where a symbol's name stands. */
export function use(analyzer: Analyzer, symbol: DSymbol, span: Span, role: Occurrence['role']): void {
  if (span.end <= span.start) return;
  if (role === 'definition') symbol.definitions.push({ start: span.start, end: span.end });
  analyzer.uses.push({ span, symbol, role });
}

/** Whether a variable came into being without a declaration, a value or a use: nothing is known of it. */
export function isFresh(symbol: DSymbol): boolean {
  return !symbol.declared && !symbol.read && !symbol.written;
}

/** Notes that a clause's values must be followed. */
export function markRisky(analyzer: Analyzer): void {
  if (analyzer.clause) analyzer.risky.add(analyzer.clause);
}

export function remember(analyzer: Analyzer, node: Expression, operand: Operand): Operand {
  analyzer.operands[node.id] = operand;
  return operand;
}

/** A word for a kind of symbol, as messages have it. */
export function kindWord(symbol: DSymbol): string {
  switch (symbol.kind) {
    case 'array':
      return 'an associative array';
    case 'aggregation':
      return 'an aggregation';
    case 'constant':
      return 'an inline';
    case 'enumerator':
      return 'an enumerator';
    default:
      return 'a variable';
  }
}
