// What the scripts themselves declare, in completion, hover, inlay hints: with the models that the front ends make.
import { describe, expect, test } from 'vitest';
import { readSettings } from '../../../server/src/base/settings.ts';
import { dtraceServices } from '../../../server/src/services/dtrace/index.ts';
import { systemtapServices } from '../../../server/src/services/systemtap/index.ts';
import { cursorIn } from '../../support/marked.ts';
import { best, contextOf, documentOf, dScript, hoverText, sorted, stapScript } from '../../support/services.ts';

function bestAt(language: 'd' | 'stp', marked: string): string {
  const { text, offset } = cursorIn(marked);
  const document = documentOf(text, language);
  const list =
    language === 'd'
      ? dtraceServices.complete(document, dScript(text), offset, contextOf())
      : systemtapServices.complete(document, stapScript(text), offset, contextOf());
  return best(list).slice(0, 8).join(', ') || 'nothing';
}

function allAt(language: 'd' | 'stp', marked: string): readonly string[] {
  const { text, offset } = cursorIn(marked);
  const document = documentOf(text, language);
  const list =
    language === 'd'
      ? dtraceServices.complete(document, dScript(text), offset, contextOf())
      : systemtapServices.complete(document, stapScript(text), offset, contextOf());
  return sorted(list).map(({ label }) => label);
}

function hoverAt(language: 'd' | 'stp', marked: string): string {
  const { text, offset } = cursorIn(marked);
  const document = documentOf(text, language);
  const context = contextOf();
  return hoverText(
    text,
    language === 'd'
      ? dtraceServices.hover(document, dScript(text), offset, context)
      : systemtapServices.hover(document, stapScript(text), offset, context),
  );
}

/** The text with its inlay hints in ‹›. */
function hinted(language: 'd' | 'stp', text: string): string {
  const document = documentOf(text, language);
  const span = { start: 0, end: text.length };
  const context = contextOf({ settings: { ...readSettings({}), inlayHints: { argumentNames: true, types: true } } });
  const hints =
    language === 'd'
      ? dtraceServices.inlayHints(document, dScript(text), span, context)
      : systemtapServices.inlayHints(document, stapScript(text), span, context);
  let result = text;
  for (const { position, label } of [...hints].sort(
    (a, b) => document.offsetAt(b.position) - document.offsetAt(a.position),
  )) {
    const at = document.offsetAt(position);
    result = `${result.slice(0, at)}‹${typeof label === 'string' ? label : ''}›${result.slice(at)}`;
  }
  return result;
}

test.each([
  ['BEGIN { @calls = count(); } END { printa(@<|>', '@calls'],
  ['BEGIN { @calls = count(); @times = sum(1); } END { printa(<|>', '@calls, @times'],
  ['BEGIN { @calls = count(); } END { clear(<|>', '@calls'],
  ['BEGIN { @calls = count(); } END { trunc(@ca<|>lls, 5); }', '@calls'],
  ['BEGIN { self->began = timestamp; } END { self-><|>', 'began'],
  ['BEGIN { self->began = timestamp; this->x = 1; } END { this-><|>', 'x'],
  ['BEGIN { self-><|> } END { self->began = 1; }', 'began'],
  ['BEGIN { self->a = 1; self->b = 2; } END { self->a<|> = 3; }', 'a, b'],
  ['int total; BEGIN { <|> }', 'total'],
  ['string name; int size; BEGIN { strlen(<|>', 'name'],
  ['string name; int size; BEGIN { exit(<|>', 'size'],
  ['inline int LIMIT = 10; BEGIN { exit(<|>', 'LIMIT'],
  ['struct p { int x; }; struct p *q; BEGIN { q-><|>', 'x'],
  ['struct p { int x; struct p *next; }; struct p *q; BEGIN { q->next-><|>', 'next, x'],
  ['typedef struct p { int x; } p_t; p_t *q; BEGIN { q-><|>', 'x'],
  ['struct p { int x; }; BEGIN { self->q = (struct p *)0; self->q-><|>', 'x'],
])('D: %s offers %s', (marked, labels) => {
  expect(bestAt('d', marked)).toBe(labels);
});

test.each([
  ['global a, b probe begin { <|>', 'a, b'],
  ['global calls probe begin { calls[1]++ foreach (k in <|>', 'calls'],
  ['global calls probe begin { calls[1]++ delete <|>', 'calls'],
  ['global times probe begin { times <<< 1 print(@count(<|>', 'times'],
  ['function twice:long(x:long) { return x * 2 } probe begin { <|>', 'twice'],
  ['function f(first:long, second:string) { <|>', 'f, first, second'],
  ['probe begin { here = 1; <|>', 'here'],
  ['probe begin { here = 1 } probe end { there = 2; <|>', 'there'],
])('SystemTap: %s offers %s', (marked, labels) => {
  expect(bestAt('stp', marked)).toBe(labels);
});

test('what is out of scope is not offered', () => {
  expect(allAt('stp', 'function f(inner) { return inner } probe begin { <|>')).not.toContain('inner');
  expect(allAt('stp', 'probe begin { here = 1 } probe end { <|>')).not.toContain('here');
});

describe('hover', () => {
  test.each([
    ['d', 'BEGIN { @ca<|>lls[pid] = count(); }', '@calls'],
    ['d', 'BEGIN { self->be<|>gan = timestamp; }', 'began'],
    ['d', '/* How many. */\nint to<|>tal;', 'How many.'],
    ['d', 'inline int LIM<|>IT = 10;', 'LIMIT'],
    ['stp', '# How many.\nglobal to<|>tal probe begin { total++ }', 'How many.'],
    ['stp', 'function f:long(x:long) { return x } probe begin { f<|>(1) }', 'f:long'],
    ['stp', 'probe begin { he<|>re = "a" }', 'string'],
    ['stp', '@define M(a) %( @a %) probe begin { @M<|>(1) }', 'M'],
  ] as const)('%s: %s has %s', (language, marked, words) => {
    expect(hoverAt(language, marked)).toContain(words);
  });
});

test('inlay hints: what an argument is, and inferred types', () => {
  expect(
    hinted(
      'd',
      'python$target:::function-entry\n{\n\tself->name = copyinstr(arg1);\n\tline = arg2;\n\t@[arg0] = count();\n}\n',
    ),
  ).toMatchInlineSnapshot(`
    "python$target:::function-entry
    {
    	self->name‹: string› = copyinstr(arg1‹:funcname›);
    	line‹: int64_t› = arg2‹:lineno›;
    	@[arg0‹:filename›] = count();
    }
    "
  `);
  expect(hinted('d', 'int x;\nsyscall::read:entry { x = arg0; this->y = execname; }')).toMatchInlineSnapshot(`
    "int x;
    syscall::read:entry { x = arg0; this->y‹: string› = execname; }"
  `);
  expect(
    hinted(
      'stp',
      'global calls, times\nprobe process("x").mark("function__entry")\n{\n  name = user_string($arg2)\n  calls[name, $arg3]++\n  times <<< 1\n}\nfunction f(a) { return a + 1 }',
    ),
  ).toMatchInlineSnapshot(`
    "global calls‹:long[string, long]›, times‹:stats›
    probe process("x").mark("function__entry")
    {
      name‹:string› = user_string($arg2‹:funcname›)
      calls[name, $arg3‹:lineno›]++
      times <<< 1
    }
    function f‹:long›(a‹:long›) { return a + 1 }"
  `);
});
