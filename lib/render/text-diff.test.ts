import { applyPatch } from "diff";
import { describe, expect, test } from "@jest/globals";
import { paintDiff, textDiff } from "./text-diff.js";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";

const numbered = (n: number) => Array.from({ length: n }, (_, i) => `line ${i + 1}`);

describe("textDiff", () => {
  test("is empty for equal texts", () => {
    expect(textDiff(["a", "b"], numbered(3), numbered(3))).toEqual([]);
  });

  test("shows three lines around a difference", () => {
    const changed = numbered(9).with(4, "other");
    expect(textDiff(["old", "new"], numbered(9), changed)).toEqual([
      "--- old",
      "+++ new",
      "@@ -2,7 +2,7 @@",
      " line 2",
      " line 3",
      " line 4",
      "-line 5",
      "+other",
      " line 6",
      " line 7",
      " line 8",
    ]);
  });

  test("counts lines from where the texts begin in their files", () => {
    expect(textDiff(["a", "b"], ["x"], ["x", "y"], {}, [8, 1])[2]).toBe("@@ -8 +1,2 @@");
  });

  test("can be applied to the old text and gives the new one", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 40 });
    fc.assert(
      fc.property(lines, lines, fc.constantFrom(0, 1, 3), (before, after, context) => {
        const diff = textDiff(["a", "b"], before, after, { context });
        const text = (list: readonly string[]) => list.map((line) => `${line}\n`).join("");
        if (diff.length === 0) expect(before).toEqual(after);
        else expect(applyPatch(text(before), text(diff))).toBe(text(after));
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  test("says how many lines it leaves out", () => {
    const diff = textDiff(["a", "b"], [], numbered(50), { mostLines: 11 });
    expect(diff.slice(-2)).toEqual(["+line 10", "(40 more lines)"]);
  });

  test("spells out control characters", () => {
    expect(textDiff(["a\u001b", "b"], ["x"], ["\u001b[31m"]).join("\n")).not.toContain("\u001b");
  });

  test("is coloured when asked", () => {
    const diff = textDiff(["a", "b"], ["x"], ["y"]);
    expect(paintDiff(diff, false)).toEqual(diff);
    expect(paintDiff(diff, true).join("\n")).toContain("\u001b[31m-x");
  });
});
