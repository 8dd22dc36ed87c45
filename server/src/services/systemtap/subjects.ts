// What can be documented in a SystemTap script, and its documentation: the same for a hover and for a completion item.
import {
  cpythonProbe,
  stapAlias,
  stapComponentDoc,
  stapConversions,
  stapFunctions,
  stapLanguage,
  stapMacros,
  stapPointTree,
  type PointNode,
  type StapFunction,
  type StapVariable,
  type StapWord,
} from '../../catalogue/index.ts';
import { describeArgument, describeProbe, probesMatching, spelled } from '../cpython.ts';
import type { ServiceContext } from '../language.ts';

export type Subject =
  /** An operator, keyword, extractor, condition, context variable or pragma of the language. */
  | { readonly kind: 'word'; readonly name: string; readonly of?: StapWord['kind'] }
  | { readonly kind: 'function' | 'macro' | 'conversion' | 'component' | 'alias' | 'mark'; readonly name: string }
  /** A variable that an alias gives to its handlers. */
  | { readonly kind: 'aliasVariable'; readonly alias: string; readonly name: string }
  /** `$arg1` at a marker of CPython. */
  | { readonly kind: 'argument'; readonly probe: string; readonly index: number };

/** Markdown about a subject, or undefined if nothing is known. */
export function describe(subject: Subject, context: ServiceContext): string | undefined {
  switch (subject.kind) {
    case 'word': {
      const word = wordNamed(subject.name, subject.of);
      return (
        word &&
        sections(
          code(word.result === undefined ? word.signature : `${word.signature}: ${word.result}`),
          word.doc,
          word.source,
        )
      );
    }
    case 'function': {
      const overloads = stapFunctions().get(subject.name);
      return overloads && withManual(describeFunction(overloads), `function::${subject.name}`, context);
    }
    case 'macro': {
      const macro = stapMacros().get(subject.name);
      if (!macro) return undefined;
      return sections(
        code(`@define ${macro.name}(${macro.parameters.join(', ')})`),
        'A macro of the tapset library.',
        '',
      );
    }
    case 'conversion': {
      const known = stapConversions.find(({ name }) => name === subject.name);
      return (
        known &&
        sections(
          code(`%${known.name}`),
          `${known.doc}${known.accepts === 'none' ? '' : ` Takes a ${known.accepts}.`}`,
          known.source,
        )
      );
    }
    case 'component': {
      const doc = stapComponentDoc(subject.name);
      return doc === undefined ? describeFamily(subject.name) : sections(code(subject.name), doc, 'stapprobes(3stap)');
    }
    case 'alias': {
      const variables = stapAlias(subject.name);
      if (!variables) return undefined;
      const manual = context.manual?.(`probe::${subject.name}`);
      if (manual !== undefined) return `${code(`probe ${subject.name}`)}\n\n${manual}`;
      const rows = variables.map(({ name, type }) => `- \`${name}\`: ${type}`).join('\n');
      return sections(
        code(`probe ${subject.name}`),
        `An alias of the tapset library.${rows === '' ? '' : ` Its handlers see:\n${rows}`}`,
        '',
      );
    }
    case 'aliasVariable': {
      const variable = stapAlias(subject.alias)?.find(({ name }) => name === subject.name);
      return variable && `${code(`${variable.name}: ${variable.type}`)}\nSet by the alias \`${subject.alias}\`.`;
    }
    case 'mark': {
      const [only, ...more] = probesMatching(subject.name);
      if (!only) return undefined;
      if (more.length > 0) {
        return `${code(`mark("${subject.name}")`)}\n${[only, ...more].map((each) => `- \`${spelled(each.name, 'systemtap')}\`: ${each.doc}`).join('\n')}`;
      }
      return `${code(`mark("${only.name}")`)}\n${describeProbe(only, 'systemtap', context)}`;
    }
    case 'argument': {
      const probe = cpythonProbe(subject.probe);
      return probe && describeArgument(probe, subject.index, 'systemtap', context);
    }
  }
}

/** What the tapsets' aliases go on with behind `scheduler` or `vm`. */
function describeFamily(path: string): string | undefined {
  let node: PointNode | undefined = stapPointTree();
  for (const name of path.split('.')) node = node?.children.get(name);
  if (!node) return undefined;
  const names = [...node.children.keys()];
  const more = names.length > 20 ? `, … (${names.length})` : '';
  return sections(
    code(path),
    `Aliases of the tapset library go on with ${names
      .slice(0, 20)
      .map((name) => `\`${name}\``)
      .join(', ')}${more}.`,
    '',
  );
}

export function wordNamed(name: string, of?: StapWord['kind']): StapWord | undefined {
  const wanted = name.startsWith('CONFIG_') ? 'CONFIG_' : /^\$arg\d+$/.test(name) ? '$arg1' : name;
  return stapLanguage.find((word) => word.name === wanted && (of === undefined || word.kind === of));
}

export function parameterText({ name, type }: StapVariable): string {
  return `${name}:${type}`;
}

export function signatureOf({ name, parameters, result }: StapFunction): string {
  const list = parameters.map(parameterText).join(', ');
  return `${name}${result === undefined ? '' : `:${result}`}(${list})`;
}

/** With the installed manual page, where there is one. */
function withManual(text: string, page: string, { manual }: ServiceContext): string {
  const found = manual?.(page);
  return found === undefined ? text : `${text}\n\n---\n\n${found}`;
}

function describeFunction(overloads: readonly StapFunction[]): string {
  const flags = new Set(overloads.flatMap((each) => each.flags));
  const notes = flags.has('guru') ? ['Needs guru mode, `-g`.'] : [];
  if (flags.has('unprivileged')) notes.push('Allowed for unprivileged users.');
  else if (flags.has('myproc-unprivileged')) notes.push('Allowed for unprivileged users on their own processes.');
  return sections(
    code(overloads.map((each) => `function ${signatureOf(each)}`).join('\n')),
    [overloads[0]?.doc ?? '', ...notes].filter((part) => part !== '').join('\n\n') ||
      'A function of the tapset library.',
    '',
  );
}

export function code(text: string): string {
  return `\`\`\`systemtap\n${text}\n\`\`\``;
}

function sections(head: string, doc: string, source: string): string {
  return [head, doc, source === '' ? '' : `*${source}*`].filter((part) => part !== '').join('\n\n');
}
