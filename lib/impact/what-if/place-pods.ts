/** Pods that are made up for a change: on which node, with which address. */
import { createPodAddresses } from "../../cluster/complete/pod-addresses.js";
import { runningStatus } from "../../cluster/complete/pod-status.js";
import { createScheduler, pickNode } from "../../cluster/complete/schedule.js";
import { sliceEndpoints } from "../../kube/endpoint-table.js";
import type { Node, Pod } from "../../kube/types.js";
import { familyOfIP } from "../../net/ip.js";
import { workloadOf } from "../../doctor/workload-of.js";
import type { Draft } from "./types.js";

/** Gives pods nodes and addresses that hang on their names alone. */
export type PlacePod = (pod: Pod, turn: number) => Pod | undefined;

/** Nodes whose endpoints leave take no pods. */
export function createPlacer({ cluster, leftNodes }: Draft): PlacePod {
  const nodes = cluster.nodes.filter(({ metadata }) => !leftNodes.has(metadata.name));
  const scheduler = createScheduler(nodes);
  const firstIP = cluster.pods.find(({ status }) => status?.podIP)?.status?.podIP ?? "";
  const addresses = createPodAddresses(cluster.pods, cluster.nodes, sliceAddresses(), familyOfIP(firstIP) ?? "IPv4");
  function* sliceAddresses(): Iterable<string> {
    for (const slice of cluster.endpointSlices)
      for (const endpoint of sliceEndpoints(slice)) if (endpoint.addresses[0]) yield endpoint.addresses[0];
  }
  return (pod, turn) => {
    if (nodes.length === 0 && cluster.nodes.length > 0) return undefined;
    const selector = (pod.spec as { nodeSelector?: Record<string, string> }).nodeSelector;
    const candidates = scheduler.nodesFor(selector);
    if (candidates.length === 0) return undefined;
    const { namespace = "default", name } = pod.metadata;
    const node: Node | undefined = pickNode(candidates, `${namespace}/${workloadOf(pod)}`, turn);
    const ips = addresses.allocate(node, `${namespace}/${name}`, pod.spec.hostNetwork === true);
    return {
      ...pod,
      spec: { ...pod.spec, nodeName: node?.metadata.name ?? pod.spec.nodeName },
      status: runningStatus(ips, node),
      simulated: "object",
    };
  };
}
