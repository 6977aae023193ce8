/** Lines of a source. */
import type { Source } from "./source.js";

const CHUNK_BYTES = 16 * 1024 * 1024;

/**
 * Calls `visit` with every line, without its line end (LF or CRLF), and its number from 1.
 * The bytes are decoded piece by piece, so the source may be larger than the longest string.
 * Returns whether the last line had a line end.
 */
export function eachLine(source: Source, visit: (line: string, number: number) => void): boolean {
  const decoder = new TextDecoder();
  let pending = "";
  let number = 1;
  for (let at = 0; at < source.size; at += CHUNK_BYTES) {
    const end = Math.min(source.size, at + CHUNK_BYTES);
    const text = pending + decoder.decode(source.read(at, end), { stream: end < source.size });
    let start = 0;
    for (let stop = text.indexOf("\n"); stop >= 0; stop = text.indexOf("\n", start)) {
      const cut = text.charCodeAt(stop - 1) === 13 && stop > start ? stop - 1 : stop;
      visit(text.slice(start, cut), number++);
      start = stop + 1;
    }
    pending = text.slice(start);
  }
  if (pending !== "") visit(pending.endsWith("\r") ? pending.slice(0, -1) : pending, number);
  return pending === "";
}
