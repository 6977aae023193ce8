import type { ObjectMeta } from "../../kube/types.js";
import { booleanOf, compact, fieldsOf, mapsOf, stringMapOf, stringOf } from "./shape.js";

/** Written by `kubectl apply`: a copy of the whole object. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Metadata without what a server adds for itself; `namespace` is set by the collector. */
export function trimMetadata(value: unknown, namespace: string | undefined): ObjectMeta {
  const metadata = fieldsOf(value) ?? {};
  return compact({
    name: stringOf(metadata["name"]) ?? "",
    namespace,
    uid: stringOf(metadata["uid"]),
    resourceVersion: stringOf(metadata["resourceVersion"]),
    creationTimestamp: stringOf(metadata["creationTimestamp"]),
    deletionTimestamp: stringOf(metadata["deletionTimestamp"]),
    labels: stringMapOf(metadata["labels"]),
    annotations: trimAnnotations(metadata["annotations"]),
    ownerReferences: mapsOf(metadata["ownerReferences"], (owner) =>
      compact({
        kind: stringOf(owner["kind"]) ?? "",
        name: stringOf(owner["name"]) ?? "",
        uid: stringOf(owner["uid"]),
        controller: booleanOf(owner["controller"]),
      }),
    ),
  });
}

function trimAnnotations(value: unknown): Record<string, string> | undefined {
  const annotations = stringMapOf(value);
  if (!annotations || !Object.hasOwn(annotations, LAST_APPLIED)) return annotations;
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== LAST_APPLIED));
}
