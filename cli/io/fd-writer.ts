import { writeSync } from "node:fs";

const RETRY_MILLISECONDS = 2;

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
  return (text) => {
    if (closed) return false;
    const bytes = typeof text === "string" ? Buffer.from(text, "utf8") : text;
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
