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
 * The byte ranges between lines that start with "---" or are "...", log blocks of a cluster-info dump left out.
 * Blank and comment-only ranges are dropped.
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
      window.at = lineEnd;
      documentStart = window.base + lineEnd;
      blank = true;
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

function isMarker(bytes: Uint8Array, at: number, lineEnd: number): boolean {
  const c = bytes[at]!;
  if (bytes[at + 1] !== c || bytes[at + 2] !== c) return false;
  if (c === 0x2d) return true;
  return bytes.subarray(at + 3, lineEnd).every((b) => b <= 0x20);
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
