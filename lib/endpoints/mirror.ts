/** Slices that mirror an Endpoints object somebody wrote for a Service without selector. */
import type { Features } from "../config/features.js";
import type { EndpointAddress, Endpoints, EndpointSlice, Service, SliceEndpoint } from "../kube/types.js";
import { canonicalIP, familyOfIP, type IPFamily } from "../net/ip.js";
import { repackSubsets, type CanonicalSubset } from "./repack-subsets.js";
import { makeSlice, MIRRORING_CONTROLLER, SERVICE_NAME_LABEL, sliceLabels } from "./slice-parts.js";

/** Addresses of one subset, both families together. */
const MAX_MIRRORED_ADDRESSES = 1000;

/** Whether the mirroring controller leaves the object alone. */
function isMirroringRefused({ metadata }: Endpoints): boolean {
  return (
    metadata.labels?.["endpointslice.kubernetes.io/skip-mirror"] === "true" ||
    metadata.annotations?.["control-plane.alpha.kubernetes.io/leader"] !== undefined
  );
}

/** Whether the API servers write the slice of the Service themselves, beside an Endpoints object not mirrored. */
function isAPIServerService({ metadata }: Service): boolean {
  return metadata.name === "kubernetes" && (metadata.namespace ?? "default") === "default";
}

/**
 * The slices made of an Endpoints object: one for each port list and family, none for a family without addresses.
 * Source: pkg/controller/endpointslicemirroring; for default/kubernetes pkg/controlplane/reconcilers.
 */
export function mirrorEndpoints(service: Service, endpoints: Endpoints, features: Features): EndpointSlice[] {
  const byAPIServer = isAPIServerService(service);
  if (!byAPIServer && isMirroringRefused(endpoints)) return [];
  const labels = byAPIServer
    ? { [SERVICE_NAME_LABEL]: service.metadata.name }
    : sliceLabels(endpoints, MIRRORING_CONTROLLER, false);
  const slices: EndpointSlice[] = [];
  for (const [i, subset] of repackSubsets(endpoints).entries()) {
    for (const [family, found] of endpointsByFamily(subset, features)) {
      const slice = makeSlice(endpoints, `${i}`, labels, family, subset.ports, found);
      if (byAPIServer && slices.length === 0) slice.metadata.name = "kubernetes";
      slices.push(slice);
    }
  }
  return slices;
}

/** Ready addresses first, up to the limit; what is no IP is passed over and not counted. */
function endpointsByFamily(subset: CanonicalSubset, features: Features): Map<IPFamily, SliceEndpoint[]> {
  const found = new Map<IPFamily, SliceEndpoint[]>();
  let count = 0;
  const add = (addresses: readonly EndpointAddress[], ready: boolean) => {
    for (const address of addresses) {
      if (count === MAX_MIRRORED_ADDRESSES) return;
      const family = familyOfIP(address.ip);
      if (!family) continue;
      count++;
      const list = found.get(family);
      const endpoint = mirrorAddress(address, ready, features);
      if (list) list.push(endpoint);
      else found.set(family, [endpoint]);
    }
  };
  add(subset.ready, true);
  add(subset.notReady, false);
  return found;
}

function mirrorAddress(address: EndpointAddress, ready: boolean, features: Features): SliceEndpoint {
  const { ip, hostname, nodeName, targetRef } = address;
  return {
    addresses: [features.canonicalPodIPs ? canonicalIP(ip)! : ip],
    conditions: { ready },
    ...(hostname && { hostname }),
    ...(nodeName && { nodeName }),
    ...(targetRef && { targetRef }),
  };
}
