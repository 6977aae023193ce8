/** Cluster-scoped policies, group policy.networking.k8s.io. Source: kubernetes-sigs/network-policy-api. */
import type { KubeObject, LabelSelector } from "./types.js";

export interface AdminPeer {
  readonly namespaces?: LabelSelector;
  readonly pods?: { readonly namespaceSelector?: LabelSelector; readonly podSelector?: LabelSelector };
  readonly networks?: readonly string[];
  readonly nodes?: LabelSelector;
  readonly domainNames?: readonly string[];
}

/** v1alpha1 (AdminNetworkPolicy, BaselineAdminNetworkPolicy). */
export interface AdminPort {
  readonly portNumber?: { readonly protocol?: string; readonly port?: number };
  readonly portRange?: { readonly protocol?: string; readonly start?: number; readonly end?: number };
  readonly namedPort?: string;
}

interface DestinationPort {
  readonly destinationPort?: {
    readonly number?: number;
    readonly range?: { readonly start?: number; readonly end?: number };
  };
}

/** v1alpha2 (ClusterNetworkPolicy). */
export interface AdminProtocol {
  readonly tcp?: DestinationPort;
  readonly udp?: DestinationPort;
  readonly sctp?: DestinationPort;
  readonly destinationNamedPort?: string;
}

export interface AdminRule {
  readonly name?: string;
  readonly action: string;
  readonly from?: readonly AdminPeer[];
  readonly to?: readonly AdminPeer[];
  readonly ports?: readonly AdminPort[] | null;
  readonly protocols?: readonly AdminProtocol[] | null;
}

export interface AdminPolicy extends KubeObject {
  readonly kind: "AdminNetworkPolicy" | "BaselineAdminNetworkPolicy" | "ClusterNetworkPolicy";
  readonly spec: {
    readonly tier?: string;
    readonly priority?: number;
    readonly subject: Pick<AdminPeer, "namespaces" | "pods">;
    readonly ingress?: readonly AdminRule[];
    readonly egress?: readonly AdminRule[];
  };
}
