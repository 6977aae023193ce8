/** The endpoints of one service port with what the input says of each. */
import type { ServicePortWithEndpoints } from "../backends/input.js";
import type { Features } from "../config/features.js";
import { isPodReady, podIPsOf } from "../endpoints/pod-facts.js";
import type { Endpoint } from "../endpoints/types.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { EndpointSlice, Pod, SliceEndpoint } from "../kube/types.js";
import { canonicalIP, joinHostPort } from "../net/ip.js";
import type { Place } from "../source/origin.js";

export interface EndpointFacts {
  readonly endpoint: Endpoint;
  readonly nodeName: string | undefined;
  readonly zone: string | undefined;
  readonly pod: Pod | undefined;
  /** "shop/web-1" of the pod it stands for, also when the pod is not in the input. */
  readonly podName: string | undefined;
  /** Where the address stands. */
  readonly place: Place | undefined;
}

/** Pods by "ns/name" and by address, as endpoints ask for them; each index is built on first use. */
export interface PodFinder {
  readonly byName: (name: string) => Pod | undefined;
  readonly byAddress: (ip: string) => Pod | undefined;
}

/** Several questions of one run ask about the same pods. */
const finders = new WeakMap<readonly Pod[], PodFinder>();

export function createPodFinder(pods: readonly Pod[]): PodFinder {
  let finder = finders.get(pods);
  if (!finder) finders.set(pods, (finder = makePodFinder(pods)));
  return finder;
}

function makePodFinder(pods: readonly Pod[]): PodFinder {
  let names: Map<string, Pod> | undefined;
  let addresses: Map<string, Pod> | undefined;
  return {
    byName(name) {
      names ??= new Map(pods.map((pod) => [`${pod.metadata.namespace ?? "default"}/${pod.metadata.name}`, pod]));
      return names.get(name);
    },
    byAddress(ip) {
      if (!addresses) {
        addresses = new Map();
        for (const pod of pods) {
          const { phase } = pod.status ?? {};
          if (phase === "Succeeded" || phase === "Failed" || pod.spec.hostNetwork) continue;
          for (const text of podIPsOf(pod)) addresses.set(canonicalIP(text) ?? text, pod);
        }
      }
      return addresses.get(canonicalIP(ip) ?? ip);
    },
  };
}

/** One row for each endpoint, in the order of targets. */
export function endpointFactsOf(
  { port, endpoints }: ServicePortWithEndpoints,
  slices: readonly EndpointSlice[],
  pods: PodFinder,
  features: Features,
): EndpointFacts[] {
  const found = new Map<
    string,
    { readonly slice: EndpointSlice; readonly index: number; readonly own: SliceEndpoint }
  >();
  for (const slice of slices) {
    if (slice.addressType !== port.family) continue;
    for (const { name, protocol, port: number } of slice.ports ?? []) {
      if (!number || (name ?? "") !== port.portName || (protocol ?? "TCP") !== port.protocol) continue;
      for (const [index, own] of sliceEndpoints(slice).entries()) {
        const address = own.addresses?.[0];
        if (address === undefined) continue;
        const text = features.canonicalEndpointIPs ? (canonicalIP(address) ?? address) : address;
        const target = joinHostPort(text, number);
        const other = found.get(target);
        if (!other || (other.own.conditions?.terminating && !own.conditions?.terminating))
          found.set(target, { slice, index, own });
      }
    }
  }
  return endpoints.all.map((endpoint): EndpointFacts => {
    const from = found.get(endpoint.target);
    const ref = from?.own.targetRef;
    const named = ref?.kind === "Pod" && ref.name ? `${ref.namespace ?? port.namespace}/${ref.name}` : undefined;
    const pod = (named === undefined ? undefined : pods.byName(named)) ?? pods.byAddress(endpoint.ip);
    return {
      endpoint,
      nodeName: from?.own.nodeName ?? pod?.spec.nodeName,
      zone: from?.own.zone,
      pod,
      podName: named ?? (pod && `${pod.metadata.namespace ?? "default"}/${pod.metadata.name}`),
      place: placeOf(from, pod),
    };
  });
}

function placeOf(
  from: { readonly slice: EndpointSlice; readonly index: number } | undefined,
  pod: Pod | undefined,
): Place | undefined {
  if (from?.slice.origin) return { origin: from.slice.origin, path: ["endpoints", from.index, "addresses"] };
  if (!pod?.origin) return undefined;
  return { origin: pod.origin, path: pod.simulated ? ["metadata", "name"] : ["status", "podIP"] };
}

/** "ready", "not ready: container web is in CrashLoopBackOff", "terminating, still serves". */
export function stateText({ endpoint, pod }: Pick<EndpointFacts, "endpoint" | "pod">): string {
  if (endpoint.terminating) return endpoint.serving ? "terminating, still serves" : "terminating";
  if (endpoint.ready) return "ready";
  const trouble = pod && podTroubleText(pod);
  return `not ready${trouble === undefined ? "" : `: ${trouble}`}`;
}

/** What keeps a pod from being ready, by its status; undefined when it is ready or says nothing. */
export function podTroubleText(pod: Pod): string | undefined {
  const { status, spec, metadata } = pod;
  if (!status || isPodReady(pod)) return undefined;
  if (metadata.deletionTimestamp) return "it is being deleted";
  for (const own of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const waiting = own.state?.waiting?.reason;
    if (waiting && waiting !== "PodInitializing") return `container ${own.name} waits (${waiting})`;
  }
  for (const own of status.containerStatuses ?? [])
    if (!own.ready && own.state?.running) {
      const probed = spec.containers?.find(({ name }) => name === own.name)?.readinessProbe !== undefined;
      return `container ${own.name} is not ready${probed ? ": its readiness probe fails" : ""}`;
    }
  if (status.phase && status.phase !== "Running") return `phase ${status.phase}`;
  return status.conditions?.some(({ type }) => type === "Ready") ? "its Ready condition is not True" : undefined;
}
