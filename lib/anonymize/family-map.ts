/** The addresses of one family with their replacements. */
import { ipFromValue } from "../net/ip.js";
import { allocateBlocks, fixedBlocks, type Block, type Named } from "./address-blocks.js";
import { BITS, place, type Reckoning } from "./place-addresses.js";
import type { StandIn } from "./template.js";

const MOST_TRIES = 16;
/** Addresses placed in all tries together; the first is made in any case. */
const MOST_PLACED = 100_000;

/** An address of the input, and what stands for it without anything behind it. */
interface Spot<T> extends StandIn {
  readonly value: T;
  /** Of the widest network that it is named with. */
  prefix: number;
  /** What it becomes in this try. */
  placed: T | undefined;
  /** What it becomes; undefined when it stays. */
  image: T | undefined;
  /** Another address, or its network, becomes this one. */
  isReused: boolean;
  made: string;
  piece: number | undefined;
}

/** An address with the length of its network. */
interface Network<T> extends StandIn {
  readonly spot: Spot<T>;
  readonly prefix: number;
  readonly behind: string;
  made: string;
}

export class FamilyMap<T extends number | bigint> {
  readonly #reckoning: Reckoning<T>;
  readonly #bits: number;
  readonly #spots = new Map<T, Spot<T>>();
  readonly #networks: Network<T>[] = [];
  #isSettled = false;

  constructor(reckoning: Reckoning<T>) {
    this.#reckoning = reckoning;
    this.#bits = BITS[reckoning.family];
  }

  known(value: T): StandIn | undefined {
    return this.#spots.get(value);
  }

  standIn(value: T, text: string, prefix: number, behind: string): StandIn {
    const known = this.#spots.get(value);
    if (known && !this.#isSettled) known.prefix = Math.min(known.prefix, prefix);
    const spot = known ?? newSpot(value, text, prefix);
    if (!known && !this.#isSettled) this.#spots.set(value, spot);
    if (behind === "") return spot;
    const network = { spot, prefix, behind, made: text + behind };
    if (this.#isSettled) this.#settleNetwork(network);
    else this.#networks.push(network);
    return network;
  }

  settle(): void {
    this.#chooseImages();
    for (const spot of this.#spots.values()) {
      const { image, prefix } = spot;
      if (image === undefined) continue;
      spot.made = this.#text(image);
      const reused = this.#spots.get(image);
      if (reused) reused.isReused = true;
      const network = prefix < this.#bits && this.#spots.get(this.#reckoning.networkOf(image, prefix));
      if (network) network.isReused = true;
    }
    for (const own of this.#networks) this.#settleNetwork(own);
    this.#isSettled = true;
  }

  isSecret(value: T): boolean {
    const spot = this.#spots.get(value);
    return spot !== undefined && isSecret(spot);
  }

  *secrets(): Generator<T> {
    for (const spot of this.#spots.values()) if (isSecret(spot)) yield spot.value;
  }

  get count(): number {
    let count = 0;
    for (const { image } of this.#spots.values()) if (image !== undefined) count++;
    return count;
  }

  /** Each address with its replacement, sorted. */
  entries(): [string, string][] {
    return [...this.#spots.values()]
      .filter(({ image }) => image !== undefined)
      .sort((a, b) => (a.value < b.value ? -1 : 1))
      .map(({ value, made }) => [this.#text(value), made]);
  }

  #text(value: T): string {
    return ipFromValue(this.#reckoning.family, BigInt(value)).text;
  }

  /** A network's own address becomes its network's. */
  #settleNetwork(own: Network<T>): void {
    const { value, image, made } = own.spot;
    if (image === undefined) return;
    const { networkOf } = this.#reckoning;
    const isNetwork = own.prefix < this.#bits && networkOf(value, own.prefix) === value;
    own.made = (isNetwork ? this.#text(networkOf(image, own.prefix)) : made) + own.behind;
  }

  /** Of several ways to place the addresses, the one where the fewest become another address of the input. */
  #chooseImages(): void {
    const spots = [...this.#spots.values()];
    const tries = Math.min(MOST_TRIES, 1 + Math.floor(MOST_PLACED / (spots.length + 1)));
    let fewest = Infinity;
    for (let salt = 0; salt < tries && fewest > 0; salt++) {
      this.#place(spots, salt);
      let reused = 0;
      for (const { value, placed } of spots)
        if (placed !== undefined && placed !== value && this.#spots.get(placed)?.placed !== undefined) reused++;
      if (reused >= fewest) continue;
      fewest = reused;
      for (const spot of spots) spot.image = spot.placed;
    }
  }

  #place(spots: readonly Spot<T>[], salt: number): void {
    const reckoning = this.#reckoning;
    const placed = (value: T, image: T) => (this.#spots.get(value)!.placed = image);
    for (const spot of spots) spot.placed = undefined;
    for (const [{ prefix, target }, values] of this.#groups(spots, salt)) {
      values.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      const image = reckoning.of(target >> BigInt(this.#bits - prefix));
      place({ reckoning, salt, values, placed }, 0, values.length, prefix, image);
    }
  }

  /** Which addresses go to which block. */
  #groups(spots: readonly Spot<T>[], salt: number): ReadonlyMap<Block, T[]> {
    const { family, networkOf } = this.#reckoning;
    const groups = new Map<Block, T[]>();
    const add = (block: Block, value: T) => {
      const values = groups.get(block);
      if (values) values.push(value);
      else groups.set(block, [value]);
    };
    const fixed = fixedBlocks(this.#reckoning);
    const outside: Spot<T>[] = [];
    for (const spot of spots) {
      const block = fixed(spot.value);
      if (block === undefined) outside.push(spot);
      else if (block !== "kept" && spot.prefix >= block.prefix) add(block, spot.value);
    }
    const named = outside.map(({ value, prefix }): Named => ({ value: BigInt(value), prefix }));
    const blocks = allocateBlocks(family, named, salt);
    const byKey = new Map(blocks.map((block) => [`${block.base}/${block.prefix}`, block]));
    const lengths = [...new Set(blocks.map(({ prefix }) => prefix))];
    for (const { value } of outside)
      for (const length of lengths) {
        const block = byKey.get(`${networkOf(value, length)}/${length}`);
        if (block) add(block, value);
      }
    return groups;
  }
}

function newSpot<T>(value: T, text: string, prefix: number): Spot<T> {
  return { value, prefix, placed: undefined, image: undefined, isReused: false, made: text, piece: undefined };
}

/** The reverse of what was given out is no secret: it stands in the output on its own account. */
function isSecret<T>({ image, value, isReused }: Spot<T>): boolean {
  return image !== undefined && image !== value && !isReused;
}
