import { expect, test } from "@jest/globals";
import { readObjects } from "../pipeline/load.js";
import { sourceFromText } from "../source/source.js";
import { settleNode } from "./settle-node.js";

const node = (name: string) => ({ apiVersion: "v1", kind: "Node", metadata: { name } });
const service = (spec: object) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop" },
  spec: { clusterIP: "10.96.0.60", ports: [{ port: 80 }], ...spec },
});
const CAPTURE = sourceFromText("rules.txt", "*nat\n:KUBE-SERVICES - [0:0]\n:KUBE-MARK-MASQ - [0:0]\nCOMMIT\n");

async function told(spec: object, nodes: readonly string[], wishes: { readonly node?: string } = {}) {
  const items = [...nodes.map(node), service(spec)];
  const { cluster } = readObjects([sourceFromText("dump.json", JSON.stringify({ kind: "List", items }))], {});
  const { diagnostics } = await settleNode(cluster!, wishes, [CAPTURE]);
  return diagnostics.filter(({ code }) => code === "node-chosen");
}

const LOCAL = { type: "NodePort", externalTrafficPolicy: "Local" };

test.each([
  ["externalTrafficPolicy", LOCAL],
  ["internalTrafficPolicy", { internalTrafficPolicy: "Local" }],
  ["trafficDistribution", { trafficDistribution: "PreferClose" }],
])("that nothing tells whose a capture is, is a warning where rules depend on the node: %s", async (_, spec) => {
  expect(await told(spec, ["a", "b"])).toMatchObject([
    { severity: "warning", notes: [expect.stringContaining("--node NAME")] },
  ]);
});

test.each([
  ["all nodes hold the same", {}, ["a", "b"], {}],
  ["there is one node", LOCAL, ["a"], {}],
  ["the node is named", LOCAL, ["a", "b"], { node: "b" }],
])("nothing is said where %s", async (_, spec, nodes, wishes) => {
  expect(await told(spec, nodes, wishes)).toEqual([]);
});
