import { sliceEndpoints } from "../../kube/endpoint-table.js";
import { ZONE_LABEL } from "../../endpoints/node-zones.js";
import { count, evidence, keyOf } from "../describe.js";
import type { Check, ServiceFacts } from "../types.js";

/**
 * The nodes of the Service's ready endpoints; undefined when an endpoint names none. Of endpoints that name no pod those of one family
 * are counted, on each node of the family that has most there: a pod of two families has one in each.
 */
export function readyNodes({ endpoints }: ServiceFacts): { nodes: Map<string, number>; total: number } | undefined {
  const seen = new Set<string>();
  const byFamily = new Map<string, Map<string, number>>();
  const named = new Map<string, number>();
  for (const slice of endpoints.slices)
    for (const { targetRef, addresses, conditions, nodeName } of sliceEndpoints(slice)) {
      const id = targetRef?.name ?? addresses[0] ?? "";
      if (conditions?.ready === false || seen.has(id)) continue;
      seen.add(id);
      if (!nodeName) return undefined;
      const counts = targetRef?.name === undefined ? (byFamily.get(slice.addressType) ?? new Map()) : named;
      if (counts !== named) byFamily.set(slice.addressType, counts);
      counts.set(nodeName, (counts.get(nodeName) ?? 0) + 1);
    }
  const families = [...byFamily.values()];
  const nodes = new Map<string, number>();
  for (const name of new Set([named, ...families].flatMap((counts) => [...counts.keys()])))
    nodes.set(name, (named.get(name) ?? 0) + Math.max(0, ...families.map((counts) => counts.get(name) ?? 0)));
  return { nodes, total: [...nodes.values()].reduce((sum, count) => sum + count, 0) };
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
