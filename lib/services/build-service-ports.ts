/** From a Service to kube-proxy's service ports. */
import type { Features } from "../config/features.js";
import type { Protocol, Service } from "../kube/types.js";
import { canonicalIP, type IPFamily } from "../net/ip.js";
import { addressesOfFamily, loadBalancerVIPs, sourceRangesOfFamily } from "./addresses.js";
import { findClusterIP, findSkipReason } from "./skip-reason.js";
import type { ServicePort } from "./types.js";

/** Seconds; the API server's default, for Services that lack the field. */
const DEFAULT_AFFINITY_SECONDS = 10800;

const NO_PORTS: ServicePort[] = [];

/**
 * The service ports of the Service in the family, sorted by port name, then protocol; none when it is skipped.
 * Of two ports with one name and protocol the later one in spec.ports wins.
 * Source: kube-proxy pkg/proxy/serviceport.go.
 */
export function buildServicePorts(service: Service, family: IPFamily, features: Features): ServicePort[] {
  if (findSkipReason(service, family, features)) return NO_PORTS;
  const { metadata, spec, status } = service;
  const namespace = metadata.namespace ?? "default";
  const externalIPs = addressesOfFamily(spec.externalIPs, family, features);
  const vips = loadBalancerVIPs(status?.loadBalancer?.ingress, family, features);
  const externalPolicyLocal = isExternalPolicyLocal(service, features);
  const internalPolicyLocal = spec.internalTrafficPolicy === "Local";
  const clusterIP = canonicalIP(findClusterIP(service, family)!)!;
  const sourceRanges = sourceRangesOfFamily(spec.loadBalancerSourceRanges, family, features);
  const programmedExternalIPs = features.allowServiceExternalIPs ? externalIPs : [];
  const healthCheckNodePort = spec.type === "LoadBalancer" && externalPolicyLocal ? (spec.healthCheckNodePort ?? 0) : 0;
  const affinitySeconds =
    spec.sessionAffinity === "ClientIP"
      ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS)
      : undefined;
  const topologyAnnotation = topologyAnnotationOf(service);
  const ports: ServicePort[] = [];
  for (const [portIndex, port] of spec.ports!.entries()) {
    const portName = port.name ?? "";
    const nodePort = port.nodePort ?? 0;
    // externalIPs count even where the gate keeps them from being programmed.
    const externallyAccessible = nodePort !== 0 || vips.length > 0 || externalIPs.length > 0;
    // One literal, no spread: this many fields spread make slow objects, which shows in large clusters.
    ports.push({
      namespace,
      service: metadata.name,
      portName,
      protocol: port.protocol ?? "TCP",
      name: portName === "" ? `${namespace}/${metadata.name}` : `${namespace}/${metadata.name}:${portName}`,
      family,
      clusterIP,
      port: port.port,
      nodePort,
      externalIPs: programmedExternalIPs,
      loadBalancerVIPs: vips,
      sourceRanges,
      externalPolicyLocal,
      internalPolicyLocal,
      healthCheckNodePort,
      affinitySeconds,
      topologyAnnotation,
      externallyAccessible,
      usesClusterEndpoints: !internalPolicyLocal || externallyAccessible,
      usesLocalEndpoints: internalPolicyLocal || (externalPolicyLocal && externallyAccessible),
      origin: service.origin,
      portIndex,
    });
  }
  return ports.length === 1 ? ports : keepLastOfEach(ports);
}

/** externalTrafficPolicy Local, on a Service of a kind that may have it in the release. */
function isExternalPolicyLocal({ spec }: Service, features: Features): boolean {
  if (spec.externalTrafficPolicy !== "Local") return false;
  if (spec.type === "LoadBalancer" || spec.type === "NodePort") return true;
  return (
    features.externalPolicyOnClusterIPServices &&
    (spec.type ?? "ClusterIP") === "ClusterIP" &&
    (spec.externalIPs?.length ?? 0) > 0
  );
}

/** The older annotation key counts when present, even if empty. */
export function topologyAnnotationOf({ metadata: { annotations } }: Service): string {
  return (
    annotations?.["service.kubernetes.io/topology-aware-hints"] ??
    annotations?.["service.kubernetes.io/topology-mode"] ??
    ""
  );
}

export interface PortKey {
  readonly portName: string;
  readonly protocol: Protocol;
}

const NO_KEYS: PortKey[] = [];

/** What names the service ports that `buildServicePorts` gives, in the same order. */
export function servicePortKeys(service: Service, family: IPFamily, features: Features): readonly PortKey[] {
  if (findSkipReason(service, family, features)) return NO_KEYS;
  const keys = service.spec.ports!.map(({ name, protocol }): PortKey => ({
    portName: name ?? "",
    protocol: protocol ?? "TCP",
  }));
  return keys.length === 1 ? keys : keepLastOfEach(keys);
}

function compareKeys(a: PortKey, b: PortKey): number {
  if (a.portName !== b.portName) return a.portName < b.portName ? -1 : 1;
  return a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : 0;
}

/** Sorted by key; of equal keys the last. Relies on the sort being stable. */
function keepLastOfEach<T extends PortKey>(ports: T[]): T[] {
  ports.sort(compareKeys);
  return ports.filter((port, i) => i === ports.length - 1 || compareKeys(port, ports[i + 1]!) !== 0);
}
