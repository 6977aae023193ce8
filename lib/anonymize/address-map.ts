/** Replacements of addresses that keep which network holds which. */
import { ipFromValue, type IPAddress, type IPFamily } from "../net/ip.js";
import { hash } from "../platform/hash.js";
import type { StandIn } from "./template.js";
import { allocateBlocks, BITS, fixedBlocks, type Block, type Named } from "./address-blocks.js";

const FAMILIES = ["IPv4", "IPv6"] as const;
const MOST_TRIES = 16;
/** Addresses placed in all tries together; the first is made in any case. */
const MOST_PLACED = 100_000;

/**
 * Two addresses share as many leading bits after it as before, so a network goes to a network of the same length that
 * holds the same members, in the same order. Only where the input has addresses on both sides of a bit is the bit kept;
 * all others are made from what was given out before, and say nothing of the original.
 */
export class AddressMap {
  readonly #spots: Record<IPFamily, Map<bigint, Spot>> = { IPv4: new Map(), IPv6: new Map() };
  readonly #standIns: AddressStandIn[] = [];
  /** What others became. */
  readonly #reused: Record<IPFamily, Set<bigint>> = { IPv4: new Set(), IPv6: new Set() };
  #isSettled = false;

  /** The address in its place with `behind` behind it; its own before `settle`. `prefix`: bits of its network. */
  standIn({ family, value, text }: IPAddress, prefix: number, behind = ""): StandIn {
    const known = this.#spots[family].get(value);
    const made = { spot: known ?? { family, value, prefix, image: undefined }, prefix, behind, made: text + behind };
    if (this.#isSettled) return known ? settled(made) : made;
    this.#standIns.push(made);
    if (known) known.prefix = Math.min(known.prefix, prefix);
    else this.#spots[family].set(value, made.spot);
    return made;
  }

  settle(): void {
    for (const family of FAMILIES) {
      const spots = this.#spots[family];
      for (const [value, image] of bestImages(family, spots)) spots.get(value)!.image = image;
      for (const { prefix, image } of spots.values()) {
        if (image === undefined) continue;
        this.#reused[family].add(image).add(networkOf(family, image, prefix));
      }
    }
    for (const own of this.#standIns) settled(own);
    this.#isSettled = true;
  }

  /** Whether the text is an address of the input that must not be in the output. */
  isSecret({ family, value }: IPAddress): boolean {
    const image = this.#spots[family].get(value)?.image;
    return image !== undefined && image !== value && !this.#reused[family].has(value);
  }

  /** The IPv4 ones of these, as 32-bit numbers. */
  *secretIPv4(): Generator<number> {
    for (const { value, image } of this.#spots.IPv4.values())
      if (image !== undefined && image !== value && !this.#reused.IPv4.has(value)) yield Number(value);
  }

  /** How many there are with a replacement. */
  get count(): number {
    let count = 0;
    for (const family of FAMILIES)
      for (const { image } of this.#spots[family].values()) if (image !== undefined) count++;
    return count;
  }

  /** Each address with its replacement, sorted. */
  entries(): [string, string][] {
    const text = (family: IPFamily, value: bigint) => ipFromValue(family, value).text;
    return FAMILIES.flatMap((family) =>
      [...this.#spots[family].values()]
        .sort((a, b) => (a.value < b.value ? -1 : 1))
        .flatMap(({ value, image }) =>
          image === undefined ? [] : [[text(family, value), text(family, image)] as [string, string]],
        ),
    );
  }
}

/** An address of the input. */
interface Spot {
  readonly family: IPFamily;
  readonly value: bigint;
  /** Of the widest network that it is named with. */
  prefix: number;
  /** What it becomes; undefined when it stays. */
  image: bigint | undefined;
}

interface AddressStandIn {
  readonly spot: Spot;
  readonly prefix: number;
  readonly behind: string;
  made: string;
}

function settled(own: AddressStandIn): StandIn {
  const { family, value, image } = own.spot;
  if (image === undefined) return own;
  const isNetwork = networkOf(family, value, own.prefix) === value;
  own.made = ipFromValue(family, isNetwork ? networkOf(family, image, own.prefix) : image).text + own.behind;
  return own;
}

function networkOf(family: IPFamily, value: bigint, prefix: number): bigint {
  const host = BigInt(BITS[family] - prefix);
  return (value >> host) << host;
}

/** Of several ways to place the addresses, the one where the fewest become another address of the input. */
function bestImages(family: IPFamily, spots: ReadonlyMap<bigint, Spot>): ReadonlyMap<bigint, bigint> {
  let best: ReadonlyMap<bigint, bigint> = new Map();
  let fewest = Infinity;
  const tries = Math.min(MOST_TRIES, 1 + Math.floor(MOST_PLACED / (spots.size + 1)));
  for (let salt = 0; salt < tries && fewest > 0; salt++) {
    const images = imagesOf(family, spots, salt);
    let reused = 0;
    for (const [from, to] of images) if (from !== to && images.has(to)) reused++;
    if (reused < fewest) [best, fewest] = [images, reused];
  }
  return best;
}

function imagesOf(family: IPFamily, spots: ReadonlyMap<bigint, Spot>, salt: number): Map<bigint, bigint> {
  const images = new Map<bigint, bigint>();
  const groups = new Map<Block, bigint[]>();
  const outside: Named[] = [];
  const add = (block: Block, value: bigint) => {
    const values = groups.get(block);
    if (values) values.push(value);
    else groups.set(block, [value]);
  };
  const fixed = fixedBlocks(family);
  for (const { value, prefix } of spots.values()) {
    const block = fixed(value);
    if (block === undefined) outside.push({ value, prefix });
    else if (block !== "kept" && prefix >= block.prefix) add(block, value);
  }
  const blocks = allocateBlocks(family, outside, salt);
  const byKey = new Map(blocks.map((block) => [`${block.base}/${block.prefix}`, block]));
  const lengths = [...new Set(blocks.map(({ prefix }) => prefix))];
  for (const { value } of outside)
    for (const length of lengths) {
      const host = BigInt(BITS[family] - length);
      const block = byKey.get(`${(value >> host) << host}/${length}`);
      if (block) add(block, value);
    }
  for (const [block, values] of groups) {
    values.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const { prefix, target } = block;
    place(
      { bits: BITS[family], salt, values, images },
      0,
      values.length,
      prefix,
      target >> BigInt(BITS[family] - prefix),
    );
  }
  return images;
}

interface Placing {
  readonly bits: number;
  readonly salt: number;
  /** Sorted, each once. */
  readonly values: readonly bigint[];
  readonly images: Map<bigint, bigint>;
}

/** Places the values from `from` to `to`, which share their first `depth` bits; `image`: what these became. */
function place(placing: Placing, from: number, to: number, depth: number, image: bigint): void {
  const { bits, values, images, salt } = placing;
  const first = values[from]!;
  const shared = bits - bitLength(first ^ values[to - 1]!);
  const made = (image << BigInt(shared - depth)) | madeBits(`${salt} ${depth} ${image}`, shared - depth);
  if (shared === bits) return void images.set(first, made);
  let middle = from + 1;
  const bit = BigInt(bits - shared - 1);
  for (let high = to - 1; middle < high;) {
    const probe = (middle + high) >> 1;
    if ((values[probe]! >> bit) & 1n) high = probe;
    else middle = probe + 1;
  }
  place(placing, from, middle, shared + 1, made << 1n);
  place(placing, middle, to, shared + 1, (made << 1n) | 1n);
}

function bitLength(value: bigint): number {
  return value < 0x1_0000_0000n ? 32 - Math.clz32(Number(value)) : value.toString(2).length;
}

function madeBits(seed: string, count: number): bigint {
  if (count === 0) return 0n;
  return BigInt(`0x${hash("sha256", seed, "hex").slice(0, 32)}`) >> BigInt(128 - count);
}
