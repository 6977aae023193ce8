/** Line and column of an offset, counted only when somebody asks. */
import { Buffer } from "../platform/bytes.js";
import type { Position, Source } from "./source.js";

/** How far apart the places are of which the line, or the column, is remembered, in bytes. */
const STEP = 4 << 10;
/** A whole number of steps. */
const CHUNK = 1 << 20;
const NEWLINE = 0x0a;

interface Mark {
  readonly line: number;
  /** Offset of the first byte of the line. */
  readonly lineStart: number;
}

/** What was counted of a source, at every step as far as somebody asked: questions come in any order. */
interface Counted {
  readonly lines: number[];
  readonly lineStarts: number[];
  /** Of the line asked for last: how many characters stand before each step from its start, and before the place asked for. */
  columns: {
    readonly lineStart: number;
    readonly counts: number[];
    last: { readonly at: number; readonly count: number };
  };
  /** The place asked for last: the next one is mostly the same or a little further on. */
  last: Mark & { readonly offset: number };
}

const counted = new WeakMap<Source, Counted>();

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

function countedOf(source: Source): Counted {
  let found = counted.get(source);
  if (!found) {
    const last = { offset: 0, line: 1, lineStart: 0 };
    found = { lines: [1], lineStarts: [0], columns: columnsFrom(0), last };
    counted.set(source, found);
  }
  return found;
}

function markAt(source: Source, wanted: number): Mark {
  const offset = Math.min(wanted, source.size);
  const known = countedOf(source);
  if (known.last.offset === offset) return known.last;
  const mark = markAfter(source, offset, nearestMark(source, offset, known));
  known.last = { offset, ...mark };
  return mark;
}

function markAfter(source: Source, offset: number, before: Counted["last"]): Mark {
  return countLines(source.read(before.offset, offset), before.offset, before);
}

/** A place in front of the offset, at most a step away. */
function nearestMark(source: Source, offset: number, { lines, lineStarts, last }: Counted): Counted["last"] {
  if (last.offset <= offset && offset - last.offset < STEP) return last;
  const step = Math.floor(offset / STEP);
  const read = createChunkReader(source);
  while (lines.length <= step) {
    const at = (lines.length - 1) * STEP;
    const bytes = read(at);
    if (bytes.length < STEP) break;
    const newline = bytes.indexOf(NEWLINE);
    const firstNewline = newline < 0 ? bytes.length : newline;
    for (let from = 0; from + STEP <= bytes.length; from += STEP) {
      let mark: Mark = { line: lines.at(-1)!, lineStart: lineStarts.at(-1)! };
      if (from + STEP > firstNewline) mark = countLines(bytes.subarray(from, from + STEP), at + from, mark);
      lines.push(mark.line);
      lineStarts.push(mark.lineStart);
    }
  }
  const at = Math.min(step, lines.length - 1);
  return { offset: at * STEP, line: lines[at]!, lineStart: lineStarts[at]! };
}

/** Reads a chunk from an offset; of a large source that can fill memory, into that of the chunk before. */
function createChunkReader(source: Source): (at: number) => Uint8Array {
  // A Buffer finds a byte several times as fast as a plain array of bytes.
  let kept: Buffer | undefined;
  return (at) => {
    if (!source.readInto || source.size <= CHUNK) return source.read(at, Math.min(source.size, at + CHUNK));
    kept ??= Buffer.allocUnsafeSlow(Math.min(source.size - at, CHUNK));
    const target = kept.subarray(0, Math.max(0, source.size - at));
    return target.subarray(0, source.readInto(target, at));
  };
}

/** The line after the bytes, which begin at the offset `at`. */
function countLines(bytes: Uint8Array, at: number, { line, lineStart }: Mark): Mark {
  let [number, newline] = [line, -1];
  // Lines of indented text are short: a search for each takes longer than a look at every byte.
  for (let i = 0; i < bytes.length; i++)
    if (bytes[i] === NEWLINE) {
      number++;
      newline = i;
    }
  return { line: number, lineStart: newline < 0 ? lineStart : at + newline + 1 };
}

/** Characters of a line from its start up to the offset `end`. */
function countCharacters(source: Source, start: number, end: number): number {
  const of = countedOf(source);
  if (of.columns.lineStart !== start) of.columns = columnsFrom(start);
  const { counts } = of.columns;
  const step = Math.floor((end - start) / STEP);
  while (counts.length <= step) {
    const at = start + (counts.length - 1) * STEP;
    const bytes = source.read(at, at + STEP);
    if (bytes.length < STEP) break;
    counts.push(counts.at(-1)! + charactersIn(bytes, at));
  }
  const { last } = of.columns;
  const nearest = Math.min(step, counts.length - 1);
  const known = last.at <= end && end - last.at < STEP ? last : { at: start + nearest * STEP, count: counts[nearest]! };
  const count = known.count + charactersIn(source.read(known.at, Math.max(known.at, end)), known.at);
  of.columns.last = { at: Math.max(known.at, end), count };
  return count;
}

function columnsFrom(lineStart: number): Counted["columns"] {
  return { lineStart, counts: [0], last: { at: lineStart, count: 0 } };
}

/** Bytes that are not the continuation of a UTF-8 character; a byte order mark counts nothing. `at`: their offset. */
function charactersIn(bytes: Uint8Array, at: number): number {
  let count = 0;
  for (const byte of bytes) if ((byte & 0xc0) !== 0x80) count++;
  return at === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? count - 1 : count;
}
