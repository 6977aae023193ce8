import { closeSync, fsyncSync, mkdirSync, openSync, realpathSync, renameSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { makeFdWriter } from "./fd-writer.js";
import { forgetTemporary, keepTemporary, removeTemporary, watchSignals } from "./temporary-files.js";

type Chunks = Iterable<string | Uint8Array>;

/** Bytes of a name that leave room for what a temporary name adds; a file system takes 255. */
const LONGEST_NAME = 200;
const MOST_TRIES = 100;

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
  makeDirectory(dirname(path));
  watchSignals();
  const { fd, temporary } = openTemporary(path, mode);
  keepTemporary(temporary);
  try {
    writeAll(fd, chunks);
    renameSync(temporary, path);
    forgetTemporary(temporary);
  } catch (error) {
    removeTemporary(temporary);
    throw error;
  }
}

/** A file that was not there before. One that a killed run with the same process number left is passed by. */
function openTemporary(path: string, mode: number): { readonly fd: number; readonly temporary: string } {
  const name = Buffer.from(basename(path))
    .subarray(0, LONGEST_NAME)
    .toString("utf8")
    .replace(/\ufffd+$/, "");
  for (let i = 0; ; i++) {
    const temporary = join(dirname(path), `.${name}.${process.pid}${i === 0 ? "" : `-${i}`}.tmp`);
    try {
      return { fd: openSync(temporary, "wx", mode), temporary };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || i === MOST_TRIES) throw error;
    }
  }
}

function writeAll(fd: number, chunks: Chunks): void {
  try {
    const write = makeFdWriter(fd);
    for (const chunk of chunks) write(chunk);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Step by step: Node's own `recursive` tries for ever where the system makes no directories, as under /proc. */
function makeDirectory(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })) return;
  makeDirectory(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another run may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
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
