/** The ports that pods take on their nodes. */
import type { Pod, PodSpec, Protocol } from "../kube/types.js";
import type { FieldPath } from "../source/origin.js";

export interface HostPort {
  readonly number: number;
  readonly protocol: Protocol;
  /** The pod listens in the node's own network; otherwise the CNI plugin sends the port to it. */
  readonly ownNetwork: boolean;
  /** From the pod's spec. */
  readonly path: FieldPath;
}

/** Host ports of a pod's containers; in the node's network every declared port is one. */
export function hostPortsOf({ hostNetwork = false, containers = [] }: PodSpec): HostPort[] {
  return containers.flatMap(({ ports = [] }, i) =>
    ports.flatMap(({ hostPort, containerPort, protocol = "TCP" }, k) => {
      const number = hostPort ?? (hostNetwork ? containerPort : 0);
      if (number === 0) return [];
      return [{ number, protocol, ownNetwork: hostNetwork, path: ["spec", "containers", i, "ports", k] }];
    }),
  );
}

/** Whether the pod takes part on its node: one that has ended has given its ports back. */
export function isRunning({ status, metadata }: Pod): boolean {
  return status?.phase !== "Succeeded" && status?.phase !== "Failed" && !metadata.deletionTimestamp;
}
