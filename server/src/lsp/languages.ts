// The two languages side by side, as the server uses them: how a text is analysed, and who serves it.
import type { Settings, Platform } from '../base/settings.ts';
import type { LanguageId, LanguageModel } from '../languages/model.ts';
import type { InterpreterFacts, LanguageServices } from '../services/language.ts';
import type { ReservedNames } from '../services/rename.ts';

/** What an analysis may ask about besides its text. */
export interface Surroundings {
  readonly uri: string;
  readonly platform: Platform;
  readonly settings: Settings;
  /** A file's text, or undefined: it isn't there, or is not loaded yet and the analysis is done again once it is. */
  readonly read: (uri: string) => string | undefined;
  /** Uris of the SystemTap library scripts that the script may use. */
  readonly tapsets: readonly string[];
  readonly interpreters: readonly InterpreterFacts[];
}

export interface Language {
  readonly id: LanguageId;
  readonly analyze: (text: string, around: Surroundings) => LanguageModel;
  readonly services: LanguageServices;
  readonly reserved: ReservedNames;
}

/** The language of a document, by what the editor calls it, or by its name. Editors differ in their words. */
export function languageIdOf(languageId: string, uri: string): LanguageId | undefined {
  const named = languageId.toLowerCase();
  if (['systemtap', 'stp', 'stap', 'stpm'].includes(named) || /\.stpm?$/i.test(uri)) return 'systemtap';
  if (['dtrace', 'd'].includes(named) || /\.d$/i.test(uri)) return 'dtrace';
  return undefined;
}

const idle: LanguageServices = {
  triggers: { completion: [], signature: [], format: [] },
  complete: () => ({ isIncomplete: false, items: [] }),
  resolve: (item) => item,
  hover: () => undefined,
  signatureHelp: () => undefined,
  inlayHints: () => [],
  format: () => [],
  formatOnType: () => [],
};

function empty(id: LanguageId): Language {
  return {
    id,
    analyze: (text) => ({
      language: id,
      text,
      diagnostics: [],
      symbols: [],
      occurrences: [],
      outline: [],
      folds: [],
      tokens: [],
      probes: [],
      spansAt: () => [],
    }),
    services: idle,
    reserved: { keywords: new Set(), builtins: new Set() },
  };
}

export const languages: Readonly<Record<LanguageId, Language>> = {
  dtrace: empty('dtrace'),
  systemtap: empty('systemtap'),
};
