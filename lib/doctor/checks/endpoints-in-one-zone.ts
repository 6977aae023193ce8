import { ZONE_LABEL } from "../../endpoints/node-zones.js";
import { evidence, listText } from "../describe.js";
import type { Check } from "../types.js";
import { hasSimulatedPods, readyNodes, workerNodes } from "./endpoints-on-one-node.js";

export const endpointsInOneZone: Check = {
  id: "endpoints-in-one-zone",
  title: "All endpoints in one zone",
  severity: "info",
  why: "when that zone fails, the Service fails with it, although it runs on several nodes",
  needs: ["services", "nodes"],
  scope: "service",
  *run(facts, { cluster }) {
    if (!facts.selector || facts.readyCount < 2 || cluster.nodes.length < 2 || hasSimulatedPods(facts)) return;
    const found = readyNodes(facts);
    if (!found || found.nodes.size < 2) return;
    const zoneOf = new Map(cluster.nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[ZONE_LABEL] ?? ""]));
    const zones = new Set([...found.nodes.keys()].map((name) => zoneOf.get(name) ?? ""));
    const all = new Set(workerNodes(cluster.nodes).map(({ metadata }) => metadata.labels?.[ZONE_LABEL] ?? ""));
    const [zone] = zones;
    if (zones.size !== 1 || zone === "" || all.size < 2 || all.has("")) return;
    yield {
      object: facts.service,
      message: `all ${found.total} ready endpoints are in zone ${zone}; nodes are in ${listText([...all].sort())}`,
      evidence: [
        evidence(`endpoints on nodes ${listText([...found.nodes.keys()].sort())}`, facts.service, ["spec", "selector"]),
      ],
      change: `spread the pods with topologySpreadConstraints on ${ZONE_LABEL}`,
    };
  },
};
