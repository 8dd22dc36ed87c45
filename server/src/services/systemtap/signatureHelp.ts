// Signature help in SystemTap scripts: tapset functions with all their forms, the script's own functions and macros,
// `@` operators, and for `printf` the conversion that the argument goes to.
import type { SignatureHelp, SignatureInformation } from 'vscode-languageserver-types';
import { stapConversions, stapFunctions, stapMacros } from '../../catalogue/index.ts';
import type { ServiceContext } from '../language.ts';
import { markup } from '../offers.ts';
import { callAt, type OpenCall } from './place.ts';
import type { StapScript } from './script.ts';
import { parameterText, signatureOf, wordNamed } from './subjects.ts';

export function signatureHelp(
  script: StapScript,
  offset: number,
  { client }: ServiceContext,
): SignatureHelp | undefined {
  const call = callAt(script.tree, offset);
  if (!call) return undefined;
  const signatures = signaturesOf(script, call).map(({ doc, ...signature }) => ({
    ...signature,
    ...(doc === undefined ? {} : { documentation: markup(doc, client) }),
  }));
  if (signatures.length === 0) return undefined;
  // The first form that has so many arguments.
  const fitting = signatures.findIndex(({ parameters }) => (parameters?.length ?? 0) > call.argument);
  const active = Math.max(0, fitting);
  const last = (signatures[active]?.parameters?.length ?? 0) - 1;
  return { signatures, activeSignature: active, activeParameter: last < 0 ? 0 : Math.min(call.argument, last) };
}

type Signature = Omit<SignatureInformation, 'documentation'> & { readonly doc?: string | undefined };

function signaturesOf(script: StapScript, call: OpenCall): readonly Signature[] {
  if (call.name.startsWith('@')) return atSignatures(script, call.name);
  if (/^s?printf$/.test(call.name)) {
    const formatted = formatSignature(script, call);
    if (formatted) return [formatted];
  }
  const own = script.tree.declarations.filter((each) => each.kind === 'function' && each.name.name === call.name);
  if (own.length > 0) {
    return own.flatMap((each) => {
      if (each.kind !== 'function') return [];
      const parameters = each.parameters.map(({ name, type }) => (type ? `${name.name}:${type.name}` : name.name));
      const label = `${each.name.name}${each.type ? `:${each.type.name}` : ''}(${parameters.join(', ')})`;
      const doc = script.symbols.find(({ kind, name }) => kind === 'function' && name === call.name)?.documentation;
      return [{ label, parameters: parameters.map((parameter) => ({ label: parameter })), doc }];
    });
  }
  const library = stapFunctions().get(call.name);
  if (library) {
    return library.map((each) => ({
      label: signatureOf(each),
      parameters: each.parameters.map((parameter) => ({ label: parameterText(parameter) })),
      doc: each.doc,
    }));
  }
  const word = wordNamed(call.name, 'print');
  return word ? [fromText(word.signature, word.doc)] : [];
}

function atSignatures(script: StapScript, name: string): readonly Signature[] {
  const word = wordNamed(name);
  if (word) return [fromText(word.signature, word.doc)];
  const macro = script.tree.macros.find((each) => `@${each.name}` === name) ?? stapMacros().get(name.slice(1));
  return macro ? [fromText(`@${macro.name}(${macro.parameters.join(', ')})`, undefined)] : [];
}

/** `@cast(pointer, "type"[, "module"])` with its parameters. */
function fromText(label: string, doc: string | undefined): Signature {
  const open = label.indexOf('(');
  const parameters = [...label.slice(open + 1, label.lastIndexOf(')')).matchAll(/[^,[\]]+/g)].map((match) => {
    const text = match[0];
    const from = open + 1 + match.index + (text.length - text.trimStart().length);
    return { label: [from, from + text.trim().length] as [number, number], empty: text.trim() === '' };
  });
  return { label, parameters: parameters.filter(({ empty }) => !empty).map((each) => ({ label: each.label })), doc };
}

function formatSignature(script: StapScript, { name, starts }: OpenCall): Signature | undefined {
  const [start] = starts;
  const format =
    start === undefined ? undefined : /^"((?:[^"\\\n]|\\.)*)/.exec(script.tree.text.slice(start, start + 4000))?.[1];
  if (format === undefined) return undefined;
  const words: string[] = [];
  for (const match of format.matchAll(/%(?:%|[-+ #0]*(\*|\d+)?(?:\.(\*|\d+)?)?([a-zA-Z]))/g)) {
    if (match[3] === undefined) continue;
    for (const width of [match[1], match[2]]) if (width === '*') words.push(`${match[0]}: a width`);
    const accepts = stapConversions.find((each) => each.name === match[3])?.accepts;
    words.push(accepts === undefined || accepts === 'none' ? match[0] : `${match[0]}: ${accepts}`);
  }
  const labels = ['format', ...words];
  return {
    label: `${name}(${labels.join(', ')})`,
    parameters: labels.map((label, index) => {
      const from = name.length + 1 + labels.slice(0, index).reduce((sum, each) => sum + each.length + 2, 0);
      return { label: [from, from + label.length] as [number, number] };
    }),
    doc: wordNamed(name, 'print')?.doc,
  };
}
