// What the real tools say about a saved script: `dtrace -e` and `stap -p2`, which check and run nothing. Only called when
// the user's settings ask for it, in a trusted workspace; never with sudo. A tool that isn't there, may not run, or takes
// too long says nothing about the script, so that is one hint and no error.
import path from 'node:path';
import { execa } from 'execa';
import { uriPath } from '../base/uri.ts';
import type { Span } from '../base/text.ts';
import type { Diagnostic } from '../languages/model.ts';
import type { ExternalCheck } from '../lsp/host.ts';

const mostSeconds = 30;

export async function checkExternally(check: ExternalCheck, signal: AbortSignal): Promise<readonly Diagnostic[]> {
  const file = uriPath(check.uri);
  if (file === undefined) return [];
  const done = await execa(check.command, externalArguments(check, file), {
    cwd: path.dirname(file),
    reject: false,
    timeout: mostSeconds * 1000,
    cancelSignal: signal,
    stdin: 'ignore',
    all: true,
    env: { LC_ALL: 'C' },
  });
  if (done.isCanceled) return [];
  const tool = path.basename(check.command);
  if (done.code === 'ENOENT') return [hint(check, `There is no ${check.command} here to check the script on save.`)];
  if (done.timedOut) return [hint(check, `${tool} did not answer in ${mostSeconds} s.`)];
  if (done.exitCode === 0) return [];
  const said = done.all;
  const found = check.language === 'dtrace' ? dtraceFindings(said, check.text) : stapFindings(said, check.text, file);
  if (found.length > 0) return found;
  const [first = ''] = said.split('\n').filter((line) => line.trim() !== '');
  return [hint(check, `${tool} could not check the script: ${first.trim() || `exit code ${String(done.exitCode)}`}`)];
}

/** The words after the command. */
export function externalArguments(check: ExternalCheck, file: string): string[] {
  if (check.language === 'systemtap') {
    const folders = [...new Set(check.tapsets.map((uri) => path.dirname(uriPath(uri) ?? '')))];
    return ['-p2', ...folders.flatMap((folder) => ['-I', folder]), file];
  }
  // -Z: that a probe is not there now is ours to judge, by the interpreter.
  const words = ['-xerrtags', '-Z', '-e'];
  if (check.cpp) words.push('-C', ...Object.entries(check.defines).map(([name, value]) => `-D${name}=${value}`));
  return [...words, '-s', file];
}

function hint({ language }: ExternalCheck, message: string): Diagnostic {
  return { span: { start: 0, end: 0 }, code: `${language}/external`, severity: 'hint', message };
}

/**
 * `dtrace: failed to compile script x.d: [D_PROTO_LEN] line 3: trace( ) prototype mismatch: …`: one error, with a line
 * and no column. One in another file (`"io.d", line 134: …`) is the machine's fault and not the script's.
 */
export function dtraceFindings(said: string, text: string): readonly Diagnostic[] {
  const pattern = /^dtrace: failed to compile script .*?: (?:\[(D_\w+)\] )?(?:"([^"]+)", )?(?:line (\d+): )?(.*)$/m;
  const found = pattern.exec(said);
  if (!found) return [];
  const [, tag, other, line, message = ''] = found;
  if (line === undefined || other !== undefined) {
    const where = other === undefined ? '' : ` (in ${other}, line ${line ?? '?'})`;
    return [
      { span: { start: 0, end: 0 }, code: 'dtrace/external', severity: 'hint', message: `dtrace: ${message}${where}` },
    ];
  }
  const code = tag === undefined ? 'dtrace/external' : `dtrace/${tag}`;
  return [{ span: lineSpan(text, Number(line)), code, severity: 'error', message: `dtrace: ${message}` }];
}

/**
 * `semantic error: …: identifier 'x' at x.stp:3:5`, or `parse error: expected …` with `saw: … at x.stp:1:26` below.
 * stap leaves the file's name out once it has said it; what it says without a place is about the machine.
 */
export function stapFindings(said: string, text: string, file: string): readonly Diagnostic[] {
  const findings: Diagnostic[] = [];
  for (const block of said.split(/^(?=(?:parse error|semantic error|WARNING): |Pass \d)/m)) {
    const head = /^(parse error|semantic error|WARNING): (.*)$/m.exec(block);
    const place = /\bat ([^\s:]*):(\d+):(\d+)/.exec(block);
    if (!head || !place || head[2]?.startsWith('while ')) continue;
    const [, name = '', line, column] = place;
    if (name !== '' && path.basename(name) !== path.basename(file)) continue;
    const said = (head[2] ?? '').replace(/: (?:identifier|operator|keyword|number|string) .* at \S*:\d+:\d+$/, '');
    const span = wordAt(text, Number(line), Number(column));
    const message = `stap: ${said}`;
    if (findings.some((each) => each.message === message && each.span.start === span.start)) continue;
    findings.push({
      span,
      code: head[1] === 'parse error' ? 'systemtap/syntax' : 'systemtap/external',
      severity: head[1] === 'WARNING' ? 'warning' : 'error',
      message,
    });
  }
  return findings;
}

/** A line without its indentation and its end; counted from 1. */
function lineSpan(text: string, line: number): Span {
  const start = lineStart(text, line);
  const whole = /^[ \t]*([^\r\n]*?)[ \t]*(?:\r?\n|$)/.exec(text.slice(start));
  const indent = whole?.[0].search(/[^ \t]/) ?? 0;
  return { start: start + Math.max(0, indent), end: start + Math.max(0, indent) + (whole?.[1]?.length ?? 0) };
}

/** The word at a line and a column, both counted from 1; stap counts characters, tabs as one. */
function wordAt(text: string, line: number, column: number): Span {
  const start = Math.min(text.length, lineStart(text, line) + column - 1);
  const word = /^(?:[@$]*\w+|[^\s\w])/.exec(text.slice(start))?.[0] ?? '';
  return { start, end: start + word.length };
}

function lineStart(text: string, line: number): number {
  let start = 0;
  for (let count = 1; count < line; count++) {
    const next = text.indexOf('\n', start);
    if (next < 0) return text.length;
    start = next + 1;
  }
  return start;
}
