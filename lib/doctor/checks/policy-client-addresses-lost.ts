import { cidrContains, parseCIDR, type CIDR } from "../../net/cidr.js";
import { parseIP } from "../../net/ip.js";
import { policyText } from "../../netpol/evaluate.js";
import { evidence } from "../describe.js";
import type { Check } from "../types.js";

/** Ranges that clients have and the cluster has not: they hold no node and no pod address. */
function isOutside(cidr: CIDR, known: readonly string[]): boolean {
  return !known.some((text) => {
    const ip = parseIP(text);
    return ip !== undefined && cidrContains(cidr, ip);
  });
}

export const policyClientAddressesLost: Check = {
  id: "policy-client-addresses-lost",
  title: "A policy on client addresses that the pods never see",
  severity: "warning",
  why: "under externalTrafficPolicy Cluster the receiving node replaces the client's address by its own, so the rule matches none of it",
  needs: ["NetworkPolicies"],
  scope: "service",
  *run({ service, namespace, pods }, { nodes: { addresses }, policies, policiesIn }) {
    const { type, externalTrafficPolicy, externalIPs } = service.spec;
    const external = type === "LoadBalancer" || type === "NodePort" || (externalIPs?.length ?? 0) > 0;
    const pod = pods.find(({ spec }) => !spec.hostNetwork);
    if (!external || externalTrafficPolicy === "Local" || !pod || !policiesIn(namespace)) return;
    const rules = policies
      .isolating(pod, "ingress")
      .flatMap((policy) => (policy.spec.ingress ?? []).map((rule, index) => ({ policy, rule, index })));
    if (addresses.length === 0) {
      if (rules.some(({ rule }) => rule.from?.some(({ ipBlock }) => ipBlock)))
        yield { notEnoughInput: "the input holds no Nodes with addresses" };
      return;
    }
    // Any rule that lets a node in lets the replaced addresses in as well.
    const blocks = rules.flatMap(({ policy, rule, index }) =>
      (rule.from ?? []).map((peer, p) => ({ policy, peer, path: ["spec", "ingress", index, "from", p, "ipBlock"] })),
    );
    const parsed = blocks.flatMap((block) => {
      const cidr = block.peer.ipBlock && parseCIDR(block.peer.ipBlock.cidr);
      return cidr ? [{ ...block, cidr }] : [];
    });
    if (parsed.length === 0 || rules.some(({ rule }) => (rule.from ?? []).length === 0)) return;
    const podAddresses = [pod.status?.podIP ?? ""];
    if (!parsed.every(({ cidr }) => isOutside(cidr, podAddresses) && isOutside(cidr, addresses))) return;
    const [first] = parsed;
    yield {
      object: service,
      message: `${policyText(first!.policy)} allows ${first!.cidr.text}, but under externalTrafficPolicy Cluster connections from there arrive with a node's address`,
      evidence: [
        evidence(`ipBlock ${first!.cidr.text}`, first!.policy, first!.path),
        evidence(`type ${type ?? "ClusterIP"}, externalTrafficPolicy ${externalTrafficPolicy ?? "Cluster"}`, service, [
          "spec",
          externalTrafficPolicy ? "externalTrafficPolicy" : "type",
        ]),
      ],
      change: "set externalTrafficPolicy to Local, or allow the addresses of the nodes",
    };
  },
};
