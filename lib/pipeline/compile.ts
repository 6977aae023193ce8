/** Cluster and situation to the ruleset of a mode, still without text. */
import type { BackendInput, ServicePortWithEndpoints } from "../backends/input.js";
import type { Cluster } from "../cluster/types.js";
import { endpointsOfPort } from "../endpoints/endpoints-of-port.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import { selectEndpoints } from "../endpoints/select-endpoints.js";
import type { IPFamily } from "../net/ip.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import type { Focus } from "../readers/focus.js";
import type { Situation } from "./situation.js";

/** Which services' rules are wanted. */
export interface ServiceFilter {
  /** "ns/name". */
  readonly service?: string;
  readonly namespace?: string;
  /** Those that the input holds the Services of, where it does not hold all. */
  readonly namespaces?: ReadonlySet<string> | undefined;
  /** "ns/name" of each. */
  readonly names?: ReadonlySet<string>;
}

/** Whether the filter leaves any Service out. */
export function isFiltering({ service, namespace, namespaces, names }: ServiceFilter): boolean {
  return [service, namespace, namespaces, names].some((part) => part !== undefined);
}

/**
 * The service ports of a family with their endpoints, sorted by namespace, service, port name and protocol.
 * Lazy: endpoints of a service are worked out when it is reached, and may be collected after it.
 */
export function* servicePortsOf(
  cluster: Cluster,
  situation: Situation,
  filter: ServiceFilter = {},
): Iterable<ServicePortWithEndpoints> {
  const { family, features, node } = situation;
  const resolve = createEndpointResolver(cluster, situation.controllerFeatures, family);
  for (const service of cluster.services) {
    if (!isWanted(service.metadata.namespace ?? "default", service.metadata.name, filter)) continue;
    const ports = buildServicePorts(service, family, features);
    if (ports.length === 0) continue;
    const { slices } = resolve(service);
    for (const port of ports) {
      const all = endpointsOfPort(slices, port, node, features);
      yield { port, endpoints: selectEndpoints(all, port, node, features) };
    }
  }
}

/** Whether the filter lets a Service through. */
export function isWanted(namespace: string, name: string, filter: ServiceFilter): boolean {
  if (filter.namespace !== undefined && namespace !== filter.namespace) return false;
  if (filter.namespaces?.has(namespace) === false) return false;
  if (filter.names !== undefined && !filter.names.has(`${namespace}/${name}`)) return false;
  return filter.service === undefined || filter.service === `${namespace}/${name}`;
}

/** What a backend needs, for the situation's family or another one. */
export function backendInput(
  cluster: Cluster,
  asked: Situation,
  filter: ServiceFilter = {},
  family: IPFamily = asked.family,
): BackendInput {
  const situation = { ...asked, family };
  return {
    family,
    config: situation.config,
    features: situation.features,
    nodeFeatures: situation.nodeFeatures,
    node: situation.node,
    serviceCIDRs: situation.serviceCIDRs,
    servicePorts: servicePortsOf(cluster, situation, filter),
    clusterEndpoints: isFiltering(filter) ? countEndpoints(cluster, situation) : undefined,
  };
}

/** Counting further changes nothing: a cluster with more endpoints is large. */
const ENOUGH_ENDPOINTS = 1001;

/** Endpoints of all service ports of the situation's family, counted no further than it matters. */
export function countEndpoints(cluster: Cluster, situation: Situation): number {
  let total = 0;
  for (const { endpoints } of servicePortsOf(cluster, situation)) {
    total += endpoints.all.length;
    if (total >= ENOUGH_ENDPOINTS) break;
  }
  return total;
}

/**
 * Whether the size of the cluster, which decides about comments in rules, is told by the slices that were read: those of
 * a family that `focus` left out do not matter when the others are enough for a large cluster.
 */
export function isSizeKnown(cluster: Cluster, situation: Situation, { skipped }: Focus): boolean {
  return [...skipped].every((family) => countEndpoints(cluster, { ...situation, family }) >= ENOUGH_ENDPOINTS);
}
