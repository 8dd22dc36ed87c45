// Cuts a stream of bytes into lines, with a bound on what an unfinished line may hold.
import { StringDecoder } from 'node:string_decoder';

const longestLine = 64 * 1024 * 1024;

/** Returns a function that takes chunks and calls `onLine` for each whole line; `onTooLong` once a line passes 64 MB. */
export function lineReader(onLine: (line: string) => void, onTooLong: () => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let rest: string[] = [];
  let held = 0;
  return (chunk) => {
    const parts = decoder.write(chunk).split('\n');
    const tail = parts.pop() ?? '';
    for (const part of parts) {
      const line = rest.length > 0 ? rest.join('') + part : part;
      rest = [];
      held = 0;
      if (line !== '') onLine(line);
    }
    if (tail === '') return;
    rest.push(tail);
    held += tail.length;
    if (held > longestLine) {
      rest = [];
      held = 0;
      onTooLong();
    }
  };
}
