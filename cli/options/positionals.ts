import type { PositionalTable } from "./option.js";

/** INPUT.. of most commands. */
export const INPUTS = {
  input: { isMany: true, describe: "files, directories or - for stdin" },
} as const satisfies PositionalTable;

/** What INPUT.. and -f name. */
export function namedInputs({
  input,
  filename,
}: {
  readonly input: readonly string[];
  readonly filename: readonly string[];
}): readonly string[] {
  return [...input, ...filename];
}
