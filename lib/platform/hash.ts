/** Hash functions: Node's own. A browser build puts `web-hash.ts` in the place of this file. */
import type * as crypto from "node:crypto";
import { sha256 } from "./few-digests.js";

/** Digests of short texts that are made before Node's functions are loaded, which take as long as a hundred of ours. */
const FEW = 50;
/** Of a text that is short, in characters. */
const SHORT = 10_000;
let made = 0;

/** Node's modules are loaded once they are needed, as each takes a part of a small run. */
let loaded: typeof crypto | undefined;
const nodeCrypto = () => (loaded ??= process.getBuiltinModule("node:crypto"));

/** The digest of a text (as UTF-8) or of bytes; "binary": one character a byte. */
export function hash(
  name: "sha256" | "sha1",
  input: string | Uint8Array,
  encoding: "hex" | "base64" | "binary" = "hex",
): string {
  if (made < FEW && name === "sha256" && typeof input === "string" && input.length <= SHORT) {
    made++;
    return Buffer.from(sha256(Buffer.from(input))).toString(encoding);
  }
  return nodeCrypto().hash(name, input, encoding);
}

/** A digest of input that comes in pieces. */
export function createHash(name: "sha256" | "sha1"): crypto.Hash {
  return nodeCrypto().createHash(name);
}

/** The checksum of zip and gzip; `before`: that of the bytes that come before. */
export function crc32(bytes: Uint8Array, before = 0): number {
  return process.getBuiltinModule("node:zlib").crc32(bytes, before);
}
