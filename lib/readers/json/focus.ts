/** Passes over EndpointSlices of a list that a question about one Service cannot need, by a look at their bytes. */
import type { Buffer } from "../../platform/bytes.js";
import { byteAt } from "./literal-text.js";
import { OPEN_BRACE } from "./punctuation.js";
import { scanValue, type ScanNotes } from "./scan-value.js";
import { ENDPOINTS_READ, type Focus } from "../focus.js";

/** How slices begin: as the API server prints them, or with their type in front. */
const SLICE =
  /^\{\s*"(?:addressType":\s*"(\w*)"|apiVersion":\s*"discovery\.k8s\.io\/v1(?:beta1)?",\s*"kind":\s*"EndpointSlice")/;
const LONGEST_START = 200;
const SERVICE_NAME = '"kubernetes.io/service-name"';
const VALUE = /^\s*:\s*"([^"\\]*)"/;
const LONGEST_VALUE = 160;
const FAMILIES = ["IPv4", "IPv6"] as const;

/** Passes over items of one list. */
export interface FocusedReader {
  /** The index after the slice at `at` when it is passed over; below 0 when it is to be read. */
  readonly skip: (bytes: Buffer, at: number) => number;
}

export function createFocusedReader({ names, namespace, skipped }: Focus): FocusedReader {
  const findServiceName = createSearch(SERVICE_NAME);
  // A text may be written with escapes that hide it.
  const texts = ["\\u", "\\/", ...(namespace === undefined ? [] : [JSON.stringify(namespace)])].map(createSearch);
  const notes: ScanNotes = { bits: 0, tooDeep: false };
  let read = 0;
  function skip(bytes: Buffer, at: number): number {
    const head = byteAt(bytes, at) === OPEN_BRACE && SLICE.exec(bytes.toString("latin1", at, at + LONGEST_START));
    if (!head) return -1;
    const end = scanValue(bytes, at, notes);
    if (end < 0) return end;
    if (read < ENDPOINTS_READ) {
      read += countAddresses(bytes, at, end);
      return -1;
    }
    if (texts.some((find) => find(bytes, at, end) >= 0) || !isOfOthers(bytes, at, end)) return -1;
    const [, family] = head;
    for (const word of FAMILIES)
      if (family === undefined ? bytes.subarray(at, end).includes(`"${word}"`) : family === word) skipped.add(word);
    return end;
  }
  /** Whether the slice says of which Service it is, and it is none of those asked about. */
  function isOfOthers(bytes: Buffer, at: number, end: number): boolean {
    let isTold = false;
    for (let i = findServiceName(bytes, at, end); i >= 0; i = findServiceName(bytes, i + 1, end)) {
      const start = i + SERVICE_NAME.length;
      const name = VALUE.exec(bytes.toString("utf8", start, start + LONGEST_VALUE))?.[1];
      if (name === undefined || names.includes(name)) return false;
      isTold = true;
    }
    return isTold;
  }
  return { skip };
}

function countAddresses(bytes: Buffer, at: number, end: number): number {
  let count = 0;
  const item = bytes.subarray(at, end);
  for (let i = item.indexOf('"addresses"'); i >= 0; i = item.indexOf('"addresses"', i + 1)) count++;
  return count;
}

/** Where a text begins between two indexes, below 0 for nowhere; a window that is asked from front to back is searched once. */
function createSearch(text: string): (bytes: Buffer, at: number, end: number) => number {
  let of: Buffer | undefined;
  let from = 0;
  let found = -1;
  return (bytes, at, end) => {
    if (of !== bytes || at < from || (found >= 0 && found < at)) {
      found = bytes.indexOf(text, at, "latin1");
      of = bytes;
      from = at;
    }
    return found < end ? found : -1;
  };
}
