// The services of one language on a text with a cursor, their answers as text.
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CompletionItem, CompletionList, Hover, SignatureHelp } from 'vscode-languageserver-types';
import { readSettings } from '../../server/src/base/settings.ts';
import { analyzeD, parseD, type DModel } from '../../server/src/languages/dtrace/index.ts';
import { analyzeStap, parseStap, type StapModel } from '../../server/src/languages/systemtap/index.ts';
import type { InterpreterFacts, ServiceContext } from '../../server/src/services/language.ts';
import { expandSnippet } from './snippets.ts';

const probe = (name: string, count: number) => ({
  provider: 'python',
  name,
  arguments: Array.from({ length: count }, () => '8@%rax'),
});

/** Debian's python3.11, and a 3.13 without the function markers. */
export const python311: InterpreterFacts = {
  path: '/usr/bin/python3.11',
  version: '3.11.2',
  probes: [
    probe('audit', 2),
    probe('function__entry', 3),
    probe('function__return', 3),
    probe('gc__done', 1),
    probe('gc__start', 1),
    probe('import__find__load__done', 2),
    probe('import__find__load__start', 1),
    probe('line', 3),
  ],
};
export const python313: InterpreterFacts = {
  path: '/usr/bin/python3.13',
  version: '3.13.18',
  probes: [probe('audit', 2), probe('gc__done', 1), probe('gc__start', 1)],
};
export const shared312: InterpreterFacts = {
  path: '/opt/python/bin/python3.12',
  version: '3.12.4',
  library: '/opt/python/lib/libpython3.12.so.1.0',
  probes: [probe('gc__start', 1)],
};

export function dScript(text: string): DModel {
  return analyzeD(parseD(text), { platform: 'linux' });
}

export function stapScript(text: string): StapModel {
  return analyzeStap(parseStap(text));
}

export function contextOf(change: Partial<ServiceContext> = {}): ServiceContext {
  return {
    platform: 'linux',
    settings: readSettings({}),
    interpreters: [python311],
    client: { snippets: true, markdown: true, labelDetails: true },
    ...change,
  };
}

export function documentOf(text: string, languageId: string): TextDocument {
  return TextDocument.create(`file:///script.${languageId}`, languageId, 1, text);
}

/** As an editor orders them. */
export function sorted({ items }: CompletionList): readonly CompletionItem[] {
  return [...items].sort((a, b) => ((a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1));
}

/** The labels that fit best, in order: those of the best rank that there is. */
export function best(list: CompletionList): readonly string[] {
  const items = sorted(list);
  const rank = items[0]?.sortText?.charAt(0);
  return items.filter((item) => item.sortText?.startsWith(rank ?? '')).map(({ label }) => label);
}

/** The text after an item is taken. */
export function taken(text: string, item: CompletionItem): string {
  const edit = item.textEdit;
  if (!edit || !('range' in edit)) throw new Error(`no edit in ${item.label}`);
  const document = documentOf(text, 'text');
  const start = document.offsetAt(edit.range.start);
  const end = document.offsetAt(edit.range.end);
  const inserted = item.insertTextFormat === 2 ? expandSnippet(edit.newText) : edit.newText;
  return text.slice(0, start) + inserted + text.slice(end);
}

/** `‹what is hovered›` and the text. */
export function hoverText(text: string, hover: Hover | undefined): string {
  if (!hover) return 'nothing';
  const { range, contents } = hover;
  const document = documentOf(text, 'text');
  const what = range ? `‹${document.getText(range)}› ` : '';
  return what + (typeof contents === 'object' && 'value' in contents ? contents.value : JSON.stringify(contents));
}

/** The signature with its active parameter in ‹›. */
export function signatureText(help: SignatureHelp | undefined): string {
  const signature = help?.signatures[help.activeSignature ?? 0];
  if (!help || !signature) return 'nothing';
  const { label, parameters = [] } = signature;
  const active = parameters[help.activeParameter ?? 0]?.label;
  if (active === undefined) return label;
  const start = typeof active === 'string' ? label.indexOf(active, label.indexOf('(')) : active[0];
  const end = typeof active === 'string' ? start + active.length : active[1];
  return `${label.slice(0, start)}‹${label.slice(start, end)}›${label.slice(end)}`;
}
