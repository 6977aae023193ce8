/** What one iptables-save has and another has not, told from the bytes: the captures of a cluster's nodes are mostly alike. */
import { Buffer } from "../../platform/bytes.js";
import type { Source } from "../../source/source.js";
import { withoutCounts } from "./digest-capture.js";

/** A line with the table that it stands in, as "*" names it; "" in front of the first one. */
export interface TableLine {
  readonly table: string;
  /** Without packets and bytes counted. */
  readonly text: string;
}

export interface DifferingLines {
  readonly gone: readonly TableLine[];
  readonly come: readonly TableLine[];
}

const CHUNK = 64 * 1024;
const PIECE = 1024 * 1024;
/** How far is looked for the next lines that both have, in bytes: most differences are short. */
const WINDOWS = [4 * 1024, 32 * 1024, 256 * 1024] as const;
const MOST_READY = WINDOWS[2];
const MOST_LINES = 20_000;
const NEWLINE = 10;
const STAR = 42;

/**
 * Lines to take from one capture and to put in to get the other, not always the fewest; lines that differ in counters and
 * times alone are the same. Undefined where too many differ, or where they divide the captures into other tables.
 */
export function differingLines(before: Source, after: Source): DifferingLines | undefined {
  const [a, b] = [new Lines(before), new Lines(after)];
  const gone: TableLine[] = [];
  const come: TableLine[] = [];
  let table = "";
  while (a.fill() + b.fill() > 0) {
    const common = commonBytes(a.rest(), b.rest());
    if (common > 0) {
      table = lastTable(a.rest().subarray(0, common)) ?? table;
      a.at += common;
      b.at += common;
      continue;
    }
    const same = sameLines(a.window(WINDOWS[0]), b.window(WINDOWS[0]));
    if (same.length > 0) {
      table = same.findLast(isHeading)?.slice(1).trimEnd() ?? table;
      a.skip(same.length);
      b.skip(same.length);
      continue;
    }
    const [left, right] = differenceAt(a, b);
    // One line alone is longer than what is looked at.
    if (left.length + right.length === 0) return undefined;
    if ([...left, ...right].some(isHeading)) return undefined;
    const inTable = (text: string) => ({ table, text });
    gone.push(...left.map(inTable));
    come.push(...right.map(inTable));
    if (gone.length + come.length > MOST_LINES) return undefined;
    a.skip(left.length);
    b.skip(right.length);
  }
  // A file that has gone or become shorter tells nothing.
  return a.isAtEnd && b.isAtEnd ? { gone, come } : undefined;
}

/** A source from the start of a line on. */
class Lines {
  at = 0;
  private end = 0;
  private read = 0;
  private readonly bytes = Buffer.alloc(MOST_READY + PIECE);

  constructor(private readonly source: Source) {}

  get isAtEnd(): boolean {
    return this.read >= this.source.size;
  }

  /** Has a window of bytes ready, or all that are left; gives how many there are. */
  fill(): number {
    while (this.end - this.at < MOST_READY && !this.isAtEnd) {
      this.bytes.copyWithin(0, this.at, this.end);
      this.end -= this.at;
      this.at = 0;
      const size = Math.min(this.source.size - this.read, this.bytes.length - this.end);
      const got = this.readTo(this.bytes.subarray(this.end, this.end + size));
      if (got === 0) break;
      this.read += got;
      this.end += got;
    }
    return this.end - this.at;
  }

  private readTo(target: Buffer): number {
    const { source, read } = this;
    if (source.readInto) return source.readInto(target, read);
    const bytes = source.read(read, read + target.length);
    target.set(bytes);
    return bytes.length;
  }

  rest(): Buffer {
    return this.bytes.subarray(this.at, this.end);
  }

  /** The next whole lines, without counters and times. */
  window(size: number): string[] {
    const bytes = this.rest().subarray(0, size);
    const isLast = this.at + bytes.length === this.end && this.isAtEnd;
    const end = isLast ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
    const lines = withoutCounts(bytes.subarray(0, end).toString("latin1")).split("\n");
    if (lines.at(-1) === "") lines.pop();
    return lines;
  }

  skip(lines: number): void {
    for (let i = 0; i < lines; i++) {
      const length = this.rest().indexOf(NEWLINE) + 1;
      this.at = length === 0 ? this.end : this.at + length;
    }
  }
}

/** How many bytes of whole lines are the same at the start. */
function commonBytes(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length);
  let same = 0;
  while (same < most) {
    const end = Math.min(most, same + CHUNK);
    if (a.compare(b, same, end, same, end) === 0) same = end;
    else {
      while (a[same] === b[same]) same++;
      break;
    }
  }
  return same === 0 ? 0 : a.lastIndexOf(NEWLINE, same - 1) + 1;
}

/** The table that the last line which begins one begins. */
function lastTable(lines: Buffer): string | undefined {
  const found = lines.lastIndexOf("\n*");
  if (found < 0 && lines[0] !== STAR) return undefined;
  const start = found < 0 ? 0 : found + 1;
  return lines.toString("latin1", start + 1, lines.indexOf(NEWLINE, start)).trimEnd();
}

function isHeading(line: string): boolean {
  return line.startsWith("*");
}

/** The lines that both begin with: where packets were counted no bytes are the same for long. */
function sameLines(left: readonly string[], right: readonly string[]): readonly string[] {
  const end = left.findIndex((text, i) => text !== right[i]);
  return end < 0 ? left : left.slice(0, end);
}

/** The lines in front of the next two that both have; all that are looked at where there are none. */
function differenceAt(a: Lines, b: Lines): readonly [readonly string[], readonly string[]] {
  let [left, right]: readonly string[][] = [];
  for (const size of WINDOWS) {
    [left, right] = [a.window(size), b.window(size)];
    const met = nextCommon(left, right);
    if (met) return [left.slice(0, met[0]), right.slice(0, met[1])];
  }
  return [left!, right!];
}

/** How many lines of each stand in front of the next two that both have. */
function nextCommon(left: readonly string[], right: readonly string[]): readonly [number, number] | undefined {
  const places = new Map<string, number>();
  for (let i = left.length - 1; i >= 0; i--) places.set(pairAt(left, i), i);
  let best: readonly [number, number] | undefined;
  for (let j = 0; j < right.length && (!best || j < best[0] + best[1]); j++) {
    const i = places.get(pairAt(right, j));
    if (i !== undefined && (!best || i + j < best[0] + best[1])) best = [i, j];
  }
  return best;
}

/** A line with the one behind it; the last line of a capture stands alone. */
function pairAt(lines: readonly string[], i: number): string {
  return `${lines[i]}\n${lines[i + 1] ?? ""}`;
}
