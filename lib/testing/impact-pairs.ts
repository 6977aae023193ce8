/** Pairs of states for tests of impact: a recorded cluster and what a few random edits make of it. */
import type { Cluster } from "../cluster/types.js";
import type { EndpointSlice, Service, SliceEndpoint } from "../kube/types.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import { fc } from "./fuzz/properties.js";

type Edit = (cluster: Cluster, pick: (count: number) => number) => Cluster;

function withService(change: (service: Service) => Service | undefined): Edit {
  return (cluster, pick) => {
    const at = pick(cluster.services.length);
    const services = cluster.services.flatMap((service, i) => (i === at ? (change(service) ?? []) : service));
    return { ...cluster, services };
  };
}

function withSpec(change: (spec: Service["spec"]) => Partial<Service["spec"]>): Edit {
  return withService((service) => ({ ...service, spec: { ...service.spec, ...change(service.spec) } }));
}

function withSlice(
  change: (endpoints: readonly SliceEndpoint[], pick: (count: number) => number) => SliceEndpoint[],
): Edit {
  return (cluster, pick) => {
    const at = pick(cluster.endpointSlices.length);
    const endpointSlices = cluster.endpointSlices.map((slice, i): EndpointSlice => {
      const endpoints = sliceEndpoints(slice);
      return i === at && endpoints.length > 0 ? { ...slice, endpoints: change(endpoints, pick) } : slice;
    });
    return { ...cluster, endpointSlices };
  };
}

const other = (policy: string | undefined) => (policy === "Local" ? "Cluster" : "Local");

/** One change of each kind that rules can show. */
const EDITS: readonly Edit[] = [
  withService(() => undefined),
  withSpec(({ externalTrafficPolicy }) => ({ externalTrafficPolicy: other(externalTrafficPolicy) })),
  withSpec(({ internalTrafficPolicy }) => ({ internalTrafficPolicy: other(internalTrafficPolicy) })),
  withSpec(({ sessionAffinity }) => ({ sessionAffinity: sessionAffinity === "ClientIP" ? "None" : "ClientIP" })),
  withSpec(({ ports }) => ({ ports: ports?.slice(1) })),
  withSpec(({ ports }) => ({ ports: ports?.map((port) => ({ ...port, port: port.port + 1 })) })),
  withSpec(() => ({ loadBalancerSourceRanges: ["198.51.100.0/24"] })),
  withSpec(() => ({ loadBalancerSourceRanges: undefined })),
  withSpec(({ externalIPs }) => ({ externalIPs: externalIPs?.length ? undefined : ["198.51.100.77"] })),
  withService((service) => ({ ...service, status: {} })),
  withSlice((endpoints) => endpoints.slice(1)),
  withSlice(() => []),
  withSlice((endpoints, pick) => {
    const at = pick(endpoints.length);
    return endpoints.map((one, i) => (i === at ? { ...one, conditions: { ready: false } } : one));
  }),
  withSlice((endpoints, pick) => {
    const at = pick(endpoints.length);
    return endpoints.map((one, i) => (i === at ? { ...one, nodeName: "node-2" } : one));
  }),
  withSlice((endpoints) => endpoints.map((one) => ({ ...one, hints: { forZones: [{ name: one.zone ?? "a" }] } }))),
];

/** Which edits, and the random numbers they pick with. */
export const editLists = fc.array(
  fc.tuple(fc.nat(EDITS.length - 1), fc.array(fc.nat(), { minLength: 2, maxLength: 2 })),
  {
    minLength: 1,
    maxLength: 3,
  },
);

export function edited(cluster: Cluster, edits: readonly (readonly [number, readonly number[]])[]): Cluster {
  return edits.reduce((state, [which, numbers]) => {
    let next = 0;
    return EDITS[which]!(state, (count) => (count === 0 ? -1 : numbers[next++ % numbers.length]! % count));
  }, cluster);
}
