/** A set as `ipset list` prints it: its head tells the number of entries, so it is written when they are known. */
import type { Reach } from "./reach.js";
import { isEntryMet } from "./line-tools.js";

const NAME = /^Name: (\S+)/;
const COUNT = /^(Number of entries: )(\d+)/;

/** Takes the lines of listed sets and hands them out, each set once it is over. */
export class SetListing {
  #lines: string[] | undefined;
  #name = "";
  #isMember = false;
  #members = 0;

  constructor(readonly reach: Reach) {}

  /** The lines to write now; undefined for a line of something else. */
  take(line: string): readonly string[] | undefined {
    const [, name] = NAME.exec(line) ?? [];
    if (name !== undefined) {
      const before = this.finish();
      this.#lines = [line];
      this.#name = name;
      this.#isMember = false;
      this.#members = 0;
      return before;
    }
    if (!this.#lines) return undefined;
    if (line === "") return [...this.finish(), line];
    if (this.#isMember) this.#members++;
    if (!this.#isMember || !this.#name.startsWith("KUBE-") || isEntryMet(this.#name, line.split(" ")[0]!, this.reach))
      this.#lines.push(line);
    if (line === "Members:") this.#isMember = true;
    return [];
  }

  /** The last line, which may be the beginning of a longer one: it stays. */
  takeOpen(line: string): readonly string[] | undefined {
    this.#lines?.push(line);
    if (this.#isMember) this.#members++;
    return this.#lines && [];
  }

  /** What is left at the end. */
  finish(): readonly string[] {
    const lines = this.#lines ?? [];
    this.#lines = undefined;
    const entries = lines.length - 1 - lines.indexOf("Members:");
    // A count that was wrong tells that the listing is cut, and stays.
    return this.#isMember
      ? lines.map((line) =>
          COUNT.exec(line)?.[2] === String(this.#members) ? line.replace(COUNT, `$1${entries}`) : line,
        )
      : lines;
  }
}
