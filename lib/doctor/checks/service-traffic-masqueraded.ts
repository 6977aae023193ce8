import type { Service } from "../../kube/types.js";
import { ruleEvidence, tablesOf } from "../captured-rules.js";
import { evidence, keyOf } from "../describe.js";
import { findMasquerading } from "../masqueraded-by.js";
import type { Check, DoctorContext } from "../types.js";

/** A client outside (RFC 5737). */
const OUTSIDE = "203.0.113.7";

/** IPv4 addresses of pods with a network of their own, by whether they are on the node. */
function podAddresses({ cluster, nodeName }: DoctorContext): { here: string[]; elsewhere: string[] } {
  const addresses = { here: [] as string[], elsewhere: [] as string[] };
  for (const { spec, status, simulated } of cluster.pods) {
    const ip = status?.podIP;
    if (!ip || ip.includes(":") || spec.hostNetwork || simulated || !spec.nodeName) continue;
    addresses[spec.nodeName === nodeName ? "here" : "elsewhere"].push(ip);
  }
  return addresses;
}

function keepsClientAddresses({ spec }: Service): boolean {
  return spec.externalTrafficPolicy === "Local" && spec.type !== "ClusterIP";
}

export const serviceTrafficMasqueraded: Check = {
  id: "service-traffic-masqueraded",
  title: "A masquerade rule of another program that catches service traffic",
  severity: "warning",
  why: "pods then see the node's address instead of the client's: network policies and access lists by address fail, and so does what externalTrafficPolicy Local is for",
  covers: [19],
  needs: ["iptables"],
  scope: "capture",
  *run(capture, context) {
    const { nodeName, cluster } = context;
    const { here, elsewhere } = podAddresses(context);
    const table = tablesOf(capture, "nat").find(({ family, chains }) => family !== "IPv6" && chains.has("POSTROUTING"));
    if (!table) return;
    if (nodeName === undefined || here.length === 0 || elsewhere.length === 0) {
      yield { notEnoughInput: "the input does not hold pods of the captured node (--node) and of another one" };
      return;
    }
    const toOthers = here.slice(0, 3).map((source) => ({ source, destination: elsewhere[0]! }));
    for (const packet of toOthers) {
      const rule = findMasquerading(table, packet);
      if (!rule) continue;
      yield {
        detail: "between pods",
        message: `connections of pods of node ${nodeName} to pods of other nodes get the node's address: ${packet.source} to ${packet.destination} is masqueraded`,
        evidence: [ruleEvidence(table, rule.text, rule.line)],
        change:
          "let the network plugin masquerade only what leaves the pod network (ipMasq, nonMasqueradeCIDRs: leave the pod range out)",
      };
      break;
    }
    const service = cluster.services.find(keepsClientAddresses);
    const fromOutside = service && findMasquerading(table, { source: OUTSIDE, destination: here[0]! });
    if (!fromOutside) return;
    yield {
      object: service,
      detail: "from outside",
      message: `externalTrafficPolicy Local is to keep clients' addresses, and node ${nodeName} masquerades what comes from outside to its pods`,
      evidence: [
        ruleEvidence(table, fromOutside.text, fromOutside.line),
        evidence(`Service ${keyOf(service)}: externalTrafficPolicy Local`, service, ["spec", "externalTrafficPolicy"]),
      ],
      change: "let the network plugin leave out connections to the pods of the node itself",
    };
  },
};
