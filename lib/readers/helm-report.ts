/** What `helm get all`, `helm status` and `helm install --dry-run` print: objects between parts for people. */
import { readOn, type ByteWindow } from "./byte-window.js";
import type { ReaderSink } from "./sink.js";

const LOOKED_AT = 1024;
const START = /^NAME: \S+\r?\nLAST DEPLOYED: /;
const SECTION = /^(HOOKS|MANIFEST|NOTES):\r?\n/;

function textAt(window: ByteWindow, length: number): string {
  if (window.bytes.length - window.at < length) readOn(window, window.at);
  return window.bytes.toString("latin1", window.at, window.at + length);
}

/** True when the source is such a report, which is noted. */
export function startsHelmReport(window: ByteWindow, sink: ReaderSink): boolean {
  const text = textAt(window, LOOKED_AT);
  if (!text.startsWith("NAME: ") || !START.test(text)) return false;
  const { source } = window;
  sink.diagnostic({
    code: "text-skipped",
    severity: "note",
    message: "this is a report of helm: its hooks and its manifest are read, its values and notes are not",
    at: { source, start: window.base + window.at, end: window.base + window.at + 1 },
  });
  return true;
}

/** The part of the report whose heading is at the window's place, the start of a line. */
export function helmSection(window: ByteWindow): "HOOKS" | "MANIFEST" | "NOTES" | undefined {
  const first = window.bytes[window.at];
  if (first !== 0x48 && first !== 0x4d && first !== 0x4e) return undefined;
  return SECTION.exec(textAt(window, 16))?.[1] as "HOOKS" | "MANIFEST" | "NOTES" | undefined;
}
