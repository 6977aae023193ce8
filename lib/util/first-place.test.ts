import { expect, test } from "@jest/globals";
import { fc } from "../testing/fuzz/properties.js";
import { firstPlace } from "./first-place.js";

test("the first place is what a look at each finds", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 30 }), fc.nat(22), (values, wanted) => {
      const sorted = values.sort((a, b) => a - b);
      const found = sorted.findIndex((value) => value >= wanted);
      expect(firstPlace(sorted.length, (place) => sorted[place]! >= wanted)).toBe(found < 0 ? sorted.length : found);
    }),
  );
});
