/** A file as a Source: opened when read, never held open, small ones kept until another file is read. */
import { closeSync, openSync, readSync } from "node:fs";
import type { Source } from "../../lib/index.js";

/** Files up to this size are read at once. */
const SMALL = 1 << 20;

/** Of a larger file the block read last is kept: the places of many diagnostics are asked for one after the other. */
const BLOCK = 64 << 10;

let lastBlock: { readonly source: Source; readonly start: number; readonly bytes: Uint8Array } | undefined;
let lastRead: { readonly source: Source; readonly bytes: Uint8Array } | undefined;

/** `name` is shown to the user; `path` is opened. Reads give fewer bytes when the file shrank or went away. */
export function fileSource(name: string, path: string | Buffer, size: number): Source {
  const source: Source = {
    name,
    size,
    read(start, end) {
      if (size > SMALL) return readLarge(start, end);
      if (lastRead?.source !== source) lastRead = { source, bytes: readRange(path, 0, size) };
      return lastRead.bytes.subarray(start, end);
    },
    readInto: (target, start) => fill(path, target, start),
  };
  const readLarge = (start: number, end: number) => {
    if (end - start > BLOCK / 2) return readRange(path, start, end);
    const at = lastBlock?.source === source ? start - lastBlock.start : -1;
    if (at >= 0 && lastBlock && at + end - start <= lastBlock.bytes.length)
      return lastBlock.bytes.subarray(at, at + end - start);
    // What is asked for next may stand a little in front.
    const from = start - (start % (BLOCK / 2));
    lastBlock = { source, start: from, bytes: readRange(path, from, Math.min(size, from + BLOCK)) };
    return lastBlock.bytes.subarray(start - from, Math.max(start, end) - from);
  };
  return source;
}

function readRange(path: string | Buffer, start: number, end: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(Math.max(0, end - start));
  return bytes.subarray(0, fill(path, bytes, start));
}

/** How many bytes there were: fewer than asked for when the file shrank or went away. */
function fill(path: string | Buffer, bytes: Uint8Array, start: number): number {
  let filled = 0;
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return 0;
  }
  try {
    while (filled < bytes.length) {
      const count = readSync(fd, bytes, filled, bytes.length - filled, start + filled);
      if (count === 0) break;
      filled += count;
    }
  } catch {
    // What could be read is handed out; the reader sees the text end early.
  } finally {
    closeSync(fd);
  }
  return filled;
}
