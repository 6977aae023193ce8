/** Addresses of one network, given out by the hash of a name. */
import { addressBits, type CIDR } from "../../net/cidr.js";
import { ipFromValue } from "../../net/ip.js";
import { stableHash } from "../../util/stable-hash.js";

/** Two stretches of offsets from a network's base: the second is used when the first is full. */
export interface Band {
  readonly first: bigint;
  readonly count: bigint;
}

export interface AddressPool {
  /** The address of a name: where its hash points, or the next free one. Undefined when none is free. */
  allocate(key: string): string | undefined;
}

/**
 * A pool over stretches of a network. `taken`: addresses in use, by number; added to, and shared by pools that may
 * overlap. A name's address hangs on no other name unless their hashes fall together.
 */
export function createAddressPool(cidr: CIDR, bands: readonly Band[], taken: Set<bigint>): AddressPool {
  let full = 0;
  return {
    allocate(key) {
      const hash = BigInt(stableHash(key));
      for (; full < bands.length; full++) {
        const { first, count } = bands[full]!;
        if (count <= 0n) continue;
        const start = hash % count;
        for (let i = 0n; i < count; i++) {
          const value = cidr.base + first + ((start + i) % count);
          if (taken.has(value)) continue;
          taken.add(value);
          return ipFromValue(cidr.family, value).text;
        }
      }
      return undefined;
    },
  };
}

/** Addresses of a network. */
function sizeOf(cidr: CIDR): bigint {
  return 1n << BigInt(addressBits(cidr.family) - cidr.prefix);
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/**
 * The stretches of a service range: the upper one first, since the lower one (1/16 of the range, 16 to 256 addresses) is
 * where people choose addresses by hand. Source: kube-apiserver, pkg/registry/core/service/ipallocator.
 */
export function serviceBands(cidr: CIDR): Band[] {
  const size = sizeOf(cidr);
  const last = cidr.family === "IPv4" ? size - 2n : size - 1n;
  const share = size / 16n;
  const low = size <= 16n ? 0n : smaller(share < 16n ? 16n : share, 256n);
  const lower = smaller(low, last);
  return [
    { first: lower + 1n, count: last - lower },
    { first: 1n, count: lower },
  ];
}

/** The stretch of a node's pod range: all but the network, the gateway and the broadcast address. */
export function podBands(cidr: CIDR): Band[] {
  const size = sizeOf(cidr);
  return size < 4n ? [{ first: 0n, count: size }] : [{ first: 2n, count: size - 3n }];
}
