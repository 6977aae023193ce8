import { expect, test } from "@jest/globals";
import { splitBundles } from "../../bundle/split-bundles.js";
import { sourceFromText } from "../../source/source.js";
import { missedNodes } from "./missed-nodes.js";

const source = (name: string, text = "") => sourceFromText(name, text);

test("nodes that the manifest names and the bundle lacks, or has in part, are told, node-not-captured", () => {
  const nodes = [
    { name: "worker-3", state: "unreachable", error: "no route to host" },
    { name: "worker-1", state: "complete" },
    { name: "worker-2", state: "partial", error: "" },
  ];
  const split = splitBundles([
    source("x/bundle.json", JSON.stringify({ schema: "svcrules.dev/bundle/v1", nodes })),
    source("x/nodes/worker-1/iptables-save.txt"),
    source("x/nodes/worker-2/iptables-save.txt"),
  ]);
  expect(missedNodes(split, []).map(({ code, severity, message }) => [code, severity, message])).toEqual([
    ["node-not-captured", "warning", 'the capture of node "worker-2" ended early'],
    [
      "node-not-captured",
      "warning",
      'the bundle holds no rules of node "worker-3", which was not reached: no route to host',
    ],
  ]);
});

test("files of a dump or a bundle that may have been meant as captures are named and counted, refusal-passed-over", () => {
  const inDump = (name: string, text: string) => ({ ...source(name, text), dump: "cluster-info-dump" as const });
  const refusal = "Permission denied\n";
  const split = splitBundles([
    source("x/bundle.json", '{"schema": "svcrules.dev/bundle/v1"}'),
    source("x/nodes/worker-1/iptables-save.txt"),
    source("x/nodes/worker-1/versions.txt", refusal),
    source("x/nodes/worker-1/rules.txt", "*nat\nCOMMIT\n"),
    source("x/README", "about this bundle"),
    inDump("d/rules/a.txt", refusal),
    inDump("d/rules/b.json", "Error from server (Forbidden): x\n"),
    inDump("d/rules/c", "bash: nft: command not found\n"),
    inDump("d/rules/d", "bash: nft: command not found\n"),
    inDump("d/rules/e", "command not found\nTable does not exist\n"),
    inDump("d/default/web/logs.txt", refusal),
    inDump("d/rules/notes.txt", "Permission denied\nhe said\n"),
  ]);
  const captures = split.others.filter(({ name }) => name === "d/rules/d");
  expect(missedNodes(split, captures).map(({ message }) => message)).toEqual([
    "4 files: d/rules/a.txt, d/rules/b.json, d/rules/c and d/rules/e: what a tool said that gave nothing, passed over",
    "x/nodes/worker-1/rules.txt: no part of a bundle by its name, passed over",
  ]);
});
