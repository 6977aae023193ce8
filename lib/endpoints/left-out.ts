/** Why Pods that a Service selects are not its endpoints. */
import type { Features } from "../config/features.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { EndpointSlice, Pod, Service } from "../kube/types.js";
import type { NodeZones } from "./node-zones.js";
import { findLeftOutCode, podAddressesOf, podIPsOf } from "./pod-facts.js";
import { sliceFamiliesOf } from "./slices-from-pods.js";
import { findPodPort, targetPortsOf, type TargetPort } from "./target-ports.js";
import type { LeftOutCode, LeftOutPod } from "./types.js";

/**
 * The selected Pods that are in no slice, or not in one of every family and port; in the order of `pods`.
 * `captured`: the slices read from the input, to find Pods they lack; undefined when they were computed from the Pods.
 */
export function findLeftOutPods(
  service: Service,
  pods: readonly Pod[],
  captured: readonly EndpointSlice[] | undefined,
  nodes: NodeZones,
  features: Features,
): LeftOutPod[] {
  const targets = targetPortsOf(service);
  const listed = captured && listedIn(captured);
  const leftOut: LeftOutPod[] = [];
  for (const pod of pods) {
    const code = findLeftOutCode(pod, service, nodes);
    if (code) leftOut.push({ pod, code, part: undefined, reason: describe(code, pod) });
    else if (listed && !isListed(pod, listed)) {
      const reason = "none of the Service's EndpointSlices lists it";
      leftOut.push({ pod, code: "pod-not-in-slices", part: undefined, reason });
    } else leftOut.push(...withoutFamilyIP(service, pod, features), ...withoutTargetPort(targets, pod, features));
  }
  return leftOut;
}

function describe(code: LeftOutCode, { spec, status }: Pod): string {
  switch (code) {
    case "pod-finished":
      return `its phase is ${status?.phase}`;
    case "pod-without-ip":
      return `it has no IP${status?.phase ? ` (phase ${status.phase})` : ""}`;
    case "pod-not-scheduled":
      return "it is on no node";
    default:
      return `its node ${spec.nodeName} does not exist`;
  }
}

function withoutFamilyIP(service: Service, pod: Pod, features: Features): LeftOutPod[] {
  const families = sliceFamiliesOf(service);
  const missing = families.filter((family) => podAddressesOf(pod, family, features).length === 0);
  // A headless Service may be served in both families without asking for both.
  if (missing.length === 0 || (!service.spec.ipFamilies?.length && missing.length < families.length)) return [];
  return [
    {
      pod,
      code: "pod-without-family-ip",
      part: missing.length < families.length ? missing.join(", ") : undefined,
      reason: `it has no ${missing.join(" or ")} address, only ${podIPsOf(pod).join(", ")}`,
    },
  ];
}

function withoutTargetPort(targets: readonly TargetPort[], pod: Pod, features: Features): LeftOutPod[] {
  const missing = targets.filter((target) => findPodPort(target, pod, features) === undefined);
  if (missing.length === 0) return [];
  const names = missing.map(({ target, protocol }) => `${JSON.stringify(target)} (${protocol})`);
  return [
    {
      pod,
      code: "pod-without-target-port",
      part: missing.length < targets.length ? missing.map(partOf).join(", ") : undefined,
      reason: `no container port is named ${names.join(" or ")}`,
    },
  ];
}

function partOf({ port }: TargetPort): string {
  return `port ${port.name || port.port}`;
}

interface Listed {
  readonly names: ReadonlySet<string>;
  readonly addresses: ReadonlySet<string>;
}

function listedIn(slices: readonly EndpointSlice[]): Listed {
  const names = new Set<string>();
  const addresses = new Set<string>();
  for (const slice of slices)
    for (const { targetRef, addresses: texts } of sliceEndpoints(slice)) {
      if (targetRef?.kind === "Pod" && targetRef.name) names.add(targetRef.name);
      for (const text of texts ?? []) addresses.add(text);
    }
  return { names, addresses };
}

function isListed(pod: Pod, { names, addresses }: Listed): boolean {
  return names.has(pod.metadata.name) || podIPsOf(pod).some((ip) => addresses.has(ip));
}
