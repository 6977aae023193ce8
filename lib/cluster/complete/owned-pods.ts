/** Which workloads have pods in the input. */
import { labelOf } from "../../kube/label-selector.js";
import type { Pod, Workload } from "../../kube/types.js";

/** Tells whether a workload has pods among these, by their owner or by their labels. */
export function createOwnedPods(pods: readonly Pod[]): (workload: Workload) => boolean {
  const owners = new Set<string>();
  const byLabel = new Map<string, Pod[]>();
  for (const pod of pods) {
    const namespace = pod.metadata.namespace ?? "default";
    for (const { kind, name } of pod.metadata.ownerReferences ?? []) {
      owners.add(`${namespace} ${kind} ${name}`);
      const dash = name.lastIndexOf("-");
      if (kind === "ReplicaSet" && dash > 0) owners.add(`${namespace} Deployment ${name.slice(0, dash)}`);
    }
    for (const [key, value] of Object.entries(pod.metadata.labels ?? {})) {
      const label = `${namespace} ${key} ${value}`;
      const list = byLabel.get(label);
      if (list) list.push(pod);
      else byLabel.set(label, [pod]);
    }
  }
  return (workload) => {
    const namespace = workload.metadata.namespace ?? "default";
    if (owners.has(`${namespace} ${workload.kind} ${workload.metadata.name}`)) return true;
    const pairs = Object.entries(selectorPairs(workload));
    if (pairs.length === 0) return false;
    let fewest: readonly Pod[] | undefined;
    for (const [key, value] of pairs) {
      const list = byLabel.get(`${namespace} ${key} ${value}`) ?? [];
      if (!fewest || list.length < fewest.length) fewest = list;
    }
    return fewest!.some(({ metadata }) => pairs.every(([key, value]) => labelOf(metadata.labels, key) === value));
  };
}

/** The labels that a workload's pods have: its selector's, else its template's. */
function selectorPairs({ kind, spec }: Workload): Readonly<Record<string, string>> {
  const selector = kind === "ReplicationController" ? spec.selector : spec.selector?.matchLabels;
  const pairs = (selector ?? {}) as Readonly<Record<string, string>>;
  return Object.keys(pairs).length > 0 ? pairs : (spec.template?.metadata?.labels ?? {});
}
