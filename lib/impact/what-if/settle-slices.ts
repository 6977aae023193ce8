/** EndpointSlices of the input after pods and nodes changed, as the controller would write them. */
import type { Cluster } from "../../cluster/types.js";
import { addHints } from "../../endpoints/hints.js";
import { indexNodeZones } from "../../endpoints/node-zones.js";
import { MANAGED_BY_LABEL, SERVICE_NAME_LABEL } from "../../endpoints/slice-parts.js";
import { sliceEndpoints } from "../../kube/endpoint-table.js";
import { labelOf } from "../../kube/label-selector.js";
import type { EndpointSlice, Pod, Service, SliceEndpoint } from "../../kube/types.js";
import { canonicalIP } from "../../net/ip.js";
import { topologyAnnotationOf } from "../../services/build-service-ports.js";
import { idOf } from "./names.js";
import type { Draft, Fate } from "./types.js";

const CONTROLLER = "endpointslice-controller.k8s.io";

/**
 * Endpoints of pods that leave go, those of pods that are not ready are marked so; Services that select pods in another
 * way, or other pods, have their slices made anew; hints of Services that changed are allocated again.
 * `before`: the state that the draft began with.
 */
export function settleSlices(draft: Draft, before: Cluster): Cluster {
  const { cluster } = draft;
  if (cluster.endpointSlices.length === 0) return cluster;
  const services = new Map(cluster.services.map((service) => [idOf(service), service]));
  const remade = servicesToRemake(draft, services);
  const fateOf = createFates(draft, before);
  const touched = new Set<string>();
  const isAnyNodeGone = cluster.nodes.length !== before.nodes.length;
  const endpointSlices = cluster.endpointSlices.flatMap((slice): EndpointSlice[] => {
    const id = serviceIdOf(slice);
    const service = services.get(id);
    if (!isOfController(slice) || !service) return [slice];
    if (remade.has(id)) return [];
    const edited = editSlice(slice, service, fateOf);
    if (edited !== slice || (isAnyNodeGone && topologyAnnotationOf(service) !== "")) touched.add(id);
    return [edited];
  });
  for (const id of touched) allocateHints(services.get(id)!, endpointSlices, draft);
  return { ...cluster, endpointSlices };
}

function serviceIdOf({ metadata }: EndpointSlice): string {
  return `${metadata.namespace ?? "default"}/${metadata.labels?.[SERVICE_NAME_LABEL] ?? ""}`;
}

/** Slices that somebody wrote by hand, or mirrored, do not follow pods. */
function isOfController({ metadata }: EndpointSlice): boolean {
  return (metadata.labels?.[MANAGED_BY_LABEL] ?? CONTROLLER) === CONTROLLER;
}

/** Services whose pods are in the input, and select other pods or select them otherwise. */
function servicesToRemake({ remade, freshPods, cluster }: Draft, services: ReadonlyMap<string, Service>): Set<string> {
  const found = new Set<string>();
  const selects = ({ spec, metadata }: Service, pod: Pod) =>
    (pod.metadata.namespace ?? "default") === (metadata.namespace ?? "default") &&
    Object.entries(spec.selector ?? {}).every(([key, value]) => labelOf(pod.metadata.labels, key) === value);
  for (const [id, service] of services) {
    if (Object.keys(service.spec.selector ?? {}).length === 0) continue;
    if (remade.has(id) ? cluster.pods.length > 0 : [...freshPods].some((pod) => selects(service, pod))) found.add(id);
  }
  return found;
}

/** What becomes of an endpoint: by its pod, else by the address, else by the node. */
function createFates(
  { fates, leftNodes }: Draft,
  before: Cluster,
): (endpoint: SliceEndpoint, namespace: string) => Fate | undefined {
  const byIP = new Map<string, string>();
  for (const pod of before.pods)
    if (!pod.spec.hostNetwork)
      for (const { ip } of pod.status?.podIPs ?? []) byIP.set(canonicalIP(ip) ?? ip, idOf(pod));
  const known = new Set(before.pods.map(idOf));
  return ({ addresses, nodeName, targetRef }, namespace) => {
    const named = targetRef?.kind === "Pod" ? `${targetRef.namespace ?? namespace}/${targetRef.name}` : undefined;
    const pod = named ?? byIP.get(canonicalIP(addresses[0] ?? "") ?? "");
    const fate = pod === undefined ? undefined : fates.get(pod);
    if (fate || (pod !== undefined && known.has(pod))) return fate;
    return nodeName !== undefined && leftNodes.has(nodeName) ? "gone" : undefined;
  };
}

function editSlice(
  slice: EndpointSlice,
  service: Service,
  fateOf: (endpoint: SliceEndpoint, namespace: string) => Fate | undefined,
): EndpointSlice {
  const given = sliceEndpoints(slice);
  let isChanged = false;
  const endpoints = given.flatMap((endpoint): SliceEndpoint[] => {
    const fate = fateOf(endpoint, slice.metadata.namespace ?? "default");
    if (!fate) return [endpoint];
    isChanged = true;
    if (fate === "gone") return [];
    const ready = service.spec.publishNotReadyAddresses === true;
    return [{ ...endpoint, conditions: { ...endpoint.conditions, ready, serving: false } }];
  });
  return isChanged ? { ...slice, endpoints } : slice;
}

/** Replaces the Service's slices in the list by ones whose hints are allocated again. */
function allocateHints(service: Service, slices: EndpointSlice[], { cluster, features }: Draft): void {
  const isHinted = topologyAnnotationOf(service) !== "" || service.spec.trafficDistribution !== undefined;
  if (!isHinted) return;
  const id = idOf(service);
  const nodes = indexNodeZones(cluster.nodes);
  for (const family of ["IPv4", "IPv6"] as const) {
    const endpoints: SliceEndpoint[] = [];
    for (const [i, slice] of slices.entries()) {
      if (serviceIdOf(slice) !== id || slice.addressType !== family || !isOfController(slice)) continue;
      const copies = sliceEndpoints(slice).map(({ hints: _, ...endpoint }): SliceEndpoint => ({ ...endpoint }));
      endpoints.push(...copies);
      slices[i] = { ...slice, endpoints: copies };
    }
    addHints(service, endpoints, nodes, features);
  }
}
