/** What about a few Services decides how rules treat them: units of one shape fare alike, names and addresses apart. */
import type { BackendInput, ServicePortWithEndpoints } from "../backends/input.js";
import { findLocalDetector } from "../backends/local-detector.js";
import { cidrContains, parseCIDR } from "../net/cidr.js";
import { canonicalIP, isLoopback, parseIP } from "../net/ip.js";
import type { ClientSources } from "./clients.js";
import type { UnitOnNode, UnitState } from "./types.js";
import { numbering, type Numbering } from "./numbering.js";
import { countReadyLocal } from "./unit-state.js";

export interface UnitShape {
  /** Equal for units that fare alike. */
  readonly text: string;
  /** Of each endpoint "ip:port" of either side, its sort: what part it plays on both sides. */
  readonly sorts: ReadonlyMap<string, string>;
}

/** `kinds`: of the node on both sides. `senders`: endpoints that are clients, too. */
export function shapeOfUnit(
  unit: UnitOnNode,
  kinds: string,
  sources: ClientSources,
  senders: ReadonlySet<string> = new Set(),
): UnitShape {
  const sorts = sortsOf(unit, senders);
  const equal = { addresses: numbering(), numbers: numbering(), names: numbering() };
  const texts = [unit.before, unit.after].map((state) =>
    state.ports.map((own) => portShape(own, state, equal, sources)).join(";"),
  );
  return { text: [unit.family, kinds, ...texts, countsText(sorts)].join("\n"), sorts };
}

function portShape(
  own: ServicePortWithEndpoints,
  { input }: UnitState,
  { addresses, numbers, names }: Readonly<Record<"addresses" | "numbers" | "names", Numbering>>,
  sources: ClientSources,
): string {
  const { port, endpoints } = own;
  const classify = addressClassifier(input);
  const address = (text: string) => `${addresses(canonicalIP(text) ?? text)}${classify(text)}`;
  return [
    names(port.name),
    port.portName === "" ? 0 : 1,
    port.protocol,
    numbers(port.port),
    port.nodePort === 0 ? "" : numbers(port.nodePort),
    address(port.clusterIP),
    port.externalIPs.map(address).join(" "),
    port.loadBalancerVIPs.map(address).join(" "),
    ...rangeShape(own, sources),
    port.externalPolicyLocal ? 1 : 0,
    port.internalPolicyLocal ? 1 : 0,
    port.healthCheckNodePort === 0 ? "" : `${numbers(port.healthCheckNodePort)}h${countReadyLocal(own) > 0 ? 1 : 0}`,
    port.affinitySeconds ?? "",
    port.externallyAccessible ? 1 : 0,
    endpoints.hasAny ? 1 : 0,
  ].join(",");
}

/** The source ranges, and which addresses that rules compare with them they hold. */
function rangeShape({ port, endpoints }: ServicePortWithEndpoints, sources: ClientSources): string[] {
  if (port.sourceRanges.length === 0) return [];
  const held = (text: string) => {
    const ip = parseIP(text);
    return ip && port.sourceRanges.some(({ cidr }) => cidrContains(cidr, ip)) ? 1 : 0;
  };
  return [
    port.sourceRanges.map(({ text }) => text).join(" "),
    [sources.pod, sources.podElsewhere, sources.node, ...port.loadBalancerVIPs].map(held).join(""),
    endpoints.all.map(({ ip }) => held(ip)).join(""),
  ];
}

function sortsOf({ before, after }: UnitOnNode, senders: ReadonlySet<string>): Map<string, string> {
  const sorts = new Map<string, string>();
  for (const [side, { ports, input }] of [before, after].entries()) {
    const classify = addressClassifier(input);
    for (const [i, { endpoints }] of ports.entries()) {
      const { all, cluster, local } = endpoints;
      const inCluster = new Set(cluster);
      const inLocal = new Set(local);
      for (const endpoint of all) {
        const part = (inCluster.has(endpoint) ? 1 : 0) + (inLocal.has(endpoint) ? 2 : 0) + (endpoint.local ? 4 : 0);
        const known = sorts.get(endpoint.target) ?? (senders.has(endpoint.ip) ? "!" : "");
        sorts.set(endpoint.target, `${known}${side === 0 ? "<" : ">"}${i}.${part}${classify(endpoint.ip)}`);
      }
    }
  }
  return sorts;
}

function countsText(sorts: ReadonlyMap<string, string>): string {
  const counts = new Map<string, number>();
  for (const sort of sorts.values()) counts.set(sort, (counts.get(sort) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([sort, count]) => `${sort}*${count}`)
    .join(",");
}

type Classify = (address: string) => string;
const classifiers = new WeakMap<BackendInput, Classify>();

/** Whether rules would tell the address apart: a pod's by the local detector, a node's, loopback, oddly written. */
function addressClassifier(input: BackendInput): Classify {
  const known = classifiers.get(input);
  if (known) return known;
  const detector = findLocalDetector(input);
  const pods = detector?.kind === "source" ? parseCIDR(detector.cidr) : undefined;
  const local = new Set(input.node.interfaceAddresses.map((ip) => canonicalIP(ip) ?? ip));
  const seen = new Map<string, string>();
  const classify: Classify = (text) => {
    let found = seen.get(text);
    if (found !== undefined) return found;
    const ip = parseIP(text);
    found = !ip
      ? "?"
      : `${pods && cidrContains(pods, ip) ? "p" : ""}${local.has(ip.text) ? "n" : ""}${isLoopback(ip) ? "o" : ""}${ip.text === text ? "" : "w"}`;
    if (seen.size < 1_000_000) seen.set(text, found);
    return found;
  };
  classifiers.set(input, classify);
  return classify;
}
