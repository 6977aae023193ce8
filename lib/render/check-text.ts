/** What a golden-file check found, for people. */
import { Chalk } from "chalk";
import { printable } from "../util/printable.js";
import { paintDiff } from "./text-diff.js";

/** One golden file that is not as it should be, or was written. */
export interface GoldenFileView {
  readonly file: string;
  /** Behind the file's name: "differs", "is missing", "updated". */
  readonly state: string;
  readonly isBad: boolean;
  /** What the rules do differently, one sentence each. */
  readonly changes: readonly string[];
  readonly notes: readonly string[];
  /** A unified diff. */
  readonly diff: readonly string[];
  /** The command that makes it right. */
  readonly command?: string;
}

/** Changes shown of one file. */
const MOST_CHANGES = 50;

/** One block a file, changes first, then the diff, then the command. */
export function* renderCheckText(files: readonly GoldenFileView[], color: boolean): Generator<string> {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  for (const { file, state, isBad, changes, notes, diff, command } of files) {
    yield `${chalk.bold(printable(file))} ${isBad ? chalk.red(state) : chalk.green(state)}`;
    for (const change of changes.slice(0, MOST_CHANGES)) yield `  ${printable(change)}`;
    if (changes.length > MOST_CHANGES) yield `  and ${changes.length - MOST_CHANGES} more`;
    for (const note of notes) yield `  ${chalk.dim(printable(note))}`;
    if (diff.length > 0) {
      yield "";
      yield* paintDiff(diff, color);
    }
    if (command !== undefined) {
      if (diff.length > 0) yield "";
      yield `to accept: ${chalk.bold(printable(command))}`;
    }
    if (diff.length > 0 || changes.length > 0 || command !== undefined) yield "";
  }
}
