// How the server asks for the services that know a language's own tree: completion, hover, signature help, inlay hints
// and formatting. Each language has one object of this shape, in services/dtrace/ and services/systemtap/; services that
// need only the neutral model are plain functions beside this file.
// Invariants: pure, never throws, any offset and any text is allowed; a document's text is its model's text.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type {
  CompletionItem,
  CompletionList,
  FormattingOptions,
  Hover,
  InlayHint,
  SignatureHelp,
  TextEdit,
} from 'vscode-languageserver-types';
import type { Platform, Settings } from '../base/settings.ts';
import type { Span } from '../base/text.ts';
import type { LanguageModel } from '../languages/model.ts';

/** A user-space marker of an interpreter, as read out of the file. */
export interface InterpreterProbe {
  readonly provider: string;
  /** SDT's spelling: `function__entry`. */
  readonly name: string;
  /** Argument formats of the note, such as `8@%rdi`; their number is what counts here. */
  readonly arguments: readonly string[];
}

/** What is known about one Python on this machine. */
export interface InterpreterFacts {
  /** The program's path, links resolved: what `process("…")` wants. */
  readonly path: string;
  /** Other names of the same program: links, a virtual environment's `bin/python`. */
  readonly aliases?: readonly string[];
  /** `3.11.2`, or '' where it is not known. */
  readonly version: string;
  /** The shared libpython that holds the markers, where they are not in the program itself. */
  readonly library?: string;
  readonly probes: readonly InterpreterProbe[];
}

/** What the server knows besides the document. */
export interface ServiceContext {
  readonly platform: Platform;
  readonly settings: Settings;
  /** The selected interpreter first. Empty in a browser, and until the machine was looked at. */
  readonly interpreters: readonly InterpreterFacts[];
  /** A manual page that is installed here, as Markdown: `function::user_string`, `probe::vfs.read`, `error::pass2`. */
  readonly manual?: (page: string) => string | undefined;
  /** What the editor can show. */
  readonly client: { readonly snippets: boolean; readonly markdown: boolean; readonly labelDetails: boolean };
}

export interface LanguageServices<Model extends LanguageModel = LanguageModel> {
  /** Characters besides letters that open completion, signature help, and formatting on type. */
  readonly triggers: {
    readonly completion: readonly string[];
    readonly signature: readonly string[];
    readonly format: readonly string[];
  };
  /** Items with `data` of your own for `resolve`; `textEdit` ranges must hold the offset. */
  readonly complete: (document: TextDocument, model: Model, offset: number, context: ServiceContext) => CompletionList;
  /** Fills in documentation and detail. */
  readonly resolve: (item: CompletionItem, context: ServiceContext) => CompletionItem;
  readonly hover: (document: TextDocument, model: Model, offset: number, context: ServiceContext) => Hover | undefined;
  readonly signatureHelp: (
    document: TextDocument,
    model: Model,
    offset: number,
    context: ServiceContext,
  ) => SignatureHelp | undefined;
  readonly inlayHints: (
    document: TextDocument,
    model: Model,
    span: Span,
    context: ServiceContext,
  ) => readonly InlayHint[];
  /** Edits that touch only `span` (the whole text where it is absent); none if the text has syntax errors there. */
  readonly format: (
    document: TextDocument,
    model: Model,
    span: Span | undefined,
    options: FormattingOptions,
  ) => readonly TextEdit[];
  /** After `character` was typed before `offset`. */
  readonly formatOnType: (
    document: TextDocument,
    model: Model,
    offset: number,
    character: string,
    options: FormattingOptions,
  ) => readonly TextEdit[];
}
