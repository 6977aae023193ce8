/** What a rule of another owner does with the first packet of a connection to a frontend, as far as the packet is known. */
import { cidrContains, parseCIDR } from "../../net/cidr.js";
import { isBridge, isBridged } from "../../net/bridged-networks.js";
import { parseIP, type IPAddress } from "../../net/ip.js";
import { elementsMeeting } from "./by-destination.js";
import { meetFlags } from "./meet-flags.js";
import type { Meeting } from "./meeting.js";
import { namedConstant } from "../../rulesets/nftables/statements/match.js";
import type { Expression, NftElement, NftSet, Statement, Value, Verdict } from "../../rulesets/nftables/types.js";

/** The first packet of a connection to a frontend. */
export interface FrontendPacket {
  readonly family: "ip" | "ip6";
  /** Of a node port: those that take it, none where they are not known. */
  readonly addresses: readonly string[];
  readonly isNodePort: boolean;
  readonly protocol: string;
  readonly port: number;
  /** Where it is met, if that is known. */
  readonly hook?: string;
  /** conntrack has not seen it yet. */
  readonly isUntracked?: boolean;
  /** Of a packet that kube-proxy translated: the address is an endpoint's. */
  readonly after?: AfterTranslation;
}

/** What is known of a packet behind kube-proxy's translation. */
export interface AfterTranslation {
  readonly hook: string;
  /** kube-proxy's masquerade mark, and whether the packet has it; undefined where that hangs on more. */
  readonly bit: number;
  readonly isMarked: boolean | undefined;
  /** What it was sent to. */
  readonly original?: OriginalDestination;
  /** IPVS gave it the endpoint's address, of which the tracking of connections knows nothing. */
  readonly isByIPVS?: boolean;
}

/** What the client sent the first packet of a connection to, which conntrack remembers. */
export type OriginalDestination = Pick<FrontendPacket, "addresses" | "isNodePort" | "port">;

const NO: Meeting = { holds: "no", isNamed: false };
const YES: Meeting = { holds: "yes", isNamed: false };
const MAYBE: Meeting = { holds: "maybe", isNamed: false };

export function both(a: Meeting, b: Meeting): Meeting {
  if (a.holds === "no" || b.holds === "no") return NO;
  return { holds: a.holds === "yes" ? b.holds : "maybe", isNamed: a.isNamed || b.isNamed };
}

type Sets = ReadonlyMap<string, NftSet>;

export function meetMatch(
  { left, operator, right }: Extract<Statement, { kind: "match" }>,
  packet: FrontendPacket,
  sets: Sets,
): Meeting {
  // Such a condition asks for the family as well, also where it is negated.
  if (isOfOtherFamily(left, packet.family) || lacksEntry(left, packet)) return NO;
  // "!=" is about the whole of a status, of which translated packets have more than one bit.
  if (operator === "!=" && left.kind === "ct" && left.key === "status")
    return packet.after && !packet.after.isByIPVS ? YES : MAYBE;
  const found = meetValue(left, right, packet, sets);
  // "!" of several states or flags: none of them, as nft lists what iptables-nft made of "! --ctstate".
  if (operator !== "!=" && operator !== "!")
    return operator === "==" || operator === "in" || operator === "" ? found : MAYBE;
  return { holds: found.holds === "yes" ? "no" : found.holds === "no" ? "yes" : "maybe", isNamed: false };
}

function isOfOtherFamily(left: Expression, family: "ip" | "ip6"): boolean {
  const other = family === "ip" ? "ip6" : "ip";
  return left.kind === "payload" ? left.protocol === other : left.kind === "ct" && left.key.includes(` ${other} `);
}

/** Without an entry of conntrack only `ct state` has a value. Source: Linux nft_ct_get_eval. */
function lacksEntry(left: Expression, { isUntracked }: FrontendPacket): boolean {
  return isUntracked === true && left.kind === "ct" && left.key !== "state";
}

function meetValue(left: Expression, right: Value, packet: FrontendPacket, sets: Sets): Meeting {
  if (right.kind === "set-reference") {
    const set = sets.get(right.name);
    if (!set) return MAYBE;
    return anyOf(elementsMeeting(set, left, packet).map((element) => meetElement(left, element, packet, sets)));
  }
  if (right.kind === "set") return anyOf(right.elements.map((value) => meetValue(left, value, packet, sets)));
  if (left.kind === "concat") {
    if (right.kind !== "concat") return MAYBE;
    return left.parts.map((part, i) => meetValue(part, right.parts[i]!, packet, sets)).reduce(both, YES);
  }
  return right.kind === "concat" ? MAYBE : meetOne(left, right, packet);
}

function meetElement(left: Expression, { key }: NftElement, packet: FrontendPacket, sets: Sets): Meeting {
  const literal = (value: string | number): Value => {
    const range = /^([^-]+)-([^-]+)$/.exec(String(value));
    return range ? { kind: "range", from: range[1]!, to: range[2]! } : { kind: "literal", value };
  };
  const [first] = key;
  if (key.length === 1) return meetValue(left, literal(first!), packet, sets);
  return meetValue(left, { kind: "concat", parts: key.map(literal) }, packet, sets);
}

function anyOf(found: readonly Meeting[]): Meeting {
  const sure = found.find(({ holds }) => holds === "yes");
  return (
    sure ??
    found.find(({ holds, isNamed }) => holds === "maybe" && isNamed) ??
    found.find((one) => one.holds === "maybe") ??
    NO
  );
}

type Single = Extract<Value, { kind: "literal" | "range" }>;

function meetOne(left: Expression, right: Single, packet: FrontendPacket): Meeting {
  const is = (holds: boolean) => (holds ? YES : NO);
  const text = right.kind === "literal" ? String(namedConstant(left, right.value)) : "";
  if (left.kind === "payload") {
    const { protocol, field } = left;
    if ((protocol === "ip" || protocol === "ip6") && field === "daddr") return meetAddress(right, packet);
    if (field === "nexthdr" || (protocol === "ip" && field === "protocol")) return is(isProtocol(text, packet));
    if (/^(tcp|udp|sctp|dccp|udplite|icmp|icmpv6)$/.test(protocol) && protocol !== packet.protocol) return NO;
    if (protocol === "tcp" && field === "flags") return meetFlag(text);
    if (field === "version") return is(text === (protocol === "ip" ? "4" : "6"));
    return field === "dport" ? meetPort(right, text, packet) : MAYBE;
  }
  if (left.kind === "meta") {
    if (left.key === "l4proto") return is(isProtocol(text, packet));
    if (((left.key === "iifname" || left.key === "iif") && text === "lo") || lacksInterface(left.key, text, packet))
      return NO;
    if (left.key === "nfproto" || left.key === "protocol") return meetFamily(text, packet);
    return packet.after ? meetMetaAfter(left.key, text, packet, packet.after) : MAYBE;
  }
  if (left.kind === "bitwise") return packet.after ? meetMark(left, Number(text), packet.after) : MAYBE;
  if (left.kind === "ct" && left.key === "state") return is(text === (packet.isUntracked ? "invalid" : "new"));
  if (left.kind === "ct" && ORIGINAL.test(left.key)) return meetOriginal(left.key, right, packet);
  if (left.kind === "ct" && left.key === "protocol") return is(isProtocol(text, packet));
  if (left.kind === "ct" && left.key === "l3proto") return meetFamily(text, packet);
  if (left.kind === "ct" && left.key === "direction") return is(text === "original" || text === "0");
  if (left.kind === "ct" && left.key === "status")
    return is(packet.after !== undefined && !packet.after.isByIPVS && text === "dnat");
  // What the node sends itself comes from an address of its own; IPVS sends what others sent.
  if (left.kind === "fib" && left.flags === "saddr" && left.result === "type" && hookOf(packet) === "output")
    return packet.after?.isByIPVS ? MAYBE : is(text === "local");
  if (left.kind === "fib" && left.flags === "daddr" && left.result === "type" && packet.after)
    return meetTypeAfter(text, packet.after);
  // Cluster IPs are none of the node's in this mode; of others nobody knows.
  if (left.kind === "fib" && left.flags === "daddr" && left.result === "type" && packet.isNodePort)
    return is(text === "local");
  return MAYBE;
}

const ORIGINAL = /^original ((ip6? )?daddr|proto-dst)$/;

function meetOriginal(key: string, right: Single, packet: FrontendPacket): Meeting {
  const original = packet.after ? packet.after.original : packet;
  if (!original) return MAYBE;
  return key.endsWith("daddr")
    ? meetAddress(right, original)
    : meetPort(right, right.kind === "literal" ? String(right.value) : "", original);
}

function meetPort(right: Single, text: string, { port, isNodePort }: OriginalDestination): Meeting {
  const [from, to] = right.kind === "range" ? [Number(right.from), Number(right.to)] : [Number(text), Number(text)];
  if (Number.isNaN(from) || Number.isNaN(to)) return MAYBE;
  const holds = from <= port && port <= to;
  return { holds: holds ? "yes" : "no", isNamed: holds && isNodePort && from === to };
}

/** What is forwarded is for no address of the node, and what is not, for one. */
function meetTypeAfter(text: string, { hook }: AfterTranslation): Meeting {
  const type = hook === "forward" ? "unicast" : hook === "input" ? "local" : undefined;
  return type === undefined ? MAYBE : text === type ? YES : NO;
}

function hookOf({ hook, after }: FrontendPacket): string | undefined {
  return after?.hook ?? hook;
}

/** What the node sends came in by no interface, and before routing none is known by which a packet goes out. */
function lacksInterface(key: string, text: string, packet: FrontendPacket): boolean {
  const hook = hookOf(packet);
  if (text === "0") return false;
  if (hook === "output") return key === "iifname" || key === "iif";
  return (hook === "prerouting" || hook === "ingress") && (key === "oifname" || key === "oif");
}

/** Of the first packet of a connection over TCP; whether it offers ECN is not known. */
function meetFlag(text: string): Meeting {
  return text === "syn" ? YES : /^(fin|rst|psh|ack|urg)$/.test(text) ? NO : MAYBE;
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

function meetFamily(text: string, { family }: FrontendPacket): Meeting {
  const named = FAMILIES[text];
  return named === undefined ? MAYBE : named === family ? YES : NO;
}

/** Whether packets of this kind are refused: of `inet` tables the kinds of answers tell which they mean. */
export function meetReject(answer: string | undefined, { family, protocol }: FrontendPacket): boolean {
  const [kind] = answer?.split(" ") ?? [];
  if (kind === "icmp" || kind === "icmpv6") return (kind === "icmp") === (family === "ip");
  return kind !== "tcp" || protocol === "tcp";
}

function meetMetaAfter(key: string, text: string, { addresses }: FrontendPacket, after: AfterTranslation): Meeting {
  if (key === "oif" && text === "lo") return NO;
  if (key === "iifname" || key === "oifname") {
    const isOther = isBridge(text) && !addresses.some((address) => isBridged(parseIP(address)!));
    return text === "lo" || isOther ? NO : MAYBE;
  }
  if (key !== "mark" || after.isMarked === undefined) return MAYBE;
  const value = Number(text);
  return Number.isNaN(value) || ((value & after.bit) !== 0) === after.isMarked ? MAYBE : NO;
}

/** `mark and MASK`; only the masquerade mark is known. */
function meetMark(
  { operator, left, right }: Extract<Expression, { kind: "bitwise" }>,
  value: number,
  { bit, isMarked }: AfterTranslation,
): Meeting {
  const isMark = operator === "and" && left.kind === "meta" && left.key === "mark";
  if (!isMark || isMarked === undefined || (right & bit) === 0 || Number.isNaN(value)) return MAYBE;
  if (((value & bit) !== 0) !== isMarked) return NO;
  return right === bit ? YES : MAYBE;
}

const NUMBERS: Readonly<Record<string, string>> = { "6": "tcp", "17": "udp", "132": "sctp" };

function isProtocol(text: string, { protocol }: FrontendPacket): boolean {
  return (NUMBERS[text] ?? text) === protocol;
}

function meetAddress(right: Single, { addresses, isNodePort }: OriginalDestination): Meeting {
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

/** The verdict that a verdict map has for the packet, and how sure it is that it is that one. */
export function meetMap(
  { key, map }: Extract<Statement, { kind: "vmap" }>,
  packet: FrontendPacket,
  sets: Sets,
): readonly { readonly verdict: Verdict; readonly meeting: Meeting }[] {
  const set = "name" in map ? sets.get(map.name) : undefined;
  const entries =
    "entries" in map
      ? map.entries.map((entry) => ({ verdict: entry.verdict, meeting: meetValue(key, entry.key, packet, sets) }))
      : (set ? elementsMeeting(set, key, packet) : []).flatMap((element) =>
          element.verdict ? [{ verdict: element.verdict, meeting: meetElement(key, element, packet, sets) }] : [],
        );
  return entries.filter(({ meeting }) => meeting.holds !== "no");
}

/** Lets packets through, or may, some of them. */
export const MAY_PASS = /(^|[ {"])(accept|jump|goto|vmap|queue|tproxy)\b|"(ACCEPT|NFQUEUE|TPROXY)"/;

/** A statement without texts that people write into it, in a listing or in JSON. */
export function withoutTexts(text: string): string {
  return text.replace(/ ?\b(prefix|comment) "[^"]*"/g, "").replace(/"(prefix|comment)":"(?:[^"\\]|\\.)*"/g, '"$1":""');
}

const NOTRACK = /^(notrack$|\{"notrack")/;
const NOTRACK_LATER = / notrack$/;
export const DNS_PORT = 53;
const LOGS = /^(log\b|\{"log")/;
const TAKES =
  /^(\{")?(drop|reject|redirect|tproxy|dnat|queue)\b|^\{"xt":\{"type":"target","name":"(DNAT|REDIRECT|TPROXY|DROP|REJECT|NFQUEUE)"|^xt target "(DNAT|REDIRECT|TPROXY|DROP|REJECT|NFQUEUE)"/;
const TAKES_LATER =
  / (drop|reject\b.*|redirect\b.*|tproxy\b.*|dnat\b.*|queue\b.*|xt target "(DNAT|REDIRECT|TPROXY|DROP|REJECT|NFQUEUE)".*)$/;

/**
 * What a statement that is not understood may be: a condition, something that takes the packet, or neither. `isUntracked`: conntrack
 * has not seen the packet yet.
 */
export function meetUnknown(
  text: string,
  packet: FrontendPacket,
  isUntracked: boolean,
): Meeting & { readonly takes: boolean } {
  // Without an entry of conntrack no address is translated; node-local DNS means to take these packets itself.
  if (NOTRACK.test(text)) return { ...YES, takes: isUntracked && packet.port !== DNS_PORT };
  const bare = withoutTexts(text);
  if (TAKES.test(bare)) {
    // A map of destinations has some of them.
    if (!/\bmap\b/.test(bare)) return { ...YES, takes: true };
    const isNamed = packet.addresses.some((address) => bare.split(/[^0-9a-f.:]+/).includes(address));
    return { holds: isNamed ? "maybe" : "no", isNamed, takes: true };
  }
  const takes = TAKES_LATER.test(bare) || (isUntracked && packet.port !== DNS_PORT && NOTRACK_LATER.test(bare));
  return { ...(LOGS.test(bare) ? YES : (meetFlags(bare, packet) ?? MAYBE)), takes };
}
