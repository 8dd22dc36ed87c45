// `cpython-probes check`: the language server's diagnostics on files, for CI. Exit code 0 without errors, 1 with, 2 if
// a file can't be read or the command line is wrong.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CheckOptions } from '../base/checkArguments.ts';
import { defaultSettings, type Settings } from '../base/settings.ts';
import { fileUri, uriPath } from '../base/uri.ts';
import { readKernel, type Kernel } from '../languages/dtrace/index.ts';
import { analyze, type Surroundings } from '../services/analysis.ts';
import { withSeverities } from '../services/codeActions.ts';
import { cpythonDiagnostics } from '../services/cpython/diagnostics.ts';
import { noTapsets, tapsetReader } from '../services/tapsets.ts';
import { findingsJson, findingsSarif, findingsText, type Finding } from '../report/findings.ts';
import { nodeHost } from '../run/host.ts';
import { readMarkers } from '../run/markers.ts';
import { languageIdOf } from '../lsp/languages.ts';
import { fail } from './fail.ts';

export async function check(options: CheckOptions, version: string): Promise<void> {
  const host = nodeHost(version);
  const settings: Settings = { ...defaultSettings, cpp: options.cpp, defines: options.defines };
  const named = options.python === undefined ? undefined : await readMarkers(options.python);
  if (named?.ok === false) {
    fail(named.reason);
    return;
  }
  const interpreters = await host.interpreters(options.python ?? '');
  const platform = options.platform ?? host.platform;
  const kernel = platform === 'linux' && host.platform === 'linux' ? hostKernel() : undefined;
  const findings: Finding[] = [];
  const hrefs = new Map<string, string>();
  const tapsets = tapsetReader();
  for (const file of options.files) {
    const text = readScript(file);
    if (text === undefined) return;
    const uri = fileUri(path.resolve(file));
    const language = languageIdOf('', uri) ?? (/^#!.*\bstap\b/.test(text) ? 'systemtap' : 'dtrace');
    const around: Surroundings = {
      uri,
      platform,
      dtraceFlags: options.cpp ? ['-C'] : [],
      ...(kernel && { kernel }),
      settings,
      read: (other) => readOther(other),
      tapsets: language === 'systemtap' ? tapsets(tapsetsBeside(file), readOther) : noTapsets(),
      interpreters,
    };
    const model = analyze[language](text, around);
    const document = TextDocument.create(uri, language, 0, text);
    for (const each of withSeverities([...model.diagnostics, ...cpythonDiagnostics(model, around)], settings)) {
      const start = document.positionAt(each.span.start);
      const end = document.positionAt(each.span.end);
      if (each.href !== undefined) hrefs.set(each.code, each.href);
      findings.push({
        file,
        line: start.line + 1,
        column: start.character + 1,
        endLine: end.line + 1,
        endColumn: end.character + 1,
        severity: each.severity,
        code: each.code,
        message: each.message,
      });
    }
  }
  process.stdout.write(
    options.format === 'json'
      ? findingsJson(findings)
      : options.format === 'sarif'
        ? findingsSarif(findings, version, hrefs)
        : findingsText(findings, options.files.length),
  );
  process.exitCode = findings.some((each) => each.severity === 'error') ? 1 : 0;
}

/** The library scripts in a folder `tapset` beside a script, where SystemTap's own examples have theirs. */
function tapsetsBeside(file: string): string[] {
  const folder = path.join(path.dirname(path.resolve(file)), 'tapset');
  try {
    return readdirSync(folder)
      .filter((name) => /\.stpm?$/.test(name))
      .sort()
      .map((name) => fileUri(path.join(folder, name)));
  } catch {
    return [];
  }
}

/** The text, or undefined after saying why it can't be read. */
function readScript(file: string): string | undefined {
  try {
    if (statSync(file).isDirectory()) fail(`${JSON.stringify(file)} is a folder; name the files in it`);
    else return readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    fail(missing ? `there is no file ${JSON.stringify(file)}` : `the file ${JSON.stringify(file)} can't be read`);
  }
  return undefined;
}

function readOther(uri: string): string | undefined {
  try {
    const file = uriPath(uri);
    return file === undefined ? undefined : readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** This machine's kernel, as dtrace would see it; undefined where its types aren't there. */
function hostKernel(): Kernel | undefined {
  try {
    return readKernel(readFileSync('/sys/kernel/btf/vmlinux'));
  } catch {
    return undefined;
  }
}
