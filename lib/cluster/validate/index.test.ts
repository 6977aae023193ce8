import { describe, expect, test } from "@jest/globals";
import { featuresOf } from "../../config/features.js";
import { DIAGNOSTIC_CODES, type DiagnosticCode } from "../../diagnostics/codes.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { KubeObject, Service } from "../../kube/types.js";
import type { FieldPath, Place } from "../../source/origin.js";
import { sourceFromText } from "../../source/source.js";
import { compile } from "../../api/compile.js";
import { findCollisions, validateObject } from "./index.js";
import { pathText } from "./schema/check-fields.js";

type Raw = Record<string, unknown>;

const origin = { source: sourceFromText("a.yaml", ""), start: 0, end: 0, syntax: "yaml", path: [] } as const;

function validate(object: Raw, minor = 36): { valid: boolean; found: Diagnostic[] } {
  const found: Diagnostic[] = [];
  const features = featuresOf({ minor, text: `1.${minor}` });
  const valid = validateObject({ ...object, origin } as unknown as KubeObject, (d) => found.push(d), features);
  return { valid, found };
}

function pathOf({ at }: Diagnostic): FieldPath | undefined {
  return (at as Place | undefined)?.path;
}

const PORT = { port: 80 };
const service = (spec: Raw, rest: Raw = {}): Raw => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", ...(rest["metadata"] as Raw) },
  spec: { ports: [PORT], ...spec },
  ...(rest["status"] ? { status: rest["status"] } : {}),
});
const named = (...ports: Raw[]): Raw => service({ ports });
const typed = (type: string, spec: Raw = {}): Raw => service({ type, ...spec });
const headless = (spec: Raw): Raw => service({ clusterIP: "None", ...spec });
const balancer = (ingress: Raw): Raw =>
  service({ type: "LoadBalancer" }, { status: { loadBalancer: { ingress: [ingress] } } });
const pod = (spec: Raw, rest: Raw = {}): Raw => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web-1" },
  spec: { containers: [{ name: "c", image: "x" }], ...spec },
  ...rest,
});
const withPorts = (...ports: Raw[]): Raw => pod({ containers: [{ name: "c", ports }] });
const slice = (fields: Raw): Raw => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "web-1" },
  addressType: "IPv4",
  endpoints: [{ addresses: ["10.0.0.1"] }],
  ports: [{ name: "", port: 80 }],
  ...fields,
});
const at = (...addresses: string[]): Raw[] => [{ addresses }];
const hints = (value: Raw): Raw => slice({ endpoints: [{ addresses: ["10.0.0.1"], hints: value }] });
const endpoints = (subset: Raw): Raw => ({
  apiVersion: "v1",
  kind: "Endpoints",
  metadata: { name: "web" },
  subsets: [subset],
});
const address = (fields: Raw): Raw => endpoints({ addresses: [{ ip: "10.0.0.1", ...fields }], ports: [PORT] });
const node = (spec: Raw, status: Raw = {}): Raw => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n" },
  spec,
  status,
});
const deployment = (spec: Raw): Raw => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [] } },
    ...spec,
  },
});
const ranges = (...cidrs: string[]): Raw => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "ServiceCIDR",
  metadata: { name: "kubernetes" },
  spec: { cidrs },
});
const proxy = (fields: Raw): Raw => ({
  apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
  kind: "KubeProxyConfiguration",
  ...fields,
});
const nodePorts = (...ports: Raw[]): Raw => typed("NodePort", { ports });
const meta = (metadata: Raw): Raw => service({}, { metadata });
const TOPOLOGY = "service.kubernetes.io/topology";
const RANGES_ANNOTATION = "service.beta.kubernetes.io/load-balancer-source-ranges";
const many = <T>(count: number, item: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => item(i));

/** What the API server refuses: code, object, where it is said. */
const REFUSED: readonly (readonly [DiagnosticCode, Raw, ...FieldPath])[] = [
  ["wrong-type", named({ port: "80" }), "spec", "ports", 0, "port"],
  ["wrong-type", named({ port: 80.5 }), "spec", "ports", 0, "port"],
  ["wrong-type", named({ port: 80, protocol: 6 }), "spec", "ports", 0, "protocol"],
  ["wrong-type", named({ port: 80, nodePort: "30080" }), "spec", "ports", 0, "nodePort"],
  ["wrong-type", named({ port: 80, targetPort: true }), "spec", "ports", 0, "targetPort"],
  ["wrong-type", meta({ labels: { app: true } }), "metadata", "labels", "app"],
  ["wrong-type", meta({ labels: { version: 1.1 } }), "metadata", "labels", "version"],
  ["wrong-type", meta({ labels: ["app"] }), "metadata", "labels"],
  ["wrong-type", meta({ annotations: { a: 1 } }), "metadata", "annotations", "a"],
  ["wrong-type", service({ selector: { app: 1 } }), "spec", "selector", "app"],
  ["wrong-type", service({ ports: { port: 80 } }), "spec", "ports"],
  ["wrong-type", service({ ports: [null] }), "spec", "ports", 0],
  ["wrong-type", service({ publishNotReadyAddresses: "true" }), "spec", "publishNotReadyAddresses"],
  ["wrong-type", { ...service({}), spec: "x" }, "spec"],
  [
    "wrong-type",
    pod({ containers: [{ name: "c", env: [{ name: "A", value: 5 }] }] }),
    "spec",
    "containers",
    0,
    "env",
    0,
    "value",
  ],
  ["wrong-type", deployment({ replicas: "3" }), "spec", "replicas"],
  ["wrong-type", slice({ endpoints: [{ addresses: "10.0.0.1" }] }), "endpoints", 0, "addresses"],
  ["wrong-type", { ...pod({}), status: { phase: 1 } }, "status", "phase"],
  ["wrong-type", node({ podCIDRs: [1] }), "spec", "podCIDRs", 0],
  ["wrong-type", proxy({ enableProfiling: "yes" }), "enableProfiling"],
  ["name-missing", { ...service({}), metadata: { namespace: "a" } }, "metadata", "name"],
  ["name-missing", { ...service({}), metadata: null }, "metadata", "name"],
  ["name-invalid", meta({ name: "Web" }), "metadata", "name"],
  ["name-invalid", meta({ name: "web.prod" }), "metadata", "name"],
  ["name-invalid", meta({ name: "a".repeat(64) }), "metadata", "name"],
  ["name-invalid", { ...pod({}), metadata: { name: "-a" } }, "metadata", "name"],
  ["name-invalid", { apiVersion: "v1", kind: "Namespace", metadata: { name: "a.b" } }, "metadata", "name"],
  ["namespace-invalid", meta({ namespace: "my.team" }), "metadata", "namespace"],
  ["label-invalid", meta({ labels: { app: "web server" } }), "metadata", "labels", "app"],
  ["label-invalid", meta({ labels: { app: "a".repeat(64) } }), "metadata", "labels", "app"],
  ["label-invalid", meta({ labels: { "/app": "web" } }), "metadata", "labels", "/app"],
  ["label-invalid", meta({ labels: { "_a/b": "web" } }), "metadata", "labels", "_a/b"],
  ["label-invalid", meta({ labels: { "a.b/": "web" } }), "metadata", "labels", "a.b/"],
  ["annotation-invalid", meta({ annotations: { "a b": "x" } }), "metadata", "annotations", "a b"],
  ["annotation-invalid", meta({ annotations: { a: "x".repeat(262_144) } }), "metadata", "annotations"],

  ["ports-missing", service({ ports: [] }), "spec"],
  ["ports-missing", { ...service({}), spec: null }],
  ["port-name-missing", named(PORT, { name: "b", port: 81 }), "spec", "ports", 0],
  ["port-name-invalid", named({ ...PORT, name: "HTTP" }), "spec", "ports", 0, "name"],
  ["port-name-duplicate", named({ name: "a", port: 80 }, { name: "a", port: 81 }), "spec", "ports", 1, "name"],
  ["port-out-of-range", named({ port: 0 }), "spec", "ports", 0, "port"],
  ["port-out-of-range", named({ port: 65_536 }), "spec", "ports", 0, "port"],
  ["port-out-of-range", named({}), "spec", "ports", 0],
  ["protocol-unknown", named({ port: 53, protocol: "udp" }), "spec", "ports", 0, "protocol"],
  ["target-port-invalid", named({ port: 80, targetPort: 70_000 }), "spec", "ports", 0, "targetPort"],
  ["target-port-invalid", named({ port: 80, targetPort: "8080" }), "spec", "ports", 0, "targetPort"],
  ["target-port-invalid", named({ port: 80, targetPort: "a".repeat(16) }), "spec", "ports", 0, "targetPort"],
  ["target-port-invalid", named({ port: 80, targetPort: "a--b" }), "spec", "ports", 0, "targetPort"],
  ["app-protocol-invalid", named({ port: 80, appProtocol: "http 2" }), "spec", "ports", 0, "appProtocol"],
  ["port-duplicate", named({ name: "a", port: 80 }, { name: "b", port: 80 }), "spec", "ports", 1, "port"],

  ["node-port-forbidden", named({ port: 80, nodePort: 30_080 }), "spec", "ports", 0, "nodePort"],
  ["node-port-out-of-range", nodePorts({ port: 80, nodePort: 300_800 }), "spec", "ports", 0, "nodePort"],
  [
    "node-port-duplicate",
    nodePorts({ name: "a", port: 80, nodePort: 30_080 }, { name: "b", port: 81, nodePort: 30_080 }),
    ...["spec", "ports", 1, "nodePort"],
  ],
  [
    "node-port-duplicate",
    nodePorts({ name: "a", port: 80, nodePort: 30_080 }, { name: "b", port: 81, protocol: "UDP", nodePort: 30_080 }),
    ...["spec", "ports", 1, "nodePort"],
  ],
  ["health-check-node-port-invalid", typed("NodePort", { healthCheckNodePort: 31_234 }), "spec", "healthCheckNodePort"],
  [
    "health-check-node-port-invalid",
    typed("LoadBalancer", { externalTrafficPolicy: "Local", healthCheckNodePort: 70_000 }),
    ...["spec", "healthCheckNodePort"],
  ],

  ["selector-invalid", service({ selector: { app: "web server" } }), "spec", "selector", "app"],
  ["selector-invalid", service({ selector: { "a b": "web" } }), "spec", "selector", "a b"],
  [
    "topology-annotations-differ",
    meta({ annotations: { [`${TOPOLOGY}-mode`]: "Auto", [`${TOPOLOGY}-aware-hints`]: "disabled" } }),
    ...["metadata", "annotations", `${TOPOLOGY}-mode`],
  ],
  ["service-type-unknown", typed("Nodeport"), "spec", "type"],
  ["session-affinity-unknown", service({ sessionAffinity: "clientIP" }), "spec", "sessionAffinity"],
  ...[0, 86_401].map(
    (timeoutSeconds) =>
      [
        "affinity-timeout-out-of-range",
        service({ sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds } } }),
        ...["spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds"],
      ] as const,
  ),
  ...[
    "nope",
    "0.0.0.0",
    "127.0.0.1",
    "169.254.1.1",
    "224.0.0.5",
    "::",
    "::1",
    "fe80::1",
    "ff02::1",
    "::ffff:127.0.0.1",
  ].map((ip) => ["external-ip-invalid", service({ externalIPs: [ip] }), "spec", "externalIPs", 0] as const),
  [
    "source-ranges-forbidden",
    typed("NodePort", { loadBalancerSourceRanges: ["10.0.0.0/8"] }),
    "spec",
    "loadBalancerSourceRanges",
  ],
  [
    "source-ranges-forbidden",
    meta({ annotations: { [RANGES_ANNOTATION]: "10.0.0.0/8" } }),
    ...["metadata", "annotations", RANGES_ANNOTATION],
  ],
  [
    "source-range-invalid",
    typed("LoadBalancer", { loadBalancerSourceRanges: ["10.0.0.1"] }),
    "spec",
    "loadBalancerSourceRanges",
    0,
  ],
  [
    "source-range-invalid",
    { ...typed("LoadBalancer"), metadata: { name: "web", annotations: { [RANGES_ANNOTATION]: "10.0.0.0/8,x" } } },
    ...["metadata", "annotations", RANGES_ANNOTATION],
  ],
  [
    "load-balancer-field-forbidden",
    service({ allocateLoadBalancerNodePorts: false }),
    "spec",
    "allocateLoadBalancerNodePorts",
  ],
  ["load-balancer-field-forbidden", service({ loadBalancerClass: "a" }), "spec", "loadBalancerClass"],
  [
    "load-balancer-class-invalid",
    typed("LoadBalancer", { loadBalancerClass: "my class" }),
    "spec",
    "loadBalancerClass",
  ],
  ["load-balancer-ingress-invalid", balancer({ ip: "x" }), "status", "loadBalancer", "ingress", 0, "ip"],
  [
    "load-balancer-ingress-invalid",
    balancer({ hostname: "203.0.113.1" }),
    "status",
    "loadBalancer",
    "ingress",
    0,
    "hostname",
  ],
  ["load-balancer-ingress-invalid", balancer({ hostname: "a_b" }), "status", "loadBalancer", "ingress", 0, "hostname"],
  [
    "load-balancer-ingress-invalid",
    balancer({ ip: "203.0.113.1", ipMode: "Vip" }),
    "status",
    "loadBalancer",
    "ingress",
    0,
    "ipMode",
  ],
  [
    "load-balancer-ingress-invalid",
    balancer({ hostname: "a.b", ipMode: "VIP" }),
    "status",
    "loadBalancer",
    "ingress",
    0,
    "ipMode",
  ],
  ["external-traffic-policy-forbidden", service({ externalTrafficPolicy: "Local" }), "spec", "externalTrafficPolicy"],
  ["traffic-policy-unknown", typed("NodePort", { externalTrafficPolicy: "local" }), "spec", "externalTrafficPolicy"],
  ["traffic-policy-unknown", service({ internalTrafficPolicy: "local" }), "spec", "internalTrafficPolicy"],
  ["traffic-distribution-unknown", service({ trafficDistribution: "Close" }), "spec", "trafficDistribution"],
  ["external-name-invalid", typed("ExternalName"), "spec"],
  ["external-name-invalid", typed("ExternalName", { externalName: "my_db.example.com" }), "spec", "externalName"],
  [
    "external-name-field-forbidden",
    typed("ExternalName", { externalName: "a.b", clusterIP: "10.96.0.7" }),
    "spec",
    "clusterIP",
  ],
  [
    "external-name-field-forbidden",
    typed("ExternalName", { externalName: "a.b", ipFamilies: ["IPv4"] }),
    "spec",
    "ipFamilies",
  ],
  [
    "external-name-field-forbidden",
    typed("ExternalName", { externalName: "a.b", ipFamilyPolicy: "SingleStack" }),
    "spec",
    "ipFamilyPolicy",
  ],

  ["headless-with-type", headless({ type: "NodePort" }), "spec", "clusterIP"],
  ["headless-with-type", headless({ type: "LoadBalancer" }), "spec", "clusterIP"],
  ["cluster-ip-invalid", service({ clusterIP: "10.96.0.700" }), "spec", "clusterIP"],
  ["cluster-ip-invalid", service({ clusterIP: "10.96.0.7", ipFamilies: ["IPv6"] }), "spec", "clusterIP"],
  ["cluster-ips-mismatch", service({ clusterIP: "10.96.0.7", clusterIPs: ["10.96.0.8"] }), "spec", "clusterIPs", 0],
  ["cluster-ips-mismatch", service({ clusterIPs: ["10.96.0.8"] }), "spec", "clusterIPs"],
  [
    "cluster-ips-mismatch",
    service({ clusterIP: "10.96.0.7", clusterIPs: ["10.96.0.7", "10.96.0.8"], ipFamilyPolicy: "PreferDualStack" }),
    ...["spec", "clusterIPs", 1],
  ],
  [
    "cluster-ips-mismatch",
    service({ clusterIP: "10.96.0.7", clusterIPs: ["10.96.0.7", "fd00::1", "fd00::2"] }),
    ...["spec", "clusterIPs", 2],
  ],
  [
    "cluster-ips-mismatch",
    headless({ clusterIPs: ["None", "fd00::1"], ipFamilyPolicy: "PreferDualStack" }),
    "spec",
    "clusterIPs",
    0,
  ],
  ["ip-family-invalid", service({ ipFamilies: ["ipv4"] }), "spec", "ipFamilies", 0],
  [
    "ip-family-invalid",
    service({ ipFamilies: ["IPv4", "IPv4"], ipFamilyPolicy: "PreferDualStack" }),
    "spec",
    "ipFamilies",
    1,
  ],
  ["ip-family-policy-unknown", service({ ipFamilyPolicy: "DualStack" }), "spec", "ipFamilyPolicy"],
  ["ip-family-policy-conflict", service({ ipFamilies: ["IPv4", "IPv6"] }), "spec", "ipFamilies"],
  [
    "ip-family-policy-conflict",
    service({ ipFamilies: ["IPv4", "IPv6"], ipFamilyPolicy: "SingleStack" }),
    "spec",
    "ipFamilyPolicy",
  ],

  ["subset-without-addresses", endpoints({ ports: [PORT] }), "subsets", 0],
  ...["x", "127.0.0.1", "169.254.3.4", "fe80::1"].map(
    (ip) => ["endpoint-address-invalid", address({ ip }), "subsets", 0, "addresses", 0, "ip"] as const,
  ),
  ["endpoint-hostname-invalid", address({ hostname: "db.example" }), "subsets", 0, "addresses", 0, "hostname"],
  ["endpoint-node-name-invalid", address({ nodeName: "Node_1" }), "subsets", 0, "addresses", 0, "nodeName"],
  [
    "port-name-missing",
    endpoints({ addresses: [{ ip: "10.0.0.1" }], ports: [{ name: "a", port: 80 }, { port: 81 }] }),
    ...["subsets", 0, "ports", 1],
  ],
  [
    "port-name-invalid",
    endpoints({ addresses: [{ ip: "10.0.0.1" }], ports: [{ name: "A", port: 80 }] }),
    "subsets",
    0,
    "ports",
    0,
    "name",
  ],
  ["address-type-unknown", slice({ addressType: "ipv4" }), "addressType"],
  ["address-type-unknown", slice({ addressType: undefined })],
  [
    "slice-too-large",
    slice({ endpoints: many(1001, (i) => ({ addresses: [`10.0.${i >> 8}.${i & 255}`] })) }),
    "endpoints",
  ],
  ["slice-too-large", slice({ endpoints: at(...many(101, (i) => `10.0.0.${i}`)) }), "endpoints", 0, "addresses"],
  ["slice-too-large", slice({ ports: many(20_001, (i) => ({ name: `p${i}`, port: 80 })) }), "ports"],
  ["slice-address-invalid", slice({ endpoints: [{}] }), "endpoints", 0],
  ...["fd00::1", "x", "127.0.0.1", "0.0.0.0", "169.254.0.1", "224.0.0.1"].map(
    (ip) => ["slice-address-invalid", slice({ endpoints: at(ip) }), "endpoints", 0, "addresses", 0] as const,
  ),
  ["slice-address-invalid", slice({ addressType: "IPv6", endpoints: at("::1") }), "endpoints", 0, "addresses", 0],
  ["slice-address-invalid", slice({ addressType: "FQDN", endpoints: at("a_b.c") }), "endpoints", 0, "addresses", 0],
  [
    "endpoint-hostname-invalid",
    slice({ endpoints: [{ addresses: ["10.0.0.1"], hostname: "a.b" }] }),
    "endpoints",
    0,
    "hostname",
  ],
  [
    "endpoint-node-name-invalid",
    slice({ endpoints: [{ addresses: ["10.0.0.1"], nodeName: "N" }] }),
    "endpoints",
    0,
    "nodeName",
  ],
  ["slice-port-duplicate", slice({ ports: [{ name: "a" }, { name: "a" }] }), "ports", 1],
  ["slice-port-duplicate", slice({ ports: [{ port: 1 }, { name: "", port: 2 }] }), "ports", 1],
  ["port-name-invalid", slice({ ports: [{ name: "A" }] }), "ports", 0, "name"],
  ["protocol-unknown", slice({ ports: [{ name: "a", protocol: "tcp" }] }), "ports", 0, "protocol"],
  [
    "slice-hints-invalid",
    hints({ forZones: many(9, (i) => ({ name: `z${i}` })) }),
    "endpoints",
    0,
    "hints",
    "forZones",
  ],
  [
    "slice-hints-invalid",
    hints({ forZones: [{ name: "a" }, { name: "a" }] }),
    "endpoints",
    0,
    "hints",
    "forZones",
    1,
    "name",
  ],
  [
    "slice-hints-invalid",
    hints({ forNodes: many(9, (i) => ({ name: `n${i}` })) }),
    "endpoints",
    0,
    "hints",
    "forNodes",
  ],

  ["spec-missing", { ...pod({}), spec: undefined }],
  [
    "container-port-name-invalid",
    withPorts({ name: "a".repeat(16), containerPort: 80 }),
    "spec",
    "containers",
    0,
    "ports",
    0,
    "name",
  ],
  [
    "container-port-name-duplicate",
    withPorts({ name: "a", containerPort: 80 }, { name: "a", containerPort: 81 }),
    ...["spec", "containers", 0, "ports", 1, "name"],
  ],
  ["port-out-of-range", withPorts({ name: "a" }), "spec", "containers", 0, "ports", 0],
  ["port-out-of-range", withPorts({ containerPort: 70_000 }), "spec", "containers", 0, "ports", 0, "containerPort"],
  [
    "port-out-of-range",
    withPorts({ containerPort: 80, hostPort: 70_000 }),
    "spec",
    "containers",
    0,
    "ports",
    0,
    "hostPort",
  ],
  [
    "protocol-unknown",
    withPorts({ containerPort: 80, protocol: "HTTP" }),
    "spec",
    "containers",
    0,
    "ports",
    0,
    "protocol",
  ],
  [
    "host-port-mismatch",
    pod({ hostNetwork: true, containers: [{ name: "c", ports: [{ containerPort: 80, hostPort: 81 }] }] }),
    ...["spec", "containers", 0, "ports", 0, "hostPort"],
  ],
  [
    "host-port-duplicate",
    pod({ containers: many(2, (i) => ({ name: `c${i}`, ports: [{ containerPort: 80 + i, hostPort: 80 }] })) }),
    ...["spec", "containers", 1, "ports", 0, "hostPort"],
  ],
  ["pod-hostname-invalid", pod({ hostname: "a.b" }), "spec", "hostname"],
  ["pod-hostname-invalid", pod({ subdomain: "db.example" }), "spec", "subdomain"],
  ["spec-missing", { ...deployment({}), spec: null }],
  ["replicas-negative", deployment({ replicas: -1 }), "spec", "replicas"],
  ["workload-selector-missing", deployment({ selector: undefined }), "spec"],
  [
    "workload-selector-mismatch",
    deployment({ selector: { matchLabels: { app: "www" } } }),
    ...["spec", "selector", "matchLabels", "app"],
  ],
  ["pod-cidr-invalid", node({ podCIDR: "10.244.1.0" }), "spec", "podCIDR"],
  ["pod-cidr-invalid", node({ podCIDRs: ["x"] }), "spec", "podCIDRs", 0],
  ["pod-cidr-invalid", node({ podCIDRs: ["10.0.0.0/24", "10.0.1.0/24"] }), "spec", "podCIDRs", 1],
  ["pod-cidr-invalid", node({ podCIDR: "10.0.0.0/24", podCIDRs: ["10.0.1.0/24"] }), "spec", "podCIDR"],
  ["service-cidr-invalid", ranges(), "spec"],
  ["service-cidr-invalid", ranges("10.96.0.0"), "spec", "cidrs", 0],
  ["service-cidr-invalid", ranges("10.96.0.0/12", "10.112.0.0/12"), "spec", "cidrs", 1],
  ["service-cidr-invalid", ranges("10.96.0.0/12", "fd00::/112", "10.0.0.0/8"), "spec", "cidrs", 2],

  ...(
    [
      ["bindAddress", "localhost"],
      ["clusterCIDR", "10.244.0.0"],
      ["clusterCIDR", "10.244.0.0/16,10.245.0.0/16"],
      ["healthzBindAddress", "0.0.0.0:"],
      ["metricsBindAddress", "host:10249"],
      ["oomScoreAdj", -1001],
      ["portRange", "20-10"],
      ["configSyncPeriod", "-1s"],
      ["configSyncPeriod", "soon"],
    ] as const
  ).map(([field, value]) => ["proxy-configuration-invalid", proxy({ [field]: value }), field] as const),
  ["proxy-configuration-invalid", proxy({ nodePortAddresses: ["192.168.0.1"] }), "nodePortAddresses", 0],
  ["proxy-configuration-invalid", proxy({ nodePortAddresses: ["10.0.0.0/8", "primary"] }), "nodePortAddresses", 1],
  ["proxy-configuration-invalid", proxy({ ipvs: { scheduler: "rrr" } }), "ipvs", "scheduler"],
  ["proxy-configuration-invalid", proxy({ ipvs: { excludeCIDRs: ["x"] } }), "ipvs", "excludeCIDRs", 0],
  ["proxy-configuration-invalid", proxy({ ipvs: { tcpTimeout: "-1s" } }), "ipvs", "tcpTimeout"],
  [
    "proxy-configuration-invalid",
    proxy({ iptables: { syncPeriod: "10s", minSyncPeriod: "20s" } }),
    "iptables",
    "minSyncPeriod",
  ],
  ["proxy-configuration-invalid", proxy({ conntrack: { min: -1 } }), "conntrack", "min"],
  ["proxy-configuration-invalid", proxy({ conntrack: { udpTimeout: "x" } }), "conntrack", "udpTimeout"],
];

/** What the release refuses in a new object and keeps in one that a cluster holds: code, object, minor. */
const REFUSED_NEW: readonly (readonly [DiagnosticCode, Raw, number])[] = [
  ["service-name-starts-with-digit", meta({ name: "9front" }), 35],
  ["lax-address", service({ externalIPs: ["203.0.113.007"] }), 36],
  ["lax-address", service({ externalIPs: ["::ffff:203.0.113.7"] }), 36],
  ["lax-address", service({ clusterIP: "10.096.0.7" }), 36],
  ["lax-address", typed("LoadBalancer", { loadBalancerSourceRanges: ["10.1.2.3/8"] }), 36],
  ["lax-address", typed("LoadBalancer", { loadBalancerSourceRanges: ["001.002.003.000/24"] }), 36],
];

/** What can exist in a cluster all the same: code, object, minor. */
const WARNED: readonly (readonly [DiagnosticCode, Raw, number])[] = [
  ["null-value", service({ selector: { app: null } }), 36],
  ["null-value", pod({ containers: [{ name: "c", args: [null] }] }), 36],
  ["null-value", meta({ labels: { app: null } }), 36],
  ["unknown-field", service({ typ: "NodePort" }), 36],
  ["load-balancer-port-10250", typed("LoadBalancer", { ports: [{ port: 10_250 }] }), 32],
  ["node-port-outside-default-range", nodePorts({ port: 80, nodePort: 8080 }), 36],
  ["lax-address", slice({ addressType: "IPv6", endpoints: at("FD00::1") }), 33],
  ["lax-address", slice({ endpoints: at("10.0.0.01") }), 36],
  [
    "load-balancer-status-without-type",
    { ...service({}), status: { loadBalancer: { ingress: [{ ip: "203.0.113.1" }] } } },
    29,
  ],
  ["external-traffic-policy-too-new", service({ externalIPs: ["203.0.113.1"], externalTrafficPolicy: "Local" }), 28],
  ["traffic-distribution-too-new", service({ trafficDistribution: "PreferSameNode" }), 33],
  ["pod-ip-invalid", pod({}, { status: { podIP: "***HIDDEN***" } }), 36],
  ["pod-ip-invalid", pod({}, { status: { podIP: "10.0.0.1", podIPs: [{ ip: "x" }] } }), 36],
  ["node-address-invalid", node({}, { addresses: [{ type: "InternalIP", address: "node-1" }] }), 36],
];

/** What looks odd and is right, with the oldest release it is right for. */
const ACCEPTED: readonly (readonly [string, Raw, number])[] = [
  ["a headless Service without ports", headless({ ports: [] }), 28],
  [
    "an ExternalName Service without ports, its name with a trailing dot",
    typed("ExternalName", { ports: undefined, externalName: "1.2.3.4." }),
    28,
  ],
  ["a Service named with a leading digit from 1.36 on", meta({ name: "9front" }), 36],
  [
    "two protocols on one port number and one node port",
    nodePorts({ name: "a", port: 53, nodePort: 30_053 }, { name: "b", port: 53, protocol: "UDP", nodePort: 30_053 }),
    28,
  ],
  ["a port name of 63 letters", named({ port: 80, name: "a".repeat(63) }), 28],
  ["targetPort 0, which stands for the port", named({ port: 80, targetPort: 0 }), 28],
  [
    "a source range with spaces around it",
    typed("LoadBalancer", { loadBalancerSourceRanges: [" 192.168.0.0/24"] }),
    36,
  ],
  [
    "an affinity timeout of a day",
    service({ sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_400 } } }),
    28,
  ],
  ["leading zeros before 1.36", service({ externalIPs: ["203.0.113.007"] }), 28],
  ["port 10250 from 1.33 on", typed("LoadBalancer", { ports: [{ port: 10_250 }] }), 33],
  [
    "null in place of maps and lists",
    service({ selector: null, externalIPs: null }, { metadata: { labels: null, annotations: null } }),
    28,
  ],
  ["headless, no selector, both families", headless({ ipFamilies: ["IPv4", "IPv6"] }), 28],
  ["a placeholder slice", slice({ endpoints: null, ports: null }), 28],
  [
    "a slice port without a number, and one out of range",
    slice({ ports: [{ name: "a" }, { name: "b", port: 70_000 }] }),
    28,
  ],
  ["an FQDN slice", slice({ addressType: "FQDN", endpoints: at("db.example.com") }), 28],
  [
    "a v1beta1 slice with topology",
    {
      ...slice({ endpoints: [{ addresses: ["10.0.0.1"], topology: { "kubernetes.io/hostname": "n" } }] }),
      apiVersion: "discovery.k8s.io/v1beta1",
    },
    28,
  ],
  [
    "Endpoints with two ports of one name",
    endpoints({
      addresses: [{ ip: "10.0.0.1" }],
      ports: [
        { name: "a", port: 1 },
        { name: "a", port: 2 },
      ],
    }),
    28,
  ],
  [
    "two containers with one port name",
    pod({ containers: many(2, (i) => ({ name: `c${i}`, ports: [{ name: "a", containerPort: 80 + i }] })) }),
    28,
  ],
  [
    "one host port for two protocols",
    withPorts({ containerPort: 53, hostPort: 53 }, { containerPort: 53, hostPort: 53, protocol: "UDP" }),
    28,
  ],
  ["quantities as numbers", pod({ containers: [{ name: "c", resources: { limits: { cpu: 1, memory: "1Gi" } } }] }), 28],
  ["probes with a named port", pod({ containers: [{ name: "c", livenessProbe: { httpGet: { port: "http" } } }] }), 28],
  [
    "a health address without a port, and zero periods, which stand for the defaults",
    proxy({
      healthzBindAddress: "0.0.0.0",
      configSyncPeriod: "0s",
      iptables: { syncPeriod: "0s", minSyncPeriod: "1s" },
    }),
    28,
  ],
  ["node-port address primary", proxy({ nodePortAddresses: ["primary"] }), 31],
  [
    "a dual-stack cluster CIDR",
    proxy({ clusterCIDR: "10.244.0.0/16,fd00::/56", metricsBindAddress: "[::]:10249" }),
    28,
  ],
  [
    "a Service of another API group",
    { apiVersion: "serving.knative.dev/v1", kind: "Service", metadata: {}, spec: { x: 1 } },
    28,
  ],
];

describe("what the API server refuses", () => {
  test.each(
    REFUSED.map((row) => [`${row[0]}, said of ${pathText(row.slice(2) as string[]) || "the object"}`, ...row] as const),
  )("is an error: %s", (_, code, object, ...path) => {
    const { valid, found } = validate(object);
    expect(valid).toBe(false);
    const hit = found.find((d) => d.code === code && JSON.stringify(pathOf(d)) === JSON.stringify(path));
    expect({ code, path, found: found.map((d) => [d.code, pathOf(d)]), severity: hit?.severity }).toMatchObject({
      severity: "error",
    });
    expect(hit!.notes!.join()).toMatch(/would (refuse|not start)/);
  });
});

/** Of these nobody can tell what kube-proxy makes, even where a cluster holds them. */
const WITHOUT_ANSWER: readonly DiagnosticCode[] = [
  "address-type-unknown",
  "cluster-ip-invalid",
  "endpoint-address-invalid",
  "external-ip-invalid",
  "ip-family-invalid",
  "load-balancer-ingress-invalid",
  "name-missing",
  "node-port-out-of-range",
  "pod-cidr-invalid",
  "port-out-of-range",
  "ports-missing",
  "protocol-unknown",
  "service-cidr-invalid",
  "service-type-unknown",
  "slice-address-invalid",
  "source-range-invalid",
  "spec-missing",
  "wrong-type",
];

function heldByCluster(object: Raw): Raw {
  return { ...object, metadata: { ...(object["metadata"] as Raw | null), uid: "u-1" } };
}

/** What every Service of a cluster has, since its API server gives it one. */
function allocated(object: Raw): Raw {
  const spec = object["spec"] as Raw;
  if (object["kind"] !== "Service" || spec["type"] === "ExternalName" || "clusterIPs" in spec) return object;
  const ports = ((spec["ports"] ?? []) as Raw[]).map((port, i) => ({ nodePort: 30_001 + i, ...port }));
  const isExternal = spec["type"] === "NodePort" || spec["type"] === "LoadBalancer";
  return { ...object, spec: { clusterIP: "10.96.0.7", ...spec, ...(isExternal && { ports }) } };
}

describe("what the API server refuses, in an object that a cluster gave out", () => {
  const held = REFUSED.filter(([, { kind }]) => kind !== "KubeProxyConfiguration").map(
    ([code, object, ...path]) => [code, pathText(path as string[]), heldByCluster(object)] as const,
  );

  test.each(held)("is a warning, unless no rules can be made of it: %s at %s", (code, _, object) => {
    const { valid, found } = validate(object);
    const severities = new Set(found.filter((d) => d.code === code).map((d) => d.severity));
    const expected = WITHOUT_ANSWER.includes(code) ? ["error", "warning"] : ["warning"];
    expect(severities.size).toBe(1);
    expect(expected).toContain([...severities][0]);
    expect(valid).toBe(!found.some((d) => d.severity === "error"));
    for (const { notes } of found) expect(notes?.[0]).toMatch(valid ? /^the cluster holds it already/ : /./);
  });

  test("is an error for every code of which that is said at least once", () => {
    const errors = new Set(
      held.flatMap(([, , object]) => validate(object).found.filter((d) => d.severity === "error")),
    );
    const codes = new Set([...errors].map((d) => d.code));
    expect(WITHOUT_ANSWER.filter((code) => !codes.has(code))).toEqual([]);
  });

  const objects = held.filter(([, , object]) => validate(object).valid).map(([, , object]) => object);
  const other = heldByCluster(service({ clusterIP: "10.96.0.1" }, { metadata: { name: "other" } }));
  test.each(["iptables", "ipvs", "nftables"] as const)("is compiled all the same, in mode %s", async (mode) => {
    for (const [i, object] of objects.entries()) {
      const source = sourceFromText(
        "dump.json",
        JSON.stringify({ apiVersion: "v1", kind: "List", items: [other, allocated(object)] }),
      );
      const { text, diagnostics } = await compile([source], { mode });
      expect([i, diagnostics.filter((d) => d.severity === "error")]).toEqual([i, []]);
      expect(text).toBeDefined();
    }
  });
});

describe("text that nobody has filled in", () => {
  test.each([
    [meta({ name: "${NAME}" }), true],
    [named({ port: "${PORT:-80}" }), true],
    [service({ selector: { app: "$(APP)" } }), false],
    [meta({ name: "<your-name>" }), false],
    [meta({ namespace: "%NAMESPACE%" }), false],
    [meta({ labels: { app: "[[ .app ]]" } }), false],
  ])("is told as that, not as a bad value: %j", (object, shell) => {
    const [note, ...rest] = validate(object).found[0]!.notes!;
    expect(note).toContain("placeholder that nobody has filled in");
    expect([note!.includes("envsubst"), rest]).toEqual([shell, []]);
  });

  test.each([[meta({ name: "Web" })], [meta({ name: "a<b>" })], [named({ port: "80" })], [meta({ name: "$" })]])(
    "is not any bad value: %j",
    (object) => {
      expect(validate(object).found[0]!.notes!.join()).not.toContain("placeholder");
    },
  );
});

test("a type that is nearly one counts as that for what else may be wrong", () => {
  const { found } = validate(typed("loadbalancer", { externalTrafficPolicy: "Local", loadBalancerClass: "a/b" }));
  expect(found.map((d) => d.code)).toEqual(["service-type-unknown"]);
});

describe("what a cluster may hold although some release refuses it", () => {
  test.each(WARNED)("is a warning: %s", (code, object, minor) => {
    const { valid, found } = validate(object, minor);
    expect(valid).toBe(true);
    expect(found.map((d) => [d.code, d.severity])).toEqual([[code, "warning"]]);
  });
});

describe("what a release refuses in new objects only", () => {
  test.each(REFUSED_NEW)("is an error in a manifest and a warning in a dump: %s", (code, object, minor) => {
    const { valid, found } = validate(object, minor);
    expect(valid).toBe(false);
    expect(found.map((d) => [d.code, d.severity])).toEqual([[code, "error"]]);
    const metadata = object["metadata"] as Raw;
    for (const mark of [{ uid: "u" }, { resourceVersion: "7" }]) {
      const held = validate({ ...object, metadata: { ...metadata, ...mark } }, minor);
      expect(held.valid).toBe(true);
      expect(held.found.map((d) => [d.code, d.severity])).toEqual([[code, "warning"]]);
    }
    expect(validate(object, code === "lax-address" ? minor - 1 : minor + 1)).toEqual({ valid: true, found: [] });
  });

  test("is no matter of source ranges that are given by an empty annotation: every release refuses them", () => {
    const key = "service.beta.kubernetes.io/load-balancer-source-ranges";
    const { found } = validate(meta({ name: "web", annotations: { [key]: "" } }));
    expect(found.map((d) => [d.code, d.severity])).toEqual([["source-ranges-forbidden", "error"]]);
    expect(validate({ ...typed("LoadBalancer", {}), metadata: { name: "web", annotations: { [key]: " " } } })).toEqual({
      valid: true,
      found: [],
    });
  });

  test.each([
    ["web-", []],
    ["Web-", ["name-invalid"]],
    ["-", []],
    ["a.b-", ["name-invalid"]],
  ])("and a generateName beside a name is checked, too: %s", (generateName, codes) => {
    expect(validate(meta({ name: "web", generateName })).found.map((d) => d.code)).toEqual(codes);
  });
});

describe("what is right", () => {
  test.each(ACCEPTED)("gives nothing: %s", (_, object, minor) => {
    expect(validate(object, minor)).toEqual({ valid: true, found: [] });
  });
});

describe("an object with a generateName only", () => {
  test("is left out with a warning, since nobody knows its name", () => {
    const { valid, found } = validate({ ...pod({}), metadata: { generateName: "web-" } });
    expect(valid).toBe(false);
    expect(found.map((d) => [d.code, d.severity])).toEqual([["generated-name", "warning"]]);
  });
});

describe("unknown fields", () => {
  const near = (object: Raw) =>
    validate(object).found.map((d) => [d.message, d.notes![0], pathOf(d), (d.at as Place).of]);

  test("come with the field that was meant, and point at the key", () => {
    expect(near(named({ port: 80, targetport: 8080 }))).toEqual([
      [
        'spec.ports[0] has no field "targetport"',
        "did you mean targetPort?",
        ["spec", "ports", 0, "targetport"],
        "key",
      ],
    ]);
    expect(near({ ...service({}), "\u00a0 labels": {} })[0]![1]).toMatch(/^a no-break space \(U\+00A0\) stands there/);
    expect(near({ ...service({}), sepc: {} })[0]!.slice(0, 2)).toEqual([
      'a Service has no field "sepc"',
      "did you mean spec?",
    ]);
    expect(near(proxy({ iptable: {} }))[0]![1]).toBe("did you mean iptables?");
  });

  test("are not looked for in what a cluster gave out, whose API server may be newer", () => {
    expect(validate(service({ brandNew: 1 }, { metadata: { uid: "u" } })).found).toEqual([]);
  });

  test("and what other releases refuse is at most a warning in an object that a cluster took", () => {
    const metadata = { name: "9web", uid: "u" };
    const spec = { type: "NodePort", trafficDistribution: "PreferSameNode", externalIPs: ["203.0.113.007"] };
    const object = service({ ...spec, ports: [{ port: 80, nodePort: 8080 }] }, { metadata });
    const held = validate(object, 33);
    expect([held.valid, held.found.map((d) => d.severity)]).toEqual([true, ["warning"]]);
    expect(validate({ ...object, metadata: { name: "9web" } }, 33).found).toHaveLength(3);
  });

  test("are cut after twenty for one object", () => {
    const spec = Object.fromEntries(many(1000, (i) => [`qqq${i}`, 1]));
    expect(validate(service(spec)).found).toHaveLength(20);
  });

  test("harmful names are only names", () => {
    const hostile = JSON.parse('{"__proto__":{"ports":1},"constructor":1,"ports":[{"port":80}]}') as Raw;
    const { valid, found } = validate({ ...service({}), spec: hostile });
    expect(valid).toBe(true);
    expect(found.map((d) => d.message)).toEqual(['spec has no field "__proto__"', 'spec has no field "constructor"']);
  });

  test("control characters are spelled out", () => {
    expect(validate(service({ "\u001b[31m": 1 })).found[0]!.message).toBe('spec has no field "\\u001b[31m"');
    expect(validate(service({ clusterIP: "\u0007\u009b" })).found[0]!.message).toBe(
      'cluster IP "\\u0007\\x9b" is no IP address',
    );
  });
});

describe("objects of a cluster that svcrules reads in bulk", () => {
  const live = { metadata: { name: "web-1", uid: "u" } };

  test("are still checked for types", () => {
    for (const wrong of [
      { ...pod({ nodeName: 5 }), ...live },
      { ...pod({}, { status: { podIPs: [{ ip: 5 }] } }), ...live },
      { ...pod({}, { status: { conditions: [null] } }), ...live },
      { ...slice({ endpoints: [{ addresses: [5] }] }), ...live },
      { ...slice({ endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: "true" } }] }), ...live },
      { ...pod({}), metadata: { name: "web-1", uid: "u", labels: { a: 1 } } },
    ])
      expect(validate(wrong).found.map((d) => d.code)).toContain("wrong-type");
  });
});

describe("an object with very many findings", () => {
  test("is reported for a hundred of them, then with their number", () => {
    const { valid, found } = validate(slice({ endpoints: many(900, () => ({ addresses: ["***HIDDEN***"] })) }));
    expect(valid).toBe(false);
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toMatchObject({ code: "more-findings", severity: "note" });
    expect(found.at(-1)!.message).toBe("800 more findings in this EndpointSlice are left out");
  });
});

describe("any value in any field", () => {
  const values = [null, 1, -1, 1.5, "x", "", true, [], [null], [1], ["x"], {}, { a: 1 }, { a: null }, [{}], [[]]];
  const objects = [
    service({ type: "LoadBalancer", clusterIP: "10.0.0.1", clusterIPs: ["10.0.0.1"], externalIPs: ["1.2.3.4"] }),
    withPorts({ name: "a", containerPort: 80 }),
    slice({}),
    address({}),
    node({ podCIDRs: ["10.0.0.0/24"] }),
    deployment({}),
    ranges("10.0.0.0/24"),
    proxy({ iptables: { masqueradeBit: 14 }, nodePortAddresses: ["primary"] }),
  ];

  function* mutations(value: unknown): Generator<unknown> {
    yield* values;
    if (typeof value !== "object" || value === null) return;
    for (const key of Object.keys(value))
      for (const inner of mutations((value as Raw)[key])) {
        const copy = (Array.isArray(value) ? [...value] : { ...value }) as Raw;
        copy[key] = inner;
        yield copy;
      }
  }

  test("is judged without an exception, and a refusal always has an error or a generated name", () => {
    let judged = 0;
    for (const object of objects)
      for (const mutation of mutations(object)) {
        const raw = { ...(mutation as Raw), apiVersion: object["apiVersion"], kind: object["kind"] };
        const { valid, found } = validate(raw);
        expect(valid || found.some((d) => d.severity === "error")).toBe(true);
        judged++;
      }
    expect(judged).toBeGreaterThan(500);
  });
});

describe("collisions of Services", () => {
  const cluster = (...specs: [string, Raw, Raw?][]): Service[] =>
    specs.map(
      ([name, spec, status]) =>
        ({ ...service(spec), metadata: { name, namespace: "default" }, origin, status }) as unknown as Service,
    );
  const codes = (services: Service[]) => findCollisions(services).map((d) => [d.code, d.severity, pathOf(d)]);

  test("over a node port are errors at both, whatever the protocol", () => {
    const found = findCollisions(
      cluster(
        ["a", { type: "NodePort", ports: [{ port: 80, nodePort: 30_080 }] }],
        ["b", { type: "NodePort", ports: [{ port: 81, protocol: "UDP", nodePort: 30_080 }] }],
      ),
    );
    expect(found.map((d) => [d.code, d.severity, d.message])).toEqual([
      ["node-port-collision", "error", "node port 30080 of Service default/a is also claimed by Service default/b"],
      ["node-port-collision", "error", "node port 30080 of Service default/b is also claimed by Service default/a"],
    ]);
  });

  test("count health-check ports as node ports, of the Service itself too", () => {
    const local = { type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: 30_080 };
    expect(codes(cluster(["a", local], ["b", { type: "NodePort", ports: [{ port: 80, nodePort: 30_080 }] }]))).toEqual([
      ["node-port-collision", "error", ["spec", "healthCheckNodePort"]],
      ["node-port-collision", "error", ["spec", "ports", 0, "nodePort"]],
    ]);
    expect(codes(cluster(["a", { ...local, ports: [{ port: 80, nodePort: 30_080 }] }]))).toHaveLength(2);
  });

  test("leave two protocols of one port number alone", () => {
    const both = [
      { name: "a", port: 53, nodePort: 30_053, protocol: "TCP" },
      { name: "b", port: 53, nodePort: 30_053, protocol: "UDP" },
    ];
    expect(codes(cluster(["a", { type: "NodePort", ports: both }]))).toEqual([]);
  });

  test("are warnings at both when a cluster gave out both, and errors when only one", () => {
    const claiming = (name: string, uid?: string) =>
      ({ ...service({ clusterIP: "10.96.0.9" }), metadata: { name, uid } }) as unknown as Service;
    const severities = (...services: Service[]) => findCollisions(services).map(({ severity }) => severity);
    expect(severities(claiming("a", "1"), claiming("b", "2"))).toEqual(["warning", "warning"]);
    expect(severities(claiming("a", "1"), claiming("b"))).toEqual(["error", "error"]);
  });

  test("over a cluster IP are errors in whatever spelling; None is nobody's", () => {
    expect(
      codes(cluster(["a", { clusterIP: "fd00::1" }], ["b", { clusterIP: "FD00:0::1", clusterIPs: ["FD00:0::1"] }])),
    ).toEqual([
      ["cluster-ip-collision", "error", ["spec", "clusterIP"]],
      ["cluster-ip-collision", "error", ["spec", "clusterIPs", 0]],
    ]);
    expect(codes(cluster(["a", { clusterIP: "None" }], ["b", { clusterIP: "None" }]))).toEqual([]);
  });

  test("over an external or load-balancer IP, port and protocol are warnings", () => {
    const ingress = (ip: string, ipMode = "VIP") => ({ loadBalancer: { ingress: [{ ip, ipMode }] } });
    const external = { externalIPs: ["203.0.113.7"] };
    expect(codes(cluster(["a", external], ["b", external]))).toEqual([
      ["external-address-collision", "warning", ["spec", "externalIPs", 0]],
      ["external-address-collision", "warning", ["spec", "externalIPs", 0]],
    ]);
    expect(codes(cluster(["a", external], ["b", { type: "LoadBalancer" }, ingress("203.0.113.7")]))).toHaveLength(2);
    expect(codes(cluster(["a", external], ["b", { type: "LoadBalancer" }, ingress("203.0.113.7", "Proxy")]))).toEqual(
      [],
    );
    expect(codes(cluster(["a", external], ["b", { ...external, ports: [{ port: 81 }] }]))).toEqual([]);
    expect(codes(cluster(["a", external], ["b", { ...external, ports: [{ port: 80, protocol: "UDP" }] }]))).toEqual([]);
  });
});

test("every code of the API server's checks is in a table here", () => {
  const source = Object.keys(DIAGNOSTIC_CODES);
  const from = source.indexOf("wrong-type");
  const to = source.indexOf("simulated");
  const elsewhere = [
    ...["generated-name", "more-findings", "node-port-collision", "cluster-ip-collision", "external-address-collision"],
    // Found when a cluster is completed: complete/index.test.ts.
    ...["cluster-ip-outside-range", "ip-family-not-in-cluster"],
  ];
  const tested = new Set<string>([...[...REFUSED, ...REFUSED_NEW, ...WARNED].map(([code]) => code), ...elsewhere]);
  expect(source.slice(from, to).filter((code) => !tested.has(code))).toEqual([]);
});
