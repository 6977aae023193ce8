/** kube-proxy's model of one service port in one IP family: what all three backends work on. */
import type { Origin } from "../source/origin.js";
import type { CIDR } from "../net/cidr.js";
import type { IPFamily } from "../net/ip.js";
import type { Protocol } from "../kube/types.js";

/** Source: kube-proxy pkg/proxy/serviceport.go. Address lists hold only the family's, in the Service's order. */
export interface ServicePort {
  readonly namespace: string;
  readonly service: string;
  readonly portName: string;
  readonly protocol: Protocol;
  /** "ns/name" or "ns/name:port". */
  readonly name: string;
  readonly family: IPFamily;
  readonly clusterIP: string;
  readonly port: number;
  /** 0: none. */
  readonly nodePort: number;
  readonly externalIPs: readonly string[];
  readonly loadBalancerVIPs: readonly string[];
  /** Text as kube-proxy prints it; parsed beside it. */
  readonly sourceRanges: readonly SourceRange[];
  readonly externalPolicyLocal: boolean;
  readonly internalPolicyLocal: boolean;
  /** 0: none. */
  readonly healthCheckNodePort: number;
  /** Seconds of ClientIP affinity; undefined without affinity. */
  readonly affinitySeconds: number | undefined;
  /** Value of the topology annotation, "" when absent. */
  readonly topologyAnnotation: string;
  readonly externallyAccessible: boolean;
  readonly usesClusterEndpoints: boolean;
  readonly usesLocalEndpoints: boolean;
  /** Where the port stands: the Service and the index in spec.ports. */
  readonly origin: Origin | undefined;
  readonly portIndex: number;
}

export interface SourceRange {
  readonly text: string;
  readonly cidr: CIDR;
}
