import { describe, expect, test } from "@jest/globals";
import { createPacker } from "./packed-source.js";
import { fc } from "../../lib/testing/fuzz/properties.js";

const MB = 1 << 20;

describe("packed bytes", () => {
  const bytes = Buffer.from(Array.from({ length: 3 * MB + 123 }, (_, i) => (i * 7 + (i >> 9)) & 255));

  test.each([
    ["as they are", 0],
    ["compressed", 1 << 30],
  ])("kept %s read back the same at any place", (_how, plain) => {
    const packer = createPacker({ plain, kept: 0 });
    for (let at = 0; at < bytes.length; at += 300_001) packer.add(bytes.subarray(at, at + 300_001));
    const source = packer.finish("x", { dump: "sos" });
    expect(source).toMatchObject({ name: "x", size: bytes.length, dump: "sos" });
    fc.assert(
      fc.property(fc.nat(bytes.length), fc.nat(bytes.length + 10), (start, end) => {
        expect(Buffer.compare(source.read(start, end), bytes.subarray(start, Math.max(start, end)))).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test("of an empty stream are an empty source", () => {
    expect(createPacker({ plain: 0, kept: 0 }).finish("x").read(0, 10)).toHaveLength(0);
  });
});
