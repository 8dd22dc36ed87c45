// The manual pages that are installed on the machine, for hovers: SystemTap's reference is GPL, so its sentences are
// read where they lie and never shipped. Only the pages of the two tracers are looked up, by names that a script holds.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { manualSections } from '../base/roff.ts';

/** A page's name: `function::user_string`, `probe::vfs.read`, `error::pass2`, `dtrace`. */
const pageName = /^(?:(?:function|probe|tapset|macro|error|warning)::[\w.]+|dtrace|stap|stapprobes|stapref|stapvars)$/;
const largest = 1024 * 1024;
const kept = new Map<string, string | undefined>();

/** The page as Markdown, or undefined if it is not installed. Remembered for as long as the server runs. */
export function manualPage(name: string): string | undefined {
  if (!pageName.test(name)) return undefined;
  if (!kept.has(name)) {
    if (kept.size > 500) kept.clear();
    kept.set(name, readPage(name));
  }
  return kept.get(name);
}

function readPage(name: string): string | undefined {
  const file = find(name);
  const text = file === undefined ? undefined : readText(file);
  if (text === undefined) return undefined;
  const sections = manualSections(text);
  const parts = ['ARGUMENTS', 'VALUES', 'DESCRIPTION', 'CONTEXT'].flatMap((heading) => {
    const section = sections.get(heading);
    return section === undefined
      ? []
      : [heading === 'DESCRIPTION' ? section : `**${capitalised(heading)}**\n\n${section}`];
  });
  const summary = /^.*?[-–—]\s+(.*)$/s.exec(sections.get('NAME') ?? '')?.[1];
  return [...(summary === undefined ? [] : [summary]), ...parts].join('\n\n');
}

function find(name: string): string | undefined {
  const sections = name.includes('::') ? (/^(error|warning)/.test(name) ? ['7'] : ['3']) : ['8', '1', '3'];
  for (const folder of folders()) {
    for (const section of sections) {
      for (const ending of [`${section}stap`, section]) {
        const file = path.join(folder, `man${section}`, `${name}.${ending}`);
        const found = [`${file}.gz`, file].find((each) => existsSync(each));
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

function folders(): readonly string[] {
  const configured = (process.env.MANPATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return [...configured, '/usr/share/man', '/usr/local/share/man', '/usr/local/man', '/opt/homebrew/share/man'];
}

function readText(file: string): string | undefined {
  try {
    if (statSync(file).size > largest) return undefined;
    const bytes = readFileSync(file);
    return file.endsWith('.gz')
      ? gunzipSync(bytes, { maxOutputLength: 8 * largest }).toString('utf8')
      : bytes.toString('utf8');
  } catch {
    return undefined;
  }
}

function capitalised(word: string): string {
  return word.slice(0, 1) + word.slice(1).toLowerCase();
}
