/** Another number of pods for a workload. */
import { podIdentity } from "../../cluster/complete/workload-pods.js";
import { workloadOf } from "../../doctor/workload-of.js";
import { isPodReady } from "../../endpoints/pod-facts.js";
import type { Pod, Workload } from "../../kube/types.js";
import { fullName, idOf, notFound } from "./names.js";
import { createPlacer } from "./place-pods.js";
import type { Draft } from "./types.js";

/** `name`: "ns/name" of a Deployment, StatefulSet, ReplicaSet or the like, also one that only its pods name. */
export function scaleWorkload(draft: Draft, name: string, replicas: number): void {
  const full = fullName(name);
  const workload = draft.cluster.workloads.find(
    (one) => idOf(one) === full && !(one.kind === "ReplicaSet" && one.metadata.ownerReferences?.length),
  );
  const [namespace, short] = full.split("/");
  const own = draft.cluster.pods.filter(
    (pod) =>
      (pod.metadata.namespace ?? "default") === namespace && workloadOf(pod).split(" ")[1] === short && !isBare(pod),
  );
  if (!workload && own.length === 0) {
    const known = [
      ...draft.cluster.workloads.map(idOf),
      ...new Set(draft.cluster.pods.filter((pod) => !isBare(pod)).map(workloadId)),
    ];
    return void draft.diagnostics.push(notFound("workload", full, known));
  }
  if (workload?.kind === "DaemonSet" || own.some((pod) => workloadOf(pod).startsWith("DaemonSet ")))
    return void draft.diagnostics.push({
      code: "unknown-target",
      severity: "error",
      message: `DaemonSet ${full} has one pod on each node: it cannot be scaled`,
    });
  if (replicas < own.length) removePods(draft, new Set(own.sort(leavesLast).slice(replicas)));
  else addPods(draft, own, replicas - own.length, workload);
}

function isBare(pod: Pod): boolean {
  return !pod.metadata.ownerReferences?.length;
}

function workloadId(pod: Pod): string {
  return `${pod.metadata.namespace ?? "default"}/${workloadOf(pod).split(" ")[1]}`;
}

/** Those that stay come first: ready ones, then by name, numbers in it by value. */
function leavesLast(a: Pod, b: Pod): number {
  return (
    Number(isPodReady(b)) - Number(isPodReady(a)) ||
    a.metadata.name.localeCompare(b.metadata.name, "en", { numeric: true }) ||
    (a.metadata.name < b.metadata.name ? -1 : 1)
  );
}

export function removePods(draft: Draft, gone: ReadonlySet<Pod>): void {
  for (const pod of gone) draft.fates.set(idOf(pod), "gone");
  draft.cluster = { ...draft.cluster, pods: draft.cluster.pods.filter((pod) => !gone.has(pod)) };
}

function addPods(draft: Draft, own: readonly Pod[], count: number, workload: Workload | undefined): void {
  const place = createPlacer(draft);
  const taken = new Set(draft.cluster.pods.map(idOf));
  const pods = [...draft.cluster.pods];
  for (let i = 0; i < count; i++) {
    const pod = place(another(own, own.length + i, workload, taken), own.length + i);
    if (!pod) break;
    taken.add(idOf(pod));
    draft.fates.delete(idOf(pod));
    draft.freshPods.add(pod);
    pods.push(pod);
  }
  draft.cluster = { ...draft.cluster, pods: pods.sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1)) };
}

/** A pod like the others, or as the workload's template has it. */
function another(
  own: readonly Pod[],
  ordinal: number,
  workload: Workload | undefined,
  taken: ReadonlySet<string>,
): Pod {
  const [first] = own;
  const base = { apiVersion: "v1", kind: "Pod", simulated: "object" as const };
  if (workload) {
    const namespace = workload.metadata.namespace ?? "default";
    const at = (workload.kind === "StatefulSet" ? (workload.spec.ordinals?.start ?? 0) : 0) + ordinal;
    const identity = podIdentity(workload, at, "", (name) => taken.has(`${namespace}/${name}`));
    const { nodeName: _, ...spec } = first?.spec ?? workload.spec.template?.spec ?? {};
    const labels = { ...first?.metadata.labels, ...identity.metadata.labels };
    return { ...base, metadata: { ...identity.metadata, labels }, spec: { ...spec, ...identity.spec } };
  }
  const { nodeName: _, ...spec } = first!.spec;
  const { name, namespace, labels, ownerReferences } = first!.metadata;
  const stem = name.slice(0, name.lastIndexOf("-") + 1) || `${name}-`;
  return { ...base, metadata: { name: `${stem}${ordinal}`, namespace, labels, ownerReferences }, spec };
}
