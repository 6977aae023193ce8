import { expect, test } from "@jest/globals";
import { sortByName } from "./sort-by-name.js";
import { fc } from "../../testing/fuzz/properties.js";

test("names come in the order of their characters, whatever their beginning", () => {
  const hash = fc.string({ unit: fc.constantFrom(..."ABYZ27"), minLength: 8, maxLength: 8 });
  const name = fc.oneof(
    hash.map((h) => `endpoint-${h}-ns/x`),
    hash.map((h) => `service-${h}-ns/x`),
    fc.constantFrom("endpoint", "endpoint-", "endpoints", "services", "cluster-ips-check", "z", ""),
  );
  fc.assert(
    fc.property(fc.array(name), (names) => {
      const sorted = sortByName(
        names.map((n) => ({ name: n })),
        "endpoint-",
      );
      expect(sorted.map((item) => item.name)).toEqual([...names].sort());
    }),
  );
});
