// Edits as they never come from a person: pieces cut, doubled, moved, and odd characters put in. Deterministic by seed.

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomBy(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pieces = [
  '{', '}', '(', ')', '[', ']', '"', "'", '/*', '*/', '//', '#', '\n', '\r\n', '\r', '\0', ' ', ';', ',', ':', ':::',
  '@', '$', '`', '\\', '->', '<<<', '%{', '%}', '%(', '%)', '%?', '%:', '=', '==', '=~', '?', '!', '*', '.', '..', '0x',
  '😀', '\ud83d', '\ude00', 'é', '\u2028', '\ufeff', 'probe', 'function', 'global', 'BEGIN', 'self->', 'this->', 'arg0',
  '$arg1', '@define', '#define X', '#include "x"', '#if 1', '#endif', '#pragma D', 'process("', '.mark("', 'foreach (',
  'if (', 'else', 'python$target:::', 'printf("%', 'translator', 'struct', 'inline', 'typedef', 'sizeof', 'next', 'try', 'catch',
]; // prettier-ignore

/** One edit of a text. */
export function mutate(text: string, random: () => number): Edit {
  const place = (): number => Math.floor(random() * (text.length + 1));
  const start = place();
  const near = Math.min(text.length, start + Math.floor(random() ** 3 * 200));
  const kind = random();
  if (kind < 0.45) return { start, end: start, text: pieces[Math.floor(random() * pieces.length)] ?? '' };
  if (kind < 0.7) return { start, end: near, text: '' };
  if (kind < 0.85) {
    const from = place();
    return { start, end: start, text: text.slice(from, from + Math.floor(random() ** 2 * 300)) };
  }
  return { start, end: near, text: pieces[Math.floor(random() * pieces.length)] ?? '' };
}

export function apply(text: string, edit: Edit): string {
  return text.slice(0, edit.start) + edit.text + text.slice(edit.end);
}
