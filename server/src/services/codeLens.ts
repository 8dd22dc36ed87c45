// Code lenses above clauses with CPython's probes: whether the selected interpreter has them, and which others do. A
// command that the editor does not have would be a dead link, so lenses are plain text where it has none.
import type { CodeLens } from 'vscode-languageserver-types';
import { interpreterName, probesMatching, selected, spelled } from './cpython.ts';
import type { InterpreterFacts, ServiceContext } from './language.ts';
import { rangeOf, type Analyzed } from './places.ts';
import type { ProbeReference } from '../languages/model.ts';

/** The client's command that lets the user take another interpreter. */
export const selectCommand = 'cpythonProbes.selectInterpreter';

/** Lenses at the first line of each clause that names markers of CPython. None while no interpreter is known. */
export function codeLenses(
  { document, model }: Analyzed,
  context: ServiceContext,
  commands: readonly string[],
): CodeLens[] {
  const interpreter = selected(context);
  if (!interpreter || !context.settings.codeLens) return [];
  const clauses = new Map<number, ProbeReference[]>();
  for (const reference of model.probes) {
    if (!isPython(reference)) continue;
    const list = clauses.get(reference.clause.start) ?? [];
    list.push(reference);
    clauses.set(reference.clause.start, list);
  }
  return [...clauses.values()].flatMap((references) => {
    const [first] = references;
    const title = first && titleOf(references, interpreter, context, model.language);
    if (!first || title === undefined) return [];
    const command = commands.includes(selectCommand) ? selectCommand : '';
    return [{ range: rangeOf(document, first.span), command: { title, command } }];
  });
}

/** Whether a description names CPython's provider: by name, or by the program where the provider is left out. */
function isPython({ provider, executable, library }: ProbeReference): boolean {
  if (provider) return matches(provider.text, 'python');
  return /python/i.test(executable?.text ?? library?.text ?? '');
}

/** Whether a name fits a pattern with `*`, `?`; a pattern of wildcards alone names nothing in particular. */
function matches(pattern: string, name: string): boolean {
  if (/^[*?]*$/.test(pattern)) return false;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}

function titleOf(
  references: readonly ProbeReference[],
  interpreter: InterpreterFacts,
  context: ServiceContext,
  language: Analyzed['model']['language'],
): string | undefined {
  const names = [
    ...new Set(references.flatMap(({ marker }) => probesMatching(marker.pattern).map((each) => each.name))),
  ];
  if (names.length === 0) return undefined;
  const has = ({ probes }: InterpreterFacts, name: string): boolean =>
    probes.some((each) => each.provider === 'python' && each.name === name);
  const missing = names.filter((name) => !has(interpreter, name));
  const shown = interpreterName(interpreter);
  if (missing.length === 0) return `in ${shown}`;
  // Of a glob, some being there is what its author wants.
  const glob = references.some(({ marker }) => /[*?[]/.test(marker.pattern));
  if (glob && missing.length < names.length)
    return `${String(names.length - missing.length)} of ${String(names.length)} in ${shown}`;
  const others = context.interpreters.slice(1).filter((each) => missing.every((name) => has(each, name)));
  const where = others.length === 0 ? '' : ` (in ${others.slice(0, 3).map(interpreterName).join(', ')})`;
  const what = names.length === 1 ? '' : `${missing.map((name) => spelled(name, language)).join(', ')} `;
  return `${what}not in ${shown}${where}`;
}
