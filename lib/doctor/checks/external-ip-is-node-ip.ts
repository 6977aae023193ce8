import { canonicalIP } from "../../net/ip.js";
import { evidence } from "../describe.js";
import type { Check } from "../types.js";

export const externalIPIsNodeIP: Check = {
  id: "external-ip-is-node-ip",
  title: "A Service address that is a node's own",
  severity: "error",
  why: "in mode ipvs every node binds the address to kube-ipvs0, so the other nodes no longer reach the node that owns it",
  covers: [35],
  needs: ["services", "nodes"],
  scope: "cluster",
  *run({ cluster, config }) {
    if (config.mode !== "ipvs") return;
    const nodes = new Map(
      cluster.nodes.flatMap((node) =>
        (node.status?.addresses ?? []).flatMap(({ address }, index) => {
          const ip = canonicalIP(address);
          return ip === undefined ? [] : [[ip, { node, index }] as const];
        }),
      ),
    );
    for (const service of cluster.services) {
      const { externalIPs = [], type } = service.spec;
      const ingress = type === "LoadBalancer" ? (service.status?.loadBalancer?.ingress ?? []) : [];
      const addresses = [
        ...externalIPs.map((ip, i) => ({ ip, path: ["spec", "externalIPs", i] })),
        ...ingress.flatMap(({ ip, ipMode }, i) =>
          ip && ipMode !== "Proxy" ? [{ ip, path: ["status", "loadBalancer", "ingress", i] }] : [],
        ),
      ];
      for (const { ip, path } of addresses) {
        const owner = nodes.get(canonicalIP(ip) ?? "");
        if (!owner) continue;
        yield {
          object: service,
          detail: ip,
          message: `${ip} is an address of Node ${owner.node.metadata.name}, and mode ipvs binds it on every node`,
          evidence: [
            evidence(`address ${ip}`, service, path),
            evidence(`Node ${owner.node.metadata.name}: ${ip}`, owner.node, ["status", "addresses", owner.index]),
          ],
          change: "use an address that no node has, or a node port",
        };
      }
    }
  },
};
