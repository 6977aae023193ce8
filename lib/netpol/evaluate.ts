/** Whether policies let a connection through, and which of them decides. */
import type { KubeObject, NetworkPolicy, Pod } from "../kube/types.js";
import { canonicalIP, isLoopback, parseIP } from "../net/ip.js";
import {
  actionOf,
  adminRuleMatches,
  ambiguousPriorities,
  isSubject,
  policiesOfTier,
  type Tier,
} from "./admin-policy.js";
import { createNamespaceMatcher } from "./namespace-labels.js";
import { hasDirection, ruleMatches, rulesOf, selectsPod } from "./network-policy.js";
import { addressesOf, isOrdinaryPod, isOwnNodeOf, partyText } from "./parties.js";
import type { Truth } from "./truth.js";
import type {
  Connection,
  DecidingRule,
  Direction,
  DirectionVerdict,
  Party,
  PolicyInput,
  PolicyVerdict,
  Verdict,
} from "./types.js";

export interface PolicyEvaluator {
  readonly evaluate: (connection: Connection) => PolicyVerdict;
  /** The NetworkPolicies that isolate the pod in the direction. */
  readonly isolating: (pod: Pod, direction: Direction) => readonly NetworkPolicy[];
}

/** "NetworkPolicy prod/deny-all" or "AdminNetworkPolicy lockdown". */
export function policyText({
  kind,
  metadata,
}: {
  kind: string;
  metadata: { name: string; namespace?: string };
}): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}

/**
 * An evaluator over the input's policies; indexes are built once.
 * Assumes what most plugins do: host-network pods are node traffic, a pod's own node always reaches it, and both checks
 * see the packet after service DNAT.
 */
export function createPolicyEvaluator(input: PolicyInput): PolicyEvaluator {
  const byNamespace = new Map<string, NetworkPolicy[]>();
  for (const policy of input.networkPolicies) {
    const namespace = policy.metadata.namespace ?? "default";
    const list = byNamespace.get(namespace);
    if (list) list.push(policy);
    else byNamespace.set(namespace, [policy]);
  }
  const isolating = (pod: Pod, direction: Direction) =>
    (byNamespace.get(pod.metadata.namespace ?? "default") ?? []).filter(
      (policy) => hasDirection(policy, direction) && selectsPod(policy, pod),
    );
  return { isolating, evaluate: createEvaluate(input, isolating) };
}

type TierOutcome = { readonly verdict: Verdict; readonly reason: string; readonly rule?: DecidingRule } | undefined;

function createEvaluate(
  input: PolicyInput,
  isolating: PolicyEvaluator["isolating"],
): (connection: Connection) => PolicyVerdict {
  const matchesNamespace = createNamespaceMatcher(input.namespaces);
  const adminPolicies = input.adminPolicies ?? [];
  const tiers: Record<Tier, ReturnType<typeof policiesOfTier>> = {
    admin: policiesOfTier(adminPolicies, "admin"),
    baseline: policiesOfTier(adminPolicies, "baseline"),
  };

  /** The tier's first rule that matches; undefined when none does or it passes the connection on. */
  const judgeTier = (tier: Tier, direction: Direction, pod: Pod, other: Party, connection: Connection): TierOutcome => {
    for (const policy of tiers[tier]) {
      const subject = isSubject(policy, pod, matchesNamespace);
      if (subject === false) continue;
      for (const [ruleIndex, rule] of (policy.spec[direction] ?? []).entries()) {
        const matches = subject && adminRuleMatches(rule, direction, connection, other, matchesNamespace);
        if (matches === false) continue;
        const deciding = { policy, ruleIndex, path: ["spec", direction, ruleIndex] };
        if (matches === undefined)
          return {
            verdict: "unknown",
            reason: `whether ${direction} rule ${ruleIndex} of ${policyText(policy)} matches is not known from the input`,
            rule: deciding,
          };
        const action = actionOf(rule);
        if (action === "pass") return undefined;
        const verb = action === "allow" ? "allows" : "denies";
        return {
          verdict: action === "allow" ? "allowed" : "denied",
          reason: `${direction} rule ${ruleIndex} of ${policyText(policy)} ${verb} it`,
          rule: deciding,
        };
      }
    }
    return undefined;
  };

  const judgeNetworkPolicies = (
    direction: Direction,
    policies: readonly NetworkPolicy[],
    other: Party,
    connection: Connection,
  ): TierOutcome => {
    let doubtful: DecidingRule | undefined;
    for (const policy of policies) {
      const namespace = policy.metadata.namespace ?? "default";
      for (const [ruleIndex, rule] of rulesOf(policy, direction).entries()) {
        const matches: Truth = ruleMatches(rule, connection, other, namespace, matchesNamespace);
        const deciding = { policy, ruleIndex, path: ["spec", direction, ruleIndex] };
        if (matches)
          return {
            verdict: "allowed",
            reason: `${direction} rule ${ruleIndex} of ${policyText(policy)} allows it`,
            rule: deciding,
          };
        if (matches === undefined) doubtful ??= deciding;
      }
    }
    if (doubtful)
      return {
        verdict: "unknown",
        reason: `whether ${direction} rule ${doubtful.ruleIndex} of ${policyText(doubtful.policy)} matches is not known from the input`,
        rule: doubtful,
      };
    const names = policies.map(policyText).join(", ");
    return {
      verdict: "denied",
      reason: `${names} ${policies.length === 1 ? "isolates" : "isolate"} the pod for ${direction} and no rule allows ${partyText(other)} on ${connection.protocol} ${connection.port}`,
    };
  };

  const judge = (direction: Direction, connection: Connection, notes: Set<string>): DirectionVerdict => {
    const [own, other] =
      direction === "egress"
        ? [connection.source, connection.destination]
        : [connection.destination, connection.source];
    const passed = (reason: string): DirectionVerdict => ({ direction, verdict: "allowed", reason, isolatedBy: [] });
    if (own.kind !== "pod") return passed(`${partyText(own)} is no pod, so no policy applies to its ${direction}`);
    if (!isOrdinaryPod(own.pod)) {
      if (own.pod.spec.hostNetwork)
        notes.add(`${partyText(own)} uses the host's network; most network plugins apply no policy to it`);
      return passed(`${partyText(own)} is not a pod that policies apply to`);
    }
    if (isOwnNodeOf(other, own.pod, input.nodes)) {
      if (direction === "egress")
        notes.add("traffic from a pod to its own node is taken as allowed; network plugins differ");
      return passed(
        direction === "ingress" ? "a pod's own node always reaches it" : "the destination is the pod's own node",
      );
    }
    const isolatedBy = isolating(own.pod, direction);
    const outcome =
      judgeTier("admin", direction, own.pod, other, connection) ??
      (isolatedBy.length > 0
        ? judgeNetworkPolicies(direction, isolatedBy, other, connection)
        : judgeTier("baseline", direction, own.pod, other, connection));
    if (outcome) {
      if (outcome.rule && other.kind === "pod" && matchedByBlock(outcome.rule, direction))
        notes.add("a rule with ipBlock is taken to match pod addresses too; network plugins differ");
      return { direction, isolatedBy, ...outcome };
    }
    if (input.policiesUnknown)
      return { direction, verdict: "unknown", reason: "the input cannot hold NetworkPolicies", isolatedBy };
    return passed(`no policy isolates ${partyText(own)} for ${direction}`);
  };

  return (connection) => {
    const notes = new Set<string>();
    if (isSamePod(connection)) {
      const verdict = (direction: Direction): DirectionVerdict => ({
        direction,
        verdict: "allowed",
        reason: "a pod always reaches itself",
        isolatedBy: [],
      });
      return { verdict: "allowed", egress: verdict("egress"), ingress: verdict("ingress"), notes: [] };
    }
    const egress = judge("egress", connection, notes);
    const ingress = judge("ingress", connection, notes);
    const both = [egress.verdict, ingress.verdict];
    const verdict = both.includes("denied") ? "denied" : both.includes("unknown") ? "unknown" : "allowed";
    for (const note of standingNotes(input, verdict)) notes.add(note);
    return { verdict, egress, ingress, notes: [...notes] };
  };
}

function matchedByBlock({ policy, ruleIndex }: DecidingRule, direction: Direction): boolean {
  if (policy.kind !== "NetworkPolicy") return false;
  const rule = rulesOf(policy as NetworkPolicy, direction)[ruleIndex];
  return rule !== undefined && rule.peers.length > 0 && rule.peers.every(({ ipBlock }) => ipBlock !== undefined);
}

function isSamePod({ source, destination }: Connection): boolean {
  if (source.kind !== "pod") return false;
  if (destination.kind === "ip") {
    const ip = parseIP(destination.ip);
    return (
      ip !== undefined &&
      (isLoopback(ip) || addressesOf(source).includes(canonicalIP(destination.ip)!)) &&
      isOrdinaryPod(source.pod)
    );
  }
  return (
    destination.kind === "pod" &&
    destination.pod.metadata.name === source.pod.metadata.name &&
    destination.pod.metadata.namespace === source.pod.metadata.namespace
  );
}

/** Calico and Antrea have kinds of the same names as the ones that are evaluated. */
function foreignKindText({ apiVersion, kind }: KubeObject): string {
  return /^(Cluster)?NetworkPolicy$/.test(kind) ? `${kind} (${apiVersion.split("/")[0]})` : kind;
}

/** What the whole input leaves open. */
function standingNotes(input: PolicyInput, verdict: Verdict): string[] {
  const notes: string[] = [];
  const foreign = [...new Set((input.foreignPolicies ?? []).map(foreignKindText))].sort();
  if (foreign.length > 0 && verdict === "allowed")
    notes.push(`${foreign.join(", ")} objects are not evaluated, so "allowed" is provisional`);
  for (const [a, b] of ambiguousPriorities(input.adminPolicies ?? []))
    notes.push(
      `${policyText(a)} and ${policyText(b)} have the same priority, so which of them goes first is not defined`,
    );
  const kinds = new Set((input.adminPolicies ?? []).map(({ kind }) => kind));
  if (kinds.has("ClusterNetworkPolicy") && kinds.size > 1)
    notes.push(
      "ClusterNetworkPolicy and the older AdminNetworkPolicy kinds are mixed; they are evaluated together by priority",
    );
  return notes;
}
