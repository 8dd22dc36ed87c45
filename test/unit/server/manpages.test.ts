// Manual pages as Markdown, and finding them where they are installed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { manualSections } from '../../../server/src/base/roff.ts';
import { manualPage } from '../../../server/src/run/manpages.ts';

const page = String.raw`'\" t
.TH "FUNCTION::FROB" "3stap" "" "" ""
.SH "NAME"
function::frob \- Frobs a thing
.SH "SYNOPSIS"
.nf
frob:string(addr:long)
.fi
.SH "ARGUMENTS"
.PP
\fIaddr\fR
.RS 4
\- where the thing isn\*(Aqt
.RE
.SH "DESCRIPTION"
.PP
Frobs \fBonce\fR\&. See
.BR stap (1)
or 'twice'.
.TP
.I word
what it means
.nf
probe begin { frob(0) }
.fi
.SH SEE ALSO\n
.IR tapset::frobs (3stap)
`;

const folder = mkdtempSync(path.join(tmpdir(), 'man-'));
const before = process.env.MANPATH;
process.env.MANPATH = folder;
afterAll(() => {
  rmSync(folder, { recursive: true });
  if (before === undefined) delete process.env.MANPATH;
  else process.env.MANPATH = before;
});

it('renders the parts of a page', () => {
  const sections = manualSections(page);
  expect([...sections.keys()]).toEqual(['NAME', 'SYNOPSIS', 'ARGUMENTS', 'DESCRIPTION', 'SEE ALSO']);
  expect(sections.get('SYNOPSIS')).toBe('```\nfrob:string(addr:long)\n```');
  expect(sections.get('ARGUMENTS')).toBe("- *addr*: where the thing isn't");
  expect(sections.get('DESCRIPTION')).toBe(
    "Frobs **once**. See **stap**(1) or 'twice'.\n\n*word*\n\nwhat it means\n\n```\nprobe begin { frob(0) }\n```",
  );
});

it.each([
  ['3', 'function::frob', '3stap'],
  ['3', 'probe::frob.twice', '3stap'],
  ['7', 'error::frob', '7stap'],
])('finds a page of section %s: %s', (section, name, ending) => {
  mkdirSync(path.join(folder, `man${section}`), { recursive: true });
  writeFileSync(path.join(folder, `man${section}`, `${name}.${ending}.gz`), gzipSync(page));
  expect(manualPage(name)).toBe(
    "Frobs a thing\n\n**Arguments**\n\n- *addr*: where the thing isn't\n\n" +
      "Frobs **once**. See **stap**(1) or 'twice'.\n\n*word*\n\nwhat it means\n\n```\nprobe begin { frob(0) }\n```",
  );
});

it('looks for nothing that is no page of a tracer', () => {
  for (const name of ['../../etc/passwd', 'function::../x', 'passwd', '', 'function::', 'function::never_heard_of']) {
    expect(manualPage(name)).toBeUndefined();
  }
});

it('renders any text without throwing', () => {
  const piece = fc.constantFrom(
    '.SH X',
    '.nf',
    '.fi',
    '.TP',
    '.RS 4',
    '.RE',
    '\\fB',
    '\\fR',
    '\\(',
    '\\*[',
    '.BR a (b',
    '.',
    "'",
    'words',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (lines) => {
      manualSections(`.SH A\n${lines.join('\n')}`);
    }),
  );
});
