// The tree of a D program: what the parser makes and everything else reads. Nodes are plain objects discriminated by
// `kind`; `start` and `end` are offsets into the document, also for text that came out of the preprocessor (it has the
// span of the macro or `#include` line that made it). A required child that the text lacks is there as a node of no
// width, so that no reader needs to ask. The words are those of the DTrace manual.
// Invariants: a child's span lies within its parent's; siblings are in order; expression ids are 0 … expressionCount-1.
import type { Span } from '../../base/text.ts';
import type { Tokens } from './tokens.ts';

/** An error that the lexer, the preprocessor or the parser found; `tag` is DTrace's own (`dtrace -xerrtags`). */
export interface SyntaxProblem extends Span {
  readonly tag: string;
  readonly message: string;
}

/** What `parseD` gives for any text at all. */
export interface DTree {
  readonly text: string;
  /** Every character of the text belongs to exactly one token; white space and comments are tokens too. */
  readonly tokens: Tokens;
  readonly program: Program;
  readonly problems: readonly SyntaxProblem[];
  /** `#!/usr/sbin/dtrace -qs`, if the text begins with such a line. */
  readonly interpreter?: Interpreter;
  /** Lines that begin with `#`, in order, those inside clauses too. */
  readonly controls: readonly ControlLine[];
  /** `#define`s that were seen, in order; empty where there are none. */
  readonly macros: readonly MacroDefinition[];
  /** Places where a macro was expanded. */
  readonly macroUses: readonly MacroUse[];
  /** Whether the C preprocessor was applied to the text. */
  readonly preprocessed: boolean;
  /** Expressions are numbered by `id`, from 0, in the order in which they end. */
  readonly expressionCount: number;
}

export interface Interpreter extends Span {
  readonly kind: 'interpreter';
  readonly path: string;
  /** The words after the path. */
  readonly flags: readonly string[];
}

export interface ControlWord extends Span {
  readonly type: 'word' | 'string' | 'integer';
  /** A string's text is without quotes, its escapes resolved. */
  readonly text: string;
}

export interface ControlLine extends Span {
  readonly kind: 'controlLine';
  /** `pragma`, `define`, `include`, `ifdef`, `line`, …; empty for a lone `#`. */
  readonly directive: string;
  readonly directiveSpan: Span;
  readonly words: readonly ControlWord[];
  /** The clause or declaration that it stands in, if it does. */
  readonly nested: boolean;
  /** Conditional compilation left it out. */
  readonly skipped: boolean;
}

export interface MacroDefinition extends Span {
  readonly kind: 'macroDefinition';
  readonly name: string;
  readonly nameSpan: Span;
  readonly parameters?: readonly string[];
  readonly body: string;
}

export interface MacroUse extends Span {
  readonly name: string;
}

export interface Program extends Span {
  readonly kind: 'program';
  readonly items: readonly Item[];
}

export type Item = Clause | Declaration | InlineDefinition | TranslatorDefinition | ProviderDefinition;

/** `descriptions / predicate / { statements }` */
export interface Clause extends Span {
  readonly kind: 'clause';
  readonly descriptions: readonly ProbeDescription[];
  readonly predicate?: Predicate;
  readonly body?: Block;
}

/** One description as written, with its parts split at the colons; parts that were left out are absent. */
export interface ProbeDescription extends Span {
  readonly kind: 'probeDescription';
  readonly text: string;
  /** A probe's number instead of its names. */
  readonly number?: bigint;
  readonly provider?: ProbePart;
  readonly module?: ProbePart;
  readonly function?: ProbePart;
  readonly name?: ProbePart;
  /** More than three colons. */
  readonly overlong: boolean;
}

export interface ProbePart extends Span {
  readonly kind: 'probePart';
  readonly text: string;
}

/** With its slashes. */
export interface Predicate extends Span {
  readonly kind: 'predicate';
  readonly expression: Expression;
}

/** With its braces. */
export interface Block extends Span {
  readonly kind: 'block';
  readonly statements: readonly Statement[];
  readonly closed: boolean;
}

export type Statement = ExpressionStatement | IfStatement | Block | EmptyStatement;

/** Without its semicolon. */
export interface ExpressionStatement extends Span {
  readonly kind: 'expressionStatement';
  readonly expression: Expression;
}

export interface EmptyStatement extends Span {
  readonly kind: 'emptyStatement';
}

export interface IfStatement extends Span {
  readonly kind: 'if';
  readonly keyword: Span;
  readonly condition: Expression;
  readonly then: Statement;
  readonly else?: Statement;
}

export interface Name extends Span {
  readonly kind: 'name';
  readonly text: string;
}

export interface Declaration extends Span {
  readonly kind: 'declaration';
  readonly specifiers: Specifiers;
  readonly declarators: readonly Declarator[];
}

export interface InlineDefinition extends Span {
  readonly kind: 'inline';
  readonly specifiers: Specifiers;
  readonly declarator: Declarator;
  readonly value: Expression;
}

/** `translator T < S *in > { member = value; … };` */
export interface TranslatorDefinition extends Span {
  readonly kind: 'translator';
  readonly output: TypeName;
  readonly input: TypeName;
  readonly parameter: Name;
  readonly members: readonly TranslatorMember[];
}

export interface TranslatorMember extends Span {
  readonly kind: 'translatorMember';
  readonly name: Name;
  readonly value: Expression;
}

/** `provider NAME { probe name(…) : (…); … };` */
export interface ProviderDefinition extends Span {
  readonly kind: 'provider';
  readonly name: Name;
  readonly probes: readonly ProbeDeclaration[];
}

export interface ProbeDeclaration extends Span {
  readonly kind: 'probeDeclaration';
  readonly name: Name;
  readonly input: FunctionSuffix;
  readonly output?: FunctionSuffix;
}

/** The words before a declarator, in order. */
export interface Specifiers extends Span {
  readonly kind: 'specifiers';
  readonly words: readonly Specifier[];
}

export type Specifier = SpecifierWord | NamedType | StructSpecifier | EnumSpecifier;

/** A storage class, a qualifier, or a basic type's word: `self`, `const`, `unsigned`, `int`, `string`, … */
export interface SpecifierWord extends Span {
  readonly kind: 'word';
  readonly text: string;
}

/** A type's name; it may have a scope (``vmlinux`task_t``). */
export interface NamedType extends Span {
  readonly kind: 'namedType';
  readonly text: string;
}

export interface StructSpecifier extends Span {
  readonly kind: 'struct';
  readonly keyword: 'struct' | 'union';
  readonly name?: Name;
  /** Absent in a reference. */
  readonly members?: readonly MemberDeclaration[];
}

export interface MemberDeclaration extends Span {
  readonly kind: 'memberDeclaration';
  readonly specifiers: Specifiers;
  readonly declarators: readonly Declarator[];
}

export interface EnumSpecifier extends Span {
  readonly kind: 'enum';
  readonly name?: Name;
  readonly enumerators?: readonly Enumerator[];
}

export interface Enumerator extends Span {
  readonly kind: 'enumerator';
  readonly name: Name;
  readonly value?: Expression;
}

/** What C calls a declarator; abstract (without a name) in type names and parameters. */
export interface Declarator extends Span {
  readonly kind: 'declarator';
  readonly pointers: readonly Pointer[];
  readonly name?: Name;
  /** `(*name)`: the declarator in parentheses. */
  readonly inner?: Declarator;
  readonly suffixes: readonly (ArraySuffix | FunctionSuffix)[];
  /** The width of a bit-field. */
  readonly bits?: Expression;
}

export interface Pointer extends Span {
  readonly kind: 'pointer';
  readonly qualifiers: readonly string[];
}

/** `[]`, `[size]`, or the key types of an associative array. */
export interface ArraySuffix extends Span {
  readonly kind: 'array';
  readonly size?: Expression;
  readonly keys?: readonly Parameter[];
}

export interface FunctionSuffix extends Span {
  readonly kind: 'function';
  readonly parameters: readonly Parameter[];
}

export interface Parameter extends Span {
  readonly kind: 'parameter';
  /** Absent for `…`. */
  readonly type?: TypeName;
}

/** Specifiers with a declarator that may have a name only in parameters. */
export interface TypeName extends Span {
  readonly kind: 'typeName';
  readonly specifiers: Specifiers;
  readonly declarator: Declarator;
}

interface ExpressionBase extends Span {
  /** For `DModel.typeOf` and its kin. */
  readonly id: number;
}

export type Expression =
  | Identifier
  | Aggregation
  | IntegerLiteral
  | StringLiteral
  | CharacterLiteral
  | MacroArgument
  | Parenthesized
  | Call
  | Index
  | Member
  | Unary
  | Postfix
  | Binary
  | Assignment
  | Conditional
  | Cast
  | SizeofType
  | Offsetof
  | Translation
  | Missing;

/** A variable, a function, an enumerator, or an external symbol with its scope (``kernel`sym``). */
export interface Identifier extends ExpressionBase {
  readonly kind: 'identifier';
  readonly name: string;
}

/** `@name`; the name is without the sign and empty for a lone `@`. */
export interface Aggregation extends ExpressionBase {
  readonly kind: 'aggregation';
  readonly name: string;
}

export interface IntegerLiteral extends ExpressionBase {
  readonly kind: 'integer';
  readonly text: string;
  /** Wrapped to 64 bits. */
  readonly value: bigint;
  readonly suffix: string;
  readonly decimal: boolean;
}

export interface StringLiteral extends ExpressionBase {
  readonly kind: 'string';
  readonly text: string;
  /** Escapes resolved. */
  readonly value: string;
}

export interface CharacterLiteral extends ExpressionBase {
  readonly kind: 'character';
  readonly text: string;
  readonly value: bigint;
}

/** `$1`, `$$1`, `$target`, `$$target`; the name is without the signs. */
export interface MacroArgument extends ExpressionBase {
  readonly kind: 'macroArgument';
  readonly name: string;
  /** `$$`: its text as a string. */
  readonly asString: boolean;
}

export interface Parenthesized extends ExpressionBase {
  readonly kind: 'parenthesized';
  readonly expression: Expression;
}

export interface Call extends ExpressionBase {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly arguments: readonly Expression[];
  /** The parentheses. */
  readonly list: Span;
}

export interface Index extends ExpressionBase {
  readonly kind: 'index';
  readonly object: Expression;
  readonly keys: readonly Expression[];
  /** The brackets. */
  readonly list: Span;
}

/** `object.name` and `object->name`; the object of `self->x` is the identifier `self`. */
export interface Member extends ExpressionBase {
  readonly kind: 'member';
  readonly object: Expression;
  readonly operator: '.' | '->';
  readonly name: Name;
}

export type UnaryOperator = '&' | '*' | '+' | '-' | '~' | '!' | '++' | '--' | 'sizeof' | 'stringof';

export interface Unary extends ExpressionBase {
  readonly kind: 'unary';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

export interface Postfix extends ExpressionBase {
  readonly kind: 'postfix';
  readonly operator: '++' | '--';
  readonly operand: Expression;
}

export type BinaryOperator =
  | '+' | '-' | '*' | '/' | '%' | '<<' | '>>' | '<' | '<=' | '>' | '>=' | '==' | '!='
  | '&' | '^' | '|' | '&&' | '^^' | '||' | ','; // prettier-ignore

export interface Binary extends ExpressionBase {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
}

export type AssignmentOperator = '=' | '+=' | '-=' | '*=' | '/=' | '%=' | '<<=' | '>>=' | '&=' | '^=' | '|=';

export interface Assignment extends ExpressionBase {
  readonly kind: 'assignment';
  readonly operator: AssignmentOperator;
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Conditional extends ExpressionBase {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly then: Expression;
  readonly else: Expression;
}

export interface Cast extends ExpressionBase {
  readonly kind: 'cast';
  readonly type: TypeName;
  readonly operand: Expression;
}

export interface SizeofType extends ExpressionBase {
  readonly kind: 'sizeofType';
  readonly type: TypeName;
}

export interface Offsetof extends ExpressionBase {
  readonly kind: 'offsetof';
  readonly type: TypeName;
  readonly member: Name;
}

/** `xlate < type > (operand)` */
export interface Translation extends ExpressionBase {
  readonly kind: 'xlate';
  readonly type: TypeName;
  readonly operand: Expression;
}

/** Nothing stands where an expression must. */
export interface Missing extends ExpressionBase {
  readonly kind: 'missing';
}

export type DNode =
  | Program
  | Item
  | ProbeDescription
  | ProbePart
  | Predicate
  | Statement
  | Name
  | TranslatorMember
  | ProbeDeclaration
  | Specifiers
  | Specifier
  | MemberDeclaration
  | Enumerator
  | Declarator
  | Pointer
  | ArraySuffix
  | FunctionSuffix
  | Parameter
  | TypeName
  | Expression;
