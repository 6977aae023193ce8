/** Pods of workloads that have none in the input, and the state of pods that no cluster has seen. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { sliceEndpoints } from "../../kube/endpoint-table.js";
import type { Node, Pod, PodSpec, Workload } from "../../kube/types.js";
import { quoted } from "../../util/quoted.js";
import type { Cluster } from "../types.js";
import { defaultPodSpec } from "./defaults.js";
import { withoutHookPods } from "./hook-pods.js";
import { createOwnedPods } from "./owned-pods.js";
import { createPodAddresses, type PodAddresses } from "./pod-addresses.js";
import { hasNoStatus, runningStatus } from "./pod-status.js";
import { createScheduler, pickNode, SIMULATED_NODE, type Scheduler } from "./schedule.js";
import type { ServiceRanges } from "./service-ranges.js";
import type { SimulationCounts } from "./summary.js";
import { podIdentity, workloadKey } from "./workload-pods.js";

/** No cluster runs more pods of one workload, or more pods at all, than this. */
const MOST_REPLICAS = 50_000;
const MOST_PODS = 300_000;

interface PodCompletion {
  readonly simulate: boolean;
  readonly counts: SimulationCounts;
  readonly report: (diagnostic: Diagnostic) => void;
}

interface Making extends PodCompletion {
  readonly scheduler: Scheduler;
  readonly addresses: PodAddresses;
}

/** The pods of the input, completed, and those that workloads stand for; sorted by namespace and name. */
export function completePods(read: Cluster, ranges: ServiceRanges, how: PodCompletion): readonly Pod[] {
  const cluster = { ...read, pods: withoutHookPods(read.pods, how.report) };
  const plain = cluster.pods.filter(hasNoStatus);
  const workloads = workloadsWithoutPods(cluster);
  if (plain.length === 0 && workloads.length === 0) return cluster.pods;
  if (!how.simulate) {
    for (const pod of plain) reportMissing(how, pod, "pod-status-missing", "has no status, so no address");
    for (const workload of workloads) reportMissing(how, workload, "pods-missing", "has no pods in the input");
    return cluster.pods;
  }
  const making: Making = {
    ...how,
    scheduler: createScheduler(cluster.nodes),
    addresses: createPodAddresses(cluster.pods, cluster.nodes, sliceAddresses(cluster), ranges.families[0]!),
  };
  const pods = cluster.pods.map((pod) => (hasNoStatus(pod) ? runPod(pod, making) : pod));
  const names = new Set(pods.map(({ metadata }) => `${metadata.namespace ?? "default"}/${metadata.name}`));
  for (const workload of workloads) addPods(pods, names, workload, making);
  return pods.sort(byName);
}

function byName({ metadata: a }: Pod, { metadata: b }: Pod): number {
  const [x, y] = [a.namespace ?? "default", b.namespace ?? "default"];
  if (x !== y) return x < y ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function* sliceAddresses(cluster: Cluster): Iterable<string> {
  for (const slice of cluster.endpointSlices)
    for (const { addresses } of sliceEndpoints(slice)) if (addresses[0]) yield addresses[0];
  for (const { subsets } of cluster.endpoints)
    for (const { addresses, notReadyAddresses } of subsets ?? [])
      for (const { ip } of [...(addresses ?? []), ...(notReadyAddresses ?? [])]) yield ip;
}

/** Jobs are transient and left out; a ReplicaSet of a Deployment is represented by it. */
function workloadsWithoutPods({ workloads, pods }: Cluster): Workload[] {
  const candidates = workloads.filter(({ kind, spec }) => !kind.endsWith("Job") && spec.replicas !== 0);
  if (candidates.length === 0) return [];
  // A pod without a status and without an owner is a manifest of its own, whatever its labels.
  const hasPods = createOwnedPods(pods.filter((pod) => !hasNoStatus(pod) || pod.metadata.ownerReferences?.length));
  const deployments = new Set(workloads.flatMap((w) => (w.kind === "Deployment" ? [nameOf(w)] : [])));
  return candidates.filter((workload) => {
    const owner = workload.metadata.ownerReferences?.find(({ kind }) => kind === "Deployment");
    const ofDeployment = owner && deployments.has(`${workload.metadata.namespace ?? "default"}/${owner.name}`);
    return !ofDeployment && !hasPods(workload);
  });
}

function nameOf({ metadata }: Workload | Pod): string {
  return `${metadata.namespace ?? "default"}/${metadata.name}`;
}

/** A pod of the input as it runs: on its node, ready, with an address. */
function runPod(pod: Pod, making: Making): Pod {
  const { scheduler, addresses, counts } = making;
  const key = nameOf(pod);
  const simulated: string[] = ["status"];
  const spec: PodSpec = { ...pod.spec };
  const candidates = scheduler.nodesFor((spec as { nodeSelector?: Record<string, string> }).nodeSelector);
  let node: Node | undefined;
  if (spec.nodeName) node = scheduler.allNodesFor(undefined).find((n) => n?.metadata.name === spec.nodeName);
  else if (candidates.length === 0) {
    reportUnschedulable(making, pod);
    return pod;
  } else {
    node = pickNode(candidates, key, 0);
    spec.nodeName = nodeNameOf(node, counts);
    simulated.push("spec.nodeName");
  }
  counts.podStatuses++;
  const ips = addresses.allocate(node, key, spec.hostNetwork === true);
  return { ...pod, spec, status: runningStatus(ips, node), simulated };
}

function nodeNameOf(node: Node | undefined, counts: SimulationCounts): string {
  if (node) return node.metadata.name;
  counts.simulatedNode = SIMULATED_NODE;
  return SIMULATED_NODE;
}

function addPods(pods: Pod[], names: Set<string>, workload: Workload, making: Making): void {
  const { scheduler, addresses, counts } = making;
  const { kind, spec } = workload;
  const selector = spec.template?.spec?.nodeSelector;
  const daemons = kind === "DaemonSet";
  const nodes = daemons ? scheduler.allNodesFor(selector) : scheduler.nodesFor(selector);
  if (nodes.length === 0) return reportUnschedulable(making, workload);
  const replicas = daemons ? nodes.length : (spec.replicas ?? 1);
  if (replicas > MOST_REPLICAS || counts.pods + replicas > MOST_PODS) return reportTooMany(making, workload, replicas);
  const { nodeSelector: _, ...template } = spec.template?.spec ?? {};
  const podSpec = defaultPodSpec<PodSpec>(template);
  const namespace = workload.metadata.namespace ?? "default";
  const isTaken = (name: string) => names.has(`${namespace}/${name}`);
  const key = workloadKey(workload);
  const first = kind === "StatefulSet" ? (spec.ordinals?.start ?? 0) : 0;
  counts.workloads++;
  for (let i = 0; i < replicas; i++) {
    const node = daemons ? nodes[i] : pickNode(nodes, key, i);
    const nodeName = podSpec.nodeName ?? nodeNameOf(node, counts);
    const identity = podIdentity(workload, first + i, nodeName, isTaken);
    const podKey = `${namespace}/${identity.metadata.name}`;
    if (names.has(podKey)) continue;
    names.add(podKey);
    const ips = addresses.allocate(node, podKey, podSpec.hostNetwork === true);
    counts.pods++;
    pods.push({
      apiVersion: "v1",
      kind: "Pod",
      metadata: identity.metadata,
      spec: { ...podSpec, nodeName, ...identity.spec },
      status: runningStatus(ips, node),
      simulated: "object",
    });
  }
}

function at({ origin }: Workload | Pod): Diagnostic["at"] {
  return origin && { origin, path: ["metadata", "name"] };
}

function reportMissing(
  how: PodCompletion,
  object: Workload | Pod,
  code: "pod-status-missing" | "pods-missing",
  what: string,
): void {
  how.report({
    code,
    severity: "error",
    message: `${object.kind} ${nameOf(object)} ${what}`,
    at: at(object),
    notes: ["add what `kubectl get pods -A -o yaml` prints, or leave out --no-simulate"],
  });
}

function reportUnschedulable(how: PodCompletion, object: Workload | Pod): void {
  how.report({
    code: "workload-without-node",
    severity: "warning",
    message: `no Node of the input has the labels that ${object.kind} ${nameOf(object)} wants: it counts as having no running pods`,
    at: at(object),
    notes: ["label a Node, or change the nodeSelector"],
  });
}

function reportTooMany(how: PodCompletion, workload: Workload, replicas: number): void {
  how.report({
    code: "too-many-replicas",
    severity: "error",
    message: `${workload.kind} ${quoted(nameOf(workload))} asks for ${replicas} pods; svcrules makes up at most ${MOST_REPLICAS} for one workload and ${MOST_PODS} in all`,
    at: workload.origin && { origin: workload.origin, path: ["spec", "replicas"] },
  });
}
