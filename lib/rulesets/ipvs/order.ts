/** The order IPVS objects are written in: numbers before text, every tie broken. */
import { parseIP } from "../../net/ip.js";
import type { IPVSProtocol, RealServer, VirtualServer } from "./types.js";

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
function compareKeys(a: number | string, b: number | string): number {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Ports take 16 bits, the index of a protocol 2. */
const PORTS = 65536;
const PROTOCOLS = 4;
const ADDRESSES = 2 ** 32;
const PROTOCOL_INDEX: Readonly<Record<IPVSProtocol, number>> = { tcp: 0, udp: 1, sctp: 2 };

/**
 * One key for address, protocol and port, in this order: a number for IPv4 (below 2^50, so exact), a text for IPv6.
 */
export function frontendKey(address: string, protocol: IPVSProtocol, port: number): number | string {
  const key = addressKey(address);
  const rest = PROTOCOL_INDEX[protocol] * PORTS + port;
  return typeof key === "number" ? key * (PORTS * PROTOCOLS) + rest : `${key} ${String(rest).padStart(6, "0")}`;
}

/** A copy of `items`, ordered by the key that `keyOf` gives each, worked out once an item; equal keys by `textOf`. */
export function sortByKey<T>(
  items: Iterable<T>,
  keyOf: (item: T) => number | string,
  textOf: (item: T) => string = () => "",
): T[] {
  const sorted: { readonly item: T; readonly key: number | string }[] = [];
  let isSorted = true;
  let last: number | string | undefined;
  for (const item of items) {
    const key = keyOf(item);
    if (last !== undefined && compareKeys(last, key) >= 0) isSorted = false;
    last = key;
    sorted.push({ item, key });
  }
  if (!isSorted)
    sorted.sort((a, b) => {
      const order = compareKeys(a.key, b.key);
      if (order !== 0) return order;
      const [x, y] = [textOf(a.item), textOf(b.item)];
      return x < y ? -1 : x > y ? 1 : 0;
    });
  return sorted.map(({ item }) => item);
}

/** Virtual servers by protocol number, address, port. */
export function sortVirtualServers(servers: Iterable<VirtualServer>): VirtualServer[] {
  return sortByKey(servers, ({ protocol, address, port }) => {
    const key = addressKey(address);
    const index = PROTOCOL_INDEX[protocol];
    return typeof key === "number"
      ? (index * ADDRESSES + key) * PORTS + port
      : `${index} ${key} ${String(port).padStart(5, "0")}`;
  });
}

/** Real servers by address, port. */
export function sortRealServers(servers: Iterable<RealServer>): RealServer[] {
  return sortByKey(servers, ({ address, port }) => frontendKey(address, "tcp", port));
}
