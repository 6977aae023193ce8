/** Where the documents of a YAML stream begin and end. */
import type { Source } from "../../source/source.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { openWindow, reachesEnd, readOn } from "../byte-window.js";
import { skipLogBlock, startsLogBlock } from "../log-block.js";
import type { ReaderSink } from "../sink.js";

export interface DocumentRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The byte ranges between lines that are "---" or "...", log blocks of a cluster-info dump left out. A document that
 * begins on the line of its "---" has that line. Blank and comment-only ranges are dropped.
 */
export function* splitDocuments(source: Source, start: number, sink: ReaderSink): Generator<DocumentRange> {
  const window = openWindow(source, start);
  let documentStart = start;
  let blank = true;
  for (;;) {
    // The window's place is the start of a line here.
    let newline = window.bytes.indexOf(0x0a, window.at);
    while (newline < 0 && readOn(window, window.at)) newline = window.bytes.indexOf(0x0a, window.at);
    const lineEnd = newline < 0 ? window.bytes.length : newline + 1;
    const lineStart = window.base + window.at;
    if (window.at >= window.bytes.length) {
      if (!blank) yield { start: documentStart, end: lineStart };
      if (!reachesEnd(window)) sink.diagnostic(becameShorter(source, lineStart));
      return;
    }
    const first = window.bytes[window.at]!;
    if (first === 0x3d && startsLogBlock(window)) {
      if (!blank) yield { start: documentStart, end: lineStart };
      skipLogBlock(window, sink);
      documentStart = window.base + window.at;
      blank = true;
      continue;
    }
    if ((first === 0x2d || first === 0x2e) && isMarker(window.bytes, window.at, lineEnd)) {
      if (!blank) yield { start: documentStart, end: lineStart };
      blank = !startsContent(window.bytes, window.at + 3, lineEnd);
      documentStart = blank ? window.base + lineEnd : lineStart;
      window.at = lineEnd;
      continue;
    }
    if (blank && !isBlankLine(window.bytes, window.at, lineEnd)) blank = false;
    window.at = lineEnd;
  }
}

function becameShorter(source: Source, at: number): Diagnostic {
  return {
    code: "input-changed",
    severity: "error",
    message: `the file became shorter while it was read: it ends at byte ${at}`,
    at: { file: source.name },
  };
}

/** "---" with a blank, a comment or nothing after it; "..." with blanks alone. */
function isMarker(bytes: Uint8Array, at: number, lineEnd: number): boolean {
  const c = bytes[at]!;
  if (bytes[at + 1] !== c || bytes[at + 2] !== c) return false;
  if (c === 0x2d) return at + 3 >= lineEnd || bytes[at + 3]! <= 0x20 || bytes[at + 3] === 0x23;
  return bytes.subarray(at + 3, lineEnd).every((b) => b <= 0x20);
}

/** What a collection, a quoted text, a block scalar, a tag or an anchor begins with. */
const OPENERS = new Set([..."{[\"'!&|>"].map((c) => c.charCodeAt(0)));

/** Whether the rest of a "---" line is part of the document; any other words on it are passed over. */
function startsContent(bytes: Uint8Array, from: number, lineEnd: number): boolean {
  let at = from;
  while (at < lineEnd && bytes[at]! <= 0x20) at++;
  return at < lineEnd && OPENERS.has(bytes[at]!);
}

/** True for white space, comments and directives. */
function isBlankLine(bytes: Uint8Array, at: number, lineEnd: number): boolean {
  for (let i = at; i < lineEnd; i++) {
    const c = bytes[i]!;
    if (c === 0x23 || (c === 0x25 && i === at)) return true;
    if (c > 0x20) return false;
  }
  return true;
}
