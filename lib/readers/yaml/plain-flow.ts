/**
 * Lists and mappings in brackets on one line, as in `selector: {app: web}`, for the fast parser. It takes words, quotes
 * without surprises and what is nested of these; all else it declines, so that it never has to decide what is an error.
 */
import { LONGEST_KEY } from "./longest-key.js";
import { MAX_DEPTH } from "./max-depth.js";
import { resolvePlainScalar } from "./plain-scalar.js";
import { closingQuote, unquote } from "./plain-quotes.js";

/** Says that the text is not plain enough. */
export const NOT_PLAIN = Symbol("not plain");

/** A line from its next character on. */
export interface FlowLine {
  readonly text: string;
  readonly end: number;
  at: number;
  /** A copy of a stretch of the text. */
  readonly copy: (start: number, end: number) => string;
}

const SPACE = 32;
const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const COMMA = 44;
const DASH = 45;
const COLON = 58;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_MAPPING = 0x7b;
const CLOSE_MAPPING = 0x7d;

/** Letters, digits and the other characters of names, paths, options and numbers. */
const IN_WORDS = new Uint8Array(128);
for (const c of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./$()+~-@%=*^;")
  IN_WORDS[c.charCodeAt(0)] = 1;
/** Of those, what begins no plain scalar, or only before some others. */
const NOT_FIRST = new Set([..."-@%=*^;"].map((c) => c.charCodeAt(0)));

export function isFlowStart(c: number): boolean {
  return c === OPEN_LIST || c === OPEN_MAPPING;
}

/** The value at the line's next character, which is behind it then; NOT_PLAIN leaves the line anywhere. */
export function parsePlainFlow(line: FlowLine, depth: number): unknown {
  if (depth > MAX_DEPTH) return NOT_PLAIN;
  switch (line.text.charCodeAt(line.at)) {
    case OPEN_LIST:
      return parseList(line, depth);
    case OPEN_MAPPING:
      return parseMapping(line, depth);
    case DOUBLE_QUOTE:
    case SINGLE_QUOTE:
      return parseQuoted(line);
    default: {
      const words = takeWords(line);
      return words === undefined ? NOT_PLAIN : resolvePlainScalar(words);
    }
  }
}

/** Moves past spaces; gives the character there, or NaN at the end of the line. */
function next(line: FlowLine): number {
  while (line.at < line.end && line.text.charCodeAt(line.at) === SPACE) line.at++;
  return line.at < line.end ? line.text.charCodeAt(line.at) : NaN;
}

/** Moves past an opening bracket and, where nothing stands in it, past the closing one: true then. */
function isEmpty(line: FlowLine, close: number): boolean {
  line.at++;
  if (next(line) !== close) return false;
  line.at++;
  return true;
}

/** Moves past a comma with what separates it from an item, or past the closing bracket; undefined at all else. */
function passItem(line: FlowLine, close: number): "more" | "closed" | undefined {
  const c = next(line);
  line.at++;
  if (c === close) return "closed";
  if (c !== COMMA) return undefined;
  next(line);
  return "more";
}

function parseList(line: FlowLine, depth: number): unknown {
  const out: unknown[] = [];
  if (isEmpty(line, CLOSE_LIST)) return out;
  for (;;) {
    const value = parsePlainFlow(line, depth + 1);
    if (value === NOT_PLAIN) return NOT_PLAIN;
    out.push(value);
    const passed = passItem(line, CLOSE_LIST);
    if (passed !== "more") return passed ? out : NOT_PLAIN;
  }
}

function parseMapping(line: FlowLine, depth: number): unknown {
  const out: Record<string, unknown> = {};
  if (isEmpty(line, CLOSE_MAPPING)) return out;
  for (;;) {
    const key = takeKey(line);
    if (key === undefined || key === "__proto__" || Object.hasOwn(out, key)) return NOT_PLAIN;
    const value = parsePlainFlow(line, depth + 1);
    if (value === NOT_PLAIN) return NOT_PLAIN;
    out[key] = value;
    const passed = passItem(line, CLOSE_MAPPING);
    if (passed !== "more") return passed ? out : NOT_PLAIN;
  }
}

/** A key and its colon: after quotes the value may follow at once. */
function takeKey(line: FlowLine): string | undefined {
  const start = line.at;
  const first = line.text.charCodeAt(start);
  const isQuoted = first === DOUBLE_QUOTE || first === SINGLE_QUOTE;
  const key = isQuoted ? parseQuoted(line) : takeWords(line);
  if (typeof key !== "string" || line.text.charCodeAt(line.at) !== COLON || line.at - start > LONGEST_KEY)
    return undefined;
  line.at++;
  if (!isQuoted && line.text.charCodeAt(line.at) !== SPACE) return undefined;
  next(line);
  if (isQuoted) return key;
  const value = resolvePlainScalar(key);
  return value === null ? undefined : String(value);
}

function parseQuoted(line: FlowLine): unknown {
  const { text, at, end } = line;
  const close = closingQuote(text, at, end);
  if (close < 0) return NOT_PLAIN;
  line.at = close + 1;
  return unquote(text.charCodeAt(at), line.copy(at + 1, close)) ?? NOT_PLAIN;
}

/** The text of a plain scalar: words with one space or one colon between two. */
function takeWords(line: FlowLine): string | undefined {
  const { text, at: start } = line;
  const first = text.charCodeAt(start);
  if (IN_WORDS[first] !== 1 || (NOT_FIRST.has(first) && !beginsWithDash(line))) return undefined;
  let at = start;
  for (;;) {
    while (IN_WORDS[text.charCodeAt(at)] === 1) at++;
    const c = text.charCodeAt(at);
    if ((c !== SPACE && c !== COLON) || IN_WORDS[text.charCodeAt(at + 1)] !== 1) break;
    at += 2;
  }
  line.at = at;
  return line.copy(start, at);
}

/** An option or a number. */
function beginsWithDash({ text, at }: FlowLine): boolean {
  return text.charCodeAt(at) === DASH && IN_WORDS[text.charCodeAt(at + 1)] === 1;
}
