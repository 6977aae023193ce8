/**
 * The JSON layout of an item that others of the list have, too: the bytes between the values that differ, and what each
 * of those values is.
 */
import type { Buffer } from "../../../platform/bytes.js";
import type { FieldPath } from "../../../source/origin.js";
import type { Difference, SkimTemplate } from "../../sink.js";
import { afterLiteral, afterSpace, byteAt, copyOf, isText, startsWith, viewOf } from "../literal-text.js";
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "../punctuation.js";
import { scanValue, type ScanNotes } from "../scan-value.js";
import { skimEndpoints, type SkimMemory } from "./endpoints.js";

const FAILED = -1;

/** In bytes, endpoints left out; longer items are read one by one. */
const LONGEST_ITEM = 64 << 10;
/** In bytes; a longer text is no name, address or label. */
const LONGEST_TEXT = 1024;
/** More values than this differ in no item. */
const MOST_VALUES = 64;
const DEEPEST = 32;

interface DifferingValue {
  readonly kind: Difference;
  /** The bytes in front of it, from the one before. */
  readonly before: DataView;
  /** Index of an earlier value that was the same text in the first item; its own when there is none. */
  readonly sameAs: number;
}

export interface ItemPattern {
  readonly values: readonly DifferingValue[];
  /** The bytes after the last of them. */
  readonly rest: DataView;
  readonly template: SkimTemplate;
  /** What was found in the item matched last: texts that come again are not made again. */
  readonly found: unknown[];
}

/** The index after the item at `at` when it is written as the pattern says, its values then in `found`; below 0 otherwise. */
export function matchItem(bytes: Buffer, at: number, pattern: ItemPattern, memory: SkimMemory): number {
  const { values, rest, found } = pattern;
  const view = viewOf(bytes);
  let i = at;
  for (let k = 0; k < values.length; k++) {
    const { kind, before, sameAs } = values[k]!;
    if (!startsWith(view, i, before)) return FAILED;
    const start = i + before.byteLength;
    if (kind === "endpoints") {
      const skimmed = skimEndpoints(bytes, start, memory);
      if (!skimmed) return FAILED;
      found[k] = skimmed.endpoints;
      i = skimmed.end;
    } else if (kind === "number") {
      i = afterNumber(bytes, start);
      if (i < 0) return FAILED;
      found[k] = numberOf(bytes, start, i);
    } else if (kind === "ignored") {
      i = byteAt(bytes, start - 1) === QUOTE ? afterText(bytes, start) : afterNumber(bytes, start);
      if (i < 0) return FAILED;
    } else {
      i = afterLiteral(bytes, start);
      if (byteAt(bytes, i) !== QUOTE || i - start > LONGEST_TEXT) return FAILED;
      const known = found[sameAs] as string;
      if (!isText(bytes, start, i, known)) found[k] = bytes.toString("latin1", start, i);
      else if (sameAs !== k) found[k] = known;
    }
  }
  return startsWith(view, i, rest) ? i + rest.byteLength : FAILED;
}

/** The index of the quote that ends a text of any kind, without escapes that need a look; below 0 for others. */
function afterText(bytes: Uint8Array, at: number): number {
  for (let i = afterLiteral(bytes, at); i - at < LONGEST_ITEM; i = afterLiteral(bytes, i + 2)) {
    if (byteAt(bytes, i) === QUOTE) return i;
    if (byteAt(bytes, i) !== BACKSLASH || !isShortEscape(byteAt(bytes, i + 1))) return FAILED;
  }
  return FAILED;
}

/** Of a character after a backslash: one of "\/bfnrt. */
function isShortEscape(c: number): boolean {
  switch (c) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return true;
    default:
      return false;
  }
}

/** The index after a whole number of 1 to 9 digits that does not start with 0; below 0 for others. */
function afterNumber(bytes: Uint8Array, at: number): number {
  let i = at;
  while (isDigit(byteAt(bytes, i))) i++;
  const c = byteAt(bytes, i);
  const isWhole = i > at && i - at <= 9 && byteAt(bytes, at) !== 0x30 && c !== 0x2e && c !== 0x65 && c !== 0x45;
  return isWhole ? i : FAILED;
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

function numberOf(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) value = value * 10 + bytes[i]! - 0x30;
  return value;
}

/**
 * How the item from `at` to `end`, which JSON.parse has taken and the sink too, is written. Undefined when it is no
 * pattern for others: a field is written twice or with escapes, or a value that differs is not literal.
 */
export function itemPatternOf(bytes: Buffer, at: number, end: number, template: SkimTemplate): ItemPattern | undefined {
  const places: Place[] = [];
  if (findPlaces({ bytes, end, template, places }, at, []) !== end || places.length > MOST_VALUES) return undefined;
  const values: DifferingValue[] = [];
  const texts: (string | undefined)[] = [];
  let from = at;
  let length = 0;
  for (const { kind, start, end: valueEnd } of places) {
    const text = kind === "text" ? bytes.toString("latin1", start, valueEnd) : undefined;
    const before = copyOf(bytes, from, start);
    values.push({ kind, before, sameAs: text === undefined ? values.length : firstOf(texts, text) });
    texts.push(text);
    length += before.byteLength;
    from = valueEnd;
  }
  if (length + end - from > LONGEST_ITEM) return undefined;
  return { values, rest: copyOf(bytes, from, end), template, found: texts.map((text) => text ?? "") };
}

/** The index of the text among those before it, or the one it will have. */
function firstOf(texts: readonly (string | undefined)[], text: string): number {
  const first = texts.indexOf(text);
  return first < 0 ? texts.length : first;
}

/** Where a value that differs stands: a text without its quotes. */
interface Place {
  readonly kind: Difference;
  readonly start: number;
  readonly end: number;
}

interface Search {
  readonly bytes: Buffer;
  readonly end: number;
  readonly template: SkimTemplate;
  readonly places: Place[];
}

const notes: ScanNotes = { bits: 0, tooDeep: false };

/** Finds the values that differ in the value at `at`; the index after it, below 0 when it is no pattern. */
function findPlaces(search: Search, at: number, path: FieldPath): number {
  const { bytes, template } = search;
  if (path.length > DEEPEST) return FAILED;
  const c = byteAt(bytes, at);
  if (c === OPEN_BRACE) return findInObject(search, at, path);
  const valueEnd = scanValue(bytes, at, notes);
  if (valueEnd < 0 || valueEnd > search.end) return FAILED;
  const isTextOrNumber = c === QUOTE || c === 0x2d || isDigit(c);
  const difference = isTextOrNumber || c === OPEN_BRACKET ? template.differs(path) : undefined;
  if (difference !== undefined) return addPlace(search, difference, at, valueEnd) ? valueEnd : FAILED;
  return c === OPEN_BRACKET ? findInList(search, at, path) : valueEnd;
}

function addPlace({ bytes, places }: Search, kind: Difference, at: number, end: number): boolean {
  const c = byteAt(bytes, at);
  if (kind === "endpoints") places.push({ kind, start: at, end });
  else if (c === QUOTE && kind !== "number") places.push({ kind, start: at + 1, end: end - 1 });
  else if (isDigit(c) && kind !== "text") places.push({ kind, start: at, end });
  else return false;
  return (kind === "endpoints") === (c === OPEN_BRACKET);
}

function findInObject(search: Search, at: number, path: FieldPath): number {
  const { bytes } = search;
  const fields = new Set<string>();
  let i = afterSpace(bytes, at + 1);
  while (byteAt(bytes, i) !== CLOSE_BRACE) {
    const keyEnd = afterLiteral(bytes, i + 1);
    const field = bytes.toString("latin1", i + 1, keyEnd);
    // Of a field written twice JSON.parse takes the last.
    if (byteAt(bytes, keyEnd) !== QUOTE || fields.has(field)) return FAILED;
    fields.add(field);
    const value = afterSpace(bytes, afterSpace(bytes, keyEnd + 1) + 1);
    const valueEnd = findPlaces(search, value, [...path, field]);
    if (valueEnd < 0) return FAILED;
    i = afterSeparator(bytes, valueEnd);
  }
  return i + 1;
}

function findInList(search: Search, at: number, path: FieldPath): number {
  const { bytes } = search;
  let i = afterSpace(bytes, at + 1);
  for (let k = 0; byteAt(bytes, i) !== CLOSE_BRACKET; k++) {
    const valueEnd = findPlaces(search, i, [...path, k]);
    if (valueEnd < 0) return FAILED;
    i = afterSeparator(bytes, valueEnd);
  }
  return i + 1;
}

/** The index of what comes after a value: the next one, or the closing bracket. */
function afterSeparator(bytes: Uint8Array, at: number): number {
  const i = afterSpace(bytes, at);
  return byteAt(bytes, i) === COMMA ? afterSpace(bytes, i + 1) : i;
}
