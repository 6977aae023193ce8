/** Passes over EndpointSlices of a list that a question about one Service cannot need, by a look at their bytes. */
import type { Buffer } from "../../platform/bytes.js";
import { byteAt } from "./literal-text.js";
import { OPEN_BRACE } from "./punctuation.js";
import { scanValue, type ScanNotes } from "./scan-value.js";
import type { Focus } from "../focus.js";

/** Several times the number from which on a cluster is large: some may count for nothing. */
const ENDPOINTS_READ = 4000;
/** How slices begin: as the API server prints them, or with their type in front. */
const SLICE = /^\{\s*"(?:addressType"|apiVersion":\s*"discovery\.k8s\.io\/v1(?:beta1)?",\s*"kind":\s*"EndpointSlice")/;
const LONGEST_START = 200;

/** Passes over items of one list. */
export interface FocusedReader {
  /** The index after the slice at `at` when it is passed over; below 0 when it is to be read. */
  readonly skip: (bytes: Buffer, at: number) => number;
}

export function createFocusedReader({ names, skipped }: Focus): FocusedReader {
  const wanted: ReturnType<typeof createSearch>[] = [];
  // A text may be written with escapes that hide it.
  const escape = createSearch("\\u");
  const families = (["IPv4", "IPv6"] as const).map((family) => [family, createSearch(`"${family}"`)] as const);
  const notes: ScanNotes = { bits: 0, tooDeep: false };
  let read = 0;
  function skip(bytes: Buffer, at: number): number {
    if (byteAt(bytes, at) !== OPEN_BRACE || !SLICE.test(bytes.toString("latin1", at, at + LONGEST_START))) return -1;
    const end = scanValue(bytes, at, notes);
    if (end < 0) return end;
    if (read < ENDPOINTS_READ) {
      read += countAddresses(bytes, at, end);
      return -1;
    }
    while (wanted.length < names.length) wanted.push(createSearch(JSON.stringify(names[wanted.length])));
    if (escape(bytes, at, end) || wanted.some((isNamed) => isNamed(bytes, at, end))) return -1;
    for (const [family, isNamed] of families) if (isNamed(bytes, at, end)) skipped.add(family);
    return end;
  }
  return { skip };
}

function countAddresses(bytes: Buffer, at: number, end: number): number {
  let count = 0;
  const item = bytes.subarray(at, end);
  for (let i = item.indexOf('"addresses"'); i >= 0; i = item.indexOf('"addresses"', i + 1)) count++;
  return count;
}

/** Whether a text stands between two indexes; a window that is asked from front to back is searched once. */
function createSearch(text: string): (bytes: Buffer, at: number, end: number) => boolean {
  let of: Buffer | undefined;
  let from = 0;
  let found = -1;
  return (bytes, at, end) => {
    if (of !== bytes || at < from || (found >= 0 && found < at)) {
      found = bytes.indexOf(text, at, "latin1");
      of = bytes;
      from = at;
    }
    return found >= 0 && found < end;
  };
}
