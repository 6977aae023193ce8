/** A stretch of a source held in memory while a reader moves through it. */
import type { Source } from "../source/source.js";

/** Bytes asked for at once. */
const CHUNK = 4 << 20;

export interface ByteWindow {
  readonly source: Source;
  /** Where reading ends, in bytes of the source. */
  readonly limit: number;
  /** Offset in the source of bytes[0]. */
  base: number;
  bytes: Buffer;
  /** Index into bytes. */
  at: number;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function openWindow(source: Source, start = 0, limit = source.size): ByteWindow {
  return { source, limit, base: start, bytes: asBuffer(source.read(start, Math.min(limit, start + CHUNK))), at: 0 };
}

/** True when the window reaches the end of what is read. */
export function reachesEnd(window: ByteWindow): boolean {
  return window.base + window.bytes.length >= window.limit;
}

/** Drops what lies before `keep` (an index) and reads on, at least doubling what is kept; false at the end. */
export function readOn(window: ByteWindow, keep: number): boolean {
  if (reachesEnd(window)) return false;
  const start = window.base + keep;
  const kept = window.bytes.length - keep;
  const bytes = asBuffer(window.source.read(start, Math.min(window.limit, start + Math.max(CHUNK, 2 * kept))));
  if (bytes.length <= kept) return false;
  window.at -= keep;
  window.base = start;
  window.bytes = bytes;
  return true;
}

/** Moves to an offset of the source. */
export function seek(window: ByteWindow, offset: number): void {
  const index = offset - window.base;
  if (index >= 0 && index <= window.bytes.length) {
    window.at = index;
    return;
  }
  window.base = offset;
  window.bytes = asBuffer(window.source.read(offset, Math.min(window.limit, offset + CHUNK)));
  window.at = 0;
}
