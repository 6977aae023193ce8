/** Where a field stands in JSON text. */
import type { FieldPath } from "../../source/origin.js";
import type { LocalSpan } from "../../source/source.js";
import { scanValue, type ScanNotes } from "./scan-value.js";

const QUOTE = 0x22;
const COMMA = 0x2c;

/** The span of the path's key or value in the bytes of one value; of the nearest thing around it when it is missing. */
export function locateInJSON(bytes: Uint8Array, path: FieldPath, of: "key" | "value"): LocalSpan | undefined {
  let at = skipSpace(bytes, 0);
  let key: LocalSpan | undefined;
  for (const step of path) {
    const found = typeof step === "number" ? findItem(bytes, at, step) : findField(bytes, at, step);
    if (!found) return key ?? firstWord(bytes, at);
    key = found.key;
    at = found.at;
  }
  if (of === "key" && key) return key;
  const first = bytes[at];
  if (first === 0x7b || first === 0x5b) return key ?? firstWord(bytes, at);
  const end = scan(bytes, at);
  return end < 0 ? key : { start: at, end };
}

interface Found {
  readonly key?: LocalSpan;
  /** Where the value begins. */
  readonly at: number;
}

/** The last field of that name, as JSON.parse takes it. */
function findField(bytes: Uint8Array, objectAt: number, name: string): Found | undefined {
  if (bytes[objectAt] !== 0x7b) return undefined;
  let found: Found | undefined;
  let at = skipSpace(bytes, objectAt + 1);
  while (bytes[at] === QUOTE) {
    const key = { start: at, end: scan(bytes, at) };
    if (key.end < 0) return found;
    const valueAt = skipSpace(bytes, skipSpace(bytes, key.end) + 1);
    if (textOf(bytes, key) === name) found = { key, at: valueAt };
    const end = scan(bytes, valueAt);
    if (end < 0) return found;
    at = skipSpace(bytes, end);
    if (bytes[at] !== COMMA) return found;
    at = skipSpace(bytes, at + 1);
  }
  return found;
}

function findItem(bytes: Uint8Array, listAt: number, index: number): Found | undefined {
  if (bytes[listAt] !== 0x5b) return undefined;
  let at = skipSpace(bytes, listAt + 1);
  for (let i = 0; i < index; i++) {
    const end = scan(bytes, at);
    if (end < 0) return undefined;
    at = skipSpace(bytes, end);
    if (bytes[at] !== COMMA) return undefined;
    at = skipSpace(bytes, at + 1);
  }
  return at < bytes.length && bytes[at] !== 0x5d ? { at } : undefined;
}

/** The first key of an object, else the bracket. */
function firstWord(bytes: Uint8Array, at: number): LocalSpan | undefined {
  if (at >= bytes.length) return undefined;
  const inside = skipSpace(bytes, at + 1);
  if (bytes[at] !== 0x7b || bytes[inside] !== QUOTE) return { start: at, end: at + 1 };
  const end = scan(bytes, inside);
  return { start: inside, end: end < 0 ? inside + 1 : end };
}

function scan(bytes: Uint8Array, at: number): number {
  const notes: ScanNotes = { bits: 0, tooDeep: false };
  const end = scanValue(bytes, at, notes);
  // A word may end with the text.
  return end < 0 && at < bytes.length && bytes[at] !== QUOTE && (bytes[at]! | 0x20) !== 0x7b ? bytes.length : end;
}

function skipSpace(bytes: Uint8Array, at: number): number {
  let i = at;
  while (i < bytes.length && bytes[i]! <= 0x20) i++;
  return i;
}

function textOf(bytes: Uint8Array, { start, end }: LocalSpan): string {
  const text = new TextDecoder().decode(bytes.subarray(start, end));
  if (!text.includes("\\")) return text.slice(1, -1);
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
