/** What the `kubernetes` plugin knows: services, their ready endpoints, namespaces; indexed by name. */
import type { Cluster } from "../cluster/types.js";
import { labelOf, selectorMatches } from "../kube/label-selector.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { EndpointSlice, LabelSelector, Pod, Service } from "../kube/types.js";
import { canonicalIP, familyOfIP, type IPFamily } from "../net/ip.js";
import { parseSelectorText } from "./selector-text.js";
import type { DNSConfig } from "./types.js";

/** The EndpointSlices of a Service, captured or computed; undefined when the input does not tell its endpoints. */
export type SlicesOf = (service: Service) => readonly EndpointSlice[] | undefined;

/** One port of one ready address. `number` is -1 for a slice without ports. */
export interface EndpointPortRecord {
  readonly name: string;
  readonly protocol: string;
  readonly number: number;
}

export interface EndpointRecord {
  /** The label left of the service's name. */
  readonly label: string;
  readonly address: string;
  readonly family: IPFamily;
  readonly zone: string | undefined;
  readonly ports: readonly EndpointPortRecord[];
  readonly pod: string | undefined;
}

export interface ServiceEntry {
  readonly service: Service;
  readonly namespace: string;
  readonly name: string;
  readonly kind: "cluster-ip" | "headless" | "external-name";
  readonly clusterIPs: readonly { readonly address: string; readonly family: IPFamily }[];
  /** Ready endpoints, sorted by name and address; computed on first use. */
  readonly endpoints: () => readonly EndpointRecord[];
  /** False when the input does not tell the Service's endpoints; then there seem to be none. */
  readonly endpointsKnown: () => boolean;
}

export interface ZoneData {
  readonly config: DNSConfig;
  readonly cluster: Cluster;
  /** By "namespace/name", lower case; sorted by it. */
  readonly services: ReadonlyMap<string, ServiceEntry>;
  /** Existing and exposed. */
  readonly namespaces: ReadonlySet<string>;
  /** The DNS Service's cluster IPs. */
  readonly serverAddresses: readonly string[];
}

/** The Service of the cluster's DNS server, by its usual names. */
export function findDNSService(cluster: Cluster): Service | undefined {
  const named = (namespace: string, name: string) =>
    cluster.services.find((s) => s.metadata.name === name && s.metadata.namespace === namespace);
  return (
    named("kube-system", "kube-dns") ??
    named("openshift-dns", "dns-default") ??
    cluster.services.find(
      ({ metadata }) => metadata.namespace === "kube-system" && labelOf(metadata.labels, "k8s-app") === "kube-dns",
    )
  );
}

/** "10.0.0.5" to "10-0-0-5"; IPv6 text that ends in "-" gets a "0". Source: CoreDNS plugin/kubernetes endpointHostname, 1.12.3. */
export function dashed(address: string): string {
  const text = address.replace(/[.:]/g, "-");
  return text.endsWith("-") ? `${text}0` : text;
}

function endpointRecords(slices: readonly EndpointSlice[], config: DNSConfig): EndpointRecord[] {
  if (config.noEndpoints) return [];
  const records: EndpointRecord[] = [];
  for (const slice of slices) {
    if (slice.addressType === "FQDN") continue;
    const ports = (slice.ports ?? []).map(({ name, protocol, port }) => ({
      name: (name ?? "").toLowerCase(),
      protocol: (protocol ?? "TCP").toLowerCase(),
      number: port ?? -1,
    }));
    for (const endpoint of sliceEndpoints(slice)) {
      if (endpoint.conditions?.ready === false) continue;
      const pod = endpoint.targetRef?.kind === "Pod" ? endpoint.targetRef.name : undefined;
      for (const text of endpoint.addresses) {
        const address = canonicalIP(text);
        if (address === undefined) continue;
        const byPod = config.endpointPodNames && pod !== undefined && pod.length < 64 ? pod : undefined;
        records.push({
          label: (endpoint.hostname || byPod || dashed(address)).toLowerCase(),
          address,
          family: familyOfIP(address)!,
          zone: endpoint.zone?.toLowerCase(),
          ports: ports.length > 0 ? ports : [{ name: "", protocol: "", number: -1 }],
          pod,
        });
      }
    }
  }
  return records.sort((a, b) => compare(a.label, b.label) || compare(a.address, b.address));
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function entryOf(service: Service, slicesOf: SlicesOf, config: DNSConfig): ServiceEntry {
  const { spec, metadata } = service;
  const ips = spec.clusterIPs && spec.clusterIPs.length > 0 ? spec.clusterIPs : [spec.clusterIP ?? ""];
  const headless = ips[0] === "None";
  let endpoints: readonly EndpointRecord[] | undefined;
  let known = false;
  const load = () => {
    if (endpoints === undefined) {
      const slices = slicesOf(service);
      known = slices !== undefined;
      endpoints = endpointRecords(slices ?? [], config);
    }
    return endpoints;
  };
  return {
    service,
    namespace: (metadata.namespace ?? "default").toLowerCase(),
    name: metadata.name.toLowerCase(),
    kind: spec.type === "ExternalName" ? "external-name" : headless ? "headless" : "cluster-ip",
    clusterIPs: ips.flatMap((text) => {
      const address = canonicalIP(text);
      return address === undefined ? [] : [{ address, family: familyOfIP(address)! }];
    }),
    endpoints: load,
    endpointsKnown: () => (load(), known),
  };
}

function selectorOf(text: string | undefined): LabelSelector {
  return (text === undefined ? undefined : parseSelectorText(text)) ?? {};
}

/** Namespaces that exist and are exposed: those of Namespace objects, and those that any object is in. */
function exposedNamespaces(cluster: Cluster, config: DNSConfig): Set<string> {
  const known = new Map<string, Readonly<Record<string, string>> | undefined>();
  for (const { metadata } of cluster.namespaces) known.set(metadata.name.toLowerCase(), metadata.labels);
  const lists = [cluster.services, cluster.pods, cluster.endpointSlices, cluster.workloads, cluster.configMaps];
  for (const objects of lists)
    for (const { metadata } of objects) {
      const { namespace = "default" } = metadata;
      const name = namespace.toLowerCase();
      if (!known.has(name)) known.set(name, { "kubernetes.io/metadata.name": namespace });
    }
  const selector = selectorOf(config.namespaceLabels);
  const exposed = new Set<string>();
  for (const [name, labels] of known) {
    if (config.namespaces && !config.namespaces.includes(name)) continue;
    if (selectorMatches(selector, labels)) exposed.add(name);
  }
  return exposed;
}

/**
 * The zone of a cluster.
 * `slicesOf`: the slices of a Service; asked at most once for each, and only when its endpoints matter.
 */
export function buildZoneData(cluster: Cluster, config: DNSConfig, slicesOf: SlicesOf): ZoneData {
  const selector = selectorOf(config.serviceLabels);
  const entries = cluster.services
    .filter(({ metadata }) => selectorMatches(selector, metadata.labels))
    .map((service) => entryOf(service, slicesOf, config))
    .sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name));
  const dnsService = findDNSService(cluster);
  return {
    config,
    cluster,
    services: new Map(entries.map((entry) => [`${entry.namespace}/${entry.name}`, entry])),
    namespaces: exposedNamespaces(cluster, config),
    serverAddresses: dnsService ? entryOf(dnsService, () => [], config).clusterIPs.map(({ address }) => address) : [],
  };
}

/** "Service prod/web", as records name their origin. */
export function serviceText({ service }: ServiceEntry): string {
  return `Service ${service.metadata.namespace ?? "default"}/${service.metadata.name}`;
}

/** A Pod with this primary address in the namespace that is not being deleted. */
export function findVerifiedPod(data: ZoneData, namespace: string, address: string): Pod | undefined {
  return data.cluster.pods.find(
    ({ metadata, status }) =>
      (metadata.namespace ?? "default").toLowerCase() === namespace &&
      !metadata.deletionTimestamp &&
      canonicalIP(status?.podIP ?? status?.podIPs?.[0]?.ip ?? "") === address,
  );
}
