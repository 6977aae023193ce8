/** The situation a captured node is compared in: what was asked, then what the input says, then the node's own rules. */
import type { Cluster } from "../cluster/types.js";
import { NEWEST_VERSION } from "../config/features.js";
import { NEWEST_MINOR, parseKubeVersion } from "../config/kube-version.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { inferredOf, type Evidence, type Inferred } from "../diff/inferred.js";
import { listWords } from "../diff/view-words.js";
import { inferWatchSelectors } from "./infer-watch-selectors.js";
import { canonicalIP, familyOfIP, type IPFamily } from "../net/ip.js";
import { mergeFacts, type FactsOfFamily } from "./merge-facts.js";
import { nodeEvidence, nodesOfEndpoints, plainAddress } from "./node-evidence.js";
import type { KubeProxyConfiguration } from "../kube/types.js";
import { familiesOf, inferFacts, readNode, tellMode, type InferredFacts, type NodeReading } from "./read-node.js";
import { settleSituation, versionOf, type Situation, type Wishes } from "../pipeline/situation.js";
import type { Source } from "../source/source.js";

/** The situation of a node, as far as it is not its captures. */
export interface Settled {
  readonly situation: Situation | undefined;
  readonly facts: InferredFacts;
  /** Families to compare: the one asked for, else those captured. */
  readonly families: readonly IPFamily[];
  readonly assumptions: readonly string[];
  /** Those of them that were read off the node. */
  readonly inferred: readonly Inferred[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface SettledNode extends Settled {
  readonly reading: NodeReading;
  readonly told: Told;
}

/** What captures tell of the situation, whatever node they are of. */
export interface Told {
  readonly mode: string;
  /** Where nobody says the mode. */
  readonly inferredMode?: Inferred;
  readonly captured: readonly IPFamily[];
  readonly facts: InferredFacts;
  /** Services labelled for another proxy are not on the node. */
  readonly lacksOthers: boolean;
}

const DEPRECATIONS: ReadonlySet<string> = new Set(["ipvs-deprecated", "mode-not-set"]);
const MODES = ["iptables", "ipvs", "nftables"] as const;

/** Reads a node's captures and settles what they are compared with; every choice nobody made is an assumption. */
export async function settleNode(cluster: Cluster, wishes: Wishes, sources: readonly Source[]): Promise<SettledNode> {
  const { reading, told } = await readTold(cluster, wishes, sources);
  const settled = settleTold(cluster, wishes, told, (facts) => nodeOf(cluster, facts, reading, sources));
  return { ...settled, reading, told };
}

function configurationOf(cluster: Cluster, wishes: Wishes): KubeProxyConfiguration | undefined {
  return wishes.proxyConfiguration ?? cluster.proxyConfigurations[0];
}

function askedFamily({ ipFamily }: Wishes): IPFamily | undefined {
  return ipFamily && (ipFamily === "ipv6" ? "IPv6" : "IPv4");
}

async function readTold(
  cluster: Cluster,
  wishes: Wishes,
  sources: readonly Source[],
): Promise<{ readonly reading: NodeReading; readonly told: Told }> {
  const configuration = configurationOf(cluster, wishes);
  const configuredMode = typeof configuration?.["mode"] === "string" ? configuration["mode"] : "";
  const known = wishes.mode ?? (configuredMode || undefined);
  const inferredMode = known === undefined ? await inferMode(sources) : undefined;
  const mode = known ?? inferredMode!.value;
  const reading = await readNode(MODES.find((name) => name === mode) ?? "iptables", sources);
  const captured = familiesOf(reading);
  const asked = askedFamily(wishes);
  const facts = await factsOf(reading, asked ? [asked] : captured);
  const lacksOthers = wishes.watchSelectors !== true && inferWatchSelectors(cluster, sources) === true;
  return { reading, told: { mode, ...(inferredMode && { inferredMode }), captured, facts, lacksOthers } };
}

/** The mode that captures tell. */
export async function inferMode(sources: readonly Source[]): Promise<Inferred> {
  const { mode, other, evidence } = await tellMode(sources);
  const beside = other ? `; rules of mode ${other} are there too, which --mode ${other} compares` : "";
  return {
    setting: "mode",
    value: mode,
    message: `mode ${mode}, from the tools that made the capture${beside}`,
    evidence,
  };
}

/** Settles what captures that tell this are compared with. `tellNode`: the node they speak for, where nobody names one. */
export function settleTold(
  cluster: Cluster,
  wishes: Wishes,
  { mode, inferredMode, captured, facts: told, lacksOthers }: Told,
  tellNode: (facts: InferredFacts) => NodeTold | undefined = () => undefined,
): Settled {
  const configuration = configurationOf(cluster, wishes);
  const inferred: Inferred[] = inferredMode ? [inferredMode] : [];
  const infer = (setting: string, value: string, message: string, evidence: readonly Evidence[] = []) =>
    void inferred.push({ setting, value, message, evidence });
  const asked = askedFamily(wishes);
  const first = asked ?? captured[0];
  const families = asked ? [asked] : captured;
  const facts = mode === "ipvs" ? told : withoutForeignNodePorts(cluster, wishes.node, told);
  // The only Node of the input is meant; where it holds none, endpoints tell of nodes all the same.
  const isNodeOpen =
    wishes.node === undefined &&
    cluster.nodes.length !== 1 &&
    !(cluster.nodes.length === 0 && configuration?.["hostnameOverride"]);
  const nodeTold = isNodeOpen ? tellNode(facts) : undefined;
  const { unknown, ...settled } = inferWishes(cluster, wishes, configuration, { facts, nodeTold, mode }, infer);
  const watchSelectors = wishes.watchSelectors || lacksOthers;
  if (watchSelectors && !wishes.watchSelectors)
    infer(
      "watchSelectors",
      "true",
      "Services labelled for another proxy are left out, as the node has nothing for them",
    );
  const { situation, diagnostics } = settleSituation(cluster, {
    ...settled,
    watchSelectors,
    zoneOfEndpoints: true,
    mode,
    ipFamily: wishes.ipFamily ?? (first && (first === "IPv6" ? "ipv6" : "ipv4")),
  });
  // What is deprecated is no assumption of a comparison.
  const notes = diagnostics.filter(({ severity, code }) => severity === "note" && !DEPRECATIONS.has(code));
  return {
    situation,
    facts,
    families: families.length > 0 ? families : situation ? [situation.family] : [],
    assumptions: [...notes.map(({ message }) => message), ...inferred.flatMap(({ message }) => message || [])],
    inferred,
    diagnostics: [
      ...unknown,
      ...diagnostics.filter(({ severity }) => severity !== "note"),
      ...notes.filter(({ code }) => code === "node-chosen" && dependsOnNode(cluster)).map(nodeGuessed),
    ],
  };
}

/** Whether the nodes of the cluster are to hold different rules. */
function dependsOnNode({ services }: Cluster): boolean {
  return services.some(
    ({ spec }) =>
      spec.externalTrafficPolicy === "Local" ||
      spec.internalTrafficPolicy === "Local" ||
      spec["trafficDistribution"] !== undefined,
  );
}

function nodeGuessed({ message, ...note }: Diagnostic): Diagnostic {
  return {
    ...note,
    severity: "warning",
    message: `${message}: nothing in the capture tells whose it is, and what some Services should have depends on it`,
    notes: ["name the node with --node NAME, or the file as the node"],
  };
}

/** What the captured rules of all families tell; of IPv4's when none was captured. */
async function factsOf(reading: NodeReading, families: readonly IPFamily[]): Promise<InferredFacts> {
  const all: FactsOfFamily[] = [];
  for (const family of families.length > 0 ? families : (["IPv4"] as const))
    all.push({ family, facts: await inferFacts(reading, family) });
  return mergeFacts(all);
}

/**
 * The facts without node-port addresses that are none of the node's own: read off the rules, they would excuse that no
 * node port of a Service is served.
 */
function withoutForeignNodePorts(cluster: Cluster, asked: string | undefined, facts: InferredFacts): InferredFacts {
  const { interfaceAddresses: served = [], ...others } = facts;
  const nodes = cluster.nodes.filter(({ metadata }) => asked === undefined || metadata.name === asked);
  const own = nodes.flatMap(({ status }) =>
    (status?.addresses ?? []).flatMap(({ address }) => canonicalIP(address) ?? []),
  );
  const wantsNodePort = cluster.services.some(({ spec }) => (spec.ports ?? []).some(({ nodePort }) => nodePort));
  const isForeign = (family: IPFamily) => {
    const isOf = (address: string) => familyOfIP(address) === family;
    // Every node has the loopback address, and kube-proxy serves it if nodePortAddresses has it.
    const isOwn = (address: string) => own.includes(address) || address.startsWith("127.");
    return served.some(isOf) && own.some(isOf) && !served.some((address) => isOf(address) && isOwn(address));
  };
  if (!wantsNodePort || !(isForeign("IPv4") || isForeign("IPv6"))) return notingUnlisted(facts, own);
  return {
    ...others,
    settings: facts.settings.filter(({ assignment }) => !assignment.startsWith("nodePortAddresses=")),
  };
}

/** The facts, with those node-port addresses named that no Node lists: kube-proxy may be told of them, or be wrong. */
function notingUnlisted(facts: InferredFacts, own: readonly string[]): InferredFacts {
  const unlisted = (facts.interfaceAddresses ?? []).filter(
    (address) => !own.includes(address) && !address.startsWith("127.") && address !== "::1",
  );
  if (own.length === 0 || unlisted.length === 0) return facts;
  const words = `; no Node of the input has ${listWords(unlisted)}`;
  const settings = facts.settings.map((setting) =>
    setting.assignment.startsWith("nodePortAddresses=") ? { ...setting, words: setting.words + words } : setting,
  );
  return { ...facts, settings };
}

type Infer = (setting: string, value: string, message: string, evidence?: readonly Evidence[]) => void;

/** Fills in what was not asked for and the input does not say. */
function inferWishes(
  cluster: Cluster,
  wishes: Wishes,
  configuration: KubeProxyConfiguration | undefined,
  told: { readonly facts: InferredFacts; readonly nodeTold: NodeTold | undefined; readonly mode: string },
  infer: Infer,
): Wishes & { readonly unknown: readonly Diagnostic[] } {
  const { facts, nodeTold, mode } = told;
  const isConfigured = configuration !== undefined;
  const asked = (wishes.set ?? []).map(pathOf);
  const isOpen = (path: string) =>
    !isConfigured ||
    (path === "nodePortAddresses" &&
      wantsPrimary(configuration, mode) &&
      !hasNode(cluster, wishes.node ?? nodeTold?.node));
  const settings = facts.settings.filter(({ assignment }) => {
    const path = pathOf(assignment);
    return !asked.includes(path) && isOpen(path);
  });
  for (const { setting, value, message, evidence } of settings.map(inferredOf))
    infer(setting, value, message, evidence);
  if (nodeTold) infer("node", nodeTold.node, nodeTold.words, nodeTold.evidence);
  const node = wishes.node ?? nodeTold?.node;
  const object = cluster.nodes.find(({ metadata }) => metadata.name === node) ?? cluster.nodes[0];
  const version = wishes.kubeVersion ?? versionOf(cluster, object?.metadata.name ?? "", object);
  const isNewer = (parseKubeVersion(version)?.minor ?? 0) > NEWEST_MINOR;
  const isVersionKnown = version !== "" && !isNewer;
  if (!isVersionKnown && facts.kubeVersion) infer("kubeVersion", facts.kubeVersion.text, facts.kubeVersion.words);
  const like = facts.kubeVersion?.text ?? (isNewer ? NEWEST_VERSION.text : undefined);
  if (isNewer) infer("kubeVersion", like!, newerRelease(version, like!).message);
  inferFeatures(wishes, facts, infer);
  const isDetectionTold =
    isConfigured || asked.some((path) => path === "clusterCIDR" || path.startsWith("detectLocal"));
  return {
    unknown: [
      ...(isNewer ? [newerRelease(version, like!)] : []),
      ...(isDetectionTold ? [] : detectionAssumed(cluster, facts.withoutLocalDetection ?? [])),
    ],
    ...wishes,
    ...(node !== undefined && { node }),
    ...(!isVersionKnown && like !== undefined && { kubeVersion: like }),
    set: [...settings.map(({ assignment }) => assignment), ...(wishes.set ?? [])],
    nodeFeatures: {
      ...wishes.nodeFeatures,
      ...(facts.nfacct && { nfacct: true }),
      ...(facts.randomFully === false && { randomFully: false }),
    },
    ...(facts.interfaceAddresses && { interfaceAddresses: facts.interfaceAddresses }),
  };
}

/** Whether node ports are to be served at the node's own address: the word, or in mode nftables nothing said. */
function wantsPrimary(configuration: KubeProxyConfiguration, mode: string): boolean {
  const addresses = configuration["nodePortAddresses"];
  const listed: readonly unknown[] = Array.isArray(addresses) ? addresses : [];
  return listed.length === 0 ? mode === "nftables" : listed.includes("primary");
}

/** Whether the addresses of the node are known. `name`: undefined means the only Node. */
function hasNode({ nodes }: Cluster, name: string | undefined): boolean {
  return name === undefined ? nodes.length > 0 : nodes.some(({ metadata }) => metadata.name === name);
}

/** What the node's tools can do, which its rules tell whoever says otherwise. */
function inferFeatures(
  { nodeFeatures }: Wishes,
  { nfacct, randomFully, masquerade }: InferredFacts,
  infer: Infer,
): void {
  if (nfacct && nodeFeatures?.nfacct !== true)
    infer("nfacct", "true", "the node has nfacct counters, from KUBE-FORWARD", [nfacct]);
  if (randomFully === false && masquerade && nodeFeatures?.randomFully !== false)
    infer("randomFully", "false", "iptables without --random-fully, from KUBE-POSTROUTING", [masquerade]);
}

/** "PATH" of "PATH=VALUE". */
function pathOf(assignment: string): string {
  return assignment.slice(0, assignment.indexOf("="));
}

/** `like`: the release whose rules the node's are compared with. */
function newerRelease(version: string, like: string): Diagnostic {
  return {
    code: "version-newer",
    severity: "warning",
    message: `${version} is newer than any release that svcrules knows; the node's rules are taken to be like ${like}`,
    notes: ["what the newer release changes counts as a difference"],
  };
}

/** Where pods have networks of their own kube-proxy is mostly told them, so that lacking rules are likely a fault. */
function detectionAssumed(cluster: Cluster, families: readonly IPFamily[]): Diagnostic[] {
  const networks = cluster.nodes.flatMap(({ spec }) => spec?.podCIDRs ?? spec?.podCIDR ?? []);
  const doubtful = families.filter((family) => networks.some((cidr) => familyOfIP(cidr.split("/")[0]!) === family));
  if (doubtful.length === 0) return [];
  return [
    {
      code: "local-detection-assumed",
      severity: "warning",
      message:
        `no ${doubtful.join(" and ")} rule of the node masquerades traffic to cluster IPs that comes from elsewhere than ` +
        "pods, although the Nodes have a podCIDR: either kube-proxy has no clusterCIDR, as is assumed, or these rules are missing",
      notes: ["tell kube-proxy's configuration to have it compared: --proxy-config FILE, or --set clusterCIDR=CIDR"],
    },
  ];
}

interface NodeTold {
  readonly node: string;
  readonly words: string;
  readonly evidence: readonly Evidence[];
}

/** The node that local endpoints, else addresses of the host, else everything that tells a node speak for. */
function nodeOf(
  cluster: Cluster,
  facts: InferredFacts,
  reading: NodeReading,
  sources: readonly Source[],
): NodeTold | undefined {
  const byEndpoints = nodeOfEndpoints(cluster, facts.localEndpoints);
  if (byEndpoints !== undefined)
    return {
      node: byEndpoints,
      words: `node ${byEndpoints}, where the endpoints are that the capture has as local ones`,
      evidence: facts.localEndpoints.slice(0, 1).map((text) => ({ text })),
    };
  const own = new Set(facts.interfaceAddresses);
  const byAddress = cluster.nodes.filter(({ status }) =>
    (status?.addresses ?? []).some(({ address }) => own.has(address)),
  );
  const [node] = byAddress;
  if (node && byAddress.length === 1)
    return {
      node: node.metadata.name,
      words: `node ${node.metadata.name}, whose addresses the capture has as its own`,
      evidence: (node.status?.addresses ?? []).flatMap(({ address }) => (own.has(address) ? [{ text: address }] : [])),
    };
  const [first, ...others] = nodeEvidence(cluster, facts, reading, sources);
  if (!first || others.some((other) => other.node !== first.node)) return undefined;
  return { node: first.node, words: `node ${first.node}, by its ${first.words}`, evidence: [{ text: first.words }] };
}

/** The node on which most of the endpoints are; undefined when none is known or two have as many. */
function nodeOfEndpoints(cluster: Cluster, endpoints: readonly string[]): string | undefined {
  if (endpoints.length === 0) return undefined;
  const addresses = endpoints.map(plainAddress);
  const nodeOf = nodesOfEndpoints(cluster, addresses);
  const votes = new Map<string, number>();
  for (const address of addresses) {
    const node = nodeOf.get(address);
    if (node) votes.set(node, (votes.get(node) ?? 0) + 1);
  }
  const [first, second] = [...votes].sort((a, b) => b[1] - a[1]);
  return first && first[1] !== second?.[1] ? first[0] : undefined;
}
