import type { Source } from "../source/source.js";

const CHUNK_BYTES = 4 << 20;

/** The lines of a source without their ends (LF or CRLF), read while they are iterated. */
export function* sourceLines(source: Source): Generator<string> {
  const decoder = new TextDecoder();
  let pending = "";
  for (let at = 0; at < source.size; at += CHUNK_BYTES) {
    const end = Math.min(source.size, at + CHUNK_BYTES);
    const text = pending + decoder.decode(source.read(at, end), { stream: end < source.size });
    let start = 0;
    for (let stop = text.indexOf("\n"); stop >= 0; stop = text.indexOf("\n", start)) {
      yield withoutReturn(text.slice(start, stop));
      start = stop + 1;
    }
    pending = text.slice(start);
  }
  if (pending !== "") yield withoutReturn(pending);
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
