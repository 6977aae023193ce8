import { describe, expect, test } from "@jest/globals";
import { featuresOf } from "../../config/features.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { ConfigMap, Node, Pod, Service, ServiceCIDR, Workload, WorkloadKind } from "../../kube/types.js";
import { cidrContains, parseCIDR } from "../../net/cidr.js";
import { parseIP } from "../../net/ip.js";
import { clusterOf } from "../../testing/objects.js";
import { findCollisions } from "../validate/across.js";
import type { Cluster } from "../types.js";
import { completeCluster, type CompletionOptions, type CompletionResult } from "./index.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";

type Objects = Partial<Omit<Cluster, "facts">> & { live?: boolean };

const byName = <T extends { metadata: { name: string; namespace?: string } }>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => {
    const [x, y] = [
      `${a.metadata.namespace ?? ""}/${a.metadata.name}`,
      `${b.metadata.namespace ?? ""}/${b.metadata.name}`,
    ];
    return x < y ? -1 : x > y ? 1 : 0;
  });

function cluster({ live = false, ...objects }: Objects): Cluster {
  return {
    ...clusterOf([], { fromLiveCluster: live }),
    services: byName(objects.services ?? []),
    pods: byName(objects.pods ?? []),
    nodes: byName(objects.nodes ?? []),
    endpointSlices: objects.endpointSlices ?? [],
    endpoints: objects.endpoints ?? [],
    workloads: byName(objects.workloads ?? []),
    configMaps: objects.configMaps ?? [],
    serviceCIDRs: objects.serviceCIDRs ?? [],
  };
}

function complete(objects: Objects, options: Partial<CompletionOptions> & { minor?: number } = {}): CompletionResult {
  const { minor = 36, ...rest } = options;
  const features = featuresOf({ minor, text: `1.${minor}` });
  return completeCluster(cluster(objects), { simulate: true, serviceCIDR: [], features, ...rest });
}

const service = (name: string, spec: Partial<Service["spec"]> = {}, namespace = "default"): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
});
const workload = (kind: WorkloadKind, name: string, spec: Partial<Workload["spec"]> = {}): Workload => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name, namespace: "default" },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "c" }] } },
    ...spec,
  },
});
const pod = (name: string, rest: Partial<Pod> = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default", labels: { app: name } },
  spec: { containers: [{ name: "c" }] },
  ...rest,
});
const node = (name: string, podCIDRs: string[] = [], labels: Record<string, string> = {}): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels },
  spec: { podCIDR: podCIDRs[0], podCIDRs },
  status: { addresses: [{ type: "InternalIP", address: `192.168.0.${name.length}` }] },
});
const running = (podIP: string): Pod["status"] => ({ phase: "Running", podIP, podIPs: [{ ip: podIP }] });
const only = (services: readonly Service[]): Service["spec"] => services[0]!.spec;
const codes = ({ diagnostics }: CompletionResult) => diagnostics.map((d: Diagnostic) => [d.code, d.severity]);

describe("defaults of the API server", () => {
  const spec = (given: Partial<Service["spec"]>, minor = 36) =>
    only(complete({ services: [service("a", { clusterIP: "10.96.0.1", ...given })] }, { minor }).cluster.services);

  test("fill in type, affinity, protocol, target port and the internal policy", () => {
    expect(spec({})).toMatchObject({
      type: "ClusterIP",
      sessionAffinity: "None",
      internalTrafficPolicy: "Cluster",
      ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
      clusterIPs: ["10.96.0.1"],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
    });
    expect(spec({}).externalTrafficPolicy).toBeUndefined();
    expect(spec({ ports: [{ port: 80, targetPort: "" }] }).ports![0]!.targetPort).toBe(80);
    expect(spec({ ports: [{ port: 80, targetPort: "http" }] }).ports![0]!.targetPort).toBe("http");
  });

  test("give ClientIP affinity three hours, and None no configuration", () => {
    const seconds = (given: Partial<Service["spec"]>) => spec(given).sessionAffinityConfig?.clientIP?.timeoutSeconds;
    expect(seconds({ sessionAffinity: "ClientIP" })).toBe(10_800);
    expect(seconds({ sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } })).toBe(
      5,
    );
    expect(spec({ sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } }).sessionAffinityConfig).toBeUndefined();
  });

  test("give an external policy to what is reachable from outside, with external IPs from 1.29 on", () => {
    expect(spec({ type: "NodePort" }).externalTrafficPolicy).toBe("Cluster");
    expect(spec({ type: "LoadBalancer" })).toMatchObject({
      externalTrafficPolicy: "Cluster",
      allocateLoadBalancerNodePorts: true,
    });
    expect(spec({ externalIPs: ["203.0.113.1"] }).externalTrafficPolicy).toBe("Cluster");
    expect(spec({ externalIPs: ["203.0.113.1"] }, 28).externalTrafficPolicy).toBeUndefined();
  });

  test("give load-balancer addresses the mode VIP where the release has modes", () => {
    const given: Service = {
      ...service("a", { type: "LoadBalancer" }),
      status: { loadBalancer: { ingress: [{ ip: "203.0.113.1" }, { hostname: "a.b" }] } },
    };
    const ingress = (minor: number) =>
      complete({ services: [given] }, { minor }).cluster.services[0]!.status!.loadBalancer!.ingress;
    expect(ingress(30)).toEqual([{ ip: "203.0.113.1", ipMode: "VIP" }, { hostname: "a.b" }]);
    expect(ingress(28)).toEqual([{ ip: "203.0.113.1" }, { hostname: "a.b" }]);
  });

  test("leave an ExternalName Service without addresses and policies", () => {
    const { cluster: done, diagnostics } = complete({
      services: [service("a", { type: "ExternalName", externalName: "a.b" })],
    });
    expect(only(done.services)).not.toHaveProperty("clusterIP");
    expect(only(done.services).internalTrafficPolicy).toBeUndefined();
    expect(diagnostics).toEqual([]);
  });

  test("complete pods, slices, Endpoints and Nodes, and leave the input as it is", () => {
    const input: Objects = {
      pods: [
        pod("a", {
          spec: { hostNetwork: true, containers: [{ name: "c", ports: [{ containerPort: 80 }] }] },
          status: { phase: "Running", podIPs: [{ ip: "10.0.0.1" }] },
        }),
        pod("b", { status: { phase: "Running", podIP: "10.0.0.2", podIPs: [{ ip: "10.0.0.3" }, { ip: "fd00::1" }] } }),
      ],
      nodes: [{ ...node("n"), status: { capacity: { cpu: "2" } } }],
      endpointSlices: [
        {
          apiVersion: "discovery.k8s.io/v1",
          kind: "EndpointSlice",
          metadata: { name: "s" },
          addressType: "IPv4",
          ports: [{ port: 80 }],
        },
      ],
      endpoints: [
        { apiVersion: "v1", kind: "Endpoints", metadata: { name: "e" }, subsets: [{ ports: [{ port: 80 }] }] },
      ],
    };
    const before = JSON.stringify(input);
    const { cluster: done } = complete(input);
    expect(done.pods[0]!.spec.containers![0]!.ports).toEqual([{ containerPort: 80, hostPort: 80, protocol: "TCP" }]);
    expect(done.pods[0]!.status!.podIP).toBe("10.0.0.1");
    expect(done.pods[1]!.status!.podIPs).toEqual([{ ip: "10.0.0.2" }]);
    expect(done.nodes[0]!.status!.allocatable).toEqual({ cpu: "2" });
    expect(done.endpointSlices[0]!.ports).toEqual([{ name: "", port: 80, protocol: "TCP" }]);
    expect(done.endpoints[0]!.subsets![0]!.ports).toEqual([{ port: 80, protocol: "TCP" }]);
    expect(JSON.stringify(input)).toBe(before);
  });
});

describe("addresses that are made up", () => {
  test("come from the upper part of the default range, are marked and told once", () => {
    const result = complete({ services: [service("a"), service("b")] });
    for (const { spec, simulated } of result.cluster.services) {
      expect(cidrContains(parseCIDR("10.96.0.0/12")!, parseIP(spec.clusterIP!)!)).toBe(true);
      expect(parseIP(spec.clusterIP!)!.value).toBeGreaterThan(parseIP("10.96.1.0")!.value);
      expect(spec.clusterIPs).toEqual([spec.clusterIP]);
      expect(simulated).toEqual(["spec.clusterIPs[0]", "spec.clusterIP"]);
    }
    expect(result.simulated.clusterIPs).toBe(2);
    expect(codes(result)).toEqual([["simulated", "note"]]);
    expect(result.diagnostics[0]!.message).toBe("made up, since no cluster has seen these manifests: 2 cluster IPs");
  });

  test("come from the option, else from ServiceCIDRs, else from the kubeadm configuration", () => {
    const serviceCIDRs: ServiceCIDR[] = ["b", "kubernetes"].map((name, i) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "ServiceCIDR",
      metadata: { name },
      spec: { cidrs: [i === 0 ? "10.1.0.0/24" : "10.2.0.0/24"] },
    }));
    const configMaps: ConfigMap[] = [
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "kubeadm-config", namespace: "kube-system" },
        data: {
          ClusterConfiguration:
            "networking:\n  podSubnet: 10.244.0.0/16\n  serviceSubnet: 10.3.0.0/24,fd00::/112 # two\n",
        },
      },
    ];
    const start = (objects: Objects, serviceCIDR: string[] = []) =>
      only(complete({ services: [service("a")], ...objects }, { serviceCIDR }).cluster.services)
        .clusterIP!.split(".")
        .slice(0, 3)
        .join(".");
    expect(start({ serviceCIDRs, configMaps }, ["10.4.0.0/24"])).toBe("10.4.0");
    expect(start({ serviceCIDRs, configMaps })).toBe("10.2.0");
    expect(start({ configMaps })).toBe("10.3.0");
  });

  test("are the customary ones for the API server and DNS", () => {
    const { services } = complete({
      services: [service("kubernetes"), service("kube-dns", {}, "kube-system")],
    }).cluster;
    expect(services.map(({ spec }) => spec.clusterIP)).toEqual(["10.96.0.1", "10.96.0.10"]);
  });

  test("leave headless Services alone", () => {
    const result = complete({ services: [service("a", { clusterIP: "None" })] });
    expect(only(result.cluster.services)).toMatchObject({ clusterIPs: ["None"], ipFamilies: ["IPv4"] });
    expect(result.diagnostics).toEqual([]);
    const { services } = complete({ services: [service("a", { clusterIP: "None", selector: undefined })] }).cluster;
    expect(only(services)).toMatchObject({ ipFamilies: ["IPv4", "IPv6"], ipFamilyPolicy: "RequireDualStack" });
  });

  test("follow the IP families that a Service asks for and the cluster has", () => {
    const families = (spec: Partial<Service["spec"]>, objects: Objects = {}, serviceCIDR: string[] = []) => {
      const result = complete({ services: [service("a", spec)], ...objects }, { serviceCIDR });
      const { clusterIPs, ipFamilies } = only(result.cluster.services);
      expect(clusterIPs?.map((ip) => parseIP(ip)!.family) ?? []).toEqual(ipFamilies?.slice(0, clusterIPs?.length ?? 0));
      return [ipFamilies, ...codes(result).filter(([code]) => code !== "simulated")];
    };
    const both = ["10.96.0.0/12", "fd00:96::/108"];
    expect(families({})).toEqual([["IPv4"]]);
    expect(families({ ipFamilyPolicy: "PreferDualStack" })).toEqual([["IPv4"]]);
    expect(
      families({ ipFamilyPolicy: "PreferDualStack" }, { nodes: [node("n", ["10.244.0.0/24", "fd00::/64"])] }),
    ).toEqual([["IPv4", "IPv6"]]);
    expect(families({ ipFamilyPolicy: "RequireDualStack" })).toEqual([["IPv4", "IPv6"]]);
    expect(families({ ipFamilies: ["IPv6"] })).toEqual([["IPv6"]]);
    expect(families({ ipFamilyPolicy: "PreferDualStack", ipFamilies: ["IPv6"] }, {}, both)).toEqual([["IPv6", "IPv4"]]);
    expect(families({}, {}, ["fd00:96::/108,10.96.0.0/12"])).toEqual([["IPv6"]]);
    expect(families({ clusterIP: "10.96.0.9", ipFamilyPolicy: "PreferDualStack" }, {}, both)).toEqual([
      ["IPv4", "IPv6"],
    ]);
    const lacks = ["ip-family-not-in-cluster", "error"];
    expect(families({ ipFamilyPolicy: "RequireDualStack" }, {}, ["10.96.0.0/12"])[1]).toEqual(lacks);
    expect(families({ ipFamilyPolicy: "PreferDualStack", ipFamilies: ["IPv6"] }, {}, ["10.96.0.0/12"])[1]).toEqual(
      lacks,
    );
  });

  test("are missing when the range is full, which is an error", () => {
    const services = ["a", "b", "c"].map((name) => service(name));
    expect(codes(complete({ services }, { serviceCIDR: ["10.0.0.0/30"] }))).toEqual([
      ["range-exhausted", "error"],
      ["simulated", "note"],
    ]);
  });

  test("need a range that is one", () => {
    expect(codes(complete({ services: [] }, { serviceCIDR: ["10.96.0.0"] }))).toEqual([
      ["service-range-invalid", "error"],
    ]);
  });

  test("of people outside the ranges are a warning", () => {
    expect(
      codes(complete({ services: [service("a", { clusterIP: "192.0.2.1" })] }, { serviceCIDR: ["10.96.0.0/12"] })),
    ).toEqual([["cluster-ip-outside-range", "warning"]]);
    expect(codes(complete({ services: [service("a", { clusterIP: "192.0.2.1" })] }))).toEqual([]);
  });
});

describe("node ports that are made up", () => {
  const ports = (spec: Partial<Service["spec"]>) => only(complete({ services: [service("a", spec)] }).cluster.services);

  test("lie in 30086-32767; protocols of one port number share one", () => {
    const { ports: list } = ports({
      type: "NodePort",
      ports: [
        { name: "a", port: 53, protocol: "UDP" },
        { name: "b", port: 53 },
        { name: "c", port: 80 },
      ],
    });
    const [a, b, c] = list!.map(({ nodePort }) => nodePort!);
    expect(a).toBe(b);
    expect(c).not.toBe(a);
    for (const port of [a!, c!]) expect(port >= 30_086 && port <= 32_767).toBe(true);
  });

  test("borrow the explicit one of a later entry with the same port number", () => {
    const list = ports({
      type: "NodePort",
      ports: [
        { name: "a", port: 53, protocol: "UDP" },
        { name: "b", port: 53, nodePort: 30_053 },
      ],
    });
    expect(list.ports!.map(({ nodePort }) => nodePort)).toEqual([30_053, 30_053]);
  });

  test("are for load balancers too unless they decline, and for nobody else", () => {
    expect(ports({ type: "LoadBalancer" }).ports![0]!.nodePort).toBeGreaterThan(30_000);
    expect(ports({ type: "LoadBalancer", allocateLoadBalancerNodePorts: false }).ports![0]!.nodePort).toBeUndefined();
    expect(ports({}).ports![0]!.nodePort).toBeUndefined();
  });

  test("include a health-check port for load balancers of policy Local", () => {
    expect(ports({ type: "LoadBalancer", externalTrafficPolicy: "Local" }).healthCheckNodePort).toBeGreaterThan(30_000);
    expect(ports({ type: "LoadBalancer" }).healthCheckNodePort).toBeUndefined();
    expect(
      ports({ type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: 31_234 }).healthCheckNodePort,
    ).toBe(31_234);
  });
});

describe("pods that workloads stand for", () => {
  const pods = (objects: Objects) => complete(objects).cluster.pods;

  test("of a Deployment have its labels, names of its ReplicaSet, addresses and readiness", () => {
    const made = pods({ workloads: [workload("Deployment", "web", { replicas: 3 })] });
    expect(made).toHaveLength(3);
    expect(new Set(made.map(({ status }) => status!.podIP)).size).toBe(3);
    for (const { metadata, spec, status, simulated } of made) {
      const [owner] = metadata.ownerReferences!;
      expect(owner).toMatchObject({ kind: "ReplicaSet", name: `web-${metadata.labels!["pod-template-hash"]!}` });
      expect(metadata.name).toMatch(/^web-[b-z2-9]{10}-[b-z2-9]{5}$/);
      expect(metadata.labels).toMatchObject({ app: "web" });
      expect(spec.nodeName).toBe("simulated-node");
      expect(status).toMatchObject({ phase: "Running", conditions: [{ type: "Ready", status: "True" }, {}] });
      expect(simulated).toBe("object");
    }
  });

  test("of a StatefulSet have ordinals, host names and a subdomain", () => {
    const made = pods({
      workloads: [workload("StatefulSet", "db", { replicas: 2, serviceName: "db-hl", ordinals: { start: 5 } })],
    });
    expect(made.map(({ metadata, spec }) => [metadata.name, spec.hostname, spec.subdomain])).toEqual([
      ["db-5", "db-5", "db-hl"],
      ["db-6", "db-6", "db-hl"],
    ]);
  });

  test("of a DaemonSet run on every node that its nodeSelector allows", () => {
    const nodes = [
      node("a", [], { disk: "ssd" }),
      node("b"),
      node("c", [], { "node-role.kubernetes.io/control-plane": "" }),
    ];
    const onNodes = (nodeSelector?: Record<string, string>) =>
      pods({ nodes, workloads: [workload("DaemonSet", "d", { template: { spec: { nodeSelector } } })] })
        .map(({ spec }) => spec.nodeName)
        .sort();
    expect(onNodes()).toEqual(["a", "b", "c"]);
    expect(onNodes({ disk: "ssd", "kubernetes.io/os": "linux" })).toEqual(["a"]);
  });

  test("are one unless replicas says otherwise; none of Jobs", () => {
    expect(
      pods({ workloads: [workload("ReplicaSet", "r"), workload("Deployment", "none", { replicas: 0 })] }),
    ).toHaveLength(1);
    expect(pods({ workloads: [workload("Job", "j"), workload("CronJob", "c")] })).toHaveLength(0);
    expect(
      pods({
        workloads: [
          { ...workload("ReplicationController", "r"), spec: { selector: { app: "r" }, replicas: 2, template: {} } },
        ],
      }),
    ).toHaveLength(2);
  });

  test("of a ReplicaSet that a Deployment of the input owns are the Deployment's", () => {
    const owned = workload("ReplicaSet", "web-abc");
    owned.metadata.ownerReferences = [{ kind: "Deployment", name: "web", controller: true }];
    expect(pods({ workloads: [workload("Deployment", "web"), owned] })).toHaveLength(1);
    expect(pods({ workloads: [owned] })).toHaveLength(1);
  });

  test("are not made when the input has some, by owner or by labels", () => {
    const workloads = [workload("Deployment", "web", { replicas: 3 })];
    const real = (metadata: Partial<Pod["metadata"]>) =>
      pods({
        workloads,
        pods: [pod("p", { metadata: { name: "p", namespace: "default", ...metadata }, status: running("10.0.0.1") })],
      });
    expect(real({ labels: { app: "web", x: "y" } })).toHaveLength(1);
    expect(real({ ownerReferences: [{ kind: "ReplicaSet", name: "web-5d4f8c7b9d" }] })).toHaveLength(1);
    expect(real({ labels: { app: "other" } })).toHaveLength(4);
    expect(real({ namespace: "prod", labels: { app: "web" } })).toHaveLength(4);
  });

  test("spread over the workers, one after the other, and take addresses of their node", () => {
    const nodes = [
      node("a", ["10.1.0.0/24"]),
      node("b", ["10.2.0.0/24"]),
      node("m", ["10.3.0.0/24"], { "node-role.kubernetes.io/control-plane": "" }),
    ];
    const made = pods({ nodes, workloads: [workload("Deployment", "web", { replicas: 4 })] });
    expect(made.map(({ spec }) => spec.nodeName).sort()).toEqual(["a", "a", "b", "b"]);
    for (const { spec, status } of made)
      expect(status!.podIP!.startsWith(spec.nodeName === "a" ? "10.1.0." : "10.2.0.")).toBe(true);
    expect(pods({ nodes: nodes.slice(2), workloads: [workload("Deployment", "web")] })[0]!.spec.nodeName).toBe("m");
  });

  test("have addresses of both families on a dual-stack node, and the node's own on the host's network", () => {
    const nodes = [node("a", ["10.1.0.0/24", "fd00:1::/64"])];
    const families = (hostNetwork: boolean) =>
      pods({
        nodes,
        workloads: [workload("Deployment", "w", { template: { spec: { hostNetwork } } })],
      })[0]!.status!.podIPs!.map(({ ip }) => ip);
    expect(families(false).map((ip) => parseIP(ip)!.family)).toEqual(["IPv4", "IPv6"]);
    expect(families(true)).toEqual(["192.168.0.1"]);
  });

  test("are none, with a warning, where no node has the labels", () => {
    const result = complete({
      nodes: [node("a")],
      workloads: [workload("Deployment", "w", { template: { spec: { nodeSelector: { disk: "ssd" } } } })],
    });
    expect(result.cluster.pods).toEqual([]);
    expect(codes(result)).toEqual([["workload-without-node", "warning"]]);
  });

  test("are bounded", () => {
    const result = complete({ workloads: [workload("Deployment", "w", { replicas: 2_000_000_000 })] });
    expect(codes(result)).toEqual([["too-many-replicas", "error"]]);
  });

  test("never share an address, not even when a node's range is full", () => {
    const made = pods({
      nodes: [node("a", ["10.1.0.0/29"])],
      workloads: [workload("Deployment", "w", { replicas: 400 })],
    });
    expect(new Set(made.map(({ status }) => status!.podIP)).size).toBe(400);
    expect(new Set(made.map(({ metadata }) => metadata.name)).size).toBe(400);
  });
});

describe("pods of manifests", () => {
  test("without a status run and are ready", () => {
    const result = complete({ pods: [pod("a")] });
    expect(result.cluster.pods[0]).toMatchObject({
      spec: { nodeName: "simulated-node" },
      status: { phase: "Running" },
      simulated: ["status", "spec.nodeName"],
    });
    expect(result.simulated.podStatuses).toBe(1);
  });

  test("with a status stay as they are, without an address too", () => {
    const pending = pod("a", { status: { phase: "Pending" } });
    expect(complete({ pods: [pending] }).cluster.pods).toEqual([pending]);
  });

  test("stay on the node they name", () => {
    const nodes = [node("a", ["10.1.0.0/24"]), node("bb", ["10.2.0.0/24"])];
    const [made] = complete({ nodes, pods: [pod("p", { spec: { nodeName: "bb" } })] }).cluster.pods;
    expect(made!.spec.nodeName).toBe("bb");
    expect(made!.status!.podIP).toMatch(/^10\.2\.0\./);
  });
});

describe("without simulation", () => {
  test("everything that is missing is an error, and nothing changes", () => {
    const services = [service("a", { type: "LoadBalancer", externalTrafficPolicy: "Local" })];
    const result = complete(
      { services, pods: [pod("p")], workloads: [workload("Deployment", "w")] },
      { simulate: false },
    );
    expect(codes(result)).toEqual([
      ["pod-status-missing", "error"],
      ["pods-missing", "error"],
      ["cluster-ip-missing", "error"],
      ["node-port-missing", "error"],
      ["health-check-node-port-missing", "error"],
    ]);
    expect(result.cluster.pods).toHaveLength(1);
  });
});

describe("a live cluster", () => {
  test("gets nothing made up; a Service without a cluster IP is an error", () => {
    const services = [service("a"), service("b", { type: "NodePort", clusterIP: "10.96.0.9" })];
    const result = complete({ live: true, services, pods: [pod("p")], workloads: [workload("Deployment", "w")] });
    expect(codes(result)).toEqual([["cluster-ip-missing", "error"]]);
    expect(result.cluster.pods).toEqual([pod("p")]);
    expect(result.cluster.services[1]!.spec.ports![0]!.nodePort).toBeUndefined();
    expect(result.cluster.services[1]!.spec).toMatchObject({ clusterIPs: ["10.96.0.9"], ipFamilies: ["IPv4"] });
  });
});

describe("stability", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/), { maxLength: 40 });
  const types = ["ClusterIP", "NodePort", "LoadBalancer"] as const;
  const made = (list: readonly string[], kept: readonly Service[] = []) =>
    complete({
      services: [
        ...list.map((name) =>
          service(name, {
            type: types[name.length % 3],
            externalTrafficPolicy: name.length % 3 === 2 ? "Local" : undefined,
          }),
        ),
        ...kept,
      ],
      workloads: list.map((name) => workload("Deployment", name, { replicas: 1 + (name.length % 3) })),
      nodes: [node("a", ["10.1.0.0/16"]), node("b", ["10.2.0.0/16"])],
    }).cluster;
  /** Every value that was made up, by whose it is. */
  const values = ({ services, pods }: Cluster): Map<string, string | number> => {
    const map = new Map<string, string | number>();
    for (const { metadata, spec } of services) {
      map.set(`${metadata.name} ip`, spec.clusterIP!);
      for (const { port, nodePort } of spec.ports!) if (nodePort) map.set(`${metadata.name} ${port}`, nodePort);
      if (spec.healthCheckNodePort) map.set(`${metadata.name} health`, spec.healthCheckNodePort);
    }
    for (const { metadata, status } of pods) map.set(`pod ${metadata.name}`, status!.podIP!);
    return map;
  };

  test("a value hangs on its own name, unless another one has taken its slot", () => {
    fc.assert(
      fc.property(names, (list) => {
        const alone = new Map(list.flatMap((name) => [...values(made([name]))]));
        const together = values(made(list));
        expect(together.size).toBe(alone.size);
        for (const [key, value] of together) {
          const slot = alone.get(key);
          if (value === slot) continue;
          expect([...together].filter(([other, v]) => other !== key && v === slot)).toHaveLength(1);
        }
      }),
      { numRuns: fuzzRuns(60) },
    );
  });

  test("two hundred Services and their pods hardly ever claim one slot", () => {
    const list = Array.from({ length: 200 }, (_, i) => `app${i}`);
    const before = values(made(list.slice(0, 100)));
    const after = values(made(list));
    const moved = [...before].filter(([key, value]) => after.get(key) !== value);
    expect(before.size).toBeGreaterThan(300);
    expect(moved.length).toBeLessThan(before.size / 50);
  });

  test("nothing that is made up collides with what is given or with each other", () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 30_000, max: 32_767 }), (list, nodePort) => {
        const given = values(made(list));
        const ip = given.get(`${list[0] ?? ""} ip`) ?? "10.96.5.5";
        const claims = service("0given", { type: "NodePort", clusterIP: String(ip), ports: [{ port: 1, nodePort }] });
        const { services, pods } = made(list, [claims]);
        expect(findCollisions(services)).toEqual([]);
        const ips = pods.map(({ status }) => status!.podIP);
        expect(new Set(ips).size).toBe(ips.length);
      }),
      { numRuns: fuzzRuns(60) },
    );
  });

  test("these values are what every release of svcrules gives", () => {
    const cluster = complete({
      services: [service("web", { type: "NodePort" })],
      workloads: [workload("Deployment", "web")],
    }).cluster;
    expect([...values(cluster)]).toEqual([
      ["web ip", "10.96.31.63"],
      ["web 80", 32_189],
      ["pod web-ld4tgj7k5w-psf9c", "10.244.92.40"],
    ]);
  });
});
