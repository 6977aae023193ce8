/** Text whose names are replaced later: which of the different pieces stand in it, one after another. */

import { fill, type StandIn, type Template } from "./template.js";

/** Of texts that are replaced in one way, the number of each. */
export type Numbers = (text: string) => number;

/** The different pieces: each is looked at once, however often it comes. */
export class Pieces {
  readonly #templates: Template[] = [];
  readonly #wraps: (((text: string) => string) | undefined)[] = [];
  readonly #known: Map<string, number>[] = [];
  /** Of text that stays as it is. */
  readonly literal: Numbers = this.kind((text) => text);
  readonly runs = new Runs();

  /**
   * Numbers of texts of which this becomes; `wrap` makes the last of it, when everything is known, unless something
   * stands in the place of the whole text. `whole`: what does so is known without a look-up of the text here.
   */
  kind(
    template: (text: string) => Template,
    wrap?: (text: string) => string,
    whole?: (text: string) => StandIn | undefined,
  ): Numbers {
    const numbers = new Map<string, number>();
    this.#known.push(numbers);
    return (text) => {
      const own = whole?.(text);
      if (own) return this.standIn(own);
      const known = numbers.get(text);
      if (known !== undefined) return known;
      const found = template(text);
      const isStandIn = typeof found === "object" && !(found instanceof Array);
      const made = isStandIn ? this.standIn(found) : this.#add(found, wrap);
      if (!isStandIn || !whole) numbers.set(text, made);
      return made;
    };
  }

  /** The number of what stands in one place of its own. */
  standIn(own: StandIn): number {
    const known = own.piece;
    // A configuration within an object has pieces of its own.
    return known !== undefined && this.#templates[known] === own ? known : (own.piece = this.#add(own));
  }

  /** Whether the piece is text that stays as it is. */
  isFixed(piece: number): boolean {
    return typeof this.#templates[piece] === "string";
  }

  /** The text of a piece, as it is now. */
  text(piece: number): string {
    const text = fill(this.#templates[piece]!);
    return this.#wraps[piece]?.(text) ?? text;
  }

  /** What becomes of each piece, by its number. No number is given out after it. */
  settle(): readonly string[] {
    for (const numbers of this.#known) numbers.clear();
    return this.#templates.map((_, piece) => this.text(piece));
  }

  #add(template: Template, wrap?: (text: string) => string): number {
    this.#wraps.push(wrap);
    return this.#templates.push(template) - 1;
  }
}

/** Different runs; more of them are not put together. */
const MOST_RUNS = 1 << 16;

/** Pieces that stay as they are, one behind another: most of what stands between two names comes again and again. */
class Run {
  #next: Map<number, Run> | undefined;
  #last: Run | undefined;
  #piece = -1;

  constructor(
    readonly before: Run | undefined,
    readonly literal: number,
  ) {}

  /** The run with one more piece; undefined when there are too many. */
  then(literal: number, runs: Runs): Run | undefined {
    if (this.#last?.literal === literal) return this.#last;
    const run = this.#next?.get(literal) ?? runs.add(this, literal);
    if (run) (this.#next ??= new Map()).set(literal, (this.#last = run));
    return run;
  }

  /** The number of all of it as one piece. */
  piece(pieces: Pieces): number {
    if (this.#piece >= 0) return this.#piece;
    const texts = [pieces.text(this.literal)];
    for (let run = this.before; run?.before; run = run.before) texts.push(pieces.text(run.literal));
    return (this.#piece = pieces.literal(texts.reverse().join("")));
  }
}

class Runs {
  readonly start = new Run(undefined, -1);
  #count = 0;

  add(before: Run, literal: number): Run | undefined {
    return this.#count++ < MOST_RUNS ? new Run(before, literal) : undefined;
  }
}

/** Pieces that become one string. */
const BLOCK = 1 << 15;

/** A file as the numbers of its pieces. */
export class Draft {
  readonly #pieces: Pieces;
  readonly #blocks: Int32Array[] = [];
  #open = new Int32Array(BLOCK);
  #length = 0;
  #run: Run;

  constructor(pieces: Pieces) {
    this.#pieces = pieces;
    this.#run = pieces.runs.start;
  }

  add(piece: number): void {
    if (this.#run.before) this.#endRun();
    this.#push(piece);
  }

  /** Adds a piece that stays as it is, of which there are not many. */
  addFixed(piece: number): void {
    const run = this.#run.then(piece, this.#pieces.runs);
    if (run) this.#run = run;
    else this.add(piece);
  }

  /** The text may be cut here. */
  endLine(): void {
    if (this.#length < BLOCK) return;
    if (this.#run.before) this.#endRun();
    this.#close();
  }

  /** The text, from what becomes of each piece; `made`: with all pieces of `runs`. */
  *chunks(made: readonly string[]): Generator<string> {
    for (const block of this.#blocks) {
      const texts = new Array<string>(block.length);
      for (let i = 0; i < block.length; i++) texts[i] = made[block[i]!]!;
      yield texts.join("");
    }
  }

  /** Nothing is added after it. */
  end(): void {
    if (this.#run.before) this.#endRun();
    this.#close();
  }

  #endRun(): void {
    const run = this.#run;
    this.#run = this.#pieces.runs.start;
    this.#push(run.piece(this.#pieces));
  }

  #push(piece: number): void {
    if (this.#length === this.#open.length) {
      const more = new Int32Array(2 * this.#length);
      more.set(this.#open);
      this.#open = more;
    }
    this.#open[this.#length++] = piece;
  }

  #close(): void {
    if (this.#length > 0) this.#blocks.push(this.#open.slice(0, this.#length));
    this.#length = 0;
  }
}
