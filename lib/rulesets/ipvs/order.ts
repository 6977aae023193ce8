/** The order IPVS objects are written in: numbers before text, every tie broken. */
import { parseIP } from "../../net/ip.js";
import type { IPVSProtocol, RealServer, VirtualServer } from "./types.js";

/** IP protocol numbers. */
export const PROTOCOL_NUMBERS: Readonly<Record<IPVSProtocol, number>> = { tcp: 6, udp: 17, sctp: 132 };

/**
 * A key that orders canonical addresses of one family as numbers when compared with `<`:
 * a number for IPv4, 32 hexadecimal digits for IPv6, the text itself for anything else.
 */
export function addressKey(text: string): number | string {
  let value = 0;
  let octet = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 46) {
      value = value * 256 + octet;
      octet = 0;
    } else if (c >= 48 && c <= 57) octet = octet * 10 + c - 48;
    else return parseIP(text)?.value.toString(16).padStart(32, "0") ?? text;
  }
  return value * 256 + octet;
}

/** Numbers before texts; each kind among itself by `<`. */
export function compareKeys(a: number | string, b: number | string): number {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A copy of `items`, ordered by the key that `keyOf` gives each, worked out once an item. */
export function sortByKey<T>(items: Iterable<T>, keyOf: (item: T) => readonly (number | string)[]): T[] {
  const keyed = Array.from(items, (item) => ({ item, key: keyOf(item) }));
  keyed.sort((a, b) => {
    for (let i = 0; i < a.key.length; i++) {
      const order = compareKeys(a.key[i]!, b.key[i] ?? "");
      if (order !== 0) return order;
    }
    return 0;
  });
  return keyed.map(({ item }) => item);
}

/** Virtual servers by protocol number, address, port. */
export function sortVirtualServers(servers: Iterable<VirtualServer>): VirtualServer[] {
  return sortByKey(servers, (s) => [PROTOCOL_NUMBERS[s.protocol], addressKey(s.address), s.port]);
}

/** Real servers by address, port. */
export function sortRealServers(servers: Iterable<RealServer>): RealServer[] {
  return sortByKey(servers, (s) => [addressKey(s.address), s.port]);
}
