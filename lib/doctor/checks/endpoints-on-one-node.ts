import { sliceEndpoints } from "../../kube/endpoint-table.js";
import { ZONE_LABEL } from "../../endpoints/node-zones.js";
import { count, evidence, keyOf } from "../describe.js";
import type { Check, ServiceFacts } from "../types.js";

/** The nodes of the Service's ready endpoints; undefined when an endpoint names none. */
export function readyNodes({ endpoints }: ServiceFacts): { nodes: Map<string, number>; total: number } | undefined {
  const nodes = new Map<string, number>();
  const seen = new Set<string>();
  for (const slice of endpoints.slices)
    for (const endpoint of sliceEndpoints(slice)) {
      const id = endpoint.targetRef?.name ?? endpoint.addresses[0] ?? "";
      if (endpoint.conditions?.ready === false || seen.has(id)) continue;
      seen.add(id);
      if (!endpoint.nodeName) return undefined;
      nodes.set(endpoint.nodeName, (nodes.get(endpoint.nodeName) ?? 0) + 1);
    }
  return { nodes, total: seen.size };
}

/** Whether any endpoint stands for a pod that svcrules made up: then its node says nothing. */
export function hasSimulatedPods({ pods }: ServiceFacts): boolean {
  return pods.some(({ simulated }) => simulated !== undefined);
}

export const endpointsOnOneNode: Check = {
  id: "endpoints-on-one-node",
  title: "All endpoints on one node",
  severity: "warning",
  why: "when that node goes, the Service goes with it, although it has several pods",
  needs: ["services", "nodes"],
  scope: "service",
  *run(facts, { nodes: { workers, byName } }) {
    if (!facts.selector || facts.readyCount < 2 || hasSimulatedPods(facts)) return;
    const found = readyNodes(facts);
    if (!found || found.total < 2 || found.nodes.size !== 1) return;
    const [[name]] = [...found.nodes] as [[string, number]];
    if (workers.length < 2) return;
    const node = byName.get(name);
    yield {
      object: facts.service,
      cause: facts.pods.map(keyOf).join(","),
      message: `all ${found.total} ready endpoints are on node ${name}, and ${count(workers.length, "node")} could take them`,
      evidence: [
        evidence(`selector of ${found.total} pods`, facts.service, ["spec", "selector"]),
        ...(node
          ? [
              evidence(
                `Node ${name}${node.metadata.labels?.[ZONE_LABEL] ? ` in zone ${node.metadata.labels[ZONE_LABEL]}` : ""}`,
                node,
                ["metadata", "name"],
              ),
            ]
          : []),
      ],
      change: "spread the pods with topologySpreadConstraints or pod anti-affinity on kubernetes.io/hostname",
    };
  },
};
