/**
 * A fast parser for the YAML that kubectl, helm and people mostly write: block mappings and lists, scalars, brackets, literal
 * blocks, anchors of values. Whatever else it meets (tags, keys with anchors, folding, doubtful indentation) it leaves to the
 * parser of the whole grammar (dialect/), so that it never has to decide what is an error.
 */
import type { Buffer } from "../../platform/bytes.js";
import { LONGEST_KEY } from "./longest-key.js";
import { MAX_DEPTH } from "./max-depth.js";
import { NOT_PLAIN } from "./not-plain.js";
import {
  aliased,
  closeAnchor,
  endOfName,
  isTooLarge,
  merge,
  noAnchors,
  openAnchor,
  type Anchors,
} from "./plain-anchors.js";
import { isFlowStart, parsePlainFlow } from "./plain-flow.js";
import { closingQuote, unquote } from "./plain-quotes.js";
import { resolvePlainScalar } from "./plain-scalar.js";

const NEWLINE = 10;
const SPACE = 32;
const HASH = 35;
const AMPERSAND = 38;
const ASTERISK = 42;
const COLON = 58;
const DASH = 45;
const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;

/** What YAML does not allow unescaped, and carriage returns and tabs, which the whole grammar is to judge. */
const DOUBTFUL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/;
/** First characters that mean something other than a plain scalar. */
const INDICATORS = new Set([..."?:,[]{}#&*!|>%@`\"'"].map((c) => c.charCodeAt(0)));

/** The current line; blank lines and comments are never current. */
interface Lines {
  readonly text: string;
  /** The text as bytes when each character is one. */
  readonly bytes: Buffer | undefined;
  /** Columns before the content; -1 after the last line. */
  indent: number;
  /** Where the content starts and the line ends. */
  at: number;
  end: number;
  ok: boolean;
  readonly anchors: Anchors;
}

/** The value of a document, or NOT_PLAIN. `bytes`: those the text was decoded from. */
export function parsePlainYAML(text: string, bytes?: Buffer): unknown {
  const plain = text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
  if (DOUBTFUL.test(plain)) return NOT_PLAIN;
  const isASCII = bytes?.length === plain.length;
  const anchors = noAnchors();
  const lines: Lines = {
    text: plain,
    bytes: isASCII ? bytes : undefined,
    indent: 0,
    at: 0,
    end: -1,
    ok: true,
    anchors,
  };
  advance(lines);
  if (lines.indent < 0) return lines.ok ? null : NOT_PLAIN;
  const value = parseBlock(lines, lines.indent, 0);
  return lines.ok && lines.indent < 0 && !isTooLarge(anchors, value) ? value : NOT_PLAIN;
}

/**
 * A copy of a stretch of the text. A long slice would keep the whole text in memory as long as it lives itself; short
 * ones are copied by V8.
 */
function own({ text, bytes }: Lines, start: number, end: number): string {
  if (end - start < 13) return text.slice(start, end);
  return bytes ? bytes.toString("latin1", start, end) : ` ${text.slice(start, end)}`.slice(1);
}

function giveUp(lines: Lines): undefined {
  lines.ok = false;
  lines.indent = -1;
  return undefined;
}

/** Moves to the next line that is neither blank nor a comment. */
function advance(lines: Lines): void {
  const { text } = lines;
  let start = lines.end + 1;
  for (;;) {
    if (start >= text.length) {
      lines.indent = -1;
      return;
    }
    let at = start;
    while (text.charCodeAt(at) === SPACE) at++;
    const c = text.charCodeAt(at);
    if (at < text.length && c !== NEWLINE && c !== HASH) {
      const end = text.indexOf("\n", at);
      lines.indent = at - start;
      lines.at = at;
      lines.end = end < 0 ? text.length : end;
      if (at === start && (c === DASH || c === 0x2e || c === 0x25) && isMarker(lines)) giveUp(lines);
      return;
    }
    const end = text.indexOf("\n", at);
    start = end < 0 ? text.length : end + 1;
  }
}

/** A line that begins or ends a document, or is a directive. */
function isMarker({ text, at, end }: Lines): boolean {
  return text.charCodeAt(at) === 0x25 || /^(?:---|\.\.\.)(?:\s|$)/.test(text.slice(at, Math.min(end, at + 4)));
}

function isDash({ text, at, end }: Lines): boolean {
  return text.charCodeAt(at) === DASH && (at + 1 >= end || text.charCodeAt(at + 1) === SPACE);
}

function parseBlock(lines: Lines, indent: number, depth: number): unknown {
  if (depth > MAX_DEPTH) return giveUp(lines);
  return isDash(lines) ? parseList(lines, indent, depth) : parseMapping(lines, indent, depth);
}

function parseList(lines: Lines, indent: number, depth: number): unknown {
  const out: unknown[] = [];
  while (lines.indent === indent && isDash(lines)) {
    out.push(parseItem(lines, skipSpaces(lines, lines.at + 1), indent, depth));
  }
  if (lines.indent > indent) return giveUp(lines);
  return out;
}

/** What stands at `at` behind a dash. */
function parseItem(lines: Lines, at: number, indent: number, depth: number): unknown {
  if (isEndOfLine(lines, at)) {
    advance(lines);
    return lines.indent > indent ? parseBlock(lines, lines.indent, depth + 1) : null;
  }
  const c = lines.text.charCodeAt(at);
  const isNestedDash = c === DASH && (at + 1 >= lines.end || lines.text.charCodeAt(at + 1) === SPACE);
  if (isNestedDash || findColon(lines, at) >= 0) {
    lines.indent += at - lines.at;
    lines.at = at;
    return parseBlock(lines, lines.indent, depth + 1);
  }
  return c === AMPERSAND ? parseAnchored(lines, at, indent, depth, parseItem) : parseScalar(lines, at, indent, depth);
}

/** A value with its anchor at `at`; `parse`: reads such a value without one. */
function parseAnchored(lines: Lines, at: number, indent: number, depth: number, parse: typeof parseItem): unknown {
  const { text, anchors } = lines;
  const end = endOfName(text, at + 1);
  const behind = skipSpaces(lines, end);
  const c = text.charCodeAt(behind);
  // What stands on the line of its anchor is a scalar or in brackets.
  const isScalar = behind > end && c !== AMPERSAND && c !== ASTERISK;
  if (end === at + 1 || (behind < lines.end && !isScalar)) return giveUp(lines);
  const anchored = openAnchor(anchors, text.slice(at + 1, end));
  const value = isEndOfLine(lines, behind)
    ? parse(lines, behind, indent, depth)
    : parseScalar(lines, behind, indent, depth);
  closeAnchor(anchored, value);
  return value;
}

function parseMapping(lines: Lines, indent: number, depth: number): unknown {
  const out: Record<string, unknown> = {};
  let merged: Set<string> | undefined;
  while (lines.indent === indent && !isDash(lines)) {
    const colon = findColon(lines, lines.at);
    if (colon < 0) return giveUp(lines);
    if (colon === lines.at + 2 && lines.text.startsWith("<<", lines.at)) {
      const value = parseFieldValue(lines, colon + 1, indent, depth);
      if (!merge(lines.anchors, out, value, (merged ??= new Set()))) return giveUp(lines);
      continue;
    }
    const key = keyOf(lines, colon);
    if (key === undefined || key === "__proto__" || (Object.hasOwn(out, key) && !merged?.delete(key)))
      return giveUp(lines);
    out[key] = parseFieldValue(lines, colon + 1, indent, depth);
  }
  if (lines.indent >= indent) return giveUp(lines);
  return out;
}

function parseFieldValue(lines: Lines, after: number, indent: number, depth: number): unknown {
  const at = skipSpaces(lines, after);
  if (!isEndOfLine(lines, at))
    return lines.text.charCodeAt(at) === AMPERSAND
      ? parseAnchored(lines, at, indent, depth, parseFieldValue)
      : parseScalar(lines, at, indent, depth);
  advance(lines);
  if (lines.indent > indent) return parseBlock(lines, lines.indent, depth + 1);
  // A list may stand at the column of its key.
  return lines.indent === indent && isDash(lines) ? parseList(lines, indent, depth + 1) : null;
}

function skipSpaces({ text, end }: Lines, from: number): number {
  let at = from;
  while (at < end && text.charCodeAt(at) === SPACE) at++;
  return at;
}

/** True at the end of the line and at a comment; `at` follows a blank or an indicator. */
function isEndOfLine({ text, end }: Lines, at: number): boolean {
  return at >= end || (text.charCodeAt(at) === HASH && text.charCodeAt(at - 1) === SPACE);
}

/** The colon that ends a key at `at`, or -1. */
function findColon({ text, end }: Lines, at: number): number {
  const first = text.charCodeAt(at);
  if (isFlowStart(first)) return -1;
  if (first === DOUBLE_QUOTE || first === SINGLE_QUOTE) {
    const close = text.indexOf(text[at]!, at + 1);
    return close > 0 && close < end - 1 && isColon(text, close + 1, end) ? close + 1 : -1;
  }
  for (let i = at; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === COLON && (i + 1 >= end || text.charCodeAt(i + 1) === SPACE)) return i;
    if (c === HASH && text.charCodeAt(i - 1) === SPACE) return -1;
  }
  return -1;
}

function isColon(text: string, at: number, end: number): boolean {
  return text.charCodeAt(at) === COLON && (at + 1 >= end || text.charCodeAt(at + 1) === SPACE);
}

/** The key that ends at the colon, or undefined when it is not plain enough. */
function keyOf({ text, at }: Lines, colon: number): string | undefined {
  if (colon - at > LONGEST_KEY) return undefined;
  const first = text.charCodeAt(at);
  if (first === DOUBLE_QUOTE || first === SINGLE_QUOTE) {
    const key = text.slice(at + 1, colon - 1);
    return key.includes("\\") || key.includes("'") || key.includes('"') ? undefined : key;
  }
  if (INDICATORS.has(first) || text.charCodeAt(colon - 1) === SPACE || colon === at) return undefined;
  const key = text.slice(at, colon);
  const value = resolvePlainScalar(key);
  if (value === null) return undefined;
  return typeof value === "string" ? value : String(value);
}

/** The scalar that starts at `at`; moves to the line after it. `indent`: that of the mapping or list around it. */
function parseScalar(lines: Lines, at: number, indent: number, depth: number): unknown {
  const { text, end } = lines;
  const first = text.charCodeAt(at);
  let value: unknown;
  if (first === 0x7c) return parseLiteral(lines, at, indent);
  if (first === DOUBLE_QUOTE || first === SINGLE_QUOTE) value = quoted(lines, at, indent);
  else if (isFlowStart(first)) value = flow(lines, at, depth);
  else if (first === ASTERISK) value = alias(lines, at);
  else if (INDICATORS.has(first) || (first === DASH && (at + 1 >= end || text.charCodeAt(at + 1) === SPACE)))
    return giveUp(lines);
  else return parsePlain(lines, at, indent);
  if (value === NOT_PLAIN) return giveUp(lines);
  advance(lines);
  // A deeper line would go on with the scalar.
  return lines.indent > indent ? giveUp(lines) : value;
}

/** A plain scalar, folded over the deeper lines that follow directly. */
function parsePlain(lines: Lines, at: number, indent: number): unknown {
  let piece = plain(lines, at);
  let text = piece;
  let start = at;
  for (;;) {
    if (piece === undefined || text === undefined) return giveUp(lines);
    const isWholeLine = start + piece.length === lines.end;
    const next = lines.end + 1;
    advance(lines);
    if (lines.indent <= indent) return resolvePlainScalar(text);
    // After a comment or a blank line the whole grammar is to judge.
    if (!isWholeLine || lines.at - lines.indent !== next) return giveUp(lines);
    start = lines.at;
    piece = plain(lines, start);
    text = `${text} ${piece}`;
  }
}

/** The text of a plain scalar on the current line, or undefined when it has what no plain scalar may. */
function plain(lines: Lines, at: number): string | undefined {
  const { text, end } = lines;
  let last = end;
  for (let i = at; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === COLON) {
      if (i + 1 >= end || text.charCodeAt(i + 1) === SPACE) return undefined;
    } else if (c === HASH && text.charCodeAt(i - 1) === SPACE) {
      last = i;
      break;
    }
  }
  while (text.charCodeAt(last - 1) === SPACE) last--;
  return own(lines, at, last);
}

function quoted(lines: Lines, at: number, indent: number): unknown {
  const { text, end } = lines;
  const close = closingQuote(text, at, end);
  if (close < 0) return foldQuoted(lines, at, indent);
  if (!isEndOfLine(lines, skipSpaces(lines, close + 1))) return NOT_PLAIN;
  return unquote(text.charCodeAt(at), own(lines, at + 1, close)) ?? NOT_PLAIN;
}

function alias(lines: Lines, at: number): unknown {
  const end = endOfName(lines.text, at + 1);
  const isAlone = isEndOfLine(lines, skipSpaces(lines, end));
  return isAlone ? aliased(lines.anchors, lines.text.slice(at + 1, end)) : NOT_PLAIN;
}

/** A list or mapping in brackets; moves to its last line. */
function flow(lines: Lines, at: number, depth: number): unknown {
  const { text, end, anchors } = lines;
  const line = { text, at, end, anchors, copy: (start: number, stop: number) => own(lines, start, stop) };
  const value = parsePlainFlow(line, depth + 1);
  lines.end = line.end;
  return isEndOfLine(lines, skipSpaces(lines, line.at)) ? value : NOT_PLAIN;
}

/** A quoted scalar over several lines, none of them blank, without escapes; moves to its last line. */
function foldQuoted(lines: Lines, at: number, indent: number): unknown {
  const { text } = lines;
  const close = text.indexOf(text[at]!, at + 1);
  if (close < 0) return NOT_PLAIN;
  const inside = text.slice(at + 1, close);
  const parts = inside.split("\n");
  const isFoldable = parts.every((part, i) => {
    const depth = part.length - part.trimStart().length;
    return i === 0 || (depth > indent && depth < part.length);
  });
  if (!isFoldable || inside.includes("\\") || parts[0]!.trim() === "") return NOT_PLAIN;
  const end = text.indexOf("\n", close);
  lines.end = end < 0 ? text.length : end;
  if (!isEndOfLine(lines, skipSpaces(lines, close + 1))) return NOT_PLAIN;
  const folded = parts
    .map((part, i) => (i === 0 ? part : part.trimStart()))
    .map((part, i) => (i < parts.length - 1 ? part.trimEnd() : part));
  return folded.join(" ");
}

/** A literal block with its indentation on the first line: `|`, `|-` or `|+`. */
function parseLiteral(lines: Lines, at: number, indent: number): unknown {
  const { text } = lines;
  const header = text.slice(at, lines.end).trimEnd();
  if (header !== "|" && header !== "|-" && header !== "|+") return giveUp(lines);
  let start = lines.end + 1;
  let depth = start;
  while (text.charCodeAt(depth) === SPACE) depth++;
  const column = depth - start;
  if (column <= indent || depth >= text.length || text.charCodeAt(depth) === NEWLINE) return giveUp(lines);
  let out = "";
  let blanks = "";
  while (start < text.length) {
    const next = text.indexOf("\n", start);
    const end = next < 0 ? text.length : next;
    let content = start;
    while (content < end && content - start < column && text.charCodeAt(content) === SPACE) content++;
    if (content - start < column && content < end) break;
    if (content >= end) blanks += "\n";
    else {
      out += `${blanks}${text.slice(content, end)}\n`;
      blanks = "";
    }
    lines.end = end;
    start = end + 1;
  }
  // Without a line end after the last line there is none in the value either.
  if (lines.end >= text.length && text.charCodeAt(text.length - 1) !== NEWLINE && header !== "|-") return giveUp(lines);
  advance(lines);
  return header === "|-" ? out.slice(0, -1) : header === "|+" ? out + blanks : out;
}
