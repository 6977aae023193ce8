import { findDNSService } from "../../dns/zone-data.js";
import { factsOf } from "../context.js";
import { evidence, keyOf, listText } from "../describe.js";
import { findPodTrouble } from "../pod-trouble.js";
import type { Check } from "../types.js";

export const clusterDNSWithoutEndpoints: Check = {
  id: "cluster-dns-without-endpoints",
  title: "The cluster's DNS server does not run",
  severity: "error",
  why: "pods send every name lookup to this Service, so no name resolves, inside the cluster or outside",
  needs: ["services"],
  scope: "cluster",
  *run(context) {
    const service = findDNSService(context.cluster);
    if (!service) {
      if (context.cluster.facts.fromLiveCluster)
        yield { notEnoughInput: "the input holds no DNS Service (kube-system/kube-dns)" };
      return;
    }
    const facts = factsOf(service, context);
    if (!facts.endpointsKnown) {
      yield { notEnoughInput: `the input does not tell the endpoints of Service ${keyOf(service)}` };
      return;
    }
    if (facts.readyCount > 0) return;
    const troubled = facts.pods.flatMap((pod) => {
      const trouble = findPodTrouble(pod);
      return trouble ? [{ pod, trouble }] : [];
    });
    const names = listText(
      troubled.map(({ pod, trouble }) => `Pod ${pod.metadata.name}: ${trouble.text}`),
      2,
    );
    yield {
      object: service,
      message: `the cluster's DNS server has no ready endpoint${names === "" ? (facts.pods.length === 0 ? ": no pod carries its labels" : "") : ` (${names})`}`,
      evidence: [
        evidence(`cluster IP ${service.spec.clusterIP ?? "not known"}, the nameserver of every pod`, service, [
          "spec",
          "clusterIP",
        ]),
        ...troubled
          .slice(0, 5)
          .map(({ pod, trouble }) => evidence(`Pod ${pod.metadata.name}: ${trouble.text}`, pod, trouble.path)),
      ],
      change: troubled.some(({ trouble }) => trouble.kind === "pending")
        ? "let the DNS pods be scheduled: make room, remove taints, or install the network plugin they wait for"
        : "bring the DNS pods up (kubectl -n kube-system get pods -l k8s-app=kube-dns)",
    };
  },
};
