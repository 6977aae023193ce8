/** Services of which the input lacks what a cluster decides: no node can be held against what is made up in its place. */
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { namesOf, type Gap } from "../diff/coverage.js";
import type { Change } from "../diff/types.js";
import { servicesLackingNodes } from "../endpoints/pods-on-unknown-nodes.js";
import { hasSelector, holdsNoEndpoints } from "../endpoints/resolve.js";
import type { Service } from "../kube/types.js";
import { topologyAnnotationOf } from "../services/build-service-ports.js";
import { backendInput } from "../pipeline/compile.js";
import type { Situation } from "../pipeline/situation.js";
import { headOfCapture } from "../rulesets/capture-text/head-of-capture.js";
import type { Source } from "../source/source.js";

const nameOf = ({ metadata }: Service) => `${metadata.namespace ?? "default"}/${metadata.name}`;

const FAMILIES = ["IPv4", "IPv6"] as const;

/**
 * Services ("ns/name") whose addresses, node ports or endpoints are simulated. Empty where the captures hold such an
 * address: they are of a cluster that was made up alike, such as rules that svcrules compiled.
 */
export function madeUpServices(cluster: Cluster, situation: Situation, sources: readonly Source[]): Set<string> {
  const found = new Map<string, readonly string[]>();
  for (const service of cluster.services) {
    const { spec, simulated } = service;
    if (simulated)
      found.set(nameOf(service), simulated.includes("spec.clusterIP") && spec.clusterIP ? [spec.clusterIP] : []);
  }
  const podIPs = new Set(
    cluster.pods.flatMap(({ simulated, status }) => (simulated ? (status?.podIPs ?? []).map(({ ip }) => ip) : [])),
  );
  if (podIPs.size > 0)
    for (const family of FAMILIES)
      for (const { port, endpoints } of backendInput(cluster, situation, {}, family).servicePorts) {
        const own = endpoints.all.flatMap(({ ip }) => (podIPs.has(ip) ? [ip] : []));
        const name = `${port.namespace}/${port.service}`;
        if (own.length > 0) found.set(name, [...(found.get(name) ?? []), ...own]);
      }
  const isAlike = anyStandsIn(sources, [...found.values()].flat());
  return isAlike ? new Set() : new Set(found.keys());
}

/** More need not be looked for: of an input made up alike nearly all stand on the node. */
const MOST_ADDRESSES = 20;
const MOST_BYTES = 16 * 1024 * 1024;

function anyStandsIn(sources: readonly Source[], addresses: readonly string[]): boolean {
  if (addresses.length === 0) return false;
  const some = [...new Set(addresses)].slice(0, MOST_ADDRESSES).map(wholeAddress);
  const pattern = new RegExp(some.join("|"));
  return sources.some((source) => pattern.test(headOfCapture(source, MOST_BYTES)));
}

/** Not a part of a longer address; a port may stand behind it. */
function wholeAddress(address: string): string {
  return address.includes(":")
    ? `(?<![\\da-f:])${address}(?![\\da-f:])`
    : `(?<![\\d.])${address.replaceAll(".", "\\.")}(?!\\.?\\d)`;
}

/**
 * Services of a live cluster whose endpoints only it knows, where the input holds no slices: they have no selector, or
 * there are no Pods, their Pods are on Nodes that are not there while others are, or they ask for topology while no Nodes
 * tell the zones that hints are made of.
 */
export function unknownServices(cluster: Cluster, changes: readonly Change[]): Set<string> {
  if (!holdsNoEndpoints(cluster)) return new Set();
  const changed = new Set(changes.map(({ service }) => service));
  const lacking = servicesLackingNodes(cluster);
  const isUnknown = (service: Service) =>
    lacking.has(service) ||
    !hasSelector(service) ||
    cluster.pods.length === 0 ||
    (cluster.nodes.length === 0 && asksForTopology(service));
  const names = cluster.services.filter(isUnknown).map(nameOf);
  return new Set(names.filter((name) => changed.has(name)));
}

function asksForTopology(service: Service): boolean {
  return service.spec.trafficDistribution !== undefined || /^[Aa]uto$/.test(topologyAnnotationOf(service));
}

const NO_ENDPOINTS =
  "the input holds no EndpointSlices, and without a selector or Pods (or the Nodes of these; or with topology, where there are no Nodes) only they tell where packets go";

export function unknownGap(unknown: ReadonlySet<string>): readonly Gap[] {
  if (unknown.size === 0) return [];
  return [{ reason: "made-up", message: NO_ENDPOINTS, concerns: ({ service }) => unknown.has(service) }];
}

export function unknownDiagnostic(unknown: ReadonlySet<string>): Diagnostic {
  return {
    code: "made-up-not-compared",
    severity: "error",
    message: `${namesOf([...unknown].sort())}: ${NO_ENDPOINTS}`,
    notes: [`kubectl get all has none: ${ASK_CLUSTER}`, "no patch and no unified diff is made of what is not known"],
  };
}

const ASK_CLUSTER = "give what the cluster holds: kubectl get services,endpointslices,nodes -A -o json > dump.json";

/** The cluster without them. */
export function withoutMadeUp(cluster: Cluster, madeUp: ReadonlySet<string>): Cluster {
  return madeUp.size === 0
    ? cluster
    : { ...cluster, services: cluster.services.filter((one) => !madeUp.has(nameOf(one))) };
}

/** What is not judged of Services that only the node has: manifests that come from no cluster may leave them out. */
export function notListedWords(changes: readonly Change[], madeUp: ReadonlySet<string>): string[] {
  if (madeUp.size === 0) return [];
  const stale = changes.flatMap(({ kind, service }) => (kind === "service-port-stale" ? (service ?? []) : []));
  const count = new Set(stale).size;
  const words = count === 1 ? "1 service of the node is" : `${count} services of the node are`;
  return count === 0 ? [] : [`${words} not in the input, which is no dump of a cluster: not judged`];
}

/** The service ports that are not compared. */
export function madeUpGap(madeUp: ReadonlySet<string>): readonly Gap[] {
  if (madeUp.size === 0) return [];
  const message = "the input tells no addresses, node ports or endpoints of a cluster, only what is made up";
  return [{ reason: "made-up", message, concerns: ({ service }) => madeUp.has(service) }];
}

export function madeUpDiagnostic(madeUp: ReadonlySet<string>): Diagnostic {
  return {
    code: "made-up-not-compared",
    severity: "error",
    message: `${namesOf([...madeUp].sort())}: addresses, node ports or endpoints are made up, since the input comes from no cluster; no node has them`,
    notes: [ASK_CLUSTER, "no patch and no unified diff is made of what is made up"],
  };
}
