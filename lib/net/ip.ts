/** IP addresses as kube-proxy reads and prints them. */
import { isCanonicalIPv6 } from "./canonical-ipv6.js";

export type IPFamily = "IPv4" | "IPv6";

/** An address: its family, its number (32 or 128 bits) and its canonical text. */
export interface IPAddress {
  readonly family: IPFamily;
  readonly value: bigint;
  readonly text: string;
}

const V4_IN_V6 = 0xffffn << 32n;

/** The number of an IPv4 text (octets are decimal even with leading zeros), or -1. */
function ipv4Number(text: string): number {
  let value = 0;
  let octet = -1;
  let octets = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) : 46;
    if (c === 46) {
      if (octet < 0 || octet > 255) return -1;
      value = value * 256 + octet;
      octet = -1;
      octets++;
    } else if (c >= 48 && c <= 57) {
      octet = (octet < 0 ? 0 : octet * 10) + c - 48;
      if (octet > 255) return -1;
    } else return -1;
  }
  return octets === 4 ? value : -1;
}

/** The 8 groups of an IPv6 text, or undefined. Zones ("%eth0") are refused. */
function ipv6Groups(text: string): number[] | undefined {
  if (text.length < 2 || text.length > 45) return undefined;
  const parseSide = (side: string): number[] | undefined => {
    if (side === "") return [];
    const groups: number[] = [];
    const parts = side.split(":");
    for (const [i, part] of parts.entries()) {
      if (part.includes(".")) {
        const n = i === parts.length - 1 ? ipv4Number(part) : -1;
        if (n < 0) return undefined;
        groups.push(Math.floor(n / 65536), n % 65536);
      } else {
        if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
        groups.push(parseInt(part, 16));
      }
    }
    return groups;
  };
  const gap = text.indexOf("::");
  if (gap < 0) {
    const groups = parseSide(text);
    return groups?.length === 8 ? groups : undefined;
  }
  const head = parseSide(text.slice(0, gap));
  const tail = parseSide(text.slice(gap + 2));
  if (!head || !tail || head.length + tail.length > 7) return undefined;
  if (text.slice(0, gap).includes(".")) return undefined;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function printIPv4(value: number): string {
  return `${Math.floor(value / 16777216)}.${Math.floor(value / 65536) % 256}.${Math.floor(value / 256) % 256}.${value % 256}`;
}

/** RFC 5952 text: lower case, the longest run of two or more zero groups (the first on a tie) as "::". */
function printIPv6(groups: readonly number[]): string {
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8;) {
    let j = i;
    while (j < 8 && groups[j] === 0) j++;
    if (j - i > bestLength) {
      best = i;
      bestLength = j - i;
    }
    i = j === i ? i + 1 : j;
  }
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((g) => g.toString(16))
      .join(":");
  return best < 0 ? hex(0, 8) : `${hex(0, best)}::${hex(best + bestLength, 8)}`;
}

/** The address of a number; a 128-bit number in ::ffff:0:0/96 of family IPv6 prints as IPv6 here only if asked as such. */
export function ipFromValue(family: IPFamily, value: bigint): IPAddress {
  if (family === "IPv4") return { family, value, text: printIPv4(Number(value)) };
  const groups: number[] = [];
  for (let i = 7n; i >= 0n; i--) groups.push(Number((value >> (i * 16n)) & 0xffffn));
  return { family, value, text: printIPv6(groups) };
}

/**
 * Reads an address as kube-proxy does: octets may have leading zeros, an IPv4-mapped IPv6 address is IPv4, no zones.
 * Source: k8s.io/utils/net ParseIPSloppy.
 */
export function parseIP(text: string): IPAddress | undefined {
  const v4 = ipv4Number(text);
  if (v4 >= 0) return { family: "IPv4", value: BigInt(v4), text: printIPv4(v4) };
  if (!text.includes(":")) return undefined;
  const groups = ipv6Groups(text);
  if (!groups) return undefined;
  let value = 0n;
  for (const g of groups) value = (value << 16n) | BigInt(g);
  if (value >> 32n === V4_IN_V6 >> 32n) return ipFromValue("IPv4", value & 0xffffffffn);
  return { family: "IPv6", value, text: printIPv6(groups) };
}

/** True for IPv4 text that is already canonical; the fast path of canonicalIP. */
function isCanonicalIPv4(text: string): boolean {
  let octet = -1;
  let dots = 0;
  const n = text.length;
  if (n > 15) return false;
  for (let i = 0; i < n; i++) {
    const c = text.charCodeAt(i);
    if (c === 46) {
      if (octet < 0) return false;
      octet = -1;
      dots++;
    } else if (c >= 48 && c <= 57) {
      if (octet === 0) return false;
      octet = (octet < 0 ? 0 : octet * 10) + c - 48;
      if (octet > 255) return false;
    } else return false;
  }
  return dots === 3 && octet >= 0;
}

/** The canonical text of an address, or undefined when it does not parse. */
export function canonicalIP(text: string): string | undefined {
  return isCanonicalIPv4(text) || isCanonicalIPv6(text) ? text : parseIP(text)?.text;
}

/** The family of an address text, or undefined when it does not parse. */
export function familyOfIP(text: string): IPFamily | undefined {
  if (isCanonicalIPv4(text)) return "IPv4";
  return isCanonicalIPv6(text) ? "IPv6" : parseIP(text)?.family;
}

/** "10.0.0.1:80" or "[fd00::1]:80". */
export function joinHostPort(ip: string, port: number): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** Loopback: 127.0.0.0/8 or ::1. */
export function isLoopback(ip: IPAddress): boolean {
  return ip.family === "IPv4" ? ip.value >> 24n === 127n : ip.value === 1n;
}

/** 0.0.0.0 or "::". */
export function isUnspecified(ip: IPAddress): boolean {
  return ip.value === 0n;
}

/** IPv6 fe80::/10 or IPv4 169.254.0.0/16. */
export function isLinkLocal(ip: IPAddress): boolean {
  return ip.family === "IPv4" ? ip.value >> 16n === 0xa9fen : ip.value >> 118n === 0x3fan;
}
