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

const WORDS: readonly (readonly [string, string])[] = [
  ["differs", "differ"],
  ["header", "differ in the header"],
  ["missing", "missing"],
  ["orphaned", "orphaned"],
];

/** Golden files that are not as they should be, those written or deleted, and all that were looked at. */
interface CheckCounts {
  readonly troubles: readonly { readonly kind: string }[];
  readonly done: readonly unknown[];
  readonly files: readonly unknown[];
  /** Cases that could not be compiled. */
  readonly failedCases: number;
}

/** "7 golden files: 5 match, 1 differ, 1 missing". */
export function checkSummary({ troubles, done, files, failedCases }: CheckCounts): string {
  const matching = files.length - troubles.length - done.length;
  const parts = [
    [matching, "match"] as const,
    [done.length, "written or deleted"] as const,
    ...WORDS.map(([kind, words]) => [troubles.filter((trouble) => trouble.kind === kind).length, words] as const),
  ].filter(([n], i) => n > 0 || (i === 0 && troubles.length + done.length === 0));
  const outcome = `: ${parts.map(([n, words]) => `${n} ${words}`).join(", ")}`;
  const unchecked = failedCases > 0 ? `; ${failedCases} ${failedCases === 1 ? "case" : "cases"} not checked` : "";
  return `${files.length} golden ${files.length === 1 ? "file" : "files"}${files.length > 0 ? outcome : ""}${unchecked}`;
}
