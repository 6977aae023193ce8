/** Field names that a JSON object holds twice. JSON.parse says nothing of them and takes the last. */
import type { Buffer } from "../../platform/bytes.js";
import { afterSpace, byteAt } from "./literal-text.js";
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "./punctuation.js";

/** A field name with its quotes, in bytes. */
export interface KeyPlace {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Whether the text may hold more field names than the value made of it: false for nearly all text without duplicates,
 * in a small part of the time that JSON.parse takes.
 */
export function mayRepeatKeys(text: string, value: unknown): boolean {
  return countColons(text) !== countKeys(value);
}

/** How often `":` stands in the text, those in strings (`\":`) left out. */
function countColons(text: string): number {
  let count = 0;
  for (let at = text.indexOf('":'); at >= 0; at = text.indexOf('":', at + 2))
    if (text.charCodeAt(at - 1) !== BACKSLASH) count++;
  return count;
}

function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === "object") count += countKeys(item);
    return count;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key in fields) {
    count++;
    const field = fields[key];
    if (typeof field === "object") count += countKeys(field);
  }
  return count;
}

/** Every repetition of a field name within its object, in order; the bytes from `start` to `end` are one JSON value. */
export function findRepeatedKeys(bytes: Buffer, start: number, end: number): KeyPlace[] {
  const found: KeyPlace[] = [];
  // Of each open object its names so far; undefined for lists.
  const open: (Set<string> | undefined)[] = [];
  let isKeyNext = false;
  for (let at = start; at < end; at++) {
    const c = byteAt(bytes, at);
    if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      open.push(c === OPEN_BRACE ? new Set() : undefined);
      isKeyNext = c === OPEN_BRACE;
    } else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) open.pop();
    else if (c === COMMA) isKeyNext = open.at(-1) !== undefined;
    else if (c === QUOTE) {
      const after = afterString(bytes, at);
      const isKey = isKeyNext && byteAt(bytes, afterSpace(bytes, after)) === COLON;
      if (isKey) noteKey(bytes, { start: at, end: after }, open.at(-1), found);
      isKeyNext = false;
      at = after - 1;
    }
  }
  return found;
}

function noteKey(
  bytes: Buffer,
  { start, end }: { readonly start: number; readonly end: number },
  keys: Set<string> | undefined,
  found: KeyPlace[],
): void {
  const key = JSON.parse(bytes.toString("utf8", start, end)) as string;
  if (keys?.has(key)) found.push({ key, start, end });
  keys?.add(key);
}

/** The index after the string whose opening quote is at the index. */
function afterString(bytes: Uint8Array, at: number): number {
  let i = at + 1;
  for (; i < bytes.length && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
  return i + 1;
}
