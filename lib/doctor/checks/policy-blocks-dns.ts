import { findDNSService } from "../../dns/zone-data.js";
import { findPodPort, targetPortsOf } from "../../endpoints/target-ports.js";
import type { NetworkPolicy, Pod } from "../../kube/types.js";
import { policyText } from "../../netpol/evaluate.js";
import { evidence, keyOf, listText, namespaceOf } from "../describe.js";
import type { Check } from "../types.js";

export const policyBlocksDNS: Check = {
  id: "policy-blocks-dns",
  title: "Pods that may not ask the DNS server",
  severity: "warning",
  why: "a pod whose egress is isolated resolves no name unless a rule lets it reach the DNS pods",
  needs: ["NetworkPolicies"],
  scope: "cluster",
  *run({ cluster, policies, policiesIn, selectPods, features }) {
    const egress = cluster.networkPolicies.filter(
      ({ spec }) =>
        spec.policyTypes?.includes("Egress") || (!spec.policyTypes?.length && (spec.egress?.length ?? 0) > 0),
    );
    if (egress.length === 0) return;
    if (cluster.foreignPolicies.length > 0) {
      yield { notEnoughInput: "policies of another API than NetworkPolicy are not evaluated, and may allow DNS" };
      return;
    }
    const service = findDNSService(cluster);
    const server = service && selectPods(service).find(({ status, spec }) => status?.podIP && !spec.hostNetwork);
    if (!service || !server) {
      yield { notEnoughInput: "the input holds no DNS pods, so egress rules cannot be judged against them" };
      return;
    }
    const udp = targetPortsOf(service).find(({ protocol }) => protocol === "UDP");
    const port = (udp && findPodPort(udp, server, features)) ?? 53;
    const blocked = new Map<string, { policies: readonly NetworkPolicy[]; pods: Pod[] }>();
    for (const pod of cluster.pods) {
      const { dnsPolicy = "ClusterFirst", hostNetwork } = pod.spec;
      if (!policiesIn(namespaceOf(pod)) || hostNetwork || !dnsPolicy.startsWith("ClusterFirst")) continue;
      const isolating = policies.isolating(pod, "egress");
      if (isolating.length === 0) continue;
      const verdict = policies.evaluate({
        source: { kind: "pod", pod },
        destination: { kind: "pod", pod: server },
        protocol: "UDP",
        port,
      });
      if (verdict.egress.verdict !== "denied") continue;
      const id = isolating.map(policyText).join();
      const entry = blocked.get(id) ?? { policies: isolating, pods: [] };
      entry.pods.push(pod);
      blocked.set(id, entry);
    }
    for (const { policies: isolating, pods } of blocked.values()) {
      const names = listText(
        pods.map(({ metadata }) => metadata.name),
        3,
      );
      yield {
        object: isolating[0]!,
        message: `${listText(isolating.map(policyText))} ${isolating.length === 1 ? "isolates" : "isolate"} egress of ${names}, and no rule allows UDP ${port} to the pods of Service ${keyOf(service)}`,
        evidence: [
          ...isolating.map((policy) =>
            evidence(policyText(policy), policy, ["spec", policy.spec.egress ? "egress" : "policyTypes"]),
          ),
          evidence(`Pod ${pods[0]!.metadata.name} uses the cluster's DNS`, pods[0]!, ["metadata", "labels"]),
        ],
        change: `allow egress on UDP and TCP ${port} to the DNS pods (namespace ${namespaceOf(service)}); a rule on the DNS Service's cluster IP does not help`,
      };
    }
  },
};
