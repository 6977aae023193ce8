/** A packet underway: its headers as they are now, and what conntrack knows of it. */
import { parseIP, type IPAddress, type IPFamily } from "../net/ip.js";
import type { Packet, RuleHit } from "./types.js";

export const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132 };

export interface PacketState {
  readonly family: IPFamily;
  readonly protocol: "tcp" | "udp" | "sctp";
  readonly source: IPAddress;
  readonly destination: IPAddress;
  readonly sourcePort: number | undefined;
  readonly destinationPort: number;
  readonly connection: "new" | "established" | "invalid";
  readonly mark: number;
  /** Empty: none (packets of the node itself); undefined: not known. */
  readonly inputInterface: string | undefined;
  /** Empty: not routed yet, or for the node itself; undefined: not known. */
  readonly outputInterface: string | undefined;
  readonly bridgePort: boolean;
  /** Sent by the node itself. */
  readonly fromNode: boolean;
  /** The node's own packet to itself, on its second half through the loopback interface. */
  readonly looped: boolean;
  /** Whether conntrack has settled the destination's, the source's translation (perhaps to none). */
  readonly destinationSettled: boolean;
  readonly sourceSettled: boolean;
  /** A rule translated the destination. */
  readonly translated: boolean;
  /** The translation changed it: conntrack's DNAT status. */
  readonly destinationChanged: boolean;
  readonly masqueraded: boolean;
  /** The address SNAT gave, when it was a rule with an address. */
  readonly sourceGiven: string | undefined;
  /** The virtual server whose connection it belongs to. */
  readonly virtualServer: VirtualService | undefined;
  readonly remembered: readonly string[];
  readonly assumed: Assumed;
}

/** What is taken for granted where it is not known. */
export interface Assumed {
  /** Canonical addresses: whether they are the node's own. */
  readonly local: ReadonlyMap<string, boolean>;
  readonly input: AssumedInterface;
  readonly output: AssumedInterface;
}

export interface AssumedInterface {
  readonly name?: string;
  /** Names, or beginnings of names with a "+", that it does not have. */
  readonly not: readonly string[];
}

export const NOTHING_ASSUMED: Assumed = { local: new Map(), input: { not: [] }, output: { not: [] } };

export interface VirtualService {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
}

/** Rules hit so far, last first; branches share their beginnings. */
export interface HitList {
  readonly hit: RuleHit;
  readonly before: HitList | undefined;
}

/**
 * The state in which a packet enters the rules, or a text that says which address is none or that the families differ.
 */
export function enterPacket(packet: Packet, assumed = NOTHING_ASSUMED): PacketState | string {
  const source = parseIP(packet.source);
  const destination = parseIP(packet.destination);
  if (!source) return `source ${JSON.stringify(packet.source)} is no IP address`;
  if (!destination) return `destination ${JSON.stringify(packet.destination)} is no IP address`;
  if (source.family !== destination.family) return "source and destination are of different IP families";
  const { arrival } = packet;
  const fromNode = arrival.from === "node";
  return {
    family: destination.family,
    protocol: packet.protocol,
    source,
    destination,
    sourcePort: packet.sourcePort,
    destinationPort: packet.destinationPort,
    connection: packet.connection ?? "new",
    mark: (packet.mark ?? 0) >>> 0,
    inputInterface: fromNode ? "" : (arrival.interface ?? assumed.input.name),
    outputInterface: "",
    bridgePort: !fromNode && arrival.bridgePort === true,
    fromNode,
    looped: false,
    destinationSettled: false,
    sourceSettled: false,
    translated: false,
    destinationChanged: false,
    masqueraded: false,
    sourceGiven: undefined,
    virtualServer: undefined,
    remembered: [],
    // A sender elsewhere with an address of the node would be thrown away as a martian before any rule.
    assumed: { ...assumed, local: new Map([...assumed.local, [source.text, fromNode]]) },
  };
}
