// The front door of SystemTap's front end: text to tree, tree to model.
import type { Diagnostic } from '../model.ts';
import { parseDeclarations } from './declarations.ts';
import { lex } from './lexer.ts';
import { newParser, remark, spanOf } from './parser.ts';
import { preprocess } from './preprocess.ts';
import type { ParseOptions, StapTree } from './syntax.ts';
import { T } from './tokens.ts';

/** Parses a whole file. Never throws; what is wrong with the text is in `diagnostics`. */
export function parseStap(text: string, options: ParseOptions = {}): StapTree {
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
