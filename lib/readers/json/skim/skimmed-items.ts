/**
 * Items of a list with the JSON layout of one before them: a server prints thousands of Services and EndpointSlices of which
 * only names, addresses and numbers differ. One is read and checked whole; of the others only those values are looked at.
 */
import type { Origin } from "../../../source/origin.js";
import { readOn, type ByteWindow } from "../../byte-window.js";
import { isRecord } from "../../../util/is-record.js";
import type { RawObject, ReaderSink } from "../../sink.js";
import { itemPatternOf, matchItem, type ItemPattern } from "./item-pattern.js";
import type { SkimMemory } from "./endpoints.js";

/** Ways to write an item that are remembered. */
const MOST_PATTERNS = 16;
/** Patterns that may be made before any has been of use. */
const FIRST_PATTERNS = 8;
/** Items that a pattern must have served for another one to be made. */
const ITEMS_A_PATTERN = 16;

/** Items of a kind that are tried before patterns that serve fewer than half of them are given up. */
const FIRST_TRIES = 256;

/** The items of one list. */
export interface SkimmedItems {
  readonly sink: ReaderSink;
  readonly memory: SkimMemory;
  /** The one that served last in front. */
  readonly patterns: ItemPattern[];
  /** Of the items learned from last; what others of another kind were of use for says nothing of these. */
  kind: unknown;
  made: number;
  tried: number;
  served: number;
  /** Where an item stands that a pattern knew and the sink did not take. */
  declined: number;
  /** Bytes of the longest item served. */
  longest: number;
}

/** Undefined for a sink that wants every object whole. */
export function createSkimmedItems(sink: ReaderSink, memory: SkimMemory): SkimmedItems | undefined {
  return (
    sink.template && {
      sink,
      memory,
      patterns: [],
      kind: undefined,
      made: 0,
      tried: 0,
      served: 0,
      declined: -1,
      longest: 0,
    }
  );
}

/** Hands out the item at the window's place if it is written as one before; the index after it, below 0 otherwise. */
export function takeItem(window: ByteWindow, items: SkimmedItems): number {
  if (isGivenUp(items)) return -1;
  items.tried++;
  // An item cut off by the window's end would have to be read whole.
  if (window.bytes.length - window.at < items.longest) readOn(window, window.at);
  const { bytes, at, base, source } = window;
  const { patterns, memory } = items;
  for (let k = 0; k < patterns.length; k++) {
    const pattern = patterns[k]!;
    const end = matchItem(bytes, at, pattern, memory);
    if (end < 0) continue;
    if (k > 0) patterns.unshift(...patterns.splice(k, 1));
    const origin: Origin = { source, start: base + at, end: base + end, syntax: "json", path: NO_PATH };
    if (pattern.template.take(pattern.found, origin)) {
      items.served++;
      items.longest = Math.max(items.longest, end - at);
      return end;
    }
    items.declined = base + at;
    return -1;
  }
  return -1;
}

const NO_PATH: readonly never[] = [];

/** Where each object has a layout of its own, looking for one costs more than it saves. */
function isGivenUp({ tried, served }: SkimmedItems): boolean {
  return tried >= FIRST_TRIES && 2 * served < tried;
}

/** Learns from the item between the window's place and `end`, which was handed out whole as this value. */
export function learnItem(window: ByteWindow, end: number, value: unknown, items: SkimmedItems): void {
  const { sink, patterns } = items;
  const kind = isRecord(value) ? value["kind"] : undefined;
  if (kind !== items.kind) Object.assign(items, { kind, made: 0, tried: 0, served: 0 });
  if (isGivenUp(items)) return;
  if (items.made >= FIRST_PATTERNS + items.served / ITEMS_A_PATTERN) return;
  if (items.declined === window.base + window.at) return;
  const template = sink.template?.(value as RawObject);
  if (!template) return;
  items.made++;
  const pattern = itemPatternOf(window.bytes, window.at, end, template);
  if (!pattern) return;
  patterns.unshift(pattern);
  patterns.length = Math.min(patterns.length, MOST_PATTERNS);
}
