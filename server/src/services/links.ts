// Document links: files that a script names. D's `#include` and `#pragma D depends_on library`, and the includes in
// SystemTap's embedded C.
import type { Span } from '../base/text.ts';
import type { LanguageModel } from '../languages/model.ts';

export interface FileLink {
  /** The name, without quotes or angle brackets. */
  readonly span: Span;
  readonly path: string;
  /** Where it is looked for: beside the script first, or only in the system's folders. */
  readonly where: 'beside' | 'system' | 'dtraceLibrary';
}

const include = /^[ \t]*#[ \t]*include[ \t]*(?:"([^"\r\n]+)"|<([^>\r\n]+)>)/gm;
const library = /^[ \t]*#[ \t]*pragma[ \t]+D[ \t]+depends_on[ \t]+library[ \t]+([^\s]+)/gm;

export function fileLinks(model: LanguageModel): readonly FileLink[] {
  const links: FileLink[] = [];
  const add = (match: RegExpMatchArray, path: string | undefined, where: FileLink['where']): void => {
    if (path === undefined) return;
    const start = match.index ?? 0;
    const from = start + match[0].lastIndexOf(path);
    if (!isComment(model, start)) links.push({ span: { start: from, end: from + path.length }, path, where });
  };
  for (const match of model.text.matchAll(include)) {
    add(match, match[1], 'beside');
    add(match, match[2], 'system');
  }
  if (model.language === 'dtrace') {
    for (const match of model.text.matchAll(library)) add(match, match[1], 'dtraceLibrary');
  }
  return links.sort((a, b) => a.span.start - b.span.start);
}

function isComment(model: LanguageModel, offset: number): boolean {
  return model.tokens.some(({ type, span }) => type === 'comment' && span.start < offset && offset < span.end);
}
