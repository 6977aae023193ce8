/** Where a field stands in YAML text. */
import { Buffer } from "../../platform/bytes.js";
import { EVENT_ID, type Event, type ScalarEvent } from "js-yaml";
import type { FieldPath } from "../../source/origin.js";
import { locateInJSON } from "../json/locate.js";
import type { LocalSpan } from "../../source/source.js";
import { parseYAMLEvents, type PlacedScalar } from "./dialect/parse-events.js";
import { keyText } from "./duplicate-keys.js";
import { MAX_DEPTH } from "./max-depth.js";

interface Parsed {
  readonly text: string;
  /** What the events' places are in: the text, and values decoded from it. */
  readonly source: string;
  readonly events: readonly Event[];
  /** By anchor name: index of the event that carries it. */
  readonly anchors: ReadonlyMap<string, number>;
  /** Of the list looked at last: where it begins, and the events its first items begin at. */
  items: { readonly at: number; readonly starts: number[] };
  /** A place in the text that was asked for, and its byte. */
  known: { readonly unit: number; readonly byte: number };
}

/** A span in UTF-16 units of the text. */
type TextSpan = LocalSpan;

let last: { readonly bytes: Uint8Array; readonly parsed: Parsed | undefined } | undefined;

/** As locateInJSON, for a YAML document. */
export function locateInYAML(bytes: Uint8Array, path: FieldPath, of: "key" | "value"): LocalSpan | undefined {
  const parsed = parseOnce(bytes);
  if (!parsed) return undefined;
  if (parsed.events.length === 0) return locateInJSON(bytes, path, of);
  const span = find(parsed, path, of);
  return (
    span && {
      start: byteOf(parsed, span.start),
      end: byteOf(parsed, span.end),
    }
  );
}

/** Places are mostly asked for near each other: counted from the last one. */
function byteOf(parsed: Parsed, unit: number): number {
  const { text, known } = parsed;
  const byte =
    unit < known.unit
      ? known.byte - Buffer.byteLength(text.slice(unit, known.unit))
      : known.byte + Buffer.byteLength(text.slice(known.unit, unit));
  parsed.known = { unit, byte };
  return byte;
}

/** Several diagnostics about one document follow each other: it is parsed once for them. */
function parseOnce(bytes: Uint8Array): Parsed | undefined {
  if (last?.bytes === bytes) return last.parsed;
  if (last && last.bytes.length === bytes.length && Buffer.compare(last.bytes, bytes) === 0) return last.parsed;
  last = { bytes, parsed: parse(bytes) };
  return last.parsed;
}

function parse(bytes: Uint8Array): Parsed | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  try {
    const { source, events } = parseYAMLEvents(text, MAX_DEPTH);
    const anchors = new Map<string, number>();
    for (const [i, event] of events.entries())
      if ("anchorStart" in event && event.anchorStart >= 0 && event.type !== EVENT_ID.ALIAS)
        anchors.set(text.slice(event.anchorStart, event.anchorEnd), i);
    return { text, source, events, anchors, items: { at: -1, starts: [] }, known: { unit: 0, byte: 0 } };
  } catch {
    return undefined;
  }
}

function find(parsed: Parsed, path: FieldPath, of: "key" | "value"): TextSpan | undefined {
  const { events } = parsed;
  let at = events[0]?.type === EVENT_ID.DOCUMENT ? 1 : 0;
  let key: TextSpan | undefined;
  /** The last key on the way, for what has no text of its own: the empty item of a list. */
  let around: TextSpan | undefined;
  for (const step of path) {
    at = resolveAlias(parsed, at);
    const found = typeof step === "number" ? findItem(parsed, at, step) : findField(parsed, at, step);
    if (!found) return key ?? firstWord(parsed, at) ?? around;
    key = found.key;
    around = key ?? around;
    at = found.at;
  }
  if (of === "key" && key) return key;
  const event = events[at];
  if (event?.type === EVENT_ID.SCALAR) return scalarSpan(event) ?? around;
  if (event?.type === EVENT_ID.ALIAS) return { start: event.anchorStart - 1, end: event.anchorEnd };
  return key ?? firstWord(parsed, at) ?? around;
}

interface Found {
  readonly key?: TextSpan;
  readonly at: number;
}

function resolveAlias({ text, events, anchors }: Parsed, at: number): number {
  const event = events[at];
  if (event?.type !== EVENT_ID.ALIAS) return at;
  return anchors.get(text.slice(event.anchorStart, event.anchorEnd)) ?? at;
}

/** The index after the node that starts at `at`. */
function skipNode(events: readonly Event[], at: number): number {
  let depth = 0;
  for (let i = at; i < events.length; i++) {
    const { type } = events[i]!;
    if (type === EVENT_ID.SEQUENCE || type === EVENT_ID.MAPPING) depth++;
    else if (type === EVENT_ID.POP) depth--;
    if (depth <= 0) return i + 1;
  }
  return events.length;
}

/** Goes on behind the items of the list that are known. */
function findItem(parsed: Parsed, at: number, index: number): Found | undefined {
  const { events } = parsed;
  if (events[at]?.type !== EVENT_ID.SEQUENCE) return undefined;
  if (parsed.items.at !== at) parsed.items = { at, starts: [at + 1] };
  const { starts } = parsed.items;
  const isItem = (i: number) => events[i] !== undefined && events[i].type !== EVENT_ID.POP;
  while (starts.length <= index && isItem(starts.at(-1)!)) starts.push(skipNode(events, starts.at(-1)!));
  const found = starts[index];
  return found !== undefined && isItem(found) ? { at: found } : undefined;
}

/** The last field of that name, written there or merged with `<<`. */
function findField(parsed: Parsed, at: number, name: string, depth = 0): Found | undefined {
  const { source, events } = parsed;
  if (events[at]?.type !== EVENT_ID.MAPPING || depth > 20) return undefined;
  let found: Found | undefined;
  let merged: Found | undefined;
  for (let i = at + 1; i < events.length && events[i]!.type !== EVENT_ID.POP;) {
    const event = events[i]!;
    const valueAt = skipNode(events, i);
    if (event.type === EVENT_ID.SCALAR) {
      const written = keyText(source, event);
      if (written === name) found = { key: scalarSpan(event), at: valueAt };
      else if (written === "<<") merged ??= findMerged(parsed, resolveAlias(parsed, valueAt), name, depth + 1);
    }
    i = skipNode(events, valueAt);
  }
  return found ?? merged;
}

function findMerged(parsed: Parsed, at: number, name: string, depth: number): Found | undefined {
  const { events } = parsed;
  if (events[at]?.type !== EVENT_ID.SEQUENCE) return findField(parsed, at, name, depth);
  for (let i = at + 1; i < events.length && events[i]!.type !== EVENT_ID.POP; i = skipNode(events, i)) {
    const found = findField(parsed, resolveAlias(parsed, i), name, depth);
    if (found) return found;
  }
  return undefined;
}

/** Quotes included. Undefined for an empty value. */
function scalarSpan(event: ScalarEvent): TextSpan | undefined {
  const { start, end } = event as PlacedScalar;
  return start < 0 ? undefined : { start, end: Math.max(end, start + 1) };
}

function firstWord({ events }: Parsed, at: number): TextSpan | undefined {
  for (let i = at; i < events.length; i++) {
    const event = events[i]!;
    if (event.type === EVENT_ID.SCALAR) return scalarSpan(event);
    if (event.type === EVENT_ID.POP && "start" in events[at]!) break;
  }
  const event = events[at];
  return event && "start" in event && event.start >= 0 ? { start: event.start, end: event.start + 1 } : undefined;
}
