import { expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { everyLine } from "./every-line.js";

test("all lines are seen once, whole, whatever block they stand in", () => {
  const lines = Array.from({ length: 60_000 }, (_, i) => `line ${i} \u00e9${"x".repeat(i % 50)}`);
  const seen: string[] = [];
  expect(everyLine(sourceFromText("a", lines.join("\n")), (line) => seen.push(line) > 0)).toBe(true);
  expect(seen).toEqual(lines);
  expect(everyLine(sourceFromText("a", lines.join("\n")), (line) => line !== lines.at(-1))).toBe(false);
});
