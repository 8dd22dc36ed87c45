// The front door of SystemTap's front end: `parseStap` makes a tree of a text, `analyzeStap` a model of a tree, with
// `prepareLibrary` and `macrosOf` for the library scripts that it may use.
import type { Diagnostic } from '../model.ts';
import { parseDeclarations } from './declarations.ts';
import { lex } from './lexer.ts';
import { snapshotMacros } from './library.ts';
import { newParser, remark, spanOf } from './parser.ts';
import { preprocess } from './preprocess.ts';
import type { ParseOptions, StapTree } from './syntax.ts';
import { T } from './tokens.ts';

/** Parses a whole file. Never throws; what is wrong with the text is in `diagnostics`. */
export function parseStap(text: string, given: ParseOptions = {}): StapTree {
  const options = given.macros ? given : { ...given, macros: snapshotMacros() };
  const tokens = lex(text);
  const { stream, macros, uses, conditionals, diagnostics } = preprocess(text, tokens, options);
  const parser = newParser(text, tokens, stream, options);
  let declarations: StapTree['declarations'] = [];
  if (options.role === 'macros') {
    if (stream.kinds[0] !== T.end) {
      remark(parser, 'A file of library macros holds nothing but @define.', 'macro-file', spanOf(parser, 0));
    }
  } else declarations = parseDeclarations(parser);
  const all: Diagnostic[] = [...diagnostics, ...parser.diagnostics].sort((a, b) => a.span.start - b.span.start);
  return { text, tokens, declarations, macros, macroUses: uses, conditionals, diagnostics: all, options };
}

export { analyzeStap, type ResolvedCall, type StapEnvironment, type StapModel, type ValueType } from './analyze.ts';
export { emptyLibrary, macrosOf, prepareLibrary, roleOf, snapshotMacros, type StapLibrary } from './library.ts';
