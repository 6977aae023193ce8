/** What `diff` is asked, of its option table. */
import type { RequestOf } from "../commands/command.js";
import type { DIFF_ARGUMENTS, DIFF_OPTIONS } from "../commands/diff.js";

export type DiffRequest = RequestOf<typeof DIFF_OPTIONS, typeof DIFF_ARGUMENTS>;
