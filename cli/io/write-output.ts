import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { makeFdWriter } from "./fd-writer.js";

/**
 * Writes a file beside its place and renames it, so that it is never seen half-written.
 * The directory is made when missing. Throws the file system's error; then the old file stands as it was.
 */
export function writeFileAtomically(path: string, chunks: Iterable<string | Uint8Array>, mode = 0o644): void {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true });
  const temporary = join(directory, `.${basename(path)}.${process.pid}.tmp`);
  const fd = openSync(temporary, "wx", mode);
  try {
    const write = makeFdWriter(fd);
    for (const chunk of chunks) write(chunk);
    fsyncSync(fd);
    closeSync(fd);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
