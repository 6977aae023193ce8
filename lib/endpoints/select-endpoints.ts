/** Which endpoints of a service port a node uses. */
import type { NodeView } from "../cluster/types.js";
import type { Features } from "../config/features.js";
import type { ServicePort } from "../services/types.js";
import { topologyModeOf, type TopologyMode } from "./topology-mode.js";
import type { Endpoint, EndpointSelection } from "./types.js";

const NONE: readonly Endpoint[] = [];

/**
 * The endpoints for the Cluster policy, for the Local policy, and those any chain may send to.
 * `all`: sorted by target; every list keeps that order, save that `reachable` ends with local ones outside `cluster`.
 * Source: kube-proxy pkg/proxy/topology.go.
 */
export function selectEndpoints(
  all: readonly Endpoint[],
  port: ServicePort,
  node: NodeView,
  features: Features,
): EndpointSelection {
  const mode = port.usesClusterEndpoints ? topologyModeOf(all, port, node, features) : "";
  const cluster = port.usesClusterEndpoints ? clusterEndpoints(all, mode, node) : NONE;
  let hasAny = cluster.length > 0;
  if (!port.usesLocalEndpoints) return { all, cluster, local: NONE, reachable: cluster, hasAny };

  hasAny ||= all.some((e) => e.ready || isServingTerminating(e));
  let local: readonly Endpoint[] = all.filter((e) => e.local && e.ready);
  let fallback = false;
  if (local.length === 0) {
    local = all.filter((e) => e.local && isServingTerminating(e));
    fallback = local.length > 0;
  }
  let reachable = local;
  // Without topology and fallback every local endpoint is also a cluster endpoint.
  if (port.usesClusterEndpoints) reachable = mode === "" && !fallback ? cluster : union(cluster, local);
  return { all, cluster, local, reachable, hasAny };
}

function isServingTerminating(e: Endpoint): boolean {
  return e.serving && e.terminating;
}

/** The ready endpoints the topology mode allows; without any, those that are terminating but still serve. */
function clusterEndpoints(all: readonly Endpoint[], mode: TopologyMode, node: NodeView): readonly Endpoint[] {
  let chosen = 0;
  for (const e of all) if (isChosen(e, mode, node)) chosen++;
  if (chosen === all.length) return all;
  return chosen > 0 ? all.filter((e) => isChosen(e, mode, node)) : all.filter(isServingTerminating);
}

function isChosen(e: Endpoint, mode: TopologyMode, node: NodeView): boolean {
  if (!e.ready) return false;
  if (mode === "") return true;
  return mode === "zone" ? !!e.zoneHints?.includes(node.zone) : !!e.nodeHints?.includes(node.name);
}

function union(first: readonly Endpoint[], second: readonly Endpoint[]): readonly Endpoint[] {
  const seen = new Set(first);
  const more = second.filter((e) => !seen.has(e));
  return more.length === 0 ? first : [...first, ...more];
}
