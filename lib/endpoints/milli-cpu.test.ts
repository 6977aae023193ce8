import { expect, test } from "@jest/globals";
import { milliCPU } from "./milli-cpu.js";

test.each([
  ["4", 4000],
  ["3920m", 3920],
  ["1.5", 1500],
  ["1.1", 1100],
  [".5", 500],
  ["+2", 2000],
  ["2k", 2_000_000],
  ["1Ki", 1_024_000],
  ["1e3", 1_000_000],
  ["1E-1", 100],
  ["1E", 1e21],
  ["100u", 1],
  ["1n", 1],
  [2, 2000],
  ["0", 0],
  ["-1", 0],
  ["", 0],
  ["4 cores", 0],
  ["Infinity", 0],
  [undefined, 0],
  [null, 0],
])("%p CPU is %p thousandths", (quantity, expected) => {
  expect(milliCPU(quantity)).toBe(expected);
});
