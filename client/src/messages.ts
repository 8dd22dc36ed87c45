// Every sentence that the extension says in a message, in one place, and how it is said.
import * as vscode from 'vscode';

/** A message with the label of the button that does the next step. */
export interface Message {
  readonly text: string;
  readonly action?: string;
}

export const messages = {
  untrusted: {
    text: 'Tracing runs the program, so it is off in Restricted Mode. Trust this workspace to trace its files.',
    action: 'Manage Workspace Trust',
  },
  noPythonFile: { text: 'Open a Python file first: this command traces the file in the editor.' },
  untitled: {
    text: 'This file is not saved yet. Save it in a folder, and trace it there.',
    action: 'Save As…',
  },
  notebook: {
    text: 'A notebook’s cells run in its kernel and can’t be traced. Export the notebook as a Python file and trace that.',
  },
  notOnDisk: {
    text: 'This file is not on a disk that a program can run from. Save it in a local folder and trace it there.',
  },
  notSaved: (names: string): Message => ({
    text: `Nothing was traced, because ${names} could not be saved: counts belong to the text on the disk.`,
  }),
  alreadyRunning: (name: string): Message => ({
    text: `${name} is still being traced. Stop it before you trace another file.`,
    action: 'Stop It',
  }),
  noInterpreter: {
    text: 'No Python that can be traced was found. Install CPython 3.8 or later, or choose one.',
    action: 'Select Interpreter',
  },
  badInterpreter: (path: string, problem: string): Message => ({
    text: `${path} can’t run a trace: ${problem}.`,
    action: 'Select Interpreter',
  }),
  notStarted: {
    text: 'The traced program could not be started. The terminal says why.',
    action: 'Show Terminal',
  },
  diagnostic: (message: string, hint: string | undefined): Message => ({
    text: hint === undefined ? message : `${message} ${hint}`,
  }),
} satisfies Record<string, Message | ((...words: never[]) => Message)>;

const said = new vscode.EventEmitter<Message>();
/** Tells what is said, for the tests. */
export const onDidSay = said.event;

/** Shows a message; true if its button was pressed. */
export async function ask(message: Message): Promise<boolean> {
  said.fire(message);
  const buttons = message.action === undefined ? [] : [message.action];
  return (await vscode.window.showWarningMessage(message.text, ...buttons)) !== undefined;
}
