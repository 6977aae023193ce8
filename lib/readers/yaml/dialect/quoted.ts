/** Scalars in single and double quotes. */
import { afterBreak, isBlank, isBreak } from "./characters.js";
import { readGap } from "./fold.js";
import { YAMLRefusal } from "./refusal.js";
import { isAtMarker, type Scanner } from "./scanner.js";
import type { ScalarToken } from "./tokens.js";

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "'": "'",
  "/": "/",
  "\\": "\\",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
};
const CODE_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

const DOUBLE = 34;
const SINGLE = 39;
const BACKSLASH = 92;

/** Reads the scalar whose opening quote is at the scanner's place. */
export function scanQuoted(scanner: Scanner): ScalarToken {
  const { text, at: start } = scanner;
  const quote = text.charCodeAt(start);
  let value = "";
  let isDecoded = false;
  scanner.at++;
  let pieceStart = scanner.at;
  for (;;) {
    const c = text.charCodeAt(scanner.at);
    if (Number.isNaN(c)) throw new YAMLRefusal("this quoted text has no end", start);
    if (c === quote) {
      if (quote === DOUBLE || text.charCodeAt(scanner.at + 1) !== SINGLE) break;
      value += text.slice(pieceStart, scanner.at + 1);
      isDecoded = true;
      pieceStart = scanner.at += 2;
    } else if (c === BACKSLASH && quote === DOUBLE) {
      value += text.slice(pieceStart, scanner.at);
      value += scanEscape(scanner);
      isDecoded = true;
      pieceStart = scanner.at;
    } else if (isBlank(c) || isBreak(c)) {
      const gap = readGap(text, scanner.at);
      if (gap.lineStart !== undefined) {
        value += text.slice(pieceStart, scanner.at) + gap.text;
        isDecoded = true;
        pieceStart = gap.end;
      }
      move(scanner, gap.end, gap.lineStart);
    } else scanner.at++;
  }
  const last = text.slice(pieceStart, scanner.at);
  const end = ++scanner.at;
  const token = {
    kind: "scalar",
    at: start,
    end,
    style: quote === DOUBLE ? "double-quoted" : "single-quoted",
  } as const;
  return isDecoded ? { ...token, value: value + last } : { ...token, slice: [start + 1, end - 1] };
}

function move(scanner: Scanner, at: number, lineStart: number | undefined): void {
  scanner.at = at;
  if (lineStart === undefined) return;
  scanner.lineStart = lineStart;
  if (isAtMarker(scanner)) throw new YAMLRefusal("a document ends inside this quoted text", at);
}

/** The text of the escape at the scanner's place; moves past it. */
function scanEscape(scanner: Scanner): string {
  const { text, at } = scanner;
  const letter = text[at + 1] ?? "";
  if (isBreak(text.charCodeAt(at + 1))) {
    const gap = readGap(text, afterBreak(text, at + 1), true);
    move(scanner, gap.end, gap.lineStart);
    return gap.text;
  }
  const length = CODE_LENGTHS[letter];
  if (length !== undefined) return scanCode(scanner, length);
  const value = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
  if (value === undefined) throw new YAMLRefusal(`"\\${letter}" is no escape of YAML`, at);
  scanner.at += 2;
  return value;
}

/** A character by its number; two halves of a surrogate pair, as JSON writes them, are one. */
function scanCode(scanner: Scanner, length: number): string {
  const { at } = scanner;
  const code = hexAt(scanner, at + 2, length);
  scanner.at = at + 2 + length;
  if (code >= 0xd800 && code <= 0xdbff && scanner.text.startsWith("\\u", scanner.at)) {
    const low = hexAt(scanner, scanner.at + 2, 4);
    if (low >= 0xdc00 && low <= 0xdfff) {
      scanner.at += 6;
      return String.fromCharCode(code, low);
    }
  }
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
    throw new YAMLRefusal("this escape names no Unicode character", at);
  return String.fromCodePoint(code);
}

function hexAt({ text, at }: Scanner, start: number, length: number): number {
  const digits = text.slice(start, start + length);
  if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits))
    throw new YAMLRefusal(`this escape needs ${length} hexadecimal digits`, at);
  return parseInt(digits, 16);
}
