// From a text and what surrounds it to its model, for either language: the one place where a script's front end gets its
// environment from settings, other files and the interpreters. The language server and `check` both come through here.
import type { Platform, Settings } from '../base/settings.ts';
import { fileUri, joinUri, parentUri } from '../base/uri.ts';
import { analyzeD, parseD, type DModel, type Kernel } from '../languages/dtrace/index.ts';
import type { LanguageId, LanguageModel } from '../languages/model.ts';
import { analyzeStap, parseStap, roleOf, type StapModel } from '../languages/systemtap/index.ts';
import type { InterpreterFacts } from './language.ts';
import type { Tapsets } from './tapsets.ts';

/** What an analysis may ask about besides its text. */
export interface Surroundings {
  readonly uri: string;
  readonly platform: Platform;
  readonly settings: Pick<Settings, 'cpp' | 'defines'>;
  /** A file's text, or undefined: it isn't there, or is not loaded yet and the analysis is done again once it is. */
  readonly read: (uri: string) => string | undefined;
  /** The SystemTap library scripts that the script may use, besides SystemTap's own. */
  readonly tapsets: Tapsets;
  readonly interpreters: readonly InterpreterFacts[];
  /** dtrace's command line, where it is known: `check` has one, an editor has none. */
  readonly dtraceFlags?: readonly string[];
  /** The types and functions of the kernel that D scripts are checked for. */
  readonly kernel?: Kernel;
}

export function analyzeDtrace(text: string, around: Surroundings): DModel {
  const tree = parseD(text, {
    runCpp: around.settings.cpp,
    defines: new Map(Object.entries(around.settings.defines)),
    includes: (path, system) => around.read(joinUri(system ? fileUri('/usr/include') : parentUri(around.uri), path)),
  });
  const { platform, dtraceFlags: flags, kernel } = around;
  return analyzeD(tree, { platform, ...(flags && { flags }), ...(kernel && { kernel }) });
}

export function analyzeSystemtap(text: string, around: Surroundings): StapModel {
  const { library, macros } = around.tapsets;
  const tree = parseStap(text, {
    uri: around.uri,
    role: roleOf(around.uri),
    macros,
    // `#!/usr/bin/stap -g`; without such a line, nothing is known of how the script is started.
    ...(/^#!.*\bstap\b.*\s-\w*g/.test(text) ? { guru: true } : {}),
  });
  return analyzeStap(tree, { library });
}

export const analyze: Readonly<Record<LanguageId, (text: string, around: Surroundings) => LanguageModel>> = {
  dtrace: analyzeDtrace,
  systemtap: analyzeSystemtap,
};
