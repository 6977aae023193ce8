/** What a browser build puts in the place of Node's modules gives the same results. */
import { Buffer as NodeBuffer } from "node:buffer";
import { describe, expect, test } from "@jest/globals";
import { fc } from "../testing/fuzz/properties.js";
import * as node from "./bytes.js";
import { crc32, createHash, hash } from "./hash.js";
import * as web from "./web-bytes.js";
import { crc32 as webCrc32, createHash as webCreateHash, hash as webHash } from "./web-hash.js";

const bytes = fc.uint8Array({ maxLength: 300 });
const text = fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), fc.string({ unit: "grapheme", maxLength: 200 }));

describe("hashes", () => {
  test.each(["sha256", "sha1"] as const)("%s of texts and bytes are Node's, in every encoding", (name) => {
    fc.assert(
      fc.property(fc.oneof(text, bytes), fc.constantFrom("hex", "base64", "binary" as const), (input, encoding) => {
        expect(webHash(name, input, encoding)).toBe(hash(name, input, encoding));
      }),
    );
  });

  test("of input in pieces are Node's", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(text, bytes), { maxLength: 8 }), (pieces) => {
        const [own, other] = [webCreateHash("sha256"), createHash("sha256")];
        for (const piece of pieces) {
          own.update(piece);
          other.update(piece);
        }
        expect(own.digest("hex")).toBe(other.digest("hex"));
      }),
    );
  });

  test("and checksums of bytes in pieces are Node's", () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), (pieces) => {
        const sum = (of: typeof webCrc32) => pieces.reduce((before, piece) => of(piece, before), 0);
        expect(sum(webCrc32)).toBe(sum(crc32));
      }),
    );
  });

  test("that a browser does not have are an error that says so", () => {
    expect(() => webHash("md5" as "sha1", "a")).toThrow("no hash function md5");
  });
});

describe("bytes", () => {
  test("are told to be ASCII or UTF-8 as Node tells them", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          text.map((t) => new TextEncoder().encode(t)),
        ),
        (input) => {
          expect(web.isAscii(input)).toBe(node.isAscii(input));
          expect(web.isUtf8(input)).toBe(node.isUtf8(input));
        },
      ),
    );
  });

  test("become text in every encoding the readers use, whole and in parts", () => {
    fc.assert(
      fc.property(bytes, fc.nat(300), fc.nat(300), (input, a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        for (const encoding of ["latin1", "utf8", "hex", "base64"] as const) {
          const [own, other] = [web.Buffer.from(input), NodeBuffer.from(input)];
          expect(own.toString(encoding)).toBe(other.toString(encoding));
          expect(own.toString(encoding, start, end)).toBe(other.toString(encoding, start, end));
        }
      }),
    );
  });

  test("come from text as Node's, with the same length", () => {
    fc.assert(
      fc.property(text, fc.constantFrom("latin1", "utf8" as const), (input, encoding) => {
        expect([...web.Buffer.from(input, encoding)]).toEqual([...NodeBuffer.from(input, encoding)]);
        expect(web.Buffer.byteLength(input)).toBe(NodeBuffer.byteLength(input));
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.base64String(), fc.string({ unit: "binary-ascii" })), (input) => {
        expect([...web.Buffer.from(input, "base64")]).toEqual([...NodeBuffer.from(input, "base64")]);
      }),
    );
  });

  test("are searched, compared and cut as Node's", () => {
    const few = fc.uint8Array({ maxLength: 40, min: 97, max: 99 });
    // Nothing is searched for what is empty.
    const some = fc.uint8Array({ minLength: 1, maxLength: 4, min: 97, max: 99 });
    fc.assert(
      fc.property(few, some, fc.integer({ min: -5, max: 45 }), (input, part, at) => {
        const [own, other] = [web.Buffer.from(input), NodeBuffer.from(input)];
        expect(own.indexOf(web.Buffer.from(part), at)).toBe(other.indexOf(NodeBuffer.from(part), at));
        expect(own.indexOf(98, at)).toBe(other.indexOf(98, at));
        expect(own.indexOf("ab", at, "latin1")).toBe(other.indexOf("ab", at, "latin1"));
        expect(Math.sign(web.Buffer.compare(own, web.Buffer.from(part)))).toBe(
          Math.sign(NodeBuffer.compare(other, NodeBuffer.from(part))),
        );
        expect([...own.subarray(at)]).toEqual([...other.subarray(at)]);
        expect(own.subarray(at)).toBeInstanceOf(web.Buffer);
      }),
    );
  });
});
