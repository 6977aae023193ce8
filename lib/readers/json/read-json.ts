/**
 * Reads JSON of any size: a stream of values, each cut out of the bytes and handed to JSON.parse alone. Lists are cut
 * at their items, so that no more than one item is ever held as text.
 */
import { Buffer } from "../../platform/bytes.js";
import type { Origin } from "../../source/origin.js";
import type { Source } from "../../source/source.js";
import { openPassingWindow, readOn, seek, skipLine, type ByteWindow } from "../byte-window.js";
import type { TypeMeta } from "../infer-kind.js";
import { skipLogBlock, startsLogBlock } from "../log-block.js";
import type { ReaderSink } from "../sink.js";
import { holdOthers } from "../list-of-others.js";
import { itemTypeOf, MAX_LIST_DEPTH, unwrap } from "../unwrap.js";
import { findRepeatedKeys, mayRepeatKeys, type KeyPlace } from "./duplicate-keys.js";
import { createFocusedReader } from "./focus.js";
import { endOfValue, fail, nextByte, parseSlice, skipSpace, Unreadable } from "./cursor.js";
import type { ScanNotes } from "./scan-value.js";
import {
  createListSkimmer,
  cutItem,
  isSkimmed,
  learnFrom,
  learnSeparator,
  skimItem,
  type ListSkimmer,
} from "./skim/list-skimmer.js";
import { isRecord } from "../../util/is-record.js";
import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "./punctuation.js";

/** A list's item that is longer than this is itself read piece by piece. */
const LONG_ITEM = 32 << 20;
/**
 * Names that stand twice are looked for in this many bytes of a source, and further on where items are not cut at
 * separators: what is longer was written by a program from values that hold no name twice.
 */
const CHECKED_FOR_REPEATS = 16 << 20;
/** In front of a later value where files were put together; its bytes as Latin-1. */
const BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";
const NO_PATH: readonly never[] = [];

/** What a list tells its items. `typesFollow`: the list's own kind was not read yet. */
interface ListContext {
  readonly within?: "array" | "list";
  readonly itemType?: TypeMeta;
  readonly typesFollow?: boolean;
}

/** Reads the JSON values of a source from `start` to `end`, in bytes. */
export function readJSON(source: Source, sink: ReaderSink, start = 0, end = source.size): void {
  const window = openPassingWindow(source, start, end);
  try {
    while (skipSpace(window)) {
      if (startsLogBlock(window)) skipLogBlock(window, sink);
      else if (window.bytes[window.at] === 0xef && peek(window, 3) === BYTE_ORDER_MARK) window.at += 3;
      else if (window.bytes[window.at] === 0x2d && peek(window, 3) === "---") skipLine(window);
      else readValue(window, sink, {}, 0);
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    sink.diagnostic(error.diagnostic);
  }
}

function peek(window: ByteWindow, length: number): string {
  if (window.bytes.length - window.at < length) readOn(window, window.at);
  return window.bytes.toString("latin1", window.at, window.at + length);
}

/** Reads one value piece by piece and hands out its objects. */
function readValue(window: ByteWindow, sink: ReaderSink, context: ListContext, depth: number): void {
  if (depth > MAX_LIST_DEPTH) fail(window, `lists are nested more than ${MAX_LIST_DEPTH} deep`);
  const first = window.bytes[window.at]!;
  if (first === OPEN_BRACE) return readMembers(window, sink, context, depth);
  if (first !== OPEN_BRACKET) fail(window, `expected a JSON object, found ${JSON.stringify(peek(window, 12).trim())}`);
  const start = window.base + window.at++;
  if (nextByte(window, start) === CLOSE_BRACKET) return void window.at++;
  const { items, finish } = holdOthers(sink);
  try {
    readItems(window, items, { within: "array" }, depth, start);
  } finally {
    finish({ source: window.source, start, end: start + 1 });
  }
}

const notes: ScanNotes = { bits: 0, tooDeep: false };

/** Reads an object field by field; a field "items" that is a list is read item by item. */
function readMembers(window: ByteWindow, sink: ReaderSink, context: ListContext, depth: number): void {
  const start = window.base + window.at++;
  let kind: string | undefined;
  let apiVersion: string | undefined;
  let itemsRead = false;
  let untypedItems: number | undefined;
  let bits = 0;
  const keys = new Set<string>();
  const repeated: KeyPlace[] = [];
  let c = nextByte(window, start);
  for (; c !== CLOSE_BRACE; c = nextByte(window, start)) {
    if (c !== QUOTE) fail(window, "expected a field name in double quotes");
    const keyStart = window.base + window.at;
    const key = shortString(window);
    if (key !== "" && keys.has(key)) repeated.push({ key, start: keyStart, end: window.base + window.at });
    keys.add(key);
    bits |= notes.bits;
    if (nextByte(window, start) !== COLON) fail(window, `expected ":" after a field name`);
    window.at++;
    const first = nextByte(window, start);
    if (key === "items" && first === OPEN_BRACKET && (kind === undefined || kind.endsWith("List"))) {
      itemsRead = true;
      const list: ListContext = {
        within: "list",
        itemType: itemTypeOf(kind, apiVersion),
        typesFollow: kind === undefined,
      };
      const listStart = window.base + window.at++;
      if (nextByte(window, listStart) === CLOSE_BRACKET) window.at++;
      else untypedItems = readItems(window, sink, list, depth, listStart);
    } else if (first === QUOTE && (key === "kind" || key === "apiVersion")) {
      const text = shortString(window);
      if (key === "kind") kind = text;
      else apiVersion = text;
    } else {
      const end = endOfValue(window, notes);
      if (end === window.at) fail(window, "expected a value");
      window.at = end;
    }
    bits |= notes.bits;
    c = nextByte(window, start);
    if (c === CLOSE_BRACE) break;
    if (c !== COMMA) fail(window, `expected "," or "}" after a field`);
    window.at++;
    if (nextByte(window, start) === CLOSE_BRACE) fail(window, "expected a field name in double quotes");
  }
  const end = window.base + ++window.at;
  if (!itemsRead) return readWhole(window, sink, context, start, end, bits);
  reportRepeated(window, repeated, sink);
  if (untypedItems === undefined) return;
  seek(window, untypedItems);
  readItems(window, sink, { within: "list", itemType: itemTypeOf(kind, apiVersion) }, depth, untypedItems);
  seek(window, end);
}

/** The string at the window's place, "" when it is long or has escapes; moves past it. */
function shortString(window: ByteWindow): string {
  const end = endOfValue(window, notes);
  const start = window.at;
  window.at = end;
  if (end - start > 200) return "";
  const text = window.bytes.toString("utf8", start + 1, end - 1);
  if (!text.includes("\\")) return text;
  const parsed = parseSlice(window, start, end, 0x80);
  return "value" in parsed && typeof parsed.value === "string" ? parsed.value : "";
}

/** Parses an object that is no list as one value. */
function readWhole(
  window: ByteWindow,
  sink: ReaderSink,
  context: ListContext,
  start: number,
  end: number,
  bits: number,
): void {
  const inWindow = start >= window.base;
  const holder = inWindow ? window : openWindowOver(window, start, end);
  const parsed = parseSlice(holder, start - holder.base, end - holder.base, bits);
  if ("diagnostic" in parsed) sink.diagnostic(parsed.diagnostic);
  else {
    reportRepeats(holder, start - holder.base, end - holder.base, parsed.value, sink);
    unwrap(parsed.value, originOf(window, start, end), { sink, ...context });
  }
}

/** Warns of names that stand twice in an object of the value between two indexes. */
function reportRepeats(window: ByteWindow, start: number, end: number, value: unknown, sink: ReaderSink): void {
  const { bytes, base } = window;
  if (!mayRepeatKeys(bytes.toString("latin1", start, end), value)) return;
  const repeated = findRepeatedKeys(bytes, start, end);
  reportRepeated(
    window,
    repeated.map((place) => ({ ...place, start: base + place.start, end: base + place.end })),
    sink,
  );
}

/** `repeated`: in bytes of the source. */
function reportRepeated({ source }: ByteWindow, repeated: readonly KeyPlace[], sink: ReaderSink): void {
  for (const { key, start, end } of repeated)
    sink.diagnostic({
      code: "duplicate-key",
      severity: "warning",
      message: `key ${JSON.stringify(key.slice(0, 60))} occurs twice in one object; the last one wins`,
      at: { source, start, end },
    });
}

function openWindowOver(window: ByteWindow, start: number, end: number): ByteWindow {
  const bytes = window.source.read(start, end);
  const own = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { source: window.source, limit: window.limit, base: start, bytes: own, at: 0 };
}

/**
 * Reads a list's items from the first (or the one at the window's place) up to and including "]".
 * Returns the offset of the first item that cannot be told before the list's kind is known; it and all later ones are
 * then left unread.
 */
function readItems(
  window: ByteWindow,
  sink: ReaderSink,
  context: ListContext,
  depth: number,
  listStart: number,
): number | undefined {
  let untyped: number | undefined;
  const skimmer = createListSkimmer(sink);
  const focused = sink.focus && createFocusedReader(sink.focus);
  for (;;) {
    const itemStart = window.base + window.at;
    const skipped = focused ? focused.skip(window.bytes, window.at) : -1;
    const taken = skipped < 0 && untyped === undefined ? skimItem(window, skimmer) : skipped;
    const cut = taken < 0 ? cutItem(window, skimmer) : undefined;
    const end = taken >= 0 ? taken : cut ? cut.end : endOfValue(window, notes, LONG_ITEM);
    if (cut) {
      if (untyped === undefined && !handOut(window, cut.value, end, sink, context, skimmer, true)) untyped = itemStart;
    } else if (end < 0) readValue(window, sink, context, depth + 1);
    else if (end === window.at) fail(window, "expected a list item");
    else if (taken < 0) {
      if (untyped === undefined && !readItem(window, end, sink, context, skimmer)) untyped = itemStart;
      learnSeparator(window, end, skimmer);
    }
    if (end >= 0) window.at = end;
    const c = nextByte(window, listStart);
    if (c !== COMMA && c !== CLOSE_BRACKET) fail(window, `expected "," or "]" after a list item`);
    window.at++;
    if (c === CLOSE_BRACKET) return untyped;
    nextByte(window, listStart);
  }
}

/** Hands out the item between the window's place and the index `end`; false when its kind is not known yet. */
function readItem(
  window: ByteWindow,
  end: number,
  sink: ReaderSink,
  context: ListContext,
  skimmer: ListSkimmer,
): boolean {
  const parsed = parseSlice(window, window.at, end, notes.bits);
  if ("value" in parsed) return handOut(window, parsed.value, end, sink, context, skimmer, false);
  sink.diagnostic(parsed.diagnostic);
  return true;
}

function handOut(
  window: ByteWindow,
  value: unknown,
  end: number,
  sink: ReaderSink,
  context: ListContext,
  skimmer: ListSkimmer,
  isCut: boolean,
): boolean {
  if (context.typesFollow && isUntyped(value)) return false;
  const start = window.base + window.at;
  const isChecked = !isCut || start < CHECKED_FOR_REPEATS;
  if (isChecked && !isSkimmed(value)) reportRepeats(window, window.at, end, value, sink);
  unwrap(value, originOf(window, start, window.base + end), { sink, ...context });
  learnFrom(window, end, value, skimmer);
  return true;
}

function isUntyped(value: unknown): boolean {
  return isRecord(value) && !Object.hasOwn(value, "kind");
}

function originOf(window: ByteWindow, start: number, end: number): Origin {
  return { source: window.source, start, end, syntax: "json", path: NO_PATH };
}
