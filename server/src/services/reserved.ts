// The names that a script can't or should not give to its own things.
import { dFunctions, dVariables, stapFunctions, stapLanguage } from '../catalogue/index.ts';
import { keywords as dKeywords } from '../languages/dtrace/index.ts';
import type { LanguageId } from '../languages/model.ts';
import type { Platform } from '../base/settings.ts';

export interface ReservedNames {
  readonly isKeyword: (name: string) => boolean;
  /** A variable, function or action of the language or its library: a script's own would hide it. */
  readonly isBuiltin: (name: string) => boolean;
}

export function reservedNames(language: LanguageId, platform: Platform): ReservedNames {
  if (language === 'dtrace') {
    return {
      isKeyword: (name) => dKeywords.some((each) => each === name),
      isBuiltin: (name) => dVariables(platform).has(name) || dFunctions(platform).has(name),
    };
  }
  const isOf = (kinds: readonly string[], name: string): boolean =>
    stapLanguage.some((word) => word.name === name && kinds.includes(word.kind));
  return {
    // `string` and `long` are names of types; `print` and its kin are read by the parser itself.
    isKeyword: (name) => isOf(['keyword', 'print'], name) || name === 'string' || name === 'long',
    isBuiltin: (name) => stapFunctions().has(name),
  };
}
