import { nearest } from "../util/nearest.js";

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

/** A word that is none of those known: the nearest is meant, else `otherwise` says what there is. */
export function unknownWord(
  message: string,
  word: string,
  known: readonly string[],
  otherwise?: string,
  rightWords?: string,
): UsageError {
  const near = nearest(word, known);
  return new UsageError(message, near === undefined ? otherwise : `did you mean ${near}?`, rightWords);
}
