/** A backend's input for a few Services of a large cluster, with what the whole cluster decides kept right. */
import type { BackendInput } from "../backends/input.js";
import type { Cluster } from "../cluster/types.js";
import { backendInput, countEndpoints } from "./compile.js";
import type { Service } from "../kube/types.js";
import { canonicalIP, type IPFamily } from "../net/ip.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import type { Situation } from "./situation.js";

/** The input of a family with only the Services' ports. `services`: in the cluster's order. */
export function focusedInput(
  cluster: Cluster,
  situation: Situation,
  services: readonly Service[],
  family: IPFamily = situation.family,
): BackendInput {
  return {
    ...backendInput({ ...cluster, services }, situation, {}, family),
    clusterEndpoints: countEndpoints(cluster, { ...situation, family }),
  };
}

/** Somewhere a packet goes or may be sent on to. */
export interface Destination {
  readonly address: string;
  readonly port: number;
}

/**
 * The Services whose rules a packet to one of the destinations can meet: those with such an address, or such a node port.
 */
export function servicesAt(
  cluster: Cluster,
  { features }: Situation,
  family: IPFamily,
  destinations: readonly Destination[],
): Service[] {
  const addresses = new Set(destinations.map(({ address }) => canonicalIP(address) ?? address));
  const ports = new Set(destinations.map(({ port }) => port));
  const has = (text: string) => addresses.has(canonicalIP(text) ?? text);
  return cluster.services.filter((service) =>
    buildServicePorts(service, family, features).some(
      ({ clusterIP, externalIPs, loadBalancerVIPs, nodePort, healthCheckNodePort }) =>
        addresses.has(clusterIP) ||
        (nodePort !== 0 && ports.has(nodePort)) ||
        (healthCheckNodePort !== 0 && ports.has(healthCheckNodePort)) ||
        externalIPs.some(has) ||
        loadBalancerVIPs.some(has),
    ),
  );
}
