/** Trouble in writing told as a user's, not as a bug. */
import { UsageError } from "../../lib/index.js";
import { reasonOf } from "./walk-directory.js";

/** Runs what writes a file, shown as `file`. Throws a usage error when the file system refuses. */
export function writing<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UsageError(`cannot write ${file}: ${writingReason(error)}`, "name another place, or mend this one");
  }
}

/** Directories that are missing are made, so that what "does not exist" is a place that takes no files, as /proc. */
function writingReason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" ? "no files can be made there" : reasonOf(error);
}
