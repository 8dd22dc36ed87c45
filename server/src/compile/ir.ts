// The one intermediate form that D and SystemTap lower to. Everything implicit in the languages is explicit here:
// promotions are casts, aliases and globs are resolved to the engine's probes, strings and numbers are typed, and what
// can be decided once for a code object stands apart from what is tested at every event.
// Invariants: every expression has a type; an `int` value is always within its type's range; nothing here names a
// tracer, a file or a process.
import type { Span } from '../base/text.ts';

/** Integers and pointers have a width in bits; strings are byte strings; `memory` is a struct, union or array by address. */
export type IrType =
  | { readonly kind: 'int'; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly kind: 'pointer'; readonly size: number }
  | { readonly kind: 'string' }
  | { readonly kind: 'memory'; readonly size: number }
  | { readonly kind: 'statistics' }
  | { readonly kind: 'void' };

/** The probes that the embedded engine raises. `provider` is `python` for CPython's markers. */
export type EngineProbe =
  | {
      readonly kind: 'marker';
      /** In SystemTap's spelling: `function__entry`, `gc__start`. */
      readonly name: string;
      /** Only the process with this pid, or the target itself; absent: every traced process. */
      readonly process?: number | 'target';
      /** Runs when the function returns, with its return value: SystemTap's `.return` on functions, never on markers. */
      readonly variables?: readonly string[];
    }
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' }
  | { readonly kind: 'error' }
  | { readonly kind: 'never' }
  | {
      readonly kind: 'timer';
      readonly nanoseconds: number;
      readonly randomNanoseconds?: number;
      readonly perCpu: boolean;
    };

export interface ProbePoint {
  readonly probe: EngineProbe;
  /** What the script's language calls it: D's four parts; SystemTap's whole point in `function`. */
  readonly provider: string;
  readonly module: string;
  readonly function: string;
  readonly name: string;
  readonly span: Span;
}

/** Where a value is kept. `thread` and `firing` are D's `self->` and `this->`; `local` belongs to one function or handler. */
export type Storage = 'global' | 'thread' | 'firing' | 'local';

export interface IrVariable {
  readonly id: number;
  /** A valid identifier in the script's language. */
  readonly name: string;
  readonly storage: Storage;
  readonly type: IrType;
  /** Types of the keys of an associative array; absent for a scalar. */
  readonly keys?: readonly IrType[];
  /** SystemTap: how many elements an array may hold, and whether the oldest gives way (`%`). */
  readonly capacity?: { readonly elements: number; readonly wraps: boolean };
  /** Its address is taken, or it is a struct or an array: it lives in the engine's memory. */
  readonly inMemory: boolean;
  readonly initial?: Expression;
}

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '<<'
  | '>>'
  | '&'
  | '|'
  | '^'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'and'
  | 'or'
  | 'xor'
  | 'concat';

interface Typed {
  readonly type: IrType;
  readonly span: Span;
}

export type Expression = Typed &
  (
    | { readonly kind: 'integer'; readonly value: bigint }
    | { readonly kind: 'text'; readonly value: Uint8Array }
    /** Argument of the probe, counted from 0; `string`: what it points to, else its bits as the marker passes them. */
    | { readonly kind: 'argument'; readonly index: number; readonly as: 'bits' | 'string' }
    /** `timestamp`, `pid`, `execname`, `probefunc`, …: a value that the runtime knows by this name. */
    | { readonly kind: 'context'; readonly name: string }
    | { readonly kind: 'variable'; readonly variable: IrVariable }
    | { readonly kind: 'element'; readonly variable: IrVariable; readonly keys: readonly Expression[] }
    | { readonly kind: 'contains'; readonly variable: IrVariable; readonly keys: readonly (Expression | undefined)[] }
    /** Operands have equal types, except for shifts; comparisons give a 32-bit int in D and a 64-bit one in SystemTap. */
    | {
        readonly kind: 'binary';
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly kind: 'unary'; readonly operator: '-' | '~' | 'not'; readonly operand: Expression }
    /** Integers and pointers: truncates or extends to the type. */
    | { readonly kind: 'cast'; readonly operand: Expression }
    | {
        readonly kind: 'conditional';
        readonly test: Expression;
        readonly then: Expression;
        readonly otherwise: Expression;
      }
    | { readonly kind: 'sequence'; readonly before: readonly Expression[]; readonly last: Expression }
    /** Gives the new value, or the old one (`x++`). */
    | { readonly kind: 'assign'; readonly target: Target; readonly value: Expression; readonly gives: 'new' | 'old' }
    | { readonly kind: 'load'; readonly address: Expression }
    | { readonly kind: 'address'; readonly variable: IrVariable; readonly keys: readonly Expression[] }
    /** A bit field of an integer of `bits` bits at an address. */
    | {
        readonly kind: 'bits';
        readonly address: Expression;
        readonly from: number;
        readonly width: number;
        readonly signed: boolean;
      }
    /** A function of the runtime. */
    | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
    /** A function of the script (SystemTap). */
    | { readonly kind: 'invoke'; readonly function: number; readonly arguments: readonly Expression[] }
    /** `@count(s)`, `@avg(a[k])`, … */
    | {
        readonly kind: 'extract';
        readonly operator: string;
        readonly of: Expression;
        readonly parameters: readonly bigint[];
      }
  );

export type Target =
  | { readonly kind: 'variable'; readonly variable: IrVariable }
  | { readonly kind: 'element'; readonly variable: IrVariable; readonly keys: readonly Expression[] }
  | { readonly kind: 'store'; readonly address: Expression; readonly type: IrType }
  | {
      readonly kind: 'bits';
      readonly address: Expression;
      readonly from: number;
      readonly width: number;
      readonly type: IrType;
    };

/** A key of an aggregation or array that the window can show on a source line. */
export interface LineKeys {
  readonly file: number;
  readonly line: number;
}

export interface IrAggregation {
  readonly id: number;
  readonly name: string;
  readonly function: 'count' | 'sum' | 'avg' | 'min' | 'max' | 'stddev' | 'quantize' | 'lquantize' | 'llquantize';
  readonly parameters: readonly bigint[];
  readonly keys: readonly IrType[];
  readonly lineKeys?: LineKeys;
}

export type Statement = { readonly span: Span } & (
  | { readonly kind: 'evaluate'; readonly value: Expression }
  | {
      readonly kind: 'if';
      readonly test: Expression;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: 'while';
      readonly test: Expression;
      readonly body: readonly Statement[];
      readonly step?: Expression;
    }
  | {
      readonly kind: 'foreach';
      readonly over: IrVariable;
      readonly names: readonly IrVariable[];
      readonly value?: IrVariable;
      readonly slice?: readonly (Expression | undefined)[];
      readonly sort?: { readonly by: number | string; readonly order: 1 | -1 };
      readonly limit?: Expression;
      readonly body: readonly Statement[];
    }
  | {
      readonly kind: 'try';
      readonly body: readonly Statement[];
      readonly caught?: IrVariable;
      readonly handler: readonly Statement[];
    }
  | { readonly kind: 'return'; readonly value?: Expression }
  | { readonly kind: 'break' | 'continue' | 'next' }
  | { readonly kind: 'delete'; readonly variable: IrVariable; readonly keys?: readonly (Expression | undefined)[] }
  /** D's `@a[k] = f(v)` and SystemTap's `a[k] <<< v`. */
  | {
      readonly kind: 'aggregate';
      readonly into: IrAggregation;
      readonly keys: readonly Expression[];
      readonly value?: Expression;
      readonly weight?: Expression;
    }
  | {
      readonly kind: 'accumulate';
      readonly variable: IrVariable;
      readonly keys: readonly Expression[];
      readonly value: Expression;
    }
  /** A recording action of D (`printf`, `trace`, `printa`, `stack`, …): what the consumer prints, in order. */
  | {
      readonly kind: 'action';
      readonly name: string;
      readonly arguments: readonly Expression[];
      readonly aggregations: readonly IrAggregation[];
      readonly format?: string;
    }
);

export interface IrFunction {
  readonly id: number;
  readonly name: string;
  readonly parameters: readonly IrVariable[];
  readonly result: IrType;
  readonly body: readonly Statement[];
  readonly locals: readonly IrVariable[];
}

export interface IrClause {
  readonly id: number;
  readonly span: Span;
  readonly points: readonly ProbePoint[];
  /** Decided once for each code object: made only of the file, the function and constants. */
  readonly filter?: Expression;
  /** Decided at every event. */
  readonly predicate?: Expression;
  readonly body: readonly Statement[];
  readonly locals: readonly IrVariable[];
  /** D: an empty body, which records that the clause ran. */
  readonly records: boolean;
}

export interface Program {
  readonly language: 'dtrace' | 'systemtap';
  /** As the language spells them, without `-x`: `quiet`, `strsize`, `switchrate`. */
  readonly options: Readonly<Record<string, string>>;
  readonly variables: readonly IrVariable[];
  readonly aggregations: readonly IrAggregation[];
  readonly functions: readonly IrFunction[];
  readonly clauses: readonly IrClause[];
}

/** Why a script can't run on a backend: at the clause or expression, with the backend that can. */
export interface Refusal {
  readonly span: Span;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export type Lowered =
  { readonly ok: true; readonly program: Program } | { readonly ok: false; readonly refusals: readonly Refusal[] };
