import type { Service } from "../../kube/types.js";
import { parseCIDR } from "../../net/cidr.js";
import { canonicalIP, parseIP } from "../../net/ip.js";
import { hasDirection } from "../../netpol/network-policy.js";
import { evidence, keyOf } from "../describe.js";
import type { Check } from "../types.js";

export const policyAllowsClusterIP: Check = {
  id: "policy-allows-cluster-ip",
  title: "An egress rule on a cluster IP",
  severity: "warning",
  why: "policies see packets after the cluster IP has been replaced by a pod's address, so the rule never matches",
  needs: ["NetworkPolicies"],
  scope: "cluster",
  *run({ cluster }) {
    const owners = new Map<string, Service>();
    for (const service of cluster.services)
      for (const text of service.spec.clusterIPs ?? [service.spec.clusterIP ?? ""]) {
        const ip = canonicalIP(text);
        if (ip !== undefined) owners.set(ip, service);
      }
    for (const policy of cluster.networkPolicies) {
      if (!hasDirection(policy, "egress")) continue;
      for (const [r, { to }] of (policy.spec.egress ?? []).entries())
        for (const [p, { ipBlock }] of (to ?? []).entries()) {
          const cidr = ipBlock && parseCIDR(ipBlock.cidr);
          if (!cidr || cidr.prefix !== (cidr.family === "IPv4" ? 32 : 128)) continue;
          const ip = parseIP(cidr.text.split("/")[0]!)!.text;
          const service = owners.get(ip);
          if (!service) continue;
          yield {
            object: policy,
            detail: ip,
            message: `egress rule ${r} allows ${ip}, the cluster IP of Service ${keyOf(service)}, which no packet carries when policies look`,
            evidence: [
              evidence(`ipBlock ${cidr.text}`, policy, ["spec", "egress", r, "to", p, "ipBlock"]),
              evidence(`cluster IP ${ip}`, service, ["spec", "clusterIP"]),
            ],
            change: "allow the Service's pods by podSelector and namespaceSelector, on their target port",
          };
        }
    }
  },
};
