/** Services that select pods in an input that holds nothing that tells their endpoints. */
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { selectsEndpoints } from "./resolve.js";

/** A note, of a live cluster's Services a warning. */
export function noteNoEndpoints(cluster: Cluster): Diagnostic[] {
  const { services, pods, workloads, endpointSlices, endpoints, facts } = cluster;
  if (pods.length + workloads.length + endpointSlices.length + endpoints.length > 0) return [];
  const count = services.filter(selectsEndpoints).length;
  if (count === 0) return [];
  const whose = count === 1 ? "the Service that selects pods has" : `the ${count} Services that select pods have`;
  const isLive = facts.fromLiveCluster;
  return [
    {
      code: "no-endpoints-given",
      severity: isLive ? "warning" : "note",
      message: `the input holds neither pods nor workloads, EndpointSlices or Endpoints: ${whose} no endpoints here, and connections are refused`,
      notes: [
        isLive
          ? "give what the cluster holds: kubectl get services,endpointslices,nodes -A -o json"
          : "give the workloads, too",
      ],
    },
  ];
}
