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

/** Comments and strings are taken first, so that what they hold is not seen. */
const parts =
  /\/\*[^]*?(?:\*\/|(?![^]))|\/\/.*|^[ \t]*#[ \t]*include[ \t]*(?:"([^"\r\n]+)"|<([^>\r\n]+)>)|^[ \t]*#[ \t]*pragma[ \t]+D[ \t]+depends_on[ \t]+library[ \t]+(\S+)|"(?:[^"\\\r\n]|\\.)*"/gm;

export function fileLinks({ text, language }: LanguageModel): readonly FileLink[] {
  const links: FileLink[] = [];
  for (const match of text.matchAll(parts)) {
    const path = match[1] ?? match[2] ?? (language === 'dtrace' ? match[3] : undefined);
    if (path === undefined) continue;
    const where = match[1] !== undefined ? 'beside' : match[2] !== undefined ? 'system' : 'dtraceLibrary';
    const start = match.index + match[0].lastIndexOf(path);
    links.push({ span: { start, end: start + path.length }, path, where });
  }
  return links;
}
