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
  const slicesOf = indexSlices(cluster.endpointSlices);
  const endpointsByName = new Map<string, Endpoints>();
  for (const endpoints of cluster.endpoints) endpointsByName.set(keyOf(endpoints.metadata), endpoints);
  const selectPods = indexPods(cluster.pods, cluster.services);
  const nodes = indexNodeZones(cluster.nodes);
  // What a live cluster mirrors is among its slices, if the input has slices at all.
  const mirrors = !(cluster.facts.fromLiveCluster && cluster.endpointSlices.length > 0);

  return (service) => {
    const { spec } = service;
    const { namespace = "default", name } = service.metadata;
    const captured = slicesOf(namespace, name);
    const isSelecting = hasSelector(service);
    if (selectsEndpoints(service)) {
      const pods = () => selectPods(namespace, spec.selector!);
      return {
        service,
        source: captured ? "endpointslices" : "pods",
        slices: captured ?? slicesFromPods(service, pods(), nodes, features, family),
        leftOut: () => findLeftOutPods(service, pods(), captured, nodes, features),
      };
    }
    const written =
      mirrors && !isSelecting && !captured?.some(isMirrored) && endpointsByName.get(keyOf(service.metadata));
    const mirrored = written ? mirrorEndpoints(service, written, features) : NO_SLICES;
    if (captured) {
      const slices = mirrored.length > 0 ? [...captured, ...mirrored] : captured;
      return { service, source: "endpointslices", slices, leftOut: nobodyLeftOut };
    }
    if (mirrored.length > 0) return { service, source: "mirrored", slices: mirrored, leftOut: nobodyLeftOut };
    const unknown = holdsNoEndpoints(cluster) && spec.type !== "ExternalName" && !written;
    return { service, source: unknown ? "unknown" : "none", slices: NO_SLICES, leftOut: nobodyLeftOut };
  };
}

/** Whether a live cluster's endpoints were not asked for (`kubectl get all` has none): every cluster has some. */
export function holdsNoEndpoints({ facts, endpointSlices, endpoints }: Cluster): boolean {
  return facts.clusterInfoDump || (facts.fromLiveCluster && endpointSlices.length === 0 && endpoints.length === 0);
}

/** An empty selector is stored as none. */
export function hasSelector({ spec }: Service): boolean {
  if (spec.selector) for (const _ in spec.selector) return true;
  return false;
}

/** Whether the endpoints of the Service are the pods that it selects. */
export function selectsEndpoints(service: Service): boolean {
  return hasSelector(service) && service.spec.type !== "ExternalName";
}

function keyOf(metadata: { readonly namespace?: string; readonly name: string }): string {
  return `${metadata.namespace ?? "default"}/${metadata.name}`;
}

function isMirrored({ metadata }: EndpointSlice): boolean {
  return metadata.labels?.[MANAGED_BY_LABEL] === MIRRORING_CONTROLLER;
}

/**
 * The slices of a Service by its namespace and name: those that name it in the label, in their own namespace. A slice
 * that names none belongs to none.
 */
function indexSlices(
  slices: readonly EndpointSlice[],
): (namespace: string, name: string) => EndpointSlice[] | undefined {
  const index = new Map<string, Map<string, EndpointSlice[]>>();
  for (const slice of slices) {
    const { name, namespace = "default", labels } = slice.metadata;
    const service = labels?.[SERVICE_NAME_LABEL];
    if (!service || !name) continue;
    let services = index.get(namespace);
    if (!services) index.set(namespace, (services = new Map()));
    const found = services.get(service);
    if (found) found.push(slice);
    else services.set(service, [slice]);
  }
  return (namespace, name) => index.get(namespace)?.get(name);
}
