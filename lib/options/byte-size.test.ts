import { expect, test } from "@jest/globals";
import { checkByteSize, parseByteSize } from "./byte-size.js";

test.each([
  ["1048576", 1048576],
  ["500M", 500 * 2 ** 20],
  ["8G", 8 * 2 ** 30],
  ["8GiB", 8 * 2 ** 30],
  ["1.5k", 1536],
])("%s is %d bytes", (text, bytes) => {
  expect([parseByteSize(text), checkByteSize(text)]).toEqual([bytes, undefined]);
});

test.each(["", "8X", "-1", "1e9", "8 G B"])("%j is no size", (text) => {
  expect(checkByteSize(text)).toBe("not a size such as 500M or 8G");
});
