/** Conditions for the address, the port, the protocol and the family of a packet. */
import { cidrContains, parseCIDR } from "../../net/cidr.js";
import { parseIP, type IPAddress } from "../../net/ip.js";
import type { Value } from "../../rulesets/nftables/types.js";
import type { FrontendPacket, OriginalDestination } from "./packet.js";
import { anyOf, MAYBE, NO, YES, type Meeting } from "./meeting.js";

export type Single = Extract<Value, { kind: "literal" | "range" }>;

export function meetAddress(right: Single, { addresses, isNodePort }: OriginalDestination): Meeting {
  if (addresses.length === 0) return MAYBE;
  const found = addresses.map((address): Meeting => {
    const ip = parseIP(address);
    if (!ip) return MAYBE;
    if (right.kind === "range") return isBetween(ip, right.from, right.to) ? YES : NO;
    const text = String(right.value);
    const cidr = parseCIDR(text);
    if (cidr) return cidrContains(cidr, ip) ? YES : NO;
    return parseIP(text)?.text === ip.text ? { holds: "yes", isNamed: !isNodePort } : NO;
  });
  return found.every(({ holds }) => holds === "yes")
    ? anyOf(found)
    : found.some(({ holds }) => holds !== "no")
      ? MAYBE
      : NO;
}

function isBetween(ip: IPAddress, from: string, to: string): boolean {
  const [low, high] = [parseIP(from), parseIP(to)];
  return low !== undefined && high !== undefined && low.value <= ip.value && ip.value <= high.value;
}

/** "0.0.0.0/0": every address of its family. */
export function isOfAll(text: string): boolean {
  return text.endsWith("/0") && parseCIDR(text) !== undefined;
}

export function meetPort(right: Single, text: string, { port, isNodePort }: OriginalDestination): Meeting {
  const [from, to] = right.kind === "range" ? [Number(right.from), Number(right.to)] : [Number(text), Number(text)];
  if (Number.isNaN(from) || Number.isNaN(to)) return MAYBE;
  const holds = from <= port && port <= to;
  return { holds: holds ? "yes" : "no", isNamed: holds && isNodePort && from === to };
}

const NUMBERS: Readonly<Record<string, string>> = { "6": "tcp", "17": "udp", "132": "sctp" };

export function isProtocol(text: string, { protocol }: FrontendPacket): boolean {
  return (NUMBERS[text] ?? text) === protocol;
}

const FAMILIES: Readonly<Record<string, string>> = {
  ipv4: "ip",
  "2": "ip",
  ip: "ip",
  ipv6: "ip6",
  "10": "ip6",
  ip6: "ip6",
  // `nft -n` prints numbers, and `nft -jn` those of the kernel in the byte order of the machine.
  "0x0800": "ip",
  "2048": "ip",
  "8": "ip",
  "0x86dd": "ip6",
  "34525": "ip6",
  "56710": "ip6",
};

export function meetFamily(text: string, { family }: FrontendPacket): Meeting {
  const named = FAMILIES[text];
  return named === undefined ? MAYBE : named === family ? YES : NO;
}
