/** Pods that are no endpoints because the input lacks their nodes: of a dump with some of the nodes, all but those there. */
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Pod, Service } from "../kube/types.js";
import { labelOf } from "../kube/label-selector.js";
import { indexNodeZones } from "./node-zones.js";
import { findLeftOutCode } from "./pod-facts.js";
import { indexPods } from "./pod-index.js";
import { hasSelector } from "./resolve.js";
import { SERVICE_NAME_LABEL } from "./slice-parts.js";

/** Nodes that are named. */
const MOST_NAMES = 3;

/** A warning where endpoints of Services are computed from pods, and some of these are on nodes that are not there. */
export function warnOfUnknownNodes(cluster: Cluster): Diagnostic[] {
  const pods = podsLeftOut(cluster);
  const [first] = pods;
  if (!first) return [];
  const nodes = [...new Set(pods.map(({ spec }) => spec.nodeName!))].sort();
  const named = nodes.slice(0, MOST_NAMES).join(", ") + (nodes.length > MOST_NAMES ? ", ..." : "");
  const onNodes = nodes.length === 1 ? `node ${named}, which is` : `${nodes.length} nodes (${named}) that are`;
  const are = pods.length === 1 ? "1 pod that a Service selects is" : `${pods.length} pods that Services select are`;
  return [
    {
      code: "pods-on-unknown-nodes",
      severity: "warning",
      message: `${are} on ${onNodes} not among the input's Nodes: no endpoint${pods.length === 1 ? "" : "s"}, as when a node is deleted`,
      at: first.origin && { origin: first.origin, path: ["spec", "nodeName"] },
      notes: [
        "if the input holds some Nodes only, give all of them (kubectl get nodes -o json), or the EndpointSlices",
      ],
    },
  ];
}

/** Sorted by namespace and name, as the cluster's Services and pods are. */
function podsLeftOut({ nodes, pods, services, endpointSlices }: Cluster): Pod[] {
  const zones = indexNodeZones(nodes);
  if (!zones.known) return [];
  const suspects = pods.filter(({ spec }) => spec.nodeName && !zones.zones.has(spec.nodeName));
  if (suspects.length === 0) return [];
  const captured = new Set(
    endpointSlices.map(
      ({ metadata }) => `${metadata.namespace ?? "default"}/${labelOf(metadata.labels, SERVICE_NAME_LABEL)}`,
    ),
  );
  const selectPods = indexPods(suspects, services);
  const found = new Set<Pod>();
  for (const service of services) {
    const { namespace = "default", name } = service.metadata;
    if (!isComputed(service) || captured.has(`${namespace}/${name}`)) continue;
    for (const pod of selectPods(namespace, service.spec.selector!))
      if (findLeftOutCode(pod, service, zones) === "pod-on-unknown-node") found.add(pod);
  }
  return suspects.filter((pod) => found.has(pod));
}

function isComputed(service: Service): boolean {
  return hasSelector(service) && service.spec.type !== "ExternalName";
}
