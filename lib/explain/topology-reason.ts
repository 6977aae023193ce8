/** Whether topology hints decide which endpoints a node uses, and if not, which safeguard set them aside. */
import type { BackendInput, ServicePortWithEndpoints } from "../backends/input.js";
import type { NodeZones } from "../endpoints/node-zones.js";
import { topologyModeOf } from "../endpoints/topology-mode.js";
import type { Service } from "../kube/types.js";
import { plural } from "./word-context.js";

export interface TopologyReason {
  /** "" : every ready endpoint is used. */
  readonly mode: "" | "zone" | "node";
  /** One sentence; the safeguard by name when hints were asked for and are ignored. */
  readonly text: string;
}

/** Undefined when nobody asked for hints and there are none. Source: kube-proxy pkg/proxy/topology.go. */
export function topologyReason(
  { port, endpoints }: ServicePortWithEndpoints,
  service: Service,
  { node, features }: BackendInput,
  nodes: NodeZones,
): TopologyReason | undefined {
  const ready = endpoints.all.filter((endpoint) => endpoint.ready);
  const hinted = ready.filter(({ zoneHints, nodeHints }) => zoneHints ?? nodeHints);
  const wish = wishOf(service, port.topologyAnnotation);
  if (!wish && hinted.length === 0) return undefined;
  if (!endpoints.hasAny) return undefined;
  if (!port.usesClusterEndpoints)
    return { mode: "", text: "Topology hints do not matter: the Local policies decide for all its traffic." };
  const mode = topologyModeOf(endpoints.all, port, node, features);
  const used = `${endpoints.cluster.length} of ${ready.length} ready endpoints`;
  if (mode === "zone")
    return { mode, text: `Topology hints are used: this node, in zone ${node.zone}, sends to ${used}.` };
  if (mode === "node") return { mode, text: `Node hints are used: this node sends to its own endpoints, ${used}.` };
  const ignored = (why: string): TopologyReason => ({
    mode,
    text: `Topology hints are ignored, all ready endpoints are used: ${why}.`,
  });
  if (ready.length === 0)
    return { mode, text: "Topology hints do not matter: no endpoint is ready, and those that terminate are used." };
  if (!features.topologyZoneHints) return ignored("feature gate TopologyAwareHints is off");
  if (hinted.length === 0)
    return ignored(`no endpoint carries a hint${whyNoHints(service, wish, ready.length, nodes)}`);
  const withoutZone = ready.filter(({ zoneHints }) => zoneHints === undefined);
  const withoutNode = ready.filter(({ nodeHints }) => nodeHints === undefined);
  if (withoutZone.length > 0 && withoutNode.length > 0) {
    const missing = withoutZone.length < withoutNode.length ? withoutZone : withoutNode;
    const names = missing.slice(0, 3).map(({ target }) => target);
    const rest = missing.length - names.length;
    return ignored(
      `safeguard "every endpoint needs a hint": ${names.join(", ")}${rest > 0 ? ` and ${rest} more` : ""} ` +
        `${missing.length === 1 ? "carries" : "carry"} none`,
    );
  }
  if (withoutZone.length > 0) return ignored(`no node hint names this node, ${node.name || "which has no name"}`);
  if (node.zone === "")
    return ignored('safeguard "the node needs a zone": this node has no label topology.kubernetes.io/zone');
  if (!ready.some(({ zoneHints }) => zoneHints!.includes(node.zone))) {
    const zones = [...new Set(ready.flatMap(({ zoneHints }) => zoneHints!))].sort();
    return ignored(
      `safeguard "some hint must name the zone": this node is in ${node.zone}, the hints name ${zones.join(", ")}`,
    );
  }
  return ignored(
    port.topologyAnnotation === ""
      ? "this release wants the annotation service.kubernetes.io/topology-mode, which is missing"
      : `annotation service.kubernetes.io/topology-mode is "${port.topologyAnnotation}"`,
  );
}

function wishOf({ spec }: Service, annotation: string): string | undefined {
  if (annotation !== "" && annotation.toLowerCase() !== "disabled") return `topology-mode: ${annotation}`;
  return spec.trafficDistribution ? `trafficDistribution: ${spec.trafficDistribution}` : undefined;
}

/** Why the EndpointSlice controller gave none, as far as nodes and numbers tell. */
function whyNoHints(service: Service, wish: string | undefined, ready: number, nodes: NodeZones): string {
  if (!wish) return "";
  if (!wish.startsWith("topology-mode"))
    return ` although the Service has ${wish}: the controller may be too old, or its gate off`;
  const { annotations } = service.metadata;
  const value =
    annotations?.["service.kubernetes.io/topology-aware-hints"] ?? annotations?.["service.kubernetes.io/topology-mode"];
  if (value !== "Auto" && value !== "auto") return `: the controller knows only the value Auto, not "${value ?? ""}"`;
  if (!nodes.known) return "";
  const zones = new Set([...nodes.zones.values()].filter((zone) => zone !== ""));
  if ([...nodes.zones.values()].includes("")) return ": a node lacks the zone label, so the controller allocates none";
  if (zones.size < 2) return `: the nodes are in ${zones.size} zone, and the controller wants at least two`;
  const weights = nodes.weights();
  if (!weights) return ": a ready node tells no allocatable CPU or no zone, so the controller cannot weigh the zones";
  if (weights.size > ready)
    return `: ${plural(ready, "endpoint")} for ${weights.size} zones ${ready === 1 ? "is" : "are"} too few, and the controller wants one for each`;
  return ": the endpoints cannot be shared out evenly enough among the zones (at most 20% overload)";
}
