import { ZONE_LABEL } from "../../endpoints/node-zones.js";
import { evidence, listText } from "../describe.js";
import type { Check, ServiceFacts } from "../types.js";
import { hasSimulatedPods } from "./endpoints-on-one-node.js";
import { sliceEndpoints } from "../../kube/endpoint-table.js";

const ANNOTATIONS = ["service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode"];

/** How the Service asks for topology, with the path of the setting. */
function wish({ service }: ServiceFacts): { text: string; path: string[]; proportional: boolean } | undefined {
  for (const key of ANNOTATIONS) {
    const value = service.metadata.annotations?.[key];
    if (value === undefined) continue;
    return value === "Auto" || value === "auto"
      ? { text: `${key}: ${value}`, path: ["metadata", "annotations", key], proportional: true }
      : undefined;
  }
  const { trafficDistribution } = service.spec;
  return trafficDistribution
    ? {
        text: `trafficDistribution: ${trafficDistribution}`,
        path: ["spec", "trafficDistribution"],
        proportional: false,
      }
    : undefined;
}

export const topologyHintsIgnored: Check = {
  id: "topology-hints-ignored",
  title: "Topology that is asked for and not in effect",
  severity: "info",
  why: "kube-proxy uses hints all or nothing: where a condition is not met, traffic goes to every zone and costs what the setting was to save",
  covers: [37],
  needs: ["services"],
  scope: "service",
  *run(facts, { cluster, features, nodes: { zones } }) {
    const asked = wish(facts);
    if (!asked || facts.readyCount === 0 || !facts.endpointsKnown || hasSimulatedPods(facts)) return;
    if (!asked.proportional && !features.trafficDistribution) return;
    if (cluster.nodes.length === 0) {
      yield { notEnoughInput: "the input holds no Nodes, so zones are not known" };
      return;
    }
    const ready = facts.endpoints.slices.flatMap((slice) =>
      sliceEndpoints(slice).filter(({ conditions }) => conditions?.ready !== false),
    );
    const hinted = ready.filter(({ hints }) => (hints?.forZones?.length ?? 0) > 0);
    const named = new Set(hinted.flatMap(({ hints }) => hints!.forZones!.map(({ name }) => name)));
    const without = [...zones.keys()].filter((zone) => zone !== "" && !named.has(zone)).sort();
    let reason: string | undefined;
    if (zones.has("")) reason = `node ${listText(zones.get("")!)} has no ${ZONE_LABEL} label`;
    else if (hinted.length === 0 && asked.proportional)
      reason = `the controller gave no hints: ${ready.length} ready endpoints do not suffice for ${zones.size} zones, or zones differ too much`;
    else if (hinted.length < ready.length)
      reason = `${ready.length - hinted.length} of ${ready.length} ready endpoints carry no zone hint`;
    else if (without.length > 0 && asked.proportional) reason = `no endpoint is hinted for zone ${listText(without)}`;
    if (reason === undefined) return;
    yield {
      object: facts.service,
      message: `${asked.text} has no effect on all or some nodes: ${reason}`,
      evidence: [evidence(asked.text, facts.service, asked.path)],
      change: zones.has("")
        ? "label every node with its zone"
        : "run enough pods in every zone (three a zone is safe), or remove the setting",
    };
  },
};
