import { describe, expect, test } from "@jest/globals";
import { loadCluster } from "../pipeline/load.js";
import { sourceFromText } from "../source/source.js";

const NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: here}\n";
const pod = (
  name: string,
  node: string,
  status = '{phase: Running, podIP: 10.0.0.1, conditions: [{type: Ready, status: "True"}]}',
) =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {app: web}}\nspec: {nodeName: ${node}, containers: [{name: c, image: i}]}\nstatus: ${status}\n`;
const service = (more = "") =>
  `---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {clusterIP: 10.96.0.7, selector: {app: web}, ports: [{port: 80}]${more}}\n`;
const SLICE =
  "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}\naddressType: IPv4\nendpoints: [{addresses: [10.0.0.1]}]\nports: [{port: 80}]\n";

const warnings = (text: string) =>
  loadCluster([sourceFromText("a.yaml", text)]).diagnostics.filter(({ code }) => code === "pods-on-unknown-nodes");

describe("pods on nodes that the input lacks", () => {
  test("are told where a Service's endpoints are computed from them", () => {
    const [one] = warnings(NODE + service() + pod("a", "gone") + pod("b", "here"));
    expect(one).toMatchObject({ severity: "warning", at: { path: ["spec", "nodeName"] } });
    expect(one!.message).toBe(
      "1 pod that a Service selects is on node gone, which is not among the input's Nodes: no endpoint, as when a node is deleted",
    );
    const [many] = warnings(NODE + service() + ["e", "d", "c", "b", "d"].map((node, i) => pod(`p${i}`, node)).join(""));
    expect(many!.message).toBe(
      "5 pods that Services select are on 4 nodes (b, c, d, ...) that are not among the input's Nodes: no endpoints, as when a node is deleted",
    );
  });

  test.each([
    ["no Nodes at all", service() + pod("a", "gone")],
    ["slices that say who is an endpoint", NODE + service() + SLICE + pod("a", "gone")],
    ["a Service that takes pods of any node", NODE + service(", publishNotReadyAddresses: true") + pod("a", "gone")],
    ["a finished pod", NODE + service() + pod("a", "gone", "{phase: Succeeded, podIP: 10.0.0.1}")],
    ["no Service that selects it", NODE + pod("a", "gone")],
  ])("are not told with %s", (_, text) => expect(warnings(text)).toEqual([]));
});

test("pods on such nodes are told of the Services that are asked about", () => {
  const sources = [sourceFromText("a.yaml", NODE + service() + pod("a", "gone"))];
  const isTold = (asked: { readonly service?: string; readonly namespace?: string }) =>
    loadCluster(sources, { asked }).diagnostics.some(({ code }) => code === "pods-on-unknown-nodes");
  expect([{ service: "web" }, { service: "shop/web" }, { namespace: "shop" }, {}].map(isTold)).toEqual(
    Array(4).fill(true),
  );
  expect([{ service: "db" }, { service: "other/web" }, { namespace: "other" }].map(isTold)).toEqual(
    Array(3).fill(false),
  );
});

describe("Services and nothing that tells their endpoints", () => {
  const told = (text: string) =>
    loadCluster([sourceFromText("a.yaml", text)])
      .diagnostics.filter(({ code }) => code === "no-endpoints-given")
      .map(({ severity, message }) => `${severity}: ${message}`);
  const live = service().replace("{name: web,", "{name: web, uid: u,");

  test("are a note, of a live cluster a warning", () => {
    const words =
      "the input holds neither pods nor workloads, EndpointSlices or Endpoints: the Service that selects pods has no endpoints here, and connections are refused";
    expect(told(service())).toEqual([`note: ${words}`]);
    expect(told(live)).toEqual([`warning: ${words}`]);
  });

  test.each([
    ["a pod of another", service() + pod("a", "n").replace("app: web", "app: db")],
    ["slices", live + SLICE],
    ["no selector", service().replace("selector: {app: web}, ", "")],
    ["no Service", NODE],
  ])("are not told with %s", (_, text) => expect(told(text)).toEqual([]));
});
