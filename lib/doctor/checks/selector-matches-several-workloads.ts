import type { Pod } from "../../kube/types.js";
import { quoted } from "../../util/quoted.js";
import { evidence, labelsText, listText } from "../describe.js";
import { podEvidence } from "../pod-evidence.js";
import { targetPortsOf } from "../../endpoints/target-ports.js";
import type { Check } from "../types.js";
import { areVersions } from "../versions-of-one.js";
import { imageRepository, workloadOf } from "../workload-of.js";

/** Pods looked at; the workloads of a larger Service show among the first already. */
const MOST_PODS = 2000;

function repositoriesOf(pod: Pod): string[] {
  return (pod.spec.containers ?? []).flatMap(({ image }) => (image ? [imageRepository(image)] : []));
}

export const selectorMatchesSeveralWorkloads: Check = {
  id: "selector-matches-several-workloads",
  title: "A selector that picks pods of unrelated workloads",
  severity: "warning",
  why: "connections are spread over all selected pods, so some of them reach a program that does not serve this Service",
  needs: ["services", "pods or workloads"],
  scope: "service",
  *run({ service, selector, pods }, context) {
    if (!selector || pods.length < 2) return;
    const workloads = new Map<string, { readonly pod: Pod; readonly images: Set<string> }>();
    for (const pod of pods.slice(0, MOST_PODS)) {
      const owner = workloadOf(pod);
      const known = workloads.get(owner) ?? { pod, images: new Set<string>() };
      for (const image of repositoriesOf(pod)) known.images.add(image);
      workloads.set(owner, known);
    }
    if (workloads.size < 2) return;
    // Sharded workloads run the same image; only workloads without a common one are unrelated.
    const [first, ...others] = [...workloads].sort(([a], [b]) => (a < b ? -1 : 1));
    if (first![1].images.size === 0) return;
    const unrelated = others.filter(
      ([, { images }]) => images.size > 0 && [...images].every((image) => !first![1].images.has(image)),
    );
    if (unrelated.length === 0) return;
    const all = [first!, ...unrelated];
    const canary = unrelated.every(([owner, { pod }]) =>
      areVersions({ owner: first![0], pod: first![1].pod }, { owner, pod }, targetPortsOf(service)),
    );
    const owners = listText(all.map(([owner]) => owner));
    yield {
      object: service,
      severity: canary ? "info" : "warning",
      ...(canary && { why: "each pod gets the same share: a version gets more connections only by having more pods" }),
      message: canary
        ? `connections are shared among ${owners}, by the number of pods of each`
        : `the selector picks pods of ${owners}, which run different images`,
      evidence: [
        evidence(`selector ${quoted(labelsText(selector))}`, service, ["spec", "selector"]),
        ...all
          .slice(0, 5)
          .map(([, { pod, images }]) =>
            podEvidence(context, pod, ` runs ${quoted([...images].sort().join(", "))}`, ["spec", "containers"]),
          ),
      ],
      change: canary
        ? "nothing if several versions are to serve; otherwise add the label in which they differ to the selector"
        : "add a label to the selector that only the workload meant to serve carries",
    };
  },
};
