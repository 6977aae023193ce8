import { expect, test } from "@jest/globals";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";
import { jsonLines } from "./json-lines.js";
import { jsonText } from "../util/json-text.js";

test("the lines of any value are those of the whole text", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      expect([...jsonLines(value)].join("\n")).toBe(jsonText(value, 2));
    }),
    { numRuns: fuzzRuns(500) },
  );
});

test("what is undefined is left out of objects and null in lists", () => {
  const value = { a: undefined, b: [undefined, { c: undefined }], "\u202e": "\u0085" };
  expect([...jsonLines(value)].join("\n")).toBe(jsonText(value, 2));
});

test("a long list is made item by item", () => {
  let made = 0;
  const items = Array.from({ length: 10 }, () => ({
    get text() {
      made++;
      return "x";
    },
  }));
  const lines = jsonLines({ items })[Symbol.iterator]();
  for (let i = 0; i < 4; i++) lines.next();
  expect(made).toBeLessThan(3);
});
