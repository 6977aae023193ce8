/**
 * Where an EndpointSlice in a list ends, told by how the next one begins: that is found several times faster than by walking
 * through brackets and strings. A text with quotes stands in JSON as a field's name, or whole as a value, but never within one.
 */
import type { Buffer } from "../../platform/bytes.js";
import { byteAt } from "./literal-text.js";
import { CLOSE_BRACE, COMMA } from "./punctuation.js";

/** How slices begin, as the API server prints them or with their type in front. */
const HEAD =
  /^\{\s*"(?:addressType":\s*"\w*",\s*"apiVersion":\s*"discovery\.k8s\.io\/|apiVersion":\s*"discovery\.k8s\.io\/v1(?:beta1)?",\s*"kind":\s*"EndpointSlice")/;
export const LONGEST_HEAD = 200;
/** That, up to where the texts of two may differ. */
const OPENING =
  /^\{\s*"(?:addressType":\s*"|apiVersion":\s*"discovery\.k8s\.io\/v1(?:beta1)?",\s*"kind":\s*"EndpointSlice")/;
/** Each object of the API has it once, and nothing within a slice has it. */
const METADATA = '"metadata"';

/** Where a text begins between two indexes, below 0 for nowhere; a window that is asked from front to back is searched once. */
export function createSearch(text: string): (bytes: Buffer, at: number, end: number) => number {
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

/**
 * The index after the slice at an index whose text begins as `head`; below 0 where that is not plain: when it is the last one of its
 * kind, or when anything but one object stands in front of the next.
 */
export type FindSliceEnd = (bytes: Buffer, at: number, head: string) => number;

export function createFindSliceEnd(): FindSliceEnd {
  const findMetadata = createSearch(METADATA);
  let opening = "";
  let findOpening = createSearch(opening);
  return (bytes, at, head) => {
    if (opening === "" || !head.startsWith(opening)) {
      opening = OPENING.exec(head)?.[0] ?? "";
      if (opening === "") return -1;
      findOpening = createSearch(opening);
    }
    const next = findOpening(bytes, at + 1, bytes.length);
    const end = endBefore(bytes, next);
    if (end <= at || !HEAD.test(bytes.toString("latin1", next, next + LONGEST_HEAD))) return -1;
    const metadata = findMetadata(bytes, at, end);
    if (metadata < 0 || findMetadata(bytes, metadata + 1, end) >= 0) return -1;
    // A list that is still open holds the next one.
    const text = bytes.toString("latin1", at, end);
    return count(text, "[") === count(text, "]") ? end : -1;
  };
}

/** The index after the brace that closes the item in front of the one at `next`; below 0 where there is none. */
function endBefore(bytes: Buffer, next: number): number {
  if (next < 0) return -1;
  const comma = beforeSpace(bytes, next - 1);
  if (byteAt(bytes, comma) !== COMMA) return -1;
  const brace = beforeSpace(bytes, comma - 1);
  return byteAt(bytes, brace) === CLOSE_BRACE ? brace + 1 : -1;
}

/** The index of the last byte up to `at` that is no white space. */
function beforeSpace(bytes: Buffer, at: number): number {
  let i = at;
  while (i > 0 && bytes[i]! <= 0x20) i--;
  return i;
}

function count(text: string, wanted: string): number {
  let found = 0;
  for (let i = text.indexOf(wanted); i >= 0; i = text.indexOf(wanted, i + 1)) found++;
  return found;
}
