/** A node against what it should hold, in IPVS mode: whatever was given is compared, and what was not is said. */
import { attributeStale } from "./attribute-stale.js";
import { compareBoundAddresses, DEVICE, hostAddresses, ownAddresses } from "./compare-bound-addresses.js";
import { compareHairpin } from "./compare-hairpin.js";
import { compareRules, type ComparedRules } from "./compare-rules.js";
import { compareServerDetails } from "./compare-server-details.js";
import { compareSets, type ComparedSets } from "./compare-sets.js";
import { compareStaleEntries, frontendOfEntry, ownersOfFrontends } from "./compare-stale-entries.js";
import { findUncovered, holdsNothing, isOwnMode } from "./find-uncovered.js";
import { matchVirtualServers, type MatchedServers } from "./match-virtual-servers.js";
import { mergeNodeWideScheduler } from "./merge-node-wide.js";
import { splitUnlistedNodeAddresses } from "./unlisted-node-addresses.js";
import type { ExpectedIPVS, IPVSCapture } from "./types.js";
import { makeViews, portKey } from "./views.js";
import { compareServicePorts } from "../compare-views.js";
import { orderChanges } from "../order-changes.js";
import { listWords } from "../view-words.js";
import type { Uncovered } from "../coverage.js";
import type { Change } from "../types.js";
import { ipvsadmLines } from "../../rulesets/ipvs/print.js";
import { virtualServerKey } from "../../rulesets/ipvs/virtual-server-reader.js";

export { diffIpvsCaptures, servicesHeld } from "./compare-captures.js";
export { ownBetween, reachedBetween, withoutNames } from "./foreign-turns.js";
export { hostAddresses, ownAddresses } from "./compare-bound-addresses.js";
export { withoutOpenEnds } from "./without-open-ends.js";
export { findOldIpvsRelease } from "./find-old-release.js";
export { inferIpvsSettings, loopbackEndpoints } from "./infer-settings.js";
export type { ExpectedIPVS, IPVSCapture } from "./types.js";

export interface IPVSDiff {
  /** Ordered by service, port, protocol, kind. */
  readonly changes: readonly Change[];
  /** What was not given or not compared. */
  readonly assumptions: readonly string[];
  /** What could not be compared. */
  readonly uncovered: Uncovered;
}

const NO_SETS: ComparedSets = {
  known: new Map(),
  differences: [],
  absent: [],
  remade: [],
  changes: [],
  assumptions: [],
  notGiven: [],
};

/** The changes between what kube-proxy should have programmed and what was read from a node, whose addresses may be known. */
export function diffIpvs(expected: ExpectedIPVS, given: IPVSCapture, nodeAddresses?: ReadonlySet<string>): IPVSDiff {
  const uncovered = findUncovered(expected, given);
  const isEmptied = given.virtualServers !== undefined && holdsNothing(expected, given);
  // A listing without any virtual server is one difference, or none where it may be of a node in another mode.
  const capture = isEmptied ? { ...given, virtualServers: undefined } : given;
  const sets = capture.sets ? compareSets(expected, capture.sets) : NO_SETS;
  const all = capture.virtualServers && matchVirtualServers(expected, capture.virtualServers);
  const listed = hostAddresses(capture.interfaces, expected.state.family);
  const unlisted = splitUnlistedNodeAddresses(expected, all?.stale ?? [], listed);
  const matched = all && { ...all, stale: unlisted.stale };
  const owners = sets.differences.length > 0 ? ownersOfFrontends(expected) : new Map<string, string>();
  const own = ownAddresses(capture.interfaces, expected.state.family, nodeAddresses);
  const rules = capture.tables && compareRules(expected, capture.tables, sets.known, own);

  const frontends = [
    ...compareFrontends(expected, matched, sets, owners),
    ...compareStaleEntries(owners, all, sets.differences),
  ];
  const addresses = compareBoundAddresses(
    expected,
    capture,
    sets.known,
    matched,
    matched ? new Set() : addressesTold(frontends),
  );

  const changes: Change[] = [
    ...sets.changes,
    ...frontends,
    ...detailsOf(matched),
    ...compareHairpin(matched, sets.differences),
    ...addresses.changes,
    ...(rules?.changes ?? []),
    ...(isEmptied && isOwnMode(expected, given) ? [noVirtualServer(expected)] : []),
  ];
  return {
    changes: orderChanges(changes),
    ...saidOfCapture(uncovered, notListedWords(capture), { sets, matched, unlisted, addresses, rules }),
  };
}

interface Parts {
  readonly sets: ComparedSets;
  readonly matched: MatchedServers | undefined;
  readonly unlisted: ReturnType<typeof splitUnlistedNodeAddresses>;
  readonly addresses: ReturnType<typeof compareBoundAddresses>;
  readonly rules: ComparedRules | undefined;
}

/** What was not given, and what was taken to be so. `hidden`: what the listing of virtual servers does not show. */
function saidOfCapture(uncovered: Uncovered, hidden: readonly string[], parts: Parts): Omit<IPVSDiff, "changes"> {
  const { sets, matched, unlisted, addresses, rules } = parts;
  const notGiven = [
    ...(hidden.length > 0 ? [`${listWords(hidden)} of virtual servers (ipvsadm-save -n)`] : []),
    ...sets.notGiven,
    ...(addresses.isNotGiven ? [`addresses of ${DEVICE} (ip addr show)`] : []),
    ...(rules?.notGiven ?? []),
  ].filter((part) => !uncovered.notGiven.includes(part));
  return {
    uncovered: { ...uncovered, notGiven: [...uncovered.notGiven, ...notGiven] },
    assumptions: [
      ...(hidden.length > 0 ? [`the listing of virtual servers does not show ${listWords(hidden)}`] : []),
      ...unlisted.assumptions,
      ...(matched && matched.excluded > 0
        ? [`${matched.excluded} virtual servers inside ipvs.excludeCIDRs are left alone`]
        : []),
      ...sets.assumptions,
      ...addresses.assumptions,
      ...(rules?.assumptions ?? []),
    ],
  };
}

/** Service ports with anything to say about them, by the comparison all modes share. */
function compareFrontends(
  expected: ExpectedIPVS,
  matched: MatchedServers | undefined,
  sets: ComparedSets,
  owners: ReadonlyMap<string, string>,
): Change[] {
  const keys = new Set<string>();
  for (const server of [...(matched?.missing ?? []), ...(matched?.differing ?? [])])
    if (server.origin) keys.add(portKey(server.origin.label, server.protocol));
  for (const { set, missing, stale } of sets.differences)
    for (const { text, origin } of [...missing, ...stale]) {
      const frontend = frontendOfEntry(set.name, text);
      if (!frontend) continue;
      const label = owners.get(frontend.key) ?? origin?.label;
      if (label === undefined) continue;
      for (const protocol of ["tcp", "udp", "sctp"] as const)
        if (frontend.key.startsWith("health") || frontend.protocol === protocol) keys.add(portKey(label, protocol));
    }
  const stale = attributeStale(matched?.stale ?? [], matched?.missing ?? [], expected.state.virtualServers);
  for (const { server, port } of stale) if (port) keys.add(portKey(port.label, server.protocol));
  if (keys.size === 0 && stale.length === 0) return [];
  const views = makeViews({ expected, held: matched?.held, known: sets.known, stale }, keys);
  const changes = compareServicePorts(views.expected, views.actual).map(refuseDraining);
  return matched && !expected.isSelection ? mergeNodeWideScheduler(expected, matched, changes) : changes;
}

const WHOLE_FRONTENDS: ReadonlySet<string> = new Set([
  "service-port-missing",
  "service-port-stale",
  "frontend-missing",
  "frontend-stale",
]);

/** Addresses whose frontends are told to be missing or stale as a whole, by the set entries among the evidence. */
function addressesTold(changes: readonly Change[]): Set<string> {
  const told = new Set<string>();
  for (const { kind, expected, actual } of changes) {
    if (!WHOLE_FRONTENDS.has(kind)) continue;
    for (const line of [...expected, ...actual]) {
      const address = /^add \S+ ([^,\s]+),/.exec(line)?.[1];
      if (address !== undefined) told.add(address);
    }
  }
  return told;
}

/** Only TCP real servers are drained: kube-proxy deletes others at once. */
function refuseDraining(change: Change): Change {
  if (change.kind !== "endpoint-stale" || change.severity !== "info" || change.protocol === "TCP") return change;
  return {
    ...change,
    severity: "warning",
    message: `${change.endpoint} is still a real server of ${change.service ?? "a service"}, with weight 0; kube-proxy deletes it at once for ${change.protocol}`,
  };
}

function detailsOf(matched: MatchedServers | undefined): Change[] {
  return (matched?.differing ?? []).flatMap((wanted) =>
    compareServerDetails(wanted, matched!.held.get(virtualServerKey(wanted))!),
  );
}

function noVirtualServer({ state }: ExpectedIPVS): Change {
  const ports = new Set(state.virtualServers.map(({ origin, protocol }) => `${origin?.label} ${protocol}`)).size;
  return {
    kind: "base-chain-changed",
    severity: "error",
    message:
      `the node has no virtual server, though its ip sets or ${DEVICE} show that kube-proxy runs in mode ipvs: ` +
      `none of ${ports} service port${ports === 1 ? "" : "s"} is reached`,
    expected: state.virtualServers.slice(0, MOST_SERVERS_SHOWN).flatMap((server) => [...ipvsadmLines([server])]),
    actual: [],
  };
}

const MOST_SERVERS_SHOWN = 5;

function notListedWords({ virtualServers }: IPVSCapture): string[] {
  const fieldsNotListed = new Set(virtualServers?.flatMap((server) => server.fieldsNotListed ?? []));
  return [
    ...(fieldsNotListed.has("attributes") ? ["schedulers", "persistence"] : []),
    ...(fieldsNotListed.has("weight") ? ["weights"] : []),
  ];
}
