/** What one NetworkPolicy says. Source: networking.k8s.io/v1, as network plugins read it. */
import { selectorMatches } from "../kube/label-selector.js";
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, Pod } from "../kube/types.js";
import { cidrContains, parseCIDR } from "../net/cidr.js";
import { parseIP } from "../net/ip.js";
import type { NamespaceMatcher } from "./namespace-labels.js";
import { addressOf, isOrdinaryPod, namedPortOf } from "./parties.js";
import { and, some, type Truth } from "./truth.js";
import type { Connection, Direction, Party } from "./types.js";

/** Whether the policy isolates in the direction. No policyTypes: ingress always, egress when it has egress rules. */
export function hasDirection({ spec }: NetworkPolicy, direction: Direction): boolean {
  const types = spec.policyTypes ?? [];
  if (types.length > 0) return types.includes(direction === "ingress" ? "Ingress" : "Egress");
  return direction === "ingress" || (spec.egress?.length ?? 0) > 0;
}

/** Whether the policy's own selector picks the pod. */
export function selectsPod({ spec, metadata }: NetworkPolicy, pod: Pod): boolean {
  return (
    (metadata.namespace ?? "default") === (pod.metadata.namespace ?? "default") &&
    selectorMatches(spec.podSelector ?? {}, pod.metadata.labels)
  );
}

export interface PolicyRule {
  readonly peers: readonly NetworkPolicyPeer[];
  readonly ports: readonly NetworkPolicyPort[];
}

/** The policy's rules for the direction. */
export function rulesOf({ spec }: NetworkPolicy, direction: Direction): PolicyRule[] {
  return direction === "ingress"
    ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from ?? [], ports: ports ?? [] }))
    : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to ?? [], ports: ports ?? [] }));
}

/** Whether a port element holds for the connection; a name is looked up on the destination pod. */
export function portMatches(port: NetworkPolicyPort, { protocol, port: number, destination }: Connection): boolean {
  if ((port.protocol ?? "TCP") !== protocol) return false;
  if (port.port === undefined || port.port === null) return true;
  if (typeof port.port === "string")
    return destination.kind === "pod" && namedPortOf(destination.pod, port.port, protocol) === number;
  return port.endPort === undefined || port.endPort === null
    ? port.port === number
    : port.port <= number && number <= port.endPort;
}

function blockMatches({ cidr, except }: NonNullable<NetworkPolicyPeer["ipBlock"]>, address: string | undefined): Truth {
  const ip = address === undefined ? undefined : parseIP(address);
  if (!ip) return undefined;
  const contains = (text: string) => {
    const parsed = parseCIDR(text);
    return parsed !== undefined && cidrContains(parsed, ip);
  };
  return contains(cidr) && !(except ?? []).some(contains);
}

/** Whether a peer element holds for the other end. Selectors pick ordinary pods only. */
function peerMatches(
  peer: NetworkPolicyPeer,
  other: Party,
  policyNamespace: string,
  matchesNamespace: NamespaceMatcher,
): Truth {
  if (peer.ipBlock) return blockMatches(peer.ipBlock, addressOf(other));
  if (!peer.podSelector && !peer.namespaceSelector) return false;
  if (other.kind !== "pod" || !isOrdinaryPod(other.pod)) return false;
  const namespace = other.pod.metadata.namespace ?? "default";
  if (peer.podSelector && !selectorMatches(peer.podSelector, other.pod.metadata.labels)) return false;
  return peer.namespaceSelector ? matchesNamespace(namespace, peer.namespaceSelector) : namespace === policyNamespace;
}

/** Whether a rule allows the connection: one of its peers and one of its ports; none listed means any. */
export function ruleMatches(
  rule: PolicyRule,
  connection: Connection,
  other: Party,
  policyNamespace: string,
  matchesNamespace: NamespaceMatcher,
): Truth {
  const port = rule.ports.length === 0 || rule.ports.some((element) => portMatches(element, connection));
  return and(port, () =>
    rule.peers.length === 0
      ? true
      : some(rule.peers, (peer) => peerMatches(peer, other, policyNamespace, matchesNamespace)),
  );
}
