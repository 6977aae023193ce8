/** The end of a JSON value, found without building it. */
import { BACKSLASH, QUOTE } from "./punctuation.js";

/** Deepest nesting that is read; the API server's objects stay below 30. */
export const MAX_DEPTH = 200;

/** Filled in by scanValue. */
export interface ScanNotes {
  /** All bytes of strings or-ed together: below 128 when they are ASCII. */
  bits: number;
  tooDeep: boolean;
}

/**
 * The index after the value that starts at `at`, or -1 when the bytes end first.
 * Only brackets and strings are looked at: what is not JSON inside is left to JSON.parse.
 */
export function scanValue(bytes: Uint8Array, at: number, notes: ScanNotes): number {
  const end = bytes.length;
  let depth = 0;
  let bits = notes.bits;
  let i = at;
  while (i < end) {
    const c = bytes[i++]!;
    if (c === QUOTE) {
      for (;;) {
        if (i >= end) return -1;
        const d = bytes[i++]!;
        if (d === QUOTE) break;
        if (d === BACKSLASH) i++;
        bits |= d;
      }
      if (depth === 0) {
        notes.bits = bits;
        return i;
      }
      continue;
    }
    const bracket = c | 0x20;
    if (bracket === 0x7b) {
      if (++depth > MAX_DEPTH) {
        notes.tooDeep = true;
        return -1;
      }
    } else if (bracket === 0x7d) {
      if (--depth <= 0) {
        notes.bits = bits;
        return i;
      }
    } else if (depth === 0) {
      i = scanWord(bytes, i - 1);
      notes.bits = bits;
      return i < end ? i : -1;
    } else bits |= c;
  }
  return -1;
}

/** The index after a number or literal. */
function scanWord(bytes: Uint8Array, at: number): number {
  let i = at;
  for (; i < bytes.length; i++) {
    const c = bytes[i]!;
    if (c <= 0x20 || c === 0x2c || c === 0x3a || (c | 0x20) === 0x7d || (c | 0x20) === 0x7b || c === QUOTE) break;
  }
  return i === at ? at + 1 : i;
}
