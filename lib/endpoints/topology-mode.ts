/** Whether a service port's cluster traffic keeps to endpoints hinted for this node or its zone. */
import type { NodeView } from "../cluster/types.js";
import type { Features } from "../config/features.js";
import type { ServicePort } from "../services/types.js";
import type { Endpoint } from "./types.js";

/** "" means every ready endpoint is used. */
export type TopologyMode = "" | "zone" | "node";

/**
 * A mode holds when every ready endpoint carries a hint of its kind and at least one names this node or zone;
 * node hints are tried first.
 * Source: kube-proxy pkg/proxy/topology.go; the conditions by release are features.
 */
export function topologyModeOf(
  all: readonly Endpoint[],
  port: ServicePort,
  node: NodeView,
  features: Features,
): TopologyMode {
  let ready = 0;
  let zoneHinted = 0;
  let nodeHinted = 0;
  let forOurZone = false;
  let forOurNode = false;
  for (const e of all) {
    if (!e.ready) continue;
    ready++;
    if (e.nodeHints) {
      nodeHinted++;
      forOurNode ||= node.name !== "" && e.nodeHints.includes(node.name);
    }
    if (e.zoneHints) {
      zoneHinted++;
      forOurZone ||= e.zoneHints.includes(node.zone);
    }
    if (zoneHinted < ready && nodeHinted < ready) return "";
  }
  if (ready === 0) return "";
  if (features.topologyNodeHints && nodeHinted === ready && forOurNode) return "node";
  if (!features.topologyZoneHints || zoneHinted < ready || !forOurZone) return "";
  if (features.topologyNeedsNodeZone && node.zone === "") return "";
  if (features.topologyNeedsAnnotation && !enablesHints(port.topologyAnnotation)) return "";
  return "zone";
}

/** Any value but these switches hints on. */
function enablesHints(annotation: string): boolean {
  return annotation !== "" && annotation !== "disabled" && annotation !== "Disabled";
}
