/** From EndpointSlices to the endpoints of one service port, as kube-proxy keeps them. */
import type { NodeView } from "../cluster/types.js";
import type { Features } from "../config/features.js";
import { sliceEndpoints, EndpointTable } from "../kube/endpoint-table.js";
import type { EndpointConditions, EndpointSlice, SliceEndpoint } from "../kube/types.js";
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
      visitEndpoints(slice, features, (address, conditions, nodeName, hints) => {
        if (!features.sliceFamilyDecides && (familyOfIP(address) === "IPv6") !== (port.family === "IPv6")) return;
        found.push(makeEndpoint(address, number, conditions, nodeName, hints, node, features));
      });
    }
  }
  if (found.length < 2) return found;
  found.sort(compareTargets);
  return dropDuplicates(found, features);
}

type Visit = (
  address: string,
  conditions: EndpointConditions | undefined,
  nodeName: string | undefined,
  hints: SliceEndpoint["hints"],
) => void;

/** Visits the endpoints of a slice, in the order kube-proxy does, with the address it uses: the first. */
function visitEndpoints(slice: EndpointSlice, features: Features, visit: Visit): void {
  if (features.sortsWithinSliceBeforeDeduplicating) visitList(sortedByAddresses(sliceEndpoints(slice)), visit);
  else if (slice.endpoints instanceof EndpointTable)
    slice.endpoints.forEach((address, conditions, nodeName) => visit(address, conditions, nodeName, undefined));
  else visitList(slice.endpoints ?? [], visit);
}

function visitList(endpoints: readonly SliceEndpoint[], visit: Visit): void {
  for (const { addresses, conditions, nodeName, hints } of endpoints) {
    const address = addresses?.[0];
    if (address !== undefined) visit(address, conditions, nodeName, hints);
  }
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
  address: string,
  port: number,
  conditions: EndpointConditions | undefined,
  nodeName: string | undefined,
  hints: SliceEndpoint["hints"],
  node: NodeView,
  features: Features,
): Endpoint {
  const canonical = canonicalIP(address) ?? address;
  const host = features.canonicalEndpointIPs ? canonical : address;
  return {
    ip: features.canonicalHairpinSource ? canonical : address,
    host,
    port,
    target: joinHostPort(host, port),
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
