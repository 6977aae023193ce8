/** Chains, or sets, of a listing in its order: of endpoints' only where they stand in its text, until they are asked for. */
import { MOST_RANKS, orderOfRanks } from "../../util/order-of-ranks.js";
import { hashInName } from "./hashed-name.js";

/** Where the lines of a block stand, behind its header and up to its closing brace. */
export interface BlockLines {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A block whose name begins with a hash as those of endpoints do. */
export interface HashedBlock extends BlockLines {
  readonly nameAt: number;
  /** The hash. */
  readonly rank: number;
  /** The number of its header's line. */
  readonly line: number;
  /** What its maker is told of it. */
  readonly mark: number;
}

/** " {" and the line feed behind a name. */
const BRACE = " {\n";
/** Columns of a row: text, name, first line, end, line, mark. A name at 0 is that of no hashed block: a tab stands in front. */
const WIDTH = 6;
const NO_TEXT = -1;

export class ListedBlocks<T extends { readonly name: string }> {
  /** Undefined where nothing but a row was made so far. */
  readonly #items: (T | undefined)[] = [];
  readonly #others: number[] = [];
  readonly #placeOfOthers = new Map<string, number>();
  readonly #texts: string[] = [];
  /** One for each place. */
  #rows = new Int32Array(64 * WIDTH);
  readonly #ranks: number[] = [];
  /** Of the hashed ones. */
  readonly #places: number[] = [];
  #sorted: { readonly ranks: Float64Array; readonly places: Int32Array } | undefined;
  #hasAll = false;

  /** `prefix`: what names of hashed ones begin with. `make`: a hashed one. */
  constructor(
    private readonly prefix: string,
    private readonly make: (name: string, line: number, mark: number) => T,
  ) {}

  get length(): number {
    return this.#items.length;
  }

  /** Places of those that are not hashed, in order. */
  get others(): readonly number[] {
    return this.#others;
  }

  /** Adds one that is not hashed; false where one of that name is there, which is found no more. */
  push(item: T, lines?: BlockLines): boolean {
    const place = this.#items.push(item) - 1;
    this.#addRow(place, lines, 0, 0, 0);
    this.#others.push(place);
    const { size } = this.#placeOfOthers;
    return this.#placeOfOthers.set(item.name, place).size > size;
  }

  /** False where there is no room for one more. */
  pushHashed(block: HashedBlock): boolean {
    if (this.#ranks.length === MOST_RANKS) return false;
    const place = this.#items.push(undefined) - 1;
    this.#addRow(place, block, block.nameAt, block.line, block.mark);
    this.#ranks.push(block.rank);
    this.#places.push(place);
    this.#sorted = undefined;
    this.#hasAll = false;
    return true;
  }

  /** The one at a place. */
  at(place: number): T | undefined {
    if (!(place >= 0 && place < this.#items.length)) return undefined;
    const rows = this.#rows;
    const row = place * WIDTH;
    return (this.#items[place] ??= this.make(this.nameAt(place), rows[row + 4]!, rows[row + 5]!));
  }

  /** All in order. */
  all(): readonly T[] {
    if (!this.#hasAll) for (const place of this.#places) this.at(place);
    this.#hasAll = true;
    return this.#items as readonly T[]; // each was made
  }

  nameAt(place: number): string {
    const row = place * WIDTH;
    const nameAt = this.#rows[row + 1]!;
    return nameAt === 0
      ? this.#items[place]!.name
      : this.#texts[this.#rows[row]!]!.slice(nameAt, this.#rows[row + 2]! - BRACE.length);
  }

  markAt(place: number): number {
    return this.#rows[place * WIDTH + 5]!;
  }

  /** The lines of one that was added with them. */
  linesAt(place: number): string | undefined {
    const row = place * WIDTH;
    const text = this.#texts[this.#rows[row]!];
    return text?.slice(this.#rows[row + 2], this.#rows[row + 3]);
  }

  /** The place of the last one of a name. */
  placeOf(name: string): number | undefined {
    const hashed = this.#hashedPlaceOf(name);
    const other = this.#placeOfOthers.get(name);
    return hashed === undefined || (other !== undefined && other > hashed) ? other : hashed;
  }

  /**
   * Finds hashed ones by the text of their blocks: it is given a hash, and the text's beginning from the name on, up to the
   * brace behind the name at least. Where the hashes asked for ascend, nothing is searched. It gives the place, or -1.
   */
  finder(): (rank: number, beginning: string) => number {
    const { ranks, places } = this.#inOrder();
    let at = 0;
    return (rank, beginning) => {
      while (ranks[at]! < rank) at++;
      for (let i = at; ranks[i] === rank; i++) if (this.#beginsWith(places[i]!, beginning)) return places[i]!;
      return -1;
    };
  }

  /** Whether a hashed one has the name of another one. */
  hasRepeats(): boolean {
    if (this.#places.length === 0) return false;
    for (const name of this.#placeOfOthers.keys()) if (this.#hashedPlaceOf(name) !== undefined) return true;
    const { ranks, places } = this.#inOrder();
    for (let from = 0; from < ranks.length;) {
      let to = from + 1;
      while (ranks[to] === ranks[from]) to++;
      if (to > from + 1 && this.#haveRepeats(places.subarray(from, to))) return true;
      from = to;
    }
    return false;
  }

  #haveRepeats(places: Int32Array): boolean {
    return new Set(Array.from(places, (place) => this.nameAt(place))).size < places.length;
  }

  #hashedPlaceOf(name: string): number | undefined {
    const rank = this.#places.length > 0 && name.startsWith(this.prefix) ? hashInName(name, 0) : -1;
    if (rank < 0) return undefined;
    const { ranks, places } = this.#inOrder();
    let found: number | undefined;
    for (let i = firstFrom(ranks, rank); ranks[i] === rank; i++)
      if (this.#beginsWith(places[i]!, name + BRACE)) found = places[i]!;
    return found;
  }

  #beginsWith(place: number, beginning: string): boolean {
    const row = place * WIDTH;
    const nameAt = this.#rows[row + 1]!;
    // A third of the time of startsWith.
    return this.#texts[this.#rows[row]!]!.slice(nameAt, nameAt + beginning.length) === beginning;
  }

  /** Ranks with their places, those of one rank in the order of places. */
  #inOrder(): { readonly ranks: Float64Array; readonly places: Int32Array } {
    if (this.#sorted) return this.#sorted;
    const order = orderOfRanks(this.#ranks, (a, b) => this.#ranks[a]! - this.#ranks[b]! || a - b);
    const ranks = new Float64Array(order.length);
    const places = new Int32Array(order.length);
    for (let i = 0; i < order.length; i++) {
      ranks[i] = this.#ranks[order[i]!]!;
      places[i] = this.#places[order[i]!]!;
    }
    return (this.#sorted = { ranks, places });
  }

  #addRow(place: number, lines: BlockLines | undefined, nameAt: number, line: number, mark: number): void {
    const row = place * WIDTH;
    if (row === this.#rows.length) {
      const rows = new Int32Array(row * 2);
      rows.set(this.#rows);
      this.#rows = rows;
    }
    const rows = this.#rows;
    if (lines && this.#texts.at(-1) !== lines.text) this.#texts.push(lines.text);
    rows[row] = lines ? this.#texts.length - 1 : NO_TEXT;
    rows[row + 1] = nameAt;
    rows[row + 2] = lines?.start ?? 0;
    rows[row + 3] = lines?.end ?? 0;
    rows[row + 4] = line;
    rows[row + 5] = mark;
  }
}

/** The index of the first that is not less. */
function firstFrom(ranks: Float64Array, rank: number): number {
  let from = 0;
  let to = ranks.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (ranks[middle]! < rank) from = middle + 1;
    else to = middle;
  }
  return from;
}
