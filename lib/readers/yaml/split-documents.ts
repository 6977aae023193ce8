/** Where the documents of a YAML stream begin and end. */
import type { Source } from "../../source/source.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { openWindow, reachesEnd, readOn, showLine, skipEmptyLines, skipLine, type ByteWindow } from "../byte-window.js";
import { helmSection, startsHelmReport } from "../helm-report.js";
import { skipLogBlock, startsLogBlock } from "../log-block.js";
import type { ReaderSink } from "../sink.js";

export interface DocumentRange {
  readonly start: number;
  readonly end: number;
}

/** Blanks and comments in front of a document that are longer than this, in bytes, are no part of it. */
const LONG_BLANK = 64 << 10;
/** Bytes of a byte-order mark, which may stand in front of each document. */
const MARK = 3;

function startsWithMark({ bytes, at }: ByteWindow): boolean {
  return bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
}

function markWithin(source: Source, at: number): Diagnostic {
  return {
    code: "invalid-yaml",
    severity: "error",
    message: "a byte-order mark begins this line: files were put together without a line --- between them",
    at: { source, start: at, end: at + 1 },
    notes: ["put a line --- in front of it, or save the file behind it as UTF-8 without a mark"],
  };
}

/**
 * The byte ranges between lines that are "---" or "...", log blocks of a cluster-info dump left out. A document that
 * begins on the line of its "---" has that line. Blank and comment-only ranges are dropped, however long they are.
 */
export function* splitDocuments(source: Source, start: number, sink: ReaderSink): Generator<DocumentRange> {
  const window = openWindow(source, start);
  let isInReport = startsHelmReport(window, sink);
  const isReport = isInReport;
  let documentStart = start;
  let blank = true;
  let hasDirective = false;
  for (;;) {
    // The window's place is the start of a line here.
    skipEmptyLines(window);
    const isShown = showLine(window);
    const lineStart = window.base + window.at;
    if (!isShown) {
      if (!blank) yield { start: documentStart, end: lineStart };
      if (!reachesEnd(window)) sink.diagnostic(becameShorter(source, lineStart));
      return;
    }
    const first = window.bytes[window.at]!;
    if (first === 0xef && startsWithMark(window)) {
      if (!blank) {
        yield { start: documentStart, end: lineStart };
        sink.diagnostic(markWithin(source, lineStart));
      }
      window.at += MARK;
      documentStart = lineStart + MARK;
      blank = true;
      hasDirective = false;
      continue;
    }
    const section = isReport ? helmSection(window) : undefined;
    if (section !== undefined) {
      if (!blank && !isInReport) yield { start: documentStart, end: lineStart };
      if (section === "NOTES") return;
      isInReport = false;
      skipLine(window);
      documentStart = window.base + window.at;
      blank = true;
      continue;
    }
    if (first === 0x3d && startsLogBlock(window)) {
      if (!blank) yield { start: documentStart, end: lineStart };
      skipLogBlock(window, sink);
      documentStart = window.base + window.at;
      blank = true;
      continue;
    }
    if ((first === 0x2d || first === 0x2e) && isMarker(window.bytes, window.at)) {
      if (!blank) yield { start: documentStart, end: lineStart };
      blank = !startsContent(window.bytes, window.at);
      skipLine(window);
      documentStart = blank ? window.base + window.at : lineStart;
      hasDirective = false;
      continue;
    }
    if (blank) {
      if (first === 0x25) hasDirective = true;
      else blank = !isAtWord(window);
      if (!hasDirective && lineStart - documentStart > LONG_BLANK) documentStart = lineStart;
    }
    skipLine(window);
  }
}

/** Moves past the line's blanks, holding none of them; whether a word follows that is no comment. */
function isAtWord(window: ByteWindow): boolean {
  do {
    const { bytes } = window;
    for (; window.at < bytes.length; window.at++) {
      const c = bytes[window.at]!;
      if (c > 0x20 || c === 0x0a) return c > 0x20 && c !== 0x23;
    }
  } while (readOn(window, window.at));
  return false;
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
function isMarker(bytes: Uint8Array, at: number): boolean {
  const c = bytes[at]!;
  if (bytes[at + 1] !== c || bytes[at + 2] !== c) return false;
  const lineEnd = lineEndAfter(bytes, at);
  if (c === 0x2d) return at + 3 >= lineEnd || bytes[at + 3]! <= 0x20 || bytes[at + 3] === 0x23;
  return bytes.subarray(at + 3, lineEnd).every((b) => b <= 0x20);
}

/** What a collection, a quoted text, a block scalar, a tag or an anchor begins with. */
const OPENERS = new Set([..."{[\"'!&|>"].map((c) => c.charCodeAt(0)));

/** Whether the rest of a "---" line is part of the document; any other words on it are passed over. */
function startsContent(bytes: Uint8Array, from: number): boolean {
  const lineEnd = lineEndAfter(bytes, from);
  let at = from + 3;
  while (at < lineEnd && bytes[at]! <= 0x20) at++;
  return at < lineEnd && OPENERS.has(bytes[at]!);
}

/** The index after the line's end, or of the end of what is in the window. */
function lineEndAfter(bytes: Uint8Array, from: number): number {
  const newline = bytes.indexOf(0x0a, from);
  return newline < 0 ? bytes.length : newline + 1;
}
