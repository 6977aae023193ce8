/**
 * Items of one list are written alike: what stands between the first two stands between all. Looking for it finds the
 * end of an item many times faster than walking through its brackets and strings, and whether it is the end JSON.parse
 * tells: text cut anywhere else is no JSON value.
 */
import { isAscii, isUtf8 } from "node:buffer";
import type { ByteWindow } from "../byte-window.js";

const LONGEST_SEPARATOR = 200;
const LONGEST_ITEM = 1 << 18;

/**
 * From the closing brace of the item that ends at the index `end` to the first field name of the next, quotes
 * included: `},{"apiVersion"`. Undefined when the window shows something else.
 */
export function separatorAfter({ bytes }: ByteWindow, end: number): Buffer | undefined {
  const text = bytes.toString("latin1", end - 1, end - 1 + LONGEST_SEPARATOR);
  const found = /^\}\s*,\s*\{\s*"[\w-]+"/.exec(text)?.[0];
  return found === undefined ? undefined : Buffer.from(found, "latin1");
}

/**
 * The item at the window's place, when the separator comes next in the window and what stands before it is a value.
 * Undefined otherwise; that says nothing about the text.
 * Depth is not bounded here: JSON.parse does not recurse, and nothing looks into fields that are not known.
 */
export function itemBefore(
  { bytes, at }: ByteWindow,
  separator: Buffer,
): { readonly value: unknown; readonly end: number } | undefined {
  // No further than an item is long: where items change, the rest of the window is not searched for each of them.
  const found = bytes.subarray(at, at + LONGEST_ITEM).indexOf(separator);
  if (found < 0) return undefined;
  const end = at + found + 1;
  const slice = bytes.subarray(at, end);
  const ascii = isAscii(slice);
  if (!ascii && !isUtf8(slice)) return undefined;
  try {
    return { value: JSON.parse(bytes.toString(ascii ? "latin1" : "utf8", at, end)), end };
  } catch {
    return undefined;
  }
}
