import { quoted } from "../../util/quoted.js";
import { evidence, labelsText } from "../describe.js";
import { scaledToZero } from "../scaled-to-zero.js";
import type { Check } from "../types.js";

export const workloadScaledToZero: Check = {
  id: "workload-scaled-to-zero",
  title: "A Service whose workload has no replicas",
  severity: "warning",
  why: "without a replica the Service has no endpoints, so every connection to it is refused",
  needs: ["services", "workloads"],
  scope: "service",
  *run(facts, context) {
    const { service, selector, pods, readyCount } = facts;
    if (!selector || pods.length > 0 || readyCount > 0) return;
    const matching = scaledToZero(facts, context);
    const [first] = matching;
    if (!first) return;
    yield {
      object: service,
      // In manifests it may be the job of an autoscaler to raise it.
      severity: context.cluster.facts.fromLiveCluster ? "warning" : "info",
      message: `${matching.map(({ owner }) => owner).join(" and ")} would serve it but is scaled to 0`,
      evidence: [
        evidence(`selector ${quoted(labelsText(selector))}`, service, ["spec", "selector"]),
        ...matching.map(({ owner, object }) => evidence(`${owner} has replicas: 0`, object, ["spec", "replicas"])),
      ],
      change: `scale ${first.owner} up, or remove the Service while it is not needed`,
    };
  },
};
