import { expect, test } from "@jest/globals";
import { diff } from "../../api/diff.js";
import { sourceFromText } from "../../source/source.js";
import { capturedNodes } from "../../testing/captured-nodes.js";

test("a limit of connections at a real server is a difference, and the patch takes it away", async () => {
  const { manifests, options, healthy } = capturedNodes().find(({ name }) => name === "ipvsadm-save")!;
  const limited = Object.entries(healthy).map(([file, { text }]) =>
    sourceFromText(file, text.replace(/^(-a -t \S+ -r \S+ -m -w 1)$/m, "$1 -x 100 -y 10")),
  );
  const { report, patch } = await diff(manifests, limited, options);
  expect(report!.changes).toEqual([
    expect.objectContaining({ kind: "weight-changed", message: expect.stringMatching(/no more than 100 connections/) }),
  ]);
  expect([...patch()].filter((line) => /^-/.test(line))).toEqual([expect.stringMatching(/^-e -t \S+ -r \S+ -m -w 1$/)]);
});
