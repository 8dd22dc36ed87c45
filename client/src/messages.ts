// Every sentence that the extension says in a message, in one place.

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
  notOnDisk: {
    text: 'This file is not on a disk that a program can run from. Save it in a local folder and trace it there.',
  },
  alreadyRunning: (name: string): Message => ({
    text: `${name} is still being traced. Stop it before you trace another file.`,
    action: 'Stop It',
  }),
  noInterpreter: {
    text: 'No Python that can be traced was found. Install CPython 3.8 or later, or choose one.',
    action: 'Select Interpreter',
  },
  notStarted: {
    text: 'The traced program could not be started. The terminal says why.',
    action: 'Show Terminal',
  },
  diagnostic: (message: string, hint: string | undefined): Message => ({
    text: hint === undefined ? message : `${message} ${hint}`,
  }),
} satisfies Record<string, Message | ((...words: never[]) => Message)>;
