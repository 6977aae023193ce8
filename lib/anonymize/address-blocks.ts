/** Where addresses go: private networks stay in their range, all others go to ranges for documentation and tests. */
import { parseCIDR, type CIDR } from "../net/cidr.js";
import type { IPFamily } from "../net/ip.js";
import { BITS, type Reckoning } from "./place-addresses.js";

/** A network and the one that takes its place; both have the same length. */
export interface Block {
  readonly base: bigint;
  readonly prefix: number;
  readonly target: bigint;
}

const cidrs = (...texts: string[]): CIDR[] => texts.map((text) => parseCIDR(text)!);

/** Mean the same in every cluster: loopback, link-local, multicast, reserved. */
const KEPT = cidrs("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/96", "ff00::/8", "fe80::/64");
const PRIVATE = cidrs(
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"],
  ...["fd00::/8", "fc00::/8", "fe80::/10", "64:ff9b::/96"],
);
/** For documentation (RFC 5737, 3849, 9637), for benchmarks (RFC 2544), and reserved (RFC 1112), in the order they are used. */
const POOLS: Readonly<Record<IPFamily, readonly CIDR[]>> = {
  IPv4: cidrs("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "240.0.0.0/4"),
  IPv6: cidrs("2001:db8::/32", "3fff::/20"),
};
/** Bits of the networks that addresses outside of any private range are taken to be in, unless a shorter one is named. */
const UNIT: Readonly<Record<IPFamily, number>> = { IPv4: 24, IPv6: 48 };
const SHORTEST: Readonly<Record<IPFamily, number>> = { IPv4: 5, IPv6: 21 };

/** A network as the input names it. */
export interface Named {
  readonly value: bigint;
  readonly prefix: number;
}

const isWithin = (family: IPFamily, value: bigint, { base, prefix }: Pick<CIDR, "base" | "prefix">) => {
  const host = BigInt(BITS[family] - prefix);
  return value >> host === base >> host;
};

/** The range that an address must not leave: one network's block is one object; undefined where there is none. */
export function fixedBlocks<T extends number | bigint>({
  family,
  networkOf,
}: Reckoning<T>): (value: T) => Block | "kept" | undefined {
  const isOwn = (own: CIDR) => own.family === family;
  const kept = KEPT.filter(isOwn);
  const blocks = PRIVATE.filter(isOwn).map(({ base, prefix }) => ({ base, prefix, target: base }));
  const found = new Map<T, Block | "kept" | undefined>();
  // None of the ranges is smaller than this.
  const smallest = family === "IPv4" ? 16 : 96;
  return (value) => {
    const network = networkOf(value, smallest);
    if (found.has(network)) return found.get(network);
    const isIn = (own: Pick<CIDR, "base" | "prefix">) => isWithin(family, BigInt(value), own);
    const block = kept.some(isIn) ? "kept" : blocks.find(isIn);
    found.set(network, block);
    return block;
  };
}

/** Blocks for what lies outside of the fixed ranges. `turn`: with which pool to begin. */
export function allocateBlocks(family: IPFamily, named: readonly Named[], turn: number): Block[] {
  const pools = POOLS[family].map((pool) => ({ ...pool, next: pool.base }));
  const small = pools.splice(0, family === "IPv4" ? 3 : 0);
  const order = [...small.slice(turn % 3), ...small.slice(0, turn % 3), ...pools];
  const blocks: Block[] = [];
  for (const { base, prefix } of widest(family, named)) {
    const size = 1n << BigInt(BITS[family] - prefix);
    const pool = order.find((own) => own.next + size <= own.base + (1n << BigInt(BITS[family] - own.prefix)));
    if (!pool) continue;
    blocks.push({ base, prefix, target: pool.next });
    pool.next += size;
  }
  return blocks;
}

/** Networks that hold all that are named, none within another, the widest first: so each pool is filled without gaps. */
function widest(family: IPFamily, named: readonly Named[]): Pick<Block, "base" | "prefix">[] {
  const wanted = new Map<string, Pick<Block, "base" | "prefix">>();
  for (const { value, prefix: own } of named) {
    if (own < SHORTEST[family]) continue;
    const prefix = Math.min(own, UNIT[family]);
    const host = BigInt(BITS[family] - prefix);
    const base = (value >> host) << host;
    wanted.set(`${base}/${prefix}`, { base, prefix });
  }
  const sorted = [...wanted.values()].sort((a, b) => a.prefix - b.prefix || (a.base < b.base ? -1 : 1));
  const kept: Pick<Block, "base" | "prefix">[] = [];
  const lengths = new Set<number>();
  const taken = new Set<string>();
  for (const block of sorted) {
    const isCovered = [...lengths].some((length) => {
      const host = BigInt(BITS[family] - length);
      return taken.has(`${(block.base >> host) << host}/${length}`);
    });
    if (isCovered) continue;
    kept.push(block);
    lengths.add(block.prefix);
    taken.add(`${block.base}/${block.prefix}`);
  }
  return kept;
}
