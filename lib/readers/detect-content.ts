/** What a source holds, told by its first bytes. */
import type { Source } from "../source/source.js";

export type Content =
  | { readonly kind: "blank" }
  /** `start`: offset of the first byte that counts. */
  | { readonly kind: "json" | "yaml"; readonly start: number };

const LOOKED_AT = 64 << 10;

export function detectContent(source: Source): Content {
  const bytes = source.read(0, Math.min(source.size, LOOKED_AT));
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let at = start;
  while (at < bytes.length && (bytes[at]! === 0x20 || (bytes[at]! >= 0x09 && bytes[at]! <= 0x0d))) at++;
  if (at >= source.size) return { kind: "blank" };
  const first = bytes[at];
  return first === 0x7b || first === 0x5b ? { kind: "json", start: at } : { kind: "yaml", start };
}
