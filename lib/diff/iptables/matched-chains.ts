/** The expected chains of a table beside the captured ones: those that are the same stand once, in the capture's map. */
import type { Chains, SideChain } from "./side.js";

/** Iterates the chains that differ first, in the order they were added, then the others in that of the capture. */
export class MatchedChains implements ReadonlyMap<string, SideChain> {
  /** Expected chains that are not, character for character, as captured, or not captured. */
  readonly differing = new Map<string, SideChain>();
  /** Which of the captured chains are as expected, by their index. */
  private readonly isSame: Uint8Array;
  private found: ReadonlySet<string> | undefined;

  constructor(readonly held: Chains) {
    this.isSame = new Uint8Array(held.size);
  }

  add(name: string, expected: SideChain, held: SideChain | undefined): void {
    const index = held === expected ? (held.index ?? -1) : -1;
    if (index < 0) this.differing.set(name, expected);
    else this.isSame[index] = 1;
  }

  /** Adds an expected chain that is as captured, by its index. */
  addSame(index: number): void {
    this.isSame[index] = 1;
  }

  /** Captured chains that are not expected; to be asked when all are added. */
  get extra(): ReadonlySet<string> {
    if (!this.found) {
      const extra = new Set<string>();
      let index = 0;
      for (const name of this.held.keys()) if (this.isSame[index++] !== 1 && !this.differing.has(name)) extra.add(name);
      this.found = extra;
    }
    return this.found;
  }

  get(name: string): SideChain | undefined {
    return this.differing.get(name) ?? (this.extra.has(name) ? undefined : this.held.get(name));
  }

  has(name: string): boolean {
    return this.differing.has(name) || (!this.extra.has(name) && this.held.has(name));
  }

  get size(): number {
    let size = this.held.size - this.extra.size;
    for (const name of this.differing.keys()) if (!this.held.has(name)) size++;
    return size;
  }

  *keys(): MapIterator<string> {
    yield* this.differing.keys();
    for (const name of this.held.keys()) if (!this.differing.has(name) && !this.extra.has(name)) yield name;
  }

  *entries(): MapIterator<[string, SideChain]> {
    for (const name of this.keys()) yield [name, this.get(name)!];
  }

  *values(): MapIterator<SideChain> {
    for (const [, chain] of this.entries()) yield chain;
  }

  [Symbol.iterator](): MapIterator<[string, SideChain]> {
    return this.entries();
  }

  forEach(visit: (chain: SideChain, name: string, chains: Chains) => void): void {
    for (const [name, chain] of this.entries()) visit(chain, name, this);
  }
}
