import { expect, test } from "@jest/globals";
import { fc } from "../testing/fuzz/properties.js";
import { jsonText } from "./json-text.js";

test("deceiving characters are escaped", () => {
  expect(jsonText({ "a\u202eb": "\u009b31m\u2028" })).toBe('{"a\\u202eb":"\\u009b31m\\u2028"}');
});

test("what is read back is the same", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(jsonText(value, 2))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
