/** A long List in YAML, cut at its items by looking at the first columns of its lines only. */
import type { Source } from "../../source/source.js";
import { openWindow, reachesEnd, showLine, skipEmptyLines, skipLine, type ByteWindow } from "../byte-window.js";
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
    skipEmptyLines(window);
    if (!showLine(window)) break;
    const { bytes, at } = window;
    const newline = bytes.indexOf(NEWLINE, at);
    const lineEnd = newline < 0 ? bytes.length : newline + 1;
    let content = at;
    while (content < lineEnd && bytes[content] === SPACE) content++;
    // Nothing but blanks as far as one sees.
    if (content >= lineEnd && newline < 0 && !reachesEnd(window)) return undefined;
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
    if (newline >= 0) window.at = lineEnd;
    else skipLine(window);
  }
  return starts.length > 0 ? { itemsStart, itemsEnd: end, starts } : undefined;
}

/** Moves to the line after `items:`; false when there is none. */
function findItemsKey(window: ByteWindow): boolean {
  while (showLine(window)) {
    const { bytes, at } = window;
    const isKey =
      bytes[at] === 0x69 &&
      /^items:[ \t\r]*(?:#.*)?$/.test(
        bytes.toString("latin1", at, Math.min(bytes.length, at + 200)).split("\n", 1)[0]!,
      );
    skipLine(window);
    if (isKey) return true;
  }
  return false;
}
