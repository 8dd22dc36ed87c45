// The two languages side by side, as the server uses them: how a text is analysed, and who serves it.
import type { LanguageId, LanguageModel } from '../languages/model.ts';
import { analyzeDtrace, analyzeSystemtap, type Surroundings } from '../services/analysis.ts';
import { dtraceServices } from '../services/dtrace/index.ts';
import type { LanguageServices } from '../services/language.ts';
import { systemtapServices } from '../services/systemtap/index.ts';

export interface Language {
  readonly id: LanguageId;
  readonly analyze: (text: string, around: Surroundings) => LanguageModel;
  readonly services: LanguageServices;
}

/** The services of a language get the models that its own analysis made, and no others. */
function language<Model extends LanguageModel>(
  id: LanguageId,
  analyze: (text: string, around: Surroundings) => Model,
  services: LanguageServices<Model>,
): Language {
  return { id, analyze, services: services as LanguageServices };
}

export const languages: Readonly<Record<LanguageId, Language>> = {
  dtrace: language('dtrace', analyzeDtrace, dtraceServices),
  systemtap: language('systemtap', analyzeSystemtap, systemtapServices),
};

/** The language of a document, by what the editor calls it, or by its name. Editors differ in their words. */
export function languageIdOf(languageId: string, uri: string): LanguageId | undefined {
  const named = languageId.toLowerCase();
  if (['systemtap', 'stp', 'stap', 'stpm'].includes(named) || /\.stpm?$/i.test(uri)) return 'systemtap';
  if (['dtrace', 'd'].includes(named) || /\.d$/i.test(uri)) return 'dtrace';
  return undefined;
}
