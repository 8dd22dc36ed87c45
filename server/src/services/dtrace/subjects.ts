// What can be documented in a D script, and its documentation: the same for a hover and for a completion that is
// looked at. A subject is plain data, so that it can travel with a completion item to the editor and back.
import {
  cpythonProbe,
  dConversions,
  dFunctions,
  dLibrary,
  dMacros,
  dOptions,
  dPragmas,
  dProviders,
  dTypes,
  dVariables,
  type DFunction,
  type DProvider,
} from '../../catalogue/index.ts';
import { describeArgument, describeProbe, probesMatching, spelled } from '../cpython.ts';
import type { ServiceContext } from '../language.ts';

export type Subject =
  | {
      readonly kind:
        'variable' | 'function' | 'option' | 'pragma' | 'macro' | 'conversion' | 'type' | 'provider' | 'keyword';
      readonly name: string;
    }
  | { readonly kind: 'constant'; readonly name: string }
  | { readonly kind: 'probe'; readonly provider: string; readonly name: string }
  /** `arg0` at a marker of CPython, whose name is in SystemTap's spelling. */
  | { readonly kind: 'argument'; readonly probe: string; readonly index: number }
  | { readonly kind: 'member'; readonly type: string; readonly name: string };

const keywordDocs: Readonly<Record<string, string>> = {
  self: 'Thread-local variables: `self->name` has a value of its own in every thread, 0 until it is assigned. Assign 0 to free it.',
  this: 'Clause-local variables: `this->name` lives while the clauses of one probe run.',
  inline: 'A name for an expression, as a constant or a function without side effects: `inline int limit = 10;`.',
  translator:
    'Says how the members of a stable type are made from another: `translator T < S *in > { member = in->x; };`.',
  sizeof: 'The size of a type or an expression in bytes.',
  stringof: 'Turns an address or a string of another kind into a D `string`.',
  offsetof: 'Where a member lies in a structure, in bytes.',
  xlate: 'Translates a value to a stable type: `xlate <psinfo_t *>(curthread)->pr_pid`.',
  if: 'Runs statements only where a condition holds. DTrace 2.0 on Linux, FreeBSD and illumos have it; elsewhere use predicates.',
  else: 'What runs where the condition of `if` does not hold.',
  struct: 'A structure, as in C.',
  union: 'A union, as in C.',
  enum: 'An enumeration, as in C.',
  typedef: 'Gives a type a name.',
  string: 'D’s string type; its length is bounded by the option `strsize`. Strings are compared with `==` and `<`.',
  provider: 'Declares the probes of a program, in a file for `dtrace -h` and `-G`.',
  probe: 'Declares a probe of a provider.',
};

/** Markdown about a subject, or undefined if nothing is known. */
export function describe(subject: Subject, context: ServiceContext): string | undefined {
  const { platform } = context;
  switch (subject.kind) {
    case 'variable': {
      const variable = dVariables(platform).get(subject.name);
      if (!variable) return undefined;
      return sections(
        code(`${variable.type === '@' ? '' : `${variable.type} `}${variable.name}`),
        variable.doc,
        refused(variable, platform),
        variable.source,
      );
    }
    case 'function': {
      const known = dFunctions(platform).get(subject.name);
      return known && describeFunction(known, context);
    }
    case 'option': {
      const option = dOptions(platform).get(subject.name);
      if (!option) return undefined;
      const usual = option.default === undefined ? '' : ` Default: \`${option.default}\`.`;
      const flag = option.flag === undefined ? '' : ` On the command line: \`${option.flag}\`.`;
      const values =
        option.values === undefined ? '' : ` Values: ${option.values.map((value) => `\`${value}\``).join(', ')}.`;
      const when = { compile: '', start: '', running: ' Can be changed by `setopt` while the script runs.' }[
        option.when
      ];
      const form = option.value === 'flag' ? option.name : `${option.name}=${option.value}`;
      return sections(
        code(`#pragma D option ${form}`),
        `${option.doc}${values}${usual}${flag}${when}`,
        '',
        option.source,
      );
    }
    case 'pragma': {
      const pragma = dPragmas(platform).get(subject.name);
      return pragma && sections(code(pragma.form), pragma.doc, '', pragma.source);
    }
    case 'macro': {
      const macro = dMacros(platform).get(subject.name.replace(/^\$+/, ''));
      if (macro) return sections(code(subject.name), macro.doc, asText(subject.name), macro.source);
      const index = /^\$\$?(\d+)$/.exec(subject.name)?.[1];
      if (index === undefined) return undefined;
      return sections(
        code(subject.name),
        index === '0' ? 'The name of the script.' : `Argument ${index} of the script’s command line.`,
        asText(subject.name),
        '',
      );
    }
    case 'conversion': {
      const conversion = dConversions(platform).get(subject.name);
      return (
        conversion &&
        sections(code(`%${conversion.name}`), `${conversion.doc} Takes ${conversion.accepts}.`, '', conversion.source)
      );
    }
    case 'type':
      return describeType(subject.name);
    case 'provider': {
      const name = providerName(subject.name);
      if (name === 'python')
        return `${code('python')}\nCPython’s own markers. Name the process: \`python$target\` for the one that \`-c\` starts or \`-p\` names.`;
      const provider = dProviders(platform).get(name);
      return provider && sections(code(provider.name), provider.doc, '', provider.source);
    }
    case 'probe':
      return describeAnyProbe(subject.provider, subject.name, context);
    case 'argument': {
      const probe = cpythonProbe(subject.probe);
      return probe && describeArgument(probe, subject.index, 'dtrace', context);
    }
    case 'constant': {
      const constant = dLibrary.inlines.find(({ name }) => name === subject.name);
      if (!constant) return undefined;
      const value = constant.value === undefined ? '' : ` = ${constant.value}`;
      return `${code(`inline ${constant.type} ${constant.name}${value}`)}\nFrom DTrace’s library \`${constant.file}\`.`;
    }
    case 'member': {
      const type = dLibrary.types.find((each) => each.name === subject.type || each.tag === subject.type);
      const member = type?.members?.find(
        (each) => typeof each !== 'string' && each[1].replace(/\[.*/, '') === subject.name,
      );
      if (!type || !member || typeof member === 'string') return undefined;
      return `${code(`${member[0]} ${member[1]}`)}\nMember of \`${subject.type}\`, from DTrace’s library \`${type.file}\`.`;
    }
    case 'keyword': {
      const doc = keywordDocs[subject.name];
      return doc === undefined ? undefined : `${code(subject.name)}\n${doc}`;
    }
  }
}

/** `python$target`, `pid1234` → `python`, `pid`. */
export function providerName(text: string): string {
  return text.replace(/(?:\$\$?\w*|\d+|\*)+$/, '');
}

export function signatureOf(known: DFunction): { readonly label: string; readonly parameters: readonly string[] } {
  const parameters = known.parameters.map(({ name, type, optional }) => {
    const words = type === '@' || type === '...' ? name : `${type} ${name}`.replace('* ', '*');
    return optional ? `[${words}]` : words;
  });
  if (known.maximum === undefined) parameters.push('…');
  return { label: `${known.name}(${parameters.join(', ')})`, parameters };
}

function describeFunction(known: DFunction, context: ServiceContext): string {
  const kinds = { action: 'action', subroutine: 'subroutine', aggregation: 'aggregating function' };
  const result = known.result === 'void' || known.result === '' ? '' : `${known.result} `;
  const notes = [refused(known, context.platform)];
  if (known.destructive) notes.push('Destructive: needs `-w` or `#pragma D option destructive`.');
  if (known.since !== '1.0') notes.push(`Since D ${known.since}.`);
  return sections(
    code(`${result}${signatureOf(known).label}`),
    `*${kinds[known.kind]}* — ${known.doc}`,
    notes.filter((note) => note !== '').join('\n\n'),
    known.source,
  );
}

function describeAnyProbe(providerText: string, name: string, context: ServiceContext): string | undefined {
  const provider = providerName(providerText);
  if (provider === 'python' || (provider === '' && cpythonProbe(name))) {
    const found = probesMatching(name.replaceAll('-', '__'));
    const [only] = found;
    if (!only) return undefined;
    if (found.length > 1) {
      return `${code(name)}\n${found.map((each) => `- \`${spelled(each.name, 'dtrace')}\`: ${each.doc}`).join('\n')}`;
    }
    return `${code(`python$target:::${spelled(only.name, 'dtrace')}`)}\n${describeProbe(only, 'dtrace', context)}`;
  }
  const probe = probesOf(dProviders(context.platform).get(provider), name);
  if (!probe) return timerDoc(provider, name);
  const list = (probe.arguments ?? []).map(
    (words, index) => `- \`arg${index}\`: ${/[*_]|^(?:u?int|char|long)/.test(words) ? `\`${words}\`` : words}`,
  );
  return [code(`${provider}:::${name}`), probe.doc, list.join('\n')].filter((part) => part !== '').join('\n\n');
}

function probesOf(provider: DProvider | undefined, name: string) {
  return provider?.probes?.find((each) => each.name === name);
}

function timerDoc(provider: string, name: string): string | undefined {
  const timer = /^(tick|profile)-(\d+)(\w*)$/.exec(name);
  if (!timer || (provider !== 'profile' && provider !== '')) return undefined;
  const unit = timer[3] ?? '';
  const every = unit === '' || unit === 'hz' ? `${timer[2]} times a second` : `every ${timer[2]} ${unit}`;
  const where = timer[1] === 'tick' ? 'on one CPU' : 'on every CPU';
  return `${code(`profile:::${name}`)}\nFires ${every}, ${where}.`;
}

function describeType(name: string): string | undefined {
  const library = dLibrary.types.find((each) => each.name === name || each.tag === name);
  if (library) {
    const members = (library.members ?? []).map((each) =>
      typeof each === 'string' ? `\t${each};` : `\t${each[0]} ${each[1]};`,
    );
    const body =
      members.length > 0 ? ` {\n${members.join('\n')}\n}` : library.type === undefined ? '' : ` ${library.type}`;
    return `${code(`${library.kind}${body} ${name}`)}\nFrom DTrace’s library \`${library.file}\`.`;
  }
  const known = dTypes.find((each) => each.name === name);
  if (!known) return undefined;
  if (known.type !== undefined) return code(`typedef ${known.type} ${name}`);
  const bits =
    known.bits === undefined || known.bits === 0 ? '' : ` // ${known.bits} bits${known.signed ? ', signed' : ''}`;
  return code(`${name}${bits}`);
}

function asText(name: string): string {
  return name.startsWith('$$') ? 'With two signs: its text, as a string.' : '';
}

function refused(fact: { readonly unimplemented?: string }, platform: string): string {
  return fact.unimplemented === undefined ? '' : `⚠ Not on ${platform}: ${fact.unimplemented}`;
}

export function code(text: string): string {
  return `\`\`\`dtrace\n${text}\n\`\`\``;
}

function sections(head: string, doc: string, note: string, source: string): string {
  return [head, doc, note, source === '' ? '' : `*${source}*`].filter((part) => part !== '').join('\n\n');
}
