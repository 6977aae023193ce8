import { expect, test } from "@jest/globals";
import { countRepeats, MOST_REPEATS } from "./count-repeats.js";
import type { Diagnostic } from "./diagnostic.js";

const told = (count: number, file = "a.yaml", message = "no object"): Diagnostic[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ code: "not-an-object", severity: "warning", message, notes: ["add a kind"] },
    at: { file, line: i + 1 },
  }));

test("what is said again of one file is counted behind the first, where the next stands", () => {
  const shown = countRepeats(told(1000 + MOST_REPEATS));
  expect(shown.length).toBe(MOST_REPEATS + 1);
  expect(shown.slice(0, -1)).toEqual(told(MOST_REPEATS));
  expect(shown.at(-1)).toEqual({
    ...{ code: "not-an-object", severity: "warning", message: "1,000 more from here on: no object" },
    at: { file: "a.yaml", line: MOST_REPEATS + 1 },
  });
});

test("what differs in file or words is shown, and so is one more than the most", () => {
  const all = [...told(MOST_REPEATS + 1), ...told(MOST_REPEATS, "b.yaml"), ...told(5, "b.yaml", "a tab")];
  expect(countRepeats(all)).toEqual(all);
});

test("what is said of no file is not counted: of a fleet's nodes it is shown once", () => {
  const all = told(MOST_REPEATS + 5).map(({ at: _, ...diagnostic }) => diagnostic);
  expect(countRepeats(all)).toEqual(all);
});
