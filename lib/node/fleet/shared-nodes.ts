/**
 * Which thread compares which node of a fleet, in memory that all of them share. The first thread has the cluster. The others
 * hash captures and hand their nodes back to it. Where more nodes wait to be compared than the threads with the cluster are
 * soon done with, another thread reads it, too. This settles who compares a node, and never what is found.
 */
import { Buffer } from "../../platform/bytes.js";

// Of a node; at first it is 0, open.
const TAKEN = 1;
const HANDED_BACK = 2;
/** The first thread has a report that does for all with the same captures. */
const KNOWN = 3;
const COMPARED = 4;
/** Another thread than the first has one. */
const KNOWN_THERE = 5;

/** Counters in front of the states. */
const NEXT = 0;
const COMPARING = 1;
const FIRST_IS_TOLD = 2;
const COUNTERS = 3;

/** A SHA-256 for each node stands behind the states; its first word, 0 where none is known, is enough to weigh the work by. */
const DIGEST_BYTES = 32;
const WORDS = DIGEST_BYTES / Int32Array.BYTES_PER_ELEMENT;

/**
 * So many nodes for each thread that compares are worth one more. Reading the cluster takes as long as comparing one to three
 * nodes (docs/fleet.md): with fewer, the thread would hardly have read it when the others are done.
 */
const WORTH_READING = 4;

/** Memory for the state of `count` nodes. */
export function memoryOfNodes(count: number): SharedArrayBuffer {
  return new SharedArrayBuffer((COUNTERS + count) * Int32Array.BYTES_PER_ELEMENT + count * DIGEST_BYTES);
}

export class SharedNodes {
  private readonly counters: Int32Array;
  private readonly states: Int32Array;
  private readonly digests: Uint8Array;
  private readonly words: Int32Array;

  constructor(memory: SharedArrayBuffer, count: number) {
    const states = COUNTERS * Int32Array.BYTES_PER_ELEMENT;
    this.counters = new Int32Array(memory, 0, COUNTERS);
    this.states = new Int32Array(memory, states, count);
    this.digests = new Uint8Array(memory, states + this.states.byteLength);
    this.words = new Int32Array(memory, states + this.states.byteLength);
  }

  /** Waits, as long as need be, until the first thread has told what it found on the first node. */
  waitForFirst(): void {
    Atomics.wait(this.counters, FIRST_IS_TOLD, 0);
  }

  firstIsTold(): void {
    Atomics.store(this.counters, FIRST_IS_TOLD, 1);
    Atomics.notify(this.counters, FIRST_IS_TOLD);
  }

  /** The next node that nobody has looked at. */
  takeOpen(): number | undefined {
    const index = Atomics.add(this.counters, NEXT, 1);
    if (index >= this.states.length) return undefined;
    Atomics.store(this.states, index, TAKEN);
    return index;
  }

  /** For the first thread: one that another handed back. */
  takeHandedBack(): number | undefined {
    return this.takeOneOf(this.inState(HANDED_BACK));
  }

  /** For other threads: one that has to be compared, as far as can be told. */
  takeUnlikeKnown(): number | undefined {
    return this.takeOneOf(this.unlikeKnown());
  }

  get hasHandedBack(): boolean {
    return this.inState(HANDED_BACK).length > 0;
  }

  /** Leaves a node that was taken to those that compare; `digest`: of its captures. */
  handBack(index: number, digest: string): void {
    this.keepDigest(index, digest);
    Atomics.store(this.states, index, HANDED_BACK);
  }

  /** Hands open nodes back until none is open or, with true, this thread should compare, too; `tell`: once one is handed back. */
  handBackOpen(hash: (index: number) => string, tell: (index: number) => void): boolean {
    for (let index = this.takeOpen(); index !== undefined; index = this.takeOpen()) {
      this.handBack(index, hash(index));
      tell(index);
      if (this.wantsThread()) return true;
    }
    return false;
  }

  /** The digest of its captures, where a thread handed the node back or the first one has a report for them. */
  digestOf(index: number): string | undefined {
    if (this.words[index * WORDS] === 0) return undefined;
    return Buffer.from(this.digests.slice(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)).toString("hex");
  }

  /** A node is compared. `knownAs`: the digest of captures for which the first thread has a report by now. */
  settle(index: number, knownAs?: string): void {
    if (knownAs !== undefined) this.keepDigest(index, knownAs);
    Atomics.store(this.states, index, knownAs === undefined ? COMPARED : KNOWN);
  }

  /** A thread other than the first has compared a node, and has a report for all with the same captures. */
  settleKnownThere(index: number): void {
    Atomics.store(this.states, index, KNOWN_THERE);
  }

  /** Whether the first thread has a report for nodes with these captures. */
  isKnown(digest: string): boolean {
    return this.inState(KNOWN).some((index) => this.digestOf(index) === digest);
  }

  /** Whether one of the first thread's reports was that of another node, too: captures are worth hashing. */
  get areAlike(): boolean {
    const words = this.inState(KNOWN).map((index) => this.words[index * WORDS]);
    return new Set(words).size < words.length;
  }

  /** Whether one more thread should read the cluster; the one that is told so is counted. */
  wantsThread(): boolean {
    const others = Atomics.load(this.counters, COMPARING);
    if (this.unlikeKnown().length < WORTH_READING * (others + 1)) return false;
    return Atomics.compareExchange(this.counters, COMPARING, others, others + 1) === others;
  }

  private keepDigest(index: number, digest: string): void {
    this.digests.set(Buffer.from(digest, "hex"), index * DIGEST_BYTES);
  }

  private takeOneOf(indices: readonly number[]): number | undefined {
    return indices.find((index) => Atomics.compareExchange(this.states, index, HANDED_BACK, TAKEN) === HANDED_BACK);
  }

  private inState(state: number): number[] {
    const found: number[] = [];
    for (let i = 0; i < this.states.length; i++) if (Atomics.load(this.states, i) === state) found.push(i);
    return found;
  }

  /**
   * Nodes that were handed back and are unlike any with a report. Of those that are alike only one, unless one like them is
   * compared already and has no report that does for others: each of them is compared, then.
   */
  private unlikeKnown(): number[] {
    const wordOf = (index: number) => this.words[index * WORDS]!;
    const told = new Set(this.inState(KNOWN).map(wordOf));
    const compared = new Set(this.inState(COMPARED).map(wordOf));
    const taken = new Set(this.inState(TAKEN).map(wordOf));
    return this.inState(HANDED_BACK).filter((index) => {
      const word = wordOf(index);
      if (told.has(word)) return false;
      if (compared.has(word)) return true;
      if (taken.has(word)) return false;
      taken.add(word);
      return true;
    });
  }
}
