// SystemTap's syntax tree: plain objects told apart by `kind`, with the place that they cover in the document.
// Invariants: a node's span lies within its parent's; siblings are in the text's order and do not overlap, except for
// nodes that come out of one macro expansion: these all have the span of the macro's invocation (`origin` says where
// their characters stand). What is missing is a `missing` node or an empty name, of no width.
import type { Span } from '../../base/text.ts';
import type { Diagnostic } from '../model.ts';
import type { TokenTable } from './tokens.ts';

type Node = Span;

/** Where characters stand that a macro brought here: in this document, or in another file. */
export interface Origin extends Span {
  readonly uri?: string;
}

/** A name with its place; empty and of no width where one is missing. */
export interface Name extends Node {
  readonly kind: 'name';
  readonly name: string;
  readonly origin?: Origin;
}

// Top level.

export type Declaration = Probe | Alias | FunctionDeclaration | GlobalDeclaration | EmbeddedCode;

export interface Probe extends Node {
  readonly kind: 'probe';
  readonly keyword: Span;
  readonly points: readonly ProbePoint[];
  readonly body: Block;
}

/** `probe a = b = x.y, z { … }`; `+=` makes the body run after the handler; `, { … }` after the first gives both. */
export interface Alias extends Node {
  readonly kind: 'alias';
  readonly keyword: Span;
  readonly names: readonly ProbePoint[];
  readonly style: 'prologue' | 'epilogue';
  readonly points: readonly ProbePoint[];
  readonly body: Block;
  readonly epilogue?: Block;
}

export interface ProbePoint extends Node {
  readonly kind: 'probePoint';
  readonly components: readonly (Component | ComponentGroup)[];
  /** `?`: may match nothing; `!`: too, and what follows is not tried when it matches. */
  readonly suffix: '' | '?' | '!';
  readonly condition?: Expression;
}

/** `function("a")`, `timer.ms(5)`'s parts, `sys_*`. */
export interface Component extends Node {
  readonly kind: 'component';
  readonly name: string;
  readonly nameSpan: Span;
  readonly argument?: Literal;
  readonly origin?: Origin;
  /** The whole component is a script argument, `$1`, whose text is not known. */
  readonly unknown?: boolean;
}

/** `{a, b.c}`: stands for each of its points in turn. */
export interface ComponentGroup extends Node {
  readonly kind: 'componentGroup';
  readonly points: readonly ProbePoint[];
}

export type TypeName = 'long' | 'string';
export interface TypeAnnotation extends Node {
  readonly kind: 'type';
  readonly name: TypeName;
}

export interface Parameter extends Node {
  readonly kind: 'parameter';
  readonly name: Name;
  readonly type?: TypeAnnotation;
}

export interface FunctionDeclaration extends Node {
  readonly kind: 'function';
  readonly keyword: Span;
  readonly isPrivate: boolean;
  readonly name: Name;
  readonly type?: TypeAnnotation;
  readonly parameters: readonly Parameter[];
  /** Overloads are tried from the lowest; 1 if it is not written. */
  readonly priority?: NumberLiteral;
  readonly body: Block | EmbeddedCode;
}

export interface GlobalDeclaration extends Node {
  readonly kind: 'global';
  readonly keyword: Span;
  readonly isPrivate: boolean;
  readonly variables: readonly GlobalVariable[];
}

export interface GlobalVariable extends Node {
  readonly kind: 'globalVariable';
  readonly name: Name;
  /** `%`: the oldest element makes room when the array is full. */
  readonly wrap: boolean;
  readonly size?: NumberLiteral;
  readonly initial?: Literal;
}

/** `%{ C %}` at the top level or as a function's body. */
export interface EmbeddedCode extends Node {
  readonly kind: 'embeddedCode';
  /** Without the `%{` and `%}`. */
  readonly code: string;
}

// Statements.

export type Statement =
  | Block
  | TryStatement
  | IfStatement
  | ForStatement
  | WhileStatement
  | ForeachStatement
  | ReturnStatement
  | DeleteStatement
  | JumpStatement
  | ExpressionStatement
  | EmptyStatement;

export interface Block extends Node {
  readonly kind: 'block';
  readonly statements: readonly Statement[];
}

export interface TryStatement extends Node {
  readonly kind: 'try';
  readonly body: Block;
  readonly variable?: Name;
  readonly handler: Block;
}

export interface IfStatement extends Node {
  readonly kind: 'if';
  readonly condition: Expression;
  readonly then: Statement;
  readonly else?: Statement;
}

export interface ForStatement extends Node {
  readonly kind: 'for';
  readonly initial?: Expression;
  readonly condition?: Expression;
  readonly step?: Expression;
  readonly body: Statement;
}

export interface WhileStatement extends Node {
  readonly kind: 'while';
  readonly condition: Expression;
  readonly body: Statement;
}

export type SortKey = 'count' | 'sum' | 'min' | 'max' | 'avg' | 'variance';
export interface ForeachStatement extends Node {
  readonly kind: 'foreach';
  /** `foreach (value = [a, b] in array)` */
  readonly value?: Name;
  readonly indexes: readonly Name[];
  readonly array: Name | Histogram;
  /** `in array[1, *]`: `wildcard` elements match everything. */
  readonly slice?: readonly (Expression | Wildcard)[];
  /** By which column: 0 is the value, 1 the first index. */
  readonly sort?: { readonly direction: '+' | '-'; readonly column: number; readonly by?: SortKey };
  readonly limit?: Expression;
  readonly body: Statement;
}

export interface ReturnStatement extends Node {
  readonly kind: 'return';
  readonly value?: Expression;
}

export interface DeleteStatement extends Node {
  readonly kind: 'delete';
  readonly value: Expression;
}

export interface JumpStatement extends Node {
  readonly kind: 'next' | 'break' | 'continue';
}

export interface ExpressionStatement extends Node {
  readonly kind: 'expressionStatement';
  readonly expression: Expression;
}

export interface EmptyStatement extends Node {
  readonly kind: 'empty';
}

// Expressions.

export type Literal = NumberLiteral | StringLiteral | ScriptArgument;

export type Expression =
  | Literal
  | Name
  | Index
  | Call
  | Print
  | Assignment
  | Ternary
  | Binary
  | RegexMatch
  | Membership
  | Unary
  | Update
  | Target
  | Parenthesized
  | Statistic
  | Histogram
  | Operator
  | EmbeddedExpression
  | MacroCall
  | Missing;

export interface NumberLiteral extends Node {
  readonly kind: 'number';
  /** 64 bits, signed: `0xffffffffffffffff` is -1. */
  readonly value: bigint;
}

/** One literal, or several that stand side by side and are one string. */
export interface StringLiteral extends Node {
  readonly kind: 'string';
  /** Escapes resolved; a code unit below 256 that an octal or hexadecimal escape made is that byte. */
  readonly value: string;
  /** The literals with their quotes, when there is more than one. */
  readonly parts?: readonly Span[];
}

/** `$1`, `@1`, `$#`, `@#` while the script's arguments are not known. */
export interface ScriptArgument extends Node {
  readonly kind: 'argument';
  /** From 1; 0 is the number of arguments. */
  readonly index: number;
  readonly form: 'raw' | 'string';
}

/** `array[a, *]` or `@hist_log(s)[i]`. */
export interface Index extends Node {
  readonly kind: 'index';
  readonly array: Name | Histogram;
  readonly indexes: readonly (Expression | Wildcard)[];
}

export interface Wildcard extends Node {
  readonly kind: 'wildcard';
}

export interface Call extends Node {
  readonly kind: 'call';
  readonly function: Name;
  readonly arguments: readonly Expression[];
}

export type PrintName =
  | 'print'
  | 'println'
  | 'printf'
  | 'printd'
  | 'printdln'
  | 'sprint'
  | 'sprintln'
  | 'sprintf'
  | 'sprintd'
  | 'sprintdln'
  | 'print_char';

/** A print operation: part of the language, not a function. */
export interface Print extends Node {
  readonly kind: 'print';
  readonly function: Name;
  readonly name: PrintName;
  /** Of `printf`, `sprintf`. */
  readonly format?: Expression;
  /** Of `printd`, `printdln` and their `s` forms. */
  readonly delimiter?: Expression;
  readonly arguments: readonly Expression[];
}

export type AssignmentOperator =
  '=' | '<<<' | '+=' | '-=' | '*=' | '/=' | '%=' | '<<=' | '>>=' | '&=' | '^=' | '|=' | '.=';
export interface Assignment extends Node {
  readonly kind: 'assignment';
  readonly operator: AssignmentOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Ternary extends Node {
  readonly kind: 'ternary';
  readonly condition: Expression;
  readonly then: Expression;
  readonly else: Expression;
}

export type BinaryOperator =
  | '||'
  | '&&'
  | '|'
  | '^'
  | '&'
  | '<'
  | '>'
  | '=='
  | '!='
  | '<='
  | '>='
  | '<<'
  | '>>'
  | '>>>'
  | '.'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%';
/** Chains lean to the left and can be thousands long: walk `left` with a loop. */
export interface Binary extends Node {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
}

export interface RegexMatch extends Node {
  readonly kind: 'match';
  readonly operator: '=~' | '!~';
  readonly left: Expression;
  readonly pattern: Expression;
}

/** `[a, *] in array` */
export interface Membership extends Node {
  readonly kind: 'in';
  readonly indexes: readonly (Expression | Wildcard)[];
  readonly array: Name | Histogram;
}

export interface Unary extends Node {
  readonly kind: 'unary';
  readonly operator: '+' | '-' | '!' | '~';
  readonly operand: Expression;
}

export interface Update extends Node {
  readonly kind: 'update';
  readonly operator: '++' | '--';
  readonly prefix: boolean;
  readonly operand: Expression;
}

/**
 * Something of the probed program: `$name`, `$$vars`, `@cast(p, "type", "module")`, `@var("name@file", "module")`, or any
 * value followed by `->` or `[` (`auto`: its type is what the value's type says), with members behind it.
 */
export interface Target extends Node {
  readonly kind: 'target';
  readonly base:
    | { readonly kind: 'variable'; readonly name: string; readonly span: Span; readonly origin?: Origin }
    | {
        readonly kind: 'cast';
        readonly operand: Expression;
        readonly type: Expression;
        readonly module?: Expression;
        readonly span: Span;
      }
    | { readonly kind: 'var'; readonly variable: Expression; readonly module?: Expression; readonly span: Span }
    | { readonly kind: 'auto'; readonly operand: Expression };
  readonly addressOf: boolean;
  readonly members: readonly (
    | { readonly kind: 'member'; readonly name: string; readonly span: Span }
    | { readonly kind: 'element'; readonly index: Expression; readonly span: Span }
  )[];
  /** `$`: shown shallowly as a string; `$$`: deeply. */
  readonly pretty: '' | '$' | '$$' | (string & {});
}

/** `(e)`, and `[e]` that no `in` follows, which means the same. */
export interface Parenthesized extends Node {
  readonly kind: 'parenthesized';
  readonly expression: Expression;
}

/** `@count(s)`, `@variance(s, 3)`, … */
export interface Statistic extends Node {
  readonly kind: 'statistic';
  readonly operator: '@count' | '@sum' | '@min' | '@max' | '@avg' | '@variance';
  readonly operatorSpan: Span;
  readonly operand: Expression;
  readonly parameters: readonly NumberLiteral[];
}

/** `@hist_linear(s, low, high, width)`, `@hist_log(s)`: only printed, indexed or iterated over. */
export interface Histogram extends Node {
  readonly kind: 'histogram';
  readonly operator: '@hist_linear' | '@hist_log';
  readonly operatorSpan: Span;
  readonly operand: Expression;
  readonly parameters: readonly NumberLiteral[];
}

/** The other `@` operators, with their operands in order. */
export interface Operator extends Node {
  readonly kind: 'operator';
  readonly operator:
    '@defined' | '@entry' | '@probewrite' | '@const' | '@perf' | '@kregister' | '@uregister' | '@kderef' | '@uderef';
  readonly operatorSpan: Span;
  readonly operands: readonly Expression[];
}

/** `%{ C %}` as a value. */
export interface EmbeddedExpression extends Node {
  readonly kind: 'embeddedExpression';
  readonly code: string;
}

/** A library macro whose definition is not at hand: known by name only. */
export interface MacroCall extends Node {
  readonly kind: 'macroCall';
  readonly name: string;
  readonly nameSpan: Span;
}

export interface Missing extends Node {
  readonly kind: 'missing';
}

export type SyntaxNode =
  | Declaration
  | ProbePoint
  | Component
  | ComponentGroup
  | TypeAnnotation
  | Parameter
  | GlobalVariable
  | Statement
  | Expression
  | Wildcard;

// Preprocessing.

/** A token as a macro holds it. */
export interface MacroToken extends Origin {
  /** Of `T`. */
  readonly kind: number;
  readonly text: string;
}

export interface Macro {
  /** Without the `@`. */
  readonly name: string;
  readonly nameSpan: Span;
  /** From `@define` to `%)`. */
  readonly span: Span;
  readonly parameters: readonly string[];
  readonly parameterSpans: readonly Span[];
  /** Absent: known by name and number of parameters only. */
  readonly body?: readonly MacroToken[];
  readonly bodySpan?: Span;
  /** The file that defines it, unless it is this document. */
  readonly uri?: string;
  /** Whether a `.stpm` file defines it: these do not see the macros of scripts. */
  readonly isLibrary: boolean;
}

export interface MacroUse {
  readonly macro: Macro;
  /** The `@name`. */
  readonly nameSpan: Span;
  /** With its arguments. */
  readonly span: Span;
}

/** `%( condition %? then %: else %)` */
export interface Conditional {
  readonly span: Span;
  readonly condition: Span;
  readonly holds: boolean;
  /** What was left out. */
  readonly inactive?: Span;
}

export interface StapTree {
  readonly text: string;
  readonly tokens: TokenTable;
  readonly declarations: readonly Declaration[];
  /** Definitions of this file, in order. */
  readonly macros: readonly Macro[];
  readonly macroUses: readonly MacroUse[];
  readonly conditionals: readonly Conditional[];
  /** Errors of the scanner, the preprocessor and the parser, in the text's order. */
  readonly diagnostics: readonly Diagnostic[];
  readonly options: ParseOptions;
}

export interface ParseOptions {
  /** `script`: a user's; `tapset`: a library's `.stp`; `macros`: a `.stpm`, which holds definitions only. */
  readonly role?: 'script' | 'tapset' | 'macros';
  /** Where the text comes from; the macros that it defines carry it. */
  readonly uri?: string;
  /** Macros of `.stpm` files, by name without the `@`. */
  readonly macros?: ReadonlyMap<string, Macro>;
  /** The script's arguments; absent: not known, `$1` is then a value of any kind. */
  readonly arguments?: readonly string[];
  /** What `%( … %)` asks for; each has a default that stands for a present-day x86-64 machine. */
  readonly kernelRelease?: string;
  readonly arch?: string;
  readonly runtime?: 'kernel' | 'dyninst' | 'bpf';
  readonly systemtapVersion?: string;
  readonly privilege?: 'stapdev' | 'stapsys' | 'stapusr';
  readonly config?: ReadonlyMap<string, string>;
  /** stap's `-g`. Absent: not known; embedded C is then accepted with a remark. */
  readonly guru?: boolean;
}
