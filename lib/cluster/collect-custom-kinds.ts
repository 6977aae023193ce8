/** Objects of extensions of the API: those with a standard pod template are workloads, of the others the labels are kept. */
import type { KubeObject } from "../kube/types.js";
import { withHead, type KeptKind } from "./collect-kinds.js";
import { findLabelMaps } from "./trim/label-maps.js";
import { fieldsOf, type Fields } from "./trim/shape.js";
import { trimWorkload } from "./trim/workload.js";

/** Their pods are made by a Service of their own kind, or in several steps, so a template is not yet a pod. */
const NOT_DIRECTLY_PODS: ReadonlySet<string> = new Set(["serving.knative.dev", "template.openshift.io"]);

const WORKLOAD: KeptKind = { list: "workloads", namespaced: true, make: withHead(trimWorkload) };
const CUSTOM: KeptKind = {
  list: "customResources",
  namespaced: true,
  make: withHead((raw) => ({ labelMaps: findLabelMaps(raw["spec"]) })),
};

/** A group of Kubernetes itself, whose kinds without a place in the collection tell nothing of pods. */
function isBuiltIn(group: string): boolean {
  return !group.includes(".") || (group.endsWith(".k8s.io") && !group.endsWith(".x-k8s.io"));
}

/** Whether the spec holds what a Deployment's holds: a template with labels and containers. */
function hasPodTemplate(spec: Fields | undefined): boolean {
  const template = fieldsOf(spec?.["template"]);
  const containers = fieldsOf(template?.["spec"])?.["containers"];
  if (!Array.isArray(containers) || containers.length === 0) return false;
  const labels = fieldsOf(fieldsOf(template?.["metadata"])?.["labels"]);
  return labels !== undefined && Object.keys(labels).length > 0;
}

export interface CustomKinds {
  /** How an object of a kind that is not Kubernetes' own is kept; undefined when it is passed over. */
  find(object: KubeObject, group: string): KeptKind | undefined;
}

/** `rulesOnly`: workloads alone, since nothing else leads to rules. */
export function createCustomKinds(rulesOnly: boolean): CustomKinds {
  const kinds = new Map<string, KeptKind>();
  return {
    find(object, group) {
      if (isBuiltIn(group)) return undefined;
      const spec = fieldsOf((object as unknown as Fields)["spec"]);
      const isWorkload = !NOT_DIRECTLY_PODS.has(group) && hasPodTemplate(spec);
      if (rulesOnly && !isWorkload) return undefined;
      const id = `${group}/${object.kind}/${isWorkload}`;
      let kept = kinds.get(id);
      // One of its own for each kind: objects of two kinds may have one name.
      if (!kept) kinds.set(id, (kept = { ...(isWorkload ? WORKLOAD : CUSTOM) }));
      return kept;
    },
  };
}
