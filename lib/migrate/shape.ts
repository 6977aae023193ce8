/** What about a Service decides how rule sets treat it: two Services of one shape fare alike, names apart. */
import type { ServicePortWithEndpoints } from "../backends/input.js";
import { findLocalDetector } from "../backends/local-detector.js";
import { cidrContains, parseCIDR } from "../net/cidr.js";
import { canonicalIP, isLoopback, parseIP } from "../net/ip.js";
import type { ServiceOnNode, SideState } from "./types.js";

/** The shape as text; equal texts mean equal shapes. */
export function shapeOf(subject: ServiceOnNode): string {
  const { node, family, before, after } = subject;
  return [node, family, sideShape(before), sideShape(after), endpointShape(before, after)].join("\n");
}

function sideShape({ ports, input }: SideState): string {
  const classify = addressClassifier(input);
  return ports
    .map(({ port, endpoints }) =>
      [
        port.portName === "" ? 0 : 1,
        port.protocol,
        ports.findIndex((other) => other.port.port === port.port),
        port.nodePort === 0 ? 0 : 1,
        port.nodePort === port.port ? 1 : 0,
        classify(port.clusterIP),
        port.externalIPs.map(classify).join(" "),
        port.loadBalancerVIPs.map(classify).join(" "),
        // Of more addresses than one it counts which are the same.
        [port.clusterIP, ...port.externalIPs, ...port.loadBalancerVIPs]
          .map((ip, i, all) => all.findIndex((other) => canonicalIP(other) === canonicalIP(ip)) - i)
          .join(" "),
        port.sourceRanges.map(({ text }) => text).join(" "),
        port.sourceRanges.length > 0
          ? [...port.loadBalancerVIPs, ...endpoints.all.map(({ ip }) => ip)].map((ip) =>
              port.sourceRanges.some(({ cidr }) => contains(cidr, ip)) ? 1 : 0,
            )
          : "",
        port.externalPolicyLocal ? 1 : 0,
        port.internalPolicyLocal ? 1 : 0,
        port.healthCheckNodePort === 0 ? 0 : 1,
        port.affinitySeconds ?? "",
        port.externallyAccessible ? 1 : 0,
        endpoints.hasAny ? 1 : 0,
      ].join(","),
    )
    .join(";");
}

/** How many endpoints there are of each sort, told by their part on both sides. */
function endpointShape(before: SideState, after: SideState): string {
  const classify = addressClassifier(before.input);
  const count = Math.max(before.ports.length, after.ports.length);
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    const sorts = new Map<string, string>();
    const add = (side: string, own: ServicePortWithEndpoints | undefined) => {
      if (!own) return;
      const { all, cluster, local } = own.endpoints;
      const inCluster = new Set(cluster);
      const inLocal = new Set(local);
      for (const endpoint of all) {
        const { target } = endpoint;
        const text = `${side}${inCluster.has(endpoint) ? "c" : ""}${inLocal.has(endpoint) ? "l" : ""}${endpoint.local ? "h" : ""}`;
        sorts.set(target, `${sorts.get(target) ?? classify(endpoint.ip)}${text}`);
      }
    };
    add("<", before.ports[i]);
    add(">", after.ports[i]);
    const counts = new Map<string, number>();
    for (const sort of sorts.values()) counts.set(sort, (counts.get(sort) ?? 0) + 1);
    texts.push(
      [...counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([sort, number]) => `${sort}${number}`)
        .join(","),
    );
  }
  return texts.join(";");
}

function contains(cidr: NonNullable<ReturnType<typeof parseCIDR>>, text: string): boolean {
  const ip = parseIP(text);
  return ip !== undefined && cidrContains(cidr, ip);
}

type Classify = (address: string) => string;
const classifiers = new WeakMap<SideState["input"], Classify>();

/** Whether rules would tell the address apart: a pod's by the local detector, a node's, loopback, oddly written. */
function addressClassifier(input: SideState["input"]): Classify {
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
      : `${pods && cidrContains(pods, ip) ? "p" : ""}${local.has(ip.text) ? "n" : ""}${isLoopback(ip) ? "o" : ""}${ip.text === text ? "" : "w"}.`;
    if (seen.size < 1_000_000) seen.set(text, found);
    return found;
  };
  classifiers.set(input, classify);
  return classify;
}
