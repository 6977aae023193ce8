import { describe, expect, test } from "@jest/globals";
import { parseAnyYAML } from "./parse-any.js";
import { parsePlainYAML } from "./parse-plain.js";

describe("very long scalars", () => {
  const escapes = '\\n\\u00e9\\\\\\"'.repeat(300_000);
  const wanted = '\né\\"'.repeat(300_000);

  test("with escapes are read by both paths", () => {
    const text = `a: "${escapes}"\n`;
    expect((parsePlainYAML(text) as { a: string }).a === wanted).toBe(true);
    const parsed = parseAnyYAML(text);
    expect("values" in parsed && (parsed.values[0] as { a: string }).a === wanted).toBe(true);
  });

  test("over many lines, in every style, are read", () => {
    const lines = 200_000;
    for (const text of [
      `a: "${"x\\\n  ".repeat(lines)}"\n`,
      `a: '${"x\n  ".repeat(lines)}'\n`,
      `a: >\n${"  x\n".repeat(lines)}`,
      `a:\n${"  x\n".repeat(lines)}`,
      `a: [${"x,\n".repeat(lines)}]`,
    ])
      expect(parseAnyYAML(text)).toHaveProperty("values");
  });
});
