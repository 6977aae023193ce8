/** Replacements of addresses that keep which network holds which. */
import { ipFromValue, type IPAddress, type IPFamily } from "../net/ip.js";
import { hash } from "../platform/hash.js";
import { allocateBlocks, BITS, fixedBlock, type Block, type Named } from "./address-blocks.js";

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
  readonly #named: Record<IPFamily, Map<bigint, number>> = { IPv4: new Map(), IPv6: new Map() };
  readonly #images: Record<IPFamily, Map<bigint, bigint>> = { IPv4: new Map(), IPv6: new Map() };
  #isSettled = false;
  /** Original addresses that are the replacement of others. */
  #reused: ReadonlySet<string> = new Set();

  /** The text of the address in its place; before `settle` its own, and it is known then. `prefix`: bits of its network. */
  map({ family, value, text }: IPAddress, prefix: number): string {
    if (!this.#isSettled) {
      const known = this.#named[family].get(value);
      this.#named[family].set(value, Math.min(prefix, known ?? prefix));
      return text;
    }
    const image = this.#images[family].get(value);
    if (image === undefined) return text;
    const host = BigInt(BITS[family] - prefix);
    const isNetwork = (value >> host) << host === value;
    return ipFromValue(family, isNetwork ? (image >> host) << host : image).text;
  }

  settle(): void {
    for (const family of FAMILIES) {
      let best: Map<bigint, bigint> | undefined;
      let fewest = Infinity;
      const tries = Math.min(MOST_TRIES, 1 + Math.floor(MOST_PLACED / (this.#named[family].size + 1)));
      for (let salt = 0; salt < tries && fewest > 0; salt++) {
        const images = imagesOf(family, this.#named[family], salt);
        const reused = [...images].filter(([from, to]) => from !== to && images.has(to)).length;
        if (reused < fewest) [best, fewest] = [images, reused];
      }
      for (const [from, to] of best ?? []) this.#images[family].set(from, to);
    }
    this.#reused = new Set(
      FAMILIES.flatMap((family) =>
        [...this.#images[family]].flatMap(([value, image]) => {
          const texts = [ipFromValue(family, image).text];
          const host = BigInt(BITS[family] - (this.#named[family].get(value) ?? BITS[family]));
          if (host > 0n) texts.push(ipFromValue(family, (image >> host) << host).text);
          return texts;
        }),
      ),
    );
    this.#isSettled = true;
  }

  /** Whether the text is an address of the input that must not be in the output. */
  isSecret(ip: IPAddress): boolean {
    const image = this.#images[ip.family].get(ip.value);
    return image !== undefined && image !== ip.value && !this.#reused.has(ip.text);
  }

  /** Each address with its replacement, sorted. */
  entries(): [string, string][] {
    return FAMILIES.flatMap((family) =>
      [...this.#images[family]]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([from, to]): [string, string] => [ipFromValue(family, from).text, ipFromValue(family, to).text]),
    );
  }
}

function imagesOf(family: IPFamily, named: ReadonlyMap<bigint, number>, salt: number): Map<bigint, bigint> {
  const images = new Map<bigint, bigint>();
  const groups = new Map<string, { block: Block; values: bigint[] }>();
  const outside: Named[] = [];
  const add = (block: Block, value: bigint) => {
    const key = `${block.base}/${block.prefix}`;
    const group = groups.get(key);
    if (group) group.values.push(value);
    else groups.set(key, { block, values: [value] });
  };
  for (const [value, prefix] of named) {
    const block = fixedBlock(family, value);
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
  for (const { block, values } of groups.values()) {
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
  return value === 0n ? 0 : value.toString(2).length;
}

function madeBits(seed: string, count: number): bigint {
  if (count === 0) return 0n;
  return BigInt(`0x${hash("sha256", seed, "hex").slice(0, 32)}`) >> BigInt(128 - count);
}
