/** The rules of each chain of a listing: of most only where they stand in its text, until somebody asks for them. */
import type { ChainRules } from "./capture.js";
import { ListedRule } from "./listed-rule.js";
import type { NftChain, NftRule } from "./types.js";

/** Lines of rules as every nft prints them, each with two tabs in front and its line feed behind. */
export interface RuleLines {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export const HANDLE = " # handle ";
const INDENTATION = 2;
/** Columns of a row: the number of the text, and where in it the lines stand. */
const WIDTH = 3;

export class ListedRules implements ChainRules {
  readonly #texts: string[] = [];
  /** A row for each chain; without a meaning where its rules are made. */
  #rows = new Int32Array(64 * WIDTH);
  readonly #made = new Map<number, readonly NftRule[]>();
  readonly #placeOf = new Map<string, number>();
  #length = 0;

  /** `chains`: whose rules they are; each is there before its rules. */
  constructor(readonly chains: readonly NftChain[]) {}

  get length(): number {
    return this.#length;
  }

  get placeOf(): ReadonlyMap<string, number> {
    return this.#placeOf;
  }

  /** Adds the rules of the next chain. */
  push(rules: readonly NftRule[]): void {
    this.#made.set(this.#length, rules);
    this.#addRow(0, 0, 0);
  }

  /** Adds those of the next chain as lines, which follow the chain's own. */
  pushLines({ text, start, end }: RuleLines): void {
    if (this.#texts.at(-1) !== text) this.#texts.push(text);
    this.#addRow(this.#texts.length - 1, start, end);
  }

  at(place: number): readonly NftRule[] | undefined {
    const made = this.#made.get(place);
    const chain = this.chains[place];
    if (made || !chain) return made;
    const rules = readRules(chain, this.textAt(place)!);
    this.#made.set(place, rules);
    return rules;
  }

  textAt(place: number): string | undefined {
    if (this.#made.has(place)) return undefined;
    const row = place * WIDTH;
    return this.#texts[this.#rows[row]!]!.slice(this.#rows[row + 1], this.#rows[row + 2]);
  }

  #addRow(text: number, start: number, end: number): void {
    const row = this.#length * WIDTH;
    this.#placeOf.set(this.chains[this.#length]!.name, this.#length++);
    if (row === this.#rows.length) {
      const rows = new Int32Array(row * 2);
      rows.set(this.#rows);
      this.#rows = rows;
    }
    this.#rows[row] = text;
    this.#rows[row + 1] = start;
    this.#rows[row + 2] = end;
  }
}

function readRules({ name, line = 0 }: NftChain, lines: string): NftRule[] {
  const rules: NftRule[] = [];
  for (let at = 0; at < lines.length;) {
    const stop = lines.indexOf("\n", at);
    rules.push(listedRule(name, lines.slice(at + INDENTATION, stop), line + rules.length + 1)!);
    at = stop + 1;
  }
  return rules;
}

/** A rule from its line without indentation; undefined when something else than a number stands behind "# handle". */
export function listedRule(chain: string, line: string, number: number): ListedRule | undefined {
  const at = line.lastIndexOf(HANDLE);
  if (at <= 0) return new ListedRule(chain, line, number, undefined);
  const handle = Number(line.slice(at + HANDLE.length));
  return Number.isInteger(handle) ? new ListedRule(chain, line.slice(0, at), number, handle) : undefined;
}
