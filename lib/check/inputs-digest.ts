import { createHash } from "../platform/hash.js";
import type { Source } from "../source/source.js";

const CHUNK_BYTES = 1 << 20;

/**
 * A digest of what was read: the name and the bytes of every source. Line ends count as LF, so that a checkout on
 * Windows has the digest of any other. Shape: "sha256:" and 64 hexadecimal digits.
 */
export function inputsDigest(sources: readonly Source[], nameOf: (source: Source) => string): string {
  const total = createHash("sha256");
  const named = sources.map((source) => ({ name: nameOf(source), source }));
  named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const { name, source } of named) {
    const own = createHash("sha256");
    for (let at = 0; at < source.size; at += CHUNK_BYTES)
      own.update(withoutReturns(source.read(at, Math.min(source.size, at + CHUNK_BYTES))));
    total.update(`${JSON.stringify(name)} ${own.digest("hex")}\n`);
  }
  return `sha256:${total.digest("hex")}`;
}

/** Carriage returns are no content of YAML or JSON beside line ends. */
function withoutReturns(bytes: Uint8Array): Uint8Array {
  return bytes.includes(0x0d) ? bytes.filter((byte) => byte !== 0x0d) : bytes;
}
