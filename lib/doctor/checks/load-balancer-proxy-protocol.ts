import { canonicalIP } from "../../net/ip.js";
import { evidence } from "../describe.js";
import type { Check } from "../types.js";

/** Annotations of cloud controllers that switch the PROXY protocol on, by what their keys have in common. */
function asksForProxyProtocol(key: string, value: string): boolean {
  const bare = key.toLowerCase().replace(/[-_]/g, "");
  return bare.includes("proxyprotocol") && !["", "false", "0", "none", "off"].includes(value.trim().toLowerCase());
}

export const loadBalancerProxyProtocol: Check = {
  id: "load-balancer-proxy-protocol",
  title: "A load balancer that adds to the traffic, and that pods bypass",
  severity: "warning",
  why: "kube-proxy answers connections from inside to a load-balancer IP itself, so they arrive without the PROXY protocol header that the pods expect",
  covers: [30],
  needs: ["services"],
  scope: "service",
  *run({ service }, { features }) {
    if (service.spec.type !== "LoadBalancer") return;
    const annotation = Object.entries(service.metadata.annotations ?? {}).find(([key, value]) =>
      asksForProxyProtocol(key, value),
    );
    if (!annotation) return;
    for (const [index, { ip, ipMode }] of (service.status?.loadBalancer?.ingress ?? []).entries()) {
      if (!ip || canonicalIP(ip) === undefined || (features.loadBalancerIPMode && ipMode === "Proxy")) continue;
      yield {
        object: service,
        detail: ip,
        message: `the load balancer speaks the PROXY protocol, but connections from nodes and pods to ${ip} never reach it`,
        evidence: [
          evidence(`${annotation[0]}: ${annotation[1]}`, service, ["metadata", "annotations", annotation[0]]),
          evidence(`ingress IP ${ip}, ipMode ${ipMode ?? "VIP"}`, service, [
            "status",
            "loadBalancer",
            "ingress",
            index,
          ]),
        ],
        change: "let the cloud controller report ipMode: Proxy, or a hostname instead of the IP",
      };
    }
  },
};
