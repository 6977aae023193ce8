import { describe, expect, test } from "@jest/globals";
import { isCanonicalIPv6 } from "./canonical-ipv6.js";
import { parseIP } from "./ip.js";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";

const GROUPS = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 });

describe("canonical IPv6 text", () => {
  test.each([
    "::",
    "::1",
    "1::",
    "fd00::10",
    "1:2:3:4:5:6:7:8",
    "1:0:2:0:3:0:4:0",
    "0:0:1::",
    "1::2:0:0:3",
    "fe80::1:0:0:1",
  ])("is %s", (text) => {
    expect(isCanonicalIPv6(text)).toBe(true);
    expect(parseIP(text)?.text).toBe(text);
  });

  test.each([
    "",
    ":",
    ":::",
    "::1::",
    "1:",
    ":1",
    "1:2",
    "FD00::1",
    "fd00::01",
    "fd00:0::1",
    "fd00::0:1",
    "1:2:3:4:5:6:7::",
    "1:2:3:4:5:6:7:8:9",
    "1:0:0:2:3:4:5:6",
    "1:0:0:2::3:4",
    "12345::",
    "::ffff:1:2",
    "::ffff:1.2.3.4",
    "::1.2.3.4",
    "fe80::1%eth0",
    "1::2::3",
    "g::",
    "1.2.3.4",
  ])("is not %j", (text) => {
    expect(isCanonicalIPv6(text)).toBe(false);
  });

  test("is what printing any address gives, save IPv4-mapped ones", () => {
    fc.assert(
      fc.property(GROUPS, (groups) => {
        const { family, text } = parseIP(groups.map((g) => g.toString(16)).join(":"))!;
        expect(isCanonicalIPv6(text)).toBe(family === "IPv6" && !text.startsWith("::ffff:"));
      }),
    );
  });

  test("is never text that prints otherwise", () => {
    const pieces = fc.constantFrom(":", "::", "0", "1", "00", "f", "ff0a", "A", "ffff", "12345", ".", "%");
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 18 }), (parts) => {
        const text = parts.join("");
        if (isCanonicalIPv6(text)) expect(parseIP(text)).toMatchObject({ family: "IPv6", text });
      }),
      { numRuns: fuzzRuns(2000) },
    );
  });
});
