/** Reads YAML documents, each on its own, so that one that is broken does not hide the others. */
import { isUtf8 } from "../../platform/bytes.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { FieldPath, Origin } from "../../source/origin.js";
import type { Source } from "../../source/source.js";
import { openWindow, readOn, seek, type ByteWindow } from "../byte-window.js";
import type { TypeMeta } from "../infer-kind.js";
import type { ReaderSink } from "../sink.js";
import { itemTypeOf, unwrap } from "../unwrap.js";
import { unrenderedText } from "../unrendered.js";
import { firstInvalidUtf8 } from "../utf8.js";
import { byteOffsets } from "./byte-offsets.js";
import { createSkipSlice, type SkipSlice } from "./focus.js";
import { cutList, type CutList } from "./cut-list.js";
import type { ParsedDocument, YAMLTrouble } from "./parse-any.js";
import { parseYAMLDocument } from "./parse-document.js";
import { unfilledPlace } from "./unfilled.js";
import { splitDocuments, type DocumentRange } from "./split-documents.js";

/** Lists longer than this are cut at their items. */
const LONG_LIST = 64 << 10;
/** Longest text that is parsed at once, in bytes. */
const LONGEST = 256 << 20;
/** Longer than a slice is, in bytes. */
const LONG_SLICE = 4 << 20;
const WHOLE: FieldPath = [];
const FIRST: FieldPath = [0];

/** Reads the YAML documents of a source from `start` to its end, in bytes. */
export function readYAML(source: Source, sink: ReaderSink, start = 0): void {
  const window = openWindow(source, start);
  const skip = sink.focus && createSkipSlice(sink.focus);
  for (const document of splitDocuments(source, start, sink)) {
    const list = document.end - document.start > LONG_LIST ? cutList(source, document) : undefined;
    if (list && readItems(window, document, list, sink, skip)) continue;
    const isShort = document.end - document.start <= LONG_SLICE;
    if (!skip || !isShort || !skip(slice(window, document.start, document.end))) readDocument(window, document, sink);
  }
}

function readDocument(window: ByteWindow, range: DocumentRange, sink: ReaderSink, skippedItems = 0): void {
  const read = parseRange(window, range, sink);
  if (!read) return;
  const origin: Origin = { source: window.source, ...range, syntax: "yaml", path: WHOLE };
  const counting = skippedItems > 0 ? skipFirst(sink, skippedItems) : sink;
  for (const value of read) unwrap(value, origin, { sink: counting });
}

/** A sink that lets the objects of the first list items by. */
function skipFirst(sink: ReaderSink, items: number): ReaderSink {
  const isSkipped = ({ origin }: { origin: Origin }) => typeof origin.path[1] === "number" && origin.path[1] < items;
  return {
    ...sink,
    object: (object) => {
      if (!isSkipped(object)) sink.object(object);
    },
  };
}

/** Reads a list item by item; false when it is no list of objects after all. */
function readItems(
  window: ByteWindow,
  document: DocumentRange,
  list: CutList,
  sink: ReaderSink,
  skip?: SkipSlice,
): boolean {
  const head = parseHead(window, document, list);
  if (!head) return false;
  for (const [i, start] of list.starts.entries()) {
    const end = list.starts[i + 1] ?? list.itemsEnd;
    if (skip?.(slice(window, start, end))) continue;
    const parsed = parseText(window, { start, end });
    if ("error" in parsed && /\balias\b/.test(parsed.error.message)) {
      // The anchor stands in another item: the list makes sense as a whole only.
      readDocument(window, document, sink, i);
      return true;
    }
    const values = reportParsed(window, { start, end }, parsed, sink);
    const item = Array.isArray(values?.[0]) ? (values[0] as unknown[])[0] : undefined;
    if (item === undefined) continue;
    const origin: Origin = { source: window.source, start, end, syntax: "yaml", path: FIRST };
    unwrap(item, origin, { sink, within: "list", ...(head.itemType && { itemType: head.itemType }) });
  }
  return true;
}

/** What the document says beside its items; undefined when that is not a list's. */
function parseHead(
  window: ByteWindow,
  { start, end }: DocumentRange,
  { itemsStart, itemsEnd }: CutList,
): { readonly itemType?: TypeMeta } | undefined {
  if (itemsStart - start + end - itemsEnd > LONG_LIST) return undefined;
  const text = sliceText(window, start, itemsStart) + sliceText(window, itemsEnd, end);
  const parsed = parseYAMLDocument(text);
  const fields =
    "values" in parsed && parsed.warnings.length === 0 ? (parsed.values[0] as Record<string, unknown>) : {};
  const { kind, apiVersion } = fields;
  if (typeof kind !== "string" || !kind.endsWith("List")) return undefined;
  return { itemType: itemTypeOf(kind, typeof apiVersion === "string" ? apiVersion : undefined) };
}

function slice(window: ByteWindow, start: number, end: number): Buffer {
  seek(window, start);
  while (window.base + window.bytes.length < end && readOn(window, window.at));
  return window.bytes.subarray(start - window.base, end - window.base);
}

function sliceText(window: ByteWindow, start: number, end: number): string {
  return slice(window, start, end).toString("utf8");
}

function parseText(window: ByteWindow, { start, end }: DocumentRange): ParsedDocument {
  const bytes = slice(window, start, end);
  return parseYAMLDocument(bytes.toString("utf8"), bytes);
}

/** The values of a range; undefined after reporting that it cannot be read. */
function parseRange(window: ByteWindow, range: DocumentRange, sink: ReaderSink): readonly unknown[] | undefined {
  if (range.end - range.start > LONGEST) {
    sink.diagnostic(troubleAt(window, range.start, "invalid-yaml", `one document is longer than ${LONGEST >> 20} MB`));
    return undefined;
  }
  return reportParsed(window, range, parseText(window, range), sink);
}

function reportParsed(
  window: ByteWindow,
  { start, end }: DocumentRange,
  parsed: ParsedDocument,
  sink: ReaderSink,
): readonly unknown[] | undefined {
  const bytes = slice(window, start, end);
  if (!isUtf8(bytes)) {
    const offset = start + firstInvalidUtf8(bytes);
    sink.diagnostic(troubleAt(window, offset, "invalid-utf8", `the text is not UTF-8 at byte ${offset}`));
    return undefined;
  }
  const found: readonly YAMLTrouble[] = "error" in parsed ? [parsed.error] : parsed.warnings;
  const text = found.length > 0 ? bytes.toString("utf8") : "";
  const troubles = "error" in parsed ? [conflictIn(text) ?? unfilledPlace(text, parsed.error) ?? parsed.error] : found;
  const at = { source: window.source, start, end: Math.min(start + 1, window.source.size) };
  const template = "error" in parsed ? unrenderedText(text, window.source, at) : undefined;
  if (template) {
    sink.diagnostic(template);
    return undefined;
  }
  const bytesBefore = byteOffsets(text);
  const offsetOf = (index: number) => start + bytesBefore(index);
  for (const { code, message, index, end: last, note } of troubles) {
    const trouble = troubleAt(window, offsetOf(index), code, message, last === undefined ? undefined : offsetOf(last));
    sink.diagnostic(note === undefined ? trouble : { ...trouble, notes: [note] });
  }
  return "error" in parsed ? undefined : parsed.values;
}

/** The first mark of a merge that git left to somebody, where that is what is wrong with the text. */
function conflictIn(text: string): YAMLTrouble | undefined {
  const mark = /^<{7} .*$/m.exec(text) ?? (/^>{7} /m.test(text) ? /^={7}$/m.exec(text) : null);
  if (!mark) return undefined;
  const message = "a merge conflict of git stands here unresolved";
  return { code: "invalid-yaml", message, index: mark.index, end: mark.index + mark[0].length };
}

function troubleAt(
  window: ByteWindow,
  offset: number,
  code: Diagnostic["code"],
  message: string,
  end = offset + 1,
): Diagnostic {
  const { source } = window;
  const severity = code === "duplicate-key" ? "warning" : "error";
  return { code, severity, message, at: { source, start: offset, end: Math.min(end, source.size) } };
}
