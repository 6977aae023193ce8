/** Pods as they are once they run. */
import type { Node, Pod } from "../../kube/types.js";
import { canonicalIP } from "../../net/ip.js";

/** The status of a pod that runs and is ready. */
export function runningStatus(addresses: readonly string[], node: Node | undefined): NonNullable<Pod["status"]> {
  const host = node?.status?.addresses?.find(({ type }) => type === "InternalIP")?.address;
  return {
    phase: "Running",
    podIP: addresses[0],
    podIPs: addresses.map((ip) => ({ ip })),
    ...(host && canonicalIP(host) ? { hostIP: host } : {}),
    conditions: [
      { type: "Ready", status: "True" },
      { type: "ContainersReady", status: "True" },
    ],
  };
}

/** Whether nothing is said about a pod's state, as in a manifest. */
export function hasNoStatus({ status, metadata }: Pod): boolean {
  if (metadata.uid || metadata.resourceVersion || metadata.deletionTimestamp) return false;
  return !status || (!status.phase && !status.podIP && !status.podIPs?.length && !status.conditions?.length);
}
