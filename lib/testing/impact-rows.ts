/** Small pairs of states, one behaviour each: what impact reports of them is in impact-expected.ts. */
import type { ImpactOptions } from "../api/impact.js";
import { sourceFromText } from "../source/source.js";

export type Fields = Readonly<Record<string, unknown>>;

const node = (name: string, zone: string, i: number): Fields => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels: { "topology.kubernetes.io/zone": zone } },
  spec: { podCIDR: `10.244.${i}.0/24`, podCIDRs: [`10.244.${i}.0/24`] },
  status: {
    addresses: [{ type: "InternalIP", address: `192.168.0.${i}` }],
    allocatable: { cpu: "4" },
    conditions: [{ type: "Ready", status: "True" }],
  },
});

const NODES = [node("node-1", "a", 1), node("node-2", "a", 2), node("node-3", "b", 3)];
const CONFIG = {
  apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
  kind: "KubeProxyConfiguration",
  clusterCIDR: "10.244.0.0/16",
};

const service = (spec: Fields = {}, more: Fields = {}): Fields => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop", ...(more["metadata"] as object) },
  spec: {
    type: "ClusterIP",
    clusterIP: "10.96.0.10",
    ipFamilies: ["IPv4"],
    ipFamilyPolicy: "SingleStack",
    selector: { app: "web" },
    ports: [{ name: "http", port: 80, targetPort: 8080 }],
    ...spec,
  },
  ...(more["status"] ? { status: more["status"] } : {}),
});

export const nodePort = (spec: Fields = {}) =>
  service({ type: "NodePort", ports: [{ name: "http", port: 80, targetPort: 8080, nodePort: 30080 }], ...spec });

const balancer = (spec: Fields = {}, ip = "203.0.113.10") =>
  service(
    { type: "LoadBalancer", ports: [{ name: "http", port: 80, targetPort: 8080, nodePort: 30080 }], ...spec },
    { status: { loadBalancer: { ingress: [{ ip }] } } },
  );

const pod = (name: string, on: number, more: Fields = {}): Fields => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name,
    namespace: "shop",
    labels: { app: "web", ...(more["labels"] as object) },
    ownerReferences: [{ kind: (more["owner"] as string) ?? "ReplicaSet", name: "web", controller: true }],
  },
  spec: { nodeName: `node-${on}`, containers: [{ name: "c" }] },
  status: {
    phase: "Running",
    podIP: (more["ip"] as string) ?? `10.244.${on}.${10 + name.charCodeAt(name.length - 1) - 96}`,
    podIPs: [{ ip: (more["ip"] as string) ?? `10.244.${on}.${10 + name.charCodeAt(name.length - 1) - 96}` }],
    conditions: [{ type: "Ready", status: more["ready"] === false ? "False" : "True" }],
  },
});

const PODS = [pod("web-a", 1), pod("web-b", 2), pod("web-c", 3)];
export const world = (...objects: readonly Fields[]) => [...NODES, CONFIG, ...PODS, ...objects];
export const sources = (objects: readonly Fields[]) => [
  sourceFromText("all.json", JSON.stringify({ apiVersion: "v1", kind: "List", items: objects })),
];

const policy = (spec: Fields): Fields => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "rule", namespace: "shop" },
  spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"], ...spec },
});
const CLIENT = { ...pod("client-z", 1, { labels: { app: "client" }, ip: "10.244.1.200", owner: "StatefulSet" }) };
const caller = {
  ...CLIENT,
  metadata: {
    ...(CLIENT["metadata"] as Fields),
    ownerReferences: [{ kind: "StatefulSet", name: "client", controller: true }],
  },
};
const settings: Fields = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace: "shop" },
  data: { url: "http://web.shop.svc.cluster.local/" },
};
export const LOCAL = { externalTrafficPolicy: "Local" };

/** `after` undefined: what `options.whatIf` makes of the state before. */
export const ROWS: readonly (readonly [
  title: string,
  before: readonly Fields[],
  after: readonly Fields[] | undefined,
  options?: ImpactOptions,
])[] = [
  ["nothing", world(service()), world(service())],
  ["a Service is deleted", world(service()), world()],
  ["a Service is new", world(), world(service())],
  ["a Service becomes headless", world(service()), world(service({ clusterIP: "None" }))],
  ["a cluster IP changes", world(service()), world(service({ clusterIP: "10.96.0.11" }))],
  ["a port changes", world(service()), world(service({ ports: [{ name: "http", port: 81, targetPort: 8080 }] }))],
  ["a port is renamed", world(service()), world(service({ ports: [{ name: "web", port: 80, targetPort: 8080 }] }))],
  [
    "a target port changes",
    world(service()),
    world(service({ ports: [{ name: "http", port: 80, targetPort: 9090 }] })),
  ],
  [
    "a protocol changes",
    world(service()),
    world(service({ ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "UDP" }] })),
  ],
  [
    "a port is added",
    world(service()),
    world(
      service({
        ports: [
          { name: "http", port: 80, targetPort: 8080 },
          { name: "admin", port: 81, targetPort: 8081 },
        ],
      }),
    ),
  ],
  ["a selector matches nothing", world(service()), world(service({ selector: { app: "wbe" } }))],
  [
    "a selector matches fewer pods",
    world(service(), pod("web-d", 1, { labels: { tier: "x" } })),
    world(service({ selector: { app: "web", tier: "x" } }), pod("web-d", 1, { labels: { tier: "x" } })),
  ],
  ["a Service becomes NodePort", world(service()), world(nodePort())],
  ["a Service is NodePort no more", world(nodePort()), world(service())],
  [
    "a node port changes",
    world(nodePort()),
    world(nodePort({ ports: [{ name: "http", port: 80, targetPort: 8080, nodePort: 30081 }] })),
  ],
  ["an external IP is added", world(service()), world(service({ externalIPs: ["198.51.100.7"] }))],
  ["an external IP is removed", world(service({ externalIPs: ["198.51.100.7"] })), world(service())],
  ["a load balancer's address changes", world(balancer()), world(balancer({}, "203.0.113.11"))],
  ["a load balancer's address is gone", world(balancer()), world(nodePort())],
  ["source ranges are added", world(balancer()), world(balancer({ loadBalancerSourceRanges: ["198.51.100.0/24"] }))],
  ["source ranges are removed", world(balancer({ loadBalancerSourceRanges: ["198.51.100.0/24"] })), world(balancer())],
  [
    "source ranges are widened",
    world(balancer({ loadBalancerSourceRanges: ["198.51.100.0/24"] })),
    world(balancer({ loadBalancerSourceRanges: ["198.51.100.0/24", "203.0.113.0/24"] })),
  ],
  [
    "source ranges are exchanged",
    world(balancer({ loadBalancerSourceRanges: ["198.51.100.0/24"] })),
    world(balancer({ loadBalancerSourceRanges: ["203.0.113.0/24"] })),
  ],
  ["the external policy becomes Local", world(nodePort()), world(nodePort(LOCAL))],
  ["the external policy becomes Cluster", world(nodePort(LOCAL)), world(nodePort())],
  [
    "the external policy becomes Local where a node has no endpoint",
    [...NODES, CONFIG, PODS[0]!, nodePort()],
    [...NODES, CONFIG, PODS[0]!, nodePort(LOCAL)],
  ],
  ["a load balancer becomes Local", world(balancer()), world(balancer({ ...LOCAL, healthCheckNodePort: 31000 }))],
  [
    "the last local endpoint of a health check goes",
    world(balancer({ ...LOCAL, healthCheckNodePort: 31000 })),
    [...NODES, CONFIG, PODS[0]!, PODS[1]!, balancer({ ...LOCAL, healthCheckNodePort: 31000 })],
  ],
  [
    "the internal policy becomes Local",
    [...NODES, CONFIG, PODS[0]!, service()],
    [...NODES, CONFIG, PODS[0]!, service({ internalTrafficPolicy: "Local" })],
  ],
  ["session affinity is added", world(service()), world(service({ sessionAffinity: "ClientIP" }))],
  ["session affinity is removed", world(service({ sessionAffinity: "ClientIP" })), world(service())],
  [
    "the affinity's timeout changes",
    world(service({ sessionAffinity: "ClientIP" })),
    world(service({ sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } })),
  ],
  ["an endpoint goes", world(service()), [...NODES, CONFIG, PODS[0]!, PODS[1]!, service()]],
  ["an endpoint comes", [...NODES, CONFIG, PODS[0]!, PODS[1]!, service()], world(service())],
  ["all endpoints go", world(service()), [...NODES, CONFIG, service()]],
  ["an endpoint is replaced", world(service()), [...NODES, CONFIG, PODS[0]!, PODS[1]!, pod("web-e", 3), service()]],
  [
    "a pod is not ready",
    world(service()),
    [...NODES, CONFIG, PODS[0]!, PODS[1]!, pod("web-c", 3, { ready: false }), service()],
  ],
  [
    "a pod is not ready where that does not matter",
    world(service({ publishNotReadyAddresses: true })),
    [
      ...NODES,
      CONFIG,
      PODS[0]!,
      PODS[1]!,
      pod("web-c", 3, { ready: false }),
      service({ publishNotReadyAddresses: true }),
    ],
  ],
  ["traffic keeps to zones", world(service()), world(service({ trafficDistribution: "PreferSameZone" }))],
  ["traffic keeps to zones no more", world(service({ trafficDistribution: "PreferSameZone" })), world(service())],
  [
    "a Service is renamed and still referred to",
    world(service(), settings),
    world(service({}, { metadata: { name: "site" } }), settings),
  ],
  [
    "an external name changes",
    world(
      service({
        type: "ExternalName",
        clusterIP: undefined,
        ipFamilies: undefined,
        ipFamilyPolicy: undefined,
        externalName: "a.example",
        selector: undefined,
        ports: undefined,
      }),
    ),
    world(
      service({
        type: "ExternalName",
        clusterIP: undefined,
        ipFamilies: undefined,
        ipFamilyPolicy: undefined,
        externalName: "b.example",
        selector: undefined,
        ports: undefined,
      }),
    ),
  ],
  ["a policy isolates the pods", world(service(), caller), world(service(), caller, policy({}))],
  ["a policy is removed", world(service(), caller, policy({})), world(service(), caller)],
  [
    "a policy admits a client",
    world(service(), caller, policy({})),
    world(service(), caller, policy({ ingress: [{ from: [{ podSelector: { matchLabels: { app: "client" } } }] }] })),
  ],
  [
    "a policy names the Service's port instead of the pods'",
    world(service(), caller, policy({ ingress: [{ ports: [{ port: 8080 }] }] })),
    world(service(), caller, policy({ ingress: [{ ports: [{ port: 80 }] }] })),
  ],
  ["the mode changes to nftables", world(nodePort()), [...NODES, { ...CONFIG, mode: "nftables" }, ...PODS, nodePort()]],
  [
    "everything is masqueraded",
    world(service()),
    [...NODES, { ...CONFIG, iptables: { masqueradeAll: true } }, ...PODS, service()],
  ],
  [
    "node ports are held to a network",
    world(nodePort()),
    [...NODES, { ...CONFIG, nodePortAddresses: ["192.168.0.1/32"] }, ...PODS, nodePort()],
  ],
  [
    "a node has no endpoint for one frontend of two",
    [...NODES, CONFIG, PODS[0]!, nodePort()],
    [...NODES, CONFIG, PODS[0]!, nodePort({ ...LOCAL, internalTrafficPolicy: "Local" })],
  ],
  ["a node is added", world(service()), [...NODES, node("node-4", "b", 4), CONFIG, ...PODS, service()]],
  [
    "a node is added where there are node ports",
    world(balancer(LOCAL)),
    [...NODES, node("node-4", "b", 4), CONFIG, ...PODS, balancer(LOCAL), pod("web-d", 4)],
  ],
  [
    "a node is replaced",
    world(nodePort()),
    [NODES[0]!, NODES[1]!, node("node-4", "b", 4), CONFIG, ...PODS, nodePort()],
  ],
  [
    "a zone fails where there are node ports",
    world(nodePort()),
    undefined,
    { whatIf: [{ kind: "zone-down", zone: "b" }] },
  ],
  ["a node is drained", world(nodePort(LOCAL)), undefined, { whatIf: [{ kind: "drain", node: "node-3" }] }],
  [
    "a node is drained whose pod is a DaemonSet's",
    [...NODES, CONFIG, pod("web-c", 3, { owner: "DaemonSet" }), service()],
    undefined,
    { whatIf: [{ kind: "drain", node: "node-3" }] },
  ],
  ["a zone fails", world(service()), undefined, { whatIf: [{ kind: "zone-down", zone: "a" }] }],
  [
    "a zone fails where traffic keeps to zones",
    world(service({ trafficDistribution: "PreferSameZone" })),
    undefined,
    { whatIf: [{ kind: "zone-down", zone: "b" }] },
  ],
  [
    "a workload is scaled down",
    world(service()),
    undefined,
    { whatIf: [{ kind: "scale", workload: "shop/web", replicas: 1 }] },
  ],
  [
    "a workload is scaled to nothing",
    world(service()),
    undefined,
    { whatIf: [{ kind: "scale", workload: "shop/web", replicas: 0 }] },
  ],
  [
    "a workload is scaled up",
    world(service()),
    undefined,
    { whatIf: [{ kind: "scale", workload: "shop/web", replicas: 4 }] },
  ],
  ["a pod is taken as not ready", world(service()), undefined, { whatIf: [{ kind: "not-ready", pod: "shop/web-a" }] }],
  [
    "a Service is taken as deleted",
    world(service()),
    undefined,
    { whatIf: [{ kind: "delete", objectKind: "svc", object: "shop/web" }] },
  ],
  [
    "a pod is taken as deleted",
    world(service()),
    undefined,
    { whatIf: [{ kind: "delete", objectKind: "Pod", object: "shop/web-a" }] },
  ],
  [
    "a policy is taken as deleted",
    world(service(), caller, policy({})),
    undefined,
    { whatIf: [{ kind: "delete", objectKind: "netpol", object: "shop/rule" }] },
  ],
  [
    "a field is taken as set",
    world(nodePort()),
    undefined,
    { whatIf: [{ kind: "set", service: "shop/web", path: "spec.ports[0].nodePort", value: "30090" }] },
  ],
  [
    "a Service is taken as of another type",
    world(service()),
    undefined,
    { whatIf: [{ kind: "set", service: "shop/web", path: "spec.type", value: "NodePort" }] },
  ],
  [
    "a node is drained and a workload scaled down",
    world(service()),
    undefined,
    {
      whatIf: [
        { kind: "scale", workload: "shop/web", replicas: 2 },
        { kind: "drain", node: "node-1" },
      ],
    },
  ],
];
