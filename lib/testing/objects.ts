/** Small API objects for tests, and a Cluster of them. */
import type { Cluster, ClusterFacts, NodeView } from "../cluster/types.js";
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
  SliceEndpoint,
  Workload,
} from "../kube/types.js";

const byName = (a: KubeObject, b: KubeObject) => {
  const [x, y] = [a, b].map(({ metadata }) => `${metadata.namespace ?? ""}\0${metadata.name}`) as [string, string];
  return x < y ? -1 : x > y ? 1 : 0;
};

/** A Cluster of the objects, as collecting them would make it, without completion and validation. */
export function clusterOf(objects: readonly KubeObject[], facts: Partial<ClusterFacts> = {}): Cluster {
  const of = <T extends KubeObject>(kind: string) => objects.filter((o) => o.kind === kind).sort(byName) as T[];
  return {
    services: of<Service>("Service"),
    pods: of<Pod>("Pod"),
    nodes: of<Node>("Node"),
    endpointSlices: of<EndpointSlice>("EndpointSlice"),
    endpoints: of<Endpoints>("Endpoints"),
    workloads: of<Workload>("Deployment"),
    customResources: objects.filter((o) => "labelMaps" in o) as CustomResource[],
    configMaps: of<ConfigMap>("ConfigMap"),
    namespaces: of<Namespace>("Namespace"),
    networkPolicies: of<NetworkPolicy>("NetworkPolicy"),
    adminPolicies: [
      ...of<AdminPolicy>("AdminNetworkPolicy"),
      ...of<AdminPolicy>("BaselineAdminNetworkPolicy"),
      ...of<AdminPolicy>("ClusterNetworkPolicy"),
    ],
    foreignPolicies: [],
    serviceCIDRs: of<ServiceCIDR>("ServiceCIDR"),
    proxyConfigurations: objects.filter(
      (o) => o.kind === "KubeProxyConfiguration",
    ) as unknown as KubeProxyConfiguration[],
    facts: { clusterInfoDump: false, fromLiveCluster: false, sources: [], ...facts },
  };
}

/** A node named "node-1" in zone "a" unless told otherwise. */
export function nodeView(view: Partial<NodeView> = {}): NodeView {
  return {
    name: "node-1",
    zone: "a",
    ip: { IPv4: "192.168.0.1", IPv6: "fd00::1" },
    interfaceAddresses: ["192.168.0.1"],
    podCIDRs: ["10.244.1.0/24"],
    ...view,
  };
}

/** A ready Node. `cpu`: CPUs, the quantity's text. */
export function makeNode(name: string, zone?: string, cpu = "4", labels: Record<string, string> = {}): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { ...labels, ...(zone !== undefined && { "topology.kubernetes.io/zone": zone }) } },
    status: { allocatable: { cpu }, conditions: [{ type: "Ready", status: "True" }] },
  };
}

/** Service shop/web on 10.96.0.10, port http 80 to 8080, selecting app=web. */
export function makeService(
  spec: Partial<Service["spec"]> = {},
  metadata: Partial<Service["metadata"]> = {},
  status?: Service["status"],
): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop", ...metadata },
    spec: {
      type: "ClusterIP",
      clusterIP: "10.96.0.10",
      clusterIPs: ["10.96.0.10"],
      ipFamilies: ["IPv4"],
      selector: { app: "web" },
      ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: 8080 }],
      sessionAffinity: "None",
      internalTrafficPolicy: "Cluster",
      ...spec,
    },
    ...(status && { status }),
  };
}

/** A running, ready Pod shop/NAME labelled app=web on node-1. */
export function makePod(
  name: string,
  ip: string | readonly string[],
  spec: Partial<Pod["spec"]> = {},
  status: Partial<NonNullable<Pod["status"]>> = {},
  metadata: Partial<Pod["metadata"]> = {},
): Pod {
  const ips = typeof ip === "string" ? [ip] : ip;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", labels: { app: "web" }, ...metadata },
    spec: { nodeName: "node-1", containers: [{ name: "c" }], ...spec },
    status: {
      phase: "Running",
      podIP: ips[0],
      podIPs: ips.map((text) => ({ ip: text })),
      conditions: [{ type: "Ready", status: "True" }],
      ...status,
    },
  };
}

/** A slice of shop/web with port http TCP 8080. */
export function makeSlice(
  endpoints: SliceEndpoint[],
  slice: Partial<EndpointSlice> = {},
  metadata: Partial<EndpointSlice["metadata"]> = {},
): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "web-1", namespace: "shop", labels: { "kubernetes.io/service-name": "web" }, ...metadata },
    addressType: "IPv4",
    ports: [{ name: "http", protocol: "TCP", port: 8080 }],
    endpoints,
    ...slice,
  };
}
