/** Hash functions in a browser, with results at once; a browser build puts this in the place of `hash.ts`. */
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { Buffer } from "./web-bytes.js";

const ALGORITHMS = { sha256, sha1 } as const;

export type HashName = keyof typeof ALGORITHMS;
/** "binary": one character a byte. */
export type HashEncoding = "hex" | "base64" | "binary";

type Input = string | Uint8Array;

function bytesOf(input: Input): Uint8Array {
  return typeof input === "string" ? new TextEncoder().encode(input) : input;
}

function algorithmNamed(name: HashName) {
  const found = Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined;
  if (!found) throw new Error(`no hash function ${name} in a browser`);
  return found;
}

/** The digest of a text (as UTF-8) or of bytes. */
export function hash(name: HashName, input: Input, encoding: HashEncoding = "hex"): string {
  return Buffer.from(algorithmNamed(name)(bytesOf(input))).toString(encoding);
}

export interface Hash {
  update(input: Input): Hash;
  /** Bytes when no encoding is given; once only. */
  digest(): Uint8Array;
  digest(encoding: HashEncoding): string;
}

/** A digest of input that comes in pieces. */
export function createHash(name: HashName): Hash {
  const state = algorithmNamed(name).create();
  function digest(): Uint8Array;
  function digest(encoding: HashEncoding): string;
  function digest(encoding?: HashEncoding): Uint8Array | string {
    const bytes = Buffer.from(state.digest());
    return encoding === undefined ? bytes : bytes.toString(encoding);
  }
  const hash: Hash = {
    update(input) {
      state.update(bytesOf(input));
      return hash;
    },
    digest,
  };
  return hash;
}

const CRC_OF_BYTE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The checksum of zip and gzip; `before`: that of the bytes that come before. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_OF_BYTE[(crc ^ byte) & 0xff]!;
  return ~crc >>> 0;
}
