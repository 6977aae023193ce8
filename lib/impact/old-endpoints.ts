/** Services that somebody edited in a dump of a cluster: what its controllers would make of the edit is not in it. */
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { namesOf } from "../diff/coverage.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { EndpointSlice, Pod, Service, ServicePortSpec } from "../kube/types.js";

/** Nobody edits more by hand, and all pods and slices are gone through for each. */
const MOST_TRIED = 50;
const SERVICE_NAME = "kubernetes.io/service-name";

type Services = ReadonlyMap<string, Service>;

/** A side's Services by "ns/name", and its objects. */
interface Side {
  readonly services: Services;
  readonly cluster: Cluster;
}

/** One warning about all Services whose endpoints or node ports after are those of before, though what makes them changed. */
export function oldEndpoints(before: Side, after: Side): Diagnostic[] {
  const names: string[] = [];
  let tried = 0;
  for (const [name, service] of after.services) {
    const earlier = before.services.get(name);
    if (!earlier || !isEdited(earlier, service)) continue;
    if (++tried > MOST_TRIED) break;
    if (hasOldEndpoints(earlier, service, before, after) || lacksNodePorts(earlier, service)) names.push(name);
  }
  if (names.length === 0) return [];
  const message = `${namesOf(names.sort())}: changed in the state after, and the endpoints or node ports that follow from it did not`;
  const notes = [
    "what is told of them holds for the old ones; give the changed Service with --apply, or a dump taken afterwards",
  ];
  return [{ code: "impact-old-endpoints", severity: "warning", message, notes }];
}

function isEdited(earlier: Service, service: Service): boolean {
  const told = ({ spec }: Service) => JSON.stringify([spec.type, spec.selector, targetsOf(spec)]);
  return told(earlier) !== told(service);
}

function targetsOf({ ports }: Service["spec"]): unknown {
  return ports?.map((port) => [port.name, port.protocol, targetOf(port)]);
}

function hasOldEndpoints(earlier: Service, service: Service, before: Side, after: Side): boolean {
  if (!service.spec.selector || !mayHaveOthers(earlier, service, after.cluster)) return false;
  const slices = slicesOf(after.cluster, service);
  return slices !== "" && slices === slicesOf(before.cluster, earlier);
}

/** Whether a controller may make other endpoints of the Service as it is now. */
function mayHaveOthers(earlier: Service, service: Service, { pods, endpointSlices }: Cluster): boolean {
  const slices = endpointSlices.filter((slice) => isSliceOf(slice, service));
  if (service.spec.ports?.some((port) => leadsElsewhere(port, earlier, slices))) return true;
  const same = JSON.stringify(earlier.spec.selector) === JSON.stringify(service.spec.selector);
  return !same && (pods.length === 0 || selected(earlier, pods) !== selected(service, pods));
}

/** Whether slices cannot be right for a port. Which number a pod has for a name is not looked for. */
function leadsElsewhere(port: ServicePortSpec, { spec }: Service, slices: readonly EndpointSlice[]): boolean {
  const keyOf = ({ name, protocol }: { readonly name?: string | null; readonly protocol?: string | null }) =>
    `${name ?? ""} ${protocol ?? "TCP"}`;
  const isSame = (own: Parameters<typeof keyOf>[0]) => keyOf(own) === keyOf(port);
  const before = spec.ports?.find(isSame);
  const target = targetOf(port);
  if (before && targetOf(before) === target) return false;
  const found = slices.flatMap(({ ports }) => (ports ?? []).filter(isSame));
  if (found.length === 0 || typeof target === "number") return !found.some((own) => own.port === target);
  return typeof (before && targetOf(before)) === "string";
}

function targetOf({ port, targetPort }: ServicePortSpec): number | string {
  return targetPort ?? port;
}

function selected({ metadata, spec }: Service, pods: readonly Pod[]): string {
  const wanted = Object.entries(spec.selector ?? {});
  return pods
    .filter(
      ({ metadata: { namespace, labels = {} } }) =>
        namespace === metadata.namespace && wanted.every(([key, value]) => labels[key] === value),
    )
    .map(({ metadata: { name } }) => name)
    .join(" ");
}

function isSliceOf({ metadata: own }: EndpointSlice, { metadata }: Service): boolean {
  return own.namespace === metadata.namespace && own.labels?.[SERVICE_NAME] === metadata.name;
}

function slicesOf({ endpointSlices }: Cluster, service: Service): string {
  return endpointSlices
    .filter((slice) => isSliceOf(slice, service))
    .map((slice) =>
      JSON.stringify([slice.metadata.name, slice.ports, sliceEndpoints(slice).map(({ addresses }) => addresses)]),
    )
    .sort()
    .join("\n");
}

/** The API server gives each port of such a Service one. */
function lacksNodePorts(earlier: Service, { spec }: Service): boolean {
  if (spec.type !== "NodePort" || earlier.spec.type === "NodePort") return false;
  return spec.ports?.some(({ nodePort }) => !nodePort) ?? false;
}
