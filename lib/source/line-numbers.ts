/** Numbers of lines as they are in the file, where a source leaves some of its file's lines out. */

/** Lines of the file that the source does not hold. */
export interface LeftOut {
  /** Number, in the file, of the first of them. */
  readonly line: number;
  readonly count: number;
}

/** Counts the lines of a source. `leftOut`: in order, for the whole file; `first`: number of the first line to come. */
export class LineNumbers {
  #number: number;
  #next = 0;

  constructor(
    private readonly leftOut: readonly LeftOut[] = [],
    first = 1,
  ) {
    this.#number = first - 1;
    while (this.#next < leftOut.length && leftOut[this.#next]!.line < first) this.#next++;
  }

  /** The number of the next line. */
  next(): number {
    this.#number++;
    while (this.#next < this.leftOut.length && this.leftOut[this.#next]!.line === this.#number)
      this.#number += this.leftOut[this.#next++]!.count;
    return this.#number;
  }
}

/** The number in the file of a source's line. */
export function lineInFile(line: number, leftOut: readonly LeftOut[] = []): number {
  let number = line;
  for (const { line: first, count } of leftOut) {
    if (first > number) break;
    number += count;
  }
  return number;
}
