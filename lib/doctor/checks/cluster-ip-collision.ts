import type { Service } from "../../kube/types.js";
import { canonicalIP } from "../../net/ip.js";
import { evidence, keyOf, listText } from "../describe.js";
import type { Check } from "../types.js";

export const clusterIPCollision: Check = {
  id: "cluster-ip-collision",
  title: "One cluster IP of two Services",
  severity: "error",
  why: "the API server refuses the second Service, and rules made for both send traffic to one of them only",
  covers: [26],
  needs: ["services"],
  scope: "cluster",
  *run({ cluster }) {
    const owners = new Map<string, Service[]>();
    for (const service of cluster.services) {
      const { clusterIP, clusterIPs } = service.spec;
      if (service.simulated?.includes("spec.clusterIP")) continue;
      for (const text of new Set(clusterIPs?.length ? clusterIPs : [clusterIP ?? ""])) {
        const ip = canonicalIP(text);
        if (ip === undefined) continue;
        const list = owners.get(ip);
        if (list) list.push(service);
        else owners.set(ip, [service]);
      }
    }
    for (const [ip, services] of owners) {
      if (services.length < 2) continue;
      const [first, ...losers] = services;
      yield {
        object: losers[0]!,
        detail: ip,
        message: `cluster IP ${ip} belongs to ${listText(services.map((s) => `Service ${keyOf(s)}`))}`,
        evidence: [first!, ...losers].map((s) => evidence(`Service ${keyOf(s)}: ${ip}`, s, ["spec", "clusterIP"])),
        change: "leave clusterIP out, or give each Service an address of its own",
      };
    }
  },
};
