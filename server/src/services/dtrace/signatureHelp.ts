// Signature help in D scripts: actions, subroutines and aggregating functions from the catalogue; for `printf` and its
// kin the conversion that the argument goes to.
import type { SignatureHelp, SignatureInformation } from 'vscode-languageserver-types';
import { dConversions, dFunctions, type DFunction } from '../../catalogue/index.ts';
import type { ServiceContext } from '../language.ts';
import { markup } from '../offers.ts';
import { callAt } from './place.ts';
import type { DScript } from './script.ts';
import { signatureOf } from './subjects.ts';

export function signatureHelp(script: DScript, offset: number, context: ServiceContext): SignatureHelp | undefined {
  const call = callAt(script.tree, offset);
  const known = call && dFunctions(context.platform).get(call.name);
  if (!known) return undefined;
  const [start] = call.starts;
  const format = known.checks === 'format' && start !== undefined ? formatAt(script.tree.text, start) : undefined;
  const signature = format === undefined ? plain(known, context) : formatted(known, format, context);
  const last = (signature.parameters?.length ?? 0) - 1;
  return { signatures: [signature], activeSignature: 0, activeParameter: last < 0 ? 0 : Math.min(call.argument, last) };
}

function plain(known: DFunction, { client }: ServiceContext): SignatureInformation {
  const { label, parameters } = signatureOf(known);
  return { label, documentation: markup(known.doc, client), parameters: parameters.map((each) => ({ label: each })) };
}

/** The text of the literal that begins at an offset, or undefined. */
export function formatAt(text: string, start: number): string | undefined {
  return /^"((?:[^"\\\n]|\\.)*)/.exec(text.slice(start, start + 4000))?.[1];
}

export interface Conversion {
  /** As written: `%-20s`. */
  readonly text: string;
  /** The name in the catalogue; `*` for a width that is an argument. */
  readonly name: string;
}

/** The conversions of a format that take an argument, in order. */
export function conversionsOf(format: string): readonly Conversion[] {
  const found: Conversion[] = [];
  for (const match of format.matchAll(
    /%(?:%|@?[-+ #0',]*(\*|\d+)?(?:\.(\*|\d+)?)?@?((?:hh|ll|[hlLjztw])?[a-zA-Z@]))/g,
  )) {
    if (match[3] === undefined) continue;
    for (const width of [match[1], match[2]]) if (width === '*') found.push({ text: match[0], name: '*' });
    found.push({ text: match[0], name: match[3] });
  }
  return found;
}

function formatted(known: DFunction, format: string, { platform, client }: ServiceContext): SignatureInformation {
  const words = conversionsOf(format).map(({ text, name }) => {
    const accepts = name === '*' ? 'a width' : dConversions(platform).get(name)?.accepts;
    return { label: accepts === undefined ? text : `${text}: ${accepts}`, doc: dConversions(platform).get(name)?.doc };
  });
  const labels = ['format', ...words.map(({ label }) => label)];
  return {
    label: `${known.name}(${labels.join(', ')})`,
    documentation: markup(known.doc, client),
    // Offsets, since two conversions may look the same.
    parameters: labels.map((label, index) => {
      const from = known.name.length + 1 + labels.slice(0, index).reduce((sum, each) => sum + each.length + 2, 0);
      const doc = words[index - 1]?.doc;
      return { label: [from, from + label.length], ...(doc === undefined ? {} : { documentation: doc }) };
    }),
  };
}
