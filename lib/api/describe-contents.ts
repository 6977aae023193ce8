/** What an input holds, in words. */
import type { Cluster } from "../cluster/types.js";

const NOUNS: readonly (readonly [list: keyof Omit<Cluster, "facts">, noun: string])[] = [
  ["services", "Service"],
  ["workloads", "workload"],
  ["pods", "Pod"],
  ["endpointSlices", "EndpointSlice"],
  ["nodes", "Node"],
];

/** "3 Services, 1 Node"; `otherwise` when there is none of these. */
export function describeContents(clusters: readonly Cluster[], otherwise: string): string {
  const counted = NOUNS.flatMap(([list, noun]) => {
    const n = clusters.reduce((sum, cluster) => sum + cluster[list].length, 0);
    return n === 0 ? [] : [`${n} ${noun}${n === 1 ? "" : "s"}`];
  });
  return counted.join(", ") || otherwise;
}
