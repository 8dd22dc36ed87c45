// From a text and what surrounds it to its model, for either language: the one place where a script's front end gets its
// environment from settings, other files and the interpreters. The language server and `check` both come through here.
import type { Platform, Settings } from '../base/settings.ts';
import { fileUri, joinUri, parentUri } from '../base/uri.ts';
import { analyzeD, parseD, type DModel } from '../languages/dtrace/index.ts';
import type { LanguageId, LanguageModel } from '../languages/model.ts';
import { parseStap } from '../languages/systemtap/index.ts';
import { emptyModel } from './emptyModel.ts';
import type { InterpreterFacts } from './language.ts';

/** What an analysis may ask about besides its text. */
export interface Surroundings {
  readonly uri: string;
  readonly platform: Platform;
  readonly settings: Pick<Settings, 'cpp' | 'defines'>;
  /** A file's text, or undefined: it isn't there, or is not loaded yet and the analysis is done again once it is. */
  readonly read: (uri: string) => string | undefined;
  /** Uris of the SystemTap library scripts that the script may use. */
  readonly tapsets: readonly string[];
  readonly interpreters: readonly InterpreterFacts[];
}

export function analyzeDtrace(text: string, around: Surroundings): DModel {
  const tree = parseD(text, {
    runCpp: around.settings.cpp,
    defines: new Map(Object.entries(around.settings.defines)),
    includes: (path, system) => around.read(joinUri(system ? fileUri('/usr/include') : parentUri(around.uri), path)),
  });
  return analyzeD(tree, { platform: around.platform });
}

export function analyzeSystemtap(text: string, around: Surroundings): LanguageModel {
  const tree = parseStap(text, { uri: around.uri, role: around.uri.endsWith('.stpm') ? 'macros' : 'script' });
  return { ...emptyModel('systemtap', text), diagnostics: tree.diagnostics };
}

export const analyze: Readonly<Record<LanguageId, (text: string, around: Surroundings) => LanguageModel>> = {
  dtrace: analyzeDtrace,
  systemtap: analyzeSystemtap,
};
