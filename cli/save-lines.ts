import { resolve } from "node:path";
import { chunked } from "../lib/render/chunks.js";
import { writeFileAtomically } from "./io/write-output.js";
import { writing } from "./io/writing.js";
import type { ExitCode, Terminal } from "./terminal.js";

/** Writes lines to a file named on the command line; a place that cannot be written is a usage error. */
export function saveLines(terminal: Terminal, path: string, lines: Iterable<string>, mode?: number): ExitCode {
  writing(path, () => writeFileAtomically(resolve(terminal.cwd, path), chunked(lines), mode));
  return 0;
}
