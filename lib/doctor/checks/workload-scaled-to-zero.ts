import { quoted } from "../../util/quoted.js";
import { evidence, labelsText } from "../describe.js";
import type { Check } from "../types.js";

export const workloadScaledToZero: Check = {
  id: "workload-scaled-to-zero",
  title: "A Service whose workload has no replicas",
  severity: "warning",
  why: "without a replica the Service has no endpoints, so every connection to it is refused",
  needs: ["services", "workloads"],
  scope: "service",
  *run({ service, selector, namespace, pods, readyCount }, context) {
    if (!selector || pods.length > 0 || readyCount > 0) return;
    const pairs = Object.entries(selector);
    const matching = context
      .labelSetsIn(namespace)
      .filter(({ labels, replicas }) => replicas !== undefined && pairs.every(([key, value]) => labels[key] === value));
    if (matching.length === 0 || matching.some(({ replicas }) => replicas !== 0)) return;
    const [first] = matching;
    yield {
      object: service,
      // In manifests it may be the job of an autoscaler to raise it.
      severity: context.cluster.facts.fromLiveCluster ? "warning" : "info",
      message: `${matching.map(({ owner }) => owner).join(" and ")} would serve it but is scaled to 0`,
      evidence: [
        evidence(`selector ${quoted(labelsText(selector))}`, service, ["spec", "selector"]),
        ...matching.map(({ owner, object }) => evidence(`${owner} has replicas: 0`, object, ["spec", "replicas"])),
      ],
      change: `scale ${first!.owner} up, or remove the Service while it is not needed`,
    };
  },
};
