import { expect, test } from "@jest/globals";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";
import { linesAbout, linesByAddress } from "./compare-endpoints.js";
import type { FrontendView } from "./types.js";

const frontendOf = (evidence: readonly string[]) => ({ evidence }) as FrontendView;

test("lines about an address are those that a look at all addresses finds", () => {
  const address = fc.constantFrom("10.0.0.1", "10.0.0.11", "110.0.0.1", "fd00::1", "fd00::1:1", "fe::a", "::");
  const word = fc.tuple(
    fc.constantFrom("", "-d ", "[", "x", "."),
    address,
    fc.constantFrom("", "/32", ":80", "]:80", "x"),
  );
  const line = fc.array(word, { maxLength: 4 }).map((words) => words.map((parts) => parts.join("")).join(" "));
  fc.assert(
    fc.property(fc.uniqueArray(line, { maxLength: 6 }), address, (evidence, asked) => {
      const frontend = frontendOf(evidence);
      expect(linesAbout(frontend, asked)).toEqual(linesByAddress(frontend).get(asked) ?? []);
    }),
    { numRuns: fuzzRuns(500) },
  );
});
