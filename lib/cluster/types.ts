/** Everything read, sorted and indexed, and the node whose rules are wanted. */
import type { Source } from "../source/source.js";
import type { IPFamily } from "../net/ip.js";
import type {
  ConfigMap,
  Endpoints,
  EndpointSlice,
  KubeProxyConfiguration,
  Namespace,
  NetworkPolicy,
  Node,
  Pod,
  Service,
  ServiceCIDR,
  Workload,
} from "../kube/types.js";

/** The objects of the input. Each list is sorted by namespace and name and free of duplicates. */
export interface Cluster {
  readonly services: readonly Service[];
  readonly pods: readonly Pod[];
  readonly nodes: readonly Node[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly endpoints: readonly Endpoints[];
  readonly workloads: readonly Workload[];
  readonly configMaps: readonly ConfigMap[];
  readonly namespaces: readonly Namespace[];
  readonly networkPolicies: readonly NetworkPolicy[];
  readonly serviceCIDRs: readonly ServiceCIDR[];
  readonly proxyConfigurations: readonly KubeProxyConfiguration[];
  readonly facts: ClusterFacts;
}

/** What the kind of input tells beyond its objects. */
export interface ClusterFacts {
  /** The input is a `kubectl cluster-info dump`: it never holds EndpointSlices, Endpoints or ConfigMaps. */
  readonly clusterInfoDump: boolean;
  /** The input was read from a live cluster (uids, resourceVersions), so nothing is simulated for missing fields. */
  readonly fromLiveCluster: boolean;
  /** Version of kube-proxy by node name, from the image tags of its pods. */
  readonly kubeProxyVersions?: Readonly<Record<string, string>>;
  /** Sources read, for notes. */
  readonly sources: readonly Source[];
}

/** The node whose rules are compiled. Source: kube-proxy cmd/kube-proxy/app/server.go. */
export interface NodeView {
  /** "" when no Node is chosen: then no endpoint is local. */
  readonly name: string;
  readonly zone: string;
  /** Node IP by family after bindAddress; 127.0.0.1 / ::1 when unknown. */
  readonly ip: Readonly<Record<IPFamily, string>>;
  /** Addresses of the host's interfaces of both families, as far as known (InternalIP and ExternalIP of the Node, or given). */
  readonly interfaceAddresses: readonly string[];
  readonly podCIDRs: readonly string[];
}
