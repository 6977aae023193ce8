import { ZONE_LABEL } from "../../endpoints/node-zones.js";
import { evidence, listText } from "../describe.js";
import type { Check } from "../types.js";
import { zoneOf } from "../node-facts.js";
import { hasSimulatedPods, readyNodes } from "./endpoints-on-one-node.js";

export const endpointsInOneZone: Check = {
  id: "endpoints-in-one-zone",
  title: "All endpoints in one zone",
  severity: "info",
  why: "when that zone fails, the Service fails with it, although it runs on several nodes",
  needs: ["services", "nodes"],
  scope: "service",
  *run(facts, { cluster, nodes }) {
    if (!facts.selector || facts.readyCount < 2 || cluster.nodes.length < 2 || hasSimulatedPods(facts)) return;
    const found = readyNodes(facts);
    if (!found || found.nodes.size < 2) return;
    const zones = new Set([...found.nodes.keys()].map((name) => zoneOf(nodes.byName.get(name))));
    const all = nodes.workerZones;
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
