// Which chapter of the DTrace guide explains an error, by its tag.

const book = 'https://illumos.org/books/dtrace/';
const chapters: readonly (readonly [RegExp, string])[] = [
  [/^D_(?:AGG|LQUANT|LLQUANT|QUANT|CLEAR|TRUNC|NORMALIZE|KEY)/, 'chp-aggs.html'],
  [/^D_PRINT/, 'chp-fmt.html'],
  [/^D_(?:COMM|SPEC|ACT_SPEC|EXIT_SPEC|DREC)/, 'chp-spec.html'],
  [/^D_XLATE/, 'chp-xlate.html'],
  [/^D_PRAGMA_OPTSET/, 'chp-opt.html'],
  [/^D_(?:PRAG|PDESC|PRED|EMPTY|SYNTAX)/, 'chp-prog.html'],
  [/^D_MACRO/, 'chp-script.html'],
  [/^D_(?:PROTO|FUNC|CG|TRACE|STACK|USTACK|FREOPEN|ALLOCA|destructive)/, 'chp-actsub.html'],
  [/^D_(?:ARGS|IDENT|VAR|REGS|ARR_LOCAL|DECL_LOCASSC)/, 'chp-variables.html'],
  [/^D_(?:OFFSETOF|DECL_BF|OP_SOU|OP_PTR|OP_INCOMPLETE|SIZEOF|TYPE_MEMBER|ADDROF|DEREF|ARR)/, 'chp-structs.html'],
  [/^D_(?:OP|INT|CHR|STR|CAST|DIV|STRINGOF|DECL)/, 'chp-typeopexpr.html'],
  [/^D_ATTR/, 'chp-stab.html'],
  [/^D_PROV/, 'chp-usdt.html'],
];

/** The page of the DTrace guide for a tag, if there is one. */
export function manualPage(tag: string): string | undefined {
  const chapter = chapters.find(([pattern]) => pattern.test(tag))?.[1];
  return chapter === undefined ? undefined : book + chapter;
}
