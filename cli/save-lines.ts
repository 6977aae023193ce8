import { resolve } from "node:path";
import { chunked } from "../lib/render/chunks.js";
import { UsageError } from "./errors.js";
import { writeFileAtomically } from "./io/write-output.js";
import type { ExitCode, Terminal } from "./terminal.js";

/** Writes lines to a file named on the command line; a place that cannot be written is a usage error. */
export function saveLines(terminal: Terminal, path: string, lines: Iterable<string>, mode?: number): ExitCode {
  try {
    writeFileAtomically(resolve(terminal.cwd, path), chunked(lines), mode);
    return 0;
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(`cannot write ${path}: ${message}`);
  }
}
