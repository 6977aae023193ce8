/** A node against manifests that no cluster has seen: what is made up in them is on no node. */
import { describe, expect, test } from "@jest/globals";
import { compile } from "../api/compile.js";
import { diff } from "../api/diff.js";
import { trace } from "../api/trace.js";
import { sourceFromText, type Source } from "../source/source.js";

const service = (name: string, spec = "") =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\n` +
  `spec: { ${spec}selector: { app: ${name} }, ports: [{ port: 80 }] }\n---\n`;
const deployment = (name: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: shop }\nspec: { replicas: 2, ` +
  `selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } } } }\n---\n`;
const slice = (name: string) =>
  `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: ${name}-1, namespace: shop, labels: ` +
  `{ kubernetes.io/service-name: ${name} } }\naddressType: IPv4\nports: [{ port: 80, protocol: TCP }]\n` +
  `endpoints: [{ addresses: [10.244.1.7], conditions: { ready: true } }]\n---\n`;
const yaml = (text: string): Source[] => [sourceFromText("shop.yaml", text)];
const OPTIONS = { mode: "iptables", kubeVersion: "1.36" } as const;

/** What a node holds of a cluster with these objects. */
async function nodeWith(text: string): Promise<Source[]> {
  const { text: rules } = await compile(yaml(text), { ...OPTIONS, format: "save" });
  return [sourceFromText("node.txt", rules!)];
}

const IN_CLUSTER = `${service("web", "clusterIP: 10.96.0.9, ")}${slice("web")}${service("db", "clusterIP: 10.96.0.8, ")}${slice("db")}`;

const live = (kind: string, name: string, rest: string) =>
  `apiVersion: ${kind === "EndpointSlice" ? "discovery.k8s.io/v1" : "v1"}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop, uid: u-${name}, ` +
  `resourceVersion: "1", labels: { kubernetes.io/service-name: ${name.replace(/-1$/, "")} } }\n${rest}\n---\n`;
const LIVE = live("Service", "web", "spec: { clusterIP: 10.96.0.9, ports: [{ port: 80, protocol: TCP }] }");
const endpoint = (address: string, node: string, zone: string) =>
  `{ addresses: [${address}], conditions: { ready: true }, nodeName: ${node}, zone: ${zone}, hints: { forZones: [{ name: ${zone} }] } }`;
const ZONED = live(
  "EndpointSlice",
  "web-1",
  "addressType: IPv4\nports: [{ port: 80, protocol: TCP }]\n" +
    `endpoints: [${endpoint("10.244.1.7", "node-1", "a")}, ${endpoint("10.244.2.7", "node-2", "b")}]`,
);
const NODE = (name: string, zone: string) =>
  `apiVersion: v1\nkind: Node\nmetadata: { name: ${name}, labels: { topology.kubernetes.io/zone: ${zone} } }\n---\n`;

describe("diff of what kubectl get prints of some kinds", () => {
  test("compares no Service without selector where the input holds no slices at all", async () => {
    const node = await nodeWith(LIVE + ZONED);
    const { report, diagnostics, patch } = await diff(yaml(LIVE), node, OPTIONS);
    expect(report).toMatchObject({ identical: false, changes: [], coverage: { wanted: 1, compared: 0 } });
    expect(diagnostics.map(({ code }) => code)).toContain("made-up-not-compared");
    expect([...patch()]).toEqual([]);
  });

  test.each(["", "trafficDistribution: PreferClose, "])(
    "nor one with topology (%j) where there are no Nodes",
    async (wish) => {
      const pod = (name: string, address: string, node: string) =>
        `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: shop, uid: u-${name}, resourceVersion: "1", labels: { app: web } }\n` +
        `spec: { nodeName: ${node} }\nstatus: { phase: Running, podIP: ${address}, podIPs: [{ ip: ${address} }], ` +
        'conditions: [{ type: Ready, status: "True" }] }\n---\n';
      const spec = "spec: { clusterIP: 10.96.0.9, selector: { app: web }, ports: [{ port: 80, protocol: TCP }] }";
      const asked = live("Service", "web", spec.replace("{ ", `{ ${wish}`));
      const all = asked + pod("web-a", "10.244.1.7", "node-1") + pod("web-b", "10.244.2.7", "node-2");
      const { report } = await diff(yaml(all), await nodeWith(asked + ZONED + NODE("node-1", "a")), OPTIONS);
      expect(report!.coverage).toMatchObject({ wanted: 1, compared: wish === "" ? 1 : 0 });
      expect(report!.changes.map(({ kind }) => kind)).toEqual(wish === "" ? ["endpoint-missing"] : []);
      expect(report!.identical).toBe(false);
    },
  );

  test("compares no Service whose endpoints are others on the node where the input holds neither slices nor Pods", async () => {
    const spec = "spec: { clusterIP: 10.96.0.9, selector: { app: web }, ports: [{ port: 80, protocol: TCP }] }";
    const asked = live("Service", "web", spec) + live("Service", "idle", spec.replace("0.9", "0.8"));
    const { report, diagnostics } = await diff(yaml(asked), await nodeWith(asked + ZONED), OPTIONS);
    expect(report).toMatchObject({ identical: false, changes: [], coverage: { wanted: 2, compared: 1 } });
    expect(diagnostics.map(({ code }) => code)).toContain("made-up-not-compared");
  });

  test("finds what was compiled of it the same", async () => {
    const { report } = await diff(yaml(LIVE), await nodeWith(LIVE), OPTIONS);
    expect(report).toMatchObject({ identical: true, coverage: { wanted: 1, compared: 1 } });
  });

  test.each(["node-1", "node-2"])("takes the zone of %s from its endpoints where there are no Nodes", async (node) => {
    const whole = LIVE + ZONED + NODE("node-1", "a") + NODE("node-2", "b");
    const { text } = await compile(yaml(whole), { ...OPTIONS, node, format: "save" });
    const { report } = await diff(yaml(LIVE + ZONED), [sourceFromText("node.txt", text!)], { ...OPTIONS, node });
    expect(report).toMatchObject({ identical: true, changes: [] });
  });
});

describe("diff", () => {
  test("compares no made-up cluster IP with a node, made-up-not-compared", async () => {
    const { report, diagnostics } = await diff(
      yaml(service("web") + deployment("web")),
      await nodeWith(IN_CLUSTER),
      OPTIONS,
    );
    expect(diagnostics).toContainEqual(expect.objectContaining({ code: "made-up-not-compared", severity: "error" }));
    expect(report?.coverage).toMatchObject({ wanted: 1, compared: 0, notCompared: [{ reason: "made-up" }] });
    expect(report?.changes).toEqual([]);
    expect(report?.identical).toBe(false);
  });

  test("makes no patch of what is made up, nor of the Services that stand beside it", async () => {
    const { patch, sections } = await diff(
      yaml(service("web") + deployment("web")),
      await nodeWith(IN_CLUSTER),
      OPTIONS,
    );
    expect([...patch(), ...sections()]).toEqual([]);
  });

  test("compares no made-up endpoints with a node, and the other Services still", async () => {
    const given = `${service("web", "clusterIP: 10.96.0.9, ")}${deployment("web")}${service("db", "clusterIP: 10.96.0.8, ")}`;
    const { report } = await diff(yaml(given + slice("db")), await nodeWith(IN_CLUSTER), OPTIONS);
    expect(report?.coverage).toMatchObject({ wanted: 2, compared: 1, notCompared: [{ service: "shop/web" }] });
    expect(report?.changes).toEqual([]);
  });

  test("compares rules that were compiled of the same manifests", async () => {
    const made = service("web") + deployment("web");
    const { report } = await diff(yaml(made), await nodeWith(made), OPTIONS);
    expect(report).toMatchObject({ identical: true, coverage: { wanted: 1, compared: 1 } });
  });

  test.each(["IPv4", "IPv6"])("knows a made-up %s address with its port, as ipvsadm has it", async (family) => {
    const made = service("web", `ipFamilies: [${family}], `) + deployment("web");
    const options = { ...OPTIONS, mode: "ipvs", ipFamily: family === "IPv6" ? "ipv6" : "ipv4" } as const;
    const { text } = await compile(yaml(made), { ...options, artifact: "ipvsadm" });
    const { report } = await diff(yaml(made), [sourceFromText("ipvsadm.txt", text!)], options);
    expect(report?.coverage).toMatchObject({ wanted: 1, compared: 1 });
  });
});

test("trace sends no packet to made-up addresses through captured rules", async () => {
  const { diagnostics } = await trace(yaml(service("web") + deployment("web")), {
    ...OPTIONS,
    captures: await nodeWith(IN_CLUSTER),
    from: "outside",
    to: "shop/web",
  });
  expect(diagnostics).toContainEqual(expect.objectContaining({ code: "made-up-not-compared" }));
});

test("diff compares no Service whose pods are on Nodes that the input lacks, where only they would tell its endpoints", async () => {
  const spec = "spec: { clusterIP: 10.96.0.9, selector: { app: web }, ports: [{ port: 80, protocol: TCP }] }";
  const pod = (name: string, address: string, node: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: shop, uid: u-${name}, resourceVersion: "1", labels: { app: web } }\n` +
    `spec: { nodeName: ${node} }\nstatus: { phase: Running, podIP: ${address}, podIPs: [{ ip: ${address} }], ` +
    'conditions: [{ type: Ready, status: "True" }] }\n---\n';
  const objects = live("Service", "web", spec) + pod("a", "10.244.1.7", "node-1") + pod("b", "10.244.2.7", "node-2");
  const node = await nodeWith(objects + NODE("node-1", "a") + NODE("node-2", "b"));
  const { report, diagnostics } = await diff(yaml(objects + NODE("node-1", "a")), node, OPTIONS);
  expect(report).toMatchObject({ identical: false, changes: [], coverage: { wanted: 1, compared: 0 } });
  expect(diagnostics.map(({ code }) => code)).toEqual(
    expect.arrayContaining(["pods-on-unknown-nodes", "made-up-not-compared"]),
  );
});
