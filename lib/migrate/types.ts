/** Two ways to run kube-proxy in one cluster; types only. */
import type { BackendInput, ServicePortWithEndpoints } from "../backends/input.js";
import type { Client } from "../explain/clients.js";
import type { FrontendRole } from "../explain/frontends.js";
import type { Service } from "../kube/types.js";
import type { IPFamily } from "../net/ip.js";

/** Before or after. */
export interface Side {
  /** Of the node and family, without service ports. */
  readonly inputFor: (node: string, family: IPFamily) => BackendInput;
}

export interface ServiceOnNode {
  readonly service: Service;
  readonly node: string;
  readonly family: IPFamily;
  readonly before: SideState;
  readonly after: SideState;
}

export interface SideState {
  readonly input: BackendInput;
  readonly ports: readonly ServicePortWithEndpoints[];
}

/** Where a packet is sent, told by role and position so that it holds for every Service of the same shape. */
export interface Spot {
  readonly kind: "frontend" | "other-address" | "loopback" | "unused-port";
  /** Index of the service port in the longer of both lists. */
  readonly portName: number;
  readonly role: FrontendRole;
  /** Index among the addresses of the role. */
  readonly addressIndex: number;
}

/** A difference of one Service shape. */
export interface ShapeDifference {
  readonly spot: Spot;
  readonly clients: readonly Client["kind"][];
  readonly reason: ReasonId;
  readonly before: string;
  readonly after: string;
}

export type ReasonId =
  | "node-port-addresses"
  | "localhost-node-ports"
  | "source-ranges"
  | "local-policy"
  | "session-affinity"
  | "no-endpoints"
  | "unused-ports"
  | "frontend-gone"
  | "frontend-new"
  | "endpoints"
  | "source-address"
  | "other";
