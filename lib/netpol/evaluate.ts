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
  const rules: Rules = {
    input,
    isolating,
    matchesNamespace: createNamespaceMatcher(input.namespaces),
    tiers: {
      admin: policiesOfTier(input.adminPolicies ?? [], "admin"),
      baseline: policiesOfTier(input.adminPolicies ?? [], "baseline"),
    },
  };
  return { isolating, evaluate: (connection) => judge(connection, rules) };
}

/** The policies of the input, ready to be asked. */
interface Rules {
  readonly input: PolicyInput;
  readonly isolating: PolicyEvaluator["isolating"];
  readonly matchesNamespace: ReturnType<typeof createNamespaceMatcher>;
  readonly tiers: Readonly<Record<Tier, ReturnType<typeof policiesOfTier>>>;
}

function judge(connection: Connection, rules: Rules): PolicyVerdict {
  if (isSamePod(connection)) {
    const reason = "a pod always reaches itself";
    const of = (direction: Direction): DirectionVerdict => ({ direction, verdict: "allowed", reason, isolatedBy: [] });
    return { verdict: "allowed", egress: of("egress"), ingress: of("ingress"), notes: [] };
  }
  const notes = new Set<string>();
  const egress = judgeDirection("egress", connection, rules, notes);
  const ingress = judgeDirection("ingress", connection, rules, notes);
  const both = [egress.verdict, ingress.verdict];
  const verdict = both.includes("denied") ? "denied" : both.includes("unknown") ? "unknown" : "allowed";
  for (const note of standingNotes(rules.input, verdict)) notes.add(note);
  return { verdict, egress, ingress, notes: [...notes] };
}

/** One end of a connection: its pod's policies, and the party at the other end. */
interface End {
  readonly direction: Direction;
  readonly pod: Pod;
  readonly other: Party;
  readonly connection: Connection;
}

/** Adds to `notes` what is taken as given. */
function judgeDirection(
  direction: Direction,
  connection: Connection,
  rules: Rules,
  notes: Set<string>,
): DirectionVerdict {
  const { source, destination } = connection;
  const [own, other] = direction === "egress" ? [source, destination] : [destination, source];
  const passed = (reason: string): DirectionVerdict => ({ direction, verdict: "allowed", reason, isolatedBy: [] });
  if (own.kind !== "pod") return passed(`${partyText(own)} is no pod, so no policy applies to its ${direction}`);
  if (!isOrdinaryPod(own.pod)) {
    if (own.pod.spec.hostNetwork)
      notes.add(`${partyText(own)} uses the host's network; most network plugins apply no policy to it`);
    return passed(`${partyText(own)} is not a pod that policies apply to`);
  }
  if (isOwnNodeOf(other, own.pod, rules.input.nodes)) {
    if (direction === "egress")
      notes.add("traffic from a pod to its own node is taken as allowed; network plugins differ");
    return passed(
      direction === "ingress" ? "a pod's own node always reaches it" : "the destination is the pod's own node",
    );
  }
  const isolatedBy = rules.isolating(own.pod, direction);
  const outcome = judgeTiers({ direction, pod: own.pod, other, connection }, isolatedBy, rules);
  if (outcome) {
    if (outcome.rule && other.kind === "pod" && matchedByBlock(outcome.rule, direction))
      notes.add("a rule with ipBlock is taken to match pod addresses too; network plugins differ");
    return { direction, isolatedBy, ...outcome };
  }
  if (rules.input.policiesUnknown)
    return { direction, verdict: "unknown", reason: "the input cannot hold NetworkPolicies", isolatedBy };
  return passed(`no policy isolates ${partyText(own)} for ${direction}`);
}

type TierOutcome = { readonly verdict: Verdict; readonly reason: string; readonly rule?: DecidingRule } | undefined;

/** Admin policies first; NetworkPolicies, where any isolates the pod; else the baseline. */
function judgeTiers(end: End, isolatedBy: readonly NetworkPolicy[], rules: Rules): TierOutcome {
  const admin = judgeTier("admin", end, rules);
  if (admin) return admin;
  return isolatedBy.length > 0
    ? judgeNetworkPolicies(end, isolatedBy, rules.matchesNamespace)
    : judgeTier("baseline", end, rules);
}

/** The tier's first rule that matches; undefined when none does or it passes the connection on. */
function judgeTier(
  tier: Tier,
  { direction, pod, other, connection }: End,
  { tiers, matchesNamespace }: Rules,
): TierOutcome {
  for (const policy of tiers[tier]) {
    const subject = isSubject(policy, pod, matchesNamespace);
    if (subject === false) continue;
    for (const [ruleIndex, rule] of (policy.spec[direction] ?? []).entries()) {
      const matches = subject && adminRuleMatches(rule, direction, connection, other, matchesNamespace);
      if (matches === false) continue;
      const deciding = { policy, ruleIndex, path: ["spec", direction, ruleIndex] };
      if (matches === undefined) return notKnown(deciding, direction);
      const action = actionOf(rule);
      return action === "pass" ? undefined : decided(action === "allow" ? "allowed" : "denied", deciding, direction);
    }
  }
  return undefined;
}

/** One rule that allows is enough; a pod that policies isolate is denied what none allows. */
function judgeNetworkPolicies(
  { direction, other, connection }: End,
  policies: readonly NetworkPolicy[],
  matchesNamespace: Rules["matchesNamespace"],
): TierOutcome {
  let doubtful: DecidingRule | undefined;
  for (const policy of policies) {
    const namespace = policy.metadata.namespace ?? "default";
    for (const [ruleIndex, rule] of rulesOf(policy, direction).entries()) {
      const matches: Truth = ruleMatches(rule, connection, other, namespace, matchesNamespace);
      const deciding = { policy, ruleIndex, path: ["spec", direction, ruleIndex] };
      if (matches) return decided("allowed", deciding, direction);
      if (matches === undefined) doubtful ??= deciding;
    }
  }
  if (doubtful) return notKnown(doubtful, direction);
  const names = policies.map(policyText).join(", ");
  return {
    verdict: "denied",
    reason: `${names} ${policies.length === 1 ? "isolates" : "isolate"} the pod for ${direction} and no rule allows ${partyText(other)} on ${connection.protocol} ${connection.port}`,
  };
}

function decided(verdict: "allowed" | "denied", rule: DecidingRule, direction: Direction): TierOutcome {
  const verb = verdict === "allowed" ? "allows" : "denies";
  return { verdict, reason: `${direction} rule ${rule.ruleIndex} of ${policyText(rule.policy)} ${verb} it`, rule };
}

function notKnown(rule: DecidingRule, direction: Direction): TierOutcome {
  const reason = `whether ${direction} rule ${rule.ruleIndex} of ${policyText(rule.policy)} matches is not known from the input`;
  return { verdict: "unknown", reason, rule };
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
