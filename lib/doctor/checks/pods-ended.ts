import type { Pod } from "../../kube/types.js";
import { isFinished } from "../context.js";
import { count, evidence, keyOf } from "../describe.js";
import { scaledToZero } from "../scaled-to-zero.js";
import type { Check } from "../types.js";
import { workloadOf } from "../workload-of.js";

function messageOf(pods: readonly Pod[], failed: readonly Pod[]): string {
  const all = pods.length === 1 ? "the one selected pod has" : `all ${count(pods.length, "selected pod")} have`;
  const some = failed.length === pods.length ? " as failed" : `, ${failed.length} of them as failed`;
  return `${all} ended${failed.length > 0 ? some : ""}: the Service has no endpoint`;
}

export const podsEnded: Check = {
  id: "pods-ended",
  title: "Selected pods that have all ended",
  severity: "error",
  why: "a pod that has ended is no endpoint any more, so every connection to the Service is refused",
  needs: ["services", "running pods"],
  scope: "service",
  *run(facts, context) {
    const { service, selector, readyCount } = facts;
    // A headless Service may be there for one run of a program, and goes with it.
    if (!selector || readyCount > 0 || service.spec.clusterIP === "None") return;
    const pods = context.selectPods(service);
    if (pods.length === 0 || !pods.every(isFinished)) return;
    // Pods that were evicted stay when their workload is scaled to 0, which another check tells.
    if (scaledToZero(facts, context).length > 0) return;
    // A Job's pods are there to end.
    const areJobs = pods.every((pod) => workloadOf(pod).startsWith("Job "));
    const failed = pods.filter(({ status }) => status?.phase === "Failed");
    const shown = failed.length > 0 ? failed : pods;
    yield {
      object: service,
      cause: pods.map(keyOf).join(","),
      severity: failed.length > 0 && !areJobs ? "error" : "warning",
      message: messageOf(pods, failed),
      evidence: shown
        .slice(0, 5)
        .map((pod) => evidence(`Pod ${pod.metadata.name}: phase ${pod.status?.phase}`, pod, ["status", "phase"])),
      change: areJobs
        ? "remove the Service while no Job runs that it is for, or correct the selector"
        : "find out why nothing has started pods in their place (kubectl describe pod shows it), or correct the selector",
    };
  },
};
