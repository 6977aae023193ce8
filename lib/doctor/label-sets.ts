/** The distinct label sets of a namespace's pods and pod templates. */
import type { Cluster } from "../cluster/types.js";
import { groupBy } from "../util/group-by.js";
import { namespaceOf } from "./describe.js";
import type { LabelSet } from "./types.js";
import { workloadOf } from "./workload-of.js";

/** Labels that controllers put on pods; they tell pods of one workload apart and are never selected by hand. */
export const CONTROLLER_LABELS: ReadonlySet<string> = new Set([
  "pod-template-hash",
  "rollouts-pod-template-hash",
  "controller-revision-hash",
  "pod-template-generation",
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
  "controller-uid",
  "batch.kubernetes.io/controller-uid",
  "job-name",
  "batch.kubernetes.io/job-name",
  "batch.kubernetes.io/job-completion-index",
]);

/** More are not compared with a selector: a namespace with so many has no near miss worth showing. */
const MOST_SETS = 500;

function ownLabels(labels: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !CONTROLLER_LABELS.has(key)));
}

/** By namespace: templates of workloads first, then pods whose labels no template has. */
export function indexLabelSets(cluster: Cluster): (namespace: string) => readonly LabelSet[] {
  const workloads = groupBy(
    cluster.workloads.filter(({ kind, metadata }) => kind !== "ReplicaSet" || !metadata.ownerReferences?.length),
    namespaceOf,
  );
  const pods = groupBy(cluster.pods, namespaceOf);
  const cache = new Map<string, readonly LabelSet[]>();
  return (namespace) => {
    const cached = cache.get(namespace);
    if (cached) return cached;
    const sets = new Map<string, LabelSet>();
    const add = (set: LabelSet) => {
      const id = JSON.stringify(Object.entries(set.labels).sort(([a], [b]) => (a < b ? -1 : 1)));
      if (!sets.has(id) && sets.size < MOST_SETS) sets.set(id, set);
    };
    for (const workload of workloads.get(namespace) ?? []) {
      const labels = ownLabels(workload.spec.template?.metadata?.labels);
      const inJob = workload.kind === "CronJob" ? ["spec", "jobTemplate", "spec", "template"] : ["spec", "template"];
      add({
        labels,
        owner: `${workload.kind} ${workload.metadata.name}`,
        object: workload,
        path: [...inJob, "metadata", "labels"],
        replicas: workload.kind === "DaemonSet" ? undefined : (workload.spec.replicas ?? 1),
      });
    }
    for (const pod of pods.get(namespace) ?? [])
      if (pod.simulated !== "object")
        add({
          labels: ownLabels(pod.metadata.labels),
          owner: workloadOf(pod),
          object: pod,
          path: ["metadata", "labels"],
        });
    const list = [...sets.values()];
    cache.set(namespace, list);
    return list;
  };
}

type SetElsewhere = LabelSet & { readonly namespace: string };

/** By one pair of labels of every namespace's sets, so that a selector leads to those it picks. */
export function indexLabelSetsElsewhere(
  cluster: Cluster,
  setsIn: (namespace: string) => readonly LabelSet[],
): (selector: Readonly<Record<string, string>>, namespace: string) => readonly SetElsewhere[] {
  const namespaces = [...new Set([...cluster.workloads, ...cluster.pods].map(namespaceOf))].sort();
  const index = new Map<string, SetElsewhere[]>();
  for (const namespace of namespaces)
    for (const set of setsIn(namespace))
      for (const [key, value] of Object.entries(set.labels)) {
        const id = `${key}\0${value}`;
        const list = index.get(id);
        if (list) list.push({ ...set, namespace });
        else index.set(id, [{ ...set, namespace }]);
      }
  return (selector, namespace) => {
    const pairs = Object.entries(selector);
    const [first] = pairs;
    if (!first) return [];
    return (index.get(first.join("\0")) ?? []).filter(
      (set) =>
        set.namespace !== namespace &&
        pairs.every(([key, value]) => Object.hasOwn(set.labels, key) && set.labels[key] === value),
    );
  };
}
