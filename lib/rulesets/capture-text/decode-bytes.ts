/** Bytes of a capture as UTF-8 with line feeds, whatever shell or editor wrote them. */

import { Buffer, isAscii } from "../../platform/bytes.js";

export type Encoding = "utf-8" | "utf-16le" | "utf-16be";

/** Bytes looked at when there is no byte order mark. */
const LOOKED_AT = 4096;

/**
 * The encoding by its byte order mark, else by where the zero bytes of plain text stand. Source: Unicode 16, 2.13.
 * `marked`: a byte order mark stands in front.
 */
export function tellEncoding(head: Uint8Array): { readonly encoding: Encoding; readonly marked: boolean } {
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: "utf-16le", marked: true };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: "utf-16be", marked: true };
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: "utf-8", marked: true };
  const looked = Math.min(head.length, LOOKED_AT) & ~1;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < looked; i += 2) {
    if (head[i] === 0) even++;
    if (head[i + 1] === 0) odd++;
  }
  const most = looked / 4;
  if (odd > most && even === 0) return { encoding: "utf-16le", marked: false };
  if (even > most && odd === 0) return { encoding: "utf-16be", marked: false };
  return { encoding: "utf-8", marked: false };
}

/** The text of all bytes, without a byte order mark. */
export function decodeBytes(bytes: Uint8Array, encoding: Encoding = "utf-8"): string {
  // Most captures are ASCII, of which a text is made in a tenth of the time.
  if (encoding === "utf-8" && isAscii(bytes))
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return new TextDecoder(encoding).decode(bytes);
}

/** Whether lines end in CR alone, as old editors and some terminals' logs have it. */
export function endsLinesInCR(head: string): boolean {
  return head.includes("\r") && !head.includes("\n");
}
