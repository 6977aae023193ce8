/** Metadata made from that of an object before: other names, identities and texts of the same labels and annotations. */
import type { ObjectMeta } from "../../kube/types.js";
import type { Difference } from "../../readers/sink.js";
import type { FieldPath } from "../../source/origin.js";
import { LAST_APPLIED } from "../trim/metadata.js";
import { isDNSLabel, isLabelValue } from "../validate/grammar.js";
import { everyText, withTexts, type DifferingText } from "./differing-texts.js";

export interface MetadataTemplate {
  /** `at`: the index the value will have if it differs. */
  differs(path: FieldPath, at: number): Difference | undefined;
  /** Undefined when the checks might have something to say. */
  make(values: readonly unknown[]): ObjectMeta | undefined;
}

/** Texts that tell one object from another. */
const IDENTITY = ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] as const;
type IdentityField = (typeof IDENTITY)[number];

/** Annotations that rules hang on: their texts are part of what objects have in common. */
const READ_BY_KUBE_PROXY = "service.kubernetes.io/";
/** More annotations than this do not differ: together their texts may not be longer than the API server allows. */
const MOST_ANNOTATIONS = 32;

/** `isName`: whether nothing is to be said of a name of the kind. */
export function metadataTemplate(first: ObjectMeta, isName: (text: string) => boolean): MetadataTemplate {
  const identity: Record<IdentityField, number | undefined> = {
    name: undefined,
    namespace: undefined,
    uid: undefined,
    resourceVersion: undefined,
    creationTimestamp: undefined,
  };
  const labels: DifferingText[] = [];
  const annotations: DifferingText[] = [];

  function differs(path: FieldPath, at: number): Difference | undefined {
    const [, field, key] = path;
    if (path.length === 2) {
      if (field === "generateName" || field === "generation") return "ignored";
      if (!IDENTITY.includes(field as IdentityField)) return undefined;
      identity[field as IdentityField] = at;
      return "text";
    }
    if (field === "managedFields") return path.at(-1) === "time" ? "ignored" : undefined;
    // Owners that are not kept; their kind tells that.
    if (field === "ownerReferences" && first.ownerReferences === undefined)
      return path.at(-1) === "name" || path.at(-1) === "uid" ? "ignored" : undefined;
    if (path.length > 3 || typeof key !== "string" || key === "__proto__") return undefined;
    if (field === "labels") {
      labels.push({ key, at });
      return "text";
    }
    if (field !== "annotations" || key.startsWith(READ_BY_KUBE_PROXY)) return undefined;
    if (key === LAST_APPLIED) return "ignored";
    if (annotations.length === MOST_ANNOTATIONS) return undefined;
    annotations.push({ key, at });
    return "text";
  }

  function make(values: readonly unknown[]): ObjectMeta | undefined {
    const { name: nameAt, namespace: namespaceAt, uid: uidAt, resourceVersion: versionAt } = identity;
    const name = nameAt === undefined ? first.name : (values[nameAt] as string);
    const namespace = namespaceAt === undefined ? first.namespace : (values[namespaceAt] as string);
    const uid = uidAt === undefined ? first.uid : (values[uidAt] as string);
    const resourceVersion = versionAt === undefined ? first.resourceVersion : (values[versionAt] as string);
    const createdAt = identity.creationTimestamp;
    if (name !== first.name && !isName(name)) return undefined;
    if (namespace !== first.namespace && !isDNSLabel(namespace!)) return undefined;
    if (uid === "" || resourceVersion === "" || !everyText(labels, values, isLabelValue)) return undefined;
    return {
      name,
      namespace,
      uid,
      resourceVersion,
      creationTimestamp: createdAt === undefined ? first.creationTimestamp : (values[createdAt] as string),
      deletionTimestamp: first.deletionTimestamp,
      labels: withTexts(first.labels, labels, values),
      annotations: withTexts(first.annotations, annotations, values),
      ownerReferences: first.ownerReferences,
    };
  }

  return { differs, make };
}
