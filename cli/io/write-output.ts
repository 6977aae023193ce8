import { closeSync, fsyncSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { makeFdWriter } from "./fd-writer.js";

type Chunks = Iterable<string | Uint8Array>;

/**
 * Writes a file beside its place and renames it, so that it is never seen half-written; a link to a file stays a link.
 * Pipes and devices are written to as they are. The directory is made when missing.
 * Throws the file system's error; then the old file stands as it was.
 */
export function writeFileAtomically(path: string, chunks: Chunks, mode = 0o644): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) writeBeside(path, chunks, mode);
  else if (stat.isFile()) writeBeside(realpathSync(path), chunks, mode);
  else writeInto(path, chunks);
}

function writeBeside(path: string, chunks: Chunks, mode: number): void {
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

/** A file in the place of a device or a pipe would take it away from everybody. */
function writeInto(path: string, chunks: Chunks): void {
  const fd = openSync(path, "w");
  try {
    const write = makeFdWriter(fd);
    for (const chunk of chunks) if (!write(chunk)) return;
  } finally {
    closeSync(fd);
  }
}
