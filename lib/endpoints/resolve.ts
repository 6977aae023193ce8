/** Where the endpoints of each Service come from. */
import type { Cluster } from "../cluster/types.js";
import type { Features } from "../config/features.js";
import type { Endpoints, EndpointSlice, Service } from "../kube/types.js";
import type { IPFamily } from "../net/ip.js";
import { findLeftOutPods } from "./left-out.js";
import { mirrorEndpoints } from "./mirror.js";
import { indexNodeZones } from "./node-zones.js";
import { indexPods } from "./pod-index.js";
import { MANAGED_BY_LABEL, MIRRORING_CONTROLLER, SERVICE_NAME_LABEL } from "./slice-parts.js";
import { slicesFromPods } from "./slices-from-pods.js";
import type { LeftOutPod, ServiceEndpoints } from "./types.js";

const NO_SLICES: readonly EndpointSlice[] = [];
const nobodyLeftOut = (): LeftOutPod[] => [];

/**
 * A function that gives the slices of a Service: those of the input if it has any for the Service, else mirrored from
 * its Endpoints object when it has no selector, else computed from the Pods it selects.
 * The indexes are built here, once; a Service's slices are made anew at each call and not kept.
 * `family`: slices computed from Pods are those of this family only; read or mirrored ones are all there.
 */
export function createEndpointResolver(
  cluster: Cluster,
  features: Features,
  family?: IPFamily,
): (service: Service) => ServiceEndpoints {
  const slicesByService = indexSlices(cluster.endpointSlices);
  const endpointsByName = new Map<string, Endpoints>();
  for (const endpoints of cluster.endpoints) endpointsByName.set(keyOf(endpoints.metadata), endpoints);
  const selectPods = indexPods(cluster.pods, cluster.services);
  const nodes = indexNodeZones(cluster.nodes);
  // What a live cluster mirrors is among its slices, if the input has slices at all.
  const mirrors = !(cluster.facts.fromLiveCluster && cluster.endpointSlices.length > 0);

  return (service) => {
    const { spec } = service;
    const key = keyOf(service.metadata);
    const captured = slicesByService.get(key);
    if (hasSelector(service) && spec.type !== "ExternalName") {
      const pods = selectPods(service.metadata.namespace ?? "default", spec.selector!);
      return {
        service,
        source: captured ? "endpointslices" : "pods",
        slices: captured ?? slicesFromPods(service, pods, nodes, features, family),
        leftOut: () => findLeftOutPods(service, pods, captured, nodes, features),
      };
    }
    const written = mirrors && !hasSelector(service) && !captured?.some(isMirrored) && endpointsByName.get(key);
    const mirrored = written ? mirrorEndpoints(service, written, features) : NO_SLICES;
    if (captured) {
      const slices = mirrored.length > 0 ? [...captured, ...mirrored] : captured;
      return { service, source: "endpointslices", slices, leftOut: nobodyLeftOut };
    }
    if (mirrored.length > 0) return { service, source: "mirrored", slices: mirrored, leftOut: nobodyLeftOut };
    const unknown = cluster.facts.clusterInfoDump && spec.type !== "ExternalName" && !written;
    return { service, source: unknown ? "unknown" : "none", slices: NO_SLICES, leftOut: nobodyLeftOut };
  };
}

/** An empty selector is stored as none. */
function hasSelector({ spec }: Service): boolean {
  if (spec.selector) for (const _ in spec.selector) return true;
  return false;
}

function keyOf(metadata: { readonly namespace?: string; readonly name: string }): string {
  return `${metadata.namespace ?? "default"}/${metadata.name}`;
}

function isMirrored({ metadata }: EndpointSlice): boolean {
  return metadata.labels?.[MANAGED_BY_LABEL] === MIRRORING_CONTROLLER;
}

/** By the Service named in the label, in the slice's own namespace; a slice that names none belongs to none. */
function indexSlices(slices: readonly EndpointSlice[]): Map<string, EndpointSlice[]> {
  const index = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const { name, namespace = "default", labels } = slice.metadata;
    const service = labels?.[SERVICE_NAME_LABEL];
    if (!service || !name) continue;
    const key = `${namespace}/${service}`;
    const found = index.get(key);
    if (found) found.push(slice);
    else index.set(key, [slice]);
  }
  return index;
}
