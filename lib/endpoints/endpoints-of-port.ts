/** From EndpointSlices to the endpoints of one service port, as kube-proxy keeps them. */
import type { NodeView } from "../cluster/types.js";
import type { Features } from "../config/features.js";
import type { EndpointSlice, SliceEndpoint } from "../kube/types.js";
import { canonicalIP, familyOfIP, joinHostPort, type IPFamily } from "../net/ip.js";
import { HEADLESS_LABEL, SERVICE_PROXY_NAME_LABEL } from "../services/skip-reason.js";
import type { ServicePort } from "../services/types.js";
import type { Endpoint } from "./types.js";

/**
 * The endpoints of the service port, sorted by target, one for each target.
 * `slices`: those of the port's Service, sorted by name (kube-proxy visits them in no fixed order).
 * Source: kube-proxy pkg/proxy/endpointslicecache.go.
 */
export function endpointsOfPort(
  slices: readonly EndpointSlice[],
  port: ServicePort,
  node: NodeView,
  features: Features,
): Endpoint[] {
  const found: Endpoint[] = [];
  for (const slice of slices) {
    if (!slice.ports || !slice.endpoints || !isSliceSeen(slice, port.family, features)) continue;
    for (const { name, protocol, port: number } of slice.ports) {
      if (!number || (name ?? "") !== port.portName || (protocol ?? "TCP") !== port.protocol) continue;
      const endpoints = features.sortsWithinSliceBeforeDeduplicating
        ? sortedByAddresses(slice.endpoints)
        : slice.endpoints;
      for (const endpoint of endpoints) {
        const address = endpoint.addresses?.[0];
        if (address === undefined) continue;
        if (!features.sliceFamilyDecides && (familyOfIP(address) === "IPv6") !== (port.family === "IPv6")) continue;
        found.push(makeEndpoint(endpoint, address, number, node, features));
      }
    }
  }
  if (found.length < 2) return found;
  found.sort(compareTargets);
  return dropDuplicates(found, features);
}

/** Whether kube-proxy watches the slice for the family. */
function isSliceSeen(slice: EndpointSlice, family: IPFamily, features: Features): boolean {
  if (slice.addressType !== family) return false;
  const { labels } = slice.metadata;
  if (!labels) return true;
  if (labels[HEADLESS_LABEL] !== undefined) return false;
  return !(features.ignoresSlicesLabelledForOtherProxy && labels[SERVICE_PROXY_NAME_LABEL] !== undefined);
}

function makeEndpoint(
  { conditions, nodeName, hints }: SliceEndpoint,
  address: string,
  port: number,
  node: NodeView,
  features: Features,
): Endpoint {
  const canonical = canonicalIP(address) ?? address;
  return {
    ip: features.canonicalHairpinSource ? canonical : address,
    port,
    target: joinHostPort(features.canonicalEndpointIPs ? canonical : address, port),
    local: !!nodeName && nodeName === node.name,
    ready: conditions?.ready ?? true,
    serving: conditions?.serving ?? true,
    terminating: conditions?.terminating ?? false,
    zoneHints: hints && features.topologyZoneHints ? hintNames(hints.forZones) : undefined,
    nodeHints: hints && features.topologyNodeHints ? hintNames(hints.forNodes) : undefined,
  };
}

function hintNames(hints: readonly { readonly name?: string }[] | null | undefined): readonly string[] | undefined {
  return hints && hints.length > 0 ? hints.map(({ name }) => name ?? "") : undefined;
}

function sortedByAddresses(endpoints: readonly SliceEndpoint[]): readonly SliceEndpoint[] {
  const keyed = endpoints.map((endpoint) => ({ endpoint, key: endpoint.addresses?.join(",") ?? "" }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ endpoint }) => endpoint);
}

function compareTargets(a: Endpoint, b: Endpoint): number {
  return a.target < b.target ? -1 : a.target > b.target ? 1 : 0;
}

/** One endpoint for each target; `sorted` keeps equal targets in the order visited. */
function dropDuplicates(sorted: Endpoint[], features: Features): Endpoint[] {
  let kept = 0;
  for (let i = 1; i < sorted.length; i++) {
    const next = sorted[i]!;
    if (next.target !== sorted[kept]!.target) sorted[++kept] = next;
    else if (features.duplicatesPreferNotTerminating ? !next.terminating : next.local) sorted[kept] = next;
  }
  sorted.length = kept + 1;
  return sorted;
}
