/** A wrong call of the command line: printed as one message with hints, exit 2. */
export class UsageError extends Error {
  constructor(
    message: string,
    /** What to do instead. */
    readonly hint?: string,
    /** Words that would be right, to be shown as part of a whole command line, e.g. "--mode ipvs". */
    readonly rightWords?: string,
  ) {
    super(message);
  }
}
