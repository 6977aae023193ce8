/** What a capture shows of whose it is: endpoints, addresses and pod networks that belong to one Node of the cluster. */
import type { Cluster } from "../cluster/types.js";
import { EndpointTable } from "../kube/endpoint-table.js";
import { canonicalIP } from "../net/ip.js";
import { cleanCapture } from "../rulesets/capture-text/clean-capture.js";
import type { Source } from "../source/source.js";
import type { InferredFacts, NodeReading } from "./read-node.js";

/** One value of a capture that tells a node. */
export interface NodeEvidence {
  readonly node: string;
  /** "local endpoint 10.244.2.5:8080" */
  readonly words: string;
}

/** Values that belong to exactly one node, in the order: local endpoints, addresses, pod networks. */
export function nodeEvidence(
  cluster: Cluster,
  facts: InferredFacts,
  reading: NodeReading,
  sources: readonly Source[],
): NodeEvidence[] {
  const endpoints = nodesOfEndpoints(cluster, facts.localEndpoints.map(plainAddress));
  const addresses = nodesOfAddresses(cluster);
  const networks = nodesOfNetworks(cluster);
  const tell = (
    values: Iterable<string>,
    nodes: ReadonlyMap<string, string>,
    words: string,
    addressOf = plainAddress,
  ) =>
    [...new Set(values)].flatMap((value): NodeEvidence[] => {
      const node = nodes.get(addressOf(value));
      return node === undefined || node === "" ? [] : [{ node, words: `${words} ${value}` }];
    });
  const served = reading.mode === "ipvs" ? (reading.capture.virtualServers ?? []).map(({ address }) => address) : [];
  return [
    ...tell(facts.localEndpoints, endpoints, "local endpoint"),
    ...tell(facts.interfaceAddresses ?? [], addresses, "address"),
    ...tell(addressesListed(reading, sources), addresses, "address"),
    ...tell(served, addresses, "virtual server at"),
    ...tell(detectedNetworks(facts), networks, "local pods in", (value) => value),
  ];
}

/** The node of each of these endpoint addresses; "" for one that several nodes have. */
export function nodesOfEndpoints(cluster: Cluster, addresses: Iterable<string>): ReadonlyMap<string, string> {
  const nodes = new Owners();
  const asked = new Set(addresses);
  if (asked.size === 0) return nodes.found;
  const add = (ip: string, node: string) => {
    if (asked.has(ip) || (mayBeSpelledOddly(ip) && asked.has(canonicalIP(ip) ?? ip))) nodes.add(ip, node);
  };
  for (const { status, spec } of cluster.pods)
    for (const ip of [status?.podIP, ...(status?.podIPs ?? []).map((entry) => entry.ip)])
      if (ip && spec.nodeName) add(ip, spec.nodeName);
  const addEndpoint = (ip: string | undefined, node: string | undefined) => {
    if (node && ip) add(ip, node);
  };
  // Objects of a whole cluster's endpoints are made for nobody.
  for (const { endpoints } of cluster.endpointSlices)
    if (endpoints instanceof EndpointTable) endpoints.forEach((ip, _, node) => addEndpoint(ip, node));
    else for (const { addresses: own, nodeName } of endpoints ?? []) addEndpoint(own[0], nodeName);
  return nodes.found;
}

const LEADING_ZERO = /(?:^|\.)0\d/;

/** Of IPv4 an octet with leading zeros, of IPv6 anything. */
function mayBeSpelledOddly(ip: string): boolean {
  return ip.includes(":") || LEADING_ZERO.test(ip);
}

/** Addresses that Services have as well, as external IPs say, tell no node. */
function nodesOfAddresses({ nodes, services }: Cluster): ReadonlyMap<string, string> {
  const owners = new Owners();
  for (const { metadata, status } of nodes)
    for (const { address } of status?.addresses ?? []) owners.add(address, metadata.name);
  for (const { spec, status } of services)
    for (const ip of [...(spec.externalIPs ?? []), ...(status?.loadBalancer?.ingress ?? []).map((entry) => entry.ip)])
      if (ip) owners.add(ip, "");
  return owners.found;
}

function nodesOfNetworks({ nodes }: Cluster): ReadonlyMap<string, string> {
  const owners = new Owners();
  for (const { metadata, spec } of nodes)
    for (const network of new Set([spec?.podCIDR, ...(spec?.podCIDRs ?? [])]))
      if (network) owners.add(network, metadata.name);
  return owners.found;
}

class Owners {
  readonly found = new Map<string, string>();

  add(value: string, node: string): void {
    const key = canonicalIP(value) ?? value;
    const other = this.found.get(key);
    this.found.set(key, other === undefined || other === node ? node : "");
  }
}

/** "10.0.0.1:80", "[fd00::1]:80" or a bare address. */
export function plainAddress(text: string): string {
  const address = /^\[([^\]]+)\]/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return canonicalIP(address) ?? address;
}

function detectedNetworks({ settings }: InferredFacts): string[] {
  return settings.flatMap(({ assignment }) => /^clusterCIDR=(.+)$/.exec(assignment)?.[1] ?? []);
}

const MOST_LOOKED_AT = 1024 * 1024;

/** Of "ip addr show", whatever the mode that is compared; not those that kube-proxy binds itself. */
function addressesListed(reading: NodeReading, sources: readonly Source[]): string[] {
  if (reading.mode === "ipvs") return [];
  return sources.flatMap((given) => {
    const { source } = cleanCapture(given);
    const { size } = source;
    const from = Math.max(0, size - MOST_LOOKED_AT);
    const head = source.read(0, Math.min(size, MOST_LOOKED_AT));
    const texts = from > 0 ? [head, source.read(from, size)] : [head];
    return texts.flatMap((bytes) =>
      Array.from(new TextDecoder().decode(bytes).matchAll(LISTED)).flatMap(([line, address]) =>
        line.includes("kube-ipvs0") ? [] : address!,
      ),
    );
  });
}

const LISTED = /^[ \t>]*inet6? ([0-9a-f.:]+)\/\d+ .*scope global.*$/gm;
