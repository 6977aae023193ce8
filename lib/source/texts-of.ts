/** A source's text in pieces that end at line ends. */
import type { Source } from "./source.js";

/**
 * Half of what is read at once elsewhere: V8 keeps the text of a megabyte of bytes outside its heap, where it stays until all of
 * the heap is collected, and a thread that hashes captures then holds up to 80 MB of them.
 */
const CHUNK_BYTES = 512 * 1024;
const NEWLINE = 10;

/**
 * The text of a source, cut behind line ends so that no piece is larger than a string may be; only the last piece may
 * end without one. Line ends stay as they are.
 */
export function* textsOf(source: Source): Generator<string> {
  // Not streaming: each piece is whole, and decoding it at once is several times faster.
  for (const bytes of piecesOf(source)) yield new TextDecoder().decode(bytes);
}

/** The same as bytes, each until the next is asked for: of a file all are read into the same place. */
export function* piecesOf(source: Source): Generator<Uint8Array> {
  let at = 0;
  let wanted = CHUNK_BYTES;
  let place = new Uint8Array(source.readInto ? Math.min(source.size, wanted) : 0);
  while (at < source.size) {
    const end = Math.min(source.size, at + wanted);
    if (source.readInto && place.length < end - at) place = new Uint8Array(end - at);
    const bytes = source.readInto
      ? place.subarray(0, source.readInto(place.subarray(0, end - at), at))
      : source.read(at, end);
    // A file may have become shorter since its size was taken.
    if (bytes.length === 0) return;
    const cut = end === source.size ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
    if (cut === 0) {
      wanted *= 2;
      continue;
    }
    yield bytes.subarray(0, cut);
    at += cut;
    wanted = CHUNK_BYTES;
  }
}
