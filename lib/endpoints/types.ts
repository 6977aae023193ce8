/** Endpoints of one service port as kube-proxy holds them, and the choice it makes among them. */
import type { EndpointSlice, Pod, Service } from "../kube/types.js";

/** Source: kube-proxy pkg/proxy/endpoint.go. */
export interface Endpoint {
  /** Address as printed in `-s` of the hairpin rule. */
  readonly ip: string;
  /** Address as printed in the target: the same as `ip`, or the same address spelled otherwise. */
  readonly host: string;
  readonly port: number;
  /** "ip:port" or "[ip6]:port": identity, sort key, DNAT target. */
  readonly target: string;
  readonly local: boolean;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** Names of hinted zones and nodes; undefined when there is no hint. */
  readonly zoneHints: readonly string[] | undefined;
  readonly nodeHints: readonly string[] | undefined;
}

/** Source: kube-proxy pkg/proxy/topology.go. Lists keep the sorted order of the endpoints. */
export interface EndpointSelection {
  /** All endpoints of the service port, sorted by target. */
  readonly all: readonly Endpoint[];
  readonly cluster: readonly Endpoint[];
  readonly local: readonly Endpoint[];
  /** Those any chain may send to: cluster first, then local ones that are not in it. */
  readonly reachable: readonly Endpoint[];
  readonly hasAny: boolean;
}

/**
 * Where a Service's slices come from: read from the input, mirrored from its Endpoints object, computed from Pods;
 * unknown: the kind of input never holds them; none: nothing makes any.
 */
export type EndpointSource = "endpointslices" | "mirrored" | "pods" | "unknown" | "none";

export interface ServiceEndpoints {
  readonly service: Service;
  readonly source: EndpointSource;
  readonly slices: readonly EndpointSlice[];
  /** The selected Pods that are no endpoints, or not of every port and family; sorted by name. */
  readonly leftOut: () => LeftOutPod[];
}

export type LeftOutCode =
  | "pod-finished"
  | "pod-without-ip"
  | "pod-not-scheduled"
  | "pod-on-unknown-node"
  | "pod-not-in-slices"
  | "pod-without-family-ip"
  | "pod-without-target-port";

export interface LeftOutPod {
  readonly pod: Pod;
  readonly code: LeftOutCode;
  /** What it is no endpoint of, "IPv6" or "port http"; undefined when it is none at all. */
  readonly part: string | undefined;
  /** To follow "pod NAME: ". Escape it before printing: it may quote the Pod. */
  readonly reason: string;
}
