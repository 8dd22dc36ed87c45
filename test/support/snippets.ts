// What an editor inserts for a snippet when every tab stop keeps its default: the first choice, the default text, or
// what an earlier tab stop of the same number has.

/** Expands the snippet syntax of VS Code and LSP; variables are not used by ours. */
export function expandSnippet(body: string): string {
  const defaults = new Map<string, string>();
  const [text] = expand(body, 0, '', defaults);
  return text;
}

function expand(body: string, from: number, end: string, defaults: Map<string, string>): [string, number] {
  let text = '';
  let at = from;
  while (at < body.length) {
    const character = body.charAt(at);
    if (character === '\\') {
      text += body.charAt(at + 1);
      at += 2;
      continue;
    }
    if (character === end) return [text, at + 1];
    const stop = /^\$(?:(\d+)|\{(\d+)(?:(:)|\|((?:[^|\\]|\\.)*)\|\}|\}))/.exec(body.slice(at));
    if (!stop) {
      text += character;
      at++;
      continue;
    }
    at += stop[0].length;
    const number = stop[1] ?? stop[2] ?? '';
    let value = defaults.get(number) ?? '';
    if (stop[3] !== undefined) [value, at] = expand(body, at, '}', defaults);
    else if (stop[4] !== undefined) value = /^(?:[^,\\]|\\.)*/.exec(stop[4])?.[0].replace(/\\(.)/g, '$1') ?? '';
    if (value !== '') defaults.set(number, value);
    text += value;
  }
  return [text, at];
}
