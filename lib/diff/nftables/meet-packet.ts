/** What a rule of another owner does with the first packet of a connection to a frontend, as far as the packet is known. */
import { isBridge, isBridged } from "../../net/bridged-networks.js";
import { parseIP } from "../../net/ip.js";
import { elementsMeeting } from "./by-destination.js";
import { isOfAll, isProtocol, meetAddress, meetFamily, meetPort, type Single } from "./meet-address.js";
import { meetConnection } from "./meet-connection.js";
import { meetFlags } from "./meet-flags.js";
import type { AfterTranslation, FrontendPacket } from "./packet.js";
import { anyOf, both, MAYBE, NO, YES, type Meeting } from "./meeting.js";
import { namedConstant } from "../../rulesets/nftables/statements/match.js";
import type { Expression, NftElement, NftSet, Statement, Value, Verdict } from "../../rulesets/nftables/types.js";

type Sets = ReadonlyMap<string, NftSet>;

export function meetMatch(
  { left, operator, right }: Extract<Statement, { kind: "match" }>,
  packet: FrontendPacket,
  sets: Sets,
): Meeting {
  if (isOfOtherKind(left, packet) || lacksEntry(left, packet)) return NO;
  // "!=" is about the whole of a status, of which translated packets have more than one bit.
  if (operator === "!=" && left.kind === "ct" && left.key === "status")
    return packet.after && !packet.after.isByIPVS ? YES : MAYBE;
  const found = meetValue(left, right, packet, sets);
  // "!" of several states or flags: none of them, as nft lists what iptables-nft made of "! --ctstate".
  if (operator !== "!=" && operator !== "!")
    return operator === "==" || operator === "in" || operator === "" ? found : MAYBE;
  return { holds: found.holds === "yes" ? "no" : found.holds === "no" ? "yes" : "maybe", isNamed: false };
}

/** A condition for a field of a protocol or a family asks for that as well, also where it is negated. */
function isOfOtherKind(left: Expression, packet: FrontendPacket): boolean {
  if (left.kind === "concat") return left.parts.some((part) => isOfOtherKind(part, packet));
  const other = packet.family === "ip" ? "ip6" : "ip";
  if (left.kind === "ct") return left.key.includes(` ${other} `);
  return left.kind === "payload" && (left.protocol === other || isOfOtherProtocol(left.protocol, packet));
}

function isOfOtherProtocol(protocol: string, packet: FrontendPacket): boolean {
  return /^(tcp|udp|sctp|dccp|udplite|icmp|icmpv6)$/.test(protocol) && protocol !== packet.protocol;
}

/** Without an entry of conntrack only `ct state` has a value. Source: Linux nft_ct_get_eval. */
function lacksEntry(left: Expression, { isUntracked }: FrontendPacket): boolean {
  return isUntracked === true && left.kind === "ct" && left.key !== "state";
}

function meetValue(left: Expression, right: Value, packet: FrontendPacket, sets: Sets): Meeting {
  if (right.kind === "set-reference") {
    const set = sets.get(right.name);
    if (!set || isOfOtherEnd(left, packet)) return MAYBE;
    return anyOf(elementsMeeting(set, left, packet).map((element) => meetElement(left, element, packet, sets)));
  }
  if (right.kind === "set") return anyOf(right.elements.map((value) => meetValue(left, value, packet, sets)));
  if (left.kind === "concat") {
    if (right.kind !== "concat") return MAYBE;
    return left.parts.map((part, i) => meetValue(part, right.parts[i]!, packet, sets)).reduce(both, YES);
  }
  return right.kind === "concat" ? MAYBE : meetOne(left, right, packet);
}

/** The address of a client: a set of many is not gone through for it. */
function isOfOtherEnd(left: Expression, { after }: FrontendPacket): boolean {
  return (
    left.kind === "payload" && /^ip6?$/.test(left.protocol) && left.field === (after?.isAnswer ? "daddr" : "saddr")
  );
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

function meetOne(left: Expression, right: Single, packet: FrontendPacket): Meeting {
  const is = (holds: boolean) => (holds ? YES : NO);
  const text = right.kind === "literal" ? String(namedConstant(left, right.value)) : "";
  const isAnswer = packet.after?.isAnswer === true;
  if (left.kind === "payload") {
    const { protocol, field } = left;
    if ((protocol === "ip" || protocol === "ip6") && field === (isAnswer ? "saddr" : "daddr"))
      return meetAddress(right, packet);
    if (field === "nexthdr" || (protocol === "ip" && field === "protocol")) return is(isProtocol(text, packet));
    if (isOfOtherProtocol(protocol, packet)) return NO;
    if (protocol === "tcp" && field === "flags") return meetFlag(text, isAnswer);
    if (field === "version") return is(text === (protocol === "ip" ? "4" : "6"));
    if (/^[sd]addr$/.test(field) && isOfAll(text)) return YES;
    if (isAnswer && field === "dport") return meetPortOfClient(right);
    return field === (isAnswer ? "sport" : "dport") ? meetPort(right, text, packet) : MAYBE;
  }
  if (left.kind === "meta") {
    if (left.key === "l4proto") return is(isProtocol(text, packet));
    if (((left.key === "iifname" || left.key === "iif") && text === "lo") || lacksInterface(left.key, text, packet))
      return NO;
    if (left.key === "nfproto" || left.key === "protocol") return meetFamily(text, packet);
    return packet.after ? meetMetaAfter(left.key, text, packet, packet.after) : MAYBE;
  }
  if (left.kind === "bitwise") return packet.after ? meetMark(left, Number(text), packet.after) : MAYBE;
  if (left.kind === "ct") return meetConnection(left.key, right, text, packet);
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

/** Of the first packet of a connection over TCP, or the first answer; whether it offers ECN is not known. */
function meetFlag(text: string, isAnswer: boolean): Meeting {
  if (text === "syn" || (text === "ack" && isAnswer)) return YES;
  return /^(fin|rst|psh|ack|urg)$/.test(text) ? NO : MAYBE;
}

/** Clients of Linux take ports from here on; of those of others, some do. Source: Linux ip-sysctl.rst, ip_local_port_range. */
const FIRST_OF_CLIENTS = 32_768;

/** Whether a condition for the port of a client may hold for a good part of all: a single one holds for next to none. */
function meetPortOfClient(right: Single): Meeting {
  if (right.kind === "literal") return Number.isNaN(Number(right.value)) ? MAYBE : NO;
  return Number(right.to) < FIRST_OF_CLIENTS ? NO : MAYBE;
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

/** A statement without texts that people write into it, in a listing or in JSON; extensions of iptables as nft 1.0.7 and later quote them. */
export function withoutTexts(text: string): string {
  return text
    .replace(/ ?\b(prefix|comment) "[^"]*"/g, "")
    .replace(/(^| )xt (match|target) (\w+)/g, '$1xt $2 "$3"')
    .replace(/"(prefix|comment)":"(?:[^"\\]|\\.)*"/g, '"$1":""');
}

/** Changes something of each packet; nothing is asked. */
export const CHANGES = /^[a-z0-9]+( [a-z]+)? set |^\{"mangle":/;

/** What follows, as in "notrack accept", changes nothing of it. */
export const NOTRACK = /^(notrack\b|\{"notrack")/;
export const NOTRACK_LATER = /(?<!\b(jump|goto)) notrack\b/;
export const DNS_PORT = 53;
const LOGS = /^(log\b|\{"log")/;
const TAKES =
  /^(\{")?(drop|reject|redirect|tproxy|dnat|queue)\b|^\{"xt":\{"type":"target","name":"(DNAT|REDIRECT|NETMAP|TPROXY|DROP|REJECT|NFQUEUE)"|^xt target "(DNAT|REDIRECT|NETMAP|TPROXY|DROP|REJECT|NFQUEUE)"/;
const TAKES_LATER =
  / (drop|reject\b.*|redirect\b.*|tproxy\b.*|dnat\b.*|queue\b.*|xt target "(DNAT|REDIRECT|NETMAP|TPROXY|DROP|REJECT|NFQUEUE)".*)$/;

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
  return { ...(LOGS.test(bare) || CHANGES.test(bare) ? YES : (meetFlags(bare, packet) ?? MAYBE)), takes };
}
