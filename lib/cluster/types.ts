/** Everything read, sorted and indexed, and the node whose rules are wanted. */
import type { ProxyMode } from "../config/proxy-config.js";
import type { Origin } from "../source/origin.js";
import type { DumpKind, Source } from "../source/source.js";
import type { IPFamily } from "../net/ip.js";
import type { AdminPolicy } from "../kube/admin-policy.js";
import type {
  ConfigMap,
  CustomResource,
  Endpoints,
  EndpointSlice,
  KubeObject,
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
  /** Objects of other APIs without a standard pod template; none where only rules are made. */
  readonly customResources: readonly CustomResource[];
  readonly configMaps: readonly ConfigMap[];
  readonly namespaces: readonly Namespace[];
  readonly networkPolicies: readonly NetworkPolicy[];
  readonly adminPolicies: readonly AdminPolicy[];
  /** Policies of other APIs (Cilium, Calico, Antrea): nothing but that they are there. */
  readonly foreignPolicies: readonly KubeObject[];
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
  /** The dumps that sources are parts of. */
  readonly dumps?: readonly DumpKind[];
  /** gitVersion of the API server, e.g. "v1.33.2". */
  readonly apiServerVersion?: string;
  /** Flags of kube-proxy's container; without `config` they are all its configuration. */
  readonly kubeProxyFlags?: Readonly<Record<string, string>>;
  /** kube-proxy's mode by its log, else by rules captured on a node. */
  readonly kubeProxyMode?: { readonly mode: ProxyMode; readonly from: "log" | "rule-dump"; readonly source: Source };
  /** Where cluster IPs come from, the default family first; "inferred" from Service default/kubernetes is only a guess. */
  readonly serviceRange?: {
    readonly cidrs: readonly string[];
    readonly from: "ServiceCIDR" | "kubeadm-config" | "kube-apiserver" | "inferred";
  };
  /** `--service-node-port-range` of the API server, e.g. "30000-32767". */
  readonly nodePortRange?: string;
  /** `--cluster-cidr` of the controller manager, else podSubnet of kubeadm. */
  readonly podRange?: string;
  /** `--max-endpoints-per-slice` of the controller manager. */
  readonly maxEndpointsPerSlice?: number;
  /** What programs Services instead of kube-proxy, and how the input tells. */
  readonly otherProxy?: { readonly name: string; readonly evidence: string; readonly origin?: Origin };
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
