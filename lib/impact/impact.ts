/** What a change does to every frontend: two states to one report. */
import { plural } from "../explain/word-context.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { Situation } from "../pipeline/situation.js";
import {
  IMPACT_KINDS,
  type ImpactChange,
  type ImpactEndpoints,
  type ImpactKind,
  type ImpactReport,
  type ImpactSide,
  type ImpactUndecided,
} from "../results/impact-report.js";
import { compareText, nodesOf } from "./collect-changes.js";
import { compareSides, type ComparedSides, type CompareOptions } from "./compare-sides.js";
import { changeMessage } from "./messages.js";
import { nameChanges } from "./name-changes.js";
import { nodeAddressNotes } from "./node-addresses.js";
import { policyChanges } from "./policy-changes.js";
import { totalsOf } from "./totals.js";
import type { Side } from "./types.js";
import { isSameService } from "./units.js";

export type SettledSide = Side & { readonly situation: Situation };

export interface ImpactQuestion extends CompareOptions {
  readonly before: SettledSide;
  readonly after: SettledSide;
  /** What the sides are called. */
  readonly names: readonly [string, string];
  /** What was asked to be changed, in words. */
  readonly edits?: readonly string[];
  /** Accepted changes, by `changeId`. */
  readonly isAllowed?: (change: Omit<ImpactChange, "allowed">) => boolean;
  readonly notes?: readonly string[];
}

/** The same question with the sides exchanged gives the same report with before and after exchanged. */
export async function impact(question: ImpactQuestion): Promise<ImpactReport> {
  const { before, after, only } = question;
  const compared = await compareSides({ before, after }, question);
  const policies = policyChanges({ before, after }, only);
  const names = nameChanges({ before, after }, after.situation.controllerFeatures, only);
  const changes = [...compared.changes.groups(), ...policies.changes, ...names]
    .map((change) => ({ ...change, message: changeMessage(change) }))
    .map((change): ImpactChange => ({ ...change, allowed: question.isAllowed?.(change) ?? false }))
    .sort(worstFirst);
  const totals = await totalsOf({ before, after }, compared, only);
  const undecided = undecidedOf(compared, policies.leftOut);
  const nodes = nodeChanges(before, after);
  const endpoints = endpointChanges({ before, after }, only);
  const rules = compared.rules
    .groups()
    .map(({ nodes: names, ...sums }) => ({ nodes: nodesOf(names, compared.nodes), ...sums }));
  const counts = Object.fromEntries(IMPACT_KINDS.map((kind) => [kind, countOf(kind, changes, compared)])) as Record<
    ImpactKind,
    number
  >;
  const differing = compared.changes.changed();
  return {
    before: sideView(before, question.names[0], totals.endpoints.before),
    after: sideView(after, question.names[1], totals.endpoints.after),
    edits: question.edits ?? [],
    changed: changes.length > 0 || undecided.length > 0 || nodes.added.length + nodes.removed.length > 0,
    summary: {
      frontends: compared.frontends,
      unchanged: Math.max(0, compared.frontends - differing.frontends),
      changedBeside: differing.beside,
      kinds: counts,
      services: new Set([...before.services.keys(), ...after.services.keys()]).size,
      changedServices: new Set(changes.flatMap(({ services }) => services)).size,
      undecided: undecided.reduce((sum, { count }) => sum + count, 0),
    },
    changes,
    undecided,
    endpoints,
    nodes,
    rules,
    total: totals.lines,
    largeCluster: totals.largeCluster,
    notes: [...new Set([...(question.notes ?? []), ...nodeAddressNotes(before, after)])],
  };
}

function countOf(kind: ImpactKind, changes: readonly ImpactChange[], { changes: collector }: ComparedSides): number {
  if (kind !== "names" && kind !== "policy") return collector.count(kind);
  return changes.reduce((sum, change) => sum + (change.kind === kind ? change.count : 0), 0);
}

/** By kind, then where most frontends are concerned, then by what is told. */
function worstFirst(a: ImpactChange, b: ImpactChange): number {
  return (
    IMPACT_KINDS.indexOf(a.kind) - IMPACT_KINDS.indexOf(b.kind) ||
    b.count - a.count ||
    compareText(a.message, b.message) ||
    compareText(a.services.join(), b.services.join())
  );
}

function sideView({ situation, services, cluster }: SettledSide, name: string, endpoints: number): ImpactSide {
  return {
    name,
    mode: situation.mode,
    kubeVersion: situation.version.text,
    services: services.size,
    nodes: cluster.nodes.length,
    endpoints,
  };
}

function undecidedOf({ undecided, unknownNodes }: ComparedSides, policies: string | undefined): ImpactUndecided[] {
  const list = [...undecided].flatMap(([reason, frontends]): ImpactUndecided[] => {
    const [first] = frontends.values();
    const more = frontends.size - 1;
    const subject = `${first!.servicePort} ${first!.frontend}${more > 0 ? ` and ${plural(more, "more frontend")}` : ""}`;
    return [{ subject, reason, count: frontends.size }];
  });
  if (unknownNodes.length > 0)
    list.push({
      subject: `node ${unknownNodes.slice(0, 5).join(", ")}${unknownNodes.length > 5 ? ` and ${unknownNodes.length - 5} more` : ""}`,
      reason: "its Kubernetes release is none whose rules are known",
      count: unknownNodes.length,
    });
  if (policies !== undefined) list.push({ subject: "NetworkPolicies", reason: policies, count: 1 });
  return list.sort((a, b) => b.count - a.count || compareText(a.reason, b.reason));
}

function nodeChanges(before: Side, after: Side): ImpactReport["nodes"] {
  const namesOf = ({ cluster }: Side) => new Set(cluster.nodes.map(({ metadata }) => metadata.name));
  const [a, b] = [namesOf(before), namesOf(after)];
  return { added: [...b].filter((name) => !a.has(name)), removed: [...a].filter((name) => !b.has(name)) };
}

/** Ready endpoints of Services that come and go. */
function endpointChanges(sides: { before: Side; after: Side }, only?: ReadonlySet<string>): ImpactEndpoints[] {
  const found: ImpactEndpoints[] = [];
  for (const [name, service] of sides.after.services) {
    const earlier = sides.before.services.get(name);
    if (!earlier || (only && !only.has(name)) || isSameService(name, sides)) continue;
    const [a, b] = [readyAddresses(sides.before, earlier), readyAddresses(sides.after, service)];
    const kept = [...a].filter((address) => b.has(address)).length;
    if (kept !== a.size || kept !== b.size) found.push({ service: name, before: a.size, after: b.size, kept });
  }
  const share = ({ before, after }: ImpactEndpoints) => (before === 0 ? 1 : after / before);
  return found.sort((x, y) => share(x) - share(y) || compareText(x.service, y.service));
}

function readyAddresses(side: Side, service: Parameters<Side["slicesOf"]>[0]): Set<string> {
  const ready = new Set<string>();
  for (const slice of side.slicesOf(service))
    for (const { addresses, conditions } of sliceEndpoints(slice))
      if (conditions?.ready !== false && addresses[0] !== undefined) ready.add(addresses[0]);
  return ready;
}
