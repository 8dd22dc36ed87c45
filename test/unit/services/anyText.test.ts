// Whatever the text and wherever the cursor: every service answers, and what it answers can be used.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TextEdit } from 'vscode-languageserver-types';
import type { ServiceContext } from '../../../server/src/services/language.ts';
import { dtraceServices } from '../../../server/src/services/dtrace/index.ts';
import { systemtapServices } from '../../../server/src/services/systemtap/index.ts';
import { contextOf, documentOf, dScript, stapScript } from '../../support/services.ts';

const dWords = [
  'BEGIN', 'python$target:::function-entry', 'syscall::', '/', '{', '}', '(', ')', '[', ']', ';', ',', '"%', '"', "'", '->', '.', '@a', '@', '$',
  '$target', 'self', 'this', 'x', '1', '=', '==', '+', 'printf', 'copyinstr', 'count', 'if', 'else', 'struct', 'int', 'inline', 'translator', 'sizeof',
  '#pragma D option ', '#if', '\n', ' ', '/*', '*/', '//', '`', '\0', '𝒳', '\r\n',
]; // prettier-ignore
const stapWords = [
  'probe', 'process', '("', '")', '.mark("', '.', '{', '}', '(', ')', '[', ']', ',', ';', '"%', '"', '->', '$', '$arg1', '@', '@count', '@define', '%(', '%?',
  '%:', '%)', '%{', '%}', 'global', 'function', 'private', 'foreach', 'in', 'if', 'else', 'try', 'catch', 'delete', 'x', '1', '=', '==', '+', ':', 'long',
  'printf', 'user_string', '\n', ' ', '/*', '*/', '//', '#', '\0', '𝒳', '\r\n',
]; // prettier-ignore

const context: ServiceContext = contextOf();
const options = { tabSize: 4, insertSpaces: true };

function textOf(words: readonly string[]): fc.Arbitrary<{ text: string; offset: number }> {
  return fc
    .array(fc.constantFrom(...words), { maxLength: 40 })
    .chain((parts) => fc.record({ text: fc.constant(parts.join('')), offset: fc.nat({ max: parts.join('').length }) }));
}

test.each(['d', 'stp'] as const)('%s', (language) => {
  fc.assert(
    fc.property(textOf(language === 'd' ? dWords : stapWords), ({ text, offset: wanted }) => {
      const document = documentOf(text, language);
      // No position lies within a line break of two characters.
      const offset = document.offsetAt(document.positionAt(wanted));
      const whole = { start: 0, end: text.length };
      const answers = language === 'd' ? ask(dtraceServices, dScript(text)) : ask(systemtapServices, stapScript(text));
      for (const { textEdit, label } of answers.list.items) {
        const range = textEdit && 'range' in textEdit ? textEdit.range : undefined;
        if (!range) throw new Error(`${label} has no edit`);
        // LSP: on one line, and the cursor within.
        expect(range.start.line).toBe(range.end.line);
        expect(document.offsetAt(range.start)).toBeLessThanOrEqual(offset);
        expect(document.offsetAt(range.end)).toBeGreaterThanOrEqual(offset);
      }
      // Formatting, if it does anything, changes white space only.
      expect(apply(text, answers.edits).replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));

      function ask(services: typeof dtraceServices | typeof systemtapServices, model: unknown) {
        const all = services as unknown as { [K in keyof typeof services]: (...args: unknown[]) => never };
        all.hover(document, model, offset, context);
        all.signatureHelp(document, model, offset, context);
        all.inlayHints(document, model, whole, context);
        all.formatOnType(document, model, offset, '}', options);
        return {
          list: all.complete(document, model, offset, context) as ReturnType<typeof dtraceServices.complete>,
          edits: all.format(document, model, undefined, options) as readonly TextEdit[],
        };
      }
    }),
    { numRuns: 1000 },
  );
});

function apply(text: string, edits: readonly TextEdit[]): string {
  const document = documentOf(text, 'text');
  let result = text;
  for (const { range, newText } of [...edits].reverse()) {
    result = result.slice(0, document.offsetAt(range.start)) + newText + result.slice(document.offsetAt(range.end));
  }
  return result;
}
