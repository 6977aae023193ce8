/** Pods that are no endpoints because the input lacks their nodes: of a dump with some of the nodes, all but those there. */
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Pod, Service } from "../kube/types.js";
import { labelOf } from "../kube/label-selector.js";
import { indexNodeZones } from "./node-zones.js";
import { findLeftOutCode } from "./pod-facts.js";
import { indexPods } from "./pod-index.js";
import { selectsEndpoints } from "./resolve.js";
import { SERVICE_NAME_LABEL } from "./slice-parts.js";

/** Nodes that are named. */
const MOST_NAMES = 3;

/** Whether all slices of the Service were read, if the input has any: a question about others passes over them. */
export type IsRead = (service: Service) => boolean;

/** A warning where endpoints of Services are computed from pods, and some of these are on nodes that are not there. */
export function warnOfUnknownNodes(cluster: Cluster, isRead: IsRead = () => true): Diagnostic[] {
  const { pods } = findLack(cluster, isRead);
  const [first] = pods;
  if (!first) return [];
  const nodes = [...new Set(pods.map(({ spec }) => spec.nodeName!))].sort();
  const named = nodes.slice(0, MOST_NAMES).join(", ") + (nodes.length > MOST_NAMES ? ", ..." : "");
  const onNodes = nodes.length === 1 ? `node ${named}, which is` : `${nodes.length} nodes (${named}) that are`;
  const are = pods.length === 1 ? "1 pod that a Service selects is" : `${pods.length} pods that Services select are`;
  const rest = `not among the input's Nodes: no endpoint${pods.length === 1 ? "" : "s"}, as when a node is deleted`;
  return [
    {
      code: "pods-on-unknown-nodes",
      severity: "warning",
      message: `${are} on ${onNodes} ${rest}`,
      at: first.origin && { origin: first.origin, path: ["spec", "nodeName"] },
      notes: [
        "if the input holds some Nodes only, give all of them (kubectl get nodes -o json), or the EndpointSlices",
      ],
    },
  ];
}

/** Services whose endpoints are computed and lack such pods. */
export function servicesLackingNodes(cluster: Cluster): ReadonlySet<Service> {
  return findLack(cluster, () => true).services;
}

interface Lack {
  /** Sorted by namespace and name, as the cluster's pods are. */
  readonly pods: readonly Pod[];
  readonly services: ReadonlySet<Service>;
}

function findLack({ nodes, pods, services, endpointSlices }: Cluster, isRead: IsRead): Lack {
  const zones = indexNodeZones(nodes);
  const suspects = zones.known ? pods.filter(({ spec }) => spec.nodeName && !zones.zones.has(spec.nodeName)) : [];
  const lacking = new Set<Service>();
  if (suspects.length === 0) return { pods: [], services: lacking };
  const captured = new Set(
    endpointSlices.map(
      ({ metadata }) => `${metadata.namespace ?? "default"}/${labelOf(metadata.labels, SERVICE_NAME_LABEL)}`,
    ),
  );
  const selectPods = indexPods(suspects, services);
  const found = new Set<Pod>();
  for (const service of services) {
    const { namespace = "default", name } = service.metadata;
    if (!selectsEndpoints(service) || captured.has(`${namespace}/${name}`) || !isRead(service)) continue;
    for (const pod of selectPods(namespace, service.spec.selector!)) {
      if (findLeftOutCode(pod, service, zones) !== "pod-on-unknown-node") continue;
      found.add(pod);
      lacking.add(service);
    }
  }
  return { pods: suspects.filter((pod) => found.has(pod)), services: lacking };
}
