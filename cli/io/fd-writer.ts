import { writeSync } from "node:fs";

const RETRY_MILLISECONDS = 2;

/** Characters of a text that is encoded into memory kept for that; UTF-8 takes three bytes for each at the most. */
const KEPT_CHARACTERS = 96 * 1024;
/** Shorter texts are worth no kept memory. */
const SHORT_CHARACTERS = 4096;

/** Sleeps without spinning; writes are synchronous so that a large output never piles up in memory. */
function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/**
 * A synchronous writer to a file descriptor: gives false once the reader has closed it.
 * Waits while a non-blocking pipe is full. Errors other than a closed reader are thrown.
 */
export function makeFdWriter(fd: number): (text: string | Uint8Array) => boolean {
  let closed = false;
  let kept: Buffer | undefined;
  const encode = (text: string): Uint8Array => {
    if (text.length < SHORT_CHARACTERS || text.length > KEPT_CHARACTERS) return Buffer.from(text, "utf8");
    kept ??= Buffer.allocUnsafeSlow(3 * KEPT_CHARACTERS);
    return kept.subarray(0, kept.write(text, 0, "utf8"));
  };
  return (text) => {
    if (closed) return false;
    const bytes = typeof text === "string" ? encode(text) : text;
    let offset = 0;
    while (offset < bytes.length) {
      try {
        offset += writeSync(fd, bytes, offset);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EAGAIN") sleep(RETRY_MILLISECONDS);
        else if (code === "EPIPE") {
          closed = true;
          return false;
        } else throw error;
      }
    }
    return true;
  };
}
