// Go to definition: from a name to where it is defined, in this file, an include, or a tapset.
import type { LocationLink } from 'vscode-languageserver-types';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { occurrenceAt, rangeOf, type Analyzed } from './places.ts';

/** The uri of another file whose text `definition` needs, if the name at the offset is defined there. */
export function definitionFile({ model }: Analyzed, offset: number): string | undefined {
  return occurrenceAt(model, offset)?.symbol.uri;
}

/** `other` is the file that `definitionFile` named, if it could be read. */
export function definition(here: Analyzed, offset: number, other: TextDocument | undefined): LocationLink[] {
  const found = occurrenceAt(here.model, offset);
  if (!found) return [];
  const target = found.symbol.uri === undefined ? here.document : other;
  if (!target) return [];
  return found.symbol.definitions.map((span) => {
    const range = rangeOf(target, span);
    return {
      originSelectionRange: rangeOf(here.document, found.span),
      targetUri: target.uri,
      targetRange: range,
      targetSelectionRange: range,
    };
  });
}
