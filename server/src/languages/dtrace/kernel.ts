// What a Linux kernel's BTF (/sys/kernel/btf/vmlinux) says of its types and functions: enough to know whether a name
// exists, how large a struct is, and how many arguments a function has. Pure: the caller reads the file. The format is
// described in the kernel's Documentation/bpf/btf.rst.

export interface KernelFunction {
  readonly parameters: number;
  readonly returnsVoid: boolean;
}

export interface Kernel {
  /** Sizes in bytes by `struct s`, `union u`, `enum e` or a typedef's name; undefined if there is no such type. */
  readonly sizeOf: (type: string) => number | undefined;
  readonly functionNamed: (name: string) => KernelFunction | undefined;
  readonly functionNames: () => Iterable<string>;
  /** Names of system calls. */
  readonly systemCalls: ReadonlySet<string>;
}

const magic = 0xeb9f;
// Kinds of BTF.
const kind = { int: 1, pointer: 2, array: 3, struct: 4, union: 5, enum: 6, forward: 7, typedef: 8, function: 12, prototype: 13, variable: 14, section: 15, float: 16, declarationTag: 17, enum64: 19 }; // prettier-ignore
const prefixes: Readonly<Record<number, string>> = { [kind.struct]: 'struct ', [kind.union]: 'union ', [kind.enum]: 'enum ', [kind.enum64]: 'enum ' }; // prettier-ignore

/** Reads BTF; undefined if the bytes are none. */
export function readKernel(bytes: Uint8Array): Kernel | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 24) return undefined;
  const little = view.getUint16(0, true) === magic;
  if (!little && view.getUint16(0, false) !== magic) return undefined;
  const u32 = (at: number): number => (at + 4 <= bytes.length ? view.getUint32(at, little) : 0);
  const header = u32(4);
  const typesAt = header + u32(8);
  const typesEnd = Math.min(bytes.length, typesAt + u32(12));
  const stringsAt = header + u32(16);
  const text = (offset: number): string => {
    const start = stringsAt + offset;
    let end = start;
    while (end < bytes.length && bytes[end] !== 0) end++;
    return String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 512)));
  };
  const sizes = new Map<string, number>();
  const functions = new Map<string, number>();
  const prototypes = new Map<number, KernelFunction>();
  let id = 1;
  for (let at = typesAt; at + 12 <= typesEnd; id++) {
    const name = u32(at);
    const info = u32(at + 4);
    const size = u32(at + 8);
    const count = info & 0xffff;
    const each = (info >>> 24) & 0x1f;
    at += 12;
    const prefix = prefixes[each];
    if (prefix !== undefined || each === kind.typedef) {
      if (name !== 0) sizes.set((prefix ?? '') + text(name), prefix === undefined ? 0 : size);
    } else if (each === kind.function) functions.set(text(name), size);
    else if (each === kind.prototype) prototypes.set(id, { parameters: count, returnsVoid: size === 0 });
    at += payload(each, count);
  }
  const systemCalls = new Set<string>();
  for (const name of functions.keys()) {
    const call = /^__(?:x64|arm64|s390x|riscv|se)_sys_(\w+)$/.exec(name)?.[1];
    if (call !== undefined) systemCalls.add(call);
  }
  return {
    sizeOf: (type) => sizes.get(type),
    functionNamed: (name) => {
      const prototype = functions.get(name);
      return prototype === undefined ? undefined : prototypes.get(prototype);
    },
    functionNames: () => functions.keys(),
    systemCalls,
  };
}

/** The bytes after a type's first twelve. */
function payload(each: number, count: number): number {
  switch (each) {
    case kind.int:
    case kind.variable:
    case kind.declarationTag:
      return 4;
    case kind.array:
      return 12;
    case kind.struct:
    case kind.union:
    case kind.section:
    case kind.enum64:
      return 12 * count;
    case kind.enum:
    case kind.prototype:
      return 8 * count;
    default:
      return 0;
  }
}
