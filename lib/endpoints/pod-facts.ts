/** What the EndpointSlice controller reads off a Pod. */
import type { Features } from "../config/features.js";
import type { Container, Pod, Service } from "../kube/types.js";
import { canonicalIP, familyOfIP, type IPFamily } from "../net/ip.js";
import type { NodeZones } from "./node-zones.js";
import type { LeftOutCode } from "./types.js";

/**
 * The Pod's IPs as the API server presents them: podIP wins over podIPs when they disagree.
 * Source: pkg/apis/core/v1/conversion.go.
 */
export function podIPsOf({ status }: Pod): readonly string[] {
  if (!status) return [];
  const { podIP, podIPs } = status;
  const first = podIPs?.[0]?.ip;
  if (!podIP) return first ? podIPs!.map(({ ip }) => ip) : [];
  return first === podIP ? podIPs!.map(({ ip }) => ip) : [podIP];
}

/** The Pod's addresses of the family, in practice one, in the release's text form. */
export function podAddressesOf(pod: Pod, family: IPFamily, features: Features): string[] {
  const found: string[] = [];
  for (const ip of podIPsOf(pod))
    if (familyOfIP(ip) === family) found.push(features.canonicalPodIPs ? canonicalIP(ip)! : ip);
  return found;
}

/** Whether the Pod is being deleted. */
export function isTerminating(pod: Pod): boolean {
  return !!pod.metadata.deletionTimestamp;
}

/** A container that starts before the others and keeps running. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

/**
 * Whether the Pod is Ready. With readiness gates and no Ready condition, what the kubelet would make of the others.
 * Source: pkg/kubelet/status/generate.go.
 */
export function isPodReady(pod: Pod): boolean {
  const { conditions } = pod.status ?? {};
  if (conditions) for (const c of conditions) if (c.type === "Ready") return c.status === "True";
  const gates = pod.spec.readinessGates;
  if (!gates || gates.length === 0) return false;
  const isTrue = (type: string) => !!conditions?.some((c) => c.type === type && c.status === "True");
  return areContainersReady(pod) && gates.every(({ conditionType }) => isTrue(conditionType));
}

function areContainersReady({ spec, status }: Pod): boolean {
  if (!status || status.phase === "Failed" || status.phase === "Succeeded") return false;
  const { containerStatuses, initContainerStatuses, conditions } = status;
  if (!containerStatuses?.length) return !!conditions?.some((c) => c.type === "ContainersReady" && c.status === "True");
  const ready = new Set(
    [...containerStatuses, ...(initContainerStatuses ?? [])].filter((s) => s.ready).map(({ name }) => name),
  );
  const needed = [...(spec.containers ?? []), ...(spec.initContainers ?? []).filter(isSidecar)];
  return needed.every(({ name }) => ready.has(name));
}

/**
 * Why the Pod is in no slice of the Service at all; undefined when it is in some.
 * Source: staging/src/k8s.io/endpointslice/util/controller_utils.go, reconciler.go.
 */
export function findLeftOutCode(pod: Pod, service: Service, nodes: NodeZones): LeftOutCode | undefined {
  const { phase, podIP, podIPs } = pod.status ?? {};
  if (phase === "Succeeded" || phase === "Failed") return "pod-finished";
  if (!podIP && !podIPs?.[0]?.ip) return "pod-without-ip";
  if (!nodes.known || service.spec.publishNotReadyAddresses) return undefined;
  const { nodeName } = pod.spec;
  if (!nodeName) return "pod-not-scheduled";
  return nodes.zones.has(nodeName) ? undefined : "pod-on-unknown-node";
}
