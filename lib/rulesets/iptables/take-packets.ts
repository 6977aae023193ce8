/** Whether a rule keeps packets from the rules behind it. */
import { cidrContains, parseCIDR } from "../../net/cidr.js";
import { parseIP } from "../../net/ip.js";
import type { Clause, Rule } from "./types.js";

type Conditions = readonly Clause[];

/** What a packet leaves by: no rule behind it sees it. */
const DECIDING = new Set(["accept", "drop", "return", "reject", "goto", "dnat", "snat", "masquerade"]);

/** Targets of extensions after which a packet goes on. */
const PASSING = new Set([
  ...["LOG", "NFLOG", "ULOG", "TRACE", "CT", "NOTRACK", "CONNMARK", "CONNSECMARK", "SECMARK", "AUDIT", "CLASSIFY"],
  ...["TCPMSS", "TOS", "DSCP", "TTL", "HL", "SET", "CHECKSUM", "ECN", "HMARK", "IDLETIMER", "LED", "RATEEST", "TEE"],
]);

/** Whether a packet that the rule holds for gets no further. A jump decides as `chainDecides` says of its chain. */
export function decides({ target }: Pick<Rule, "target">, chainDecides: (chain: string) => boolean): boolean {
  if (target.kind === "jump") return chainDecides(target.chain);
  return target.kind === "unknown" ? !PASSING.has(target.name) : DECIDING.has(target.kind);
}

/** Whether some packet may meet both conditions; false only where none can. */
export function mayHoldTogether(a: Conditions, b: Conditions): boolean {
  for (const one of a) for (const other of b) if (areDisjoint(one, other)) return false;
  return true;
}

function areDisjoint(a: Clause, b: Clause): boolean {
  const [one, other] = [protocolOf(a), protocolOf(b)];
  if (one !== undefined && other !== undefined && one !== other) return true;
  if (a.kind === "transport" && b.kind === "transport") return arePortsDisjoint(a, b);
  if (a.kind === "mark" && b.kind === "mark") return areMarksDisjoint(a, b);
  if (a.kind === "multiport" && b.kind === "transport") return listsNoPort(a, b);
  if (b.kind === "multiport" && a.kind === "transport") return listsNoPort(b, a);
  if (
    (a.kind === "source" || a.kind === "destination") &&
    a.kind === b.kind &&
    (a.negated === true) !== ((b as typeof a).negated === true)
  )
    return a.negated ? isWithin((b as typeof a).address, a.address) : isWithin(a.address, (b as typeof a).address);
  if ("negated" in a && a.negated) return false;
  if ("negated" in b && b.negated) return false;
  if (a.kind === "conntrack" && b.kind === "conntrack")
    return !a.rest && !b.rest && !a.states.some((state) => b.states.includes(state));
  if ((a.kind === "source" || a.kind === "destination") && a.kind === b.kind)
    return !overlap(a.address, (b as typeof a).address);
  if ((a.kind === "in-interface" || a.kind === "out-interface") && a.kind === b.kind)
    return !a.name.endsWith("+") && !(b as typeof a).name.endsWith("+") && a.name !== (b as typeof a).name;
  return false;
}

/** The same bits, wanted to be another value, or wanted and not wanted to be one. */
function areMarksDisjoint(a: Extract<Clause, { kind: "mark" }>, b: typeof a): boolean {
  if (a.mask !== b.mask || (a.negated && b.negated)) return false;
  return a.negated || b.negated ? a.value === b.value : a.value !== b.value;
}

/** The protocol that it asks for: "tcp". */
export function protocolOf(clause: Clause): string | undefined {
  if (clause.kind === "transport") return clause.protocol;
  return clause.kind === "protocol" && !clause.negated ? clause.protocol : undefined;
}

function arePortsDisjoint(a: Extract<Clause, { kind: "transport" }>, b: typeof a): boolean {
  const [one, other] = [a.destinationPort, b.destinationPort];
  if (!one || !other || (one.negated && other.negated)) return false;
  if (one.negated) return hasAllPorts(one.ports, other.ports);
  return other.negated ? hasAllPorts(other.ports, one.ports) : !shareAPort(one.ports, other.ports);
}

/** Whether none of the listed destination ports is one that the other asks for. */
function listsNoPort(
  { side, ports, negated }: Extract<Clause, { kind: "multiport" }>,
  { destinationPort }: Extract<Clause, { kind: "transport" }>,
): boolean {
  if (side !== "destination" || !destinationPort || destinationPort.negated) return false;
  const listed = ports.split(",");
  if (negated) return listed.some((some) => hasAllPorts(some, destinationPort.ports));
  return !listed.some((some) => shareAPort(some, destinationPort.ports));
}

/** Whether "80:90" has all of "80:85". */
function hasAllPorts(ports: string, others: string): boolean {
  const [from, to] = rangeOf(ports);
  const [otherFrom, otherTo] = rangeOf(others);
  return from <= otherFrom && otherTo <= to;
}

function shareAPort(one: string, other: string): boolean {
  const [from, to] = rangeOf(one);
  const [otherFrom, otherTo] = rangeOf(other);
  return from <= otherTo && otherFrom <= to;
}

function rangeOf(ports: string): [number, number] {
  const [from = "", to = from] = ports.split(":");
  return [Number(from), Number(to)];
}

function overlap(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, other] = [parseCIDR(networkText(a)), parseCIDR(networkText(b))];
  const [ip, otherIP] = [parseIP(a.split("/")[0]!), parseIP(b.split("/")[0]!)];
  if (!one || !other || !ip || !otherIP) return true;
  return cidrContains(one, otherIP) || cidrContains(other, ip);
}

/** Whether all of an address or network is in another one. */
export function isWithin(address: string, network: string): boolean {
  if (address === network) return true;
  const [inner, outer] = [parseCIDR(networkText(address)), parseCIDR(networkText(network))];
  const ip = parseIP(address.split("/")[0]!);
  return (
    inner !== undefined &&
    outer !== undefined &&
    ip !== undefined &&
    inner.prefix >= outer.prefix &&
    cidrContains(outer, ip)
  );
}

function networkText(address: string): string {
  if (address.includes("/")) return address;
  return `${address}/${address.includes(":") ? 128 : 32}`;
}
