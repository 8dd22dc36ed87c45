// Checking on save: the tools' own words (as dtrace 2.0.7 and stap 5.6 say them) become places in the script; a tool
// that can't check is a hint, and one that hangs is ended.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileUri } from '../../../server/src/base/uri.ts';
import type { Diagnostic } from '../../../server/src/languages/model.ts';
import { checkExternally, dtraceFindings, externalArguments, stapFindings } from '../../../server/src/run/external.ts';

const shown = (text: string, found: readonly Diagnostic[]): string[] =>
  found.map(
    ({ span, code, severity, message }) => `${text.slice(span.start, span.end)} | ${severity} ${code} | ${message}`,
  );

const d = 'BEGIN\n{\n  trace();\n}\n';
test.each([
  [
    'dtrace: failed to compile script /w/p.d: [D_PROTO_LEN] line 3: trace( ) prototype mismatch: 0 args passed, at least 1 expected',
    ['trace(); | error dtrace/D_PROTO_LEN | dtrace: trace( ) prototype mismatch: 0 args passed, at least 1 expected'],
  ],
  [
    'dtrace: failed to compile script /w/p.d: [D_IDENT_UNDEF] "/usr/lib/dtrace/6.10/io.d", line 134: failed to resolve vmlinux`major_names: Unknown symbol name',
    [
      ' | hint dtrace/external | dtrace: failed to resolve vmlinux`major_names: Unknown symbol name (in /usr/lib/dtrace/6.10/io.d, line 134)',
    ],
  ],
  ['dtrace: failed to initialize dtrace: DTrace requires additional privileges', []],
  ['', []],
])('dtrace: %s', (said, expected) => {
  expect(shown(d, dtraceFindings(said, d))).toEqual(expected);
});

const stp = 'probe begin {\n  x = 1\n  x = "a"\n  nosuch(3)\n}\nprobe nosuch.point { }\n';
test('stap: several errors, the name of the file said once, the machine’s warnings left out', () => {
  const said = `WARNING: Kernel function symbol table missing [man warning::symbols]
semantic error: while resolving probe point: identifier 'nosuch' at /tmp/ext/c.stp:6:7
        source: probe nosuch.point { }
                      ^

semantic error: probe point mismatch (similar: tcp, udp, module, nfs, nfsd): identifier 'nosuch' at :6:7
        source: probe nosuch.point { }
                      ^

semantic error: unresolved function nosuch (similar: uid, HZ, cpu, euid, ns_uid): identifier 'nosuch' at :4:3
        source:   nosuch(3)
                  ^

semantic error: elsewhere: identifier 'x' at /usr/share/systemtap/tapset/x.stp:1:1
Pass 2: analysis failed.  [man error::pass2]
`;
  expect(shown(stp, stapFindings(said, stp, '/w/c.stp'))).toEqual([
    'nosuch | error systemtap/external | stap: probe point mismatch (similar: tcp, udp, module, nfs, nfsd)',
    'nosuch | error systemtap/external | stap: unresolved function nosuch (similar: uid, HZ, cpu, euid, ns_uid)',
  ]);
});
test('stap: a syntax error, whose place is in the next line', () => {
  const text = 'probe begin { printf("x" }\n';
  const said = `parse error: expected one of ', )'
        saw: operator '}' at /tmp/ext/b.stp:1:26
     source: probe begin { printf("x" }
                                      ^

1 parse error.
`;
  expect(shown(text, stapFindings(said, text, '/w/b.stp'))).toEqual([
    "} | error systemtap/syntax | stap: expected one of ', )'",
  ]);
});

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cpp-external-'));
  const tools = {
    good: 'exit 0',
    denied: 'echo "dtrace: failed to initialize dtrace: DTrace requires additional privileges" >&2; exit 1',
    slow: 'exec sleep 60',
    words: 'printf "dtrace: failed to compile script x: [D_SYNTAX] line 1: %s\\n" "$*" >&2; exit 1',
  };
  for (const [name, body] of Object.entries(tools)) {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const request = (command: string) => ({
  language: 'dtrace' as const,
  command,
  uri: fileUri(path.join(folder, 'a script.d')),
  text: d,
  cpp: true,
  defines: { A: '1 2' },
  tapsets: [],
});

test('the words are an array, never a shell’s line; sudo is not among them', async () => {
  const [finding] = await checkExternally(request(path.join(folder, 'words')), new AbortController().signal);
  expect(finding?.message).toBe(`dtrace: -xerrtags -Z -e -C -DA=1 2 -s ${path.join(folder, 'a script.d')}`);
  const stap = {
    ...request('stap'),
    language: 'systemtap' as const,
    tapsets: ['file:///w/tapset/a.stp', 'file:///w/tapset/b.stp'],
  };
  expect(externalArguments(stap, '/w/x.stp')).toEqual(['-p2', '-I', '/w/tapset', '/w/x.stp']);
});
test('a script without errors has no findings; a tool that can’t check is one hint', async () => {
  const say = async (command: string) =>
    shown(d, await checkExternally(request(command), new AbortController().signal));
  expect(await say(path.join(folder, 'good'))).toEqual([]);
  expect(await say(path.join(folder, 'denied'))).toEqual([
    ' | hint dtrace/external | denied could not check the script: dtrace: failed to initialize dtrace: DTrace requires additional privileges',
  ]);
  expect(await say('no-such-dtrace')).toEqual([
    ' | hint dtrace/external | There is no no-such-dtrace here to check the script on save.',
  ]);
});
test('a check that is called off ends its tool', async () => {
  const controller = new AbortController();
  const checking = checkExternally(request(path.join(folder, 'slow')), controller.signal);
  controller.abort();
  expect(await checking).toEqual([]);
});
