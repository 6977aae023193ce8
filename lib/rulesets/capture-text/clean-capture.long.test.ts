/** Captures of several GiB, which take minutes of looking through. */
import { expect, test } from "@jest/globals";
import { cleanCapture } from "./clean-capture.js";

test.each([3, 5])("of a file of %i GiB parts are looked at, never all of it", (gibibytes) => {
  const size = gibibytes * 2 ** 30 + 1;
  const asked: number[] = [];
  const read = (start: number, end: number) => {
    expect(start).toBeGreaterThanOrEqual(0);
    asked.push(end - start);
    return new Uint8Array(Math.min(end - start, 1 << 20)).fill(10);
  };
  cleanCapture({ name: "x.txt", size, read });
  expect(Math.max(...asked)).toBeLessThanOrEqual(1 << 20);
});
