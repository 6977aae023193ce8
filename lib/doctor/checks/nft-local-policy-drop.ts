import { canonicalIP } from "../../net/ip.js";
import { sliceEndpoints } from "../../kube/endpoint-table.js";
import type { Service } from "../../kube/types.js";
import { evidence, keyOf } from "../describe.js";
import type { Check } from "../types.js";

export const nftLocalPolicyDrop: Check = {
  id: "nft-local-policy-drop",
  title: "Mode nftables drops pods' connections to a load-balancer IP",
  severity: "warning",
  why: "pods and the node itself are to reach every endpoint even under policy Local; this node drops their connections",
  covers: [10],
  needs: ["nftables"],
  scope: "capture",
  *run(capture, { cluster, endpointsOf }) {
    if (capture.kind !== "nftables") return;
    const owners = new Map<string, Service>();
    for (const service of cluster.services) {
      if (service.spec.externalTrafficPolicy !== "Local") continue;
      const ingress = (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
      for (const text of [...ingress, ...(service.spec.externalIPs ?? [])])
        for (const { port, protocol } of service.spec.ports ?? [])
          owners.set(`${canonicalIP(text)} ${(protocol ?? "TCP").toLowerCase()} ${port}`, service);
    }
    for (const table of capture.tables)
      for (const set of table.sets) {
        if (table.name !== "kube-proxy" || set.name !== "no-endpoint-services") continue;
        for (const { key, verdict } of set.elements) {
          const [address, protocol, port] = key;
          const service = owners.get(`${canonicalIP(String(address))} ${protocol} ${port}`);
          const drops = verdict?.kind === "drop" || (verdict?.kind === "goto" && verdict.chain.includes("drop"));
          if (!service || !drops) continue;
          const ready = endpointsOf(service).slices.some((slice) =>
            sliceEndpoints(slice).some(({ conditions }) => conditions?.ready !== false),
          );
          if (!ready) continue;
          yield {
            object: service,
            detail: `${address}:${port}`,
            message: `this node drops all connections to ${address}:${port}, also those of its own pods, although Service ${keyOf(service)} has endpoints on other nodes`,
            evidence: [
              {
                text: `element ${key.join(" . ")} : drop of map no-endpoint-services`,
                at: { file: capture.file, line: 1 },
              },
              evidence("externalTrafficPolicy: Local", service, ["spec", "externalTrafficPolicy"]),
            ],
            change: "let pods use the cluster IP or the Service's name instead of the load-balancer IP",
          };
        }
      }
  },
};
