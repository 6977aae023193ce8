import { expect, test } from "@jest/globals";
import { splitBundles } from "../bundle/split-bundles.js";
import { sourceFromText } from "../source/source.js";
import { missedNodes } from "./missed-nodes.js";

const source = (name: string, text = "") => sourceFromText(name, text);

test("nodes that the manifest names and the bundle lacks, or has in part, are told, node-not-captured", () => {
  const nodes = [
    { name: "worker-3", state: "unreachable", error: "no route to host" },
    { name: "worker-1", state: "complete" },
    { name: "worker-2", state: "partial", error: "" },
  ];
  const { missed } = splitBundles([
    source("x/bundle.json", JSON.stringify({ schema: "svcrules.dev/bundle/v1", nodes })),
    source("x/nodes/worker-1/iptables-save.txt"),
    source("x/nodes/worker-2/iptables-save.txt"),
  ]);
  expect(missedNodes(missed).map(({ code, severity, message }) => [code, severity, message])).toEqual([
    ["node-not-captured", "warning", 'the capture of node "worker-2" ended early'],
    [
      "node-not-captured",
      "warning",
      'the bundle holds no rules of node "worker-3", which was not reached: no route to host',
    ],
  ]);
});
