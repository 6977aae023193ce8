/** Pods that Helm or Argo CD runs at one moment, and waits for until they end: `helm template` prints them as all others. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { labelOf } from "../../kube/label-selector.js";
import type { Pod } from "../../kube/types.js";
import { hasNoStatus } from "./pod-status.js";

const HOOKS = ["helm.sh/hook", "argocd.argoproj.io/hook"];

/** Names that are told. */
const MOST_NAMES = 3;

/** True for a manifest of such a pod; one with a status was met while it ran. */
function isHookPod(pod: Pod): boolean {
  return hasNoStatus(pod) && HOOKS.some((hook) => labelOf(pod.metadata.annotations, hook));
}

/** The pods that a cluster runs all the time; the others are told in one note. */
export function withoutHookPods(pods: readonly Pod[], report: (diagnostic: Diagnostic) => void): readonly Pod[] {
  const hooks = pods.filter(isHookPod);
  if (hooks.length === 0) return pods;
  const names = hooks.slice(0, MOST_NAMES).map(({ metadata }) => metadata.name);
  const told = names.join(", ") + (hooks.length > MOST_NAMES ? ", ..." : "");
  const [are, run] =
    hooks.length === 1
      ? ["1 Pod that is a hook is", "it runs"]
      : [`${hooks.length} Pods that are hooks are`, "they run"];
  const message = `${are} left out (${told}): ${run} only while a release is installed, upgraded or tested`;
  report({ code: "hook-pods", severity: "note", message });
  return pods.filter((pod) => !isHookPod(pod));
}
