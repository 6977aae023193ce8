/**
 * Lists and mappings in brackets, as in `selector: {app: web}`, for the fast parser: on one line, or with line ends between
 * their items. It takes words, quotes without surprises, anchors, aliases and what is nested of these; all else it declines,
 * so that it never has to decide what is an error.
 */
import { LONGEST_KEY } from "./longest-key.js";
import { MAX_DEPTH } from "./max-depth.js";
import { NOT_PLAIN } from "./not-plain.js";
import { aliased, closeAnchor, endOfName, merge, openAnchor, type Anchors } from "./plain-anchors.js";
import { resolvePlainScalar } from "./plain-scalar.js";
import { closingQuote, unquote } from "./plain-quotes.js";

/** A line from its next character on; moves to the next line where it ends between items. */
export interface FlowLine {
  readonly text: string;
  end: number;
  at: number;
  readonly anchors: Anchors;
  /** A copy of a stretch of the text. */
  readonly copy: (start: number, end: number) => string;
}

const NEWLINE = 10;
const SPACE = 32;
const DOUBLE_QUOTE = 34;
const HASH = 35;
const PERCENT = 37;
const AMPERSAND = 38;
const SINGLE_QUOTE = 39;
const ASTERISK = 42;
const COMMA = 44;
const DASH = 45;
const DOT = 46;
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
    case AMPERSAND:
      return parseAnchored(line, depth);
    case ASTERISK:
      return parseAlias(line);
    default: {
      const words = takeWords(line);
      return words === undefined ? NOT_PLAIN : resolvePlainScalar(words);
    }
  }
}

/** Moves past spaces, comments and line ends; gives the character there, or NaN at the end, where nothing can be read. */
function next(line: FlowLine): number {
  const { text } = line;
  for (;;) {
    while (line.at < line.end && text.charCodeAt(line.at) === SPACE) line.at++;
    const c = text.charCodeAt(line.at);
    const before = text.charCodeAt(line.at - 1);
    // In the first column it may begin or end a document: the whole grammar is to judge.
    const isMarker = before === NEWLINE && (c === DASH || c === DOT || c === PERCENT);
    if (isMarker) line.end = text.length;
    else if (line.at < line.end && (c !== HASH || (before !== SPACE && before !== NEWLINE))) return c;
    line.at = line.end + 1;
    if (line.end >= text.length) return NaN;
    const end = text.indexOf("\n", line.at);
    line.end = end < 0 ? text.length : end;
  }
}

/** Moves past `&name` and what separates it from its value. */
function parseAnchored(line: FlowLine, depth: number): unknown {
  const start = line.at + 1;
  line.at = endOfName(line.text, start);
  const name = line.text.slice(start, line.at);
  const isApart = line.text.charCodeAt(line.at) === SPACE;
  const c = next(line);
  if (name === "" || !isApart || c === AMPERSAND || c === ASTERISK) return NOT_PLAIN;
  const anchored = openAnchor(line.anchors, name);
  const value = parsePlainFlow(line, depth);
  closeAnchor(anchored, value);
  return value;
}

function parseAlias(line: FlowLine): unknown {
  const start = line.at + 1;
  line.at = endOfName(line.text, start);
  return aliased(line.anchors, line.text.slice(start, line.at));
}

/** Moves past an opening bracket and, where nothing stands in it, past the closing one: true then. */
function isEmpty(line: FlowLine, close: number): boolean {
  line.at++;
  if (next(line) !== close) return false;
  line.at++;
  return true;
}

/**
 * Moves past a comma with what separates it from an item, or past the closing bracket, which a comma may precede;
 * undefined at all else.
 */
function passItem(line: FlowLine, close: number): "more" | "closed" | undefined {
  let c = next(line);
  line.at++;
  if (c === COMMA) {
    c = next(line);
    if (c !== close) return "more";
    line.at++;
  }
  return c === close ? "closed" : undefined;
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
  let merged: Set<string> | undefined;
  if (isEmpty(line, CLOSE_MAPPING)) return out;
  for (;;) {
    const isMerge = takeMergeKey(line);
    const key = isMerge ? "" : takeKey(line);
    if (key === undefined || key === "__proto__") return NOT_PLAIN;
    if (!isMerge && Object.hasOwn(out, key) && !merged?.delete(key)) return NOT_PLAIN;
    const value = parsePlainFlow(line, depth + 1);
    if (value === NOT_PLAIN) return NOT_PLAIN;
    if (!isMerge) out[key] = value;
    else if (!merge(line.anchors, out, value, (merged ??= new Set()))) return NOT_PLAIN;
    const passed = passItem(line, CLOSE_MAPPING);
    if (passed !== "more") return passed ? out : NOT_PLAIN;
  }
}

/** Moves past `<<: `. */
function takeMergeKey(line: FlowLine): boolean {
  if (!line.text.startsWith("<<: ", line.at)) return false;
  line.at += 4;
  next(line);
  return true;
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
  const c = line.text.charCodeAt(line.at);
  if (!isQuoted && c !== SPACE && c !== NEWLINE) return undefined;
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
