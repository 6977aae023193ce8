/**
 * Services that an extract of an IPVS node needs beside those it is about: kube-proxy writes the rules of an ip set while
 * the set has entries, whoever's they are.
 */
import type { Cluster } from "../cluster/types.js";
import type { Features } from "../config/features.js";
import type { createEndpointResolver } from "../endpoints/resolve.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { Service } from "../kube/types.js";
import { cidrContains } from "../net/cidr.js";
import { parseIP } from "../net/ip.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import type { ServicePort } from "../services/types.js";

const FAMILIES = ["IPv4", "IPv6"] as const;

export interface WitnessInput {
  readonly cluster: Pick<Cluster, "services" | "nodes">;
  readonly features: Features;
  readonly resolve: ReturnType<typeof createEndpointResolver>;
  /** Those captured: what is local there has entries of its own. */
  readonly nodes: ReadonlySet<string>;
}

/** One for each kind of entry that no chosen Service has, in the cluster's order. */
export function setWitnesses(chosen: readonly Service[], input: WitnessInput): Service[] {
  const known = new Set(chosen.flatMap((service) => kindsOf(service, input)));
  const witnesses: Service[] = [];
  for (const service of input.cluster.services) {
    const kinds = kindsOf(service, input);
    if (kinds.every((kind) => known.has(kind))) continue;
    for (const kind of kinds) known.add(kind);
    witnesses.push(service);
  }
  return witnesses;
}

/** What kinds of entries a Service has in the sets, e.g. "IPv4 node-port TCP local". */
function kindsOf(service: Service, { cluster, features, resolve, nodes }: WitnessInput): string[] {
  return FAMILIES.flatMap((family) => {
    const ports = buildServicePorts(service, family, features);
    if (ports.length === 0) return [];
    const slices = resolve(service).slices.filter(({ addressType }) => addressType === family);
    const serving = slices.filter((slice) =>
      slice.ports?.some(({ name }) => ports.some(({ portName }) => portName === (name ?? ""))),
    );
    const all = serving.flatMap((slice) => sliceEndpoints(slice));
    const isAnyReady = all.some(({ conditions }) => conditions?.ready !== false);
    const local = all.flatMap(({ nodeName = "", conditions }) =>
      nodes.has(nodeName) ? [`endpoint on ${nodeName} ${isAnyReady} ${JSON.stringify(conditions)}`] : [],
    );
    return [...new Set([...ports.flatMap((port) => kindsOfPort(port, cluster)), ...local])].map(
      (kind) => `${family} ${kind}`,
    );
  });
}

function kindsOfPort(port: ServicePort, { nodes }: WitnessInput["cluster"]): string[] {
  const isNodeAllowed = () =>
    nodes.some(({ status }) =>
      (status?.addresses ?? []).some(({ address }) => {
        const ip = parseIP(address);
        return ip !== undefined && port.sourceRanges.some(({ cidr }) => cidrContains(cidr, ip));
      }),
    );
  const policy = port.externalPolicyLocal ? "local" : "cluster";
  return [
    "cluster-ip",
    ...(port.externalIPs.length > 0 ? [`external-ip ${policy}`] : []),
    ...(port.loadBalancerVIPs.length > 0 ? [`load-balancer ${policy}`] : []),
    ...(port.loadBalancerVIPs.length > 0 && port.sourceRanges.length > 0 ? [`source-ranges ${isNodeAllowed()}`] : []),
    ...(port.nodePort > 0 ? [`node-port ${port.protocol} ${policy}`] : []),
    ...(port.healthCheckNodePort > 0 ? ["health-check"] : []),
  ];
}
