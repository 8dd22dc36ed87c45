// The services that know SystemTap's own tree, behind the interface that the server asks.
import type { LanguageServices } from '../language.ts';
import { markup } from '../offers.ts';
import { complete } from './completion.ts';
import { format, formatOnType } from './format.ts';
import { hover } from './hover.ts';
import { inlayHints } from './inlayHints.ts';
import type { StapScript } from './script.ts';
import { signatureHelp } from './signatureHelp.ts';
import { describe, type Subject } from './subjects.ts';

export const systemtapServices: LanguageServices<StapScript> = {
  triggers: { completion: ['"', '.', '$', '@', '%'], signature: ['(', ','], format: ['}'] },
  complete,
  resolve(item, context) {
    const text = item.data === undefined ? undefined : describe(item.data as Subject, context);
    return text === undefined ? item : { ...item, documentation: markup(text, context.client) };
  },
  hover,
  signatureHelp: (_, script, offset, context) => signatureHelp(script, offset, context),
  inlayHints,
  format: (document, { tree }, span, options) => format(document, tree, span, options),
  formatOnType: (document, { tree }, offset, character, options) =>
    formatOnType(document, tree, offset, character, options),
};
