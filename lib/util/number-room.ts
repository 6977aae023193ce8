/**
 * Room for tables of numbers, asked of the system as a whole and given back as a whole.
 *
 * A table of some megabytes that is let go stays with the C library, which gives memory out again in other pieces: with a few
 * such tables for each node, a process that compares many nodes grows by tens of megabytes. What is larger than 32 MiB
 * (DEFAULT_MMAP_THRESHOLD_MAX of glibc, which what is let go never raises further) comes from the system by itself; of that
 * only the pages that are written to take memory.
 */
const AT_LEAST = (33 * 1024 * 1024) / Int32Array.BYTES_PER_ELEMENT;
/** For what goes beyond, tables stand by themselves, which are as large. */
const AT_MOST = 4 * AT_LEAST;

export class NumberRoom {
  private all: Int32Array<ArrayBuffer> | undefined;
  private used = 0;

  /** `length`: how many numbers are likely. The room is made when some are asked for. */
  constructor(private readonly length: number) {}

  /** So many zeros. */
  take(length: number): Int32Array<ArrayBuffer> {
    this.all ??= new Int32Array(Math.min(Math.max(this.length, AT_LEAST), AT_MOST));
    if (this.used + length > this.all.length) return new Int32Array(length);
    this.used += length;
    return this.all.subarray(this.used - length, this.used);
  }
}
