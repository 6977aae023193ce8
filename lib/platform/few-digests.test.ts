import { createHash } from "node:crypto";
import { expect, test } from "@jest/globals";
import { fc } from "../testing/fuzz/properties.js";
import { sha256 } from "./few-digests.js";
import { hash } from "./hash.js";

const ofNode = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("the digest of FIPS 180-4's example is the one it gives", () => {
  const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(hex(sha256(new TextEncoder().encode("abc")))).toBe(digest);
});

test("digests of any bytes are Node's", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => expect(hex(sha256(bytes))).toBe(ofNode(bytes))));
});

test.each([55, 56, 63, 64, 65, 119, 120, 100_000])("so are those of %d bytes, about the ends of blocks", (count) => {
  const bytes = Uint8Array.from({ length: count }, (_, i) => (i * 7) & 0xff);
  expect(hex(sha256(bytes))).toBe(ofNode(bytes));
});

test("the first digests of a run and those after them are the same, of texts beyond ASCII too", () => {
  for (let i = 0; i < 120; i++)
    for (const text of [`web/${i}`, `\u00e9\u4e16\u{1f600} ${i}`]) expect(hash("sha256", text)).toBe(ofNode(text));
});

test("the digest of a text too long for the own function is Node's", () => {
  const text = "\u00e9".repeat(50_000);
  expect(hash("sha256", text)).toBe(ofNode(text));
});
