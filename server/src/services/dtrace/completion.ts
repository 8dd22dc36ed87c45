// Completion in D scripts: what each place (place.ts) takes, ranked by how well it fits. The catalogue's part of the
// items is made once a platform; what the script itself declares is added per request.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CompletionList } from 'vscode-languageserver-types';
import {
  dConversions,
  dFunctions,
  dLibrary,
  dMacros,
  dOptions,
  dPragmas,
  dTypes,
  dVariables,
  type DFunction,
  type Platform,
} from '../../catalogue/index.ts';
import type { Clause } from '../../languages/dtrace/syntax.ts';
import type { LanguageSymbol } from '../../languages/model.ts';
import type { ServiceContext } from '../language.ts';
import { completionList, Kind, type Offer } from '../offers.ts';
import { probeArguments } from './arguments.ts';
import { descriptions } from './descriptions.ts';
import { placeAt, type OpenCall, type Place } from './place.ts';
import type { DScript } from './script.ts';
import { signatureOf, type Subject } from './subjects.ts';
import { membersOf, typeText } from './types.ts';

type Offers = readonly Offer<Subject>[];

export function complete(
  document: TextDocument,
  script: DScript,
  offset: number,
  context: ServiceContext,
): CompletionList {
  const place = placeAt(script.tree, offset);
  const span = 'span' in place ? place.span : { start: offset, end: offset };
  return completionList(document, span, offersAt(script, offset, place, context), context);
}

function offersAt(script: DScript, offset: number, place: Place, context: ServiceContext): Offers {
  const { platform } = context;
  switch (place.kind) {
    case 'nothing':
      return [];
    case 'directive':
      return directives;
    case 'pragma':
      return place.d ? pragmas(platform) : [{ label: 'D', kind: Kind.keyword, rank: 0, note: 'a pragma for DTrace' }];
    case 'option':
      return options(platform);
    case 'optionValue':
      return optionValues(place.option, platform);
    case 'words':
      return place.words.map((label) => ({ label, kind: Kind.keyword, rank: 0 }));
    case 'macroName':
      return script.tree.macros.map(({ name }) => ({ label: name, kind: Kind.constant, rank: 0 }));
    case 'conversion':
      return conversions(script, place, context);
    case 'description':
      return descriptions(script, place, context);
    case 'predicate':
      return predicates(script, place, context);
    case 'scoped':
      return scopedVariables(script, place.scope, offset);
    case 'member':
      return members(script, place, context);
    case 'aggregation':
      return aggregations(script, 0);
    case 'macro':
      return macros(platform);
    case 'type':
      return place.tag ? tags(script) : types(script, 0);
    case 'statement':
      return statement(script, offset, place.clause, script.tree.text.charAt(place.span.end), context);
    case 'expression':
      return expression(script, offset, place, context);
  }
}

const directives: Offers = [
  ['pragma D option', '#pragma D option sets an option for the script', 'pragma D option ${0:quiet}'],
  ['pragma D', 'a pragma for DTrace', 'pragma D $0'],
  ['define', 'names tokens', 'define $0'],
  ['undef', 'forgets a name', 'undef $0'],
  ['include', 'brings in a header', 'include <$0>'],
  ['ifdef', 'if a name is defined', 'ifdef $0'],
  ['ifndef', 'if a name is not defined', 'ifndef $0'],
  ['if', 'if an expression holds', 'if $0'],
  ['elif', 'else if', 'elif $0'],
  ['else', 'else', 'else'],
  ['endif', 'ends a condition', 'endif'],
  ['error', 'stops with a message', 'error $0'],
  ['line', 'names the place that follows', 'line $0'],
].map(([label = '', note = '', insert = '']) => ({
  label,
  kind: Kind.keyword,
  rank: label.startsWith('pragma') ? 0 : 1,
  note,
  insert,
}));

const cached = <T>(make: (platform: Platform) => T): ((platform: Platform) => T) => {
  const made = new Map<Platform, T>();
  return (platform) => {
    let value = made.get(platform);
    if (value === undefined) {
      value = make(platform);
      made.set(platform, value);
    }
    return value;
  };
};

const pragmas = cached((platform): Offers =>
  [...dPragmas(platform).values()].map(({ name }) => ({
    label: name,
    kind: Kind.keyword,
    rank: name === 'option' ? 0 : 1,
    subject: { kind: 'pragma', name },
  })),
);

const usualOptions = new Set([
  'quiet',
  'strsize',
  'bufsize',
  'switchrate',
  'aggrate',
  'destructive',
  'defaultargs',
  'flowindent',
  'zdefs',
  'aggsortrev',
]);
const options = cached((platform): Offers =>
  [...dOptions(platform).values()].map((option) => ({
    label: option.name,
    kind: Kind.property,
    rank: usualOptions.has(option.name) ? 0 : 1,
    note: option.value,
    subject: { kind: 'option', name: option.name },
  })),
);

function optionValues(name: string, platform: Platform): Offers {
  const option = dOptions(platform).get(name);
  const common = {
    size: ['1k', '4m', '16m'],
    rate: ['1sec', '10hz', '100ms'],
    flag: ['set', 'unset'],
    integer: [],
    string: [],
    choice: [],
  };
  const values = option ? (option.values ?? common[option.value]) : [];
  const all = option?.default === undefined || values.includes(option.default) ? values : [option.default, ...values];
  return all.map((label) => ({
    label,
    kind: Kind.value,
    rank: 0,
    ...(label === option?.default ? { note: 'default' } : {}),
  }));
}

const conversionTable = cached((platform): Offers =>
  [...dConversions(platform).values()].map(({ name, accepts }) => ({
    label: name,
    kind: Kind.value,
    rank: /^(?:[dsuxYpki]|lld)$/.test(name) ? 1 : /^(?:h|l|w)/.test(name) ? 3 : 2,
    note: accepts,
    subject: { kind: 'conversion', name },
  })),
);

/** The conversion that fits the argument which stands at its turn comes first. */
function conversions(script: DScript, place: Place & { kind: 'conversion' }, context: ServiceContext): Offers {
  const table = conversionTable(context.platform);
  const text = script.tree.text;
  const { start } = place.string;
  const turn =
    (text.slice(start + 1, place.span.start).match(/%(?!%)[-+ #0',@]*(?:\*|\d+)?(?:\.(?:\*|\d+)?)?[a-zA-Z]*/g)
      ?.length ?? 1) - 1;
  const rest = text.slice(place.span.end, text.indexOf('\n', place.span.end) + 1 || text.length);
  const values = rest
    .slice(rest.indexOf('"') + 1)
    .split(',')
    .slice(1);
  const value = values[turn]?.trim();
  const isString =
    value !== undefined &&
    /^(?:copyinstr|basename|dirname|strjoin|stringof|substr|execname|probe(?:func|mod|name|prov)|"|curpsinfo->pr_psargs)/.test(
      value,
    );
  const first = value === undefined ? undefined : isString ? 's' : 'd';
  return [
    { label: '%', kind: Kind.value, rank: 4, note: 'a percent sign' },
    ...table.map((offer) => (offer.label === first ? { ...offer, rank: 0 } : offer)),
  ];
}

/** A predicate that most clauses at such a probe have, and the body. */
function predicates(script: DScript, { clause, span }: Place & { kind: 'predicate' }, context: ServiceContext): Offers {
  if (clause?.predicate && clause.predicate.end <= span.start) return bodies(script, span.end);
  const names = clause ? probeArguments(clause, context).values.map(({ offer }) => offer.label) : [];
  const tests = names.includes('copyinstr(arg1)')
    ? [
        ['/copyinstr(arg1) == …/', '/copyinstr(arg1) == "${1:main}"/', 'one function'],
        ['/basename(copyinstr(arg0)) == …/', '/basename(copyinstr(arg0)) == "${1:program.py}"/', 'one file'],
      ]
    : names.includes('copyinstr(arg0)')
      ? [['/copyinstr(arg0) == …/', '/copyinstr(arg0) == "${1:name}"/', 'one name']]
      : [];
  const all = [
    ...tests,
    ['/self->…/', '/self->${1:name}/', 'a thread where it is set'],
    ['/pid == $target/', '/pid == \\$target/', 'the traced process'],
    ['/…/', '/$1/', 'a predicate'],
  ];
  return [
    ...all.map(([label = '', insert = '', note = ''], index) => ({
      label,
      kind: Kind.snippet,
      rank: index < tests.length ? 0 : 2,
      filter: label.replace('…', ''),
      insert: `${insert}$0`,
      note,
    })),
    ...bodies(script, span.end),
  ];
}

/** The body, unless it is there. */
function bodies({ text }: DScript, end: number): Offers {
  if (/^\s*\{/.test(text.slice(end, end + 200))) return [];
  return [{ label: '{ … }', kind: Kind.snippet, rank: 1, filter: '{', insert: '{\n\t$0\n}', note: 'the body' }];
}

const kindOfSymbol: Partial<Record<LanguageSymbol['kind'], Offer['kind']>> = {
  function: Kind.function,
  macro: Kind.constant,
  constant: Kind.constant,
  enumerator: Kind.enumMember,
  type: Kind.struct,
  member: Kind.field,
};

function symbolOffer(symbol: LanguageSymbol, label: string, rank: number): Offer<Subject> {
  const documentation =
    symbol.documentation === undefined ? undefined : `\`\`\`dtrace\n${symbol.detail}\n\`\`\`\n${symbol.documentation}`;
  return {
    label,
    kind: kindOfSymbol[symbol.kind] ?? Kind.variable,
    rank,
    ...(symbol.type === undefined ? {} : { note: symbol.type }),
    ...(documentation === undefined ? {} : { documentation }),
  };
}

function inScope(symbol: LanguageSymbol, offset: number): boolean {
  return !symbol.scope || (symbol.scope.start <= offset && offset <= symbol.scope.end);
}

function bare(symbol: LanguageSymbol): string {
  return symbol.name.replace(/^(?:self|this)->|^@/, '');
}

function scopedVariables(script: DScript, scope: 'self' | 'this', offset: number): Offers {
  const kind = scope === 'self' ? 'threadLocal' : 'clauseLocal';
  const seen = new Set<string>();
  return script.symbols.flatMap((symbol) => {
    const name = bare(symbol);
    if (symbol.kind !== kind || seen.has(name) || isBeingTyped(symbol, offset)) return [];
    seen.add(name);
    return [symbolOffer(symbol, name, 0)];
  });
}

/** Whether the symbol is there only because of the word at the offset. */
function isBeingTyped({ definitions }: LanguageSymbol, offset: number): boolean {
  const [only] = definitions;
  return definitions.length === 1 && only !== undefined && only.start <= offset && offset <= only.end;
}

function members(script: DScript, { node }: Place & { kind: 'member' }, context: ServiceContext): Offers {
  const type = node && typeText(script, node.object, context);
  if (type === undefined) return [];
  return membersOf(script, type).map((member) => ({
    label: member.name,
    kind: Kind.field,
    rank: 0,
    note: member.type,
    ...(member.library ? { subject: { kind: 'member', type: member.owner, name: member.name } } : {}),
  }));
}

function aggregations(script: DScript, rank: number, offset = -1): Offers {
  const names = new Map<string, Offer<Subject>>();
  for (const symbol of script.symbols) {
    if (symbol.kind !== 'aggregation' || isBeingTyped(symbol, offset)) continue;
    const label = `@${bare(symbol)}`;
    names.set(label, symbolOffer(symbol, label, rank));
  }
  return [...names.values()];
}

const macros = cached((platform): Offers => [
  ...[...dMacros(platform).values()].flatMap(({ name }) =>
    ['$', '$$'].map((sign) => ({
      label: `${sign}${name}`,
      kind: Kind.constant,
      rank: name === 'target' && sign === '$' ? 0 : sign === '$' ? 1 : 3,
      insert: `\\$${sign === '$' ? '' : '\\$'}${name}`,
      subject: { kind: 'macro' as const, name: `${sign}${name}` },
    })),
  ),
  ...[1, 2, 3].flatMap((index) =>
    ['$', '$$'].map((sign) => ({
      label: `${sign}${index}`,
      kind: Kind.constant,
      rank: sign === '$' ? 1 : 2,
      note: sign === '$' ? 'argument of the script' : 'the same, as a string',
      subject: { kind: 'macro' as const, name: `${sign}${index}` },
    })),
  ),
]);

const knownTypes: Offers = [
  ...dTypes
    .filter(({ kind, name }) => kind !== 'dynamic' && !/[ _]sym|complex|imaginary/.test(name))
    .map(({ name, kernel }) => ({
      label: name,
      kind: Kind.struct,
      rank: kernel ? 2 : 1,
      subject: { kind: 'type' as const, name },
    })),
  ...dLibrary.types.flatMap(({ name, kind }) =>
    name === undefined || name.startsWith('__')
      ? []
      : [{ label: name, kind: Kind.struct, rank: 2, note: kind, subject: { kind: 'type' as const, name } }],
  ),
  ...['struct', 'union', 'enum', 'unsigned', 'signed', 'const'].map((label) => ({
    label,
    kind: Kind.keyword,
    rank: 3,
  })),
];

function tags(script: DScript): Offers {
  const own = script.symbols.flatMap((symbol) =>
    symbol.kind === 'type' && /^(?:struct|union|enum) /.test(symbol.name)
      ? [symbolOffer(symbol, symbol.name.replace(/^\w+ /, ''), 0)]
      : [],
  );
  const known = dLibrary.types.flatMap(({ tag, kind }) =>
    tag === undefined
      ? []
      : [{ label: tag, kind: Kind.struct, rank: 1, note: kind, subject: { kind: 'type' as const, name: tag } }],
  );
  return [...own, ...known];
}

function types(script: DScript, rank: number): Offers {
  const own = script.symbols
    .filter(({ kind }) => kind === 'type')
    .map((symbol) => symbolOffer(symbol, symbol.name.replace(/^(?:struct|union|enum) /, ''), rank));
  return [...own, ...knownTypes];
}

/** Shown first where a statement may begin: what most clauses do. */
const usualActions = new Set(['printf', 'printa', 'trace', 'exit', 'trunc', 'clear', 'stack', 'ustack']);

const actions = cached((platform): Offers => [
  ...[...dFunctions(platform).values()]
    .filter(({ kind }) => kind !== 'aggregation')
    .map((known) => functionOffer(known, known.kind === 'subroutine' ? 5 : usualActions.has(known.name) ? 3 : 4, true)),
  {
    label: 'if',
    kind: Kind.keyword,
    rank: 4,
    insert: 'if (${1:condition}) {\n\t$0\n}',
    subject: { kind: 'keyword', name: 'if' },
  },
  { label: 'else', kind: Kind.keyword, rank: 6, subject: { kind: 'keyword', name: 'else' } },
  {
    label: '@… = count()',
    kind: Kind.snippet,
    rank: 2,
    filter: '@count',
    insert: '@${1:name}[${2:probefunc}] = count();$0',
    note: 'count by a key',
  },
  {
    label: '@… = quantize()',
    kind: Kind.snippet,
    rank: 2,
    filter: '@quantize',
    insert: '@${1:name}[${2:probefunc}] = quantize(${3:arg0});$0',
    note: 'distribution by a key',
  },
  {
    label: '@… = sum()',
    kind: Kind.snippet,
    rank: 2,
    filter: '@sum',
    insert: '@${1:name}[${2:probefunc}] = sum(${3:arg0});$0',
    note: 'sum by a key',
  },
  { label: 'self->', kind: Kind.keyword, rank: 3, note: 'thread-local', subject: { kind: 'keyword', name: 'self' } },
  { label: 'this->', kind: Kind.keyword, rank: 3, note: 'clause-local', subject: { kind: 'keyword', name: 'this' } },
]);

function functionOffer(known: DFunction, rank: number, ends: boolean): Offer<Subject> {
  const call = known.parameters.length === 0 && known.maximum !== undefined ? `${known.name}()` : `${known.name}($1)`;
  const printf = known.name === 'printf' ? 'printf("${1:%s}\\\\n"${2:, })' : undefined;
  return {
    label: known.name,
    kind: Kind.function,
    rank: known.unimplemented === undefined ? rank : 9,
    signature: signatureOf(known).label.slice(known.name.length),
    note: known.result === 'void' || known.result === '' ? known.kind : known.result,
    insert: `${printf ?? call}${ends ? ';' : ''}$0`,
    ...(known.unimplemented === undefined ? {} : { deprecated: true }),
    subject: { kind: 'function', name: known.name },
  };
}

/** Behind a function's name there may be its parentheses already. */
function withoutCall(offers: Offers, next: string): Offers {
  return next === '('
    ? offers.map((offer) => (offer.kind === Kind.function ? { ...offer, insert: offer.label } : offer))
    : offers;
}

function statement(
  script: DScript,
  offset: number,
  clause: Clause | undefined,
  next: string,
  context: ServiceContext,
): Offers {
  const own = script.symbols
    .filter((symbol) => inScope(symbol, offset) && !isBeingTyped(symbol, offset))
    .flatMap((symbol) => ownSymbol(symbol, 1));
  const counts = clause ? probeArguments(clause, context).statements : [];
  return [...counts, ...own, ...withoutCall(actions(context.platform), next)];
}

function ownSymbol(symbol: LanguageSymbol, rank: number): Offers {
  switch (symbol.kind) {
    case 'aggregation':
      return [symbolOffer(symbol, `@${bare(symbol)}`, rank)];
    case 'threadLocal':
      return [symbolOffer(symbol, `self->${bare(symbol)}`, rank)];
    case 'clauseLocal':
      return [symbolOffer(symbol, `this->${bare(symbol)}`, rank)];
    case 'variable':
    case 'array':
    case 'constant':
    case 'enumerator':
    case 'macro':
    case 'function':
      return [symbolOffer(symbol, symbol.name, rank)];
    default:
      return [];
  }
}

interface Typed {
  readonly offer: Offer<Subject>;
  readonly type: string;
}

const usualVariables = new Set([
  'timestamp',
  'walltimestamp',
  'execname',
  'pid',
  'tid',
  'cpu',
  'probefunc',
  'probename',
  'uid',
  'args',
]);

/** Everything of the catalogue that has a value, with its type. */
const values = cached((platform): readonly Typed[] => [
  ...[...dVariables(platform).values()]
    .filter(({ name, kind }) => !/^arg\d$/.test(name) && kind !== 'scope')
    .map((known): Typed => ({
      type: known.type,
      offer: {
        label: known.name,
        kind: known.kind === 'constant' ? Kind.constant : Kind.variable,
        rank: known.unimplemented !== undefined ? 9 : usualVariables.has(known.name) ? 3 : 4,
        note: known.type === '@' ? 'typed arguments' : known.type,
        ...(known.name === 'args' ? { insert: 'args[${1:0}]$0' } : {}),
        ...(known.unimplemented === undefined ? {} : { deprecated: true }),
        subject: { kind: 'variable', name: known.name },
      },
    })),
  ...[...dFunctions(platform).values()]
    .filter(({ kind, result }) => kind !== 'aggregation' && result !== 'void' && result !== '')
    .map((known): Typed => ({ type: known.result, offer: functionOffer(known, 5, false) })),
]);

const constants = cached((platform): Offers =>
  dLibrary.inlines
    .filter(({ name }) => !dVariables(platform).has(name))
    .map(({ name, type, value }) => ({
      label: name,
      kind: Kind.constant,
      rank: 8,
      note: value === undefined ? type : `${type} = ${value}`,
      subject: { kind: 'constant' as const, name },
    })),
);

const aggregating = cached((platform): Offers =>
  [...dFunctions(platform).values()]
    .filter(({ kind }) => kind === 'aggregation')
    .map((known) => functionOffer(known, 0, true)),
);

const words: Offers = [
  ['self->', 'thread-local'],
  ['this->', 'clause-local'],
  ['sizeof', 'size of a type or value', 'sizeof ($1)$0'],
  ['stringof', 'as a string', 'stringof($1)$0'],
  ['offsetof', 'where a member lies', 'offsetof($1, $2)$0'],
  ['xlate', 'translates to a stable type', 'xlate <$1>($2)$0'],
].map(([label = '', note = '', insert]) => ({
  label,
  kind: Kind.keyword,
  rank: 6,
  note,
  ...(insert === undefined ? {} : { insert }),
  subject: { kind: 'keyword', name: label.replace('->', '') },
}));

function expression(
  script: DScript,
  offset: number,
  place: Place & { kind: 'expression' },
  context: ServiceContext,
): Offers {
  const { platform } = context;
  const next = script.tree.text.charAt(place.span.end);
  if (place.aggregated) {
    // The semicolon may be there already.
    const rest = script.tree.text.slice(place.span.end, place.span.end + 80);
    return withoutCall(aggregating(platform), next).map((offer) =>
      /^\s*;/.test(rest) ? { ...offer, insert: offer.insert?.replace(';', '') ?? offer.label } : offer,
    );
  }
  const wanted = wantedType(script, place, context);
  if (wanted === 'aggregation') return aggregations(script, 0, offset);
  const fit = (type: string | undefined, rank: number) =>
    wanted !== undefined && fits(type, wanted) ? Math.max(1, rank - 2) : rank;
  const own = script.symbols
    .filter(
      (symbol) =>
        inScope(symbol, offset) &&
        !isBeingTyped(symbol, offset) &&
        (symbol.kind !== 'aggregation' || isPrinta(place.call)),
    )
    .flatMap((symbol) =>
      ownSymbol(symbol, symbol.kind === 'aggregation' || (wanted !== undefined && fits(symbol.type, wanted)) ? 0 : 2),
    );
  const arguments_ = place.clause ? probeArguments(place.clause, context).values : [];
  return [
    ...arguments_.map(({ offer, type }) => ({
      ...offer,
      rank: wanted === undefined ? offer.rank : fits(type, wanted) ? Math.max(0, offer.rank - 1) : offer.rank + 2,
    })),
    ...own,
    ...withoutCall(
      values(platform).map(({ offer, type }) => ({ ...offer, rank: fit(type, offer.rank) })),
      next,
    ),
    ...words,
    ...constants(platform),
  ];
}

function isPrinta(call: OpenCall | undefined): boolean {
  return call?.name === 'printa';
}

type Wanted = 'string' | 'number' | 'aggregation';

/** What the place takes: by the parameter that it is, or by what it is compared with. */
function wantedType(
  script: DScript,
  place: Place & { kind: 'expression' },
  context: ServiceContext,
): Wanted | undefined {
  const { call, after, left } = place;
  if (/^(?:==|!=|<|>|<=|>=)$/.test(after) && left !== undefined) {
    const text = script.tree.text.slice(Math.max(0, left - 200), left);
    return isStringText(text, context) ? 'string' : 'number';
  }
  if (!call || (after !== '(' && after !== ',')) return undefined;
  const known = dFunctions(context.platform).get(call.name);
  if (!known) return undefined;
  const parameter = known.parameters[call.argument];
  if (known.checks === 'aggregation' && call.argument === 0) return 'aggregation';
  if (known.checks === 'format' && call.argument > 0) return wantedByFormat(script, call);
  if (!parameter || parameter.type === '@' || parameter.type === '...') return undefined;
  if (/\bstring\b|char\s*\*/.test(parameter.type)) return 'string';
  // What copies from the program takes an address: an argument of the probe as it is.
  return 'number';
}

function wantedByFormat(script: DScript, { starts, argument }: OpenCall): Wanted | undefined {
  const [first] = starts;
  if (first === undefined) return undefined;
  const format = /^"((?:[^"\\\n]|\\.)*)/.exec(script.tree.text.slice(first, first + 2000))?.[1] ?? '';
  const found = [...format.matchAll(/%(?:%|[-+ #0',@]*(\*)?\d*(?:\.(?:\*|\d+)?)?([a-zA-Z]+))/g)].filter(
    (match) => match[2] !== undefined,
  );
  const letters = found.flatMap((match) => [...(match[1] === undefined ? [] : ['d']), match[2] ?? '']);
  const letter = letters[argument - 1];
  return letter === undefined ? undefined : letter === 's' ? 'string' : 'number';
}

function isStringText(left: string, context: ServiceContext): boolean {
  if (
    /\b(?:copyinstr|basename|dirname|cleanpath|strjoin|substr|stringof|inet_ntop|inet_ntoa|strtok|strstr|lltostr|tolower|toupper)\s*\([^;{}]*\)$/.test(
      left,
    )
  )
    return true;
  const name = /([A-Za-z_]\w*)$/.exec(left)?.[1];
  if (left.endsWith('"')) return true;
  return name !== undefined && dVariables(context.platform).get(name)?.type === 'string';
}

function fits(type: string | undefined, wanted: Wanted): boolean {
  if (type === undefined) return false;
  const isString = /^string|\bchar\s*(?:\*|\[)/.test(type);
  return wanted === 'string' ? isString : wanted === 'number' && !isString && !/^void$|aggregation/.test(type);
}
