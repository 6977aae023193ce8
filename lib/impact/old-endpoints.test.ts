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

test.each([
  ["6380", 1],
  ["other-name", 1],
  // The number that the slices have for the name.
  ["6379", 0],
])("target port %s with the old endpoints", async (target, told) => {
  expect(DUMP).toContain(TARGET);
  expect(await codes(DUMP.replace(TARGET, `targetPort: ${target}\n`))).toHaveLength(told);
});

test("a number that becomes a name may have the endpoints it had", async () => {
  const before = [sourceFromText("dump.yaml", DUMP.replace(TARGET, "targetPort: 6379\n"))];
  const { diagnostics } = await impact(before, [sourceFromText("after.yaml", DUMP)]);
  expect(diagnostics.map(({ code }) => code)).not.toContain("impact-old-endpoints");
});

test("nothing is told of a state and itself, or of a selector that selects the same pods", async () => {
  expect(await codes(DUMP)).toEqual([]);
  expect(await codes(DUMP.replace(SELECTOR, "    selector:\n      tier: backend\n      app: redis-leader\n"))).toEqual(
    [],
  );
});
