import { expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { splitBundles } from "./split-bundles.js";

const MANIFEST = JSON.stringify({
  schema: "svcrules.dev/bundle/v1",
  nodes: [{ name: "worker-1", started: "2026-01-01T00:00:00Z" }, { name: "worker-2", started: "yesterday" }, null],
});
const source = (name: string, text = "") => sourceFromText(name, text);
const namesOf = (sources: readonly { name: string }[]) => sources.map(({ name }) => name);

test("a bundle is a dump, an older dump, and nodes with their captures", () => {
  const split = splitBundles([
    source("b.tar.gz/x/bundle.json", MANIFEST),
    source("b.tar.gz/x/cluster/after/services.json"),
    source("b.tar.gz/x/cluster/before/services.json"),
    source("b.tar.gz/x/cluster/before/pods.json"),
    source("b.tar.gz/x/nodes/worker-1/iptables-nft-save.txt"),
    source("b.tar.gz/x/nodes/worker-1/versions.txt"),
    source("b.tar.gz/x/nodes/worker-2/nft-ruleset.json"),
    source("other/services.yaml"),
  ]);
  expect(namesOf(split.objects)).toEqual([
    "b.tar.gz/x/cluster/after/services.json",
    // Could not be got a second time.
    "b.tar.gz/x/cluster/before/pods.json",
    "other/services.yaml",
  ]);
  expect(namesOf(split.before)).toEqual(["b.tar.gz/x/cluster/before/services.json"]);
  expect(namesOf(split.others)).toEqual(["other/services.yaml"]);
  expect(split.nodes.map(({ node, sources, capturedAt }) => [node, namesOf(sources), capturedAt])).toEqual([
    ["worker-1", ["b.tar.gz/x/nodes/worker-1/iptables-nft-save.txt"], "2026-01-01T00:00:00Z"],
    ["worker-2", ["b.tar.gz/x/nodes/worker-2/nft-ruleset.json"], undefined],
  ]);
});

test.each([
  ["{", "no JSON"],
  ['{"schema":"other/v1"}', "of another schema"],
])("a bundle.json that is %s makes no bundle", (text) => {
  const sources = [source("x/bundle.json", text), source("x/nodes/worker-1/ipset-save.txt")];
  expect(splitBundles(sources)).toMatchObject({ objects: sources, others: sources, nodes: [], roots: [] });
});

test("a manifest that is cut off still makes one", () => {
  const sources = [
    source("x/bundle.json", '{"schema": "svcrules.dev/bundle/v1", "nodes": ['),
    source("x/nodes/n/ipset-save.txt"),
  ];
  expect(splitBundles(sources).nodes).toMatchObject([{ node: "n" }]);
});
