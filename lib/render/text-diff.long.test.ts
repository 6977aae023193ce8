import { expect, test } from "@jest/globals";
import { applyPatch } from "diff";
import { textDiff } from "./text-diff.js";

test("textDiff stays a right diff for texts that differ everywhere", () => {
  const before = Array.from({ length: 20_000 }, (_, i) => (i % 3 === 0 ? `old ${i}` : `same ${i}`));
  const after = Array.from({ length: 20_000 }, (_, i) => (i % 3 === 0 ? `new ${i}` : `same ${i}`));
  const text = (list: readonly string[]) => list.map((line) => `${line}\n`).join("");
  const diff = textDiff(["a", "b"], before, after);
  expect(applyPatch(text(before), text(diff))).toBe(text(after));
});
