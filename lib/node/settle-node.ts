/** The situation a captured node is compared in: what was asked, then what the input says, then the node's own rules. */
import type { Cluster } from "../cluster/types.js";
import { NEWEST_VERSION } from "../config/features.js";
import { NEWEST_MINOR, parseKubeVersion } from "../config/kube-version.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { inferWatchSelectors } from "./infer-watch-selectors.js";
import { canonicalIP, type IPFamily } from "../net/ip.js";
import { nodesOfEndpoints } from "./node-evidence.js";
import { familiesOf, inferFacts, readNode, tellMode, type InferredFacts, type NodeReading } from "./read-node.js";
import { settleSituation, versionOf, type Situation, type Wishes } from "../pipeline/situation.js";
import type { Source } from "../source/source.js";

export interface SettledNode {
  readonly situation: Situation | undefined;
  readonly reading: NodeReading;
  readonly facts: InferredFacts;
  /** Families to compare: the one asked for, else those captured. */
  readonly families: readonly IPFamily[];
  readonly assumptions: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

const DEPRECATIONS: ReadonlySet<string> = new Set(["ipvs-deprecated", "mode-not-set"]);
const MODES = ["iptables", "ipvs", "nftables"] as const;

/** Reads a node's captures and settles what they are compared with; every choice nobody made is an assumption. */
export async function settleNode(cluster: Cluster, wishes: Wishes, sources: readonly Source[]): Promise<SettledNode> {
  const configuration = wishes.proxyConfiguration ?? cluster.proxyConfigurations[0];
  const configuredMode = typeof configuration?.["mode"] === "string" ? configuration["mode"] : "";
  const assumptions: string[] = [];
  let mode = wishes.mode ?? (configuredMode || undefined);
  if (mode === undefined) {
    mode = await tellMode(sources);
    assumptions.push(`mode ${mode}, from the tools that made the capture`);
  }
  const reading = await readNode(MODES.find((known) => known === mode) ?? "iptables", sources);
  const captured = familiesOf(reading);
  const asked = wishes.ipFamily && (wishes.ipFamily === "ipv6" ? ("IPv6" as const) : ("IPv4" as const));
  const first = asked ?? captured[0];
  const told = await inferFacts(reading, first ?? "IPv4");
  const facts = mode === "ipvs" ? told : withoutForeignNodePorts(cluster, wishes.node, told);
  const { unknown, ...inferred } = inferWishes(cluster, wishes, configuration !== undefined, facts, assumptions);
  const watchSelectors = wishes.watchSelectors || inferWatchSelectors(cluster, sources) === true;
  if (watchSelectors && !wishes.watchSelectors)
    assumptions.push("Services labelled for another proxy are left out, as the node has nothing for them");
  const { situation, diagnostics } = settleSituation(cluster, {
    ...inferred,
    watchSelectors,
    mode,
    ipFamily: wishes.ipFamily ?? (first && (first === "IPv6" ? "ipv6" : "ipv4")),
  });
  // What is deprecated is no assumption of a comparison.
  const notes = diagnostics.filter(({ severity, code }) => severity === "note" && !DEPRECATIONS.has(code));
  return {
    situation,
    reading,
    facts,
    families: asked ? [asked] : captured.length > 0 ? captured : situation ? [situation.family] : [],
    assumptions: [...notes.map(({ message }) => message), ...assumptions],
    diagnostics: [...unknown, ...diagnostics.filter(({ severity }) => severity !== "note")],
  };
}

/**
 * The facts without node-port addresses that are none of the node's own: read off the rules, they would excuse that no
 * node port of a Service is served.
 */
function withoutForeignNodePorts(cluster: Cluster, asked: string | undefined, facts: InferredFacts): InferredFacts {
  const { interfaceAddresses: served, ...others } = facts;
  const nodes = cluster.nodes.filter(({ metadata }) => asked === undefined || metadata.name === asked);
  const own = nodes.flatMap(({ status }) =>
    (status?.addresses ?? []).flatMap(({ address }) => canonicalIP(address) ?? []),
  );
  const wantsNodePort = cluster.services.some(({ spec }) => (spec.ports ?? []).some(({ nodePort }) => nodePort));
  const ofFamily = own.filter((address) => address.includes(":") === served?.[0]?.includes(":"));
  if (!served || !wantsNodePort || ofFamily.length === 0 || served.some((address) => own.includes(address)))
    return facts;
  return {
    ...others,
    settings: facts.settings.filter(({ assignment }) => !assignment.startsWith("nodePortAddresses=")),
  };
}

/** Fills in what was not asked for and the input does not say. */
function inferWishes(
  cluster: Cluster,
  wishes: Wishes,
  isConfigured: boolean,
  facts: InferredFacts,
  assumptions: string[],
): Wishes & { readonly unknown: readonly Diagnostic[] } {
  const assignments = isConfigured ? [] : facts.settings;
  for (const { words } of assignments) if (words !== "") assumptions.push(words);
  const told = wishes.node === undefined && cluster.nodes.length > 1 ? nodeOfFacts(cluster, facts) : undefined;
  if (told) assumptions.push(told.words);
  const node = wishes.node ?? told?.node;
  const object = cluster.nodes.find(({ metadata }) => metadata.name === node) ?? cluster.nodes[0];
  const version = wishes.kubeVersion ?? versionOf(cluster, object?.metadata.name ?? "", object);
  const isNewer = (parseKubeVersion(version)?.minor ?? 0) > NEWEST_MINOR;
  const isVersionKnown = version !== "" && !isNewer;
  if (!isVersionKnown && facts.kubeVersion) assumptions.push(facts.kubeVersion.words);
  const like = facts.kubeVersion?.text ?? (isNewer ? NEWEST_VERSION.text : undefined);
  const unknown = isNewer ? [newerRelease(version, like!)] : [];
  for (const { message } of unknown) assumptions.push(message);
  return {
    unknown,
    ...wishes,
    ...(node !== undefined && { node }),
    ...(!isVersionKnown && like !== undefined && { kubeVersion: like }),
    set: [...assignments.map(({ assignment }) => assignment), ...(wishes.set ?? [])],
    nodeFeatures: {
      ...wishes.nodeFeatures,
      ...(facts.nfacct === true && { nfacct: true }),
      ...(facts.randomFully === false && { randomFully: false }),
    },
    ...(facts.interfaceAddresses && { interfaceAddresses: facts.interfaceAddresses }),
  };
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

/** The node that local endpoints, else addresses of the host, speak for. */
function nodeOfFacts(
  cluster: Cluster,
  facts: InferredFacts,
): { readonly node: string; readonly words: string } | undefined {
  const byEndpoints = nodeOfEndpoints(cluster, facts.localEndpoints);
  if (byEndpoints !== undefined)
    return {
      node: byEndpoints,
      words: `node ${byEndpoints}, where the endpoints are that the capture has as local ones`,
    };
  const own = new Set(facts.interfaceAddresses);
  const byAddress = cluster.nodes.filter(({ status }) =>
    (status?.addresses ?? []).some(({ address }) => own.has(address)),
  );
  const [node] = byAddress;
  return node && byAddress.length === 1
    ? { node: node.metadata.name, words: `node ${node.metadata.name}, whose addresses the capture has as its own` }
    : undefined;
}

/** The node on which most of the endpoints are; undefined when none is known or two have as many. */
function nodeOfEndpoints(cluster: Cluster, endpoints: readonly string[]): string | undefined {
  if (endpoints.length === 0) return undefined;
  const nodeOf = nodesOfEndpoints(cluster);
  const votes = new Map<string, number>();
  for (const endpoint of endpoints) {
    const node = nodeOf.get(endpoint.replace(/:\d+$/, "").replace(/^\[|\]$/g, ""));
    if (node) votes.set(node, (votes.get(node) ?? 0) + 1);
  }
  const [first, second] = [...votes].sort((a, b) => b[1] - a[1]);
  return first && first[1] !== second?.[1] ? first[0] : undefined;
}
