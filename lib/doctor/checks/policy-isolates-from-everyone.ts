import { rulesOf } from "../../netpol/network-policy.js";
import { policyText } from "../../netpol/evaluate.js";
import { evidence, listText } from "../describe.js";
import type { Check } from "../types.js";

export const policyIsolatesFromEveryone: Check = {
  id: "policy-isolates-from-everyone",
  title: "Policies that let nobody in to the pods of a Service",
  severity: "warning",
  why: "the Service has rules and ready endpoints, and every connection to it times out",
  needs: ["NetworkPolicies"],
  scope: "service",
  *run({ service, namespace, pods, readyCount }, { policies, policiesIn, cluster }) {
    if (pods.length === 0 || readyCount === 0 || !policiesIn(namespace)) return;
    // Either may let somebody in.
    if (cluster.adminPolicies.length > 0 || cluster.foreignPolicies.length > 0) return;
    const pod = pods.find(({ spec }) => !spec.hostNetwork);
    if (!pod) return;
    const isolating = policies.isolating(pod, "ingress");
    if (isolating.length === 0 || isolating.some((policy) => rulesOf(policy, "ingress").length > 0)) return;
    // Pods with other labels may be isolated otherwise.
    if (
      !pods.every(
        (other) =>
          policies.isolating(other, "ingress").every((policy) => rulesOf(policy, "ingress").length === 0) &&
          policies.isolating(other, "ingress").length > 0,
      )
    )
      return;
    yield {
      object: service,
      message: `${listText(isolating.map(policyText))} ${isolating.length === 1 ? "isolates" : "isolate"} the selected pods for ingress, and no policy allows anything`,
      evidence: [
        evidence("the Service's selector", service, ["spec", "selector"]),
        ...isolating.map((policy) => evidence(`${policyText(policy)} has no ingress rule`, policy, ["spec"])),
      ],
      change: "add a NetworkPolicy that allows ingress from the clients to the pods' target port",
    };
  },
};
