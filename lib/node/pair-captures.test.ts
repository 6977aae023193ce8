import { expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { pairCaptures } from "./pair-captures.js";

const RULES = "*nat\n:KUBE-SERVICES - [0:0]\nCOMMIT\n";
const given = (...names: readonly string[]) => ({
  sources: names.map((name) => sourceFromText(name, RULES)),
  named: [],
});
const bundle = (...nodes: readonly string[]) => {
  const { sources } = given(...nodes.map((node) => `x/nodes/${node}/iptables-save.txt`));
  return { sources: [sourceFromText("x/bundle.json", '{"schema":"svcrules.dev/bundle/v1"}'), ...sources], named: [] };
};
const shown = ({ pairs, diagnostics }: ReturnType<typeof pairCaptures>) => [
  pairs.map(({ node, before, after }) => [node, before.length, after.length]),
  diagnostics.map(({ message }) => message),
];

test("files that nothing names are one node's", () => {
  expect(shown(pairCaptures(given("a/nat.txt", "a/filter.txt"), given("b/nat.txt")))).toEqual([
    [[undefined, 2, 1]],
    [],
  ]);
  expect(shown(pairCaptures(given("a.txt"), given("b.txt"), "n1"))).toEqual([[["n1", 1, 1]], []]);
});

test("nodes of whole bundles are paired by name, and one that stands alone is an error", () => {
  expect(shown(pairCaptures(bundle("n1", "n2"), bundle("n1", "n2")))).toEqual([
    [
      ["n1", 1, 1],
      ["n2", 1, 1],
    ],
    [],
  ]);
  expect(shown(pairCaptures(bundle("n1", "n2"), bundle("n1", "n2"), "n2"))).toEqual([[["n2", 1, 1]], []]);
  expect(shown(pairCaptures(bundle("n1", "n2"), bundle("n2")))).toEqual([
    [["n2", 1, 1]],
    ['captured only before, or only after: "n1"'],
  ]);
  expect(shown(pairCaptures(bundle("n1", "n2"), bundle("n1"), "n3"))).toEqual([
    [],
    ['no capture is named after node "n3"'],
  ]);
});

test("one node each time is the same one only if no two names are told", () => {
  expect(shown(pairCaptures(bundle("n1"), given("b.txt")))).toEqual([[["n1", 1, 1]], []]);
  expect(shown(pairCaptures(bundle("n1"), bundle("n1"), "n1"))).toEqual([[["n1", 1, 1]], []]);
  expect(shown(pairCaptures(bundle("n1"), bundle("n2")))).toEqual([
    [],
    ['captured only before, or only after: "n1" and "n2"'],
  ]);
  expect(shown(pairCaptures(bundle("n1"), bundle("n1"), "n9"))).toEqual([[], ['no capture is named after node "n9"']]);
});

test("nodes that a bundle lacks, or has in part, are told with the time, of those asked about", () => {
  const { sources } = bundle("n1", "n2");
  const nodes = [
    { name: "n2", state: "partial" },
    { name: "n3", state: "unreachable" },
  ];
  const manifest = sourceFromText("x/bundle.json", JSON.stringify({ schema: "svcrules.dev/bundle/v1", nodes }));
  const lacking = { sources: [manifest, ...sources.slice(1)], named: [] };
  const partial = 'the capture of node "n2" ended early';
  expect(shown(pairCaptures(bundle("n1", "n2"), lacking))[1]).toEqual([
    `after: ${partial}`,
    'after: the bundle holds no rules of node "n3", which was not reached',
  ]);
  expect(shown(pairCaptures(lacking, bundle("n1", "n2"), "n2"))[1]).toEqual([`before: ${partial}`]);
});

test("files are taken apart by the Nodes of a dump that stands beside them; the dump's own files are no captures", () => {
  const node = (name: string) =>
    sourceFromText(`d/${name}.json`, JSON.stringify({ apiVersion: "v1", kind: "Node", metadata: { name } }));
  const { sources } = given("d/rules/n1.txt", "d/rules/n2.txt");
  const both = { sources: [node("n1"), node("n2"), ...sources], named: [] };
  expect(shown(pairCaptures(both, both))[0]).toEqual([
    ["n1", 1, 1],
    ["n2", 1, 1],
  ]);
});
