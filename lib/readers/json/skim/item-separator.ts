/**
 * What stands between the first two items of a list mostly stands between all of them. Looking for it finds the
 * end of an item many times faster than walking through its brackets and strings, and whether it is the end JSON.parse
 * tells: text cut anywhere else is no JSON value.
 */
import { Buffer, isAscii, isUtf8 } from "../../../platform/bytes.js";
import { isAsciiWindow, type ByteWindow } from "../../byte-window.js";
import { skimSlice, type SliceSkimmer } from "./slice.js";

const LONGEST_SEPARATOR = 200;
/** In bytes, how far an item's end is looked for, at the least and at the most. */
const SHORTEST_REACH = 8 << 10;
const LONGEST_REACH = 1 << 18;

/** `text`: from the closing brace of an item to the first field name of the next, quotes included: `},{"apiVersion"`. */
export interface ItemSeparator {
  readonly text: Buffer;
  /** In bytes, how far it is looked for: where items change, what follows is not searched for each of them. */
  readonly reach: number;
}

/** What follows the item from the window's place to the index `end`. Undefined when the window shows something else. */
export function separatorAfter({ bytes, at }: ByteWindow, end: number): ItemSeparator | undefined {
  const text = bytes.toString("latin1", end - 1, end - 1 + LONGEST_SEPARATOR);
  const found = /^\}\s*,\s*\{\s*"[\w-]+"/.exec(text)?.[0];
  if (found === undefined) return undefined;
  const reach = Math.min(Math.max(4 * (end - at), SHORTEST_REACH), LONGEST_REACH);
  return { text: Buffer.from(found, "latin1"), reach };
}

/** The part of a window in which an item's end is looked for; made anew only every so often. */
let view: { readonly of: Buffer; readonly from: number; readonly bytes: Buffer } | undefined;

/** The index of the separator after `at`, looked for in its reach at the least, in twice of it at the most; below 0 for none. */
function findSeparator(bytes: Buffer, at: number, { text, reach }: ItemSeparator): number {
  const wanted = Math.min(at + reach, bytes.length);
  if (view?.of !== bytes || view.from > at || view.from + view.bytes.length < wanted || view.bytes.length > 2 * reach)
    view = { of: bytes, from: at, bytes: bytes.subarray(at, at + 2 * reach) };
  const found = view.bytes.indexOf(text, at - view.from);
  return found < 0 ? found : view.from + found;
}

/**
 * The item at the window's place, when the separator comes next in the window and what stands before it is a value.
 * Undefined otherwise; that says nothing about the text.
 * `slices`: for a sink that does not ask what endpoints refer to.
 * Depth is not bounded here: JSON.parse does not recurse, and nothing looks into fields that are not known.
 */
export function cutAt(
  window: ByteWindow,
  separator: ItemSeparator,
  slices: SliceSkimmer | undefined,
): { readonly value: unknown; readonly end: number } | undefined {
  const { bytes, at } = window;
  const found = findSeparator(bytes, at, separator);
  if (found < 0) return undefined;
  const end = found + 1;
  const ascii = isAsciiWindow(window) || isAscii(bytes.subarray(at, end));
  if (!ascii && !isUtf8(bytes.subarray(at, end))) return undefined;
  try {
    const skimmed = ascii && slices ? skimSlice(bytes, at, end, slices) : undefined;
    return { value: skimmed ?? JSON.parse(bytes.toString(ascii ? "latin1" : "utf8", at, end)), end };
  } catch {
    return undefined;
  }
}
