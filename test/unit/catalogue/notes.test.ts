// Markers in binaries: ELF of both sizes and byte orders, with and without section headers, DOF in Mach-O, and garbage.
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../server/src/catalogue/notes/bytes.ts';
import { readBinary } from '../../../server/src/catalogue/notes/binary.ts';
import type { Marker } from '../../../server/src/catalogue/notes/markers.ts';
import { parseArguments } from '../../../server/src/catalogue/notes/sdt.ts';
import { dof, elf, machO, universal } from '../../support/binaries.ts';

const read = (bytes: Uint8Array) => readBinary(bytesSource(bytes));

/** `python:line(8@%rax -4@%edx) armed` */
function shown(marker: Marker): string {
  const list = marker.arguments.map(
    (each) => each.type ?? `${each.signed ? '-' : ''}${each.size ?? ''}@${each.operand}`,
  );
  return `${marker.provider}:${marker.name}(${list.join(' ')})${marker.semaphore ? ' armed' : ''}${marker.places > 1 ? ` ×${marker.places}` : ''}`;
}

const markers = [
  { name: 'function__entry', arguments: '8@%rbp 8@%r12 -4@%eax', semaphore: 0x3000 },
  { name: 'audit', arguments: '8@%rbx 8@%r15' },
  { name: 'audit', arguments: '8@%rcx 8@%r14' },
  { name: 'gc__done', arguments: '-8@112(%rsp)', semaphore: 0x3002 },
  { provider: 'other', name: 'start' },
];
const expected = [
  'python:function__entry(8@%rbp 8@%r12 -4@%eax) armed',
  'python:audit(8@%rbx 8@%r15) ×2',
  'python:gc__done(-8@112(%rsp)) armed',
  'other:start()',
];

describe.each([
  [64, 'little'],
  [64, 'big'],
  [32, 'little'],
  [32, 'big'],
] as const)('ELF, %i bit, %s-endian', (bits, order) => {
  const shape = {
    bits,
    littleEndian: order === 'little',
    markers,
    needed: ['libpython3.15.so.1.0', 'libc.so.6'],
    runpath: '$ORIGIN/../lib:/opt/lib',
  };
  it.each([true, false])('with section headers: %s', (sections) => {
    const binary = read(elf({ ...shape, sections }));
    expect(binary.format).toBe('elf');
    expect(binary.markers.map(shown)).toEqual(expected);
    expect(binary.needed).toEqual(['libpython3.15.so.1.0', 'libc.so.6']);
    expect(binary.searchPaths).toEqual(['$ORIGIN/../lib', '/opt/lib']);
  });
});

describe('DOF', () => {
  const probes = [
    { name: 'function-entry', types: ['const char *', 'const char *', 'int'] },
    { name: 'gc-done', types: ['long'] },
  ];
  const found = ['python:function__entry(const char * const char * int) armed ×2', 'python:gc__done(long) armed ×2'];

  it.each([true, false])('in Mach-O, little-endian: %s', (little) => {
    const binary = read(machO(dof('python', probes, little), '/Library/Frameworks/Python.framework/Python', little));
    expect([binary.format, binary.markers.map(shown), binary.needed]).toEqual([
      'mach-o',
      found,
      ['/Library/Frameworks/Python.framework/Python'],
    ]);
  });

  it('in the architecture of a universal file that has it', () => {
    const empty = machO(new Uint8Array(), '/usr/lib/libSystem.B.dylib');
    expect(read(universal([empty, machO(dof('python', probes), 'x')])).markers.map(shown)).toEqual(found);
    expect(read(universal([empty])).markers).toEqual([]);
  });
});

it.each([
  ['8@%rbp 8@%r12 -4@%eax', '8,%rbp 8,%r12 -4,%eax'],
  ['4@[sp, 8] -4@[r7, #-4] 8@x0', '4,[sp, 8] -4,[r7, #-4] 8,x0'],
  ['8f@%xmm0 -1@$5 8@glob+4(%rip) 8@8(%rax,%rbx,4)', '8,%xmm0 -1,$5 8,glob+4(%rip) 8,8(%rax,%rbx,4)'],
  ['%eax (%rdi)', '?,%eax ?,(%rdi)'],
  ['', ''],
])('arguments %j', (list, wanted) => {
  const text = parseArguments(list).map((each) => `${each.signed ? '-' : ''}${each.size ?? '?'},${each.operand}`);
  expect(text.join(' ')).toBe(wanted);
});

describe('anything else', () => {
  it('is no binary', () => {
    const other = { format: 'other', markers: [], needed: [], searchPaths: [] };
    expect(read(new Uint8Array())).toEqual(other);
    expect(read(new TextEncoder().encode('#!/bin/sh\nexec python3 "$@"\n'.repeat(10)))).toEqual(other);
    expect(read(Uint8Array.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65]))).toEqual(other);
  });

  const made = [
    elf({ bits: 64, littleEndian: true, sections: true, markers, needed: ['libc.so.6'] }),
    elf({ bits: 32, littleEndian: false, sections: false, markers }),
    universal([machO(dof('python', [{ name: 'line', types: ['int'] }]), 'x')]),
  ];

  it('never throws, however it is broken', () => {
    const broken = fc.tuple(
      fc.constantFrom(...made),
      fc.array(fc.tuple(fc.nat(1200), fc.nat(255)), { maxLength: 12 }),
      fc.nat(1200),
    );
    fc.assert(
      fc.property(broken, ([bytes, changes, length]) => {
        const copy = bytes.slice(0, Math.max(16, length));
        for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
        expect(read(copy).markers.length).toBeLessThanOrEqual(10_000);
      }),
      { numRuns: 3_000 },
    );
  });
});

const debian = '/usr/bin/python3.11';
it.skipIf(!existsSync(debian))('reads a real interpreter as readelf does (needs Debian’s python3.11)', () => {
  const binary = readBinary(bytesSource(readFileSync(debian)));
  expect(
    binary.markers.map((marker) => `${marker.name} ${marker.arguments.map((each) => each.size).join(',')}`).sort(),
  ).toEqual([
    'audit 8,8',
    'function__entry 8,8,4',
    'function__return 8,8,4',
    'gc__done 8',
    'gc__start 4',
    'import__find__load__done 8,4',
    'import__find__load__start 8',
    'line 8,8,4',
  ]);
  expect(binary.markers.every((marker) => marker.semaphore)).toBe(true);
});
