// How every command says that its command line is wrong, or that nothing could be done.

/** One sentence on stderr, and exit code 2. */
export function fail(reason: string): void {
  process.stderr.write(`cpython-probes: ${reason}\n`);
  process.exitCode = 2;
}
