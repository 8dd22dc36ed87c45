// Checks the regular expressions of `=~`: POSIX extended ones, as stap compiles them to an automaton. What that has not
// (back references, non-greedy repetition, word boundaries) is a character like others or an error.

export interface RegexProblem {
  /** In the expression, from 0. */
  readonly at: number;
  readonly message: string;
}

const classes = new Set([
  'alpha',
  'digit',
  'alnum',
  'upper',
  'lower',
  'space',
  'blank',
  'punct',
  'print',
  'graph',
  'cntrl',
  'xdigit',
]);

const most = 32767;

/** The first thing that is wrong with an expression, or undefined. */
export function checkRegex(text: string): RegexProblem | undefined {
  const opened: number[] = [];
  // Whether something stands before that * + ? {} could repeat.
  let repeatable = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    switch (character) {
      case '(':
        opened.push(at);
        if (text.startsWith('?:', at + 1)) at += 2;
        else if (text[at + 1] === '?') return { at: at + 1, message: 'only (?: may follow an opening parenthesis' };
        repeatable = false;
        break;
      case ')':
        // Without a group to close it is a character.
        opened.pop();
        repeatable = true;
        break;
      case '^':
      case '$':
        if (/^[*+?{]/.test(text.slice(at + 1))) return { at: at + 1, message: `${character} cannot be repeated` };
        repeatable = true;
        break;
      case '|':
        repeatable = false;
        break;
      case '*':
      case '+':
      case '?':
        if (!repeatable) return { at, message: `nothing stands before ${character} that could be repeated` };
        break;
      case '{': {
        if (!repeatable) return { at, message: 'nothing stands before { that could be repeated' };
        const counts = /^\{(\d+)(?:,(\d*))?\}/.exec(text.slice(at));
        if (!counts) return { at, message: 'the repetition {…} is not complete' };
        const [all, low = '', high] = counts;
        if (Number(low) > most || Number(high ?? 0) > most)
          return { at, message: `a repetition is at most ${most} times` };
        if (high !== undefined && high !== '' && Number(high) < Number(low))
          return { at, message: 'the repetition ends before it begins' };
        at += all.length - 1;
        break;
      }
      case '[': {
        const end = endOfClass(text, at);
        if (typeof end !== 'number') return end;
        at = end;
        repeatable = true;
        break;
      }
      case '\\':
        if (at + 1 === text.length) return { at, message: 'the expression ends in a backslash' };
        at++;
        repeatable = true;
        break;
      default:
        repeatable = true;
    }
  }
  const open = opened.pop();
  return open === undefined ? undefined : { at: open, message: 'this ( is not closed' };
}

function endOfClass(text: string, start: number): number | RegexProblem {
  let at = start + 1;
  if (text[at] === '^') at++;
  if (text[at] === ']') at++;
  for (; at < text.length; at++) {
    if (text[at] === ']') return at;
    if (text[at + 1] === '-' && (text[at + 2] ?? ']') !== ']' && (text[at] ?? '') > (text[at + 2] ?? '')) {
      return { at, message: `the range ${text.slice(at, at + 3)} ends before it begins` };
    }
    if (text.startsWith('[:', at)) {
      const close = text.indexOf(':]', at + 2);
      if (close < 0) continue;
      const name = text.slice(at + 2, close);
      if (!classes.has(name)) return { at, message: `there is no character class [:${name}:]` };
      at = close + 1;
    }
  }
  return { at: start, message: 'this [ is not closed' };
}
