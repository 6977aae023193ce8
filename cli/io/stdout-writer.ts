/** Standard output, whose trouble is the user's to mend: a full disk, a closed descriptor. */
import { isStdoutClosed } from "./closed-stdout.js";
import { makeFdWriter } from "./fd-writer.js";

/** Writes to stdout; false once nobody reads it any more. Throws the system's error when it cannot be written. */
export function makeStdoutWriter(): (text: string | Uint8Array) => boolean {
  const write = makeFdWriter(1);
  let isOpen: boolean | undefined;
  return (text) => {
    isOpen ??= !isStdoutClosed();
    if (!isOpen) throw Object.assign(new Error("stdout is closed"), { code: "EBADF" });
    return write(text);
  };
}
