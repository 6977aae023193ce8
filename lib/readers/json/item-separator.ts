/**
 * Items of one list are written alike: what stands between the first two stands between all. Looking for it finds the
 * end of an item many times faster than walking through its brackets and strings, and whether it is the end JSON.parse
 * tells: text cut anywhere else is no JSON value.
 */
import { Buffer, isAscii, isUtf8 } from "../../platform/bytes.js";
import { isAsciiWindow, type ByteWindow } from "../byte-window.js";
import { skimSlice, type SliceSkimmer } from "./skim-slice.js";

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

/** The part of a window in which an item's end is looked for; made anew only every so often. */
let view: { readonly of: Buffer; readonly from: number; readonly bytes: Buffer } | undefined;

/** The index of the separator after `at`, looked for in the next `LONGEST_ITEM` bytes at the least; below 0 for none. */
function findSeparator(bytes: Buffer, at: number, separator: Buffer): number {
  const wanted = Math.min(at + LONGEST_ITEM, bytes.length);
  // No further than that by much: where items change, the rest of the window is not searched for each of them.
  if (view?.of !== bytes || view.from > at || view.from + view.bytes.length < wanted)
    view = { of: bytes, from: at, bytes: bytes.subarray(at, at + 2 * LONGEST_ITEM) };
  const found = view.bytes.indexOf(separator, at - view.from);
  return found < 0 ? found : view.from + found;
}

/**
 * The item at the window's place, when the separator comes next in the window and what stands before it is a value.
 * Undefined otherwise; that says nothing about the text.
 * `skimmer`: of a sink that does not ask what endpoints refer to.
 * Depth is not bounded here: JSON.parse does not recurse, and nothing looks into fields that are not known.
 */
export function itemBefore(
  window: ByteWindow,
  separator: Buffer,
  skimmer: SliceSkimmer | undefined,
): { readonly value: unknown; readonly end: number } | undefined {
  const { bytes, at } = window;
  const found = findSeparator(bytes, at, separator);
  if (found < 0) return undefined;
  const end = found + 1;
  const ascii = isAsciiWindow(window) || isAscii(bytes.subarray(at, end));
  if (!ascii && !isUtf8(bytes.subarray(at, end))) return undefined;
  try {
    const skimmed = ascii && skimmer ? skimSlice(bytes, at, end, skimmer) : undefined;
    return { value: skimmed ?? JSON.parse(bytes.toString(ascii ? "latin1" : "utf8", at, end)), end };
  } catch {
    return undefined;
  }
}
