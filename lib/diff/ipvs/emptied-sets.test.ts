import { expect, test } from "@jest/globals";
import { diff } from "../../api/diff.js";
import { sourceFromText } from "../../source/source.js";
import { capturedNodes } from "../../testing/captured-nodes.js";

const { manifests, options, healthy } = capturedNodes().find(({ name }) => name === "ipvsadm-save")!;

test("node ports whose set is empty are differences of their services, not a setting of the node", async () => {
  let removed = 0;
  const sources = Object.entries(healthy).map(([file, { text }]) =>
    sourceFromText(
      file,
      text.replace(/^add KUBE-(6-)?NODE-PORT-TCP \d+\n/gm, () => {
        removed++;
        return "";
      }),
    ),
  );
  expect(removed).toBeGreaterThan(0);
  const { report } = await diff(manifests, sources, options);
  expect(report!.identical).toBe(false);
  const errors = report!.changes.filter(({ severity }) => severity === "error");
  expect(errors).toHaveLength(removed);
  for (const { kind, service } of errors) expect([kind, service]).toEqual(["masquerade-changed", expect.any(String)]);
});
