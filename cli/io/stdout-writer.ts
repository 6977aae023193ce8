/** Standard output, whose trouble is the user's to mend: a full disk, a closed descriptor. */
import { fstatSync, readFileSync, readlinkSync } from "node:fs";
import { makeFdWriter } from "./fd-writer.js";

const STDOUT = 1;
const READ_AND_WRITE = 2;

/** Writes to stdout; false once nobody reads it any more. Throws the system's error when it cannot be written. */
export function makeStdoutWriter(): (text: string | Uint8Array) => boolean {
  const write = makeFdWriter(STDOUT);
  let isOpen: boolean | undefined;
  return (text) => {
    isOpen ??= !isClosed();
    if (!isOpen) throw Object.assign(new Error("stdout is closed"), { code: "EBADF" });
    return write(text);
  };
}

/**
 * Whether the program was started without a stdout (`>&-`). Node puts /dev/null in its place, opened for reading and
 * writing, where a shell's `>/dev/null` opens it for writing only; Linux tells which it is.
 */
function isClosed(): boolean {
  try {
    if (!fstatSync(STDOUT).isCharacterDevice() || readlinkSync("/proc/self/fd/1") !== "/dev/null") return false;
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/fdinfo/1", "latin1"))?.[1];
    return flags !== undefined && (parseInt(flags, 8) & 3) === READ_AND_WRITE;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EBADF";
  }
}
