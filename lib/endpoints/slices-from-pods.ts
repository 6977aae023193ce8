/** What the EndpointSlice controller makes of the Pods a Service selects. */
import type { Features } from "../config/features.js";
import type { EndpointConditions, EndpointSlice, Pod, Service, SliceEndpoint, SlicePort } from "../kube/types.js";
import { familyOfIP, type IPFamily } from "../net/ip.js";
import { addHints } from "./hints.js";
import type { NodeZones } from "./node-zones.js";
import { findLeftOutCode, isPodReady, isTerminating, podAddressesOf } from "./pod-facts.js";
import { isHeadless, makeSlice, sliceLabels } from "./slice-parts.js";
import { findPodPort, slicePorts, targetPortsOf, type TargetPort } from "./target-ports.js";

const MAX_ENDPOINTS_PER_SLICE = 100;
const CONTROLLER = "endpointslice-controller.k8s.io";
const BOTH_FAMILIES: readonly IPFamily[] = ["IPv4", "IPv6"];

/** The eight possible sets of conditions, shared: index ready 4, serving 2, terminating 1. */
const CONDITIONS: readonly EndpointConditions[] = Array.from({ length: 8 }, (_, i) =>
  Object.freeze({ ready: (i & 4) > 0, serving: (i & 2) > 0, terminating: (i & 1) > 0 }),
);

/** Endpoints with one port list. */
interface Group {
  readonly key: string;
  readonly ports: SlicePort[];
  readonly endpoints: SliceEndpoint[];
}

/**
 * The families a Service with a selector gets slices of, in its order.
 * Source: staging/src/k8s.io/endpointslice/util, the address types of a Service.
 */
export function sliceFamiliesOf(service: Service): readonly IPFamily[] {
  const { ipFamilies, clusterIP } = service.spec;
  if (ipFamilies && ipFamilies.length > 0) return ipFamilies.length === 1 ? ipFamilies : [...new Set(ipFamilies)];
  const family = isHeadless(service) ? undefined : familyOfIP(clusterIP!);
  return family ? [family] : BOTH_FAMILIES;
}

/**
 * The slices of the Service: for each family, Pods grouped by the ports they resolve, 100 to a slice; one empty slice
 * when there would be none.
 * `pods`: the selected ones sorted by name; endpoints keep that order, which is random upstream.
 * `only`: leaves out slices of other families.
 * Source: staging/src/k8s.io/endpointslice/reconciler.go.
 */
export function slicesFromPods(
  service: Service,
  pods: readonly Pod[],
  nodes: NodeZones,
  features: Features,
  only?: IPFamily,
): EndpointSlice[] {
  const labels = sliceLabels(service, CONTROLLER, isHeadless(service));
  const targets = targetPortsOf(service);
  const included = pods.filter((pod) => findLeftOutCode(pod, service, nodes) === undefined);
  const slices: EndpointSlice[] = [];
  for (const family of sliceFamiliesOf(service)) {
    if (only !== undefined && family !== only) continue;
    const groups = groupByPorts(service, included, targets, family, nodes, features);
    addHints(service, groups.length === 1 ? groups[0]!.endpoints : groups.flatMap((g) => g.endpoints), nodes, features);
    if (groups.length === 0) slices.push(makeSlice(service, "", labels, family, [], []));
    for (const { key, ports, endpoints } of groups) {
      for (let i = 0; i < endpoints.length; i += MAX_ENDPOINTS_PER_SLICE) {
        const part =
          endpoints.length > MAX_ENDPOINTS_PER_SLICE ? endpoints.slice(i, i + MAX_ENDPOINTS_PER_SLICE) : endpoints;
        slices.push(makeSlice(service, `${key}/${i}`, labels, family, ports, part));
      }
    }
  }
  return slices;
}

/** Groups in the order of their first Pod. */
function groupByPorts(
  service: Service,
  pods: readonly Pod[],
  targets: readonly TargetPort[],
  family: IPFamily,
  nodes: NodeZones,
  features: Features,
): Group[] {
  const named = targets.some(({ target }) => typeof target === "string");
  const groups = new Map<string, Group>();
  let group: Group | undefined;
  for (const pod of pods) {
    const addresses = podAddressesOf(pod, family, features);
    if (addresses.length === 0) continue;
    if (named || !group) {
      const numbers = targets.map((target) => findPodPort(target, pod, features));
      const key = numbers.join();
      group = groups.get(key);
      if (!group) groups.set(key, (group = { key, ports: slicePorts(targets, numbers), endpoints: [] }));
    }
    group.endpoints.push(makeEndpoint(service, pod, addresses, nodes));
  }
  return [...groups.values()];
}

function makeEndpoint(service: Service, pod: Pod, addresses: string[], nodes: NodeZones): SliceEndpoint {
  const { metadata, spec } = pod;
  const serving = isPodReady(pod);
  const terminating = isTerminating(pod);
  const ready = !!service.spec.publishNotReadyAddresses || (serving && !terminating);
  const endpoint: SliceEndpoint = {
    addresses,
    conditions: CONDITIONS[(ready ? 4 : 0) + (serving ? 2 : 0) + (terminating ? 1 : 0)]!,
    nodeName: spec.nodeName || undefined,
    zone: (spec.nodeName && nodes.zones.get(spec.nodeName)) || undefined,
    targetRef: { kind: "Pod", namespace: metadata.namespace ?? "default", name: metadata.name, uid: metadata.uid },
  };
  if (spec.hostname && spec.subdomain === service.metadata.name) endpoint.hostname = spec.hostname;
  return endpoint;
}
