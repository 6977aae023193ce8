/** How many rules lead to a chain, which iptables -L says in the chain's heading, when some of them are left out. */

const HEADING = /^Chain (\S+) \(/;
const REFERENCES = /^(Chain (\S+) \()(\d+)( references\).*)$/;

/** Tells the tables of a listing apart: each has its heading, or its chains begin again. */
class TableNumber {
  #number = 0;
  readonly #chains = new Set<string>();

  of(line: string): number {
    const chain = HEADING.exec(line)?.[1];
    if (line.startsWith("Table") || (chain !== undefined && this.#chains.has(chain))) {
      this.#number++;
      this.#chains.clear();
    }
    if (chain !== undefined) this.#chains.add(chain);
    return this.#number;
  }
}

/** Reads the lines of a capture once to count, and once more to write. */
export class ListedReferences {
  readonly #leftOut = new Map<string, number>();
  readonly #counted = new TableNumber();
  readonly #written = new TableNumber();

  /** `target`: of a rule that is left out. */
  count(line: string, target: string | undefined): void {
    const table = this.#counted.of(line);
    if (target === undefined) return;
    const key = `${table} ${target}`;
    this.#leftOut.set(key, (this.#leftOut.get(key) ?? 0) + 1);
  }

  /** The line; a heading without the rules that are left out. What the whole lacks, the extract lacks too. */
  write(line: string): string {
    const table = this.#written.of(line);
    return line.replace(REFERENCES, (_, start: string, chain: string, stated: string, end: string) => {
      const left = Number(stated) - (this.#leftOut.get(`${table} ${chain}`) ?? 0);
      return `${start}${Math.max(0, left)}${end}`;
    });
  }
}
