// A model with nothing in it, for what an analysis has not got to say.
import type { LanguageId, LanguageModel } from '../languages/model.ts';

export function emptyModel(language: LanguageId, text: string): LanguageModel {
  return {
    language,
    text,
    diagnostics: [],
    symbols: [],
    occurrences: [],
    outline: [],
    folds: [],
    tokens: [],
    probes: [],
    spansAt: () => [],
  };
}
