import { describe, expect, test } from "@jest/globals";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { readSource } from "../readers/index.js";
import { sourceFromText } from "../source/source.js";
import { createCollector, type CollectorOptions } from "./collect.js";
import type { Cluster } from "./types.js";

function collect(texts: Record<string, string> | string, options?: CollectorOptions) {
  const collector = createCollector(options);
  for (const [name, text] of Object.entries(typeof texts === "string" ? { "a.yaml": texts } : texts))
    readSource(sourceFromText(name, text), collector);
  return collector.finish();
}

const said = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ severity, code }) => `${severity} ${code}`);
const document = (value: object) => JSON.stringify({ apiVersion: "v1", kind: "Service", ...value });
const service = (name: string, port: number, metadata: object = {}) =>
  document({ metadata: { name, ...metadata }, spec: { ports: [{ port }] } });
const portOf = ({ services }: Cluster) => services.map((s) => s.spec.ports![0]!.port);

describe("collected objects", () => {
  test("are sorted by namespace and name, namespace default standing in", () => {
    const { cluster } = collect(
      [service("b", 1), service("a", 2, { namespace: "z" }), service("a", 3), service("a", 4, { namespace: "A" })].join(
        "\n",
      ),
    );
    expect(cluster.services.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      "A/a",
      "default/a",
      "default/b",
      "z/a",
    ]);
    const other = collect(service("a", 1), { defaultNamespace: "team" }).cluster;
    expect(other.services[0]!.metadata.namespace).toBe("team");
  });

  test("lose what no stage asks for, secrets in annotations included", () => {
    const { cluster } = collect(
      document({
        metadata: {
          name: "a",
          managedFields: [{ manager: "x" }],
          selfLink: "/x",
          annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}", keep: "1" },
        },
        spec: { ports: [{ port: 80, unknown: 1 }], unknown: {} },
        status: { loadBalancer: { ingress: [{ ip: "203.0.113.1", ports: [] }] }, conditions: [] },
      }),
    );
    const { origin: _origin, ...rest } = cluster.services[0]!;
    expect(rest).toEqual({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "a", namespace: "default", annotations: { keep: "1" } },
      spec: { ports: [{ port: 80 }] },
      status: { loadBalancer: { ingress: [{ ip: "203.0.113.1" }] } },
    });
  });

  test("go through validation as they were written, and are left out when it says so", () => {
    const seen: unknown[] = [];
    const { cluster } = collect(service("a", 1, { managedFields: [] }) + service("b", 2), {
      validate: (object, report) => {
        seen.push(object.metadata);
        if (object.metadata.name === "a") report({ code: "not-an-object", severity: "error", message: "no" });
        return object.metadata.name !== "a";
      },
    });
    expect(seen).toEqual([{ name: "a", managedFields: [] }, { name: "b" }]);
    expect(portOf(cluster)).toEqual([2]);
  });

  test("keep their shape whatever the text says", () => {
    const kinds: [string, string][] = [
      ["v1", "Service"],
      ["v1", "Pod"],
      ["v1", "Node"],
      ["v1", "Endpoints"],
      ["v1", "ConfigMap"],
      ["v1", "Namespace"],
      ["apps/v1", "Deployment"],
      ["batch/v1", "CronJob"],
      ["v1", "ReplicationController"],
      ["discovery.k8s.io/v1", "EndpointSlice"],
      ["discovery.k8s.io/v1beta1", "EndpointSlice"],
      ["networking.k8s.io/v1", "NetworkPolicy"],
      ["networking.k8s.io/v1", "ServiceCIDR"],
    ];
    const odd = [null, 7, "text", [], [null, 1, "x", []], {}, { a: null }];
    for (const [apiVersion, kind] of kinds)
      for (const value of odd)
        for (const field of ["metadata", "spec", "status", "subsets", "endpoints", "ports", "data"]) {
          const object = {
            apiVersion,
            kind,
            metadata: { name: "a", labels: value, ownerReferences: value },
            spec: { selector: value, template: value, ports: value, containers: value, cidrs: value, ingress: value },
            [field]: value,
          };
          expect(() => collect(JSON.stringify(object))).not.toThrow();
        }
  });

  test("of discovery.k8s.io/v1beta1 get node and zone from their topology", () => {
    const { cluster } = collect(
      JSON.stringify({
        apiVersion: "discovery.k8s.io/v1beta1",
        kind: "EndpointSlice",
        metadata: { name: "a" },
        addressType: "IPv4",
        endpoints: [
          { addresses: ["10.0.0.1"], topology: { "kubernetes.io/hostname": "n", "topology.kubernetes.io/zone": "z" } },
        ],
      }),
    );
    expect(cluster.endpointSlices[0]!.endpoints).toEqual([{ addresses: ["10.0.0.1"], nodeName: "n", zone: "z" }]);
  });

  test("under an apiVersion that no server has any more are errors, of foreign groups nothing", () => {
    expect(
      said(collect('{"apiVersion":"extensions/v1beta1","kind":"Ingress","metadata":{"name":"a"}}').diagnostics),
    ).toEqual([]);
    expect(
      said(collect('{"apiVersion":"serving.knative.dev/v1","kind":"Service","metadata":{"name":"a"}}').diagnostics),
    ).toEqual([]);
    expect(
      said(collect('{"apiVersion":"apps/v1beta2","kind":"Deployment","metadata":{"name":"a"}}').diagnostics),
    ).toEqual(["error api-version-not-served"]);
  });

  test("of groups that are gone are errors that name where the kind went", () => {
    const { diagnostics } = collect('{"apiVersion":"extensions/v1beta1","kind":"Deployment","metadata":{"name":"a"}}');
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'Deployment has apiVersion "extensions/v1beta1"; it is served as apps/v1',
    ]);
  });

  test.each([
    ["apps/v1", "Service", 'Service has apiVersion "apps/v1"; it is served as v1', undefined],
    ["v1", "Deployment", 'Deployment has apiVersion "v1"; it is served as apps/v1', undefined],
    ["networking.k8s.io/v1", "Pod", 'Pod has apiVersion "networking.k8s.io/v1"; it is served as v1', undefined],
    ["V1", "service", '"V1" has no kind "service"', "did you mean Service (v1)?"],
    ["v1", "services", '"v1" has no kind "services"', "did you mean Service (v1)?"],
    ["apps/v1", "Deployement", '"apps/v1" has no kind "Deployement"', "did you mean Deployment (apps/v1)?"],
    ["v1", "Endpoint", '"v1" has no kind "Endpoint"', "did you mean Endpoints (v1)?"],
  ])("under an apiVersion or a kind that is not theirs are errors: %s %s", (apiVersion, kind, message, hint) => {
    const object = JSON.stringify({ apiVersion, kind, metadata: { name: "a" } });
    const { diagnostics } = collect(object);
    expect(diagnostics.map((d) => [d.severity, d.message])).toEqual([["error", message]]);
    expect(diagnostics[0]!.code).toBe(hint === undefined ? "api-version-not-served" : "unknown-kind");
    if (hint !== undefined) expect(diagnostics[0]!.notes?.[0]).toBe(hint);
  });

  test("of kinds that are near another by chance are none of it", () => {
    for (const [apiVersion, kind] of [
      ["v1", "Secret"],
      ["v1", "ServiceAccount"],
      ["v1", "Event"],
      ["v1", "PodTemplate"],
      ["v1", "LimitRange"],
      ["policy/v1", "PodDisruptionBudget"],
      ["apps/v1", "ControllerRevision"],
      ["batch/v1", "JobTemplate"],
      ["autoscaling/v2", "HorizontalPodAutoscaler"],
      ["example.com/v1", "service"],
      ["networking.istio.io/v1", "ServiceEntry"],
      ["networking.k8s.io/v1", "IPAddress"],
    ])
      expect(said(collect(JSON.stringify({ apiVersion, kind, metadata: { name: "a" } })).diagnostics)).toEqual([]);
  });

  test("under an old apiVersion are only warned of where a cluster gave them out", () => {
    const metadata = { name: "a", uid: "u" };
    const { diagnostics } = collect(JSON.stringify({ apiVersion: "extensions/v1beta1", kind: "Deployment", metadata }));
    expect(said(diagnostics)).toEqual(["warning api-version-not-served"]);
  });

  test("that a watch says are deleted are gone", () => {
    const event = (type: string) => `{"type":"${type}","object":${service("a", 1)}}`;
    expect(portOf(collect(event("ADDED") + event("DELETED")).cluster)).toEqual([]);
    expect(portOf(collect(event("ADDED") + event("DELETED") + event("ADDED")).cluster)).toEqual([1]);
  });
});

describe("the same object twice", () => {
  const live = (port: number, uid: string, resourceVersion: string, created = "2026-01-01T00:00:00Z") =>
    service("a", port, { uid, resourceVersion, creationTimestamp: created });

  test.each([
    ["equal manifests are one", service("a", 1), service("a", 1), 1, []],
    [
      "of different manifests the last counts, with a warning",
      service("a", 1),
      service("a", 2),
      2,
      ["warning duplicate-object"],
    ],
    ["of one uid the larger resourceVersion counts", live(1, "u", "1000"), live(2, "u", "999"), 1, []],
    [
      "of one uid the larger resourceVersion counts, wherever it is read",
      live(1, "u", "999"),
      live(2, "u", "1000"),
      2,
      [],
    ],
    ["of one uid without numbers the later one counts", live(1, "u", "x"), live(2, "u", "999"), 2, []],
    [
      "of two uids the one created last counts, with a warning",
      live(1, "u", "1", "2026-02-01T00:00:00Z"),
      live(2, "v", "2"),
      1,
      ["warning duplicate-object"],
    ],
    ["one from a cluster counts against a manifest", live(1, "u", "1"), service("a", 2), 1, []],
    ["one from a cluster counts against an earlier manifest", service("a", 2), live(1, "u", "1"), 1, []],
  ] as const)("%s", (_title, first, second, port, warnings) => {
    const { cluster, diagnostics } = collect({ "a.yaml": first, "b.yaml": second });
    expect(portOf(cluster)).toEqual([port]);
    expect(said(diagnostics)).toEqual(warnings);
  });
});

describe("kube-proxy's configuration", () => {
  const configMap = (namespace: string, name: string, key: string, mode: string) =>
    JSON.stringify({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace },
      data: { [key]: `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ${mode}\n` },
    });

  test.each([
    ["kubeadm", configMap("kube-system", "kube-proxy", "config.conf", "ipvs")],
    ["EKS", configMap("kube-system", "kube-proxy-config", "config", "ipvs")],
    ["OpenShift", configMap("openshift-kube-proxy", "proxy-config", "kube-proxy-config.yaml", "ipvs")],
    ["a document", "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ipvs\n"],
  ])("is found as %s keeps it", (_where, text) => {
    expect(collect(text).cluster.proxyConfigurations).toMatchObject([{ mode: "ipvs" }]);
  });

  test("that is no YAML is an error at its place", () => {
    const text =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-proxy, namespace: kube-system}\ndata:\n  config.conf: "a: ["\n';
    expect(said(collect(text).diagnostics)).toEqual(["error bad-proxy-configuration"]);
  });

  const proxyPod = (args: string[]) =>
    JSON.stringify({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "kube-proxy-x", namespace: "kube-system" },
      spec: { nodeName: "n", containers: [{ name: "kube-proxy", image: "registry.k8s.io/kube-proxy:v1.33.2", args }] },
    });

  test("is made of flags when there is no document, and that is said", () => {
    const { cluster, diagnostics } = collect(
      proxyPod([
        "--proxy-mode=nftables",
        "--cluster-cidr",
        "10.0.0.0/8",
        "--masquerade-all",
        "--hostname-override=$(NODE_NAME)",
        "--feature-gates=A=true,B=false",
        "--iptables-masquerade-bit=15",
      ]),
    );
    expect(cluster.proxyConfigurations).toEqual([
      {
        apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
        kind: "KubeProxyConfiguration",
        mode: "nftables",
        clusterCIDR: "10.0.0.0/8",
        iptables: { masqueradeAll: true, masqueradeBit: 15 },
        nftables: { masqueradeAll: true, masqueradeBit: 15 },
        featureGates: { A: true, B: false },
      },
    ]);
    expect(said(diagnostics)).toEqual(["note proxy-configuration-inferred"]);
    expect(cluster.facts.kubeProxyVersions).toEqual({ n: "v1.33.2" });
  });

  test("in a file that is not there has the pod range of the control plane for its clusterCIDR", () => {
    const manager = JSON.stringify({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "kube-controller-manager-n", namespace: "kube-system" },
      spec: { containers: [{ name: "kube-controller-manager", command: ["x", "--cluster-cidr=10.244.0.0/16"] }] },
    });
    expect(collect(proxyPod(["--config=/x"]) + manager).cluster.proxyConfigurations).toMatchObject([
      { clusterCIDR: "10.244.0.0/16" },
    ]);
    expect(collect(proxyPod(["--proxy-mode=ipvs"]) + manager).cluster.proxyConfigurations[0]).not.toHaveProperty(
      "clusterCIDR",
    );
  });

  test("is not made of flags when they name a file", () => {
    expect(collect(proxyPod(["--config=/x", "--proxy-mode=ipvs"])).cluster.proxyConfigurations).toEqual([]);
  });
});

describe("a cluster without kube-proxy is told", () => {
  test.each([
    [
      "Cilium",
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "cilium-config", namespace: "kube-system" },
        data: { "kube-proxy-replacement": "true" },
      },
    ],
    [
      "OVN-Kubernetes",
      {
        apiVersion: "config.openshift.io/v1",
        kind: "Network",
        metadata: { name: "cluster" },
        status: { networkType: "OVNKubernetes" },
      },
    ],
    [
      "Calico eBPF",
      {
        apiVersion: "crd.projectcalico.org/v1",
        kind: "FelixConfiguration",
        metadata: { name: "default" },
        spec: { bpfEnabled: true },
      },
    ],
    [
      "kube-router",
      {
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata: { name: "kube-router" },
        spec: { template: { spec: { containers: [{ name: "kube-router", args: ["--run-service-proxy=true"] }] } } },
      },
    ],
  ])("by %s", (name, object) => {
    const { cluster, diagnostics } = collect(JSON.stringify(object));
    expect(cluster.facts.otherProxy?.name).toBe(name);
    expect(said(diagnostics)).toEqual(["warning no-kube-proxy"]);
  });
});

test("the service range comes from ServiceCIDRs, else kubeadm, else flags, else a guess", () => {
  const serviceCIDR = {
    apiVersion: "networking.k8s.io/v1",
    kind: "ServiceCIDR",
    metadata: { name: "kubernetes" },
    spec: { cidrs: ["10.1.0.0/16"] },
  };
  const kubeadm = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "kubeadm-config", namespace: "kube-system" },
    data: { ClusterConfiguration: "networking: {serviceSubnet: '10.2.0.0/16,fd00::/108', podSubnet: 10.9.0.0/16}" },
  };
  const apiServer = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "kube-apiserver-n", namespace: "kube-system" },
    spec: {
      containers: [{ name: "kube-apiserver", command: ["kube-apiserver", "--service-cluster-ip-range=10.3.0.0/16"] }],
    },
  };
  const kubernetes = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kubernetes", namespace: "default" },
    spec: { clusterIP: "10.96.0.1" },
  };
  const far = { apiVersion: "v1", kind: "Service", metadata: { name: "far" }, spec: { clusterIP: "10.99.1.1" } };
  const rangeOf = (...objects: object[]) => collect(JSON.stringify(objects)).cluster.facts.serviceRange;
  expect(rangeOf(serviceCIDR, kubeadm, apiServer, kubernetes)).toEqual({ cidrs: ["10.1.0.0/16"], from: "ServiceCIDR" });
  expect(rangeOf(kubeadm, apiServer, kubernetes)).toEqual({
    cidrs: ["10.2.0.0/16", "fd00::/108"],
    from: "kubeadm-config",
  });
  expect(rangeOf(apiServer, kubernetes)).toEqual({ cidrs: ["10.3.0.0/16"], from: "kube-apiserver" });
  expect(rangeOf(kubernetes, far)).toEqual({ cidrs: ["10.96.0.0/14"], from: "inferred" });
  expect(rangeOf(far)).toBeUndefined();
});

describe("policies", () => {
  const admin = (kind: string, version: string, spec: unknown, name = "p") =>
    JSON.stringify({ apiVersion: `policy.networking.k8s.io/${version}`, kind, metadata: { name }, spec });

  test("of the cluster are kept with their rules, in any version, those of other APIs by kind and name", () => {
    const rules = {
      priority: 10,
      subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "db" } } } },
      ingress: [
        { name: "a", action: "Deny", from: [{ namespaces: {} }, { moon: {} }], ports: [{ portNumber: { port: 80 } }] },
      ],
    };
    const cnp = {
      tier: "Baseline",
      subject: { namespaces: {} },
      egress: [{ action: "Accept", to: [{ networks: ["0.0.0.0/0"] }], protocols: [{ tcp: { destinationPort: {} } }] }],
    };
    const { cluster, diagnostics } = collect(
      [
        admin("ClusterNetworkPolicy", "v1alpha2", cnp, "c"),
        admin("AdminNetworkPolicy", "v1alpha1", { ...rules, unknown: 1 }, "b"),
        admin("BaselineAdminNetworkPolicy", "v1", { subject: {} }, "default"),
        document({ apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", metadata: { name: "x" }, specs: [{}] }),
        document({ apiVersion: "crd.projectcalico.org/v1", kind: "GlobalNetworkPolicy", metadata: { name: "y" } }),
        document({ apiVersion: "crd.antrea.io/v1beta1", kind: "ClusterNetworkPolicy", metadata: { name: "z" } }),
      ].join("\n"),
    );
    expect(diagnostics).toEqual([]);
    expect(cluster.adminPolicies.map(({ kind, metadata, spec }) => [kind, metadata.name, spec])).toEqual([
      ["AdminNetworkPolicy", "b", { ...rules, ingress: [{ ...rules.ingress[0], from: [{ namespaces: {} }, {}] }] }],
      ["ClusterNetworkPolicy", "c", cnp],
      ["BaselineAdminNetworkPolicy", "default", { subject: {} }],
    ]);
    expect(
      cluster.foreignPolicies.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`),
    ).toEqual(["GlobalNetworkPolicy undefined/y", "ClusterNetworkPolicy undefined/z", "CiliumNetworkPolicy default/x"]);
    expect(cluster.networkPolicies).toEqual([]);
  });

  test("of a wrong shape lose what is wrong", () => {
    const wrong = { subject: [], priority: "1", ingress: [7, { action: 1, from: "x", ports: [{ portNumber: [] }] }] };
    const { cluster } = collect(
      [admin("AdminNetworkPolicy", "v1alpha1", wrong, "a"), admin("AdminNetworkPolicy", "v1alpha1", null, "b")].join(
        "\n",
      ),
    );
    expect(cluster.adminPolicies.map(({ spec }) => spec)).toEqual([
      { subject: {}, ingress: [{ action: "", ports: [{}] }] },
      { subject: {} },
    ]);
  });
});
