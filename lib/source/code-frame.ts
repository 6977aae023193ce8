/** The line of a span with a caret under it. */
import { printable } from "../util/printable.js";
import { lineStartOf, positionOf } from "./position.js";
import { showsSecret } from "./shows-secret.js";
import type { Span } from "./source.js";

/** Widest part of a line that is shown, in characters. */
const WIDTH = 100;
/** Shown in front of the span when the line is cut. */
const BEFORE = 40;
/** Bytes looked at on each side of the span. */
const REACH = 1024;
const TAB = "    ";

/**
 * Two lines of text, e.g.
 *
 *     8 |     nodePort: 300800
 *       |               ^^^^^^
 *
 * Tabs are four blanks wide, long lines are cut, control characters are spelled out. Undefined when nothing is there,
 * and in a Secret, whose lines are never shown.
 */
export function codeFrame(span: Span): string | undefined {
  const { source, start } = span;
  const { line } = positionOf(source, start);
  const lineStart = lineStartOf(source, start);
  const head = decode(source.read(Math.max(lineStart, start - REACH), start));
  const tail = decode(source.read(start, Math.min(source.size, start + 2 * REACH))).split(/\r?\n/, 1)[0]!;
  if ((head === "" && tail === "") || showsSecret(source, start)) return undefined;
  const marked = decode(source.read(start, Math.min(span.end, start + 2 * REACH))).split(/\r?\n/, 1)[0]!;
  const isCut = lineStart < start - REACH;
  return draw(line, isCut ? `…${dropPartial(head)}` : head, tail.slice(0, marked.length), tail.slice(marked.length));
}

function draw(line: number, head: string, marked: string, rest: string): string {
  const before = cutFront(shown(head), BEFORE);
  const under = cutBack(shown(marked), WIDTH - width(before));
  const after = cutBack(shown(rest), WIDTH - width(before) - width(under));
  const number = String(line);
  const caret = "^".repeat(Math.max(1, width(under)));
  const text = `  ${number} | ${before}${under}${after}`.trimEnd();
  return `${text}\n  ${" ".repeat(number.length)} | ${" ".repeat(width(before))}${caret}`;
}

function shown(text: string): string {
  return printable(text.replaceAll("\t", TAB));
}

function cutFront(text: string, longest: number): string {
  // A character is one or two units long.
  if (text.length <= longest + 20) return text;
  const characters = [...text.slice(-2 * (longest + 20) - 1)];
  return characters.length <= longest + 20 ? text : `…${characters.slice(-longest).join("")}`;
}

function cutBack(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const characters = [...text.slice(0, 2 * (longest + 1))];
  return characters.length <= longest ? text : `${characters.slice(0, Math.max(0, longest - 1)).join("")}…`;
}

/** Columns of a terminal: East Asian wide characters take two. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += isWide(character.codePointAt(0)!) ? 2 : 1;
  return columns;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff)
  );
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8").decode(bytes);
}

/** A cut may fall inside a character. */
function dropPartial(text: string): string {
  return text.replace(/^\ufffd{1,3}/, "");
}
