// Lines that begin with `#`: the interpreter line, `#pragma D …`, `#line`, and the C preprocessor's directives, cut into
// words as DTrace's lexer cuts them.
import type { ControlLine, ControlWord, Interpreter } from './syntax.ts';
import { unescape } from './lexer.ts';

/** Reads `#!/usr/sbin/dtrace -qs`. */
export function parseInterpreter(text: string, start: number, end: number): Interpreter {
  const [path = '', ...flags] = text
    .slice(start + 2, end)
    .trim()
    .split(/\s+/);
  return { kind: 'interpreter', path, flags, start, end };
}

const word = /[^\S\n]+|\\\r?\n|"((?:[^"\\\n]|\\[\s\S])*)"?|[^\s"\\]+|\\|\n/y;

/** Reads a control line from its `#` up to its end. */
export function parseControlLine(text: string, start: number, end: number): ControlLine {
  const words: ControlWord[] = [];
  word.lastIndex = start + 1;
  while (word.lastIndex < end) {
    const at = word.lastIndex;
    const found = word.exec(text);
    if (!found) break;
    const [whole, quoted] = found;
    if (/^\s|^\\\r?\n/.test(whole)) continue;
    const type = quoted !== undefined ? 'string' : /^[0-9]+$/.test(whole) ? 'integer' : 'word';
    const span = { start: at, end: Math.min(end, at + whole.length) };
    words.push({ type, text: quoted !== undefined ? unescape(quoted) : whole, ...span });
  }
  const first = words[0];
  const named = first?.type === 'word' ? first : undefined;
  const fused = named ? (/^[a-zA-Z_]+/.exec(named.text)?.[0] ?? named.text) : '';
  return {
    kind: 'controlLine',
    directive: fused,
    directiveSpan: named
      ? { start: named.start, end: named.start + fused.length }
      : { start, end: Math.min(end, start + 1) },
    words: named ? words.slice(1) : words,
    nested: false,
    skipped: false,
    start,
    end,
  };
}
