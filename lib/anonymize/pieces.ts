/** Text whose names are replaced later: which of the different pieces stand in it, one after another. */

import { fill, type Template } from "./template.js";

/** Of texts that are replaced in one way, the number of each. */
export type Numbers = (text: string) => number;

/** The different pieces: each is looked at once, however often it comes. */
export class Pieces {
  readonly #templates: Template[] = [];
  readonly #wraps: ((text: string) => string)[] = [];
  readonly #known: Map<string, number>[] = [];

  /** Numbers of texts of which this becomes; `wrap` makes the last of it, when everything is known. */
  kind(template: (text: string) => Template, wrap = asIs): Numbers {
    const numbers = new Map<string, number>();
    this.#known.push(numbers);
    return (text) => {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      const made = this.#templates.push(template(text)) - 1;
      this.#wraps.push(wrap);
      numbers.set(text, made);
      return made;
    };
  }

  /** What becomes of each piece, by its number. No number is given out after it. */
  settle(): readonly string[] {
    for (const numbers of this.#known) numbers.clear();
    return this.#templates.map((own, i) => this.#wraps[i]!(fill(own)));
  }
}

function asIs(text: string): string {
  return text;
}

/** Pieces that become one string. */
const BLOCK = 1 << 15;

/** A file as the numbers of its pieces. */
export class Draft {
  readonly #blocks: Int32Array[] = [];
  #open: number[] = [];

  add(piece: number): void {
    this.#open.push(piece);
  }

  /** The text may be cut here. */
  endLine(): void {
    if (this.#open.length >= BLOCK) this.#close();
  }

  /** The text, from what becomes of each piece. */
  *chunks(made: readonly string[]): Generator<string> {
    this.#close();
    for (const block of this.#blocks) {
      const texts = new Array<string>(block.length);
      for (let i = 0; i < block.length; i++) texts[i] = made[block[i]!]!;
      yield texts.join("");
    }
  }

  #close(): void {
    if (this.#open.length > 0) this.#blocks.push(Int32Array.from(this.#open));
    this.#open = [];
  }
}
