// The arguments of the probe that a clause is for, as completion offers them: at a marker of CPython with their meaning,
// a string already copied; at other probes as the catalogue knows them, or as plain `arg0` to `arg9`.
import { dProviders, dVariables } from '../../catalogue/index.ts';
import type { Clause, ProbeDescription } from '../../languages/dtrace/syntax.ts';
import { argumentsOf, argumentValue, probesMatching } from '../cpython.ts';
import type { ServiceContext } from '../language.ts';
import { Kind, type Offer } from '../offers.ts';
import { providerName, type Subject } from './subjects.ts';

export interface ClauseArguments {
  readonly values: readonly { readonly offer: Offer<Subject>; readonly type: string }[];
  /** Whole statements that most clauses at this probe begin with. */
  readonly statements: readonly Offer<Subject>[];
}

/** The marker of CPython that a clause is for, if all its descriptions that name one name the same arguments. */
export function markerOf(clause: Clause): ReturnType<typeof probesMatching>[number] | undefined {
  return clause.descriptions.flatMap(markersOf)[0];
}

export function markersOf({ provider, name }: ProbeDescription): ReturnType<typeof probesMatching> {
  const of = providerName(provider?.text ?? '');
  return (of === 'python' || of === '') && name ? probesMatching(name.text.replaceAll('-', '__')) : [];
}

export function probeArguments(clause: Clause, context: ServiceContext): ClauseArguments {
  const marker = markerOf(clause);
  if (!marker) return { values: otherArguments(clause, context), statements: [] };
  const passed = argumentsOf(marker, context);
  const values = passed.flatMap((argument, index) => {
    const subject: Subject = { kind: 'argument', probe: marker.name, index };
    const plain = {
      offer: {
        label: `arg${index}`,
        kind: Kind.reference,
        rank: 1,
        note: `${argument.name}: ${argument.type}`,
        subject,
      },
      type: 'int64_t',
    };
    if (argument.type !== 'const char *') return [plain];
    const label = argumentValue(argument, index, 'dtrace');
    const copied = {
      offer: {
        label,
        kind: Kind.reference,
        rank: 0,
        note: argument.name,
        filter: `${label} ${argument.name}`,
        subject,
      },
      type: 'string',
    };
    return [copied, plain];
  });
  const keys = passed.map((argument, index) => argumentValue(argument, index, 'dtrace'));
  const key = keys.slice(0, 3).join(', ');
  const names = passed
    .slice(0, 3)
    .map(({ name }) => name)
    .join(', ');
  const format = passed
    .slice(0, 3)
    .map(({ type }) => (type === 'const char *' ? '%s' : '%d'))
    .join(' ');
  const statements: Offer<Subject>[] =
    key === ''
      ? []
      : [
          {
            label: `@[${names}] = count()`,
            kind: Kind.snippet,
            rank: 0,
            filter: `@count ${names}`,
            insert: `@\${1:calls}[${key}] = count();$0`,
            note: 'count by the probe’s arguments',
          },
          {
            label: `printf(${names})`,
            kind: Kind.snippet,
            rank: 0,
            filter: `printf ${names}`,
            insert: `printf("${format}\\\\n", ${key});$0`,
            note: 'print the probe’s arguments',
          },
        ];
  return { values, statements };
}

function otherArguments(clause: Clause, context: ServiceContext): ClauseArguments['values'] {
  const known = clause.descriptions.flatMap(({ provider, name }) => {
    const of = dProviders(context.platform).get(providerName(provider?.text ?? ''));
    return of?.probes?.find((probe) => probe.name === name?.text)?.arguments ?? [];
  });
  const count = [...dVariables(context.platform).keys()].filter((name) => /^arg\d$/.test(name)).length;
  return Array.from({ length: count }, (_, index) => ({
    type: 'int64_t',
    offer: {
      label: `arg${index}`,
      kind: Kind.reference,
      rank: known[index] === undefined ? 5 : 1,
      note: known[index] ?? 'int64_t',
      subject: { kind: 'variable', name: `arg${index}` },
    },
  }));
}
