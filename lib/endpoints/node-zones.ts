/** What the endpoint controllers ask of Nodes. */
import type { Node } from "../kube/types.js";
import { milliCPU } from "./milli-cpu.js";

export const ZONE_LABEL = "topology.kubernetes.io/zone";

export interface NodeZones {
  /** False when the input has no Nodes: then every node a Pod names counts as existing. */
  readonly known: boolean;
  /** Node name to zone, "" without a zone label. */
  readonly zones: ReadonlyMap<string, string>;
  /** Share of CPU by zone, sorted by zone name; undefined when hints cannot be allocated by it. */
  readonly weights: () => ReadonlyMap<string, number> | undefined;
}

/** Nodes by name with their zones; the weights are worked out when first asked for. */
export function indexNodeZones(nodes: readonly Node[]): NodeZones {
  const zones = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[ZONE_LABEL] ?? ""]));
  let weights: ReadonlyMap<string, number> | undefined;
  let asked = false;
  return {
    known: nodes.length > 0,
    zones,
    weights: () => {
      if (!asked) weights = zoneWeights(nodes);
      asked = true;
      return weights;
    },
  };
}

/**
 * Each zone's share of the allocatable CPU of ready worker nodes.
 * Undefined when such a node lacks a zone or CPU, or fewer than two zones result.
 * Source: staging/src/k8s.io/endpointslice/topologycache.
 */
export function zoneWeights(nodes: readonly Node[]): ReadonlyMap<string, number> | undefined {
  const cpus = new Map<string, number>();
  let total = 0;
  for (const { metadata, status } of nodes) {
    const { labels } = metadata;
    if (labels?.["node-role.kubernetes.io/control-plane"] !== undefined) continue;
    if (labels?.["node-role.kubernetes.io/master"] !== undefined) continue;
    if (!status?.conditions?.some((c) => c.type === "Ready" && c.status === "True")) continue;
    const zone = labels?.[ZONE_LABEL];
    const cpu = milliCPU((status.allocatable ?? status.capacity)?.cpu);
    if (!zone || cpu === 0) return undefined;
    cpus.set(zone, (cpus.get(zone) ?? 0) + cpu);
    total += cpu;
  }
  if (cpus.size < 2) return undefined;
  const sorted = [...cpus].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([zone, cpu]) => [zone, cpu / total]));
}
