/** Cluster-scoped policies: tiers, order, subjects and rules. Source: kubernetes-sigs/network-policy-api. */
import { selectorMatches } from "../kube/label-selector.js";
import type { AdminPeer, AdminPolicy, AdminPort, AdminProtocol, AdminRule } from "../kube/admin-policy.js";
import type { Pod } from "../kube/types.js";
import { cidrContains, parseCIDR } from "../net/cidr.js";
import { parseIP } from "../net/ip.js";
import type { NamespaceMatcher } from "./namespace-labels.js";
import { addressOf, isOrdinaryPod, namedPortOf } from "./parties.js";
import { and, some, type Truth } from "./truth.js";
import type { Connection, Direction, Party } from "./types.js";

export type Tier = "admin" | "baseline";
export type Action = "allow" | "deny" | "pass";

/** The tier of a policy. */
function tierOf({ kind, spec }: AdminPolicy): Tier {
  if (kind === "ClusterNetworkPolicy") return spec.tier === "Baseline" ? "baseline" : "admin";
  return kind === "BaselineAdminNetworkPolicy" ? "baseline" : "admin";
}

/** The policies of a tier in the order they are asked: priority, then name. */
export function policiesOfTier(policies: readonly AdminPolicy[], tier: Tier): AdminPolicy[] {
  const priority = ({ spec }: AdminPolicy) => spec.priority ?? 0;
  return policies
    .filter((policy) => tierOf(policy) === tier)
    .sort((a, b) => priority(a) - priority(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** Allow and Accept, Deny, Pass; anything else fails closed. */
export function actionOf({ action }: AdminRule): Action {
  return action === "Allow" || action === "Accept" ? "allow" : action === "Pass" ? "pass" : "deny";
}

function selectorPeerMatches(
  peer: Pick<AdminPeer, "namespaces" | "pods">,
  pod: Pod,
  matchesNamespace: NamespaceMatcher,
): Truth {
  const namespace = pod.metadata.namespace ?? "default";
  if (peer.namespaces) return matchesNamespace(namespace, peer.namespaces);
  const { namespaceSelector = {}, podSelector = {} } = peer.pods ?? {};
  return and(selectorMatches(podSelector, pod.metadata.labels), () => matchesNamespace(namespace, namespaceSelector));
}

/** Whether the policy's subject is the pod. */
export function isSubject({ spec }: AdminPolicy, pod: Pod, matchesNamespace: NamespaceMatcher): Truth {
  if (!spec.subject?.namespaces && !spec.subject?.pods) return false;
  return selectorPeerMatches(spec.subject, pod, matchesNamespace);
}

/** An element that names nothing known matches nothing when it allows, and everything otherwise. */
function peerMatches(peer: AdminPeer, other: Party, allows: boolean, matchesNamespace: NamespaceMatcher): Truth {
  if (peer.namespaces || peer.pods)
    return other.kind === "pod" && isOrdinaryPod(other.pod)
      ? selectorPeerMatches(peer, other.pod, matchesNamespace)
      : false;
  if (peer.networks) {
    const ip = parseIP(addressOf(other) ?? "");
    return ip === undefined
      ? undefined
      : some(peer.networks, (text) => {
          const cidr = parseCIDR(text);
          return cidr !== undefined && cidrContains(cidr, ip);
        });
  }
  if (peer.nodes)
    return other.kind === "node"
      ? selectorMatches(peer.nodes, other.node.metadata.labels)
      : other.kind === "pod"
        ? false
        : undefined;
  if (peer.domainNames) return other.kind === "ip" ? undefined : false;
  return !allows;
}

function inRange(number: number, start: number | undefined, end: number | undefined): boolean {
  return (start ?? 1) <= number && number <= (end ?? 65535);
}

function namedMatches(name: string, { destination, port, protocol }: Connection): boolean {
  return destination.kind === "pod" && namedPortOf(destination.pod, name, protocol) === port;
}

function portMatches(element: AdminPort, connection: Connection): boolean {
  const { port, protocol } = connection;
  if (element.portNumber)
    return (element.portNumber.protocol ?? "TCP") === protocol && element.portNumber.port === port;
  if (element.portRange)
    return (
      (element.portRange.protocol ?? "TCP") === protocol &&
      inRange(port, element.portRange.start, element.portRange.end)
    );
  return element.namedPort !== undefined && namedMatches(element.namedPort, connection);
}

function protocolMatches(element: AdminProtocol, connection: Connection): boolean {
  if (element.destinationNamedPort !== undefined) return namedMatches(element.destinationNamedPort, connection);
  const part = { TCP: element.tcp, UDP: element.udp, SCTP: element.sctp }[connection.protocol];
  if (!part) return false;
  const wanted = part.destinationPort;
  if (!wanted) return true;
  if (wanted.number !== undefined) return wanted.number === connection.port;
  return wanted.range ? inRange(connection.port, wanted.range.start, wanted.range.end) : true;
}

/** Whether a rule's peers and ports hold for the connection. */
export function adminRuleMatches(
  rule: AdminRule,
  direction: Direction,
  connection: Connection,
  other: Party,
  matchesNamespace: NamespaceMatcher,
): Truth {
  const allows = actionOf(rule) === "allow";
  const elements = [
    ...(rule.ports ?? []).map((element) => portMatches(element, connection)),
    ...(rule.protocols ?? []).map((element) => protocolMatches(element, connection)),
  ];
  const port = elements.length === 0 || elements.includes(true);
  const peers = (direction === "ingress" ? rule.from : rule.to) ?? [];
  return and(port, () => some(peers, (peer) => peerMatches(peer, other, allows, matchesNamespace)));
}

/** Policies of one tier with the same priority whose order is therefore left open, as pairs of names. */
export function ambiguousPriorities(policies: readonly AdminPolicy[]): [AdminPolicy, AdminPolicy][] {
  const pairs: [AdminPolicy, AdminPolicy][] = [];
  for (const tier of ["admin", "baseline"] as const) {
    const sorted = policiesOfTier(policies, tier);
    for (let i = 1; i < sorted.length; i++)
      if ((sorted[i - 1]!.spec.priority ?? 0) === (sorted[i]!.spec.priority ?? 0))
        pairs.push([sorted[i - 1]!, sorted[i]!]);
  }
  return pairs;
}
