/** Why a selector picks nothing: told apart once, for the checks that report it. */
import { isSelectedBy } from "./context.js";
import { findNearMiss, type NearMiss } from "./near-labels.js";
import { asksForStaticPods, findPodMaker, type PodMaker } from "./operators.js";
import type { DoctorContext, LabelSet, ServiceFacts } from "./types.js";

export type Unmatched =
  /** The input holds the pods of the namespace, and none carries the labels. `maker`: who was to make them. */
  | { readonly kind: "no-pod"; readonly near?: NearMiss; readonly maker?: PodMaker }
  /** The pods are not in the input, but a workload whose labels are nearly those. */
  | { readonly kind: "near-miss"; readonly near: NearMiss }
  /** Only other namespaces have such pods. */
  | {
      readonly kind: "elsewhere";
      readonly sets: readonly (LabelSet & { readonly namespace: string })[];
      readonly shown: boolean;
    }
  | { readonly kind: "unknown"; readonly reason: string };

function hasServingSlices({ endpoints }: ServiceFacts): boolean {
  return endpoints.source === "endpointslices" && endpoints.slices.some((slice) => (slice.endpoints?.length ?? 0) > 0);
}

/** Whether the input shows the pods that run in a namespace, so that one that is not there does not run. */
function showsPodsOf(namespace: string, { cluster, podNamespaces }: DoctorContext): boolean {
  if (podNamespaces.has(namespace)) return true;
  const { fromLiveCluster, clusterInfoDump } = cluster.facts;
  // Pods of several namespaces were listed for all of them.
  return (fromLiveCluster || clusterInfoDump) && podNamespaces.size > 1;
}

/** What is to be said of a selector that picks no pod; undefined when it picks some, or would if they were scaled up. */
export function findUnmatched(facts: ServiceFacts, context: DoctorContext): Unmatched | undefined {
  const { service, selector, namespace } = facts;
  if (!selector || context.selectPods(service).length > 0 || hasServingSlices(facts)) return undefined;
  const sets = context.labelSetsIn(namespace);
  const pairs = Object.entries(selector);
  // A template that matches without pods is a workload scaled to zero, or one whose pods are not in the input.
  if (sets.some(({ labels }) => pairs.every(([key, value]) => labels[key] === value))) return undefined;
  const shown = showsPodsOf(namespace, context);
  const maker = findPodMaker(selector, context.customResourcesIn(namespace));
  const isStatic = asksForStaticPods(selector, namespace);
  if (!maker && !isStatic) {
    const elsewhere = context
      .labelSetsElsewhere(selector, namespace)
      .filter((set) => shown || isForgotten(set, context));
    if (elsewhere.length > 0) return { kind: "elsewhere", sets: elsewhere, shown };
  }
  const isTaken = (set: LabelSet) => isSelectedBy(context.cluster.services, namespace, set.labels, service);
  if (shown && !isStatic)
    return { kind: "no-pod", maker, near: maker ? undefined : findNearMiss(selector, sets, () => false) };
  if (maker) return { kind: "unknown", reason: `the pods of Service ${facts.key} are made by ${maker.text}` };
  if (isStatic)
    return { kind: "unknown", reason: `Service ${facts.key} picks static pods, which no object of the input makes` };
  const near = findNearMiss(selector, sets, isTaken);
  if (near) return { kind: "near-miss", near };
  return { kind: "unknown", reason: unknownReason(facts, sets.length) };
}

/** In manifests a workload of another namespace that a Service there picks is that Service's own. */
function isForgotten(set: LabelSet & { readonly namespace: string }, { cluster }: DoctorContext): boolean {
  return !isSelectedBy(cluster.services, set.namespace, set.labels);
}

function unknownReason({ key, namespace }: ServiceFacts, sets: number): string {
  return sets === 0
    ? "the input holds no pods and no workloads in the Service's namespace"
    : `the input holds neither the pods of namespace ${namespace} nor a workload with the labels that Service ${key} picks`;
}
