/** Two states of a cluster, and what becomes of packets in both; types only. */
import type { BackendInput, ServicePortWithEndpoints } from "../backends/input.js";
import type { Cluster } from "../cluster/types.js";
import type { EndpointSlice, Service } from "../kube/types.js";
import type { IPFamily } from "../net/ip.js";
import type { ImpactClient, ImpactRole } from "../results/impact-report.js";
import type { Outcome, TracedNode } from "../trace/types.js";

/** Compiles the rules of a node. */
export type CompileNode = (input: BackendInput) => Promise<TracedNode>;

/** One of the two states, asked node by node. */
export interface Side {
  readonly cluster: Cluster;
  /** By "ns/name". */
  readonly services: ReadonlyMap<string, Service>;
  /** Names, sorted; [""] for a node on which nothing is local. */
  readonly nodes: readonly string[];
  readonly slicesOf: (service: Service) => readonly EndpointSlice[];
  /** Undefined where the node's rules cannot be told. */
  readonly inputFor: (node: string, family: IPFamily) => BackendInput | undefined;
  /** Equal for nodes that rules treat alike, names and addresses apart. */
  readonly kindOf: (node: string) => string;
  /** Equal on both sides where the node itself is the same. */
  readonly factsOf: (node: string) => string;
}

export interface Sides {
  readonly before: Side;
  readonly after: Side;
}

/** What a group of Services that share frontends has on one node in one family. */
export interface UnitState {
  readonly input: BackendInput;
  readonly ports: readonly ServicePortWithEndpoints[];
}

export interface UnitOnNode {
  readonly family: IPFamily;
  readonly node: string;
  readonly before: UnitState;
  readonly after: UnitState;
}

/** Where packets are sent: one frontend on either side or both. */
export interface Destination {
  readonly role: ImpactRole;
  /** Of the node, for node ports and health checks. */
  readonly address: string;
  readonly number: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  /** The service port that has it. */
  readonly before: ServicePortWithEndpoints | undefined;
  readonly after: ServicePortWithEndpoints | undefined;
}

/** One outcome with its share of the packets, 0 to 1. */
export interface Share {
  readonly outcome: Outcome;
  readonly probability: number;
}

/** What becomes of a client's packets before and after. */
export interface ClientOutcomes {
  /** Index among the unit's destinations. */
  readonly destination: number;
  readonly client: ImpactClient;
  readonly before: readonly Share[];
  readonly after: readonly Share[];
  /** What becomes of a client that came to the cluster IP before, where that differs. */
  readonly again?: { readonly before: string; readonly after: string };
}

/** Lines of rules that a unit has on a node. */
export interface RuleCounts {
  readonly before: number;
  readonly after: number;
  readonly lost: number;
  readonly gained: number;
}
