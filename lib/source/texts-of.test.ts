import { expect, test } from "@jest/globals";
import { fc } from "../testing/fuzz/properties.js";
import { sourceFromBytes, type Source } from "./source.js";
import { piecesOf, textsOf } from "./texts-of.js";

/** A source that is not in memory: it fills the place that it is given, and has at times fewer bytes than it said. */
function onDisk(bytes: Uint8Array, size = bytes.length): Source {
  return {
    ...sourceFromBytes("node.txt", bytes),
    size,
    readInto(target, start) {
      const piece = bytes.subarray(start, start + target.length);
      target.set(piece);
      return piece.length;
    },
  };
}

test("pieces of a file, read into one place, are those of the same bytes in memory", () => {
  const lengths = fc.array(fc.constantFrom(0, 1, 80, 300_000, 1_048_575, 1_048_576, 2_500_000), { maxLength: 6 });
  fc.assert(
    fc.property(lengths, fc.boolean(), fc.nat(90), (lines, hasEnd, short) => {
      const text =
        lines.map((length, i) => String.fromCharCode(97 + i).repeat(length)).join("\n") + (hasEnd ? "\n" : "");
      const bytes = new TextEncoder().encode(text);
      const pieces = [...textsOf(onDisk(bytes))];
      expect(pieces.join("") === text).toBe(true);
      expect(pieces.slice(0, -1).every((piece) => piece.endsWith("\n"))).toBe(true);
      expect(pieces).toEqual([...textsOf(sourceFromBytes("node.txt", bytes))]);
      const kept = bytes.subarray(0, Math.max(0, bytes.length - short));
      expect([...textsOf(onDisk(kept, bytes.length))].join("").length).toBeLessThanOrEqual(kept.length);
    }),
    { numRuns: 40 },
  );
});

test("no piece is so long that V8 keeps its text outside the heap, unless a line is", () => {
  const lines = new TextEncoder().encode(`${"x".repeat(79)}\n`.repeat(40_000));
  for (const source of [onDisk(lines), sourceFromBytes("node.txt", lines)])
    for (const { length } of piecesOf(source)) expect(length).toBeLessThan(1_000_000);
});
