/** One node against the cluster: a report, a patch and sections for unified diffs. */
import { nodePortAddressesOf } from "../backends/node-port-addresses.js";
import type { KnownChains } from "../backends/iptables/endpoint-chains.js";
import type { Cluster, NodeView } from "../cluster/types.js";
import type { Features } from "../config/features.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { coverageOf, isCovered, joinCoverage, type Gap } from "../diff/coverage.js";
import { orderChanges } from "../diff/order-changes.js";
import type { Change, DiffSection } from "../diff/types.js";
import { isLoopback, isUnspecified, parseIP, type IPFamily } from "../net/ip.js";
import { compileMode } from "../pipeline/artifacts.js";
import { backendInput, isFiltering, isWanted, type ServiceFilter } from "../pipeline/compile.js";
import { pathGraphs } from "../pipeline/path-graphs.js";
import { portRules } from "../pipeline/port-rules.js";
import type { Situation, Wishes } from "../pipeline/situation.js";
import { servicePortKeys } from "../services/build-service-ports.js";
import type { Source } from "../source/source.js";
import { asExpected, compareCompiled } from "./compare-family.js";
import type { FamilyContext } from "./family-context.js";
import { countUnreadable } from "./captures/count-unreadable.js";
import type { DiffResult } from "../results/diff-result.js";
import { notCompared, type FamilyResult } from "./diff-result.js";
import { foreignDetection } from "./find-foreign-detection.js";
import type { KnownComparisons } from "./fleet/known-comparisons.js";
import { findForeignNode } from "./find-foreign-node.js";
import { findOtherCluster } from "./find-other-cluster.js";
import { findOtherNode } from "./find-other-node.js";
import {
  madeUpDiagnostic,
  madeUpGap,
  madeUpServices,
  notListedWords,
  unknownDiagnostic,
  unknownGap,
  unknownServices,
  withoutMadeUp,
} from "./made-up-services.js";
import {
  familiesOfReport,
  joinFamilies,
  makeReport,
  nothingCompared,
  withDoubts,
  type ReportHead,
} from "./make-report.js";
import { leaveOutOthers } from "./captures/other-listings.js";
import { nodeEvidence, type NodeEvidence } from "./node-evidence.js";
import type { BackendInput } from "../backends/input.js";
import type { ExpectedNftTable } from "../diff/nftables/expected.js";
import type { NftCapture } from "../rulesets/nftables/capture.js";
import type { NodeReading } from "./read-node.js";
import { excuseOthers } from "./captures/refusals-of-others.js";
import { splitMixed } from "./captures/split-mixed.js";
import { iptablesTables, nftListings, nftListingsBeside, secondRuleSets } from "./second-rule-set.js";
import { isJumpFromBuiltIn, restoreTextTold } from "./restore-text.js";
import { servicesOnNode } from "./services-on-node.js";
import { settleNode, type Told } from "./settle-node.js";
import { uncapturedFamilies, wantedPorts } from "./wanted-ports.js";

/** What changed in the cluster around the capture, services as "ns/name"; and what other nodes of it were compared with. */
export interface Surroundings {
  /** Differ between a dump before and one after the capture: not compared. */
  readonly changedMeanwhile?: ReadonlySet<string> | undefined;
  /** Have endpoints that are younger than the capture: differences are told, and are no fault of the node. */
  readonly younger?: ReadonlySet<string> | undefined;
  readonly knownChains?: KnownChains | undefined;
  readonly knownComparisons?: KnownComparisons | undefined;
}

/** A compared node with what its situation was told from. */
export interface ComparedNode extends DiffResult {
  /** Undefined where nothing was compared. */
  readonly basis?: Basis;
}

export interface Basis {
  readonly told: Told;
  /** The captures show an address, endpoint or pod network that one node alone has. */
  readonly tellsNode: () => boolean;
  /**
   * By how many bytes the captures are too large for errors to be weighed by packets, some of them to addresses of the node:
   * 0 or less where they were weighed. Those of a node that are smaller by fewer bytes are not weighed either.
   */
  readonly beyondWeighing: number;
  /** The rules of all families are as they should be in every word. */
  readonly isExact: boolean;
  /** Another node with the same rules may be told something else, since it has other addresses. */
  readonly hangsOnNode: boolean;
  readonly features: Features;
}

/** Compares what a node holds with what kube-proxy would program for the cluster. Captures are told by content. */
export async function diffNode(
  cluster: Cluster,
  wishes: Wishes,
  given: readonly Source[],
  filter: ServiceFilter = {},
  { changedMeanwhile, younger, ...known }: Surroundings = {},
): Promise<ComparedNode> {
  const { rules: captures, told: unlike } = leaveOutOthers(splitMixed(given));
  const settled = await settleNode(cluster, wishes, captures);
  const { situation, families, told: ofCaptures, facts, reading } = settled;
  if (!situation) return notCompared(settled.diagnostics);
  const madeUp = madeUpServices(cluster, situation, captures);
  const evidence = once(() => nodeEvidence(cluster, facts, reading, captures));
  const other =
    unlike.find(({ severity }) => severity === "error") ??
    findForeignNode(situation.mode, captures) ??
    (wishes.ipFamily === undefined ? otherFamily(cluster, situation, families) : undefined) ??
    otherNode(cluster, wishes, evidence) ??
    findOtherCluster(withoutMadeUp(cluster, madeUp), await servicesOnNode(settled.reading, families));
  const head = headOf(situation, families.length > 0 ? families : [situation.family]);
  const asked = wishes.ipFamily && (wishes.ipFamily === "ipv6" ? ("IPv6" as const) : ("IPv4" as const));
  const wanted = wantedPorts(cluster, situation, filter, asked);
  if (other)
    return joinFamilies([
      nothingCompared([...settled.diagnostics, other], { head, wanted: wanted.all, services: wanted.services }),
    ]);
  const results: FamilyResult[] = [];
  for (const family of families) {
    const context = { family, head, wanted: wanted.ofFamily[family], isSelection: isFiltering(filter) };
    results.push(await diffFamily(cluster, situation, settled.reading, context, captures, known));
  }
  const beside = await secondRuleSets(settled.reading, captures, families);
  const uncaptured = uncapturedFamilies(wanted, families, situation.mode);
  const joined = joinFamilies(results, families);
  const unknown = unknownServices(cluster, joined.report?.changes ?? []);
  const open = coverageOf(wanted.all, {
    ...uncaptured,
    gaps: [...uncaptured.gaps, ...changedGap(changedMeanwhile), ...madeUpGap(madeUp), ...unknownGap(unknown)],
  });
  const ofInput = [
    ...unlike,
    ...(madeUp.size > 0 ? [madeUpDiagnostic(madeUp)] : []),
    ...(unknown.size > 0 ? [unknownDiagnostic(unknown)] : []),
  ];
  const diagnostics = countUnreadable([...settled.diagnostics, ...joined.diagnostics, ...ofInput]);
  if (!joined.report) return notCompared(diagnostics);
  const coverage = joinCoverage([joined.report.coverage, open], wanted.all.length);
  const isRestore = await restoreTextTold(settled.reading, families, joined.report.changes);
  const noIPv6 = wanted.ofFamily.IPv6.length === 0;
  const excused = isCovered(coverage) ? excuseOthers(diagnostics, situation.mode, noIPv6) : diagnostics;
  const told = [...excused, ...isRestore];
  const assumptions = [
    ...settled.assumptions,
    ...joined.report.assumptions,
    ...notListedWords(joined.report.changes, madeUp),
  ];
  const isLeftOut = (change: Change) => isLeftOutFor(change) || (isRestore.length > 0 && isJumpFromBuiltIn(change));
  const isLeftOutFor = ({ service = "", kind }: Change) =>
    changedMeanwhile?.has(service) === true ||
    madeUp.has(service) ||
    unknown.has(service) ||
    // Manifests that come from no cluster may leave out Services that it has.
    (madeUp.size > 0 && kind === "service-port-stale");
  const changes = orderChanges(
    [...joined.report.changes, ...foreignDetection(cluster, settled.inferred), ...beside]
      .filter((change) => isReported(change, filter) && !isLeftOut(change))
      .map((change) => (younger?.has(change.service ?? "") ? youngerChange(change) : change)),
  );
  const shown = { ...situation, family: families[0] ?? situation.family };
  const isOpen = madeUp.size > 0 || unknown.size > 0 || isRestore.length > 0;
  return {
    ...joined,
    report: withDoubts(
      makeReport(head, { changes, assumptions, coverage, inferred: settled.inferred, services: wanted.services }),
      told,
    ),
    diagnostics: told,
    // A part of it would load on the node what was made up, or is not known.
    patch: isOpen ? () => [] : joined.patch,
    sections: () => (isOpen ? [] : joined.sections().filter((section) => isShown(section, filter, changes))),
    basis: {
      told: ofCaptures,
      tellsNode: () => evidence().length > 0,
      beyondWeighing: Math.min(...results.map(({ beyondWeighing = Infinity }) => beyondWeighing)),
      isExact: results.every(({ isExact }) => isExact === true),
      hangsOnNode: results.some(({ hangsOnNode }) => hangsOnNode === true),
      features: situation.features,
    },
    graphs: () => pathGraphs(cluster, shown, filter),
    rules: async (first) => portRules(await compileMode(backendInput(cluster, shown, filter)), first),
  };
}

function changedGap(changed: ReadonlySet<string> | undefined): readonly Gap[] {
  if (!changed || changed.size === 0) return [];
  const message = "changed while capturing: the cluster's objects before and after the node differ";
  return [{ reason: "changed-meanwhile", message, concerns: ({ service }) => changed.has(service) }];
}

function youngerChange(change: Change): Change {
  return {
    ...change,
    severity: "info",
    message: `${change.message} (the endpoints changed after the node was captured)`,
  };
}

/** Where nobody names a node and there are several, it is told by the same evidence. */
function otherNode(
  { nodes }: Cluster,
  wishes: Wishes,
  evidence: () => readonly NodeEvidence[],
): Diagnostic | undefined {
  const node = wishes.node ?? (nodes.length === 1 ? nodes[0]!.metadata.name : undefined);
  return node === undefined ? undefined : findOtherNode(node, evidence());
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function headOf({ mode, node, version }: Situation, families: readonly IPFamily[]): ReportHead {
  return { mode, node: node.name, kubeVersion: version.text, ...familiesOfReport(families) };
}

/** Of the node as a whole: what they hurt, they hurt for every Service, those asked about included. */
const OF_NODE: ReadonlySet<string> = new Set([
  "jump-missing",
  "base-chain-changed",
  "rule-order",
  "masquerade-changed",
]);
/** Chains through which packets enter a rule set of kube-proxy: left over, they take packets of every Service. */
const ENTRY_CHAINS: ReadonlySet<string> = new Set(["KUBE-SERVICES", "nat-prerouting"]);

function isReported(change: Change, filter: ServiceFilter): boolean {
  if (!isFiltering(filter)) return true;
  if (change.service === undefined) return isOfNode(change, filter);
  const [namespace, name] = change.service.split("/");
  return isWanted(namespace!, name!, filter);
}

/** Whether a section says something of what is asked about; what several Services share is shown where any change is. */
function isShown({ owner }: DiffSection, filter: ServiceFilter, changes: readonly Change[]): boolean {
  if (!isFiltering(filter)) return true;
  const [, namespace, name] = /^([^/]+)\/([^:]+)/.exec(owner ?? "") ?? [];
  return name === undefined ? changes.length > 0 : isWanted(namespace!, name, filter);
}

function isOfNode({ kind, severity, chain }: Change, { namespaces }: ServiceFilter): boolean {
  if (kind === "leftover-chain") return severity !== "info" && ENTRY_CHAINS.has(chain ?? "");
  // A rule that is nobody's may be of a Service that the input leaves out, where it does not hold all.
  return OF_NODE.has(kind) || (kind === "unknown-rule" && severity === "error" && namespaces === undefined);
}

/** An error when the capture is of one family and all services are of the other. */
function otherFamily(cluster: Cluster, { features }: Situation, captured: readonly IPFamily[]): Diagnostic | undefined {
  const has = (family: IPFamily) =>
    cluster.services.some((service) => servicePortKeys(service, family, features).length > 0);
  // Mostly the first Service tells.
  if (captured.some(has)) return undefined;
  const missed = (["IPv4", "IPv6"] as const).find((family) => !captured.includes(family) && has(family));
  if (!missed) return undefined;
  return {
    code: "capture-other-family",
    severity: "error",
    message: `the capture holds rules of ${captured.join(" and ")}, and all services are ${missed}`,
    notes: [`capture the ${missed} rules, or compare these with --ip-family ${captured[0]?.toLowerCase() ?? "ipv4"}`],
  };
}

async function diffFamily(
  cluster: Cluster,
  situation: Situation,
  reading: NodeReading,
  context: FamilyContext,
  sources: readonly Source[],
  { knownChains, knownComparisons }: Pick<Surroundings, "knownChains" | "knownComparisons">,
): Promise<FamilyResult> {
  const compared = { situation: { ...situation, family: context.family }, reading, sources };
  const listings = await listingsBeside(reading, sources);
  if (listings.length === 0 && knownComparisons?.isAsExpected(compared)) return asExpected(context);
  const input = () => ({ ...backendInput(cluster, situation, {}, context.family), knownChains, namesPass: true });
  const compiled = await compileMode(input());
  const { excludeCIDRs } = situation.config.ipvs;
  const nodePortNetworks = nodePortAddressesOf(input(), true).cidrs;
  const nodeAddresses = addressesOf(situation.node);
  const beside = reading.mode === "nftables" ? await iptablesTables(reading.captures, sources) : [];
  const asNftTable = () => nftTableOf(input());
  const known = { ...context, excludeCIDRs, nodePortNetworks, nodeAddresses, beside, listings, asNftTable };
  const result = await compareCompiled(compiled, reading, known);
  const diagnostics = [...compiled.diagnostics, ...result.diagnostics];
  knownComparisons?.add(compared, { ...result, diagnostics });
  if (!result.report?.changes.some(({ severity }) => severity === "error")) return { ...result, diagnostics };
  const { bytesBeyondWeighing, weighErrors } = await import("./weigh-errors.js");
  const report = weighErrors(result.report, { cluster, input, compiled, sources });
  return { ...result, diagnostics, report, beyondWeighing: bytesBeyondWeighing(result.report, sources) };
}

/** Listings of nft in which other programs may have tables, beside rules of modes iptables and ipvs. */
function listingsBeside(reading: NodeReading, sources: readonly Source[]): Promise<readonly NftCapture[]> {
  if (reading.mode === "iptables") return nftListingsBeside(reading.captures, sources);
  return reading.mode === "ipvs" ? nftListings(sources) : Promise.resolve([]);
}

/** The table that mode nftables would have. */
async function nftTableOf(input: BackendInput): Promise<ExpectedNftTable> {
  const { compileNftables } = await import("../backends/nftables/index.js");
  const { expectedNftTable } = await import("../render/nft-expected.js");
  return expectedNftTable(compileNftables(input));
}

/** Undefined where no address of the node is known. */
function addressesOf({ ip, interfaceAddresses }: NodeView): ReadonlySet<string> | undefined {
  const known = [...Object.values(ip), ...interfaceAddresses].flatMap((text) => parseIP(text) ?? []);
  const own = known.filter((address) => !isLoopback(address) && !isUnspecified(address));
  return own.length > 0 ? new Set(own.map(({ text }) => text)) : undefined;
}
