// What is read from a binary: markers with their arguments, and the libraries that it asks for.

export interface MarkerArgument {
  /** In bytes; absent where the binary does not say. */
  readonly size?: number;
  readonly signed?: boolean;
  /** Where it is, in the assembler's words (`%rbp`); '' where the binary does not say. */
  readonly operand: string;
  /** Its C type, where the binary says so (DOF does, SystemTap's notes don't). */
  readonly type?: string;
}

export interface Marker {
  readonly provider: string;
  /** In SystemTap's spelling: `function__entry`. */
  readonly name: string;
  readonly arguments: readonly MarkerArgument[];
  /** The program looks at a counter before it prepares the arguments, so that it costs nothing when nobody listens. */
  readonly semaphore: boolean;
  /** In how many places of the code it stands. */
  readonly places: number;
}

export interface Binary {
  readonly format: 'elf' | 'mach-o' | 'other';
  /** One for each provider and name, in the order of the file. */
  readonly markers: readonly Marker[];
  /** The libraries that it asks for, by name or path. */
  readonly needed: readonly string[];
  /** Where it wants them looked for, `$ORIGIN` and `@loader_path` included. */
  readonly searchPaths: readonly string[];
}
