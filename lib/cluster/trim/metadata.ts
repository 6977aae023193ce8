import type { ObjectMeta } from "../../kube/types.js";
import type { Pool } from "./pool.js";
import { booleanOf, compact, fieldsOf, mapsOf, stringMapOf, stringOf, type Fields } from "./shape.js";

/** Written by `kubectl apply`: a copy of the whole object. */
export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Metadata without what a server adds for itself; `namespace` is set by the collector. */
export function trimMetadata(value: unknown, namespace: string | undefined, pool: Pool): ObjectMeta {
  const metadata = fieldsOf(value) ?? {};
  const { name, uid, resourceVersion, creationTimestamp, deletionTimestamp } = metadata;
  // What has no owner shares little with its neighbours, and EndpointSlices, which Services own, share nothing.
  const isSlice = isOwnedByService(metadata["ownerReferences"]);
  const owners = isSlice && pool.rulesOnly ? undefined : mapsOf(metadata["ownerReferences"], trimOwner);
  const key = owners?.[0]?.name;
  const isShared = key !== undefined && !isSlice;
  const shared = <T extends object | undefined>(slot: string, part: T) =>
    isShared ? pool.value(slot, key, part) : part;
  // One literal for all: fields added one by one take more time and room.
  return {
    name: stringOf(name) ?? "",
    namespace,
    uid: stringOf(uid),
    resourceVersion: stringOf(resourceVersion),
    creationTimestamp: typeof creationTimestamp === "string" ? pool.text(creationTimestamp) : undefined,
    deletionTimestamp: stringOf(deletionTimestamp),
    labels: metadata["labels"] === undefined ? undefined : shared("labels", stringMapOf(metadata["labels"])),
    annotations:
      metadata["annotations"] === undefined
        ? undefined
        : shared("annotations", trimAnnotations(metadata["annotations"])),
    ownerReferences: owners && shared("owners", owners),
  };
}

function isOwnedByService(owners: unknown): boolean {
  return Array.isArray(owners) && fieldsOf(owners[0])?.["kind"] === "Service";
}

function trimOwner(owner: Fields): NonNullable<ObjectMeta["ownerReferences"]>[number] {
  return compact({
    kind: stringOf(owner["kind"]) ?? "",
    name: stringOf(owner["name"]) ?? "",
    uid: stringOf(owner["uid"]),
    controller: booleanOf(owner["controller"]),
  });
}

function trimAnnotations(value: unknown): Record<string, string> | undefined {
  const annotations = stringMapOf(value);
  if (!annotations || !Object.hasOwn(annotations, LAST_APPLIED)) return annotations;
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== LAST_APPLIED));
}
