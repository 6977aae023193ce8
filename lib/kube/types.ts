/**
 * The API objects svcrules reads, in the shape of the Kubernetes API, fields it does not use left out.
 * Readers attach `origin`; it is no part of the object's meaning.
 */
import type { Origin } from "../source/origin.js";
import type { EndpointTable } from "./endpoint-table.js";
import type { EndpointConditions, SliceEndpoint } from "./slice-endpoint.js";

export type { EndpointConditions, SliceEndpoint };

export type Protocol = "TCP" | "UDP" | "SCTP";

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  creationTimestamp?: string | null;
  deletionTimestamp?: string | null;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { kind: string; name: string; uid?: string; controller?: boolean }[];
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  /** Where it was read; absent for simulated objects. */
  origin?: Origin;
  /** What svcrules made up: "object" for a simulated one, or the paths of fields it filled in. */
  simulated?: "object" | readonly string[];
}

export interface ServicePortSpec {
  name?: string;
  protocol?: Protocol;
  port: number;
  targetPort?: number | string;
  nodePort?: number;
  appProtocol?: string;
}

export interface LoadBalancerIngress {
  ip?: string;
  hostname?: string;
  ipMode?: string;
}

export interface Service extends KubeObject {
  spec: {
    type?: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
    clusterIP?: string;
    clusterIPs?: string[];
    ipFamilies?: ("IPv4" | "IPv6")[];
    ipFamilyPolicy?: string;
    selector?: Record<string, string>;
    ports?: ServicePortSpec[];
    externalIPs?: string[];
    externalName?: string;
    sessionAffinity?: "None" | "ClientIP";
    sessionAffinityConfig?: { clientIP?: { timeoutSeconds?: number } };
    loadBalancerSourceRanges?: string[];
    loadBalancerClass?: string;
    allocateLoadBalancerNodePorts?: boolean;
    externalTrafficPolicy?: "Cluster" | "Local";
    internalTrafficPolicy?: "Cluster" | "Local";
    healthCheckNodePort?: number;
    publishNotReadyAddresses?: boolean;
    trafficDistribution?: string;
  };
  status?: { loadBalancer?: { ingress?: LoadBalancerIngress[] } };
}

export interface ContainerPort {
  name?: string;
  containerPort: number;
  protocol?: Protocol;
  hostPort?: number;
}

export interface ContainerProbe {
  [key: string]: unknown;
}

export interface Container {
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  ports?: ContainerPort[];
  restartPolicy?: string;
  readinessProbe?: ContainerProbe;
  env?: { name: string; value?: string }[];
}

export interface ContainerStatus {
  name: string;
  ready?: boolean;
  restartCount?: number;
  state?: { waiting?: { reason?: string; message?: string }; terminated?: { reason?: string }; running?: object };
  lastState?: { terminated?: { reason?: string; exitCode?: number } };
}

export interface PodSpec {
  nodeName?: string;
  hostNetwork?: boolean;
  hostname?: string;
  subdomain?: string;
  dnsPolicy?: string;
  dnsConfig?: {
    nameservers?: string[];
    searches?: string[];
    options?: { name: string; value?: string }[];
  };
  containers?: Container[];
  initContainers?: Container[];
  readinessGates?: { conditionType: string }[];
}

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

export interface Pod extends KubeObject {
  spec: PodSpec;
  status?: {
    phase?: string;
    reason?: string;
    podIP?: string;
    podIPs?: { ip: string }[];
    hostIP?: string;
    conditions?: Condition[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

export interface SlicePort {
  name?: string | null;
  protocol?: Protocol | null;
  port?: number | null;
  appProtocol?: string | null;
}

export interface EndpointSlice extends KubeObject {
  addressType: "IPv4" | "IPv6" | "FQDN";
  endpoints?: SliceEndpoint[] | EndpointTable | null;
  ports?: SlicePort[] | null;
}

export interface EndpointAddress {
  ip: string;
  hostname?: string;
  nodeName?: string;
  targetRef?: { kind?: string; namespace?: string; name?: string; uid?: string };
}

export interface Endpoints extends KubeObject {
  subsets?: {
    addresses?: EndpointAddress[];
    notReadyAddresses?: EndpointAddress[];
    ports?: { name?: string; port: number; protocol?: Protocol; appProtocol?: string }[];
  }[];
}

export interface Node extends KubeObject {
  spec?: { podCIDR?: string; podCIDRs?: string[] };
  status?: {
    addresses?: { type: string; address: string }[];
    allocatable?: { cpu?: string };
    capacity?: { cpu?: string };
    conditions?: Condition[];
    nodeInfo?: { kubeletVersion?: string; kubeProxyVersion?: string };
  };
}

export type WorkloadKind =
  | "Deployment"
  | "StatefulSet"
  | "DaemonSet"
  | "ReplicaSet"
  | "ReplicationController"
  | "Job"
  | "CronJob";

/** An object that stands for pods by a template, of Kubernetes' own kinds or of any other (Argo Rollouts, OpenKruise). */
export interface Workload extends KubeObject {
  spec: {
    replicas?: number;
    parallelism?: number;
    /** A Job or CronJob that starts no pods for now. */
    suspend?: boolean;
    serviceName?: string;
    ordinals?: { start?: number };
    selector?: { matchLabels?: Record<string, string> } | Record<string, string>;
    template?: { metadata?: Partial<ObjectMeta>; spec?: PodSpec & { nodeSelector?: Record<string, string> } };
  };
}

/** An object of an API that an extension brings: nothing but who it is and the labels that its spec speaks of. */
export interface CustomResource extends KubeObject {
  /** Every map of the spec that holds labels, in the order of the text. */
  labelMaps: { path: (string | number)[]; labels: Record<string, string> }[];
}

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

export interface ServiceCIDR extends KubeObject {
  spec?: { cidrs?: string[] };
}

export type Namespace = KubeObject;

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface NetworkPolicyPort {
  protocol?: Protocol;
  port?: number | string;
  endPort?: number;
}

export interface NetworkPolicyPeer {
  podSelector?: LabelSelector | null;
  namespaceSelector?: LabelSelector | null;
  ipBlock?: { cidr: string; except?: string[] };
}

export interface NetworkPolicy extends KubeObject {
  spec: {
    podSelector?: LabelSelector | null;
    policyTypes?: string[];
    ingress?: { ports?: NetworkPolicyPort[]; from?: NetworkPolicyPeer[] }[] | null;
    egress?: { ports?: NetworkPolicyPort[]; to?: NetworkPolicyPeer[] }[] | null;
  };
}

/** A KubeProxyConfiguration document as written; `lib/config` turns it into a ProxyConfig. */
export interface KubeProxyConfiguration extends Omit<KubeObject, "metadata"> {
  metadata?: Partial<ObjectMeta>;
  [field: string]: unknown;
}
