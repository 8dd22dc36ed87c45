// What `check` found, in its three formats: lines for a person, JSON, and SARIF 2.1.0 for code scanning.
import type { Severity } from '../languages/model.ts';
import { fileUri } from '../base/uri.ts';

/** One finding; lines and columns count from 1, columns in UTF-16 units, the end is exclusive. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
}

/** `file:line:column: severity: message [code]`, as compilers print it, and a last line with the sums. */
export function findingsText(findings: readonly Finding[], files: number): string {
  const lines = findings.map(
    ({ file, line, column, severity, message, code }) =>
      `${file}:${String(line)}:${String(column)}: ${severity}: ${message.replaceAll('\n', ' ')} [${code}]`,
  );
  const of = (severity: Severity): number => findings.filter((each) => each.severity === severity).length;
  const sum = `${plural(files, 'file')}: ${plural(of('error'), 'error')}, ${plural(of('warning'), 'warning')}`;
  return [...lines, sum].map((line) => `${line}\n`).join('');
}

function plural(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function findingsJson(findings: readonly Finding[]): string {
  return `${JSON.stringify(findings, null, 2)}\n`;
}

const levels = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const;

/** SARIF 2.1.0. `hrefs` are pages about codes. Relative names stay relative, as code scanning wants them. */
export function findingsSarif(
  findings: readonly Finding[],
  version: string,
  hrefs: ReadonlyMap<string, string>,
): string {
  const codes = [...new Set(findings.map((each) => each.code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'cpython-probes',
            semanticVersion: version,
            rules: codes.map((id) => {
              const href = hrefs.get(id);
              return href === undefined ? { id } : { id, helpUri: href };
            }),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((each) => ({
          ruleId: each.code,
          ruleIndex: codes.indexOf(each.code),
          level: levels[each.severity],
          message: { text: each.message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: artifactUri(each.file) },
                region: {
                  startLine: each.line,
                  startColumn: each.column,
                  endLine: each.endLine,
                  endColumn: each.endColumn,
                },
              },
            },
          ],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function artifactUri(file: string): string {
  if (/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(file)) return fileUri(file);
  return file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}
