/** Pods by namespace and label, for the labels that Services select by. */
import type { Pod, Service } from "../kube/types.js";

/** The Pods of a selector's namespace that carry all its pairs, in the order given. */
export type PodLookup = (namespace: string, selector: Readonly<Record<string, string>>) => readonly Pod[];

const NO_PODS: readonly Pod[] = [];

/** label key -> value -> Pods */
type LabelIndex = Map<string, Map<string, Pod[]>>;

/**
 * Indexes the Pods once; only label keys that some selector of the namespace names are kept.
 * A lookup walks the Pods of the selector's rarest pair.
 */
export function indexPods(pods: readonly Pod[], services: readonly Service[]): PodLookup {
  if (pods.length === 0) return () => NO_PODS;
  const byNamespace = new Map<string, LabelIndex>();
  for (const { metadata, spec } of services) {
    if (!spec.selector) continue;
    const namespace = metadata.namespace ?? "default";
    let index = byNamespace.get(namespace);
    if (!index) byNamespace.set(namespace, (index = new Map()));
    for (const key of Object.keys(spec.selector)) if (!index.has(key)) index.set(key, new Map());
  }
  for (const pod of pods) {
    const index = byNamespace.get(pod.metadata.namespace ?? "default");
    const { labels } = pod.metadata;
    if (!index || !labels) continue;
    for (const key of Object.keys(labels)) {
      const values = index.get(key);
      if (!values) continue;
      const value = labels[key]!;
      const bucket = values.get(value);
      if (bucket) bucket.push(pod);
      else values.set(value, [pod]);
    }
  }
  return (namespace, selector) => {
    const index = byNamespace.get(namespace);
    const pairs = Object.entries(selector);
    let rarest: readonly Pod[] | undefined;
    for (const [key, value] of pairs) {
      const bucket = index?.get(key)?.get(value) ?? NO_PODS;
      if (!rarest || bucket.length < rarest.length) rarest = bucket;
      if (rarest.length === 0) return NO_PODS;
    }
    if (pairs.length < 2) return rarest ?? NO_PODS;
    return rarest!.filter(({ metadata: { labels } }) => pairs.every(([key, value]) => labels![key] === value));
  };
}
