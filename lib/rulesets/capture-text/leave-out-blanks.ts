/** A capture without what says nothing, where that is most of it: blank lines, comments, the rest of endless lines. */
import { Buffer } from "../../platform/bytes.js";
import type { LeftOut } from "../../source/line-numbers.js";
import type { Source } from "../../source/source.js";

/** Of a stretch of lines that say nothing, as many stay. */
const KEPT_LINES = 16;
const KEPT_BYTES = 4096;
/** Comments that may tell a table or a tool stay everywhere; of these as many. */
const MOST_COMMENTS = 1000;
/** Of a line as much stays; every reader refuses one that is as long. */
const LONGEST_LINE = 17 << 20;

const NEWLINE = 10;
const HASH = 35;
const TELLING = /tables|\btable\b|warning|incompatible/i;

const isBlank = (byte: number) => byte === 32 || byte === 9 || byte === 13;

export interface Condensed {
  readonly bytes: Uint8Array;
  readonly leftOut: readonly LeftOut[];
}

/** Takes the bytes in pieces of any size. Time is linear; memory is what stays, and one line. */
export function leaveOutBlanks(pieces: Iterable<Uint8Array>): Condensed {
  const condenser = new Condenser();
  for (const piece of pieces) condenser.add(piece);
  return condenser.finish();
}

type LineKind = "blank" | "comment" | "content";

class Condenser {
  private readonly kept: Uint8Array[] = [];
  private readonly leftOut: { line: number; count: number }[] = [];
  private line = 1;
  private kind: LineKind = "blank";
  /** The beginning of the line at hand, where it stands in pieces before. */
  private carried: Uint8Array[] = [];
  private carriedBytes = 0;
  /** Of the stretch at hand of lines that say nothing, those that stay. */
  private runLines = 0;
  private runBytes = 0;
  private comments = 0;

  add(piece: Uint8Array): void {
    /** What stays of the piece begins here, and the line at hand. */
    let from = 0;
    let start = 0;
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i]!;
      if (byte !== NEWLINE) {
        if (this.kind === "blank" && !isBlank(byte)) this.kind = byte === HASH ? "comment" : "content";
        continue;
      }
      if (this.carriedBytes > 0) {
        const whole = this.carriedWith(piece.subarray(start, i + 1));
        if (this.stays(whole, 0, whole.length)) this.kept.push(whole);
        else this.leaveOut();
        from = i + 1;
      } else if (!this.stays(piece, start, i + 1)) {
        if (start > from) this.kept.push(piece.slice(from, start));
        this.leaveOut();
        from = i + 1;
      }
      this.line++;
      this.kind = "blank";
      start = i + 1;
    }
    if (start > from) this.kept.push(piece.slice(from, start));
    if (start < piece.length) this.carry(piece.subarray(start));
  }

  finish(): Condensed {
    // The last line has no end, which readers look at.
    if (this.carriedBytes > 0) this.kept.push(this.carriedWith(new Uint8Array()));
    return { bytes: Buffer.concat(this.kept), leftOut: this.leftOut };
  }

  private carry(bytes: Uint8Array): void {
    const room = LONGEST_LINE - this.carriedBytes;
    if (room > 0) this.carried.push(bytes.slice(0, room));
    this.carriedBytes += Math.min(room, bytes.length);
  }

  /** The whole line, or as much of it as stays, and its end. */
  private carriedWith(rest: Uint8Array): Uint8Array {
    const isWhole = this.carriedBytes + rest.length <= LONGEST_LINE;
    const whole = Buffer.concat([...this.carried, isWhole ? rest : rest.subarray(-1)]);
    this.carried = [];
    this.carriedBytes = 0;
    return whole;
  }

  private stays(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.kind === "content") {
      this.runLines = this.runBytes = 0;
      return true;
    }
    this.runLines++;
    this.runBytes += end - start;
    if (this.runLines <= KEPT_LINES && this.runBytes <= KEPT_BYTES) return true;
    return this.kind === "comment" && this.tells(bytes, start, end);
  }

  private tells(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.comments === MOST_COMMENTS || end - start > KEPT_BYTES || !mayTell(bytes, start, end)) return false;
    if (!TELLING.test(new TextDecoder().decode(bytes.subarray(start, end)))) return false;
    this.comments++;
    return true;
  }

  private leaveOut(): void {
    const last = this.leftOut.at(-1);
    if (last && last.line + last.count === this.line) last.count++;
    else this.leftOut.push({ line: this.line, count: 1 });
  }
}

/** The quick answer for most comments: "table", "warning" and "incompatible" have these letters side by side. */
function mayTell(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start + 1; i < end; i++) {
    const pair = ((bytes[i - 1]! | 32) << 8) | (bytes[i]! | 32);
    if (pair === 0x6162 || pair === 0x7761 || pair === 0x6962) return true;
  }
  return false;
}

const SAMPLES = 64;
const SAMPLE_BYTES = 4096;

/** Whether parts all over a large text say nothing, or are in lines of thousands of characters. */
export function mayBeFlooded({ size, read, readInto }: Source): boolean {
  // More than a sample is read from a file at once, save into a place of its size.
  const place = new Uint8Array(SAMPLE_BYTES);
  for (let i = 0; i < SAMPLES; i++) {
    const from = Math.floor((size / SAMPLES) * i);
    const sample = readInto
      ? place.subarray(0, readInto(place, from))
      : read(from, Math.min(size, from + SAMPLE_BYTES));
    if (saysLittle(sample)) return true;
  }
  return false;
}

/** A blank line or a comment, from the end of the line before on. */
const IDLE = /\n[\t\r ]*(?:#[^\n]*)?(?=\n|$)/g;

function saysLittle(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  if (!text.includes("\n")) return bytes.length === SAMPLE_BYTES;
  let idle = 0;
  for (const [line] of text.matchAll(IDLE)) idle += line.length;
  return idle > bytes.length / 2;
}
