/** A long List in YAML, cut at its items by looking at the first columns of its lines only. */
import type { Source } from "../../source/source.js";
import { openWindow, readOn, type ByteWindow } from "../byte-window.js";
import type { DocumentRange } from "./split-documents.js";

export interface CutList {
  /** Where the items begin and end; everything else of the document is head and tail. */
  readonly itemsStart: number;
  readonly itemsEnd: number;
  /** Offset of each item's line; an item ends where the next begins. */
  readonly starts: readonly number[];
}

const NEWLINE = 10;
const SPACE = 32;
const HASH = 35;
const DASH = 45;

/** The document's list, or undefined when it has no `items:` in the first column followed by block items. */
export function cutList(source: Source, { start, end }: DocumentRange): CutList | undefined {
  const window = openWindow(source, start, end);
  if (!findItemsKey(window)) return undefined;
  const itemsStart = window.base + window.at;
  const starts: number[] = [];
  let indent = -1;
  for (;;) {
    const lineEnd = endOfLine(window);
    if (lineEnd < 0) break;
    const { bytes, at } = window;
    let content = at;
    while (content < lineEnd && bytes[content] === SPACE) content++;
    const column = content - at;
    const c = bytes[content];
    const isContent = content < lineEnd && c !== NEWLINE && c !== 13 && c !== HASH;
    if (isContent && (indent < 0 || column <= indent)) {
      const isItem = c === DASH && (content + 1 >= lineEnd || bytes[content + 1]! <= SPACE);
      if (!isItem || (indent >= 0 && column < indent)) {
        if (column > 0 || c === DASH || starts.length === 0) return undefined;
        return { itemsStart, itemsEnd: window.base + at, starts };
      }
      indent = column;
      starts.push(window.base + at);
    }
    window.at = lineEnd;
  }
  return starts.length > 0 ? { itemsStart, itemsEnd: end, starts } : undefined;
}

/** The index after the current line's end, reading on as needed; -1 at the end. */
function endOfLine(window: ByteWindow): number {
  let newline = window.bytes.indexOf(NEWLINE, window.at);
  while (newline < 0 && readOn(window, window.at)) newline = window.bytes.indexOf(NEWLINE, window.at);
  if (newline >= 0) return newline + 1;
  return window.at < window.bytes.length ? window.bytes.length : -1;
}

/** Moves to the line after `items:`; false when there is none. */
function findItemsKey(window: ByteWindow): boolean {
  for (let lineEnd = endOfLine(window); lineEnd >= 0; lineEnd = endOfLine(window)) {
    const { bytes, at } = window;
    const isKey =
      bytes[at] === 0x69 && /^items:\s*(?:#.*)?$/.test(bytes.toString("latin1", at, Math.min(lineEnd, at + 200)));
    window.at = lineEnd;
    if (isKey) return true;
  }
  return false;
}
