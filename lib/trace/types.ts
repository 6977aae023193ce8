/** A packet, the node it meets and what may become of it; types only. */
import type { Rule as IptablesRule, Ruleset, TableName } from "../rulesets/iptables/types.js";
import type { IPVSState, RealServer, VirtualServer } from "../rulesets/ipvs/types.js";
import type { NftFamily, NftRule, NftRuleset } from "../rulesets/nftables/types.js";

/** Where a packet comes from. A pod and a host outside differ only in address and interface. */
export type Arrival =
  | { readonly from: "node" }
  | {
      readonly from: "pod" | "outside";
      /** Undefined: not known; rules that ask for it lead to `unknown`. */
      readonly interface?: string;
      /** It comes through a port of a bridge and br_netfilter is on. */
      readonly bridgePort?: boolean;
    };

/** The first packet of a connection, unless `connection` says otherwise. */
export interface Packet {
  readonly protocol: "tcp" | "udp" | "sctp";
  readonly source: string;
  readonly destination: string;
  readonly destinationPort: number;
  /** Undefined: not known; rules that ask for it lead to `unknown`. */
  readonly sourcePort?: number;
  readonly arrival: Arrival;
  /** As conntrack sees it; only new connections are translated by rules. */
  readonly connection?: "new" | "established" | "invalid";
  readonly mark?: number;
}

export interface Route {
  /** CIDR. */
  readonly to: string;
  readonly interface: string;
}

/** What rules ask of a node besides its rules. */
export interface NodeFacts {
  /** Addresses of the node's interfaces. Loopback addresses, and those of kube-ipvs0, need not be told. */
  readonly localAddresses: readonly string[];
  /** The node may have addresses besides these: whether one is its own is then not known, save for `otherAddresses`. */
  readonly mayHaveMoreAddresses?: boolean;
  /** Known to be none of the node's. */
  readonly otherAddresses?: readonly string[];
  readonly notCaptured?: readonly MissingPart[];
  /** Longest prefix wins; without one for a destination its output interface is not known. */
  readonly routes?: readonly Route[];
  /**
   * Clients that session affinity remembers and that have not timed out: name of the `recent` list or of the nftables
   * set, or `PROTOCOL ADDRESS:PORT > ADDRESS:PORT` for an IPVS persistence, to client addresses.
   */
  readonly affinity?: ReadonlyMap<string, readonly string[]>;
}

/** What was not captured of the node and may hold a rule for any packet. */
export interface MissingPart {
  /** "table nat (iptables-save gives it)". */
  readonly text: string;
  /** It may send packets elsewhere, so that no other end is sure; else it may end the way of those that nothing touches. */
  readonly translates: boolean;
}

/** Everything on a node that a packet meets. */
export interface TracedNode {
  /** One for each IP family, or more where two flavours are loaded. */
  readonly iptables?: readonly Ruleset[];
  readonly nftables?: readonly NftRuleset[];
  readonly ipvs?: readonly IPVSState[];
  readonly facts: NodeFacts;
}

/** One rule that matched, or the virtual server that took the packet. */
export type RuleHit =
  | {
      readonly kind: "iptables";
      readonly table: TableName;
      readonly chain: string;
      /** Within its chain, from 1. */
      readonly position: number;
      readonly rule: IptablesRule;
    }
  | {
      readonly kind: "nftables";
      readonly family: NftFamily;
      readonly table: string;
      readonly chain: string;
      readonly position: number;
      readonly rule: NftRule;
    }
  | { readonly kind: "ipvs"; readonly virtualServer: VirtualServer; readonly realServer: RealServer | undefined };

/** What becomes of a packet. */
export type Outcome =
  /** Its destination is translated. `masqueraded`: the source becomes an address of the node (`source`: this one). */
  | {
      readonly kind: "endpoint";
      readonly address: string;
      readonly port: number;
      readonly masqueraded: boolean;
      readonly source?: string;
    }
  /** It goes on to the destination it was sent to. */
  | { readonly kind: "undisturbed"; readonly masqueraded: boolean; readonly source?: string }
  /** Refused with an answer. */
  | { readonly kind: "rejected" }
  /** Thrown away without one. */
  | { readonly kind: "dropped" }
  /** A rule that could decide is not understood, or asks for what is not known. */
  | { readonly kind: "unknown"; readonly reason: string; readonly at?: RuleHit; readonly asks?: Question };

/** What a rule, or the way through the node, asks for and nobody told. */
export type Question =
  | { readonly kind: "in-interface" | "out-interface"; readonly name: string }
  | { readonly kind: "local"; readonly address: string };

/** An answer to a question that is taken for granted. */
export type Condition =
  /** One of the interfaces, or, negated, none of them. Names may end in "+" and then stand for all that begin so. */
  | {
      readonly kind: "in-interface" | "out-interface";
      readonly names: readonly string[];
      readonly negated: boolean;
    }
  | { readonly kind: "local"; readonly address: string; readonly isLocal: boolean };

/** What becomes of the packet where all the conditions hold. */
export interface TraceCase {
  readonly conditions: readonly Condition[];
  readonly outcomes: readonly TracedOutcome[];
}

/** One way through the rules. */
export interface Path {
  readonly outcome: Outcome;
  /** Of this path, 0 to 1. */
  readonly probability: number;
  /** Rules that matched, in order. */
  readonly hits: readonly RuleHit[];
  /** Names of the affinity lists, sets or persistences that this path adds the client to. */
  readonly remembered: readonly string[];
}

export interface TracedOutcome {
  readonly outcome: Outcome;
  readonly probability: number;
  readonly paths: readonly Path[];
}

/** The distribution over outcomes, most probable first; the probabilities sum to 1. */
export interface Trace {
  readonly packet: Packet;
  readonly outcomes: readonly TracedOutcome[];
  /** Where something is not known and the outcome depends on it: each answer with its outcomes. */
  readonly cases?: readonly TraceCase[];
}
