/** Chains of a captured table by name, as rows of numbers: a large node has hundreds of thousands of them. */
import { NumberRoom } from "../../util/number-room.js";
import { AlikeChains } from "./alike-chains.js";
import type { CapturedChains } from "./capture.js";
import { ChainLines, detached } from "./chain-lines.js";
import type { NamedFilling } from "./chain-pattern.js";
import { areSame } from "./same-stretch.js";
import type { Counters } from "./types.js";

/**
 * Columns of a row. The name and the rules are stretches of pieces of text; of a chain that fills a pattern the address stands
 * at START and the port at END, and what is neither is an object instead.
 */
const NAME_PIECE = 0;
const NAME_START = 1;
const NAME_END = 2;
/** Below 0: the chain is an object, or fills a pattern. */
const PIECE = 3;
const START = 4;
const END = 5;
const LINE = 6;
const COUNT = 7;
const WIDTH = 8;

const AS_OBJECT = -1;
/** The pattern of number 0; those of others are below. */
const AS_PATTERN = -2;

/** A piece is copied when a part of it, one in so many characters, is in patterns. */
const WORTH_COPYING = 4;

/** Chains from which on there is room for all that a file of its size may hold. */
const MANY = 8192;
/** Characters of a table for each of its chains, at least. */
const CHAIN_LENGTH = 280;
/** How many times the chains there are there may be rows for, where those that are not used take no memory. */
const MANY_ROWS = 32;
/** A smaller file is not worth a room: its tables are small, and every room counts as much against V8's next collection. */
const WORTH_ROOM = 16 * 1024 * 1024;
/** Numbers for a chain: a row, and places for its name in all tables of names, each twice as large as the one before. */
const NUMBERS_OF_CHAIN = WIDTH + 16;

/** Places looked at for a name; what finds none of them free stands in a map, so that no names can make this slow. */
const MOST_PROBES = 16;

const NO_COUNTERS: Counters = { packets: 0, bytes: 0 };

/**
 * In the order declared. Collects lines while a capture is read; afterwards it is read only. A chain is known by its
 * place in that order, from 0, and is made an object when somebody asks for it: the same one each time.
 */
export class ChainTable implements CapturedChains {
  private readonly pieces: string[] = [];
  private readonly alike = new AlikeChains();
  /** Of the piece added last: chains whose rules begin there, whether names stand there, and characters that patterns hold. */
  private begun: number[] = [];
  private hasNames = false;
  private held = 0;
  /** The last chain whose rules are a stretch, until it is looked at for a pattern. */
  private unlearned = -1;
  /** Behind the chain asked for last. */
  private following = 0;
  private rows = new Int32Array(16 * WIDTH);
  private count = 0;
  private readonly objects = new Map<number, ChainLines>();
  /** Pairs of a name's hash and its row, from 1; 0 where there is none. */
  private slots = new Int32Array(64);
  private readonly crowded = new Map<string, number>();

  /** `length`: of the file that the table stands in, where that is known; `room`: for the tables of that file. */
  constructor(
    private readonly length = 0,
    private readonly room?: NumberRoom,
  ) {}

  get size(): number {
    return this.count;
  }

  /** Adds the chain whose name stands at `start` of a text, without policy and counters; false when it is there already. */
  declareAt(text: string, start: number, end: number): boolean {
    const hash = hashOf(text, start, end);
    if (this.find(text, start, end, hash) >= 0) return false;
    this.addRow(hash, this.pieceOf(text), start, end, 0);
    this.hasNames = true;
    return true;
  }

  /** Adds a chain, or puts an empty one in the place of the one of that name; gives its place. */
  declare(name: string, policy: string | undefined, counters: Counters | undefined): number {
    const known = this.placeOf(name);
    const place = known < 0 ? this.count : known;
    this.objects.set(place, new ChainLines(name, known < 0 ? place : -1, policy, counters));
    if (known < 0) this.addRow(hashOf(name, 0, name.length), 0, 0, 0, AS_OBJECT);
    else this.rows[place * WIDTH + PIECE] = AS_OBJECT;
    return place;
  }

  /** Adds the line from `start` up to `end` (where its line feed is) of `text` to the chain at a place. */
  addFrom(place: number, text: string, start: number, end: number, line: number): void {
    const { rows } = this;
    const row = place * WIDTH;
    const piece = rows[row + PIECE]!;
    if (piece < 0) return this.at(place).addFrom(text, start, end, line);
    if (rows[row + COUNT] === 0) {
      rows[row + PIECE] = this.pieceOf(text);
      this.begun.push(place);
      this.unlearned = place;
      rows[row + START] = start;
      rows[row + LINE] = line;
    } else if (rows[row + END]! + 1 !== start || this.pieces[piece] !== text)
      return this.at(place).addFrom(text, start, end, line);
    rows[row + END] = end;
    rows[row + COUNT]!++;
  }

  /**
   * Adds all lines at `start`, the first of a chain, where they fill a pattern: their text is not kept. `nameEnd`: where the
   * name in the first of them ends. Gives how many lines; 0 where `addFrom` has to add them one by one.
   */
  addAlike(place: number, text: string, start: number, nameEnd: number, line: number): number {
    const { rows, alike } = this;
    const row = place * WIDTH;
    if (this.unlearned >= 0) this.learn(this.unlearned);
    if (rows[row + PIECE]! < 0 || rows[row + COUNT] !== 0) return 0;
    const pattern = alike.match(text, start, nameEnd);
    if (pattern < 0) return 0;
    const count = alike.lineCountOf(pattern);
    rows[row + PIECE] = AS_PATTERN - pattern;
    rows[row + START] = alike.address;
    rows[row + END] = alike.port;
    rows[row + LINE] = line;
    rows[row + COUNT] = count;
    this.held += alike.end - start;
    return count;
  }

  /** Where the last of the lines ends that `addAlike` has added. */
  get alikeEnd(): number {
    return this.alike.end;
  }

  private learn(place: number): void {
    const { rows, pieces } = this;
    const row = place * WIDTH;
    this.unlearned = -1;
    const piece = rows[row + PIECE]!;
    if (piece < 0 || rows[row + COUNT]! > 8) return;
    this.alike.learn(pieces[piece]!.slice(rows[row + START], rows[row + END]), this.nameAt(place));
  }

  /** Called when all lines of a text are added: where patterns hold much of it, the rest is copied and the text let go. */
  leaveText(text: string): void {
    const { rows, pieces, begun, held } = this;
    const piece = pieces.length - 1;
    const isCopied = !this.hasNames && held * WORTH_COPYING > text.length && pieces[piece] === text;
    this.begun = [];
    this.hasNames = false;
    this.held = 0;
    this.unlearned = -1;
    if (!isCopied) return;
    const texts: string[] = [];
    let at = 0;
    for (const place of begun) {
      const row = place * WIDTH;
      if (rows[row + PIECE] !== piece) continue;
      const own = text.slice(rows[row + START], rows[row + END]);
      texts.push(own);
      rows[row + START] = at;
      rows[row + END] = at + own.length;
      at += own.length + 1;
    }
    pieces[piece] = detached(texts.join("\n"));
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
    const place = this.placeInTurn(name);
    return place >= 0 && this.holds(place, text) ? place : -1;
  }

  /** One step for all after the other: the processor waits once for what is far away in memory. */
  placesFilled(chains: readonly NamedFilling[]): Int32Array {
    const { slots, rows, pieces, alike } = this;
    const mask = slots.length - 2;
    const places = new Int32Array(chains.length);
    for (let i = 0; i < places.length; i++) {
      const { name, filling } = chains[i]!;
      places[i] = filling ? (hashOf(name, 0, name.length) << 1) & mask : -1;
    }
    for (let i = 0; i < places.length; i++) if (places[i]! >= 0) places[i] = slots[places[i]! + 1]! - 1;
    for (let i = 0; i < places.length; i++) {
      const place = places[i]!;
      const row = place * WIDTH;
      if (place >= 0 && rows[row + PIECE]! > AS_PATTERN) places[i] = -1;
    }
    for (let i = 0; i < places.length; i++) {
      const place = places[i]!;
      if (place < 0) continue;
      const row = place * WIDTH;
      const { name } = chains[i]!;
      const last = pieces[rows[row + NAME_PIECE]!]!.charCodeAt(rows[row + NAME_END]! - 1);
      if (last !== name.charCodeAt(name.length - 1)) places[i] = -1;
    }
    for (let i = 0; i < places.length; i++) {
      const { name, filling } = chains[i]!;
      if (!filling) continue;
      let place = places[i]!;
      if (place < 0 || !this.isNamed(place, name, 0, name.length)) place = this.placeOf(name);
      const row = place * WIDTH;
      const number = alike.numberOf(filling.pattern);
      const isHeld =
        place >= 0 &&
        number >= 0 &&
        rows[row + PIECE] === AS_PATTERN - number &&
        rows[row + START] === (filling.address | 0) &&
        rows[row + END] === filling.port;
      places[i] = isHeld ? place : -1;
    }
    return places;
  }

  /** The same as `placeOf`, sooner where names are asked for in the order declared. */
  private placeInTurn(name: string): number {
    const { following } = this;
    const isNext = following < this.count && this.isNamed(following, name, 0, name.length);
    const place = isNext ? following : this.placeOf(name);
    if (place >= 0) this.following = place + 1;
    return place;
  }

  private holds(place: number, text: string): boolean {
    const { rows } = this;
    const row = place * WIDTH;
    const piece = rows[row + PIECE]!;
    const start = rows[row + START]!;
    if (piece === AS_OBJECT || rows[row + COUNT] === 0) return false;
    if (piece <= AS_PATTERN) return this.filledText(place) === text;
    const end = rows[row + END]!;
    return end - start === text.length && this.pieces[piece]!.slice(start, end) === text;
  }

  /** Of a chain that fills a pattern. */
  private filledText(place: number): string {
    const { rows } = this;
    const row = place * WIDTH;
    const number = AS_PATTERN - rows[row + PIECE]!;
    return this.alike.textOf(number, this.nameAt(place), rows[row + START]!, rows[row + END]!);
  }

  /** Names that begin so, in the order declared. */
  *namesWith(prefix: string): Iterable<string> {
    for (let place = 0; place < this.count; place++) if (this.startsWith(place, prefix)) yield this.nameAt(place);
  }

  /** Names of the chains that have rules, in the order declared. */
  *filledNames(): Iterable<string> {
    for (let place = 0; place < this.count; place++) if (this.sizeAt(place) > 0) yield this.nameAt(place);
  }

  private sizeAt(place: number): number {
    const row = place * WIDTH;
    return this.rows[row + PIECE] === AS_OBJECT ? this.objects.get(place)!.size : this.rows[row + COUNT]!;
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
    const piece = rows[row + PIECE]!;
    const line = rows[row + LINE]!;
    if (piece <= AS_PATTERN) {
      const text = this.filledText(place);
      chain.addStretch({ text, start: 0, end: text.length, line }, rows[row + COUNT]!);
    } else if (rows[row + COUNT]! > 0) {
      const text = pieces[piece]!;
      chain.addStretch({ text, start: rows[row + START]!, end: rows[row + END]!, line }, rows[row + COUNT]!);
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

  /** Where the name stands, and `piece`: the columns that a chain without rules has. */
  private addRow(hash: number, namePiece: number, nameStart: number, nameEnd: number, piece: number): void {
    const row = this.count * WIDTH;
    if (row === this.rows.length) {
      const { rows } = this;
      const likely = this.likelyCount(this.room ? MANY_ROWS : undefined);
      this.rows = this.numbers(Math.max(this.count * 2, likely) * WIDTH);
      this.rows.set(rows);
    }
    const { rows } = this;
    rows[row + NAME_PIECE] = namePiece;
    rows[row + NAME_START] = nameStart;
    rows[row + NAME_END] = nameEnd;
    rows[row + PIECE] = piece;
    rows[row + COUNT] = 0;
    this.count++;
    if (this.count * 4 > this.slots.length) this.spread(roomFor(Math.max(this.count, this.likelyCount())));
    if (!this.take(hash, this.count)) this.crowded.set(this.nameAt(this.count - 1), this.count - 1);
  }

  /** How many chains to have room for: going by the file's size, but at most so many `times` those there are. */
  private likelyCount(times = 4): number {
    const { count } = this;
    return count < MANY ? count : Math.min(count * times, Math.floor(this.length / CHAIN_LENGTH));
  }

  /** So many zeros. */
  private numbers(length: number): Int32Array<ArrayBuffer> {
    return this.count < MANY || !this.room ? new Int32Array(length) : this.room.take(length);
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
    this.slots = this.numbers(length);
    for (let at = 0; at < before.length; at += 2) {
      const row = before[at + 1]!;
      if (row !== 0 && row !== without && !this.take(before[at]!, row)) this.crowded.set(this.nameAt(row - 1), row - 1);
    }
    for (const [name, place] of this.crowded)
      if (place + 1 === without || this.take(hashOf(name, 0, name.length), place + 1)) this.crowded.delete(name);
  }
}

/** Room for the tables of a file of so many characters; undefined where they are small. */
export function roomOfFile(length: number): NumberRoom | undefined {
  return length < WORTH_ROOM ? undefined : new NumberRoom(Math.floor(length / CHAIN_LENGTH) * NUMBERS_OF_CHAIN);
}

/** Numbers for the hashes of so many chains: a power of two. */
function roomFor(count: number): number {
  let length = 64;
  while (count * 4 > length) length *= 2;
  return length;
}

/** Of the characters between two places, 32 bits. */
export function hashOf(text: string, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i++) hash = Math.imul(hash, 0x01000193) ^ text.charCodeAt(i);
  return hash ^ (hash >>> 15);
}
