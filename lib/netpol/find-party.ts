/** Whose address an IP is. */
import type { Cluster } from "../cluster/types.js";
import { canonicalIP } from "../net/ip.js";
import { addressesOf, isOrdinaryPod } from "./parties.js";
import type { Party } from "./types.js";

/** Finds the pod or node with an address; what neither has is an address outside the cluster. Host addresses are the node's. */
export function createPartyFinder(cluster: Pick<Cluster, "pods" | "nodes">): (ip: string) => Party {
  const byAddress = new Map<string, Party>();
  for (const pod of cluster.pods)
    if (isOrdinaryPod(pod))
      for (const ip of addressesOf({ kind: "pod", pod })) byAddress.set(ip, { kind: "pod", pod, ip });
  for (const node of cluster.nodes)
    for (const ip of addressesOf({ kind: "node", node })) byAddress.set(ip, { kind: "node", node, ip });
  return (text) => {
    const ip = canonicalIP(text) ?? text;
    return byAddress.get(ip) ?? { kind: "ip", ip };
  };
}
