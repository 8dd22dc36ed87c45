// What a `.d` file is, by its content.
import { expect, test } from 'vitest';
import { kindOfD } from '../../../server/src/protocol.ts';

test.each([
  ['#!/usr/sbin/dtrace -qs\nx', 'dtrace'],
  ['/* c */\n#pragma D option quiet\n', 'dtrace'],
  ['python$target:::function-entry { @[copyinstr(arg1)] = count(); }', 'dtrace'],
  ['python*:::line\n/arg2 > 3/\n{ }', 'dtrace'],
  ['syscall::open*:entry,\nsyscall::close:entry\n{\n}', 'dtrace'],
  ['// c\nBEGIN\n{ trace(1); }', 'dtrace'],
  ['dtrace:::BEGIN{}', 'dtrace'],
  ['tick-1sec\n/i > 0/\n{ exit(0); }', 'dtrace'],
  ['fbt:vmlinux:vfs_read:entry { self->x = 1; }', 'dtrace'],
  [':::BEGIN {}', 'dtrace'],
  ['typedef int t;\ninline int x = 3;\nBEGIN { }', 'dtrace'],
  ['module a.b;\nvoid main() { }', 'd'],
  ['import std.stdio;\nvoid main() { writeln("BEGIN { }"); }', 'd'],
  ['#!/usr/bin/env rdmd\nvoid main() { }', 'd'],
  ['void main() {\n  int x = a ? b : c;\n}\n', 'd'],
  ['switch (x) { case 1: { f(); } }\nclass A { }', 'd'],
  ['main.o: main.c a.h \\\n  b.h\n', 'makefile'],
  ['build/x/main.o build/x/main.d: src/main.c\n\na.h:\n\nb.h:\n', 'makefile'],
  ['C:\\x\\main.o: C:\\x\\main.c', 'makefile'],
  ['', undefined],
  ['\n\n// nothing yet\n', undefined],
  ['x', undefined],
])('%j is %s', (text, kind) => {
  expect(kindOfD(text)).toBe(kind);
});

test.each(['a:', 'a, ', '{', '/', '"', '\n', ' : ', 'BEGIN,', '/*', 'a b '])(
  '64 KB of %j are looked at in no time',
  (part) => {
    const text = part.repeat(65_536 / part.length);
    const began = performance.now();
    kindOfD(text);
    expect(performance.now() - began).toBeLessThan(200);
  },
);
