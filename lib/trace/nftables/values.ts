/** What an nftables expression gives for a packet, and whether a constant equals it. */
import { parseIP, type IPAddress } from "../../net/ip.js";
import type { Expression, Value } from "../../rulesets/nftables/types.js";
import { matchAddress } from "../address-matcher.js";
import type { NodeAddresses } from "../local-addresses.js";
import { isAmong } from "../interface-names.js";
import { PROTOCOL_NUMBERS, type AssumedInterface, type PacketState } from "../packet-state.js";

export type PacketValue =
  | { readonly kind: "address"; readonly address: IPAddress }
  | { readonly kind: "number"; readonly value: number }
  /** An interface name. */
  | { readonly kind: "name"; readonly text: string }
  /** One that is not known, save that it is none of these; a "+" at the end stands for anything. */
  | { readonly kind: "other name"; readonly not: readonly string[] }
  /** Of several flags that are known to be set, or not; the others are not known. */
  | { readonly kind: "flags"; readonly set: readonly string[]; readonly clear: readonly string[] }
  | { readonly kind: "concat"; readonly parts: readonly PacketValue[] }
  /** The packet has no such field, or is of another protocol: the rule does not match, whatever it compares with. */
  | { readonly kind: "absent" };

const ABSENT: PacketValue = { kind: "absent" };

/** The value of an expression other than numgen; undefined when it is not understood or not known. */
export function evaluate(
  expression: Expression,
  state: PacketState,
  addresses: NodeAddresses,
): PacketValue | undefined {
  switch (expression.kind) {
    case "payload":
      return payload(expression.protocol, expression.field, state);
    case "meta":
      return meta(expression.key, state);
    case "ct":
      return conntrack(expression.key, state);
    case "fib": {
      if (expression.result !== "type") return undefined;
      if (expression.flags !== "daddr" && expression.flags !== "saddr") return undefined;
      const address = expression.flags === "daddr" ? state.destination : state.source;
      const isLocal = addresses.isLocal(address, state.assumed.local);
      if (isLocal === undefined) return undefined;
      return isLocal
        ? { kind: "flags", set: ["local"], clear: ["unicast", "broadcast", "multicast", "anycast"] }
        : { kind: "flags", set: [], clear: ["local"] };
    }
    case "bitwise": {
      const left = evaluate(expression.left, state, addresses);
      if (left?.kind === "absent") return left;
      if (left?.kind !== "number") return undefined;
      const { operator, right } = expression;
      const value =
        operator === "and" ? left.value & right : operator === "or" ? left.value | right : left.value ^ right;
      return { kind: "number", value: value >>> 0 };
    }
    case "concat": {
      const parts: PacketValue[] = [];
      for (const part of expression.parts) {
        const value = evaluate(part, state, addresses);
        if (value === undefined || value.kind === "absent") return value;
        parts.push(value);
      }
      return { kind: "concat", parts };
    }
    case "numgen":
      return undefined;
  }
}

function payload(protocol: string, field: string, state: PacketState): PacketValue | undefined {
  switch (protocol) {
    case "ip":
    case "ip6":
      if ((protocol === "ip") !== (state.family === "IPv4")) return ABSENT;
      if (field === "daddr") return { kind: "address", address: state.destination };
      if (field === "saddr") return { kind: "address", address: state.source };
      if (field === (protocol === "ip" ? "protocol" : "nexthdr"))
        return { kind: "number", value: PROTOCOL_NUMBERS[state.protocol]! };
      return undefined;
    case "th":
    case "tcp":
    case "udp":
    case "sctp":
      if (protocol !== "th" && protocol !== state.protocol) return ABSENT;
      if (field === "dport") return { kind: "number", value: state.destinationPort };
      if (field === "sport")
        return state.sourcePort === undefined ? undefined : { kind: "number", value: state.sourcePort };
      return undefined;
    case "icmp":
    case "icmpv6":
    case "arp":
      return ABSENT;
    default:
      return undefined;
  }
}

function meta(key: string, state: PacketState): PacketValue | undefined {
  switch (key) {
    case "l4proto":
      return { kind: "number", value: PROTOCOL_NUMBERS[state.protocol]! };
    case "mark":
      return { kind: "number", value: state.mark };
    case "nfproto":
      return { kind: "name", text: state.family === "IPv4" ? "ipv4" : "ipv6" };
    case "iif":
    case "iifname":
      return interfaceValue(state.inputInterface, state.assumed.input);
    case "oif":
    case "oifname":
      return interfaceValue(state.outputInterface, state.assumed.output);
    default:
      return undefined;
  }
}

function interfaceValue(name: string | undefined, { not }: AssumedInterface): PacketValue {
  return name === undefined ? { kind: "other name", not } : { kind: "name", text: name };
}

const CT_STATES = ["new", "established", "related", "invalid", "untracked"];

function conntrack(key: string, state: PacketState): PacketValue | undefined {
  if (key === "state")
    return { kind: "flags", set: [state.connection], clear: CT_STATES.filter((name) => name !== state.connection) };
  if (key !== "status" || state.connection === "established") return undefined;
  const set = [...(state.destinationChanged ? ["dnat"] : []), ...(state.masqueraded ? ["snat"] : [])];
  return { kind: "flags", set, clear: ["dnat", "snat"].filter((name) => !set.includes(name)) };
}

const PROTOCOL_NAMES = new Map(Object.entries(PROTOCOL_NUMBERS));
/** Protocols that no packet here has. */
const OTHER_PROTOCOLS = new Set([
  "icmp",
  "igmp",
  "dccp",
  "ipv6",
  "gre",
  "esp",
  "ah",
  "ipv6-icmp",
  "icmpv6",
  "comp",
  "udplite",
]);

/** Whether a packet's value equals a constant, or is in it; undefined when that cannot be told. */
export function equalsValue(
  actual: PacketValue,
  value: Value,
  contains: (set: string, actual: PacketValue) => boolean | undefined,
): boolean | undefined {
  switch (value.kind) {
    case "literal":
      return equalsLiteral(actual, value.value);
    case "range":
      return inRange(actual, value.from, value.to);
    case "set": {
      let result: boolean | undefined = false;
      for (const element of value.elements) {
        const equal = equalsValue(actual, element, contains);
        if (equal === true) return true;
        if (equal === undefined) result = undefined;
      }
      return result;
    }
    case "concat": {
      if (actual.kind !== "concat" || actual.parts.length !== value.parts.length) return undefined;
      let result: boolean | undefined = true;
      for (const [i, part] of value.parts.entries()) {
        const equal = equalsValue(actual.parts[i]!, part, contains);
        if (equal === false) return false;
        if (equal === undefined) result = undefined;
      }
      return result;
    }
    case "set-reference":
      return contains(value.name, actual);
  }
}

function equalsLiteral(actual: PacketValue, literal: string | number): boolean | undefined {
  switch (actual.kind) {
    case "address":
      return typeof literal === "string" ? matchAddress(literal)?.(actual.address) : undefined;
    case "number": {
      const wanted = numberOf(literal);
      if (wanted !== undefined) return actual.value === wanted;
      return typeof literal === "string" && OTHER_PROTOCOLS.has(literal) ? false : undefined;
    }
    case "name":
      if (typeof literal !== "string") return undefined;
      return literal.endsWith("*") ? actual.text.startsWith(literal.slice(0, -1)) : actual.text === literal;
    case "other name": {
      if (literal === "*") return true;
      const wanted = String(literal).replace(/\*$/, "+");
      return actual.not.some((other) => isAmong(wanted, other)) ? false : undefined;
    }
    case "flags": {
      const flag = String(literal);
      return actual.set.includes(flag) ? true : actual.clear.includes(flag) ? false : undefined;
    }
    case "concat":
    case "absent":
      return undefined;
  }
}

function inRange(actual: PacketValue, from: string, to: string): boolean | undefined {
  if (actual.kind === "address") return matchAddress(`${from}-${to}`)?.(actual.address);
  const low = numberOf(from);
  const high = numberOf(to);
  if (actual.kind !== "number" || low === undefined || high === undefined) return undefined;
  return actual.value >= low && actual.value <= high;
}

/** The number of a literal: decimal, hexadecimal, or the name of a protocol with ports. */
export function numberOf(literal: string | number): number | undefined {
  if (typeof literal === "number") return literal;
  const number = /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(literal) ? Number(literal) : PROTOCOL_NAMES.get(literal);
  return number;
}

/** The text under which a set with exact elements files a value; undefined for values that have none. */
export function keyOf(value: PacketValue): string | undefined {
  switch (value.kind) {
    case "address":
      return value.address.text;
    case "number":
      return String(value.value);
    case "name":
      return value.text;
    case "concat": {
      const parts = value.parts.map(keyOf);
      return parts.every((part) => part !== undefined) ? parts.join(" . ") : undefined;
    }
    case "flags":
    case "other name":
    case "absent":
      return undefined;
  }
}

/** An element of a set as that text; undefined when it stands for more than one value or cannot be told. */
export function elementKey(key: readonly (string | number)[], types: readonly string[]): string | undefined {
  const parts: string[] = [];
  for (const [i, part] of key.entries()) {
    const type = types[i] ?? "";
    const text = String(part);
    if (type === "ipv4_addr" || type === "ipv6_addr") {
      const address = parseIP(text);
      if (!address) return undefined;
      parts.push(address.text);
    } else if (type === "ifname") {
      if (text.endsWith("*")) return undefined;
      parts.push(text);
    } else {
      const number = numberOf(part);
      if (number === undefined) return undefined;
      parts.push(String(number));
    }
  }
  return parts.join(" . ");
}
