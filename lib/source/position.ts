/** Line and column of an offset, counted only when somebody asks. */
import type { Position, Source } from "./source.js";

const CHUNK = 1 << 20;
const NEWLINE = 0x0a;

/** Where counting stopped last, by source: diagnostics come in order, so the next one is mostly further on. */
interface Mark {
  readonly offset: number;
  readonly line: number;
  readonly lineStart: number;
}

const marks = new WeakMap<Source, Mark>();
const START: Mark = { offset: 0, line: 1, lineStart: 0 };

/** Line and column of a byte offset; the column counts characters (code points). */
export function positionOf(source: Source, offset: number): Position {
  const { line, lineStart } = markAt(source, offset);
  return { line, column: 1 + countCharacters(source, lineStart, offset) };
}

/** The line of a byte offset, where nobody asks for the column: a dump may be one line of hundreds of megabytes. */
export function lineOf(source: Source, offset: number): number {
  return markAt(source, offset).line;
}

/** Offset of the first byte of the line that holds the offset. */
export function lineStartOf(source: Source, offset: number): number {
  return markAt(source, offset).lineStart;
}

function markAt(source: Source, wanted: number): Mark {
  const offset = Math.min(wanted, source.size);
  const last = marks.get(source);
  let { offset: at, line, lineStart } = last && last.offset <= offset ? last : START;
  while (at < offset) {
    const bytes = source.read(at, Math.min(offset, at + CHUNK));
    if (bytes.length === 0) break;
    for (let i = bytes.indexOf(NEWLINE); i >= 0; i = bytes.indexOf(NEWLINE, i + 1)) {
      line++;
      lineStart = at + i + 1;
    }
    at += bytes.length;
  }
  const mark = { offset: at, line, lineStart };
  marks.set(source, mark);
  return mark;
}

/** Bytes that are not the continuation of a UTF-8 character; a byte order mark counts nothing. */
function countCharacters(source: Source, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end;) {
    const bytes = source.read(at, Math.min(end, at + CHUNK));
    if (bytes.length === 0) break;
    for (const byte of bytes) if ((byte & 0xc0) !== 0x80) count++;
    if (at === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) count--;
    at += bytes.length;
  }
  return count;
}
