/** Services that changed while nodes were captured: what a node holds of them is of one moment or the other. */
import type { Cluster } from "../cluster/types.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { KubeObject } from "../kube/types.js";

const SERVICE_NAME = "kubernetes.io/service-name";
const LAST_CHANGE = "endpoints.kubernetes.io/last-change-trigger-time";

/** Services ("ns/name") of which the Service or its endpoints differ between two dumps, or are in one of them only. */
export function changedServices(before: Cluster, after: Cluster): Set<string> {
  const earlier = statesOf(before);
  const later = statesOf(after);
  const changed = new Set<string>();
  for (const [from, to] of [
    [earlier, later],
    [later, earlier],
  ] as const)
    for (const [key, { service, state }] of from) if (to.get(key)?.state !== state) changed.add(service);
  return changed;
}

/** Services whose endpoints changed after a moment (RFC 3339), as their slices tell. */
export function servicesYoungerThan(moment: string, { endpointSlices }: Cluster): Set<string> {
  const limit = Date.parse(moment);
  return new Set(
    endpointSlices.flatMap((slice) => {
      const changed = Date.parse(slice.metadata.annotations?.[LAST_CHANGE] ?? "");
      return changed > limit ? (serviceOf(slice) ?? []) : [];
    }),
  );
}

/** What tells a version of each object that rules of a service are made of. */
function statesOf({ services, endpointSlices, endpoints }: Cluster): Map<string, { service: string; state: string }> {
  const states = new Map<string, { service: string; state: string }>();
  const add = (object: KubeObject, service: string | undefined, content: () => unknown) => {
    const { namespace, name, resourceVersion } = object.metadata;
    if (service === undefined || object.simulated !== undefined) return;
    const state =
      resourceVersion === undefined ? JSON.stringify(content()) : `${object.metadata.uid}:${resourceVersion}`;
    states.set(`${object.kind} ${namespace}/${name}`, { service, state });
  };
  for (const service of services) add(service, nameOf(service), () => [service.spec, service.status]);
  for (const slice of endpointSlices) add(slice, serviceOf(slice), () => [[...sliceEndpoints(slice)], slice.ports]);
  for (const object of endpoints) add(object, nameOf(object), () => object.subsets);
  return states;
}

function nameOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? "default"}/${metadata.name}`;
}

function serviceOf({ metadata }: KubeObject): string | undefined {
  const name = metadata.labels?.[SERVICE_NAME];
  return name === undefined ? undefined : `${metadata.namespace ?? "default"}/${name}`;
}
