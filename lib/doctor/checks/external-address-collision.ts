import type { Service } from "../../kube/types.js";
import { canonicalIP, joinHostPort } from "../../net/ip.js";
import type { FieldPath } from "../../source/origin.js";
import { evidence, keyOf, listText } from "../describe.js";
import type { Check } from "../types.js";

interface Use {
  readonly service: Service;
  readonly path: FieldPath;
  readonly kind: "external IP" | "load-balancer IP" | "cluster IP";
}

function addressesOf(service: Service): { ip: string; path: FieldPath; kind: Use["kind"] }[] {
  const { externalIPs = [], clusterIP, clusterIPs, type } = service.spec;
  const ingress = type === "LoadBalancer" ? (service.status?.loadBalancer?.ingress ?? []) : [];
  return [
    ...externalIPs.map((ip, i) => ({ ip, path: ["spec", "externalIPs", i], kind: "external IP" as const })),
    ...ingress.flatMap(({ ip, ipMode }, i) =>
      ip && (ipMode ?? "VIP") === "VIP"
        ? [{ ip, path: ["status", "loadBalancer", "ingress", i, "ip"], kind: "load-balancer IP" as const }]
        : [],
    ),
    ...(clusterIPs?.length ? clusterIPs : [clusterIP ?? ""]).map((ip, i) => ({
      ip,
      path: clusterIPs?.length ? ["spec", "clusterIPs", i] : ["spec", "clusterIP"],
      kind: "cluster IP" as const,
    })),
  ];
}

export const externalAddressCollision: Check = {
  id: "external-address-collision",
  title: "One external address and port of two Services",
  severity: "error",
  why: "nothing refuses it, and the first rule wins: the other Service never gets traffic at that address",
  covers: [26],
  needs: ["services"],
  scope: "cluster",
  *run({ cluster }) {
    const uses = new Map<string, Use[]>();
    for (const service of cluster.services) {
      if (service.spec.type === "ExternalName" || service.spec.clusterIP === "None") continue;
      for (const { ip: text, path, kind } of addressesOf(service)) {
        const ip = canonicalIP(text);
        if (ip === undefined) continue;
        for (const { port, protocol } of service.spec.ports ?? []) {
          const id = `${joinHostPort(ip, port)}/${(protocol ?? "TCP").toLowerCase()}`;
          const list = uses.get(id);
          if (!list) uses.set(id, [{ service, path, kind }]);
          else if (!list.some((use) => use.service === service)) list.push({ service, path, kind });
        }
      }
    }
    for (const [frontend, list] of uses) {
      // Two cluster IPs alike are another finding.
      if (list.length < 2 || list.every(({ kind }) => kind === "cluster IP")) continue;
      yield {
        object: list[1]!.service,
        detail: frontend,
        message: `${frontend} is used by ${listText(list.map(({ service, kind }) => `Service ${keyOf(service)} (${kind})`))}`,
        evidence: list
          .slice(0, 5)
          .map(({ service, path, kind }) => evidence(`Service ${keyOf(service)}: ${kind}`, service, path)),
        change: "give each Service its own address, or its own port on the shared one",
      };
    }
  },
};
