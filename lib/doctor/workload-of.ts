/** Which workload a pod belongs to. */
import type { Pod } from "../kube/types.js";

/** By the label with the hash that ends the ReplicaSet's name. */
const MAKERS_OF_REPLICA_SETS = [
  ["rollouts-pod-template-hash", "Rollout"],
  ["pod-template-hash", "Deployment"],
] as const;

/** "Deployment web", "StatefulSet db", or "Pod NAME" for one without a controller. */
export function workloadOf({ metadata }: Pod): string {
  const owners = metadata.ownerReferences ?? [];
  const owner = owners.find(({ controller }) => controller) ?? owners[0];
  if (!owner) return `Pod ${metadata.name}`;
  for (const [label, kind] of MAKERS_OF_REPLICA_SETS) {
    const hash = metadata.labels?.[label];
    if (owner.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`))
      return `${kind} ${owner.name.slice(0, -hash.length - 1)}`;
  }
  return `${owner.kind} ${owner.name}`;
}

/** "registry.example/shop/web" of "registry.example/shop/web:1.2@sha256:..". */
export function imageRepository(image: string): string {
  const bare = image.split("@")[0]!;
  const colon = bare.lastIndexOf(":");
  return colon > bare.lastIndexOf("/") ? bare.slice(0, colon) : bare;
}
