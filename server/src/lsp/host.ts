// The machine, as the language server sees it: run/host.ts makes this of Node's modules, browser.ts of what a browser
// has. Files are named by URIs; a function that finds nothing says so by its value and never throws.
import type { Platform } from '../base/settings.ts';
import type { Diagnostic, LanguageId } from '../languages/model.ts';
import type { InterpreterFacts } from '../services/language.ts';

export interface Host {
  readonly platform: Platform;
  /** Ours, from package.json. */
  readonly version: string;
  /** A file's text, or undefined if it isn't there, can't be read, or is larger than 10 MB. */
  readonly readText: (uri: string) => Promise<string | undefined>;
  readonly exists: (uri: string) => Promise<boolean>;
  /** Files below a folder whose names have one of the endings; not in hidden folders or node_modules; at most `limit`. */
  readonly findFiles: (folder: string, endings: readonly string[], limit: number) => Promise<readonly string[]>;
  /** Calls `run` after some milliseconds; returns how to call it off. */
  readonly later: (milliseconds: number, run: () => void) => () => void;
  /** The interpreters of this machine with their markers, `selected` (a path or a name; may be empty) first. */
  readonly interpreters: (selected: string) => Promise<readonly InterpreterFacts[]>;
  /** A manual page that is installed here, as Markdown; absent where files can't be read at once. */
  readonly manual?: (page: string) => string | undefined;
  /** `dtrace -e` or `stap -p2` on a saved file; absent where no program can be started. */
  readonly checkExternally?: (request: ExternalCheck, signal: AbortSignal) => Promise<readonly Diagnostic[]>;
}

export interface ExternalCheck {
  readonly language: LanguageId;
  /** The tool: a path, or a name on PATH. */
  readonly command: string;
  readonly uri: string;
  readonly text: string;
  readonly cpp: boolean;
  readonly defines: Readonly<Record<string, string>>;
  readonly tapsets: readonly string[];
}
