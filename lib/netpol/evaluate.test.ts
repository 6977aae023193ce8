import { describe, expect, test } from "@jest/globals";
import type { AdminPolicy, AdminRule } from "../kube/admin-policy.js";
import type { KubeObject, NetworkPolicy, Node, Pod, Protocol } from "../kube/types.js";
import { createPolicyEvaluator } from "./evaluate.js";
import { createPartyFinder } from "./find-party.js";
import type { Party, PolicyInput } from "./types.js";

const namespace = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});
const node = (name: string, address: string): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  status: { addresses: [{ type: "InternalIP", address }] },
});

const pod = (
  of: string,
  podIP: string,
  app: string,
  port: number,
  portName: string,
  spec: Partial<Pod["spec"]> = {},
): Pod => {
  const [ns, name] = of.split("/") as [string, string];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: ns, labels: { app } },
    spec: {
      nodeName: "node-1",
      containers: [{ name: "c", ports: [{ name: portName, containerPort: port }] }],
      ...spec,
    },
    status: { phase: "Running", podIP },
  };
};

const API = pod("prod/api", "10.244.1.5", "api", 8080, "http");
const DB = pod("prod/db", "10.244.2.5", "db", 5432, "pg", { nodeName: "node-2" });
const WEB = pod("shop/web", "10.244.2.6", "web", 80, "http", { nodeName: "node-2" });
const HOST = pod("prod/agent", "192.168.0.12", "agent", 9100, "m", { nodeName: "node-2", hostNetwork: true });
const NODES = [node("node-1", "192.168.0.11"), node("node-2", "192.168.0.12")];

const party = (value: Pod | string): Party =>
  typeof value === "string"
    ? createPartyFinder({ pods: [API, DB, WEB], nodes: NODES })(value)
    : { kind: "pod", pod: value };

const policy = (name: string, spec: NetworkPolicy["spec"], ns = "prod"): NetworkPolicy => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: ns },
  spec,
});

const evaluate = (
  source: Pod | string,
  destination: Pod | string,
  port: number,
  input: Partial<PolicyInput>,
  protocol: Protocol = "TCP",
) =>
  createPolicyEvaluator({
    networkPolicies: [],
    namespaces: [namespace("prod", { env: "prod" }), namespace("shop")],
    nodes: NODES,
    ...input,
  }).evaluate({
    source: party(source),
    destination: party(destination),
    protocol,
    port,
  });

const verdict = (
  source: Pod | string,
  destination: Pod | string,
  port: number,
  policies: NetworkPolicy[],
  protocol: Protocol = "TCP",
) => evaluate(source, destination, port, { networkPolicies: policies }, protocol).verdict;

const DENY_ALL = policy("deny-all", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const ALLOW_API = policy("allow-api", {
  podSelector: { matchLabels: { app: "api" } },
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { env: "prod" } } }], ports: [{ port: "http" }] }],
});
const DB_EGRESS = policy("db-egress", {
  podSelector: { matchLabels: { app: "db" } },
  policyTypes: ["Egress"],
  egress: [{ to: [{ podSelector: { matchLabels: { app: "api" } } }], ports: [{ port: 8080 }] }],
});
const ingress = (name: string, rule: NonNullable<NetworkPolicy["spec"]["ingress"]>[number]) =>
  policy(name, { podSelector: { matchLabels: { app: "api" } }, ingress: [rule] });

describe("the examples of the specification", () => {
  test("without policies everything is allowed", () => expect(verdict(DB, API, 8080, [])).toBe("allowed"));

  test("deny-all leaves only traffic from the pod's own node", () => {
    expect(verdict(DB, API, 8080, [DENY_ALL])).toBe("denied");
    expect(verdict("192.168.0.11", API, 8080, [DENY_ALL])).toBe("allowed");
    expect(verdict("192.168.0.12", API, 8080, [DENY_ALL])).toBe("denied");
    expect(verdict(API, "10.96.0.10", 53, [DENY_ALL], "UDP")).toBe("denied");
  });

  test("allowing ingress is not enough while the client's egress is isolated", () => {
    const result = evaluate(DB, API, 8080, { networkPolicies: [DENY_ALL, ALLOW_API] });
    expect(result.ingress.verdict).toBe("allowed");
    expect(result.ingress.rule).toMatchObject({
      ruleIndex: 0,
      path: ["spec", "ingress", 0],
      policy: { metadata: { name: "allow-api" } },
    });
    expect(result.egress).toMatchObject({ verdict: "denied", isolatedBy: [DENY_ALL] });
    expect(verdict(DB, API, 8080, [DENY_ALL, ALLOW_API, DB_EGRESS])).toBe("allowed");
  });

  test("a rule on the Service's port instead of the pod's never matches", () => {
    expect(verdict(DB, API, 8080, [ingress("by-service-port", { ports: [{ port: 80 }] })])).toBe("denied");
  });

  test("client CIDRs match the address the pod sees", () => {
    const policies = [
      ingress("clients", { from: [{ ipBlock: { cidr: "203.0.113.0/24", except: ["203.0.113.128/25"] } }] }),
    ];
    expect(verdict("203.0.113.7", API, 8080, policies)).toBe("allowed");
    expect(verdict("203.0.113.200", API, 8080, policies)).toBe("denied");
    expect(verdict("192.168.0.12", API, 8080, policies)).toBe("denied");
  });

  test("egress rules without policyTypes isolate both directions", () => {
    const policies = [
      policy("both", { podSelector: {}, egress: [{ to: [{ podSelector: { matchLabels: { app: "db" } } }] }] }),
    ];
    expect(evaluate(API, DB, 5432, { networkPolicies: policies })).toMatchObject({
      egress: { verdict: "allowed" },
      ingress: { verdict: "denied" },
    });
  });

  test("a podSelector peer means pods of the policy's own namespace", () => {
    const policies = [ingress("from-web", { from: [{ podSelector: { matchLabels: { app: "web" } } }] })];
    expect(verdict(WEB, API, 8080, policies)).toBe("denied");
  });
});

describe("emptiness and combination", () => {
  test.each([
    ["an empty rule allows everything", {}, "allowed"],
    ["empty lists allow everything", { from: [], ports: [] }, "allowed"],
    ["an empty port element is every TCP port", { ports: [{}] }, "allowed"],
    ["another protocol does not match", { ports: [{ protocol: "UDP" }] }, "denied"],
    ["a range holds its ends", { ports: [{ port: 8000, endPort: 8080 }] }, "allowed"],
    ["a range ends", { ports: [{ port: 8000, endPort: 8079 }] }, "denied"],
    ["all namespaces", { from: [{ namespaceSelector: {} }] }, "allowed"],
    [
      "two peers are either",
      {
        from: [
          { podSelector: { matchLabels: { app: "web" } } },
          { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } } },
        ],
      },
      "allowed",
    ],
    [
      "one peer with both is both",
      { from: [{ podSelector: { matchLabels: { app: "x" } }, namespaceSelector: {} }] },
      "denied",
    ],
    [
      "NotIn selects namespaces without the label",
      { from: [{ namespaceSelector: { matchExpressions: [{ key: "env", operator: "NotIn", values: ["prod"] }] } }] },
      "allowed",
    ],
    ["a null peer selects nothing", { from: [{ podSelector: null }] }, "denied"],
  ] as const)("%s", (_title, rule, expected) => {
    expect(verdict(WEB, API, 8080, [ingress("p", rule as Parameters<typeof ingress>[1])])).toBe(expected);
  });

  test("egress: [] without policyTypes does not isolate egress", () => {
    expect(
      evaluate(API, "203.0.113.1", 443, { networkPolicies: [policy("p", { podSelector: {}, egress: [] })] }).egress
        .verdict,
    ).toBe("allowed");
  });

  test("an ingress section counts for nothing when policyTypes says Egress only", () => {
    expect(verdict(WEB, API, 8080, [policy("p", { podSelector: {}, policyTypes: ["Egress"], ingress: [] })])).toBe(
      "allowed",
    );
  });
});

describe("hosts and the pod itself", () => {
  test("selectors do not pick host-network pods", () => {
    expect(verdict(HOST, API, 8080, [ingress("all", { from: [{ podSelector: {} }] })])).toBe("denied");
  });
  test("policies do not apply to host-network pods", () => {
    const result = evaluate(WEB, HOST, 9100, { networkPolicies: [DENY_ALL] });
    expect(result.verdict).toBe("allowed");
    expect(result.notes).toContainEqual(expect.stringContaining("host's network"));
  });
  test("a pod reaches itself", () => expect(verdict(API, "10.244.1.5", 8080, [DENY_ALL])).toBe("allowed"));
  test("a pod's own node is reachable from it, with a note", () => {
    const result = evaluate(API, "192.168.0.11", 10250, { networkPolicies: [DENY_ALL] });
    expect(result).toMatchObject({ verdict: "allowed", notes: [expect.stringContaining("own node")] });
  });
});

describe("what the input does not tell", () => {
  const selecting = ingress("by-team", { from: [{ namespaceSelector: { matchLabels: { team: "a" } } }] });
  test("labels of a namespace that is not in the input", () => {
    const result = evaluate(WEB, API, 8080, { networkPolicies: [selecting], namespaces: [] });
    expect(result.verdict).toBe("unknown");
    expect(result.ingress.rule?.policy.metadata.name).toBe("by-team");
  });
  test("a namespace's name is always known", () => {
    const byName = ingress("p", {
      from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } } }],
    });
    expect(evaluate(WEB, API, 8080, { networkPolicies: [byName], namespaces: [] }).verdict).toBe("allowed");
  });
  test("an input that cannot hold policies", () =>
    expect(evaluate(DB, API, 8080, { policiesUnknown: true }).verdict).toBe("unknown"));
  test("policies of other APIs make an allowed verdict provisional", () => {
    const foreign = [
      { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", metadata: { name: "x", namespace: "prod" } },
    ];
    expect(evaluate(DB, API, 8080, { foreignPolicies: foreign }).notes).toEqual([
      expect.stringContaining("provisional"),
    ]);
    const calico = { apiVersion: "projectcalico.org/v3", kind: "NetworkPolicy", metadata: { name: "x" } };
    expect(evaluate(DB, API, 8080, { foreignPolicies: [calico, ...foreign] }).notes).toEqual([
      'CiliumNetworkPolicy, NetworkPolicy (projectcalico.org) objects are not evaluated, so "allowed" is provisional',
    ]);
  });
});

describe("cluster-scoped policies", () => {
  const admin = (
    name: string,
    priority: number,
    action: string,
    more: Partial<AdminRule> = {},
    kind: AdminPolicy["kind"] = "AdminNetworkPolicy",
    tier?: string,
  ): AdminPolicy => ({
    apiVersion: "policy.networking.k8s.io/v1alpha1",
    kind,
    metadata: { name },
    spec: { tier, priority, subject: { namespaces: {} }, ingress: [{ action, from: [{ namespaces: {} }], ...more }] },
  });
  const judge = (adminPolicies: AdminPolicy[], networkPolicies: NetworkPolicy[] = []) =>
    evaluate(WEB, API, 8080, { adminPolicies, networkPolicies });

  test("Deny in the admin tier is final", () =>
    expect(judge([admin("d", 10, "Deny")], [ALLOW_API]).verdict).toBe("denied"));
  test("Allow in the admin tier is final", () =>
    expect(judge([admin("a", 10, "Allow")], [DENY_ALL]).ingress.verdict).toBe("allowed"));
  test("Pass leaves the decision to NetworkPolicies", () => {
    expect(judge([admin("p", 1, "Pass"), admin("a", 10, "Allow")], [DENY_ALL]).ingress.verdict).toBe("denied");
  });
  test("lower priorities go first", () =>
    expect(judge([admin("z", 1, "Allow"), admin("a", 2, "Deny")]).verdict).toBe("allowed"));
  test("the baseline tier decides only when no NetworkPolicy selects the pod", () => {
    const baseline = admin("default", 0, "Deny", {}, "BaselineAdminNetworkPolicy");
    expect(judge([baseline]).verdict).toBe("denied");
    expect(judge([baseline], [ingress("all", {})]).verdict).toBe("allowed");
  });
  test("tier and protocols of ClusterNetworkPolicy", () => {
    const protocols = [{ tcp: { destinationPort: { range: { start: 8000, end: 8090 } } } }];
    expect(judge([admin("c", 5, "Deny", { protocols }, "ClusterNetworkPolicy", "Admin")]).verdict).toBe("denied");
    expect(judge([admin("c", 5, "Deny", { protocols: [{ udp: {} }] }, "ClusterNetworkPolicy", "Admin")]).verdict).toBe(
      "allowed",
    );
    expect(
      judge([admin("c", 5, "Deny", { protocols: [{ destinationNamedPort: "http" }] }, "ClusterNetworkPolicy", "Admin")])
        .verdict,
    ).toBe("denied");
  });
  test("ports of v1alpha1", () => {
    expect(judge([admin("a", 5, "Deny", { ports: [{ portNumber: { protocol: "TCP", port: 8080 } }] })]).verdict).toBe(
      "denied",
    );
    expect(
      judge([admin("a", 5, "Deny", { ports: [{ portRange: { protocol: "TCP", start: 1, end: 80 } }] })]).verdict,
    ).toBe("allowed");
    expect(judge([admin("a", 5, "Deny", { ports: [{ namedPort: "http" }] })]).verdict).toBe("denied");
  });
  test("an unknown peer fails closed", () => {
    expect(judge([admin("a", 5, "Allow", { from: [{}] }), admin("b", 6, "Deny")]).verdict).toBe("denied");
    expect(judge([admin("a", 5, "Deny", { from: [{}] })]).verdict).toBe("denied");
  });
  test("equal priorities and mixed generations are said", () => {
    const { notes } = judge([admin("a", 5, "Allow"), admin("b", 5, "Allow", {}, "ClusterNetworkPolicy", "Admin")]);
    expect(notes).toEqual([expect.stringContaining("same priority"), expect.stringContaining("mixed")]);
  });
});
