/**
 * How sure it is that a rule holds for the first packet of a connection of which little more than its destination is known, or for
 * the answers to it, of which it is the source.
 */
import { isBridge, isBridged } from "../../net/bridged-networks.js";
import { cidrContains, parseCIDR } from "../../net/cidr.js";
import { parseIP, type IPAddress } from "../../net/ip.js";
import { isWithin } from "./take-packets.js";
import type { Clause } from "./types.js";

export type Holds = "yes" | "maybe" | "no";

export interface FirstPacket {
  /** Undefined: one of the node's, not known which. */
  readonly address: IPAddress | undefined;
  readonly protocol: string;
  readonly port: number;
  /** It comes from there. */
  readonly isAnswer?: boolean;
}

/** Whether a condition asks for nothing of a client but, of TCP, the first packet of a connection. */
export function isOfAnyClient({ sourcePort, rest }: Extract<Clause, { kind: "transport" }>): boolean {
  return !sourcePort && (!rest || rest.join(" ") === IS_FIRST_OF_TCP);
}

/** What all the packets of a question have in common. */
export interface Situation {
  /** They have another destination than the client asked for. */
  readonly isTranslated: boolean;
  /** The interface that they come by, and the one they leave by, are of no program on the node itself. */
  readonly isForwarded: boolean;
  /** Whether the destination is an address of the node; undefined where it may be. */
  readonly isLocal?: boolean;
  /** They are answers: they come from the address and port that the connections are to. */
  readonly isAnswer?: boolean;
  /** The kernel has not looked up their connection yet, as in table raw. */
  readonly isUntracked?: boolean;
  /** A network that their source is not in. */
  readonly outsideOf?: string;
  /** The mark that is known of them; of others nothing is. */
  readonly mark?: { readonly bit: number; readonly isSet: boolean };
}

const IS_FIRST_OF_TCP = "--tcp-flags FIN,SYN,RST,ACK SYN";

/** Of a condition; undefined for one that hangs on the packet's destination, protocol or port. */
export function holdsInSituation(clause: Clause, situation: Situation): Holds | undefined {
  switch (clause.kind) {
    case "comment":
    case "nfacct":
      return "yes";
    case "protocol":
      return undefined;
    case "source":
    case "destination":
      if ((clause.kind === "source") === (situation.isAnswer === true)) return undefined;
      return clause.kind === "source" ? holdsOutside(clause, situation) : "maybe";
    case "transport":
      return holdsOfTransport(clause, situation);
    case "multiport":
      return clause.side === (situation.isAnswer ? "source" : "destination") ? undefined : "maybe";
    case "in-interface":
    case "out-interface":
      if (!situation.isForwarded) return "maybe";
      if (clause.name === "lo") return is(false, clause.negated);
      return isBridge(clause.name) ? undefined : "maybe";
    case "fragment":
      return is(false, clause.negated);
    case "conntrack":
      return clause.rest ? "maybe" : holdsOfStates(clause.states, clause.negated, situation);
    case "mark":
      return holdsOfMark(clause, situation);
    case "addrtype":
      return holdsOfType(clause, situation);
    case "unknown":
      return clause.module === "state" ? holdsOfOldStates(clause.tokens, situation) : "maybe";
    default:
      return "maybe";
  }
}

/** Of a source. */
function holdsOutside(
  { address, negated }: { readonly address: string; readonly negated?: boolean },
  { outsideOf }: Situation,
): Holds {
  return outsideOf !== undefined && isWithin(address, outsideOf) ? is(false, negated) : "maybe";
}

function holdsOfTransport(
  { destinationPort, rest }: Extract<Clause, { kind: "transport" }>,
  { isAnswer }: Situation,
): Holds | undefined {
  if (!isAnswer) return undefined;
  if (rest?.join(" ") === IS_FIRST_OF_TCP) return "no";
  return destinationPort || rest ? "maybe" : undefined;
}

function is(holds: boolean, negated = false): Holds {
  return holds === negated ? "no" : "yes";
}

/** Source: Linux xt_conntrack.c, which calls invalid what has no connection. */
function holdsOfStates(
  states: readonly string[],
  negated: boolean | undefined,
  { isTranslated, isAnswer, isUntracked }: Situation,
): Holds {
  if (isUntracked) return is(states.includes("INVALID"), negated);
  if (states.includes("SNAT")) return "maybe";
  return is(states.includes(isAnswer ? "ESTABLISHED" : "NEW") || (isTranslated && states.includes("DNAT")), negated);
}

/** `-m state --state NEW`, and `! --state NEW`. */
function holdsOfOldStates(tokens: readonly string[], situation: Situation): Holds {
  const negated = tokens[0] === "!";
  const [option, states] = negated ? tokens.slice(1) : tokens;
  if (option !== "--state" || tokens.length !== (negated ? 3 : 2)) return "maybe";
  return holdsOfStates(states!.split(","), negated, situation);
}

function holdsOfMark({ value, mask, negated }: Extract<Clause, { kind: "mark" }>, { mark }: Situation): Holds {
  if (!mark || mask !== mark.bit || (value !== 0 && value !== mark.bit)) return "maybe";
  return is((value !== 0) === mark.isSet, negated);
}

function holdsOfType(
  { sourceType, destinationType, rest }: Extract<Clause, { kind: "addrtype" }>,
  { isLocal }: Situation,
): Holds {
  if (sourceType || rest || isLocal === undefined || destinationType?.text !== "LOCAL") return "maybe";
  return is(isLocal, destinationType.negated);
}

/** Of the conditions that `holdsInSituation` leaves open. Where a packet is for no network of bridges, none comes by one. */
export function holdsForPacket(clause: Clause, packet: FirstPacket): Holds {
  switch (clause.kind) {
    case "source":
    case "destination":
      return holdsOfAddress(clause.address, clause.negated, packet);
    case "protocol":
      return is(clause.protocol === packet.protocol, clause.negated);
    case "transport":
      if (clause.protocol !== packet.protocol) return "no";
      return holdsOfPorts(clause, packet);
    case "multiport":
      return is(holdsPort(clause.ports, packet), clause.negated);
    case "in-interface":
    case "out-interface":
      return packet.address && !isBridged(packet.address) ? is(false, clause.negated) : "maybe";
    default:
      return "maybe";
  }
}

/** What else it asks for (the port that the client has) nobody knows; of answers, nothing else is asked for here. */
function holdsOfPorts(
  { destinationPort, sourcePort, rest }: Extract<Clause, { kind: "transport" }>,
  packet: FirstPacket,
): Holds {
  if (packet.isAnswer) return sourcePort ? is(holdsPort(sourcePort.ports, packet), sourcePort.negated) : "yes";
  if (destinationPort && is(holdsPort(destinationPort.ports, packet), destinationPort.negated) === "no") return "no";
  return sourcePort || (rest && rest.join(" ") !== IS_FIRST_OF_TCP) ? "maybe" : "yes";
}

function holdsOfAddress(text: string, negated: boolean | undefined, { address }: FirstPacket): Holds {
  if (!address) return "maybe";
  const cidr = text.includes("/") ? parseCIDR(text) : undefined;
  const ip = cidr ? undefined : parseIP(text);
  if (!cidr && !ip) return "maybe";
  return is(cidr ? cidrContains(cidr, address) : ip!.value === address.value, negated);
}

/** Whether "80", "80,443" or "80:90" has the port. */
function holdsPort(ports: string, { port }: FirstPacket): boolean {
  return ports.split(",").some((part) => {
    const [from = "", to = from] = part.split(":");
    return Number(from) <= port && port <= Number(to);
  });
}
