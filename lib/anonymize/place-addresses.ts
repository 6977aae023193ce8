/** Places addresses so that networks hold what they held, in the same order. */
import type { IPFamily } from "../net/ip.js";
import { hash } from "../platform/hash.js";

export const BITS: Readonly<Record<IPFamily, number>> = { IPv4: 32, IPv6: 128 };

/** How numbers of one family are reckoned with: those of IPv4 are numbers, a dump has hundreds of thousands of them. */
export interface Reckoning<T extends number | bigint> {
  readonly family: IPFamily;
  of(value: bigint): T;
  /** The value with the bits behind the prefix cleared. */
  networkOf(value: T, prefix: number): T;
  /** How many leading bits two different values share; all of them when they are the same. */
  shared(a: T, b: T): number;
  /** Whether the bit is set, counted from the front. */
  bit(value: T, at: number): boolean;
  /** The leading bits `image` with one more behind them. */
  then(image: T, bit: 0 | 1): T;
  /** The leading bits `image` with bits that are made from the seed behind them. */
  append(image: T, count: number, seed: string): T;
}

export const IPV4: Reckoning<number> = {
  family: "IPv4",
  of: Number,
  networkOf: (value, prefix) => (prefix === 0 ? 0 : (value & (-1 << (32 - prefix))) >>> 0),
  shared: (a, b) => Math.clz32(a ^ b),
  bit: (value, at) => ((value >>> (31 - at)) & 1) === 1,
  then: (image, bit) => image * 2 + bit,
  append: (image, count, seed) =>
    count === 0 ? image : image * 2 ** count + (parseInt(madeHex(seed, 8), 16) >>> (32 - count)),
};

export const IPV6: Reckoning<bigint> = {
  family: "IPv6",
  of: (value) => value,
  networkOf: (value, prefix) => (value >> BigInt(128 - prefix)) << BigInt(128 - prefix),
  shared: (a, b) => (a === b ? 128 : 128 - (a ^ b).toString(2).length),
  bit: (value, at) => ((value >> BigInt(127 - at)) & 1n) === 1n,
  then: (image, bit) => (image << 1n) | BigInt(bit),
  append: (image, count, seed) =>
    count === 0 ? image : (image << BigInt(count)) | (BigInt(`0x${madeHex(seed, 32)}`) >> BigInt(128 - count)),
};

function madeHex(seed: string, digits: number): string {
  return hash("sha256", seed, "hex").slice(0, digits);
}

export interface Placing<T extends number | bigint> {
  readonly reckoning: Reckoning<T>;
  readonly salt: number;
  /** Sorted, each once. */
  readonly values: readonly T[];
  /** Takes what a value becomes. */
  placed(value: T, image: T): void;
}

/** Places the values from `from` to `to`, which share their first `depth` bits; `image`: what these became. */
export function place<T extends number | bigint>(
  placing: Placing<T>,
  from: number,
  to: number,
  depth: number,
  image: T,
): void {
  const { reckoning, values, salt } = placing;
  const bits = BITS[reckoning.family];
  const first = values[from]!;
  const shared = reckoning.shared(first, values[to - 1]!);
  const made = shared === depth ? image : reckoning.append(image, shared - depth, `${salt} ${depth} ${image}`);
  if (shared === bits) return placing.placed(first, made);
  let middle = from + 1;
  for (let high = to - 1; middle < high;) {
    const probe = (middle + high) >> 1;
    if (reckoning.bit(values[probe]!, shared)) high = probe;
    else middle = probe + 1;
  }
  place(placing, from, middle, shared + 1, reckoning.then(made, 0));
  place(placing, middle, to, shared + 1, reckoning.then(made, 1));
}
