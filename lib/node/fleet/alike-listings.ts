/**
 * Nodes of nftables mode whose listings are the same but for the sets that hold what is each node's own: where nothing at all
 * differed on the first, each set of the other is just what it should be, and so is nothing else expected of it, nothing
 * differs there either. What is told of the node's settings is told anew.
 */
import { compileNftables } from "../../backends/nftables/index.js";
import type { Cluster } from "../../cluster/types.js";
import { nodePortSetting } from "../../diff/nftables/index.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { DiffReport, FileLine } from "../../diff/types.js";
import { hasSelector } from "../../endpoints/resolve.js";
import { SERVICE_NAME_LABEL } from "../../endpoints/slice-parts.js";
import { EndpointTable } from "../../kube/endpoint-table.js";
import { joinHostPort } from "../../net/ip.js";
import { backendInput, servicePortsOf } from "../../pipeline/compile.js";
import type { Situation, Wishes } from "../../pipeline/situation.js";
import { OwnSetsCutter, ownSetsOf, type OwnSet, type OwnSetName } from "../../rulesets/capture-text/own-sets.js";
import { nftListing } from "../../rulesets/nftables/print-list.js";
import { SERVICE_PROXY_NAME_LABEL } from "../../services/skip-reason.js";
import type { Source } from "../../source/source.js";
import { leaveOutOthers } from "../captures/other-listings.js";
import { splitMixed } from "../captures/split-mixed.js";
import type { ComparedNode } from "../diff-node.js";
import { findForeignNode } from "../find-foreign-node.js";
import { mergeSettings } from "../merge-facts.js";
import { nodeEvidence } from "../node-evidence.js";
import type { InferredFacts } from "../read-node.js";
import { inferMode, settleTold, type Settled, type Told } from "../settle-node.js";
import { areAllByNode, servicesByNode, situationOfNodes } from "./rules-by-node.js";

/** A node, its captures and what these tell. */
export interface Listed {
  readonly node: string;
  readonly captures: readonly Source[];
}

export interface KnownListing extends Listed {
  readonly told: Told;
  readonly report: DiffReport;
  readonly diagnostics: readonly Diagnostic[];
}

/** The own sets of a node with the capture that each stands in. */
type PlacedSets = readonly (OwnSet & { readonly file: string })[];

/** Whether what was found on a node may be told of others whose sets are their own. */
export function isAsListed(cluster: Cluster, { report, diagnostics, basis }: ComparedNode): boolean {
  if (report?.mode !== "nftables" || !basis?.isExact || !report.identical) return false;
  const { changes, coverage } = report;
  const found = [changes, coverage.notCompared, coverage.notGiven, diagnostics.filter(({ at }) => at)];
  // Of these is looked for in the captures, whatever else is there.
  const isLookedFor = cluster.services.some(
    ({ metadata, simulated }) => simulated || metadata.labels?.[SERVICE_PROXY_NAME_LABEL] !== undefined,
  );
  if (areAllByNode(cluster, basis.features)) return false;
  return found.every(({ length }) => length === 0) && !isLookedFor && !cluster.pods.some(({ simulated }) => simulated);
}

export class AlikeListings {
  private byNode: { readonly context: string; readonly services: Cluster } | undefined;
  private ofNodes: ServicesOfNodes | undefined;
  /** What was found right of nodes that are known. */
  private readonly before = new WeakMap<KnownListing, Expected>();

  constructor(
    private readonly cluster: Cluster,
    private readonly wishes: Wishes,
  ) {}

  /** The report of a node whose captures have the digest of those of the known one; undefined where it has to be compared. */
  async tell(known: KnownListing, asked: Listed): Promise<DiffReport | undefined> {
    const sets = setsOf(known.captures);
    const own = setsOf(asked.captures);
    const files = new Map(known.captures.map(({ name }, i) => [name, asked.captures[i]!.name]));
    if (!sets || !own || sets.length !== own.length) return undefined;
    const mode = await this.modeOf(known.told, asked.captures);
    if (!mode) return undefined;
    const facts = factsOf(placed(known.told.facts, sets, own, files), sets, own);
    if (!facts) return undefined;
    const told = { ...known.told, ...mode, facts };
    const a = settleTold(this.cluster, { ...this.wishes, node: known.node }, known.told);
    const b = settleTold(this.cluster, { ...this.wishes, node: asked.node }, told);
    const context = contextOf(a);
    if (context === undefined || context !== contextOf(b) || !this.isToldBy(b.facts, asked.node)) return undefined;
    const before = this.before.get(known) ?? this.expected(known.node, a, context);
    const expected = this.expected(asked.node, b, context);
    if (!before || before.rules !== expected?.rules) return undefined;
    this.before.set(known, before);
    return hold(sets, before) && hold(own, expected) ? reportOf(known, asked.node, a, b) : undefined;
  }

  /** What the captures tell of the mode; undefined where it is something else than was told of the known node. */
  private async modeOf(told: Told, captures: readonly Source[]): Promise<Pick<Told, "inferredMode"> | undefined> {
    const { rules, told: unlike } = leaveOutOthers(splitMixed(captures));
    if (unlike.length > 0 || rules.length < captures.length || rules.some((source, i) => source !== captures[i]))
      return undefined;
    if (findForeignNode("nftables", rules)) return undefined;
    if (!told.inferredMode) return {};
    const inferredMode = await inferMode(rules);
    const { value, message } = told.inferredMode;
    return inferredMode.value === value && inferredMode.message === message ? { inferredMode } : undefined;
  }

  /** Whether something tells the node: of such captures none is taken for another node's. */
  private isToldBy(facts: InferredFacts, name: string): boolean {
    const reading = { mode: "nftables" as const, captures: [] };
    const isTold = (own: InferredFacts) =>
      nodeEvidence(this.cluster, own, reading, []).some(({ node }) => node === name);
    // Addresses are found at once, endpoints among all of the cluster.
    return isTold({ ...facts, localEndpoints: [] }) || isTold(facts);
  }

  /** The rules that are by node, and the sets. `context`: what was settled but for what is the node's own. */
  private expected(node: string, { situation, families }: Settled, context: string): Expected | undefined {
    if (!situation) return undefined;
    if (this.byNode?.context !== context)
      this.byNode = { context, services: servicesByNode(this.cluster, situation, families) };
    const { services } = this.byNode;
    this.ofNodes ??= servicesOfNodes(this.cluster);
    const local = withLocalEndpoints(this.cluster, node, this.ofNodes);
    const sets = new Map<string, ReadonlySet<string>>();
    let rules = "";
    for (const family of families) {
      const cutter = new OwnSetsCutter();
      const input = { ...backendInput(services, situation, {}, family), clusterEndpoints: 0 };
      rules += cutter.cut([...nftListing(compileNftables(input))].map((line) => `${line}\n`).join("")) + cutter.rest();
      for (const { name, isIPv6, elements } of cutter.sets) sets.set(keyOf({ name, isIPv6 }), new Set(elements));
      const hairpins = keyOf({ name: "hairpin-connections", isIPv6: family === "IPv6" });
      if (sets.has(hairpins)) sets.set(hairpins, hairpinsOf(local, { ...situation, family }));
    }
    return { rules, sets };
  }
}

/** What is expected of a node, as far as it is by node. */
interface Expected {
  readonly rules: string;
  readonly sets: ReadonlyMap<string, ReadonlySet<string>>;
}

function keyOf({ name, isIPv6 }: { readonly name: OwnSetName; readonly isIPv6: boolean }): string {
  return `${name} ${isIPv6}`;
}

/** The sets of all captures; undefined where one of them may be held in another place too. */
function setsOf(captures: readonly Source[]): PlacedSets | undefined {
  const found = captures.map((source) => ({ file: source.name, ...ownSetsOf(source) }));
  const sets = found.flatMap(({ file, sets: own }) => own.map((set) => ({ ...set, file })));
  const areAlone = found.every((own) => own.areAlone) && new Set(sets.map(keyOf)).size === sets.length;
  return areAlone && new Set(captures.map(({ name }) => name)).size === captures.length ? sets : undefined;
}

/** Whether each set that is expected is there, and holds what it should, no more and no less. */
function hold(sets: PlacedSets, expected: Expected): boolean {
  const isAsExpected = ({ elements, ...set }: OwnSet) => {
    const wanted = expected.sets.get(keyOf(set));
    return (
      wanted?.size === elements.length && new Set(elements).size === wanted.size && elements.every((e) => wanted.has(e))
    );
  };
  return sets.length === expected.sets.size && sets.every(isAsExpected);
}

/** Services as "ns/name", in the order of the slices that name them. */
interface ServicesOfNodes {
  readonly all: ReadonlySet<string>;
  readonly byNode: ReadonlyMap<string, readonly string[]>;
}

/** On which nodes Services have endpoints, by their slices. */
function servicesOfNodes({ endpointSlices }: Cluster): ServicesOfNodes {
  const all = new Set<string>();
  const byNode = new Map<string, string[]>();
  for (const { metadata, endpoints } of endpointSlices) {
    const service = `${metadata.namespace ?? "default"}/${metadata.labels?.[SERVICE_NAME_LABEL] ?? ""}`;
    const add = (node: string | undefined) => {
      const services = node === undefined ? undefined : byNode.get(node);
      if (!services && node !== undefined) byNode.set(node, [service]);
      else if (services && services.at(-1) !== service) services.push(service);
    };
    all.add(service);
    if (endpoints instanceof EndpointTable) endpoints.forEach((_address, _conditions, node) => add(node));
    else for (const { nodeName } of endpoints ?? []) add(nodeName);
  }
  return { all, byNode };
}

/** The cluster without Services that have no endpoint on the node for sure. */
function withLocalEndpoints(cluster: Cluster, node: string, { all, byNode }: ServicesOfNodes): Cluster {
  const local = new Set(byNode.get(node));
  const services = cluster.services.filter((service) => {
    const key = `${service.metadata.namespace ?? "default"}/${service.metadata.name}`;
    return local.has(key) || !all.has(key) || !hasSelector(service);
  });
  return { ...cluster, services };
}

/** The elements of the endpoints on the node. */
function hairpinsOf(local: Cluster, situation: Situation): Set<string> {
  const found = new Set<string>();
  for (const { port, endpoints } of servicePortsOf(local, situation))
    for (const one of endpoints.reachable)
      if (one.local) found.add(`${one.ip} . ${one.ip} . ${port.protocol.toLowerCase()} . ${one.port}`);
  return found;
}

/** Everything that was settled, save what is each node's own. */
function contextOf({ facts: _, situation, inferred, assumptions, ...settled }: Settled): string | undefined {
  if (!situation) return undefined;
  const isOwn = ({ setting }: { readonly setting: string }) => setting === "nodePortAddresses";
  const own = new Set(inferred.flatMap((one) => (isOwn(one) ? one.message : [])));
  const shared = situationOfNodes(situation) as object;
  return JSON.stringify({
    ...settled,
    situation: own.size > 0 ? { ...shared, config: { ...situation.config, nodePortAddresses: undefined } } : shared,
    inferred: inferred.map((one) => (isOwn(one) ? one.setting : { ...one, evidence: undefined })),
    assumptions: assumptions.map((words) => (own.has(words) ? "" : words)),
  });
}

/** What the other node's captures tell, from what the known one's told; undefined where that is not what its sets tell. */
function factsOf(facts: InferredFacts, before: PlacedSets, own: PlacedSets): InferredFacts | undefined {
  const [a, b] = [ownFacts(facts, before), ownFacts(facts, own)];
  const isTold = JSON.stringify(a) === JSON.stringify(ownFactsOf(facts));
  if (!isTold || a.settings.length !== b.settings.length) return undefined;
  return {
    ...facts,
    ...b,
    settings: facts.settings.map((setting) => (isNodePorts(setting) ? b.settings[0]! : setting)),
  };
}

function isNodePorts({ assignment }: { readonly assignment: string }): boolean {
  return assignment.startsWith("nodePortAddresses=");
}

function ownFactsOf({ settings, interfaceAddresses, localEndpoints }: InferredFacts) {
  return { settings: settings.filter(isNodePorts), interfaceAddresses, localEndpoints };
}

/** What sets tell, of all families together; all else as it was. */
function ownFacts(facts: InferredFacts, sets: PlacedSets): ReturnType<typeof ownFactsOf> {
  const named = (wanted: OwnSetName) =>
    sets.filter(({ name }) => name === wanted).sort((x, y) => Number(x.isIPv6) - Number(y.isIPv6));
  const was = ownFactsOf(facts);
  const hairpins = named("hairpin-connections");
  const targets = hairpins.flatMap(({ elements }) => elements.map(targetOf).sort());
  const localEndpoints = hairpins.length > 0 ? [...new Set(targets)] : was.localEndpoints;
  const nodePorts = named("nodeport-ips");
  if (nodePorts.length === 0) return { ...was, localEndpoints };
  const evidence = was.settings.flatMap((setting) => setting.evidence);
  const settings = nodePorts.map(({ elements }) =>
    elements.length > 0 ? [nodePortSetting(elements, [], evidence.splice(0, 1))] : [],
  );
  const addresses = [...new Set(nodePorts.flatMap(({ elements }) => elements))];
  return {
    settings: settings.length > 1 ? mergeSettings(settings) : settings.flat(),
    interfaceAddresses: addresses.length > 0 ? addresses : undefined,
    localEndpoints,
  };
}

/** "10.0.0.1 . 10.0.0.1 . tcp . 80" */
function targetOf(element: string): string {
  const parts = element.split(" . ");
  return joinHostPort(parts[0]!, Number(parts.at(-1)));
}

/** Plain data with each place in a capture moved to the same one of another node's, whose sets are longer or shorter. */
function placed<T>(data: T, before: PlacedSets, own: PlacedSets, files: ReadonlyMap<string, string>): T {
  const moved = ({ file, line }: FileLine): FileLine => {
    let by = 0;
    for (const [i, set] of before.entries()) if (set.file === file && set.line <= line) by += own[i]!.lines - set.lines;
    return { file: files.get(file) ?? file, line: line + by };
  };
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, key === "at" && one ? moved(one as FileLine) : walk(one)]),
    );
  };
  return walk(data) as T;
}

/** The known report in the words of the other node; undefined where it is not the one that its settings lead to. */
function reportOf({ report, diagnostics }: KnownListing, node: string, a: Settled, b: Settled): DiffReport | undefined {
  const [before, own] = [[...new Set(a.assumptions)], [...new Set(b.assumptions)]];
  const told = JSON.stringify([report.assumptions, report.inferred, diagnostics]);
  const isTold = told === JSON.stringify([before, a.inferred, a.diagnostics]);
  return isTold ? { ...report, node, assumptions: own, inferred: b.inferred } : undefined;
}
