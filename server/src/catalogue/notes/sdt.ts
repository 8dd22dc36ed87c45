// One note: where a marker is, its names, and where its arguments lie. SystemTap's layout is that of its wiki page
// "UserSpaceProbeImplementation": three addresses, then provider, name and arguments as strings.
import type { Reader } from './bytes.ts';
import type { Marker, MarkerArgument } from './markers.ts';

/** The description of a note of type 3 whose owner is `stapsdt`; undefined if it is not one. */
export function parseSdtNote(description: Reader, is64: boolean): Marker | undefined {
  const word = is64 ? 8 : 4;
  if (description.length < 3 * word + 3) return undefined;
  const provider = description.string(3 * word);
  const name = description.string(3 * word + byteLength(provider) + 1);
  const list = description.string(3 * word + byteLength(provider) + byteLength(name) + 2);
  if (provider === '' || name === '') return undefined;
  const semaphore = is64 ? description.u64(2 * word) : description.u32(2 * word);
  return { provider, name, arguments: parseArguments(list), semaphore: semaphore !== 0, places: 1 };
}

/**
 * The description of a note whose owner is `usdt`, as DTrace 2.0's own <sys/usdt.h> writes them: two addresses,
 * provider, name, a byte with the number of arguments, and the arguments. Type 1 is a marker, type 2 a place that asks
 * whether somebody listens.
 */
export function parseUsdtNote(description: Reader, type: number): Marker | undefined {
  const provider = description.string(16);
  const name = description.string(16 + byteLength(provider) + 1);
  if (provider === '' || name === '' || (type !== 1 && type !== 2)) return undefined;
  const list = type === 1 ? description.string(16 + byteLength(provider) + byteLength(name) + 3) : '';
  return { provider, name, arguments: parseArguments(list), semaphore: type === 2, places: type === 1 ? 1 : 0 };
}

/**
 * `8@%rbp -4@-228(%rbp) 4@[sp, 8]`: a size with its sign, an at sign, and an operand of the processor, which may
 * hold blanks inside brackets. Before version 3 of the notes there were operands alone.
 */
export function parseArguments(list: string): readonly MarkerArgument[] {
  return [...list.matchAll(/(?:(-?)(\d+)f?@)?((?:\[[^\]]*\]|\([^)]*\)|[^\s[(])+)/g)].map((match): MarkerArgument => {
    const [, sign, size, operand = ''] = match;
    return size === undefined ? { operand } : { size: Number(size), signed: sign === '-', operand };
  });
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
