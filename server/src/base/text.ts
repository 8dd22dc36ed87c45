// Places in a text and changes of it, shared by every room above. Offsets count UTF-16 units from 0, as strings do.

export interface Span {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}
