import { describe, expect, test } from "@jest/globals";
import { fc } from "../testing/fuzz/properties.js";
import { lineOf, lineStartOf, positionOf } from "./position.js";
import { sourceFromBytes, type Source } from "./source.js";

/** As a file gives its bytes: into memory of others. */
function asFile(bytes: Uint8Array): Source {
  const readInto = (target: Uint8Array, start: number) => {
    const found = bytes.subarray(start, start + target.length);
    target.set(found);
    return found.length;
  };
  return { ...sourceFromBytes("a.json", bytes), read: (start, end) => bytes.slice(start, end), readInto };
}

/** Lines of three megabytes, of lengths that are taken in turn. */
function textWithLines(lengths: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(3 << 20, "x");
  for (let i = 0, at = lengths[0]!; at < bytes.length; at += 1 + lengths[++i % lengths.length]!) bytes[at] = 0x0a;
  return bytes;
}

describe("the line of a place in a large source", () => {
  const length = fc.oneof(fc.nat(100), fc.nat(10_000), fc.nat(2 << 20), fc.constantFrom(0, 4095, 4096, (1 << 20) - 1));
  const places = fc.array(fc.nat(3 << 20), { minLength: 1, maxLength: 6 });
  test("is that of counting from the start, in whatever order places are asked for", () => {
    fc.assert(
      fc.property(fc.array(length, { minLength: 1, maxLength: 5 }), places, (lengths, offsets) => {
        fc.pre(lengths.some((one) => one > 0));
        const bytes = textWithLines(lengths);
        const text = Buffer.from(bytes).toString("latin1");
        for (const source of [sourceFromBytes("a.json", bytes), asFile(bytes)])
          for (const offset of offsets) {
            const lineStart = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
            const line = text.slice(0, offset).split("\n").length;
            expect([lineOf(source, offset), lineStartOf(source, offset)]).toEqual([line, lineStart]);
          }
      }),
      { numRuns: 15 },
    );
  });

  test("is the last one where the file has become shorter", () => {
    const bytes = Buffer.from("a\n".repeat(1000));
    const source = { ...asFile(bytes), size: 5 << 20 };
    expect(positionOf(source, 4 << 20)).toEqual({ line: 1001, column: 1 });
  });
});
