// Completion in SystemTap scripts: what each place (place.ts) takes, ranked by how well it fits. The 550 functions of
// the tapsets are made into items once; what the script declares is added per request.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CompletionList } from 'vscode-languageserver-types';
import {
  stapConversions,
  stapFunctions,
  stapLanguage,
  stapMacros,
  type StapFunction,
  type StapWord,
} from '../../catalogue/index.ts';
import type { LanguageSymbol } from '../../languages/model.ts';
import { argumentName, argumentsOf, argumentValue } from '../cpython.ts';
import type { ServiceContext } from '../language.ts';
import { completionList, Kind, type Offer } from '../offers.ts';
import { placeAt, type OpenCall, type Place } from './place.ts';
import { afterPoint, pointOffers, pointStrings } from './points.ts';
import { aliasVariables, declarationAt, markersOf, probeAt } from './probe.ts';
import type { StapScript } from './script.ts';
import { signatureOf, type Subject } from './subjects.ts';

type Offers = readonly Offer<Subject>[];

export function complete(
  document: TextDocument,
  script: StapScript,
  offset: number,
  context: ServiceContext,
): CompletionList {
  const place = placeAt(script.tree, offset);
  const span = 'span' in place ? place.span : { start: offset, end: offset };
  return completionList(document, span, offersAt(script, offset, place, context), context);
}

function offersAt(script: StapScript, offset: number, place: Place, context: ServiceContext): Offers {
  switch (place.kind) {
    case 'nothing':
      return [];
    case 'top':
      return place.afterPrivate
        ? declarations.filter(({ label }) => label === 'function' || label === 'global')
        : declarations;
    case 'point':
      return pointOffers(script, place, context);
    case 'afterPoint':
      return afterPoint(script.tree, place.span.end);
    case 'pointArgument':
      return pointStrings(place, context).map((offer) => ({ ...offer, label: `"${offer.label}"` }));
    case 'pointString':
      return pointStrings(place, context);
    case 'type':
      return ['long', 'string'].map((label) => ({ label, kind: Kind.keyword, rank: 0 }));
    case 'context':
      return contextVariables(script, offset, context);
    case 'at':
      return atWords(script, place, offset);
    case 'condition':
      return conditions();
    case 'conversion':
      return conversions(script, place);
    case 'embedded':
      return embedded(script, place, offset);
    case 'array':
      return arrays(script, offset);
    case 'statement':
      return statement(script, offset, place, context);
    case 'expression':
      return expression(script, offset, place, context);
  }
}

const declarations: Offers = [
  ['probe', 'probe $0', 'what to do when something happens'],
  ['global', 'global ${1:name}$0', 'a variable of all probes'],
  ['function', 'function ${1:name}:${2|long,string|}(${3:value}:${4|long,string|})\n{\n\t$0\n}', 'a function'],
  ['private', 'private ${1|function,global|} $0', 'for this file alone'],
  ['probe begin', 'probe begin\n{\n\t$0\n}', 'once, at the start'],
  ['probe end', 'probe end\n{\n\t$0\n}', 'once, at the end'],
  ['probe timer', 'probe timer.${1|s,ms,us|}(${2:1})\n{\n\t$0\n}', 'at an interval'],
  ['probe … = …', 'probe ${1:name} = ${2:point}\n{\n\t$0\n}', 'an alias'],
  ['@define', '@define ${1:NAME}(${2:value}) %( ${0:@value} %)', 'a macro'],
  [
    '%( … %)',
    '%( ${1|kernel_v,systemtap_v,arch|} ${2:>=} ${3:"5.0"} %?\n\t$0\n%)',
    'tokens that count under a condition',
  ],
].map(([label = '', insert = '', note = ''], index) => ({
  label,
  kind: index < 4 ? Kind.keyword : Kind.snippet,
  rank: index < 4 ? 0 : 1,
  insert,
  note,
  ...(index < 4 || label === '@define' ? { subject: { kind: 'word' as const, name: label } } : {}),
}));

const wordKinds = once(() => {
  const groups = new Map<StapWord['kind'], StapWord[]>();
  for (const word of stapLanguage) groups.set(word.kind, [...(groups.get(word.kind) ?? []), word]);
  return groups;
});

function wordsOf(kind: StapWord['kind']): readonly StapWord[] {
  return wordKinds().get(kind) ?? [];
}

const conditions = once((): Offers => [
  ...wordsOf('condition').map(({ name, signature }) => ({
    label: name,
    kind: Kind.constant,
    rank: 0,
    note: signature,
    subject: { kind: 'word' as const, name, of: 'condition' as const },
  })),
  ...['$1', '@1', 'defined'].map((label) => ({
    label,
    kind: Kind.constant,
    rank: 2,
    ...(label.startsWith('$') ? { insert: '\\$1' } : {}),
  })),
]);

function contextVariables(script: StapScript, offset: number, context: ServiceContext): Offers {
  const probe = probeAt(script.tree, offset);
  const marker = probe && markersOf(probe)[0];
  const passed = marker ? argumentsOf(marker, context) : [];
  const own = passed.map((argument, index): Offer<Subject> => ({
    label: argumentName(index, 'systemtap'),
    kind: Kind.reference,
    rank: 0,
    note: `${argument.name}: ${argument.type}`,
    insert: `\\${argumentName(index, 'systemtap')}`,
    filter: `${argumentName(index, 'systemtap')} ${argument.name}`,
    subject: { kind: 'argument', probe: marker?.name ?? '', index },
  }));
  const returns =
    probe?.points.some(({ components }) =>
      components.some((each) => each.kind === 'component' && each.name === 'return'),
    ) ?? false;
  const rest = wordsOf('context').flatMap(({ name, result }): Offers => {
    if (name === '$arg1' && own.length > 0) return [];
    if (name === '$return' && !returns) return [];
    const rank = name === '$return' ? 0 : name === '$$parms' || name === '$$vars' ? 1 : 2;
    return [
      {
        label: name,
        kind: Kind.variable,
        rank,
        insert: name.replaceAll('$', '\\$'),
        ...(result === undefined ? {} : { note: result }),
        subject: { kind: 'word', name, of: 'context' },
      },
    ];
  });
  return [...own, ...rest];
}

function atWords(script: StapScript, place: Place & { kind: 'at' }, offset: number): Offers {
  const next = script.tree.text.charAt(place.span.end);
  const prints = /^(?:s?print|s?println)$/.test(place.call?.name ?? '');
  const language = [...wordsOf('extractor'), ...wordsOf('operator')].map((word): Offer<Subject> => {
    const first = word.kind === 'extractor' && (prints || !word.name.startsWith('@hist'));
    return {
      label: word.name,
      kind: Kind.function,
      rank: word.name === '@define' ? 6 : first ? 0 : 1,
      signature: word.signature.slice(word.name.length),
      ...(word.result === undefined ? {} : { note: word.result }),
      insert:
        next === '(' ? word.name : word.name === '@cast' ? '@cast(${1:pointer}, "${2:type}")$0' : `${word.name}($1)$0`,
      subject: { kind: 'word', name: word.name },
    };
  });
  const macros = script.tree.macros.map(({ name, parameters, span }): Offer<Subject> => ({
    label: `@${name}`,
    kind: Kind.constant,
    rank: 0,
    signature: parameters.length > 0 ? `(${parameters.join(', ')})` : '',
    note: 'macro',
    insert: parameters.length > 0 && next !== '(' ? `@${name}($1)$0` : `@${name}`,
    ...(span.start <= offset && offset <= span.end ? { rank: 3 } : {}),
  }));
  const inside = script.tree.macros.find(({ span }) => span.start < offset && offset <= span.end);
  const parameters = (inside?.parameters ?? []).map((name): Offer<Subject> => ({
    label: `@${name}`,
    kind: Kind.typeParameter,
    rank: 0,
    note: 'parameter of the macro',
  }));
  return [
    ...parameters,
    ...macros,
    ...language,
    ...libraryMacros(),
    ...['@1', '@#'].map((label): Offer<Subject> => ({
      label,
      kind: Kind.constant,
      rank: 5,
      note: label === '@1' ? 'argument of the script, as a string' : 'how many arguments, as a string',
    })),
  ];
}

const libraryMacros = once((): Offers =>
  [...stapMacros().values()].map(({ name, parameters }) => ({
    label: `@${name}`,
    kind: Kind.constant,
    rank: name.startsWith('_') || /^[A-Z]/.test(name) ? 7 : 4,
    signature: parameters.length > 0 ? `(${parameters.join(', ')})` : '',
    note: 'tapset macro',
    insert: parameters.length > 0 ? `@${name}($1)$0` : `@${name}`,
    subject: { kind: 'macro' as const, name },
  })),
);

function conversions(script: StapScript, { string, span }: Place & { kind: 'conversion' }): Offers {
  const { text } = script.tree;
  const turn =
    (text.slice(string.start, span.start).match(/%(?!%)[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+)?)?[a-zA-Z]*/g)?.length ?? 1) -
    1;
  const value = text
    .slice(string.end, string.end + 300)
    .split(/[;\n]/)[0]
    ?.split(',')
    .slice(1)
    [turn]?.trim();
  const isString =
    value !== undefined &&
    /^(?:user_string|kernel_string|execname|pp\(|ppfunc|probefunc|sprint|substr|tokenize|ctime|thread_indent|symname|usymname|"|\$\$)/.test(
      value,
    );
  return stapConversions.map(({ name, accepts }) => ({
    label: name,
    kind: Kind.value,
    rank:
      value === undefined
        ? /^[dsx]$/.test(name)
          ? 0
          : 1
        : name === (isString ? 's' : 'd')
          ? 0
          : accepts === (isString ? 'string' : 'long')
            ? 1
            : 2,
    note: accepts,
    subject: { kind: 'conversion', name },
  }));
}

function embedded(script: StapScript, { comment }: Place & { kind: 'embedded' }, offset: number): Offers {
  if (comment)
    return wordsOf('pragma').map(({ name }) => ({
      label: name,
      kind: Kind.keyword,
      rank: 0,
      subject: { kind: 'word', name, of: 'pragma' },
    }));
  const declaration = declarationAt(script.tree, offset);
  const parameters = declaration?.kind === 'function' ? declaration.parameters : [];
  return [
    ...parameters.map(({ name, type }): Offer<Subject> => ({
      label: `STAP_ARG_${name.name}`,
      kind: Kind.variable,
      rank: 0,
      ...(type ? { note: type.name } : {}),
    })),
    ...[
      ['STAP_RETURN', 'STAP_RETURN($1);$0', 'gives the function’s value'],
      ['STAP_RETVALUE', 'STAP_RETVALUE', 'the function’s value'],
      ['STAP_ERROR', 'STAP_ERROR("$1");$0', 'ends with an error'],
      ['STAP_PRINTF', 'STAP_PRINTF("$1");$0', 'prints'],
      ['STAP_GLOBAL_GET_', 'STAP_GLOBAL_GET_${1:name}()$0', 'reads a global; needs the pragma'],
      ['STAP_GLOBAL_SET_', 'STAP_GLOBAL_SET_${1:name}($2);$0', 'writes a global; needs the pragma'],
      ['CONTEXT', 'CONTEXT', 'the running probe'],
      ['MAXSTRINGLEN', 'MAXSTRINGLEN', 'the size of a string'],
    ].map(([label = '', insert = '', note = '']): Offer<Subject> => ({
      label,
      kind: Kind.function,
      rank: 1,
      insert,
      note,
    })),
  ];
}

const kindOfSymbol: Partial<Record<LanguageSymbol['kind'], Offer['kind']>> = {
  function: Kind.function,
  macro: Kind.constant,
  constant: Kind.constant,
};

function isBeingTyped({ definitions }: LanguageSymbol, offset: number): boolean {
  const [only] = definitions;
  return definitions.length === 1 && only !== undefined && only.start <= offset && offset <= only.end;
}

/** A block that is not closed yet goes on to the cursor. */
function inScope({ scope }: LanguageSymbol, offset: number, text: string): boolean {
  if (!scope || (scope.start <= offset && offset <= scope.end)) return true;
  if (offset < scope.end || text.charAt(scope.end - 1) === '}') return false;
  return text.slice(scope.end, offset).trim() === '';
}

function symbolOffer(symbol: LanguageSymbol, rank: number, next: string): Offer<Subject> {
  const documentation =
    symbol.documentation === undefined
      ? undefined
      : `\`\`\`systemtap\n${symbol.detail}\n\`\`\`\n${symbol.documentation}`;
  const call =
    symbol.kind === 'function' && next !== '('
      ? `${symbol.name}(${/\(\s*\)/.test(symbol.detail) ? '' : '$1'})$0`
      : undefined;
  return {
    label: symbol.name,
    kind: kindOfSymbol[symbol.kind] ?? Kind.variable,
    rank,
    ...(symbol.type === undefined ? {} : { note: symbol.type }),
    ...(call === undefined ? {} : { insert: call }),
    ...(documentation === undefined ? {} : { documentation }),
  };
}

function ownSymbols(script: StapScript, offset: number): readonly LanguageSymbol[] {
  const seen = new Set<string>();
  return script.symbols.filter((symbol) => {
    if (!/^(?:variable|array|aggregation|parameter|function|constant)$/.test(symbol.kind)) return false;
    if (!inScope(symbol, offset, script.text) || isBeingTyped(symbol, offset) || seen.has(symbol.name)) return false;
    seen.add(symbol.name);
    return true;
  });
}

/** After `in` and `delete`: arrays, and what can be emptied. */
function arrays(script: StapScript, offset: number): Offers {
  return ownSymbols(script, offset)
    .filter(({ kind }) => kind !== 'function' && kind !== 'parameter')
    .map((symbol) => symbolOffer(symbol, symbol.kind === 'array' ? 0 : symbol.kind === 'aggregation' ? 1 : 2, ''));
}

const keywords: Offers = [
  ['if', 'if (${1:condition}) {\n\t$0\n}'],
  ['else', 'else '],
  ['for', 'for (${1:i} = 0; ${1:i} < ${2:10}; ${1:i}++) {\n\t$0\n}'],
  ['foreach', 'foreach (${1:key} in ${2:array}) {\n\t$0\n}'],
  ['while', 'while (${1:condition}) {\n\t$0\n}'],
  ['try', 'try {\n\t$1\n} catch (${2:message}) {\n\t${0:warn(message)}\n}'],
  ['next', 'next'],
  ['return', 'return $0'],
  ['break', 'break'],
  ['continue', 'continue'],
  ['delete', 'delete $0'],
].map(([label = '', insert = '']) => ({
  label,
  kind: Kind.keyword,
  rank: 4,
  insert,
  subject: { kind: 'word' as const, name: label },
}));

const usualFunctions = new Set([
  'user_string',
  'tid',
  'pid',
  'execname',
  'gettimeofday_us',
  'gettimeofday_ns',
  'thread_indent',
  'exit',
  'target',
  'cpu',
  'uid',
  'pp',
  'ppfunc',
  'user_int',
  'user_long',
  'print_ubacktrace',
  'sprint_ubacktrace',
  'log',
  'warn',
  'error',
  'strlen',
  'substr',
  'isinstr',
  'tz_ctime',
  'user_string_n',
  'print_backtrace',
  'gettimeofday_s',
  'ctime',
]);

interface Typed {
  readonly offer: Offer<Subject>;
  readonly type: string;
}

/** The library's functions by the name's usefulness; names that begin with `_` are its own. */
const functions = once((): readonly Typed[] =>
  [...stapFunctions().values()].flatMap((overloads): readonly Typed[] => {
    const [first] = overloads;
    if (!first) return [];
    return [{ offer: functionOffer(first, overloads.length), type: first.result ?? '' }];
  }),
);

const prints = once((): readonly Typed[] =>
  wordsOf('print').map(({ name, signature, result }) => ({
    type: result ?? '',
    offer: {
      label: name,
      kind: Kind.function,
      rank: /^print(?:f|ln)$|^sprintf$/.test(name) ? 2 : 5,
      signature: signature.slice(name.length),
      note: result ?? 'prints',
      insert: name.endsWith('f') ? `${name}("\${1:%s}${name === 'printf' ? '\\\\n' : ''}"\${2:, })$0` : `${name}($1)$0`,
      subject: { kind: 'word' as const, name },
    },
  })),
);

function functionOffer(known: StapFunction, overloads: number): Offer<Subject> {
  const guru = known.flags.includes('guru');
  return {
    label: known.name,
    kind: Kind.function,
    rank: known.name.startsWith('_') ? 9 : usualFunctions.has(known.name) ? 3 : /^[A-Z]/.test(known.name) ? 7 : 6,
    signature: signatureOf(known).replace(/^[^(]*/, ''),
    note: `${known.result ?? 'no value'}${overloads > 1 ? `, ${overloads} forms` : ''}${guru ? ', guru' : ''}`,
    insert: known.parameters.length === 0 && overloads === 1 ? `${known.name}()$0` : `${known.name}($1)$0`,
    subject: { kind: 'function', name: known.name },
  };
}

function withoutCall(offers: Offers, next: string): Offers {
  return next === '('
    ? offers.map((offer) => (offer.kind === Kind.function ? { ...offer, insert: offer.label } : offer))
    : offers;
}

function statement(
  script: StapScript,
  offset: number,
  place: Place & { kind: 'statement' },
  context: ServiceContext,
): Offers {
  const next = script.tree.text.charAt(place.span.end);
  const { statements, variables } = probeOffers(script, offset, context);
  return [
    ...statements,
    ...variables.map(({ offer }) => ({ ...offer, rank: 2 })),
    ...ownSymbols(script, offset).map((symbol) => symbolOffer(symbol, 1, next)),
    ...withoutCall(
      [...prints(), ...functions()].map(({ offer, type }) =>
        type === '' || offer.rank > 6 ? offer : { ...offer, rank: offer.rank + 2 },
      ),
      next,
    ),
    ...keywords,
  ];
}

interface ProbeOffers {
  readonly statements: Offers;
  readonly values: readonly Typed[];
  readonly variables: readonly Typed[];
}

/** What the probe that holds the offset brings: its arguments, its alias's variables. */
function probeOffers(script: StapScript, offset: number, context: ServiceContext): ProbeOffers {
  const probe = probeAt(script.tree, offset);
  if (!probe) return { statements: [], values: [], variables: [] };
  const variables = aliasVariables(script.tree, probe).map(({ name, type, alias, library }): Typed => ({
    type,
    offer: {
      label: name,
      kind: Kind.variable,
      rank: 0,
      note: type === '' ? `of ${alias}` : `${type}, of ${alias}`,
      ...(library ? { subject: { kind: 'aliasVariable', alias, name } } : {}),
    },
  }));
  const marker = markersOf(probe)[0];
  if (!marker) return { statements: [], values: [], variables };
  const passed = argumentsOf(marker, context);
  const raw = passed.flatMap((argument, index): readonly Typed[] => {
    if (argument.type !== 'const char *') return [];
    const label = argumentName(index, 'systemtap');
    return [
      {
        type: 'long',
        offer: {
          label,
          kind: Kind.reference,
          rank: 1,
          note: `${argument.name}: ${argument.type}`,
          insert: `\${label}`,
          subject: { kind: 'argument', probe: marker.name, index },
        },
      },
    ];
  });
  const values = passed.map((argument, index): Typed => {
    const label = argumentValue(argument, index, 'systemtap');
    return {
      type: argument.type === 'const char *' ? 'string' : 'long',
      offer: {
        label,
        kind: Kind.reference,
        rank: 0,
        note: argument.name,
        filter: `${label} ${argument.name}`,
        insert: label.replaceAll('$', '\\$'),
        subject: { kind: 'argument', probe: marker.name, index },
      },
    };
  });
  const keys = values
    .slice(0, 3)
    .map(({ offer }) => offer.insert ?? offer.label)
    .join(', ');
  const names = passed
    .slice(0, 3)
    .map(({ name }) => name)
    .join(', ');
  const format = values
    .slice(0, 3)
    .map(({ type }) => (type === 'string' ? '%s' : '%d'))
    .join(' ');
  const statements: Offers =
    keys === ''
      ? []
      : [
          {
            label: `…[${names}]++`,
            kind: Kind.snippet,
            rank: 0,
            filter: `count ${names}`,
            insert: `\${1:calls}[${keys}]++$0`,
            note: 'count by the marker’s arguments',
          },
          {
            label: `printf(${names})`,
            kind: Kind.snippet,
            rank: 0,
            filter: `printf ${names}`,
            insert: `printf("${format}\\\\n", ${keys})$0`,
            note: 'print the marker’s arguments',
          },
        ];
  return { statements, values: [...values, ...raw], variables };
}

function expression(
  script: StapScript,
  offset: number,
  place: Place & { kind: 'expression' },
  context: ServiceContext,
): Offers {
  const next = script.tree.text.charAt(place.span.end);
  const wanted = wantedType(script, place);
  const fit = (type: string | undefined, rank: number) =>
    wanted !== undefined && type === wanted ? Math.max(1, rank - 2) : rank;
  if (wanted === 'stats') {
    const aggregates = ownSymbols(script, offset).filter(
      ({ kind, type }) =>
        kind !== 'function' && (kind === 'aggregation' || kind === 'array' || (type ?? '').includes('stat')),
    );
    return (aggregates.length > 0 ? aggregates : ownSymbols(script, offset)).map((symbol) =>
      symbolOffer(symbol, 0, next),
    );
  }
  const { values, variables } = probeOffers(script, offset, context);
  return [
    ...values.map(({ offer, type }) => ({
      ...offer,
      rank: wanted === undefined ? offer.rank : type === wanted ? 0 : 2,
    })),
    ...variables.map(({ offer, type }) => ({
      ...offer,
      rank: wanted === undefined || type === '' ? 1 : type === wanted ? 0 : 2,
    })),
    ...ownSymbols(script, offset).map((symbol) => symbolOffer(symbol, fit(symbol.type, 3), next)),
    ...withoutCall(
      [...prints(), ...functions()]
        .filter(({ type }) => type !== '')
        .map(({ offer, type }) => ({ ...offer, rank: fit(type, offer.rank === 2 ? 4 : offer.rank) })),
      next,
    ),
  ];
}

/** What the place takes: by the parameter that it is, or by what it is compared with. */
function wantedType(script: StapScript, { call, after, left }: Place & { kind: 'expression' }): string | undefined {
  if (/^(?:==|!=|<|>|<=|>=|=~|!~|\.)$/.test(after) && left !== undefined) {
    if (after.endsWith('~') || after === '.') return 'string';
    return isStringText(script.tree.text.slice(Math.max(0, left - 200), left)) ? 'string' : 'long';
  }
  if (!call || (after !== '(' && after !== ',')) return undefined;
  if (/^@(?:count|sum|min|max|avg|variance|hist_log|hist_linear)$/.test(call.name) && call.argument === 0)
    return 'stats';
  if (/^s?printf$/.test(call.name)) return call.argument === 0 ? 'string' : wantedByFormat(script, call);
  const own = script.symbols.find(({ kind, name }) => kind === 'function' && name === call.name);
  if (own) return /\(([^)]*)\)/.exec(own.detail)?.[1]?.split(',')[call.argument]?.split(':')[1]?.trim();
  return stapFunctions().get(call.name)?.[0]?.parameters[call.argument]?.type;
}

function wantedByFormat(script: StapScript, { starts, argument }: OpenCall): string | undefined {
  const [first] = starts;
  if (first === undefined) return undefined;
  const format = /^"((?:[^"\\\n]|\\.)*)/.exec(script.tree.text.slice(first, first + 2000))?.[1] ?? '';
  const letters = [...format.matchAll(/%(?:%|[-+ #0]*(\*)?\d*(?:\.(\*|\d+)?)?([a-zA-Z]))/g)].flatMap((match) =>
    match[3] === undefined
      ? []
      : [...(match[1] === undefined ? [] : ['d']), ...(match[2] === '*' ? ['d'] : []), match[3]],
  );
  const letter = letters[argument - 1];
  return letter === undefined ? undefined : letter === 's' ? 'string' : 'long';
}

function isStringText(left: string): boolean {
  if (left.endsWith('"')) return true;
  const call = /([A-Za-z_]\w*)\s*\([^;{}()]*\)$/.exec(left)?.[1];
  return call !== undefined && (call.startsWith('sprint') || stapFunctions().get(call)?.[0]?.result === 'string');
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
