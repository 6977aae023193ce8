/** Dumps that somebody edited: what follows from the edit is not in them. */
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { impact } from "../api/impact.js";
import { sourceFromText } from "../source/source.js";

const DUMP = readFileSync(new URL("../../fixtures/guestbook/dump.yaml", import.meta.url), "utf8");
/** As a Service of the dump says it, whose pods and slices say it otherwise. */
const SELECTOR = "    selector:\n      app: redis-leader\n";
const TARGET = "targetPort: redis\n";

const codes = async (after: string) => {
  const { diagnostics } = await impact([sourceFromText("dump.yaml", DUMP)], [sourceFromText("after.yaml", after)]);
  return diagnostics.flatMap(({ code, message }) => (code === "impact-old-endpoints" ? message.split(":")[0] : []));
};

test.each([
  ["another selector", DUMP.replace(SELECTOR, SELECTOR.replace("leader", "none"))],
  ["another type", DUMP.replace("    type: ClusterIP\n", "    type: NodePort\n")],
])("%s with the old endpoints or no node port is told", async (_, after) => {
  expect(after).not.toBe(DUMP);
  expect(await codes(after)).toHaveLength(1);
});

test("another target port with the old endpoints is told", async () => {
  expect(DUMP).toContain(TARGET);
  expect(await codes(DUMP.replace(TARGET, "targetPort: 6380\n"))).toHaveLength(1);
});

test("nothing is told of a state and itself, or of a selector that selects the same pods", async () => {
  expect(await codes(DUMP)).toEqual([]);
  expect(await codes(DUMP.replace(SELECTOR, "    selector:\n      tier: backend\n      app: redis-leader\n"))).toEqual(
    [],
  );
});
