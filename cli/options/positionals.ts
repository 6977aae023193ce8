import type { PositionalTable } from "./option.js";

/** INPUT.. of most commands. */
export const INPUTS = {
  input: { isMany: true, describe: "files, directories or - for stdin" },
} as const satisfies PositionalTable;
