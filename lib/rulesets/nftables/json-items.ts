/** The items of nft's JSON document, one at a time, so that a document may be larger than the longest string. */
import type { Source } from "../../source/source.js";

const CHUNK_BYTES = 4 * 1024 * 1024;
const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;

/** Objects nested deeper than this are none of nft's. */
const DEEPEST = 64;

/**
 * Calls `visit` with the text and the first line of every object inside the document's list, `{"nftables": [...]}`;
 * of one that is nested too deep the text is undefined.
 * Returns whether the document ends as it should.
 */
export function eachJSONItem(source: Source, visit: (text: string | undefined, line: number) => void): boolean {
  const decoder = new TextDecoder();
  let depth = 0;
  let line = 1;
  let inString = false;
  let escaped = false;
  let start = -1;
  let startLine = 1;
  let tooDeep = false;
  for (let base = 0; base < source.size; base += CHUNK_BYTES) {
    const bytes = source.read(base, Math.min(source.size, base + CHUNK_BYTES));
    for (let i = 0; i < bytes.length; i++) {
      const c = bytes[i]!;
      if (inString) {
        if (escaped) escaped = false;
        else if (c === BACKSLASH) escaped = true;
        else if (c === QUOTE) inString = false;
        else if (c === NEWLINE) line++;
      } else if (c === QUOTE) inString = true;
      else if (c === NEWLINE) line++;
      else if (c === 123 || c === 91) {
        if (depth === 2) {
          start = base + i;
          startLine = line;
          tooDeep = false;
        }
        if (++depth > DEEPEST) tooDeep = true;
      } else if (c === 125 || c === 93) {
        depth--;
        if (depth === 2 && start >= 0) {
          const end = base + i + 1;
          const text = decoder.decode(start >= base ? bytes.subarray(start - base, i + 1) : source.read(start, end));
          visit(tooDeep ? undefined : text, startLine);
          start = -1;
        }
        if (depth < 0) return false;
      }
    }
  }
  return depth === 0 && !inString;
}
