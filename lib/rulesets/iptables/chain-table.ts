/** Chains of a captured table by name, as rows of numbers: a large node has hundreds of thousands of them. */
import type { CapturedChains } from "./capture.js";
import { ChainLines } from "./chain-lines.js";
import type { Counters } from "./types.js";

/** Columns of a row. The name and the rules are stretches of pieces of text; what is no stretch is an object instead. */
const NAME_PIECE = 0;
const NAME_START = 1;
const NAME_END = 2;
/** Below 0: the chain is an object. */
const PIECE = 3;
const START = 4;
const END = 5;
const LINE = 6;
const COUNT = 7;
const WIDTH = 8;

const AS_OBJECT = -1;

/** Places looked at for a name; what finds none of them free stands in a map, so that no names can make this slow. */
const MOST_PROBES = 16;

const NO_COUNTERS: Counters = { packets: 0, bytes: 0 };

/**
 * In the order declared. Collects lines while a capture is read; afterwards it is read only. A chain is known by its
 * place in that order, from 0, and is made an object when somebody asks for it: the same one each time.
 */
export class ChainTable implements CapturedChains {
  private readonly pieces: string[] = [];
  private rows = new Int32Array(16 * WIDTH);
  private count = 0;
  private readonly objects = new Map<number, ChainLines>();
  /** Pairs of a name's hash and its row, from 1; 0 where there is none. */
  private slots = new Int32Array(64);
  private readonly crowded = new Map<string, number>();

  get size(): number {
    return this.count;
  }

  /** Adds the chain whose name stands at `start` of a text, without policy and counters; false when it is there already. */
  declareAt(text: string, start: number, end: number): boolean {
    const hash = hashOf(text, start, end);
    if (this.find(text, start, end, hash) >= 0) return false;
    this.addRow(hash, [this.pieceOf(text), start, end, 0]);
    return true;
  }

  /** Adds a chain, or puts an empty one in the place of the one of that name; gives its place. */
  declare(name: string, policy: string | undefined, counters: Counters | undefined): number {
    const known = this.placeOf(name);
    const place = known < 0 ? this.count : known;
    this.objects.set(place, new ChainLines(name, known < 0 ? place : -1, policy, counters));
    if (known < 0) this.addRow(hashOf(name, 0, name.length), [0, 0, 0, AS_OBJECT]);
    else this.rows[place * WIDTH + PIECE] = AS_OBJECT;
    return place;
  }

  /** Adds the line from `start` up to `end` (where its line feed is) of `text` to the chain at a place. */
  addFrom(place: number, text: string, start: number, end: number, line: number): void {
    const { rows } = this;
    const row = place * WIDTH;
    const piece = rows[row + PIECE]!;
    if (piece === AS_OBJECT) return this.objects.get(place)!.addFrom(text, start, end, line);
    if (rows[row + COUNT] === 0) {
      rows[row + PIECE] = this.pieceOf(text);
      rows[row + START] = start;
      rows[row + LINE] = line;
    } else if (rows[row + END]! + 1 !== start || this.pieces[piece] !== text)
      return this.at(place).addFrom(text, start, end, line);
    rows[row + END] = end;
    rows[row + COUNT]!++;
  }

  /** Takes off the chain declared last. */
  dropLast(): void {
    this.spread(this.slots.length, this.count);
    this.objects.delete(--this.count);
  }

  /** Where the chain stands in the order declared; -1 when there is none. */
  placeOf(name: string): number {
    return this.find(name, 0, name.length, hashOf(name, 0, name.length));
  }

  /** The same for the name that stands at `start` of a text. */
  placeOfWord(text: string, start: number, end: number): number {
    return this.find(text, start, end, hashOf(text, start, end));
  }

  /** Whether the chain at a place has the name that stands at `start` of a text. */
  isNamed(place: number, text: string, start: number, end: number): boolean {
    const { rows, pieces } = this;
    const row = place * WIDTH;
    if (rows[row + PIECE] === AS_OBJECT) return this.objects.get(place)!.name === text.slice(start, end);
    const at = rows[row + NAME_START]!;
    return (
      rows[row + NAME_END]! - at === end - start && areSame(pieces[rows[row + NAME_PIECE]!]!, at, text, start, end)
    );
  }

  nameAt(place: number): string {
    const { rows } = this;
    const row = place * WIDTH;
    if (rows[row + PIECE] === AS_OBJECT) return this.objects.get(place)!.name;
    return this.pieces[rows[row + NAME_PIECE]!]!.slice(rows[row + NAME_START], rows[row + NAME_END]);
  }

  placeHolding(name: string, text: string): number {
    const { slots } = this;
    const hash = hashOf(name, 0, name.length);
    const mask = slots.length - 2;
    for (let i = 0, at = (hash << 1) & mask; i < MOST_PROBES; i++, at = (at + 2) & mask) {
      const place = slots[at + 1]! - 1;
      if (place < 0) return -1;
      if (slots[at] === hash && this.holds(place, text)) return place;
    }
    return -1;
  }

  private holds(place: number, text: string): boolean {
    const { rows } = this;
    const row = place * WIDTH;
    const piece = rows[row + PIECE]!;
    const start = rows[row + START]!;
    const end = rows[row + END]!;
    if (piece === AS_OBJECT || rows[row + COUNT] === 0 || end - start !== text.length) return false;
    return this.pieces[piece]!.slice(start, end) === text;
  }

  /** Names that begin so, in the order declared. */
  *namesWith(prefix: string): Iterable<string> {
    for (let place = 0; place < this.count; place++) if (this.startsWith(place, prefix)) yield this.nameAt(place);
  }

  private startsWith(place: number, prefix: string): boolean {
    const { rows, pieces } = this;
    const row = place * WIDTH;
    if (rows[row + PIECE] === AS_OBJECT) return this.objects.get(place)!.name.startsWith(prefix);
    const at = rows[row + NAME_START]!;
    const end = at + prefix.length;
    return end <= rows[row + NAME_END]! && areSame(pieces[rows[row + NAME_PIECE]!]!, at, prefix, 0, prefix.length);
  }

  /** The chain at a place. */
  at(place: number): ChainLines {
    return this.objects.get(place) ?? this.makeObject(place);
  }

  get(name: string): ChainLines | undefined {
    const place = this.placeOf(name);
    return place < 0 ? undefined : this.at(place);
  }

  has(name: string): boolean {
    return this.placeOf(name) >= 0;
  }

  *keys(): MapIterator<string> {
    for (let place = 0; place < this.count; place++) yield this.nameAt(place);
  }

  *values(): MapIterator<ChainLines> {
    for (let place = 0; place < this.count; place++) yield this.at(place);
  }

  *entries(): MapIterator<[string, ChainLines]> {
    for (const chain of this.values()) yield [chain.name, chain];
  }

  [Symbol.iterator](): MapIterator<[string, ChainLines]> {
    return this.entries();
  }

  forEach(visit: (chain: ChainLines, name: string, chains: ReadonlyMap<string, ChainLines>) => void): void {
    for (const chain of this.values()) visit(chain, chain.name, this);
  }

  private makeObject(place: number): ChainLines {
    const { rows, pieces } = this;
    const row = place * WIDTH;
    const chain = new ChainLines(this.nameAt(place), place, undefined, NO_COUNTERS);
    if (rows[row + COUNT]! > 0) {
      const text = pieces[rows[row + PIECE]!]!;
      const stretch = { text, start: rows[row + START]!, end: rows[row + END]!, line: rows[row + LINE]! };
      chain.addStretch(stretch, rows[row + COUNT]!);
    }
    this.objects.set(place, chain);
    rows[row + PIECE] = AS_OBJECT;
    return chain;
  }

  private pieceOf(text: string): number {
    const { pieces } = this;
    if (pieces[pieces.length - 1] !== text) pieces.push(text);
    return pieces.length - 1;
  }

  /** `start`: the first columns of the row. */
  private addRow(hash: number, start: readonly [namePiece: number, from: number, to: number, piece: number]): void {
    const row = this.count * WIDTH;
    if (row === this.rows.length) {
      const rows = new Int32Array(row * 2);
      rows.set(this.rows);
      this.rows = rows;
    }
    const { rows } = this;
    rows.set(start, row);
    rows[row + COUNT] = 0;
    this.count++;
    if (this.count * 4 > this.slots.length) this.spread(this.slots.length * 2);
    if (!this.take(hash, this.count)) this.crowded.set(this.nameAt(this.count - 1), this.count - 1);
  }

  private find(text: string, start: number, end: number, hash: number): number {
    const { slots } = this;
    const mask = slots.length - 2;
    for (let i = 0, at = (hash << 1) & mask; i < MOST_PROBES; i++, at = (at + 2) & mask) {
      const place = slots[at + 1]! - 1;
      if (place < 0) return -1;
      if (slots[at] === hash && this.isNamed(place, text, start, end)) return place;
    }
    return this.crowded.get(text.slice(start, end)) ?? -1;
  }

  /** Puts a row, from 1, at the first free of its places; false when none is. */
  private take(hash: number, row: number): boolean {
    const { slots } = this;
    const mask = slots.length - 2;
    for (let i = 0, at = (hash << 1) & mask; i < MOST_PROBES; i++, at = (at + 2) & mask) {
      if (slots[at + 1] !== 0) continue;
      slots[at] = hash;
      slots[at + 1] = row;
      return true;
    }
    return false;
  }

  /** Makes other room for the names, without those of one row, from 1. */
  private spread(length: number, without = 0): void {
    const before = this.slots;
    this.slots = new Int32Array(length);
    for (let at = 0; at < before.length; at += 2) {
      const row = before[at + 1]!;
      if (row !== 0 && row !== without && !this.take(before[at]!, row)) this.crowded.set(this.nameAt(row - 1), row - 1);
    }
    for (const [name, place] of this.crowded)
      if (place + 1 === without || this.take(hashOf(name, 0, name.length), place + 1)) this.crowded.delete(name);
  }
}

/** Whether what stands at `at` of `a` is what stands between `start` and `end` of `b`; from the end, where names differ. */
function areSame(a: string, at: number, b: string, start: number, end: number): boolean {
  const shift = at - start;
  for (let i = end - 1; i >= start; i--) if (a.charCodeAt(i + shift) !== b.charCodeAt(i)) return false;
  return true;
}

/** Of the characters between two places, 32 bits. */
export function hashOf(text: string, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i++) hash = Math.imul(hash, 0x01000193) ^ text.charCodeAt(i);
  return hash ^ (hash >>> 15);
}
