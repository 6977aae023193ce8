/** Steps through JSON text in a window: white space, ends of values, slices as values. */
import { isUtf8 } from "../../platform/bytes.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { reachesEnd, readOn, type ByteWindow } from "../byte-window.js";
import { firstInvalidUtf8 } from "../utf8.js";
import { findJSONError } from "./find-error.js";
import { MAX_DEPTH, scanValue, type ScanNotes } from "./scan-value.js";

/** Longest single object in bytes. */
const LONGEST = 256 << 20;

/** Ends the reading of a source; carries what to report. */
export class Unreadable extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.message);
  }
}

function diagnosticAt(window: ByteWindow, code: Diagnostic["code"], message: string, offset: number): Diagnostic {
  const { source } = window;
  const start = Math.min(offset, source.size);
  return { code, severity: "error", message, at: { source, start, end: Math.min(start + 1, source.size) } };
}

export function fail(window: ByteWindow, message: string, offset = window.base + window.at): never {
  throw new Unreadable(diagnosticAt(window, "invalid-json", message, offset));
}

/** Skips white space; false at the end. */
export function skipSpace(window: ByteWindow): boolean {
  for (;;) {
    const { bytes } = window;
    for (; window.at < bytes.length; window.at++) {
      const c = bytes[window.at]!;
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return true;
    }
    if (!readOn(window, window.at)) return false;
  }
}

/** The next byte after white space; fails at the end, blaming the value that began at the offset `outer`. */
export function nextByte(window: ByteWindow, outer: number): number {
  if (!skipSpace(window)) fail(window, "this JSON value has no end: the text is cut off", outer);
  return window.bytes[window.at]!;
}

/**
 * The index after the value at the window's place, reading on as needed; -1 when it is longer than `longest`.
 * Fails when the text ends first.
 */
export function endOfValue(window: ByteWindow, notes: ScanNotes, longest = LONGEST): number {
  for (;;) {
    notes.bits = 0;
    const end = scanValue(window.bytes, window.at, notes);
    if (end >= 0) return end;
    const start = window.base + window.at;
    if (notes.tooDeep)
      throw new Unreadable(
        diagnosticAt(window, "nesting-too-deep", `brackets are nested more than ${MAX_DEPTH} deep`, start),
      );
    if (window.bytes.length - window.at > longest) {
      if (longest < LONGEST) return -1;
      fail(window, `one value is longer than ${LONGEST >> 20} MB`, start);
    }
    if (readOn(window, window.at)) continue;
    if (!reachesEnd(window)) fail(window, "the file cannot be read any further", start);
    const c = window.bytes[window.at]!;
    if (c === 0x22 || (c | 0x20) === 0x7b) fail(window, "this JSON value has no end: the text is cut off", start);
    return window.bytes.length;
  }
}

/** The value of the bytes between two indexes, or a diagnostic saying what is wrong with them. */
export function parseSlice(
  window: ByteWindow,
  start: number,
  end: number,
  bits: number,
): { readonly value: unknown } | { readonly diagnostic: Diagnostic } {
  const { bytes, base } = window;
  if (bits >= 0x80) {
    const slice = bytes.subarray(start, end);
    if (!isUtf8(slice)) {
      const offset = base + start + firstInvalidUtf8(slice);
      return { diagnostic: diagnosticAt(window, "invalid-utf8", `the text is not UTF-8 at byte ${offset}`, offset) };
    }
  }
  try {
    return { value: JSON.parse(bytes.toString(bits < 0x80 ? "latin1" : "utf8", start, end)) };
  } catch {
    const error = findJSONError(bytes.subarray(start, end));
    return { diagnostic: diagnosticAt(window, "invalid-json", error.message, base + start + error.offset) };
  }
}
