/** A stretch of a source held in memory while a reader moves through it. */
import { Buffer, isAscii } from "../platform/bytes.js";
import type { Source } from "../source/source.js";

/** Bytes asked for at once where each piece is new memory. */
const CHUNK = 4 << 20;
/** Bytes asked for at once where one piece of memory is filled again and again: as many as a processor keeps at hand. */
const KEPT_CHUNK = 1 << 20;

export interface ByteWindow {
  readonly source: Source;
  /** Where reading ends, in bytes of the source. */
  readonly limit: number;
  /** Offset in the source of bytes[0]. */
  base: number;
  bytes: Buffer;
  /** Index into bytes. */
  at: number;
  /** The memory of `bytes`, where it is this window's own: reading on overwrites it. */
  kept?: Buffer;
  /** Whether `bytes` are all ASCII, once somebody has asked. */
  ascii?: boolean;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function openWindow(source: Source, start = 0, limit = source.size): ByteWindow {
  return { source, limit, base: start, bytes: asBuffer(source.read(start, Math.min(limit, start + CHUNK))), at: 0 };
}

/** As `openWindow`, for readers that hold on to none of its bytes: they change when it reads on. */
export function openPassingWindow(source: Source, start = 0, limit = source.size): ByteWindow {
  if (!source.readInto || limit - start <= KEPT_CHUNK) return openWindow(source, start, limit);
  const kept = Buffer.allocUnsafeSlow(KEPT_CHUNK);
  return { source, limit, base: start, bytes: kept.subarray(0, source.readInto(kept, start)), at: 0, kept };
}

/** True when the window reaches the end of what is read. */
export function reachesEnd(window: ByteWindow): boolean {
  return window.base + window.bytes.length >= window.limit;
}

/** Drops what lies before `keep` (an index) and reads on, at least doubling what is kept; false at the end. */
export function readOn(window: ByteWindow, keep: number): boolean {
  if (reachesEnd(window)) return false;
  const start = window.base + keep;
  const left = window.bytes.length - keep;
  const bytes = window.kept
    ? refill(window, window.kept, keep)
    : asBuffer(window.source.read(start, Math.min(window.limit, start + Math.max(CHUNK, 2 * left))));
  const isMore = bytes.length > left;
  // Kept memory has been moved, whether or not there was more to read.
  if (!isMore && !window.kept) return false;
  window.at -= keep;
  window.base = start;
  window.bytes = bytes;
  window.ascii = undefined;
  return isMore;
}

/** Whether all bytes of the window are ASCII: looked at once, not again for each thing in it. */
export function isAsciiWindow(window: ByteWindow): boolean {
  return (window.ascii ??= isAscii(window.bytes));
}

/** Moves the bytes from `keep` to the front of the kept memory, or of larger memory, and fills the rest. */
function refill(window: ByteWindow, kept: Buffer, keep: number): Buffer {
  const { source, limit, base, bytes } = window;
  const left = bytes.length - keep;
  const target = kept.length >= 2 * left ? kept : Buffer.allocUnsafeSlow(2 * left);
  bytes.copy(target, 0, keep);
  window.kept = target;
  const start = base + bytes.length;
  const count = source.readInto!(target.subarray(left, left + Math.min(target.length - left, limit - start)), start);
  return target.subarray(0, left + count);
}

/** Moves to an offset of the source. */
export function seek(window: ByteWindow, offset: number): void {
  const index = offset - window.base;
  if (index >= 0 && index <= window.bytes.length) {
    window.at = index;
    return;
  }
  window.base = offset;
  window.bytes = window.kept
    ? refill({ ...window, base: offset - window.bytes.length }, window.kept, window.bytes.length)
    : asBuffer(window.source.read(offset, Math.min(window.limit, offset + CHUNK)));
  window.at = 0;
  window.ascii = undefined;
}

/** How much of a line is enough to tell what it is, in bytes. */
const LINE_HEAD = 64 << 10;

/** Reads on until the line at the window's place, or enough of it to tell what it is, is in the window; false at the end. */
export function showLine(window: ByteWindow): boolean {
  const isShown = () => window.bytes.length - window.at >= LINE_HEAD || window.bytes.indexOf(0x0a, window.at) >= 0;
  while (!isShown() && readOn(window, window.at));
  return window.at < window.bytes.length;
}

/** Moves to the start of the next line, holding nothing of this one. */
export function skipLine(window: ByteWindow): void {
  for (;;) {
    const newline = window.bytes.indexOf(0x0a, window.at);
    window.at = newline < 0 ? window.bytes.length : newline + 1;
    if (newline >= 0 || !readOn(window, window.at)) return;
  }
}

/** Moves past line ends in a row. */
export function skipEmptyLines(window: ByteWindow): void {
  do {
    const { bytes } = window;
    let { at } = window;
    while (at < bytes.length && bytes[at] === 0x0a) at++;
    window.at = at;
  } while (window.at >= window.bytes.length && readOn(window, window.at));
}
