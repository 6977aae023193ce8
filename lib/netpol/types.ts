/** Connections as NetworkPolicies see them, and verdicts on them; types only. */
import type { AdminPolicy } from "../kube/admin-policy.js";
import type { KubeObject, NetworkPolicy, Node, Pod, Protocol } from "../kube/types.js";
import type { FieldPath } from "../source/origin.js";

/** One end of a connection. `ip`: the address used; a pod's or node's first one when left out. */
export type Party =
  | { readonly kind: "pod"; readonly pod: Pod; readonly ip?: string }
  | { readonly kind: "node"; readonly node: Node; readonly ip?: string }
  | { readonly kind: "ip"; readonly ip: string };

/** A connection after service DNAT: the destination is the backend, the port is the pod's. */
export interface Connection {
  readonly source: Party;
  readonly destination: Party;
  readonly protocol: Protocol;
  readonly port: number;
}

export type Direction = "ingress" | "egress";
export type Verdict = "allowed" | "denied" | "unknown";

/** The policy and rule that decide, with the path of the rule in the policy's object. */
export interface DecidingRule {
  readonly policy: KubeObject;
  readonly ruleIndex: number;
  readonly path: FieldPath;
}

export interface DirectionVerdict {
  readonly direction: Direction;
  readonly verdict: Verdict;
  /** One sentence. */
  readonly reason: string;
  readonly rule?: DecidingRule;
  /** The NetworkPolicies that isolate the pod in this direction. */
  readonly isolatedBy: readonly NetworkPolicy[];
}

export interface PolicyVerdict {
  readonly verdict: Verdict;
  readonly egress: DirectionVerdict;
  readonly ingress: DirectionVerdict;
  /** What depends on the network plugin, and what was not evaluated. */
  readonly notes: readonly string[];
}

/** What policies are judged with. */
export interface PolicyInput {
  readonly networkPolicies: readonly NetworkPolicy[];
  readonly namespaces: readonly KubeObject[];
  readonly nodes: readonly Node[];
  readonly adminPolicies?: readonly AdminPolicy[];
  /** Policies of other APIs (Cilium, Calico, Antrea): seen, not evaluated. */
  readonly foreignPolicies?: readonly KubeObject[];
  /** The input cannot hold NetworkPolicies (a cluster-info dump): nothing is known about them. */
  readonly policiesUnknown?: boolean;
}
