// Texts with places in them: `<|>` is the cursor.

/** The text without its mark, and where the mark was. */
export function cursorIn(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf('<|>');
  if (offset < 0) throw new Error(`no <|> in ${marked}`);
  return { text: marked.slice(0, offset) + marked.slice(offset + 3), offset };
}
