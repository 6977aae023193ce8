/** What is written to files named on the command line. */
import { resolve } from "node:path";
import { refuseInput } from "../lib/index.js";
import { chunked } from "../lib/render/chunks.js";
import { fileId, isFile } from "./io/file-id.js";
import { writeFileAtomically } from "./io/write-output.js";
import { writing } from "./io/writing.js";
import type { ExitCode, Terminal } from "./terminal.js";

/** Writes lines; a place that cannot be written is a usage error. */
export function saveLines(terminal: Terminal, path: string, lines: Iterable<string>, mode?: number): ExitCode {
  return saveChunks(terminal, path, chunked(lines), mode);
}

/** As `saveLines`, of text that has its line ends. */
export function saveChunks(
  terminal: Terminal,
  path: string,
  chunks: Iterable<string | Uint8Array>,
  mode?: number,
): ExitCode {
  const target = resolve(terminal.cwd, path);
  const id = writing(path, () => fileId(target));
  if (id !== undefined) refuseInput(terminal, (read) => isFile(read, id), path);
  writing(path, () => writeFileAtomically(target, chunks, mode));
  return 0;
}
