import { expect, test } from "@jest/globals";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";
import { orderOfNames } from "./order-of-names.js";

const chain = fc
  .tuple(
    fc.constantFrom("KUBE-SEP-", "KUBE-SVC-", "KUBE", "service-", "service-endpoints-", "local-", ""),
    fc.string({ maxLength: 7, unit: "binary" }),
  )
  .map(([prefix, rest]) => prefix + rest);

test("names stand in the order of sort()", () => {
  fc.assert(
    fc.property(fc.array(chain, { maxLength: 40 }), (names) => {
      expect(orderOfNames(names).map((i) => names[i])).toEqual([...names].sort());
    }),
    { numRuns: fuzzRuns(200) },
  );
});

test("names that are the same keep their order", () => {
  expect(orderOfNames(["b", "KUBE-SEP-XXXXA", "b", "KUBE-SEP-XXXXA", "a"])).toEqual([1, 3, 4, 0, 2]);
});
