/** A cluster and what is wished of it, as one of the two states that are compared. */
import type { BackendInput } from "../backends/input.js";
import { findLocalDetector } from "../backends/local-detector.js";
import { makeNodeView } from "../cluster/node-view.js";
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import type { EndpointSlice, Node, Service } from "../kube/types.js";
import { cidrContains, parseCIDR, type CIDR } from "../net/cidr.js";
import { familyOfIP, parseIP, type IPFamily } from "../net/ip.js";
import { settleSituation, type Situation, type Wishes } from "../pipeline/situation.js";
import type { Side } from "./types.js";

export interface MadeSide {
  /** Undefined when a diagnostic is an error. */
  readonly side: (Side & { readonly situation: Situation }) | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Only with `wishes.node` the side has one node; otherwise all Nodes of the cluster. */
export function makeSide(cluster: Cluster, wishes: Wishes): MadeSide {
  const { situation, diagnostics: settled } = settleSituation(cluster, wishes);
  // Every node is looked at, so none was chosen.
  const diagnostics = settled.filter(({ code }) => code !== "node-chosen");
  if (!situation) return { side: undefined, diagnostics };
  const situations = createSituations(cluster, wishes, situation);
  const resolve = createEndpointResolver(cluster, situation.controllerFeatures);
  const slices = new Map<Service, readonly EndpointSlice[]>();
  const names = wishes.node === undefined ? cluster.nodes.map(({ metadata }) => metadata.name) : [wishes.node];
  const inputs = new Map<string, BackendInput | undefined>();
  const inputFor = (node: string, family: IPFamily) => {
    const key = `${family} ${node}`;
    if (!inputs.has(key)) inputs.set(key, inputOf(situations(node), family));
    return inputs.get(key);
  };
  return {
    diagnostics,
    side: {
      cluster,
      situation,
      services: new Map(cluster.services.map((service) => [keyOf(service), service])),
      nodes: names.length > 0 ? names : [""],
      slicesOf(service) {
        let found = slices.get(service);
        if (!found) slices.set(service, (found = resolve(service).slices));
        return found;
      },
      inputFor,
      kindOf: (node) => [inputFor(node, "IPv4"), inputFor(node, "IPv6")].map(kindOfInput).join(" "),
      factsOf: (node) => factsOfSituation(situations(node)),
    },
  };
}

/** "ns/name". */
function keyOf({ metadata }: Service): string {
  return `${metadata.namespace ?? "default"}/${metadata.name}`;
}

/** The situation of each node; undefined where its release is none that is known. */
function createSituations(cluster: Cluster, wishes: Wishes, first: Situation) {
  const nodes = new Map<string, Node>(cluster.nodes.map((node) => [node.metadata.name, node]));
  const known = new Map<string, Situation | undefined>([[first.node.name, first]]);
  const byVersion = new Map<string, Situation | undefined>();
  return (name: string): Situation | undefined => {
    if (known.has(name)) return known.get(name);
    const node = nodes.get(name);
    const info = node?.status?.nodeInfo;
    const version = [cluster.facts.kubeProxyVersions?.[name], info?.kubeProxyVersion, info?.kubeletVersion].join(" ");
    if (!byVersion.has(version)) {
      const alone = { ...cluster, nodes: node ? [node] : [] };
      byVersion.set(version, settleSituation(alone, { ...wishes, node: name }).situation);
    }
    const settled = byVersion.get(version);
    const own = settled && { ...settled, node: makeNodeView(name, node, settled.config, settled.features) };
    known.set(name, own);
    return own;
  };
}

/** Without service ports, which each question adds. */
function inputOf(situation: Situation | undefined, family: IPFamily): BackendInput | undefined {
  if (!situation) return undefined;
  const { config, features, nodeFeatures, node, serviceCIDRs } = situation;
  return { family, config, features, nodeFeatures, node, serviceCIDRs, servicePorts: [], clusterEndpoints: 0 };
}

const configTexts = new WeakMap<object, string>();

function configText(config: object): string {
  let text = configTexts.get(config);
  if (text === undefined) configTexts.set(config, (text = JSON.stringify(config)));
  return text;
}

/** What of a node decides the shape of its rules. */
function kindOfInput(input: BackendInput | undefined): string {
  if (!input) return "unknown";
  const { node, family, config } = input;
  const detector = findLocalDetector(input);
  return [
    config.mode,
    configText(input.features),
    configText(config),
    detector?.kind ?? "",
    detector?.kind === "source" && config.detectLocalMode === "NodeCIDR" ? "own" : "",
    node.podCIDRs.map((cidr) => (cidr.includes(":") ? 6 : 4)).join(""),
    node.interfaceAddresses.filter((ip) => familyOfIP(ip) === family).length,
    node.ip[family] === "127.0.0.1" || node.ip[family] === "::1" ? "none" : "",
    heldAddresses(input),
  ].join("|");
}

const namedCIDRs = new WeakMap<object, readonly CIDR[]>();

/** Which of the node's addresses lie in networks that the configuration names. */
function heldAddresses({ node, family, config }: BackendInput): string {
  let cidrs = namedCIDRs.get(config);
  if (!cidrs) {
    const named = [...config.nodePortAddresses, ...config.clusterCIDR.split(",")];
    namedCIDRs.set(config, (cidrs = named.flatMap((text) => parseCIDR(text.trim()) ?? [])));
  }
  if (cidrs.length === 0) return "";
  const addresses = [node.ip[family], ...node.interfaceAddresses].flatMap((text) => parseIP(text) ?? []);
  const known = cidrs;
  return addresses.map((ip) => known.map((cidr) => (cidrContains(cidr, ip) ? 1 : 0)).join("")).join(" ");
}

function factsOfSituation(situation: Situation | undefined): string {
  if (!situation) return "unknown";
  const { config, features, node, nodeFeatures, serviceCIDRs } = situation;
  return [configText(config), configText(features), JSON.stringify([node, nodeFeatures, serviceCIDRs])].join("|");
}
