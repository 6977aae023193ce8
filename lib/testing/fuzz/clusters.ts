/** Random clusters as manifests, for properties that hold for every cluster. */
import { fc } from "./properties.js";

export type Manifest = Readonly<Record<string, unknown>>;

const NODES = ["node-1", "node-2", "node-3"];

const port = fc.record({
  protocol: fc.constantFrom("TCP", "UDP", "SCTP"),
  port: fc.integer({ min: 1, max: 65535 }),
  targetPort: fc.integer({ min: 1, max: 65535 }),
});

const endpoint = fc.record({
  ready: fc.boolean(),
  serving: fc.boolean(),
  terminating: fc.boolean(),
  node: fc.constantFrom(...NODES),
});

const shape = fc.record({
  namespace: fc.constantFrom("a", "b-c"),
  type: fc.constantFrom("ClusterIP", "NodePort", "LoadBalancer", "headless"),
  ipv6: fc.boolean(),
  ports: fc.uniqueArray(port, { selector: (p) => `${p.protocol} ${p.port}`, minLength: 1, maxLength: 3 }),
  endpoints: fc.array(endpoint, { maxLength: 5 }),
  externalPolicy: fc.constantFrom("Cluster", "Local"),
  internalPolicy: fc.constantFrom("Cluster", "Local"),
  affinity: fc.option(fc.integer({ min: 1, max: 86_400 }), { nil: undefined }),
  ranges: fc.subarray(["10.0.0.0/8", "192.168.7.0/24", "198.51.100.0/25"]),
  externalIP: fc.boolean(),
  slices: fc.integer({ min: 1, max: 2 }),
});

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** The Service and its slices; addresses and node ports come from the index, so that none collides. */
function manifestsOf(s: Shape, i: number): Manifest[] {
  const address = (group: number, host: number) =>
    s.ipv6 ? `fd00:${group}::${i}:${host + 1}` : `10.${group}.${i}.${host + 1}`;
  const metadata = { name: `svc-${i}`, namespace: s.namespace };
  const isOpen = s.type === "NodePort" || s.type === "LoadBalancer";
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: {
      type: s.type === "headless" ? "ClusterIP" : s.type,
      clusterIP: s.type === "headless" ? "None" : address(96, 0),
      ipFamilies: [s.ipv6 ? "IPv6" : "IPv4"],
      ports: s.ports.map((p, n) => ({ name: `p${n}`, ...p, ...(isOpen && { nodePort: 30_000 + i * 10 + n }) })),
      internalTrafficPolicy: s.internalPolicy,
      ...(isOpen && { externalTrafficPolicy: s.externalPolicy }),
      ...(s.affinity !== undefined && {
        sessionAffinity: "ClientIP",
        sessionAffinityConfig: { clientIP: { timeoutSeconds: s.affinity } },
      }),
      ...(s.type === "LoadBalancer" && !s.ipv6 && s.ranges.length > 0 && { loadBalancerSourceRanges: s.ranges }),
      ...(s.type === "LoadBalancer" && s.externalPolicy === "Local" && { healthCheckNodePort: 32_000 + i }),
      ...(s.externalIP && s.type !== "headless" && { externalIPs: [address(99, 0)] }),
    },
    ...(s.type === "LoadBalancer" && { status: { loadBalancer: { ingress: [{ ip: address(98, 0) }] } } }),
  };
  const slices = Array.from({ length: s.slices }, (_, part) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...metadata, name: `svc-${i}-${part}`, labels: { "kubernetes.io/service-name": `svc-${i}` } },
    addressType: s.ipv6 ? "IPv6" : "IPv4",
    ports: s.ports.map((p, n) => ({ name: `p${n}`, protocol: p.protocol, port: p.targetPort })),
    endpoints: s.endpoints.flatMap(({ node, ...conditions }, host) =>
      host % s.slices === part ? [{ addresses: [address(244, host)], conditions, nodeName: node }] : [],
    ),
  }));
  return [service, ...slices];
}

const nodes: readonly Manifest[] = NODES.map((name, i) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels: { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": `zone-${i % 2}` } },
  spec: { podCIDR: `10.244.${i}.0/24` },
  status: {
    addresses: [
      { type: "InternalIP", address: `192.168.0.${i + 1}` },
      { type: "InternalIP", address: `fd00:192::${i + 1}` },
    ],
    conditions: [{ type: "Ready", status: "True" }],
  },
}));

/** Nodes, Services of every kind and their EndpointSlices, in the order they were made. */
export const clusters: fc.Arbitrary<readonly Manifest[]> = fc
  .array(shape, { minLength: 1, maxLength: 6 })
  .map((shapes) => [...nodes, ...shapes.flatMap(manifestsOf)]);
