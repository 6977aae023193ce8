/** Manifests laid over the objects of a state, as server-side apply does: fields they lack stay as they are. */
import { completePods } from "../../cluster/complete/pods.js";
import { findServiceRanges } from "../../cluster/complete/service-ranges.js";
import { noSimulation } from "../../cluster/complete/summary.js";
import type { Cluster } from "../../cluster/types.js";
import { workloadOf } from "../../doctor/workload-of.js";
import type { KubeObject, Pod, Workload } from "../../kube/types.js";
import { storeService } from "./change-services.js";
import { idOf } from "./names.js";
import { scaleWorkload } from "./scale.js";
import type { Draft } from "./types.js";

const PLAIN_LISTS = [
  "nodes",
  "endpointSlices",
  "endpoints",
  "configMaps",
  "namespaces",
  "networkPolicies",
  "adminPolicies",
  "serviceCIDRs",
] as const;

export function applyManifests(draft: Draft, manifests: Cluster): void {
  for (const list of PLAIN_LISTS) {
    const given = manifests[list] as readonly KubeObject[];
    if (given.length > 0)
      draft.cluster = { ...draft.cluster, [list]: overlaid(draft.cluster[list] as readonly KubeObject[], given) };
  }
  for (const service of manifests.services) {
    const earlier = draft.cluster.services.find((one) => idOf(one) === idOf(service));
    storeService(draft, earlier, earlier ? (merged(earlier, service) as typeof service) : service);
  }
  applyPods(draft, manifests.pods);
  for (const workload of manifests.workloads) applyWorkload(draft, workload);
}

function keyOf(object: KubeObject): string {
  return `${object.kind} ${idOf(object)}`;
}

function overlaid(list: readonly KubeObject[], given: readonly KubeObject[]): KubeObject[] {
  const all = new Map(list.map((object) => [keyOf(object), object]));
  for (const object of given) {
    const earlier = all.get(keyOf(object));
    all.set(keyOf(object), earlier ? (merged(earlier, object) as KubeObject) : object);
  }
  return [...all.values()].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

/** Lists whose items are told apart by fields; other lists are taken as a whole. */
const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
  "spec.ports": ["port", "protocol"],
  containers: ["name"],
  initContainers: ["name"],
  env: ["name"],
};

/** The later value over the earlier one: maps field by field, keyed lists item by item. */
function merged(earlier: unknown, later: unknown, path = ""): unknown {
  if (later === undefined) return earlier;
  if (Array.isArray(earlier) && Array.isArray(later)) {
    const keys = LIST_KEYS[path] ?? LIST_KEYS[path.slice(path.lastIndexOf(".") + 1)];
    return keys ? mergedList(earlier, later, keys, path) : later;
  }
  if (!isMap(earlier) || !isMap(later)) return later;
  const result: Record<string, unknown> = { ...earlier };
  for (const [key, value] of Object.entries(later)) {
    if (key === "__proto__") continue;
    // The place of the object that was read stays with what it says.
    result[key] = key === "origin" ? value : merged(earlier[key], value, path === "" ? key : `${path}.${key}`);
    if (value === null) delete result[key];
  }
  return result;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mergedList(
  earlier: readonly unknown[],
  later: readonly unknown[],
  keys: readonly string[],
  path: string,
): unknown[] {
  const id = (item: unknown) =>
    JSON.stringify(keys.map((key) => (isMap(item) ? item[key] : undefined) ?? (key === "protocol" ? "TCP" : "")));
  const rest = new Map(earlier.map((item) => [id(item), item]));
  const own = later.map((item) => merged(rest.get(id(item)), item, path));
  for (const item of later) rest.delete(id(item));
  // What the manifest no longer lists was its own before: apply removes it.
  return keys.includes("port") ? own : [...rest.values(), ...own];
}

function applyPods(draft: Draft, given: readonly Pod[]): void {
  if (given.length === 0) return;
  const earlier = new Set(draft.cluster.pods);
  const pods = overlaid(draft.cluster.pods, given) as Pod[];
  const ranges = findServiceRanges(draft.cluster, [], () => undefined);
  const completed = completePods({ ...draft.cluster, pods, workloads: [] }, ranges, {
    simulate: true,
    counts: noSimulation(),
    report: () => undefined,
  });
  for (const pod of completed) if (!earlier.has(pod)) draft.freshPods.add(pod);
  draft.cluster = { ...draft.cluster, pods: completed };
}

/** Its pods get the template's labels and containers, and are as many as it says. */
function applyWorkload(draft: Draft, given: Workload): void {
  const earlier = draft.cluster.workloads.find((one) => keyOf(one) === keyOf(given));
  const workload = (earlier ? merged(earlier, given) : given) as Workload;
  const workloads = [...draft.cluster.workloads.filter((one) => one !== earlier), workload];
  draft.cluster = { ...draft.cluster, workloads: workloads.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) };
  const isOwn = (pod: Pod) =>
    (pod.metadata.namespace ?? "default") === (workload.metadata.namespace ?? "default") &&
    workloadOf(pod) === `${workload.kind} ${workload.metadata.name}`;
  if (!draft.cluster.pods.some(isOwn)) return addPodsOf(draft, workload);
  const template = workload.spec.template;
  const pods = draft.cluster.pods.map((pod): Pod => {
    if (!isOwn(pod) || !template) return pod;
    const labels = { ...ownLabels(pod), ...template.metadata?.labels };
    const containers = template.spec?.containers ?? pod.spec.containers;
    const fresh: Pod = { ...pod, metadata: { ...pod.metadata, labels }, spec: { ...pod.spec, containers } };
    draft.freshPods.add(fresh);
    return fresh;
  });
  draft.cluster = { ...draft.cluster, pods };
  if (given.spec.replicas !== undefined && workload.kind !== "DaemonSet")
    scaleWorkload(draft, idOf(workload), given.spec.replicas);
}

/** Labels that controllers put on pods. */
function ownLabels({ metadata }: Pod): Record<string, string> {
  const isOwn = (key: string) =>
    /^(pod-template-hash|controller-revision-hash|statefulset\.kubernetes\.io\/|apps\.kubernetes\.io\/)/.test(key);
  return Object.fromEntries(Object.entries(metadata.labels ?? {}).filter(([key]) => isOwn(key)));
}

function addPodsOf(draft: Draft, workload: Workload): void {
  const earlier = new Set(draft.cluster.pods);
  const ranges = findServiceRanges(draft.cluster, [], () => undefined);
  const pods = completePods({ ...draft.cluster, workloads: [workload] }, ranges, {
    simulate: true,
    counts: noSimulation(),
    report: (diagnostic) => void draft.diagnostics.push(diagnostic),
  });
  for (const pod of pods) if (!earlier.has(pod)) draft.freshPods.add(pod);
  draft.cluster = { ...draft.cluster, pods };
}
