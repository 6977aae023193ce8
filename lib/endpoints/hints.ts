/** Which hints the EndpointSlice controller writes for a Service. */
import type { Features } from "../config/features.js";
import type { Service, SliceEndpoint } from "../kube/types.js";
import { topologyAnnotationOf } from "../services/build-service-ports.js";
import type { NodeZones } from "./node-zones.js";
import { allocateZoneHints } from "./topology-hints.js";

/**
 * Sets hints on the ready endpoints in place. The annotation goes before spec.trafficDistribution, even when no
 * allocation is possible.
 * `endpoints`: all of the Service and one family, in output order.
 * Source: staging/src/k8s.io/endpointslice/reconciler.go and trafficdist.
 */
export function addHints(
  service: Service,
  endpoints: readonly SliceEndpoint[],
  nodes: NodeZones,
  features: Features,
): void {
  const annotation = topologyAnnotationOf(service);
  if (annotation === "Auto" || annotation === "auto") {
    allocateZoneHints(endpoints, nodes.weights());
    return;
  }
  const distribution = service.spec.trafficDistribution;
  const zone =
    (distribution === "PreferClose" && features.trafficDistribution) ||
    ((distribution === "PreferSameZone" || distribution === "PreferSameNode") && features.preferSameZoneAndNode);
  if (!zone) return;
  for (const e of endpoints) if (e.conditions?.ready) addOwnHints(e, distribution === "PreferSameNode", features);
}

function addOwnHints(e: SliceEndpoint, node: boolean, features: Features): void {
  const hints: NonNullable<SliceEndpoint["hints"]> = {};
  if (e.zone || features.emptyZoneHints) hints.forZones = [{ name: e.zone ?? "" }];
  if (node && e.nodeName) hints.forNodes = [{ name: e.nodeName }];
  if (hints.forZones || hints.forNodes) e.hints = hints;
}
