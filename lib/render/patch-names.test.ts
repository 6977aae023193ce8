import { expect, test } from "@jest/globals";
import { patchFiles } from "./patch-names.js";

const reports = (...nodes: string[]) => nodes.map((node) => ({ node }));

test("a file is named as its node only where the name is one that a Node may have", () => {
  expect(patchFiles(reports("worker-1", "../../etc/passwd", "", "a\u001b", "worker-1", "a.b", ".."))).toEqual([
    "worker-1.patch",
    "node_2.patch",
    "node_3.patch",
    "node_4.patch",
    "node_5.patch",
    "a.b.patch",
    "node_7.patch",
  ]);
});

test("captures taken for one node give their names to the files, as far as these are names", () => {
  const of = (...captures: string[]) => captures.map((capture) => ({ node: "worker-1", capture }));
  expect(patchFiles(of("nodes/a.txt", "nodes/.b", "x.tar:c.d.txt"))).toEqual([
    "a.patch",
    "node_2.patch",
    "node_3.patch",
  ]);
  expect(patchFiles(of("nodes/a.txt"))).toEqual(["worker-1.patch"]);
});
