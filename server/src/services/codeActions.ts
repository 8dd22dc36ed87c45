// Diagnostics in LSP's shape, and the quick fixes that they carry: one at a time, or all of one kind in the file.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  CodeActionKind,
  DiagnosticSeverity,
  DiagnosticTag,
  type CodeAction,
  type Diagnostic as LspDiagnostic,
  type TextEdit as LspEdit,
} from 'vscode-languageserver-types';
import { severityOf, type Settings } from '../base/settings.ts';
import type { Span, TextEdit } from '../base/text.ts';
import type { Diagnostic, Fix } from '../languages/model.ts';
import { overlaps, rangeOf } from './places.ts';

/** `source` of every diagnostic of ours. */
export const diagnosticSource = 'cpython-probes';

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};
const tags = { unnecessary: DiagnosticTag.Unnecessary, deprecated: DiagnosticTag.Deprecated };

/** The diagnostics with the severities that the settings ask for; those that they turn off are gone. */
export function withSeverities(diagnostics: readonly Diagnostic[], settings: Settings): readonly Diagnostic[] {
  return diagnostics.flatMap((each) => {
    const severity = severityOf(each.code, each.severity, settings);
    return severity === 'off' ? [] : [{ ...each, severity }];
  });
}

export function lspDiagnostic(document: TextDocument, each: Diagnostic): LspDiagnostic {
  return {
    range: rangeOf(document, each.span),
    severity: severities[each.severity],
    code: each.code,
    source: diagnosticSource,
    message: each.message,
    ...(each.href === undefined ? {} : { codeDescription: { href: each.href } }),
    ...(each.tags ? { tags: each.tags.map((tag) => tags[tag]) } : {}),
    ...(each.related
      ? {
          relatedInformation: each.related.map(({ span, message }) => ({
            location: { uri: document.uri, range: rangeOf(document, span) },
            message,
          })),
        }
      : {}),
  };
}

/** Quick fixes for the diagnostics that touch `span`, and "fix all" for what is safe to do everywhere. */
export function codeActions(
  document: TextDocument,
  diagnostics: readonly Diagnostic[],
  span: Span,
  only: readonly string[] | undefined,
): CodeAction[] {
  const wanted = (kind: string): boolean =>
    only === undefined || only.some((each) => kind === each || kind.startsWith(`${each}.`));
  const actions: CodeAction[] = [];
  const here = diagnostics.filter((each) => touches(each.span, span));
  if (wanted(CodeActionKind.QuickFix)) {
    for (const each of here) {
      for (const fix of each.fixes ?? []) actions.push(quickFix(document, each, fix));
      const alike = diagnostics.filter((other) => other.code === each.code);
      const all = alike.length > 1 ? fixAll(document, alike) : undefined;
      const title = `Fix all ${each.code} in this file`;
      if (all && all.fixed > 1 && !actions.some((action) => action.title === title)) {
        actions.push({ title, kind: CodeActionKind.QuickFix, edit: { changes: { [document.uri]: all.edits } } });
      }
    }
  }
  if (wanted(CodeActionKind.SourceFixAll)) {
    const all = fixAll(document, diagnostics);
    if (all.fixed > 0) {
      actions.push({
        title: 'Fix all that can be fixed automatically',
        kind: CodeActionKind.SourceFixAll,
        edit: { changes: { [document.uri]: all.edits } },
      });
    }
  }
  return actions;
}

function touches(a: Span, b: Span): boolean {
  return a.start <= b.end && b.start <= a.end;
}

function quickFix(document: TextDocument, diagnostic: Diagnostic, fix: Fix): CodeAction {
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [lspDiagnostic(document, diagnostic)],
    ...(fix.preferred === true ? { isPreferred: true } : {}),
    edit: { changes: { [document.uri]: fix.edits.map((edit) => lspEdit(document, edit)) } },
  };
}

/** The preferred fix of each diagnostic (its only one, if there is one), as far as they don't touch each other. */
function fixAll(document: TextDocument, diagnostics: readonly Diagnostic[]): { edits: LspEdit[]; fixed: number } {
  const taken: TextEdit[] = [];
  let fixed = 0;
  for (const { fixes } of diagnostics) {
    const fix = fixes?.find((each) => each.preferred) ?? (fixes?.length === 1 ? fixes[0] : undefined);
    if (!fix || fix.edits.some((edit) => taken.some((other) => meets(edit.span, other.span)))) continue;
    taken.push(...fix.edits);
    fixed++;
  }
  return { edits: taken.map((edit) => lspEdit(document, edit)), fixed };
}

/** Whether two edits can't both be made: they overlap, or both insert at one place. */
function meets(a: Span, b: Span): boolean {
  return overlaps(a, b) || (a.start === b.start && (a.start === a.end || b.start === b.end));
}

function lspEdit(document: TextDocument, edit: TextEdit): LspEdit {
  return { range: rangeOf(document, edit.span), newText: edit.newText };
}
