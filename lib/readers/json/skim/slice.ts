/** An EndpointSlice among the items of a list, its endpoints read by themselves and the rest by JSON.parse. */
import { Buffer } from "../../../platform/bytes.js";
import { EndpointTable } from "../../../kube/endpoint-table.js";
import { isRecord } from "../../../util/is-record.js";
import { mayRepeatKeys } from "../duplicate-keys.js";
import { afterSpace } from "../literal-text.js";
import { skimEndpoints, type SkimMemory } from "./endpoints.js";
import { BACKSLASH, COLON, QUOTE } from "../punctuation.js";

const ENDPOINTS = Buffer.from('"endpoints"', "latin1");

const NULL = Buffer.from("null", "latin1");

/** Items in a row without endpoints after which no more are looked for. */
const MOST_MISSES = 3;

/** For the items of one list. */
export interface SliceSkimmer {
  readonly memory: SkimMemory;
  misses: number;
}

export function createSliceSkimmer(memory: SkimMemory): SliceSkimmer {
  return { memory, misses: 0 };
}

/**
 * The EndpointSlice between two indexes of ASCII text; undefined for anything else and for one that must be read whole. The value is as JSON.parse gives it, with targetRef of endpoints left out.
 */
export function skimSlice(bytes: Buffer, at: number, end: number, skimmer: SliceSkimmer): unknown {
  if (skimmer.misses >= MOST_MISSES) return undefined;
  const value = skim(bytes, at, end, skimmer);
  skimmer.misses = value === undefined ? skimmer.misses + 1 : 0;
  return value;
}

function skim(bytes: Buffer, at: number, end: number, { memory }: SliceSkimmer): unknown {
  const list = findEndpoints(bytes, at, end);
  if (list < 0) return undefined;
  const skimmed = skimEndpoints(bytes, list, memory);
  if (!skimmed || skimmed.end >= end) return undefined;
  const text = textWithout(bytes, at, list, skimmed.end, end);
  // The last of two fields of one name counts, however the name is written.
  if (text === undefined || text.includes("\\") || text.includes('"endpoints"', list - at)) return undefined;
  const value: unknown = JSON.parse(text);
  if (!isRecord(value) || value["endpoints"] !== null) return undefined;
  if (mayRepeatKeys(text, value)) return undefined;
  if (value["kind"] !== undefined && value["kind"] !== "EndpointSlice") return undefined;
  return Object.assign(value, { endpoints: skimmed.endpoints });
}

/** Whether the value is one that skimSlice made: none of its objects names a field twice. */
export function isSkimmed(value: unknown): boolean {
  return isRecord(value) && value["endpoints"] instanceof EndpointTable;
}

/** Where the text of a slice without its endpoints is put together. */
let scratch: Buffer | undefined;
const SCRATCH_BYTES = 64 * 1024;

/** The text from `at` to `end` with null for what stands from `list` to `listEnd`; undefined when it is long. */
function textWithout(bytes: Buffer, at: number, list: number, listEnd: number, end: number): string | undefined {
  const before = list - at;
  const length = before + NULL.length + end - listEnd;
  if (length > SCRATCH_BYTES) return undefined;
  scratch ??= Buffer.alloc(SCRATCH_BYTES);
  bytes.copy(scratch, 0, at, list);
  NULL.copy(scratch, before);
  bytes.copy(scratch, before + NULL.length, listEnd, end);
  return scratch.toString("latin1", 0, length);
}

/** The index of the value of the item's own field `endpoints`, when all text before it is literal. */
function findEndpoints(bytes: Buffer, at: number, end: number): number {
  let depth = 0;
  for (let i = at; i < end; i++) {
    const c = bytes[i]!;
    if (c === QUOTE) {
      const start = i;
      for (i++; bytes[i] !== QUOTE; i++) if (i >= end || bytes[i] === BACKSLASH || bytes[i]! >= 0x80) return -1;
      if (
        depth !== 1 ||
        i + 1 - start !== ENDPOINTS.length ||
        bytes.compare(ENDPOINTS, 0, ENDPOINTS.length, start, i + 1)
      )
        continue;
      const colon = afterSpace(bytes, i + 1);
      if (bytes[colon] === COLON) return afterSpace(bytes, colon + 1);
    } else if ((c | 0x20) === 0x7b) depth++;
    else if ((c | 0x20) === 0x7d) depth--;
  }
  return -1;
}
